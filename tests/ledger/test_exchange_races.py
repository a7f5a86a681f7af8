"""Races around what leaves and what comes, with real threads: whoever is second finds what the first has done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from ledger.books import audit_is_clean
from ledger.neighbours import LEDGER, NOW, Neighbourhood, accepted, authorized, holds, neighbours, transfer
from ledger.test_races import at_once, losers, winners

from article6.domain.kinds import Kind
from article6.domain.orders import PersonId, Status, TransactionId
from article6.domain.refusals import Code
from article6.exchange.books import Side
from article6.exchange.problems import Problem
from article6.services import accounts
from article6.services.exchange import leaving
from article6.store import journal
from article6.store.database import one

ROUNDS = 6


@pytest.fixture
def them(fresh_database: Any) -> Iterator[Neighbourhood]:
    with neighbours(fresh_database, GHA01=Kind.PARTY, CHE01=Kind.PARTY) as them:
        authorized(them, quantity=1000)
        yield them


def test_the_same_serials_are_accepted_once(them: Neighbourhood) -> None:
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", None, (1, 100)))
    with them.at("CHE01"):
        for number in range(ROUNDS):
            several = [transfer(replace(proposed, transfer_id=f"{each}{number}"), "GHA01") for each in "AB"]
            results = at_once(*(lambda each=each: [accepted(each)] for each in several))
            found = [each[0] for each in results if isinstance(each, list)]
            assert sorted(map(len, found)) == [0, 1]
            assert [no.problem for each in found for no in each] == [Problem.BLOCK_ALREADY_HERE]
            assert one("SELECT sum(hi - lo + 1) FROM expected_units") == (100,)
            for each in several:
                LEDGER.forget(each, NOW)


def test_what_is_accepted_under_a_ceiling_can_be_booked(them: Neighbourhood) -> None:
    """Two proposals, as a lying giver would make them, that together exceed the ceiling."""
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", None, (1, 600)))
    [block] = proposed.blocks
    other = replace(
        proposed, transfer_id="B", quantity=600,
        blocks=(replace(block, serials=replace(block.serials, first=2001, last=2600)),),
    )  # fmt: skip
    with them.at("CHE01"):
        results = at_once(*(lambda each=each: [accepted(transfer(each, "GHA01"))] for each in (proposed, other)))
        found = [each[0] for each in results if isinstance(each, list)]
        assert sorted(map(len, found)) == [0, 1]
        assert [no.problem for each in found for no in each] == [Problem.BLOCK_NOT_AUTHORIZED]


def test_closing_an_account_races_the_acceptance_of_units_for_it(them: Neighbourhood) -> None:
    proposed = them.told("GHA01", them.leave("GHA01", "CHE01", None, (1, 100)))
    with them.at("CHE01") as swiss:
        for number in range(ROUNDS):
            account = swiss.open(f"N{number}", section="CHE")
            coming = transfer(replace(proposed, transfer_id=f"N{number}", target_account=account.number), "GHA01")
            results = at_once(
                lambda account=account: accounts.set_status(
                    account.number, "closed", reason="R", by=swiss.admin, now=NOW
                ),
                lambda coming=coming: [accepted(coming)],
            )
            is_closed = accounts.by_number(account.number).status == "closed"
            is_expected = one("SELECT count(*) FROM expected_units WHERE account_id = %s", (account.id,)) == (1,)
            assert is_closed != is_expected, results
            LEDGER.forget(coming, NOW)
        audit_is_clean()


def test_a_local_transfer_never_gets_the_units_that_leave(them: Neighbourhood) -> None:
    with them.at("GHA01") as ghana:
        ghana.open("B")
    for number in range(ROUNDS):
        first = number * 20 + 1
        leaves = them.leave("GHA01", "CHE01", None, (first, first + 9))
        proposed = them.told("GHA01", leaves)
        with them.at("GHA01") as ghana:
            gone = replace(transfer(proposed, "CHE01"), side=Side.SENDER, ledger_id=leaves)
            results = at_once(
                lambda gone=gone: [LEDGER.take_out(gone, NOW)],
                lambda first=first: ghana.move("A", "B", None, (first + 5, first + 14)),
                lambda first=first: ghana.move("A", "B", None, (first + 10, first + 12)),
            )
            assert results[0] == [[]]
            assert [set(no.codes) <= {Code.BLOCK_RESERVED, Code.BLOCK_NOT_HELD} for no in losers(results)] == [True]
            assert len(winners(results)) == 2
    with them.at("GHA01"):
        assert sum(hi - lo + 1 for lo, hi in holds("elsewhere")) == 10 * ROUNDS
        audit_is_clean()


def approve(number: TransactionId, by: PersonId) -> str:
    leaving.approve_leaving(number, by=by, now=NOW)
    return "approved"


def expire(number: TransactionId) -> str:
    journal.decide(number, Status.EXPIRED, None, NOW)
    return "expired"


def test_the_clock_and_the_second_person_decide_once(them: Neighbourhood) -> None:
    for _ in range(ROUNDS):
        number = them.leave("GHA01", "CHE01", 10, approve=False)
        with them.at("GHA01") as ghana:
            at_once(partial(approve, number, ghana.bo), partial(expire, number))
            status = one("SELECT status FROM ledger_transaction WHERE id = %s", (number,))[0]
            is_approved = one("SELECT count(*) FROM leaving_approval WHERE transaction_id = %s", (number,)) == (1,)
            assert (status == "proposed") == is_approved
    with them.at("GHA01"):
        audit_is_clean()


def test_one_completion_is_booked_once_however_often_it_is_handled(them: Neighbourhood) -> None:
    number = them.leave("GHA01", "CHE01", None, (1, 50), (101, 150))
    proposed = them.told("GHA01", number)
    assert them.accept("CHE01", "GHA01", proposed) == []
    with them.at("CHE01"):
        come = transfer(proposed, "GHA01", NOW)
        results = at_once(*[lambda: [LEDGER.take_in(come, NOW)]] * 2)
        found = [each[0] for each in results if isinstance(each, list)]
        assert sorted(map(bool, found)) == [False, True]
        assert holds() == [(1, 50), (101, 150)]
        audit_is_clean()
