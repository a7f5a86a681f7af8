"""Other registries at the shell: connect, transfer, watch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.commands import article6
from services.network import URL, Fresh, Network, network

from article6.exchange.keys import Signer, jwks


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.now = datetime.now(UTC)
        yield both


def connect(net: Network) -> None:
    """Four administrators connect the two registries, each side by two of its own."""
    for code in ("GHA01", "CHE01"):
        with net.at(code):
            assert len(article6("network", "keys", "--as", "root", "--json").json) == 1
    for here, there in (("GHA01", "CHE01"), ("CHE01", "GHA01")):
        with net.at(here):
            offered = article6("network", "offer", there, URL[there], "--service", "transfer_itmo", "--as", "root")
            assert offered.code == 0, offered.err
            assert "network agree" in offered.out
            assert "person.approves_own" in article6("network", "agree", there, "--as", "root").err
            assert "pending" in article6("network", "agree", there, "--as", "ana").out
    net.settle()


def transferred(net: Network) -> str:
    """Fifty units are proposed, approved and settled; the transfer's identifier."""
    with net.at("GHA01") as side:
        tested = article6("network", "test", "CHE01", "--as", "root", "--json")
        assert (tested.code, {each["passed"] for each in tested.json}) == (0, {True})
        words = ["CHE01", "--from", side.account.number, "--to", net["CHE01"].account.number, "--party", "CHE"]
        waiting = article6("transfer-out", "propose", *words, "--serials", "GHA:11-60", "--as", "ama", "--json").json
        transfer = waiting["transfer_id"]
        assert "proposed" in article6("transfer-out", "approve", transfer, "--as", "bo").out
    net.settle()
    return str(transfer)


def test_two_registries_connect_and_transfer_at_the_shell(net: Network) -> None:
    connect(net)
    transfer = transferred(net)
    with net.at("GHA01"):
        shown = article6("transfer-out", "show", transfer).out
        assert "settled" in shown
        assert "transfer.completed" in shown
        assert article6("transfer-out", "list", "--json").json["items"][0]["quantity"] == 50
        for by, words in (("bo", ["reject", transfer, "--reason", "late"]), ("ama", ["withdraw", transfer]),
                          ("bo", ["approve", transfer])):  # fmt: skip
            assert "exchange.transfer_wrong_state" in article6("transfer-out", *words, "--as", by).err
        status = article6("network", "status").out
        assert "connected" in status
        assert max(map(len, status.splitlines())) <= 100, status
        assert "agreed" in article6("network", "show", "CHE01").out
        assert article6("network", "messages", "--peer", "CHE01", "--in", "--json").json["total"] >= 3
        assert article6("network", "evidence", "--json").json["total"] == 0
        [key] = article6("network", "keys", "--jwks").json["keys"]
        assert key["crv"] == "Ed25519"
        assert len(article6("network", "keys", "--rotate", "--as", "root", "--json").json) == 2
        assert "suspended" in article6("network", "suspend", "CHE01", "--reason", "check", "--as", "root").out
        assert "connected" in article6("network", "resume", "CHE01", "--reason", "fine", "--as", "ana").out
    net.settle()
    with net.at("CHE01"):
        assert article6("network", "alerts", "--json").json["items"]


def test_alerts_are_put_away_and_what_does_not_answer_fails_its_test(net: Network, tmp_path: Path) -> None:
    connect(net)
    with net.at("GHA01"):
        article6("network", "suspend", "CHE01", "--reason", "check", "--as", "root")
    net.settle()
    with net.at("CHE01"):
        alerts = article6("network", "alerts", "--json").json["items"]
        assert alerts
        article6("network", "alerts", "--seen", str(alerts[0]["id"]), "--as", "root")
        assert len(article6("network", "alerts", "--json").json["items"]) == len(alerts) - 1
        net.away.add("GHA01")
        assert article6("network", "test", "GHA01", "--as", "root").code == 1
    far = tmp_path / "tha01.json"
    far.write_text(json.dumps(jwks([Signer("THA01", b"t" * 32, net.now).public])))
    with net.at("GHA01"):
        words = ["network", "offer", "THA01", "--only-know", "--jwks-file", str(far), "--as", "root"]
        assert article6(*words).code == 0
        assert article6("network", "decline", "THA01", "--as", "ana").code == 0
        assert article6("network", "offer", "THA01", "--as", "root").code == 2
