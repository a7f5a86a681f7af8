"""What administrators do about other registries is done once under one idempotency key, and not too often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from services.network import ITMO, Fresh, Network, network

from article6.domain.refusals import Code, Refused
from article6.exchange.facts import Serials
from article6.exchange.problems import Objection, Problem
from article6.services.exchange import desks, initial_tests, overview, reconciling, transfers
from article6.store import messages
from article6.store.database import one, rows

HERE, THERE = "GHA01", "CHE01"


@pytest.fixture
def net(fresh_database: Fresh) -> Iterator[Network]:
    with network(fresh_database) as both:
        both.connect(*ITMO)
        yield both


def test_a_connection_is_tried_once_under_a_key(net: Network) -> None:
    with net.at(HERE) as side:
        first = initial_tests.run(THERE, by=side.root, now=net.now, key="try 1")
        sent = one("SELECT count(*) FROM exchange_outgoing")
        net.away.add(THERE)
        assert initial_tests.run(THERE, by=side.root, now=net.now, key="try 1") == first
        assert one("SELECT count(*) FROM exchange_outgoing") == sent
        again = initial_tests.run(THERE, by=side.root, now=net.now, key="try 2")
        assert [each.test for each in again if not each.passed] == ["version", "round_trip"]
        with pytest.raises(Refused) as no:
            reconciling.start(THERE, by=side.root, now=net.now, key="try 1")
        assert no.value.codes == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)


def test_an_alert_is_taken_note_of_once_under_a_key(net: Network) -> None:
    with net.at(HERE) as side:
        messages.alert(THERE, "Something", "x", net.now)
        [alert] = overview.alerts().items
        for _ in range(2):
            overview.take_note(alert["id"], by=side.root, now=net.now, key="seen 1")
        assert rows("SELECT count(*) FROM audit_event WHERE action = 'alert.seen'") == [(1,)]
        assert overview.alerts().items == []
        messages.alert(THERE, "Something", "x", net.now)
        [again] = overview.alerts().items
        with pytest.raises(Refused) as no:
            overview.take_note(again["id"], by=side.root, now=net.now, key="seen 1")
        assert no.value.codes == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)


def test_a_disputed_completion_is_booked_once_under_a_key(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    done = net.send(40)
    contrary = Objection(Problem.BLOCK_IN_DISPUTE, str(Serials(HERE, "GHA", 1, 40)))
    with net.at(THERE), monkeypatch.context() as patch:
        patch.setattr(type(desks.desk(net.now).books), "take_in", lambda *_anything: [contrary])
        net.settle()
    assert net.status(THERE, done.transfer_id) == "disputed"
    with net.at(THERE) as side:
        first = transfers.retry(done.transfer_id, by=side.root, now=net.now, key="again")
        assert transfers.retry(done.transfer_id, by=side.root, now=net.now, key="again") == first
        assert rows("SELECT count(*) FROM audit_event WHERE action = 'transfer_in.tried_again'") == [(1,)]
        with pytest.raises(Refused):
            transfers.retry(done.transfer_id, by=side.root, now=net.now, key="another")
    assert net.held(THERE) == 40


def test_books_are_compared_so_often_in_an_hour_and_no_more(net: Network) -> None:
    with net.at(HERE) as side:
        for turn in range(reconciling.STARTS_AN_HOUR):
            reconciling.start(THERE, by=side.root, now=net.now, key=f"start {turn}")
        with pytest.raises(Refused) as no:
            reconciling.start(THERE, by=side.root, now=net.now)
        assert no.value.codes == (Code.RECONCILIATION_TOO_MANY,)
        # The same request again is no further start.
        assert reconciling.start(THERE, by=side.root, now=net.now, key="start 1")
    net.settle(hours=2)
    with net.at(HERE) as side:
        assert reconciling.start(THERE, by=side.root, now=net.now + timedelta(seconds=1))
