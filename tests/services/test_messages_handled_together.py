"""Many messages in one database transaction: the same is made of each as if it were handled alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ledger.books import audit_is_clean
from services.network import Fresh, Network, network
from services.test_busy_books import busy_once

from article6.domain.refusals import Code
from article6.exchange import desk as desks
from article6.exchange.books import Apart
from article6.exchange.desk import Desk
from article6.exchange.facts import Serials
from article6.services.exchange import pump
from article6.services.exchange.books import KeptBooks
from article6.services.exchange.several import Work
from article6.services.exchange.sources import DATABASE, ReadAhead
from article6.store import arrivals, journal
from article6.store.database import rows

MANY = 12


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect()
        yield both


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """How many messages were handled together each time, and whether they could be."""
    done: list[tuple[int, bool]] = []
    whole = Desk._handle_together

    def noted(desk: Desk, *given: Any) -> tuple[int, bool]:
        done.append(whole(desk, *given))
        return done[-1]

    monkeypatch.setattr(Desk, "_handle_together", noted)
    return done


BOOKED = """SELECT t.side, t.status, t.quantity, t.objections::text, t.completed_at IS NOT NULL,
        (SELECT string_agg(c.status, ',' ORDER BY c.id) FROM exchange_transfer_change c
         WHERE c.transfer_id = t.transfer_id),
        (SELECT string_agg(u.registry || u.party || u.lo || '-' || u.hi, ',' ORDER BY u.lo)
         FROM exchange_transfer_units u WHERE u.transfer_id = t.transfer_id)
    FROM exchange_transfer t ORDER BY t.id"""

SAID = """SELECT o.type, o.answers <> '', s.sequence, o.about = a.transfer_id FROM exchange_outgoing o
    JOIN exchange_signed s ON s.outgoing_id = o.id LEFT JOIN exchange_transfer a ON a.transfer_id = o.about
    WHERE o.about <> '' ORDER BY s.sequence"""

LEDGER = """SELECT t.type, t.status, t.quantity, t.decided_at, e.lo, e.hi, e.is_first_transfer, e.was_first_transferred,
        (SELECT count(*) FROM notice n WHERE n.subject = 'transaction:' || t.id)
    FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id ORDER BY e.lo, e.hi, t.decided_at, t.type"""


def story(net: Network) -> dict[str, Any]:
    """Transfers that are settled, one to no account, one to an account that is blocked; all that both books have of
    them, but for names made by chance."""
    sent = [net.send(10).transfer_id for _ in range(MANY)]
    sent.insert(5, net.send(10, target="CHE-9-9").transfer_id)
    net.settle()
    net.settle()
    told: dict[str, Any] = {"statuses": [(net.status("GHA01", each), net.status("CHE01", each)) for each in sent]}
    for code in net.registries:
        with net.at(code):
            told[code] = [rows(BOOKED), rows(SAID), rows(LEDGER), rows("SELECT sum(units) FROM authorization_count")]
            audit_is_clean()
    return told


def test_together_and_alone_come_to_the_same(
    fresh_database: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, batches: list[tuple[int, bool]]
) -> None:
    found = []
    for most in (1, 50):
        monkeypatch.setattr(desks, "TOGETHER", most)
        with network(fresh_database) as both:
            both.connect()
            batches.clear()
            found.append(story(both))
            assert max(tried for tried, is_done in batches if is_done) == (1 if most == 1 else MANY + 1)
    monkeypatch.setattr(Desk, "_handle_together", lambda *given: (0, False))
    with network(fresh_database) as both:
        both.connect()
        found.append(story(both))
    for name, told in found[2].items():
        for one, other, alone in zip(found[0][name], found[1][name], told, strict=True):
            assert one == other == alone, name
    assert found[0]["statuses"].count(("settled", "completed")) == MANY
    assert found[0]["statuses"].count(("rejected", "rejected")) == 1


@pytest.mark.parametrize(
    ("module", "name"),
    [(arrivals, "expect"), (journal, "complete"), (arrivals, "acquire"), (journal, "insert_many")],
    ids=["expected", "taken out", "taken in", "told"],
)
@pytest.mark.parametrize("code", [Code.LEDGER_BUSY, Code.SERIALS_ALREADY_ISSUED])
def test_what_the_ledger_refuses_to_many_is_done_one_by_one(
    net: Network, monkeypatch: pytest.MonkeyPatch, batches: list[tuple[int, bool]], module: Any, name: str, code: Code
) -> None:
    # The first of all brings its documents, which nobody records for many.
    net.send(10)
    net.settle()
    calls = busy_once(monkeypatch, module, name, code)
    batches.clear()
    sent = [net.send(10).transfer_id for _ in range(5)]
    net.settle()
    assert {net.status(*each) for each in itertools.product(net.registries, sent)} == {"settled", "completed"}
    assert calls
    assert (5, False) in batches
    assert (5, True) in batches
    assert (net.held("GHA01"), net.held("CHE01")) == (940, 60)
    for each in net.registries:
        with net.at(each):
            audit_is_clean()


def test_messages_that_read_what_another_writes_are_handled_one_by_one(net: Network) -> None:
    net.send(10)
    net.settle()
    sent = net.send(10)
    with net.at("GHA01"):
        pump.send("CHE01", net.now)
    with net.at("CHE01"):
        pump.handle("GHA01", net.now)
        found = KeptBooks().transfer(sent.transfer_id)
        assert found is not None
        with journal.database_transaction():
            Work([found], ())
            with pytest.raises(Apart):
                Work([found], [type(found.proposed)(**{**_fields(found.proposed), "transfer_id": "another"})])


def test_what_is_read_ahead_is_what_would_be_read(net: Network) -> None:
    """Also after some of it was counted: what is expected under an authorization, and what has come under it."""
    net.send(10)
    net.settle()
    sent = [net.send(10).transfer_id for _ in range(3)]
    with net.at("GHA01"):
        pump.send("CHE01", net.now)
    with net.at("CHE01"):
        pump.handle("GHA01", net.now)
        books = KeptBooks()
        proposals = [found.proposed for each in sent if (found := books.transfer(each)) is not None]
        serials = [
            ("GHA01", "GHA", block.serials.first, block.serials.last) for each in proposals for block in each.blocks
        ]
        part = Serials("GHA01", "GHA", serials[0][2], serials[0][2])
        with journal.database_transaction():
            ahead = ReadAhead(proposals, sent)
            for asked in (serials, serials[1:], [("GHA01", "GHA", part.first, part.last)]):
                assert ahead.standing(asked) == DATABASE.standing(asked)
                assert ahead.expected(asked) == DATABASE.expected(asked)
                assert ahead.told_of(asked) == DATABASE.told_of(asked)
            assert ahead.expected(serials) == [(0, sent[0]), (1, sent[1]), (2, sent[2])]
            assert ahead.counted([("GHA", "GHA-1")]) == DATABASE.counted([("GHA", "GHA-1")])
            assert ahead.expected_under(["GHA GHA-1"]) == DATABASE.expected_under(["GHA GHA-1"]) == {"GHA GHA-1": 30}
            arrivals.forget([sent[0]])
            ahead.forgets(sent[0])
            assert ahead.expected_under(["GHA GHA-1"]) == DATABASE.expected_under(["GHA GHA-1"]) == {"GHA GHA-1": 20}
            ahead.came([(("GHA", "GHA-1"), 10)])
            counted, ceiling = DATABASE.counted([("GHA", "GHA-1")])["GHA", "GHA-1"]
            assert ahead.counted([("GHA", "GHA-1")]) == {("GHA", "GHA-1"): (counted + 10, ceiling)}
            ahead.expects([("GHA GHA-1", 5)])
            assert ahead.expected_under(["GHA GHA-1", "NOR X"]) == {"GHA GHA-1": 25}
            journal.wait_for_turn("over")


def _fields(given: Any) -> dict[str, Any]:
    return {name: getattr(given, name) for name in given.__dataclass_fields__}
