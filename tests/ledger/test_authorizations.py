"""Stories of authorizations: all they say, their ceilings, dates and entities, and units in whichever hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from ledger.authorizing import PLAIN, abroad, approved, held_by, lay, record, with_approach
from ledger.books import NOW, Books, audit_is_clean
from ledger.test_races import at_once, losers, winners
from ledger.test_refusals import refusal

from article6.domain.authorizations import (
    Basis,
    ChangeTerms,
    CoveredSerials,
    Duration,
    Entity,
    FirstTransferDefinition,
    Purpose,
    Scope,
)
from article6.domain.kinds import Role
from article6.domain.orders import Issuance
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.reporting.aef_records import ActionType
from article6.services import aef, authorization_acts, authorizations, issuance, people, transactions
from article6.store.database import one, one_moment, rows
from article6.store.queries import authorizations as reading

LATER = datetime(2031, 1, 1, tzinfo=UTC)
OIMP = {"purposes": Purpose.OIMP, "oimp": "use under CORSIA"}


@pytest.fixture
def books(database: object) -> Books:
    return with_approach(FirstTransferDefinition.USE_OR_CANCELLATION)


def test_every_element_is_recorded_and_read_again(books: Books) -> None:
    new = replace(
        PLAIN, quantity=500, parties=("CHE",), entities=(Entity("E", "CHE", "CHE-1"),), year_first=2021, year_last=2030,
        terms="T", remark="R", itmo_registry="GHA01", conversion="none", gwp="AR5",
        duration=Duration(date(2030, 12, 31), date(2029, 12, 31), date(2030, 6, 30)),
        basis=Basis(("Bilateral agreement",), ("VM0050",), ("VERRA", "GS")),
        changes=ChangeTerms("by agreement of both Parties", "notice of 60 days", may_reach_back=True),
        scope=Scope((2023, 2024), ("CO2", "CH4"), (), (CoveredSerials("GHA01", "GHA", 1, 900),)),
    )  # fmt: skip
    found = authorizations.record_authorization(new, by=books.admin, now=NOW, key="once")
    for name in (
        "quantity",
        "entities",
        "terms",
        "itmo_registry",
        "conversion",
        "duration",
        "basis",
        "changes",
        "scope",
    ):
        assert getattr(found, name) == getattr(new, name)
    assert not found.is_revoked
    assert authorizations.record_authorization(new, by=books.admin, now=NOW, key="once") == found


def test_everything_that_is_wrong_is_said_at_once(books: Books) -> None:
    new = replace(
        PLAIN, parties=("XXX",), quantity=0, metric="non-GHG", version=3, sectors=("",),
        duration=Duration(date(2022, 1, 1)), changes=ChangeTerms(may_reach_back=True),
        scope=Scope((2020, 2023, 2023), serials=(CoveredSerials("GHA01", "CHE", 1, 2),)),
    )  # fmt: skip
    found = refusal(authorizations.record_authorization, new, by=books.admin, now=NOW)
    assert {Code.PARTY_UNKNOWN, Code.QUANTITY_NOT_POSITIVE, Code.AUTHORIZATION_MALFORMED} <= set(found)
    assert found.count(Code.AUTHORIZATION_MALFORMED) >= 8
    assert refusal(record, books, duration=Duration(issue_until=date(2025, 1, 1), ends_on=date(2024, 1, 1))) == (
        Code.AUTHORIZATION_MALFORMED,
    )


def test_a_ceiling_holds_to_the_unit_over_all_versions(books: Books) -> None:
    record(books, quantity=100)
    lay(books, (1, 60))
    assert refusal(lay, books, (61, 101)) == (Code.AUTHORIZATION_CEILING_EXCEEDED,)
    lay(books, (61, 100))
    lay(books, (50, 100))  # what stands under it already counts once
    assert refusal(lay, books, (101, 101)) == (Code.AUTHORIZATION_CEILING_EXCEEDED,)
    assert refusal(record, books, version=2, quantity=99) == (Code.AUTHORIZATION_CEILING_EXCEEDED,)
    record(books, version=2, quantity=101)
    lay(books, (101, 101))
    assert refusal(lay, books, (102, 102)) == (Code.AUTHORIZATION_CEILING_EXCEEDED,)
    authorization_acts.withdraw_units("GHA-1", [SeriesRange(1, 1, 10)], reason="x", by=books.admin, now=NOW)
    lay(books, (102, 111))
    assert reading.count_under("GHA", "GHA-1") == 101
    audit_is_clean()


def test_a_ceiling_holds_at_issuance(books: Books) -> None:
    record(books, quantity=100)

    def issue(quantity: int, **more: object) -> object:
        batch = BatchAttributes(UnitType.MO, vintage_year=2024)
        wanted = Issuance(books.accounts["A"].number, "GHA01", "GHA", quantity, batch, authorization="GHA-1", **more)
        return issuance.issue(wanted, by=books.admin, now=NOW)

    issue(60)
    assert refusal(issue, 41) == (Code.AUTHORIZATION_CEILING_EXCEEDED,)
    issue(40)
    assert refusal(lay, books, (1, 1)) == (Code.AUTHORIZATION_CEILING_EXCEEDED,)
    audit_is_clean()


def test_two_lays_of_60_under_a_ceiling_of_100(books: Books) -> None:
    for turn in range(10):
        code, first = f"RACE {turn}", 1 + 100 * (turn % 5)
        record(books, code=code, quantity=100)
        results = at_once(
            lambda code=code, first=first: lay(books, (first, first + 59), code=code),
            lambda code=code, first=first: lay(books, (first + 500, first + 559), code=code),
        )
        assert len(winners(results)) == 1
        assert [no.codes for no in losers(results)] == [(Code.AUTHORIZATION_CEILING_EXCEEDED,)]
        assert reading.count_under("GHA", code) == 60
    audit_is_clean()


def test_a_lay_and_an_issuance_race_for_the_last_units(books: Books) -> None:
    batch = BatchAttributes(UnitType.MO, vintage_year=2024)
    for turn in range(10):
        code = f"RACE {turn}"
        record(books, code=code, quantity=100)
        wanted = Issuance(books.accounts["B"].number, "GHA01", "GHA", 60, batch, authorization=code)
        results = at_once(
            lambda code=code: lay(books, (1, 60), code=code),
            lambda wanted=wanted: issuance.issue(wanted, by=books.admin, now=NOW),
        )
        assert len(winners(results)) == 1
        assert [no.codes for no in losers(results)] == [(Code.AUTHORIZATION_CEILING_EXCEEDED,)]
    audit_is_clean()


def test_what_lies_outside_the_scope_is_not_covered(books: Books) -> None:
    record(books, scope=Scope(vintages=(2022,)))
    assert refusal(lay, books, (1, 5)) == (Code.AUTHORIZATION_VINTAGE_NOT_COVERED,)
    record(books, code="SERIALS", scope=Scope(serials=(CoveredSerials("GHA01", "GHA", 1, 50),)))
    assert refusal(lay, books, (40, 51), code="SERIALS") == (Code.AUTHORIZATION_SCOPE_NOT_COVERED,)
    by_quantity = {"type_": "authorization", "by": books.admin, "authorization": "SERIALS"}
    assert refusal(books.move, "A", "A", 10, **by_quantity) == (Code.AUTHORIZATION_SCOPE_NOT_COVERED,)
    lay(books, (40, 50), code="SERIALS")
    record(books, code="ACTIVITY", scope=Scope(activities=("COOK",)))
    assert refusal(lay, books, (1, 5), code="ACTIVITY") == (Code.AUTHORIZATION_SCOPE_NOT_COVERED,)
    issuance.record_activity(issuance.NewActivity("COOK", "GHA"), by=books.admin, now=NOW)
    [cook] = one("SELECT id FROM activity")
    batch = BatchAttributes(UnitType.MO, vintage_year=2024, activity_id=cook)
    wanted = Issuance(books.accounts["A"].number, "GHA01", "GHA", 10, batch, authorization="ACTIVITY")
    issuance.issue(wanted, by=books.admin, now=NOW)
    other = replace(wanted, batch=replace(batch, activity_id=None))
    assert refusal(issuance.issue, other, by=books.admin, now=NOW) == (Code.AUTHORIZATION_SCOPE_NOT_COVERED,)
    audit_is_clean()


def test_nothing_is_issued_laid_first_transferred_or_used_after_its_final_date(books: Books) -> None:
    record(books, duration=Duration(date(2030, 12, 31), date(2027, 12, 31), date(2029, 12, 31)))
    lay(books, (1, 60))
    abroad(books, "A", "C", (1, 30))
    books.open("ndc", "retirement", "CHE", period_first=2021, period_last=2030)
    use = books.order("C", "ndc", None, (1, 10), type_="use_ndc", use_year=2029)
    used = transactions.propose(use, by=books.ama, now=datetime(2029, 12, 31, 23, tzinfo=UTC))
    assert refusal(transactions.approve, used.transaction_id, by=books.bo, now=datetime(2030, 1, 1, tzinfo=UTC)) == (
        Code.AUTHORIZATION_EXPIRED,
    )
    onward = books.order("C", "D", None, (11, 20), type_="international_transfer")
    sent = books.order("A", "C", None, (31, 40), type_="international_transfer")
    transactions.propose(onward, by=books.ama, now=LATER)  # first transferred in time: it may go on
    assert refusal(transactions.propose, sent, by=books.ama, now=LATER) == (Code.AUTHORIZATION_EXPIRED,)
    assert refusal(lay, books, (61, 70), now=LATER) == (Code.AUTHORIZATION_EXPIRED,)
    batch = BatchAttributes(UnitType.MO, vintage_year=2024)
    wanted = Issuance(books.accounts["A"].number, "GHA01", "GHA", 1, batch, authorization="GHA-1")
    late = datetime(2028, 1, 1, tzinfo=UTC)
    assert refusal(issuance.issue, wanted, by=books.admin, now=late) == (Code.AUTHORIZATION_EXPIRED,)
    audit_is_clean()


def test_where_entities_are_named_only_their_accounts_use_for_oimp(books: Books) -> None:
    record(books, **OIMP, entities=(Entity("Air Ghana", "GHA", "GHA-77"),))
    held_by(books, "airline", "GHA-77")
    held_by(books, "broker", "GHA-78")
    books.open("corsia", "cancellation_oimp")
    lay(books, (1, 60))
    use = {"type_": "cancellation_oimp", "purpose": "CORSIA"}
    for account in ("airline", "broker"):
        books.move("A", account, 20)
    assert refusal(books.move, "broker", "corsia", 5, **use) == (Code.AUTHORIZATION_ENTITY_NOT_COVERED,)
    assert refusal(books.move, "A", "corsia", None, (41, 45), **use) == (Code.AUTHORIZATION_ENTITY_NOT_COVERED,)
    used = approved(books, books.move("airline", "corsia", 5, **use))
    assert one("SELECT is_first_transfer FROM entry WHERE transaction_id = %s", (used.transaction_id,)) == (True,)
    audit_is_clean()


def test_a_party_authorizes_units_of_several_holders_in_one_act(books: Books) -> None:
    record(books)
    books.move("A", "B", None, (101, 200))
    held_by(books, "broker", "X")
    books.move("B", "broker", None, (151, 200))
    done = lay(books, (90, 160), key="once")
    assert len(done) == 3
    assert lay(books, (90, 160), key="once") == done
    found = rows("SELECT lo, hi FROM block WHERE authorization_id IS NOT NULL ORDER BY hi")
    assert found == [(90, 100), (101, 150), (151, 160)]
    assert books.quantity("broker") == 50  # nobody gained or lost a unit
    assert refusal(lay, books, (995, 1001)) == (Code.SERIAL_MALFORMED,)
    assert refusal(lay, books, (1, 5), (5, 6)) == (Code.SERIALS_REPEATED,)
    assert refusal(lay, books) == (Code.REQUEST_MALFORMED,)
    audit_is_clean()


def test_units_in_another_partys_account_are_authorized_by_their_own_party(books: Books) -> None:
    record(books)
    batch = BatchAttributes(UnitType.MO, vintage_year=2024)
    wanted = Issuance(books.accounts["C"].number, "GHA01", "GHA", 50, batch)
    issued = issuance.issue(wanted, by=books.admin, now=NOW)
    first, last = issued.serials.first, issued.serials.last
    ghana, swiss = (people.add_person(name, name, by=books.admin, now=NOW) for name in ("gh", "ch"))
    people.give_role(ghana, books.accounts["A"].section_id, Role.PARTY_ADMINISTRATOR, by=books.admin, now=NOW)
    people.give_role(swiss, books.accounts["C"].section_id, Role.PARTY_ADMINISTRATOR, by=books.admin, now=NOW)
    assert refusal(lay, books, (first, last), by=swiss) == (Code.PERSON_NOT_PERMITTED,)
    lay(books, (first, first + 9), by=ghana)
    assert rows("SELECT lo, hi FROM block WHERE authorization_id IS NOT NULL") == [(first, first + 9)]
    audit_is_clean()


def test_a_first_transfer_by_authorization_is_reported_wherever_the_units_stand(database: object) -> None:
    books = with_approach(FirstTransferDefinition.AUTHORIZATION)
    record(books, **OIMP)
    batch = BatchAttributes(UnitType.MO, vintage_year=2024)
    wanted = Issuance(books.accounts["C"].number, "GHA01", "GHA", 50, batch)
    issued = issuance.issue(wanted, by=books.admin, now=NOW)
    lay(books, (issued.serials.first, issued.serials.first + 9))
    lay(books, (1, 5))
    with one_moment():
        acts = list(aef.aef("GHA", NOW.year, now=NOW).actions())
    assert sorted(each.itmos.quantity_tco2e or 0 for each in acts) == [5, 10]
    assert {each.type for each in acts} == {ActionType.FIRST_TRANSFER}
    audit_is_clean()


def test_an_account_that_asks_for_a_second_person_does_not_hold_up_its_party(books: Books) -> None:
    record(books)
    books.open("slow", needs_approval=True)
    books.move("A", "slow", None, (1, 100))
    lay(books, (51, 150))
    assert rows("SELECT lo, hi FROM block WHERE authorization_id IS NOT NULL ORDER BY hi") == [(51, 100), (101, 150)]
    audit_is_clean()


def test_units_that_change_hands_are_followed_and_reserved_ones_wait(books: Books) -> None:
    record(books, parties=("CHE",))
    lay(books, (1, 10))
    waiting = books.move("A", "C", None, (6, 10), type_="international_transfer")
    record(books, code="GHA-2")
    assert refusal(lay, books, (1, 10), code="GHA-2") == (Code.BLOCK_RESERVED,)
    transactions.cancel(waiting.transaction_id, by=books.ama, now=NOW)
    for turn in range(10):
        code = f"HANDS {turn}"
        record(books, code=code)

        def shuffle() -> None:
            for _ in range(8):
                books.move("A", "B", None, (201, 300))
                books.move("B", "A", None, (201, 300))

        def follow(code: str = code) -> object:
            return lay(books, (251, 320), code=code)

        def busy(act: object) -> object:
            for _ in range(20):
                try:
                    return act() or True  # type: ignore[operator]
                except Refused as no:
                    assert set(no.codes) <= {Code.BLOCK_NOT_HELD, Code.LEDGER_BUSY}
            raise AssertionError("never got through")

        assert losers(at_once(lambda: busy(shuffle), lambda: busy(follow))) == []
        assert reading.count_under("GHA", code) == 70
        if books.holds("B"):
            books.move("B", "A", books.quantity("B"))
    audit_is_clean()


def test_units_authorized_after_their_issuance_are_first_transferred_then_where_issuance_counts(
    database: object,
) -> None:
    books = with_approach(FirstTransferDefinition.ISSUANCE)
    record(books, **OIMP)
    lay(books, (1, 10))
    assert rows("SELECT lo, hi FROM entry WHERE is_first_transfer") == [(1, 10)]
    audit_is_clean()
