"""Races of the mechanism registry's acts, with real threads and processes: whoever is late sees what was done."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from itertools import pairwise

import pytest
from ledger.books import NOW, Books, audit_is_clean
from ledger.mechanism_books import authorize, forward, issue, kyoto, later_by, mechanism_books, state, take
from ledger.test_races import at_once, losers, winners

from article6.domain.fees import Fee, FeeRequest
from article6.domain.mechanism import Statement
from article6.domain.refusals import Code
from article6.services import fees
from article6.store.database import one, rows

ROUNDS = 6


@pytest.fixture
def books(database: object) -> Books:
    books = mechanism_books()
    books.open("THA 2", section="THA")
    authorize(books)
    return books


def test_two_issuances_under_a_statement_in_part(books: Books) -> None:
    for turn in range(1, ROUNDS + 1):
        state(books, Statement.PART, quantity=150 * turn, authorization="THA-1")
        acts = at_once(*[lambda: issue(books, 100)] * 3)
        assert losers(acts) == []
        authorized = one("SELECT sum(hi - lo + 1) FROM entry WHERE from_id IS NULL AND authorization_id IS NOT NULL")
        assert authorized == (150 * turn,)
    audit_is_clean()


def test_later_authorization_against_a_transfer_of_the_same_units(books: Books) -> None:
    state(books, Statement.CONTRIBUTION)
    for _ in range(ROUNDS):
        act = issue(books, 100, ("THA", 93))
        [serials] = [(each.first, each.last) for each in act.parts if each.type == "forwarding"]
        results = at_once(
            lambda: later_by(books, act), lambda: books.move("THA", "THA 2", None, (serials[0], serials[0] + 4))
        )
        assert {no.codes for no in losers(results)} <= {(Code.MECHANISM_MCU_MOVED,)}
        # The transfer is possible before and after; the authorization only before.
        marked = one(
            "SELECT count(*) FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id "
            "WHERE t.type LIKE 'authorization%%' AND t.terms ->> 'issuance' = %s",
            (str(act.transaction_id),),
        )
        is_authorized = results[0] in winners(results)
        assert (marked != (0,)) is is_authorized
        left = one(
            "SELECT count(*) FROM block WHERE authorization_id IS NULL AND hi BETWEEN %s AND %s",
            (serials[0], serials[1]),
        )
        assert (left == (0,)) is is_authorized
    audit_is_clean()


def test_one_later_authorization_of_two(books: Books) -> None:
    state(books, Statement.CONTRIBUTION)
    for _ in range(ROUNDS):
        act = issue(books, 100, ("THA", 93))
        results = at_once(*[lambda: later_by(books, act)] * 3)
        assert len(winners(results)) == 1
        assert {no.codes for no in losers(results)} <= {
            (Code.MECHANISM_LATER_NOT_ALLOWED,),
            (Code.MECHANISM_MCU_MOVED,),
        }
    audit_is_clean()


def test_take_overs_of_overlapping_serials(books: Books) -> None:
    for turn in range(ROUNDS):
        low = 1000 * turn + 1
        starts = [low + shift for shift in (0, 9, 3, 500)]
        spans = [[(first, first + 9), (first + 500, first + 509)] for first in starts]
        results = at_once(
            *[lambda each=each: take(books, *[kyoto(books, *span) for span in each]) for each in spans]
        )  # fmt: skip
        assert winners(results)
        assert {no.codes for no in losers(results)} <= {(Code.CER_TAKEN_OVER,)}
    taken = rows("SELECT lo, hi FROM cer_taken_over ORDER BY lo")
    assert all(before[1] < after[0] for before, after in pairwise(taken))
    audit_is_clean()


def test_forwarding_against_forwarding(books: Books) -> None:
    state(books, Statement.FULL, authorization="THA-1")
    for _ in range(ROUNDS):
        act = issue(books, 100)
        held = books.quantity("CHE") + books.quantity("THA")
        results = at_once(
            lambda: forward(books, act, ("CHE", 60)), lambda: forward(books, act, ("THA", 60)),
            lambda: forward(books, act, ("CHE", 33)),
        )  # fmt: skip
        assert all(no.codes == (Code.MECHANISM_INSTRUCTION,) for no in losers(results))
        # 93 are left: one of the sixties and the 33, whoever comes first.
        assert len(winners(results)) == 2
        assert books.quantity("CHE") + books.quantity("THA") == held + 93
    assert books.quantity("pending") == 0
    audit_is_clean()


def test_a_fee_paid_twice_and_given_back_twice(books: Books) -> None:
    for _ in range(ROUNDS):
        due = fees.invoice("77", FeeRequest(Fee.ISSUANCE, "THA", quantity=10), by=books.admin, now=NOW)["id"]
        wire = fees.Payment(200, date(2026, 3, 1), "wire")
        results = at_once(*[lambda: fees.record_payment(due, wire, by=books.admin, now=NOW)] * 3)
        assert len(winners(results)) == 1
        assert {no.codes for no in losers(results)} == {(Code.FEE_PAID_ALREADY,)}
        back = fees.Refund(150, date(2026, 3, 2), "wire back", "withdrawn")
        results = at_once(*[lambda: fees.record_refund(due, back, by=books.admin, now=NOW)] * 3)
        assert len(winners(results)) == 1
        assert {no.codes for no in losers(results)} == {(Code.FEE_REFUND_EXCEEDS,)}
        assert fees.by_id(due)["refunded_cents"] == 150
    audit_is_clean()


PROCESS = """
import json, random, sys
import django
django.setup()
from article6.store.database import see_everything_in_this_process
see_everything_in_this_process()
from datetime import UTC, datetime
from article6.domain.refusals import Refused
from article6.services import mechanism
from article6.services.mechanism import Instruction, NewA64
accounts, by, seed = json.loads(sys.argv[1])
chance, issued = random.Random(seed), 0
for turn in range(8):
    now = datetime.now(UTC)
    quantity = chance.randint(3, 90)
    act = mechanism.issue_a64(NewA64("THA", "77", quantity, 2023, "SB"), by=by, now=now)
    issued += quantity
    for number in range(2):
        wanted = Instruction(chance.choice(accounts), chance.randint(1, 40), chance.random() < 0.5)
        try:
            mechanism.forward(act.transaction_id, [wanted], by=by, now=now)
        except Refused as no:
            assert [str(each) for each in no.codes] == ["mechanism.instruction"], no
print(issued)
"""


def test_processes_issue_and_forward_and_the_partial_authorization_is_met_to_the_unit(
    books: Books, process_environment: dict[str, str]
) -> None:
    state(books, Statement.PART, quantity=300, authorization="THA-1")
    numbers = [books.accounts[name].number for name in ("THA", "CHE")]
    environment = {
        **process_environment,
        "DJANGO_SETTINGS_MODULE": "article6.config.settings",
        "ARTICLE6_SECRET_KEY": "tests",
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, json.dumps([numbers, books.admin, seed])],
            env=environment, stdout=subprocess.PIPE, text=True,
        )
        for seed in range(3)
    ]  # fmt: skip
    issued = 0
    for process in running:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        issued += int(out)
    assert one("SELECT sum(hi - lo + 1) FROM block WHERE account_id IS NOT NULL") == (issued,)
    assert one("SELECT COALESCE(sum(units), 0) FROM authorization_count") == (min(300, issued),)
    audit_is_clean()
