"""Comparing books over the interface and at the shell: administrators of both sides start, read and sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from api.test_network import callers
from cli.commands import article6
from services.network import Fresh, Network, network

from article6.store.database import one


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        # Its time goes a second a turn; the interface's is the real one, and comes after.
        both.now = datetime.now(UTC) - timedelta(minutes=2)
        both.connect()
        yield both


def _misbooked(net: Network) -> None:
    """Switzerland's administrators take ten units of an arrival out of the account that they were sent to."""
    net.send(30)
    net.settle()
    with net.at("CHE01") as side:
        of = callers(net, "CHE01")
        new = {"section": "CHE", "type": "holding", "name": "Other"}
        other = of["root"].post("/accounts", new, key="a").json["number"]
        arrival = one("SELECT transaction_id FROM entry ORDER BY id DESC LIMIT 1")[0]
        case = {"reason": "a letter", "finding": "wrong account", "transaction_id": arrival,
                "serials": [{"party": "GHA", "registry": "GHA01", "first": 1, "last": 10}]}  # fmt: skip
        opened = of["root"].post("/corrections", case, key="c")
        assert opened.status == 201, opened.json
        remedy = {"remedy": "movement", "source": side.account.number, "target": other}
        number = opened.json["id"]
        assert of["root"].post(f"/corrections/{number}/propose", remedy, key="p").status == 200
        assert of["ana"].post(f"/corrections/{number}/confirm", {}, key="o").status == 200


def test_a_case_is_found_read_and_signed_over_the_interface_and_at_the_shell(net: Network) -> None:
    _misbooked(net)
    with net.at("GHA01"):
        of = callers(net, "GHA01")
        assert of["ama"].post("/network/reconciliations", {"peer": "CHE01"}).codes == ["person.not_permitted"]
        made = of["root"].post("/network/reconciliations", {"peer": "CHE01"}, key="k")
        assert (made.status, made.json["status"], made.json["reason"]) == (201, "initiated", "on_demand")
        again = of["root"].post("/network/reconciliations", {"peer": "CHE01"}, key="k")
        assert again.json["reconciliation_id"] == made.json["reconciliation_id"]
    net.settle()
    found = made.json["reconciliation_id"]
    path = f"/network/reconciliations/{found}"
    with net.at("GHA01"):
        of = callers(net, "GHA01")
        shown = of["root"].get(path).json
        assert (shown["status"], [each["last"] for each in shown["differences"]]) == ("by_hand", [10])
        assert all(each["jws"] for each in shown["messages"])
        assert of["root"].get("/network/reconciliations?is_open=true").json["total"] == 1
        assert of["root"].get("/network/reconciliations/nothing").codes == ["reconciliation.unknown"]
        assert of["root"].post(f"{path}/resolution", {}).codes == ["reconciliation.wrong_state"]
        new = {"resolution": {"registry": "CHE01", "action": "statement", "reason": "the account was the wrong one"}}
        signed = of["root"].post(f"{path}/resolution", new, key="s")
        assert (signed.status, signed.json["is_agreed"]) == (200, False)
    net.settle()
    with net.at("CHE01"):
        text = article6("network", "reconciliation", found)
        assert "GHA01-GHA:1-10" in text.out, text.err
        assert article6("network", "reconciliations", "--open", "--json").json["total"] == 1
        assert article6("network", "resolve", found, "--registry", "CHE01", "--as", "ana").code == 2
        done = article6("network", "resolve", found, "--as", "ana", "--json")
        assert (done.code, done.json["is_agreed"]) == (0, True), done.err
        assert "statement" in article6("network", "reconciliation", found).out
        started = article6("network", "reconcile", "GHA01", "--wait", "0", "--as", "ana", "--json")
        assert (started.code, started.json["status"]) == (0, "initiated"), started.err
    net.settle()
    with net.at("CHE01"):
        assert article6("network", "reconciliation", started.json["reconciliation_id"], "--json").json["status"] == (
            "completed"
        )
        assert article6("network", "reconciliation", found, "--json").json["status"] == "completed_by_hand"
        assert "completed" in article6("network", "status").out
        assert article6("network", "reconciliation", "nothing").code == 1
