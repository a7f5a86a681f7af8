"""More stories of the mechanism registry: vintages, corrections, contributions to adaptation, fees, the audit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import psycopg
import pytest
from conftest import Database
from ledger.books import NOW, Books, audit_is_clean
from ledger.mechanism_books import forward, issue, kyoto, later_by, marks, refusal, state, take, with_more_accounts

from article6.domain.fees import Fee, FeeRequest
from article6.domain.mechanism import Shares, Statement
from article6.domain.refusals import Code
from article6.domain.serials import SeriesRange
from article6.services import audit, fees, lookup, transactions
from article6.services.mechanism import Vintage
from article6.store.database import one, rows


@pytest.fixture
def books(database: Database) -> Books:
    return with_more_accounts()


def test_an_instruction_of_several_vintages_is_one_issuance(books: Books) -> None:
    state(books, Statement.FULL, authorization="THA-1")
    years = {"vintage_year": 2021, "further": (Vintage(2022, 33), Vintage(2023, 34))}
    act = issue(books, 33, ("CHE", 30, False, 2022), ("THA", 63), **years)
    # Five and two of the hundred, not two and one of each year.
    assert act.shares == Shares(5, 2, 93)
    assert marks(act) == [
        ("issuance", 33, False), ("issuance", 33, False), ("issuance", 34, False), ("share_of_proceeds", 5, True),
        ("cancellation_omge", 2, True), ("forwarding_international", 30, True), ("forwarding", 63, False),
    ]  # fmt: skip
    in_proceeds = rows(
        "SELECT c.vintage_year, sum(b.hi - b.lo + 1) FROM block b JOIN batch c ON c.id = b.batch_id "
        "WHERE b.account_id = %s GROUP BY 1 ORDER BY 1",
        (books.accounts["share_of_proceeds"].id,),
    )
    assert in_proceeds == [(2021, 2), (2022, 2), (2023, 1)]
    [held] = books.holds("CHE")
    assert one("SELECT c.vintage_year FROM block b JOIN batch c ON c.id = b.batch_id WHERE b.hi = %s", (held[1],)) == (
        2022,
    )
    audit_is_clean()


def test_one_account_gets_all_that_the_shares_and_the_others_leave_of_either_sort(books: Books) -> None:
    state(books, Statement.PART, quantity=40, authorization="THA-1")
    act = issue(books, 100, ("CHE", 10), rest_to=books.accounts["THA"].number)
    sent = [(each.type, each.quantity) for each in act.parts if each.type.startswith("forwarding")]
    assert sent == [("forwarding_international", 10), ("forwarding", 27), ("forwarding", 56)]
    assert act.shares == Shares(5, 2, 93)
    audit_is_clean()


def test_vintages_that_are_refused(books: Books) -> None:
    state(books, Statement.FULL, authorization="THA-1")
    twice = {"further": (Vintage(2023, 5),)}
    assert refusal(issue, books, 10, **twice) == (Code.MECHANISM_INSTRUCTION,)
    assert refusal(issue, books, 10, further=(Vintage(2022, 0),)) == (Code.QUANTITY_NOT_POSITIVE,)
    assert refusal(issue, books, 10, further=(Vintage(2027, 1),)) == (Code.VINTAGE_OUT_OF_RANGE,)
    others = {"further": (Vintage(2022, 10),)}
    assert refusal(issue, books, 10, ("THA", 11, False, 2022), ("THA", 7), **others) == (Code.MECHANISM_INSTRUCTION,)


def test_vintages_authorized_in_part_are_authorized_later_and_forwarded_by_vintage(books: Books) -> None:
    state(books, Statement.PART, quantity=40, authorization="THA-1")
    act = issue(books, 30, vintage_year=2022, further=(Vintage(2023, 30),))
    kinds = [(each.type, each.quantity) for each in act.parts]
    assert kinds == [
        ("issuance", 30), ("issuance", 10), ("share_of_proceeds", 2), ("cancellation_omge", 1),
        ("issuance", 20), ("share_of_proceeds", 1), ("cancellation_omge", 1),
    ]  # fmt: skip
    sent = forward(books, act, ("CHE", 10, False, 2023), ("THA", 18, True, 2023))
    assert [each.type for each in sent.parts] == ["forwarding_international", "forwarding"]
    assert refusal(forward, books, act, ("CHE", 1, False, 2023)) == (Code.MECHANISM_INSTRUCTION,)
    later_by(books, act)
    assert one("SELECT count(*) FROM block WHERE authorization_id IS NULL") == (0,)
    audit_is_clean()


def cancelled_administratively(books: Books, source: str, quantity: int) -> None:
    sent = books.move(source, "corrected", quantity, type_="cancellation_administrative", by=books.admin,
                      reason="reversal")  # fmt: skip
    transactions.approve(sent.transaction_id, by=books.bo, now=NOW)


def test_units_of_the_pending_and_the_share_of_proceeds_account_are_cancelled_administratively(books: Books) -> None:
    books.open("corrected", "cancellation_administrative", "ADM")
    state(books, Statement.CONTRIBUTION)
    act = issue(books, 100)
    cancelled_administratively(books, "pending", 13)
    cancelled_administratively(books, "share_of_proceeds", 5)
    assert books.quantity("corrected") == 18
    assert refusal(forward, books, act, ("THA", 81)) == (Code.MECHANISM_INSTRUCTION,)
    assert refusal(later_by, books, act) == (Code.MECHANISM_MCU_MOVED,)
    forward(books, act, ("THA", 80))
    by_somebody = {"type_": "cancellation_administrative", "reason": "x"}
    assert Code.PERSON_NOT_PERMITTED in refusal(books.move, "share_of_proceeds", "corrected", 1, **by_somebody)
    audit_is_clean()


def test_units_that_wait_to_be_cancelled_are_not_forwarded(books: Books) -> None:
    books.open("corrected", "cancellation_administrative", "ADM")
    state(books, Statement.CONTRIBUTION)
    act = issue(books, 100)
    more = {"type_": "cancellation_administrative", "reason": "reversal"}
    books.move("pending", "corrected", 13, by=books.admin, **more)
    assert refusal(forward, books, act, ("THA", 81)) == (Code.MECHANISM_INSTRUCTION,)
    forward(books, act, ("THA", 80))
    audit_is_clean()


def test_authorized_units_are_given_to_the_adaptation_fund_by_choice(books: Books) -> None:
    state(books, Statement.PART, quantity=50, authorization="THA-1")
    issue(books, 100, ("THA", 46), ("THA", 47, True))
    given = {"type_": "transfer_adaptation"}
    authorized, contribution = books.holds("THA")
    assert refusal(books.move, "THA", "share_of_proceeds", None, contribution, **given) == (Code.UNIT_NOT_AUTHORIZED,)
    sent = books.move("THA", "share_of_proceeds", None, (authorized[0], authorized[0] + 5), **given)
    transactions.approve(sent.transaction_id, by=books.bo, now=NOW)
    marked = one("SELECT bool_and(is_first_transfer) FROM entry WHERE transaction_id = %s", (sent.transaction_id,))
    assert marked == (True,)
    take(books, kyoto(books, 1, 5))
    [*_, cers_held] = books.holds("CHE")
    order = replace(
        books.order("CHE", "share_of_proceeds", None, cers_held, type_="transfer_adaptation"),
        ranges=(SeriesRange(one("SELECT id FROM series WHERE party = 'IND'")[0], *cers_held),),
    )
    assert refusal(transactions.propose, order, by=books.ama, now=NOW) == (Code.UNIT_NOT_AUTHORIZED,)
    audit_is_clean()


def test_only_adjusted_a64ers_are_cancelled_for_omge_by_choice_and_no_cers(books: Books) -> None:
    take(books, kyoto(books, 1, 5))
    assert Code.ACCOUNT_REFUSES_UNIT in refusal(
        books.move, "CHE", "voluntary", 5, type_="cancellation_omge_voluntary"
    )  # fmt: skip


def test_fees_are_given_back_up_to_what_was_paid(books: Books) -> None:
    by = {"by": books.admin, "now": NOW}
    due = fees.invoice("77", FeeRequest(Fee.ISSUANCE, "THA", quantity=100), **by)["id"]  # type: ignore[arg-type]
    some = fees.Refund(500, date(2026, 3, 5), "wire 9", "request withdrawn")
    assert refusal(fees.record_refund, due, some, **by) == (Code.FEE_REFUND_EXCEEDS,)
    fees.record_payment(due, fees.Payment(2_000, date(2026, 3, 1), "wire 1"), **by)  # type: ignore[arg-type]
    back = fees.record_refund(due, some, key="back", **by)  # type: ignore[arg-type]
    assert fees.record_refund(due, some, key="back", **by) == back  # type: ignore[arg-type]
    assert (back["paid_cents"], back["refunded_cents"]) == (2_000, 500)
    assert refusal(fees.record_refund, due, replace(some, cents=1_501), **by) == (Code.FEE_REFUND_EXCEEDS,)
    assert refusal(fees.record_refund, due, replace(some, reason=" "), **by) == (Code.REQUEST_MALFORMED,)
    assert refusal(fees.record_refund, 99, some, **by) == (Code.FEE_UNKNOWN,)
    assert refusal(fees.record_refund, due, some, by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    # What was paid stays paid: a refund holds nothing up.
    state(books, Statement.NONE)
    issue(books, 100)
    audit_is_clean()


def test_a_kyoto_serial_is_found_by_the_search_box(books: Books) -> None:
    take(books, kyoto(books, 5001, 6000))
    [found] = lookup.search("IN-5-5050-2-2-0-1234")["units"]
    assert (found.party, found.serial) == ("IND", 50)
    assert lookup.search("IN-5-6001-2-2-0-1234")["units"] == []


def test_the_audit_finds_what_the_mechanism_promised_and_did_not_keep(books: Books, database: Database) -> None:
    state(books, Statement.CONTRIBUTION)
    act = issue(books, 100)
    [taken] = take(books, kyoto(books, 1, 9))
    due = fees.invoice("77", FeeRequest(Fee.CHANGE, "THA"), by=books.admin, now=NOW)["id"]
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("ALTER TABLE ledger_transaction DISABLE TRIGGER ALL")
        owner.execute("ALTER TABLE cer_taken_over DISABLE TRIGGER ALL")
        owner.execute("ALTER TABLE fee_refund DISABLE TRIGGER ALL")
        owner.execute(
            "UPDATE ledger_transaction SET terms = terms || %s WHERE id = %s",
            ('{"omge_percent": "7/2"}', act.transaction_id),
        )
        owner.execute(
            "INSERT INTO cer_taken_over (party, lo, hi, first_serial, last_serial, registered_on, batch_id, taken_at) "
            "SELECT party, 9, 17, '', '', registered_on, (SELECT min(id) FROM batch), taken_at FROM cer_taken_over"
        )
        owner.execute(
            "INSERT INTO fee_refund (invoice_id, amount_cents, refunded_on, reference, reason, recorded_at) "
            "VALUES (%s, 1, '2026-03-01', 'x', 'x', now())",
            (due,),
        )
    found = {each.name: each.breaches for each in audit.run() if not each.ok}
    assert found == {"levies": 1, "taken_over": 2, "refunds": 1, "guards": 8}
    assert taken.serials.count == 9
