"""Rehearsals: what an act would do is what it then does, and nothing of a rehearsal remains."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from web import sample

from article6.domain.orders import Order
from article6.domain.refusals import Code, Refused
from article6.services import lookup, rehearsals, transactions
from article6.services.rehearsals import Preview, Transactions

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def rehearsed(order: Order, made: sample.Sample) -> Preview:
    def act() -> Transactions:
        return Transactions((transactions.propose(order, by=made.ama, now=NOW).transaction_id,))

    return rehearsals.preview(act, by=made.ama, now=NOW)


def test_a_first_transfer_is_announced_with_its_rows_and_adjustments_and_then_done_so() -> None:
    made = sample.international()
    before = lookup.totals(), lookup.transactions().total
    order = Order("international_transfer", made.accounts["ghana"], made.accounts["swiss"], 50)
    shown = rehearsed(order, made)
    assert (lookup.totals(), lookup.transactions().total) == before
    assert shown.waits
    assert (shown.quantity, shown.first_transferred) == (50, 50)
    [entry] = shown.transactions[0]["entries"]
    # 601-700 wait for somebody else's decision.
    assert (entry["first"], entry["last"], entry["authorization"]) == (701, 750, "GHA-A-1")
    assert [(each.party, each.type, each.quantity) for each in shown.rows] == [
        ("CHE", "Acquisition", 50),
        ("GHA", "First transfer", 50),
    ]
    assert [(each.party, each.year, each.first_transferred, each.used) for each in shown.adjustments] == [
        ("GHA", 2023, 50, 0)
    ]
    done = transactions.propose(order, by=made.ama, now=NOW)
    transactions.approve(done.transaction_id, by=made.bo, now=NOW)
    [then] = lookup.transaction(done.transaction_id)["entries"]
    assert (then["first"], then["last"], then["is_first_transfer"]) == (701, 750, True)


def test_the_token_stands_for_what_would_happen() -> None:
    made = sample.international()
    order = Order("use_ndc", made.accounts["swiss"], made.accounts["used"], 10, terms={"use_year": 2026})
    shown = rehearsed(order, made)
    assert rehearsed(order, made).token == shown.token
    assert [(each.party, each.year, each.used) for each in shown.adjustments] == [("CHE", 2026, 10)]
    waiting = transactions.propose(order, by=made.ama, now=NOW)
    assert rehearsed(order, made).token != shown.token  # other units now
    transactions.reject(waiting.transaction_id, by=made.bo, now=NOW, reason="no")
    assert rehearsed(order, made).token == shown.token


def test_what_would_be_refused_is_refused_and_writes_nothing() -> None:
    made = sample.international()
    before = lookup.transactions().total
    with pytest.raises(Refused) as no:
        rehearsed(Order("international_transfer", made.accounts["ghana"], made.accounts["swiss"], 5000), made)
    assert no.value.codes[0] is Code.QUANTITY_EXCEEDS_HOLDING
    assert lookup.transactions().total == before
