"""Stories of the mechanism registry: issuance with its shares, later authorization, CERs, retirement, fees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from fractions import Fraction
from pathlib import Path

import psycopg
import pytest
from conftest import Database
from ledger.books import NOW, Books, audit_is_clean, found_registry
from ledger.mechanism_books import (
    appoint,
    authorize,
    forward,
    issue,
    kyoto,
    later_by,
    marks,
    refusal,
    state,
    take,
    with_more_accounts,
)

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.fees import Fee, FeeRequest
from article6.domain.kinds import Kind, Role
from article6.domain.mechanism import Shares, Statement
from article6.domain.orders import Issuance
from article6.domain.refusals import Code, Refused
from article6.domain.units import BatchAttributes, UnitType
from article6.services import cers, fees, issuance, mechanism, people, statements, transactions, units
from article6.services.mechanism import NewA64
from article6.services.statements import Participant
from article6.store.database import close, one, rows


@pytest.fixture
def books(database: Database) -> Books:
    return with_more_accounts()


def test_ten_thousand_and_three_units(books: Books) -> None:
    state(books, Statement.FULL, authorization="THA-1")
    act = issue(books, 10_003, ("THA", 9_000), ("CHE", 301), key="instruction 1")
    assert act.shares == Shares(501, 201, 9_301)
    assert marks(act) == [
        ("issuance", 10_003, False), ("share_of_proceeds", 501, True), ("cancellation_omge", 201, True),
        ("forwarding", 9_000, False), ("forwarding_international", 301, True),
    ]  # fmt: skip
    held = {name: books.quantity(name) for name in ("pending", "share_of_proceeds", "cancellation_omge", "THA", "CHE")}
    assert held == {"pending": 0, "share_of_proceeds": 501, "cancellation_omge": 201, "THA": 9_000, "CHE": 301}
    linked = rows("SELECT terms ->> 'issuance' FROM ledger_transaction WHERE type <> 'issuance'")
    assert linked == [(str(act.transaction_id),)] * 4
    assert issue(books, 10_003, ("THA", 9_000), ("CHE", 301), key="instruction 1") == act
    assert refusal(issue, books, 10_004, key="instruction 1") == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)
    assert one("SELECT count(*) FROM batch") == (1,)
    audit_is_clean()


def test_the_first_transfer_may_be_the_issuance_itself(books: Books) -> None:
    authorize(books, "THA-2", first=FirstTransferDefinition.ISSUANCE, purposes=Purpose.NDC_AND_OIMP, oimp="CORSIA")
    state(books, Statement.FULL, authorization="THA-2")
    act = issue(books, 100, ("CHE", 93))
    assert [each.is_first_transfer for each in act.parts] == [True, False, False, False]
    audit_is_clean()


def test_an_ldc_gives_no_share_of_proceeds_unless_it_wishes(books: Books) -> None:
    state(books, Statement.CONTRIBUTION, "RWA")
    assert issue(books, 10_003, party="RWA").shares == Shares(0, 201, 9_802)
    assert books.quantity("pending") == 9_802
    act = issue(books, 10_003, ("RWA", 9_301), party="RWA", opted_in=True)
    assert act.shares == Shares(501, 201, 9_301)
    assert not any(each.is_first_transfer for each in act.parts)
    assert issue(books, 1000, party="RWA", omge_percent=Fraction(10)).shares == Shares(0, 100, 900)
    audit_is_clean()


def test_an_authorization_in_part_makes_two_batches_and_costs_no_unit(books: Books) -> None:
    state(books, Statement.PART, quantity=7_000, authorization="THA-1")
    act = issue(books, 10_003, ("CHE", 6_510), ("THA", 2_791, True))
    assert act.shares == Shares(501, 201, 9_301)
    assert marks(act) == [
        ("issuance", 7_000, False), ("share_of_proceeds", 350, True), ("cancellation_omge", 140, True),
        ("forwarding_international", 6_510, True),
        ("issuance", 3_003, False), ("share_of_proceeds", 151, False), ("cancellation_omge", 61, False),
        ("forwarding", 2_791, False),
    ]  # fmt: skip
    assert {each.type for each in issue(books, 10, ("CHE", 8)).parts if each.is_first_transfer} == set()
    audit_is_clean()


def test_contribution_units_authorized_later_with_their_shares(books: Books) -> None:
    state(books, Statement.CONTRIBUTION)
    first = issue(books, 10_003, ("THA", 9_000), ("CHE", 301))
    assert not any(each.is_first_transfer for each in first.parts)
    later = mechanism.authorize_later(
        first.transaction_id, "THA-1", reference="letter 2", by=books.admin, now=NOW, key="later"
    )
    assert sorted(marks(later)) == [
        ("authorization_back_omge", 201, True), ("authorization_back_proceeds", 501, True),
        ("authorization_later", 9_000, False), ("authorization_later_abroad", 301, True),
    ]  # fmt: skip
    assert one("SELECT count(*) FROM block WHERE authorization_id IS NULL") == (0,)
    assert one("SELECT sum(hi - lo + 1) FROM block WHERE first_transfer_id IS NOT NULL") == (1003,)
    again = mechanism.authorize_later(
        first.transaction_id, "THA-1", reference="letter 2", by=books.admin, now=NOW, key="later"
    )
    assert again == later
    assert refusal(later_by, books, first) == (Code.MECHANISM_LATER_NOT_ALLOWED,)
    audit_is_clean()


def test_contribution_units_that_moved_stay_what_they_are(books: Books) -> None:
    books.open("THA 2", section="THA")
    state(books, Statement.CONTRIBUTION)
    act = issue(books, 1000, ("THA", 930))
    books.move("THA", "THA 2", 1)
    books.move("THA 2", "THA", 1)
    assert refusal(later_by, books, act) == (Code.MECHANISM_MCU_MOVED,)
    reserved = issue(books, 1000, ("THA", 930))
    first, last = next((each.first, each.last) for each in reserved.parts if each.type == "forwarding")
    assert first is not None
    assert last is not None
    books.open("gone", "cancellation_voluntary", "THA")
    waiting = books.move("THA", "gone", None, (first, first), type_="cancellation_voluntary")
    assert refusal(later_by, books, reserved) == (Code.MECHANISM_MCU_MOVED,)
    transactions.reject(waiting.transaction_id, reason="no", by=books.bo, now=NOW)
    assert refusal(later_by, books, reserved, reference=" ") == (Code.MECHANISM_STATEMENT,)
    assert refusal(later_by, books, reserved, by=books.ama) == (Code.PERSON_NOT_PERMITTED,)
    later_by(books, reserved)
    in_pending = issue(books, 100)
    assert [
        each.type for each in later_by(books, in_pending).parts if each.account == books.accounts["pending"].number
    ] == ["authorization_later"]
    assert marks(forward(books, in_pending, ("CHE", 93))) == [("forwarding_international", 93, True)]
    state(books, Statement.NONE)
    excluded = issue(books, 100)
    assert refusal(later_by, books, excluded) == (Code.MECHANISM_LATER_NOT_ALLOWED,)
    audit_is_clean()


def test_what_an_act_does_nobody_does_alone(books: Books) -> None:
    state(books, Statement.CONTRIBUTION)
    issue(books, 1000, ("THA", 930))
    issue(books, 1000)
    books.open("omge 2", "cancellation_omge", "ADM")
    alone = (Code.TRANSACTION_NOT_ALONE,)
    plain = Issuance(
        books.accounts["pending"].number, "INT", "THA", 5, BatchAttributes(UnitType.A64ER, vintage_year=2023)
    )
    assert refusal(issuance.issue, plain, by=books.admin, now=NOW) == alone
    assert refusal(books.move, "pending", "omge 2", 5, type_="cancellation_omge", by=books.admin) == alone
    assert refusal(books.move, "pending", "share_of_proceeds", 5, type_="share_of_proceeds", by=books.admin) == alone
    back = {"type_": "authorization_back_omge", "authorization": "THA-1", "by": books.admin}
    assert refusal(books.move, "cancellation_omge", "cancellation_omge", 20, **back) == alone
    laid = {"type_": "authorization", "authorization": "THA-1", "by": books.admin}
    assert refusal(books.move, "THA", "THA", 5, **laid) == alone
    assert refusal(books.move, "pending", "THA", 930, type_="forwarding", by=books.admin) == alone
    audit_is_clean()


def test_instructions_that_are_refused(books: Books) -> None:
    assert refusal(issue, books, 100) == (Code.MECHANISM_STATEMENT_MISSING,)
    state(books, Statement.FULL, authorization="THA-1")
    assert refusal(issue, books, 100, ("CHE", 92)) == (Code.MECHANISM_INSTRUCTION,)
    assert refusal(issue, books, 100, ("CHE", 94)) == (Code.MECHANISM_INSTRUCTION,)
    assert refusal(issue, books, 100, ("CHE", 94), ("THA", -1)) == (Code.QUANTITY_NOT_POSITIVE,)
    assert refusal(issue, books, 100, reference=" ") == (Code.MECHANISM_INSTRUCTION,)
    assert refusal(issue, books, 100, ("GHA", 93)) == (Code.MECHANISM_NOT_A_PARTICIPANT,)
    assert refusal(issue, books, 100, omge_percent=Fraction(1)) == (Code.MECHANISM_OMGE_PERCENT,)
    assert refusal(issue, books, 0) == (Code.QUANTITY_NOT_POSITIVE,)
    assert refusal(issue, books, 100, party="CHE") == (Code.ACTIVITY_UNKNOWN,)
    assert refusal(issue, books, 100, vintage_year=2027) == (Code.VINTAGE_OUT_OF_RANGE,)
    assert refusal(issue, books, 100, batch=BatchAttributes(UnitType.CER)) == (Code.UNIT_TYPE_UNKNOWN,)
    new = NewA64("THA", "77", 100, 2023, "SB")
    assert refusal(mechanism.issue_a64, new, by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    left = Participant("CHE", "Alp AG", "LoA 6", is_authorized=False)
    statements.record_participant("THA", "77", left, by=books.admin, now=NOW)
    assert refusal(issue, books, 100, ("CHE", 93)) == (Code.MECHANISM_NOT_A_PARTICIPANT,)
    issue(books, 100, ("THA", 93))


def test_statements_and_participants_that_are_refused(books: Books) -> None:
    assert refusal(state, books, Statement.FULL) == (Code.MECHANISM_STATEMENT,)
    assert refusal(state, books, Statement.FULL, authorization="X") == (Code.AUTHORIZATION_UNKNOWN,)
    assert refusal(state, books, Statement.FULL, "RWA", authorization="THA-1") == (Code.AUTHORIZATION_NOT_THIS_PARTY,)
    nobody = Participant("XXX", "N", "L")
    assert refusal(statements.record_participant, "THA", "77", nobody, by=books.admin, now=NOW) == (Code.PARTY_UNKNOWN,)
    unnamed = Participant("CHE", "", "L")
    assert refusal(statements.record_participant, "THA", "77", unnamed, by=books.admin, now=NOW) == (
        Code.REQUEST_MALFORMED,
    )
    assert [state(books, Statement.NONE), state(books, Statement.FULL, authorization="THA-1")] == [1, 2]


def test_an_account_is_missing(database: Database) -> None:
    books = found_registry(Kind.MECHANISM, ("THA", "CHE"))
    books.open("pending", "pending", "ADM")
    issuance.record_activity(issuance.NewActivity("77", "THA"), by=books.admin, now=NOW)
    state(books, Statement.NONE)
    assert refusal(issue, books, 100) == (Code.MECHANISM_ACCOUNT_MISSING,)


def test_only_a_mechanism_registry_issues_a64ers(database: Database) -> None:
    books = found_registry()
    new = NewA64("GHA", "77", 100, 2023, "SB")
    assert refusal(mechanism.issue_a64, new, by=books.admin, now=NOW) == (Code.REQUEST_MALFORMED,)


def test_retirement_takes_the_right_units_only(books: Books) -> None:
    state(books, Statement.PART, quantity=500, authorization="THA-1")
    issue(books, 1000, ("CHE", 465), ("CHE", 465, True))
    authorize(books, "THA-2", first=FirstTransferDefinition.ISSUANCE, purposes=Purpose.OIMP, oimp="CORSIA")
    state(books, Statement.FULL, authorization="THA-2")
    issue(books, 100, ("CHE", 93))
    state(books, Statement.FULL, authorization="THA-1")
    issue(books, 100, ("CHE", 93), vintage_year=2020)
    ndc, contribution, oimp, early = books.holds("CHE")
    use = {"type_": "use_ndc", "use_year": 2024}
    assert refusal(books.move, "CHE", "ndc", None, contribution, **use) == (Code.UNIT_NOT_AUTHORIZED,)
    assert refusal(books.move, "CHE", "ndc", None, oimp, **use) == (Code.AUTHORIZATION_PURPOSE_NOT_COVERED,)
    assert refusal(books.move, "CHE", "ndc", None, early, **use) == (Code.USE_OUTSIDE_PERIOD,)
    assert Code.TRANSACTION_WRONG_ACCOUNTS in refusal(books.move, "THA", "ndc", None, ndc, **use)
    used = books.move("CHE", "ndc", None, ndc, **use)
    transactions.approve(used.transaction_id, by=books.bo, now=NOW)
    assert refusal(books.move, "CHE", "voluntary", None, contribution, type_="cancellation_omge_voluntary") == (
        Code.OMGE_NOT_ADJUSTED,
    )
    more = books.move("CHE", "voluntary", None, oimp, type_="cancellation_omge_voluntary")
    transactions.approve(more.transaction_id, by=books.bo, now=NOW)
    audit_is_clean()


def test_a_voluntary_cancellation_for_omge_is_the_first_transfer_where_there_was_none(books: Books) -> None:
    state(books, Statement.FULL, authorization="THA-1")
    issue(books, 100, ("THA", 93))
    proposed = books.move("THA", "voluntary at home", 10, type_="cancellation_omge_voluntary")
    transactions.approve(proposed.transaction_id, by=books.bo, now=NOW)
    found = one("SELECT bool_and(is_first_transfer) FROM entry WHERE transaction_id = %s", (proposed.transaction_id,))
    assert found == (True,)
    audit_is_clean()


def test_what_was_left_is_forwarded_when_the_participants_say_so(books: Books) -> None:
    state(books, Statement.PART, quantity=50, authorization="THA-1")
    act = issue(books, 100)
    assert books.quantity("pending") == 93
    sent = forward(books, act, ("CHE", 40), ("THA", 40, True), key="f")
    assert forward(books, act, ("CHE", 40), ("THA", 40, True), key="f") == sent
    assert marks(sent) == [("forwarding_international", 40, True), ("forwarding", 40, False)]
    assert refusal(forward, books, act, ("CHE", 7)) == (Code.MECHANISM_INSTRUCTION,)
    assert refusal(forward, books, act, ("CHE", 0)) == (Code.QUANTITY_NOT_POSITIVE,)
    assert refusal(forward, books, act, ("GHA", 1)) == (Code.MECHANISM_NOT_A_PARTICIPANT,)
    assert refusal(forward, books, act) == (Code.MECHANISM_INSTRUCTION,)
    assert refusal(forward, books, sent, ("CHE", 1)) == (Code.TRANSACTION_UNKNOWN,)
    forward(books, act, ("THA", 6), ("THA", 6, True))
    later_by(books, act)
    assert one("SELECT count(*) FROM block WHERE authorization_id IS NULL") == (0,)
    audit_is_clean()


def test_the_adaptation_fund_sells_its_share(books: Books) -> None:
    state(books, Statement.PART, quantity=50, authorization="THA-1")
    issue(books, 100)
    assert books.quantity("share_of_proceeds") == 5
    appoint(books, books.ama, "ADM", Role.TRUSTEE)
    out = {"type_": "transfer_proceeds"}
    assert refusal(books.move, "share_of_proceeds", "CHE", 5, **out) == (Code.UNIT_NOT_AUTHORIZED,)
    sold = books.move("share_of_proceeds", "CHE", 3, **out)
    transactions.approve(sold.transaction_id, by=books.bo, now=NOW)
    assert one("SELECT bool_or(is_first_transfer) FROM entry WHERE transaction_id = %s", (sold.transaction_id,)) == (
        False,
    )
    audit_is_clean()


def test_cers_are_taken_over_once_found_and_retired(books: Books) -> None:
    taken = take(books, kyoto(books, 5001, 6000), kyoto(books, 7001, 7010), key="file 1")
    assert [str(each.serials) for each in taken] == ["1-1000", "1001-1010"]
    assert take(books, kyoto(books, 5001, 6000), kyoto(books, 7001, 7010), key="file 1") == taken
    [found] = units.find("IN-5-5050-2-2-0-1234")
    assert (found.registry, found.party, found.serial) == ("INT", "IND", 50)
    assert found.batch["attributes"]["is_pre_2021"] is True
    assert found.batch["original_serial"] == "IN-5-5001-2-2-0-1234 - IN-5-6000-2-2-0-1234"
    assert units.find("IN-5-6001-2-2-0-1234") == units.find("IN-5-5050-2-2-0-99") == []
    for first, last in ((6000, 6000), (5001, 5001), (4000, 5001), (7010, 7011), (4000, 8000)):
        assert refusal(take, books, kyoto(books, first, last)) == (Code.CER_TAKEN_OVER,)
    assert refusal(take, books, kyoto(books, 8001, 8005), kyoto(books, 8005, 8006)) == (Code.CER_TAKEN_OVER,)
    take(books, kyoto(books, 6001, 7000), kyoto(books, 4990, 5000), kyoto(books, 7011, 7011))
    assert refusal(books.move, "CHE", "ndc later", 5, type_="use_ndc", use_year=2032) == (Code.CER_NOT_FIRST_NDC,)
    used = books.move("CHE", "ndc", 600, type_="use_ndc", use_year=2024)
    transactions.approve(used.transaction_id, by=books.bo, now=NOW)
    assert one("SELECT count(*) FROM entry WHERE is_first_transfer") == (0,)
    audit_is_clean()


def test_cers_that_are_not_taken_over(books: Books) -> None:
    early = kyoto(books, 1, 9, registered_on=date(2012, 12, 31))
    assert refusal(take, books, early) == (Code.CER_INELIGIBLE,)
    assert refusal(take, books, kyoto(books, 1, 9, unit=6)) == (Code.CER_INELIGIBLE,)
    assert refusal(take, books, kyoto(books, 1, 9, unit=7)) == (Code.CER_INELIGIBLE,)
    assert refusal(take, books, kyoto(books, 9, 1)) == (Code.SERIAL_MALFORMED,)
    assert refusal(take, books, kyoto(books, 1, 9, "pending"))[0] is Code.TRANSACTION_WRONG_ACCOUNTS
    take(books, kyoto(books, 1, 9, "share_of_proceeds"))
    assert refusal(cers.take_over, [kyoto(books, 10, 10)], by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)


def test_a_file_of_the_cdm_registry(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "transfer.csv"
    head = "first_serial,last_serial,receiving_account,registered_on\n"
    number = books.accounts["CHE"].number
    file.write_text(f"{head}IN-5-1-2-2-0-7,IN-5-20-2-2-0-7,{number},2014-05-06\n", encoding="utf-8")
    assert [str(each.serials) for each in take(books, *cers.read_file(file))] == ["1-20"]
    file.write_text(f"{head}IN-5-1-2-2-0-7,IN-5-20-2-2-0-7,{number},soon\nIN-5-1\n", encoding="utf-8")
    assert refusal(cers.read_file, file) == (Code.FILE_VALUE, Code.FILE_ROW_TRUNCATED)
    file.write_text("first_serial\n", encoding="utf-8")
    assert refusal(cers.read_file, file) == (Code.FILE_COLUMNS,)


def test_two_who_take_the_same_serials_over_at_once(books: Books) -> None:
    def attempt(first: int) -> str:
        try:
            take(books, kyoto(books, first, first + 9, project=first))
            return "taken"
        except Refused as no:
            return str(no.codes[0])
        finally:
            close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(attempt, (100, 101, 102, 103)))
    assert sorted(told) == ["cer.taken_over"] * 3 + ["taken"]
    assert one("SELECT sum(hi - lo + 1) FROM batch") == (10,)
    audit_is_clean()


def test_issuance_waits_for_its_fee(books: Books) -> None:
    state(books, Statement.NONE)
    by = {"by": books.admin, "now": NOW}
    due = fees.invoice("77", FeeRequest(Fee.ISSUANCE, "THA", quantity=10_003), **by)  # type: ignore[arg-type]
    assert due["amount_cents"] == 200_060
    assert refusal(issue, books, 10_003) == (Code.FEE_UNPAID,)
    fees.record_payment(due["id"], fees.Payment(200_000, date(2026, 3, 1), "wire 1"), **by)  # type: ignore[arg-type]
    assert refusal(issue, books, 10_003) == (Code.FEE_UNPAID,)
    paid = fees.record_payment(due["id"], fees.Payment(60, date(2026, 3, 2), "wire 2"), **by)  # type: ignore[arg-type]
    assert paid["paid_cents"] == 200_060
    issue(books, 10_003)
    more = fees.Payment(1, date(2026, 3, 2), "wire 3")
    assert refusal(fees.record_payment, due["id"], more, **by) == (Code.FEE_PAID_ALREADY,)
    assert refusal(fees.record_payment, 99, more, **by) == (Code.FEE_UNKNOWN,)
    waived = fees.invoice("77", FeeRequest(Fee.ISSUANCE, "RWA", quantity=10_003), **by)  # type: ignore[arg-type]
    assert (waived["is_waived"], waived["amount_cents"]) == (True, 0)


def test_the_database_takes_a_kyoto_serial_once_whoever_asks(books: Books, database: Database) -> None:
    [taken] = take(books, kyoto(books, 5001, 6000))
    again = """INSERT INTO cer_taken_over (party, lo, hi, first_serial, last_serial, registered_on, batch_id, taken_at)
               VALUES ('IND', 6000, 6001, '', '', '2014-01-01', %s, now())"""
    with psycopg.connect(database.owner_url) as connection, pytest.raises(psycopg.Error, match=r"cer\.taken_over"):
        connection.execute(again, (taken.batch_id,))


def test_the_secretariat_needs_no_role_in_the_parties_sections(books: Books) -> None:
    dora = people.add_person("dora", "Dora", by=books.admin, now=NOW)
    appoint(books, dora, "ADM", Role.SECRETARIAT)
    new = issuance.NewActivity("A64-NEW", "GHA", "A new activity")
    assert issuance.record_activity(new, by=dora, now=NOW) > 0
    state(books, Statement.CONTRIBUTION)
    act = issue(books, 100, ("THA", 93), by=dora)
    later_by(books, act, by=dora)
    thai = people.add_person("thida", "Thida", by=books.admin, now=NOW)
    appoint(books, thai, "THA", Role.ADMINISTRATOR)
    assert refusal(issue, books, 100, by=thai) == (Code.PERSON_NOT_PERMITTED,)
    audit_is_clean()


HOSTILE = [
    "UPDATE host_statement SET statement = 'does_not_authorize'",
    "DELETE FROM activity_participant",
    "TRUNCATE cer_taken_over",
    "UPDATE fee_invoice SET amount_cents = 0",
    "DELETE FROM fee_payment",
    "UPDATE fee_refund SET amount_cents = 1",
]


@pytest.mark.parametrize("statement", HOSTILE)
def test_what_was_recorded_is_never_changed_not_even_by_the_owner(database: Database, statement: str) -> None:
    with psycopg.connect(database.owner_url) as connection, pytest.raises(psycopg.Error, match=r"ledger\.append_only"):
        connection.execute(statement)
