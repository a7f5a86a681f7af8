"""Where others were in the way, nothing of a message was done, and the next turn does all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ledger.books import audit_is_clean
from services.network import Fresh, Network, network

from article6.domain.refusals import Code, Refused, refused
from article6.exchange.desk import Desk
from article6.services.exchange import pump
from article6.store import arrivals, journal
from article6.store.database import one


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect()
        yield both


def busy_once(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, code: Code) -> list[int]:
    """Let the first call fail as it does after a deadlock, or when somebody was quicker; counts the calls."""
    real: Callable[..., Any] = getattr(module, name)
    calls: list[int] = []

    def act(*given: Any, **named: Any) -> Any:
        calls.append(len(calls))
        if len(calls) == 1:
            real(*given, **named)  # what it wrote has to be undone
            raise refused(code)
        return real(*given, **named)

    monkeypatch.setattr(module, name, act)
    return calls


STATE = """SELECT (SELECT count(*) FROM exchange_handled), (SELECT count(*) FROM exchange_outgoing),
    (SELECT count(*) FROM entry), (SELECT count(*) FROM expected_units),
    (SELECT string_agg(status, ',') FROM exchange_transfer)"""


@pytest.mark.parametrize(
    ("module", "name", "code", "at", "after"),
    [
        (arrivals, "expect", Code.LEDGER_BUSY, "CHE01", "accepted"),
        (arrivals, "expect", Code.EXCHANGE_EXPECTED, "CHE01", "accepted"),
        (journal, "decide", Code.LEDGER_BUSY, "GHA01", "completed"),
        (arrivals, "acquire", Code.LEDGER_BUSY, "CHE01", "completed"),
    ],
    ids=["expect", "expected by another", "take out", "take in"],
)
def test_the_whole_message_is_tried_again(
    net: Network, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, code: Code, at: str, after: str
) -> None:
    monkeypatch.setattr(Desk, "_handle_together", lambda *given: (0, False))
    sent = net.send(100)
    peer = "CHE01" if at == "GHA01" else "GHA01"
    calls = busy_once(monkeypatch, module, name, code)
    for _ in range(20):
        for here, there in (("GHA01", "CHE01"), ("CHE01", "GHA01")):
            with net.at(here):
                pump.send(there, net.now)
                before = one(STATE)
                try:
                    pump.handle(there, net.now, 1)
                except Refused as no:
                    assert (here, no.codes) == (at, (code,))
                    assert one(STATE) == before
                    assert pump.handle(peer, net.now, 1) == 1
                    assert net.status(at, sent.transfer_id) == after
    assert len(calls) == 2
    assert [net.status(each, sent.transfer_id) for each in ("GHA01", "CHE01")] == ["settled", "completed"]
    assert (net.held("GHA01"), net.held("CHE01")) == (900, 100)
    for each in net.registries:
        with net.at(each):
            audit_is_clean()


def test_what_follows_from_receipts_is_kept_with_them_or_not_at_all(
    net: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proposal that is not taken in frees its units: also where that could not be written at first."""
    sent = net.send(100)
    calls = busy_once(monkeypatch, journal, "decide", Code.LEDGER_BUSY)
    with net.at("CHE01"):
        monkeypatch.setattr("article6.exchange.channel.schemas.validate", _refuse)
    with net.at("GHA01"):
        with pytest.raises(Refused):
            pump.send("CHE01", net.now)
        assert one("SELECT count(*) FROM exchange_receipt r JOIN exchange_outgoing o ON o.id = r.outgoing_id"
                   " WHERE o.about = %s", (sent.transfer_id,))[0] == 0  # fmt: skip
        assert net.status("GHA01", sent.transfer_id) == "proposed"
        assert pump.send("CHE01", net.now).sent == 1
        assert net.status("GHA01", sent.transfer_id) == "rejected"
        audit_is_clean()
    assert len(calls) == 2


def _refuse(message_type: str, _data: Any) -> None:
    from article6.exchange.problems import Objection, Problem, Rejected

    raise Rejected(Objection(Problem.MESSAGE_MALFORMED, message_type))
