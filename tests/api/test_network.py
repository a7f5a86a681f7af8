"""Other registries over the interface: administrators connect, a Party's people transfer, nobody else learns of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from api.doors import EVERYTHING, Caller
from services.network import ITMO, URL, Fresh, Network, network

from article6.services import people
from article6.services.exchange import own_keys


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.now = datetime.now(UTC)
        yield both


def callers(net: Network, code: str) -> dict[str, Caller]:
    """Everybody of a registry, by name."""
    side = net[code]
    everybody = {"root": side.root, "ana": side.ana, "ama": side.ama, "bo": side.bo}
    return {
        name: Caller(people.create_token(person, name, EVERYTHING, by=side.root, now=net.now))
        for name, person in everybody.items()
    }


def test_administrators_connect_and_a_partys_people_transfer(net: Network) -> None:
    for code in ("GHA01", "CHE01"):
        with net.at(code) as side:
            own_keys.make(by=side.root, now=net.now)
    for here, there in (("GHA01", "CHE01"), ("CHE01", "GHA01")):
        with net.at(here):
            of = callers(net, here)
            offer = {"code": there, "url": URL[there], "services": list(ITMO)}
            assert of["ama"].post("/peers", offer).codes == ["person.not_permitted"]
            made = of["root"].post("/peers", offer, key="k")
            assert (made.status, made.json["services"]) == (201, sorted(ITMO))
            assert of["root"].post("/peers", offer, key="k").json == made.json
            assert of["root"].post(f"/peers/{there}/agree", {"kids": made.json["kids"]}).codes == [
                "person.approves_own"
            ]  # fmt: skip
            agreed = of["ana"].post(f"/peers/{there}/agree", {"kids": made.json["kids"]}, key="k")
            assert agreed.json == {"code": there, "status": "pending"}
            assert of["ana"].post(f"/peers/{there}/agree", {"kids": made.json["kids"]}, key="k").status == 200
    net.settle()
    with net.at("GHA01") as side:
        of = callers(net, "GHA01")
        assert of["root"].get("/network").json["peers"][0]["status"] == "connected"
        assert of["root"].get("/peers/CHE01").json["acts"][0]["act"] == "offered"
        assert of["root"].get("/network/keys").json["keys"][0]["kty"] == "OKP"
        wanted = {
            "peer": "CHE01", "source": side.account.number, "target": net["CHE01"].account.number, "party": "CHE",
            "quantity": 40,
        }  # fmt: skip
        sent = of["ama"].post("/transfers-between", wanted)
        assert (sent.status, sent.json["status"]) == (201, "waiting")
        place = f"/transfers-between/{sent.json['transfer_id']}"
        assert of["bo"].post(f"{place}/approve").json["status"] == "proposed"
    net.settle()
    with net.at("GHA01"):
        shown = of["ama"].get(place).json
        assert (shown["status"], len(shown["messages"])) == ("settled", 4)
        assert [each["quantity"] for each in of["bo"].get("/transfers-between").json["items"]] == [40]
        assert of["ama"].post(f"{place}/withdraw", {}).codes == ["exchange.transfer_wrong_state"]
        assert of["ama"].get("/transfers-between/nothing").codes == ["exchange.transfer_unknown"]
        assert of["root"].get("/network/messages", direction="in").json["total"] >= 3


def test_only_administrators_read_what_was_said(net: Network) -> None:
    net.connect()
    with net.at("GHA01"):
        of = callers(net, "GHA01")
        for path in ("/network", "/network/keys", "/network/messages", "/network/evidence", "/network/alerts",
                     "/peers/CHE01"):  # fmt: skip
            assert Caller().get(path).status == 401
            assert of["ama"].get(path).codes == ["person.not_permitted"], path
            assert of["root"].get(path).status == 200
        assert of["root"].get("/peers/THA01").codes == ["peer.unknown"]
        done = of["root"].post("/peers/CHE01/suspend", {"reason": "keys in doubt"})
        assert done.json["status"] == "suspended"
        assert of["root"].post("/peers/CHE01/resume", {"reason": "fine"}).codes == ["person.approves_own"]
        assert of["ana"].post("/peers/CHE01/end", {"reason": "closed"}).json["status"] == "ended"
    net.settle()
    with net.at("CHE01"):
        of = callers(net, "CHE01")
        alerts = of["root"].get("/network/alerts").json["items"]
        assert any("ended" in each["text"] for each in alerts)
        for each in alerts:
            left = of["root"].post(f"/network/alerts/{each['id']}/seen")
        assert left.json["items"] == []
        assert of["root"].post("/network/alerts/300/seen").codes == ["notice.unknown"]
        assert len(of["root"].get("/network/alerts", is_open="false").json["items"]) == len(alerts)
