"""Stories of Parties: their NDCs and reports on record, what is demanded of them, what they owe."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import psycopg
import pytest
from ledger.authorizing import approved, held_by, lay, record, with_approach
from ledger.books import NOW, Books, audit_is_clean
from ledger.participation import INITIAL, NDC, record_ndc, record_report
from ledger.test_refusals import refusal

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.kinds import Role
from article6.domain.ndcs import Method, ReportKind, Target
from article6.domain.obligations import Duty, State
from article6.domain.refusals import Code
from article6.services import aef, parties, people
from article6.services.parties import Authority
from article6.store.database import row
from article6.store.queries import nomenclatures

OIMP = {"purposes": Purpose.OIMP, "oimp": "use under CORSIA"}


@pytest.fixture
def books(database: object) -> Books:
    return with_approach(FirstTransferDefinition.USE_OR_CANCELLATION)


def test_an_ndc_is_recorded_version_by_version(books: Books) -> None:
    first = record_ndc(books, target=Target.SINGLE_YEAR, sectors=("Waste management",))
    assert first == replace(NDC, target=Target.SINGLE_YEAR, sectors=("Waste management",))
    assert nomenclatures.uses("sectors", "Waste management") == ["ndc:CHE:first:1"]
    second = record_ndc(books, version=2, target=Target.SINGLE_YEAR, method=Method.AVERAGING)
    assert parties.shown("CHE")["ndcs"] == [second]
    assert refusal(record_ndc, books, version=2) == (Code.NDC_MALFORMED,)
    assert refusal(record_ndc, books, code="other", year_first=2030, year_last=2035) == (Code.NDC_MALFORMED,)
    assert refusal(record_ndc, books, version=3, sectors=("Magic",)) == (Code.NOMENCLATURE_UNKNOWN_VALUE,)
    assert refusal(record_ndc, books, version=3, communicated_on=date(2027, 1, 1)) == (Code.NDC_MALFORMED,)
    assert refusal(record_ndc, books, party="XXX") == (Code.PARTY_UNKNOWN,)
    assert refusal(record_ndc, books, party="DEU") == (Code.SECTION_UNKNOWN,)


def test_a_record_is_answered_once(books: Books) -> None:
    first = parties.record_ndc(NDC, by=books.admin, now=NOW, key="once")
    assert parties.record_ndc(NDC, by=books.admin, now=NOW, key="once") == first
    assert len(parties.shown("CHE")["ndcs"]) == 1


def test_parties_are_recorded_by_those_who_administer_them(books: Books) -> None:
    assert refusal(parties.record_ndc, NDC, by=books.ama, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(parties.record_report, INITIAL, by=books.bo, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(parties.record_authority, Authority("GHA", "Office"), by=books.cy, now=NOW) == (
        Code.PERSON_NOT_PERMITTED,
    )
    said = {"reason": "x", "by": books.ama, "now": NOW}
    assert refusal(parties.demand_ndc, None, True, **said) == (Code.PERSON_NOT_PERMITTED,)


def test_what_was_recorded_of_a_party_is_never_changed(books: Books) -> None:
    record_ndc(books)
    record_report(books)
    for table in ("ndc", "party_report", "designated_authority", "ndc_demand", "entity"):
        with pytest.raises(psycopg.errors.Error):
            row(f"UPDATE {table} SET version = 9")


def test_a_designated_authority_is_an_office(books: Books) -> None:
    new = Authority("GHA", "Carbon Market Office", "Accra", "office@cmo.example", "+233 1")
    assert parties.record_authority(new, by=books.admin, now=NOW)["version"] == 1
    found = parties.record_authority(replace(new, name="Climate Authority"), by=books.admin, now=NOW)
    assert (found["version"], parties.shown("GHA")["authority"]["name"]) == (2, "Climate Authority")
    nameless = replace(new, name=" ")
    assert refusal(parties.record_authority, nameless, by=books.admin, now=NOW) == (Code.REQUEST_MALFORMED,)


def test_reports_are_recorded_in_their_order(books: Books) -> None:
    updated = {"report": ReportKind.UPDATED, "reference": "UIR"}
    assert refusal(record_report, books, **updated) == (Code.REPORT_MALFORMED,)
    record_report(books)
    record_report(books, **updated)
    assert refusal(record_report, books, reference="another") == (Code.REPORT_MALFORMED,)
    assert refusal(record_report, books, version=2, approaches=("CA0009",)) == (Code.APPROACH_UNKNOWN,)
    annual = {"report": ReportKind.ANNUAL, "reference": "GHA 2023 1.0", "approaches": (), "year": 2023}
    record_report(books, **annual, submitted_on=date(2024, 4, 1))
    assert [each.report for each in parties.shown("GHA")["reports"]] == [
        ReportKind.INITIAL, ReportKind.UPDATED, ReportKind.ANNUAL,
    ]  # fmt: skip


def test_where_an_ndc_is_demanded_no_authorization_comes_before_it(books: Books) -> None:
    record(books, code="before")
    parties.demand_ndc("GHA", True, reason="as the operator decided", by=books.admin, now=NOW)
    assert refusal(record, books) == (Code.NDC_NOT_RECORDED,)
    record_ndc(books, party="GHA", communicated_on=date(2023, 1, 2))
    assert refusal(record, books) == (Code.NDC_NOT_RECORDED,)
    record_ndc(books, party="GHA", version=2)
    record(books)


def test_an_ndc_may_be_demanded_of_all_parties(books: Books) -> None:
    parties.demand_ndc(None, True, reason="as the operator decided", by=books.admin, now=NOW)
    assert refusal(record, books) == (Code.NDC_NOT_RECORDED,)
    parties.demand_ndc(None, False, reason="it was too early", by=books.admin, now=NOW)
    record(books)
    assert refusal(parties.demand_ndc, None, True, reason=" ", by=books.admin, now=NOW) == (Code.REQUEST_MALFORMED,)


def test_a_party_administrator_sets_the_switch_of_that_party_only(books: Books) -> None:
    sections = {"GHA": parties.section("GHA"), "CHE": parties.section("CHE")}
    people.give_role(books.cy, sections["GHA"], Role.PARTY_ADMINISTRATOR, by=books.admin, now=NOW)
    said = {"reason": "our own rule", "by": books.cy, "now": NOW}
    parties.demand_ndc("GHA", True, **said)
    assert refusal(parties.demand_ndc, "CHE", True, **said) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(parties.demand_ndc, None, False, **said) == (Code.PERSON_NOT_PERMITTED,)


def test_a_retirement_account_is_of_a_recorded_ndc_period(books: Books) -> None:
    opening = {"type_": "retirement", "section": "CHE"}
    books.open("any", **opening, period_first=2021, period_last=2025)
    record_ndc(books)
    for first, last in ((2021, 2025), (2021, 2031), (2022, 2030)):
        assert refusal(books.open, "R", **opening, period_first=first, period_last=last) == (Code.NDC_PERIOD_UNKNOWN,)
    books.open("R", **opening, period_first=2021, period_last=2030)
    record(books)
    lay(books, (1, 100))
    approved(books, books.move("A", "C", None, (1, 100), type_="international_transfer"))
    use = {"type_": "use_ndc", "use_year": 2023}
    assert refusal(books.move, "C", "any", None, (1, 10), **use) == (Code.NDC_PERIOD_UNKNOWN,)
    approved(books, books.move("C", "R", None, (1, 10), **use))
    record_ndc(books, version=2, is_withdrawn=True)
    approved(books, books.move("C", "any", None, (11, 20), **use))
    audit_is_clean()


def test_the_aef_names_the_recorded_period(books: Books) -> None:
    record(books)
    assert aef.aef("GHA", 2023, now=NOW).submission.ndc_last_year == 2030
    record_ndc(books, party="GHA", year_last=2025)
    assert aef.aef("GHA", 2023, now=NOW).submission.ndc_last_year == 2025


def states(on: date, party: str = "GHA") -> dict[tuple[Duty, str], State]:
    return {(each.duty, each.subject): each.state for each in parties.obligations(party, on=on)}


def test_what_a_party_owes_follows_from_what_is_recorded(books: Books) -> None:
    held_by(books, "air", "Air Ghana")
    held_by(books, "OIMP", "", type_="cancellation_oimp")
    record(books, **OIMP)
    lay(books, (1, 100))
    day = date(2026, 4, 16)
    assert states(day) == {
        (Duty.NDC, "CA0001"): State.OVERDUE,
        (Duty.INITIAL_REPORT, "CA0001"): State.OVERDUE,
        (Duty.ANNUAL_INFORMATION, "2023"): State.OVERDUE,
        **{(Duty.ANNUAL_INFORMATION, str(year)): State.OVERDUE for year in (2024, 2025) if year in _reported()},
    }
    record_ndc(books, party="GHA")
    record_report(books)
    annual = {"report": ReportKind.ANNUAL, "reference": "GHA 2023 1.0", "approaches": (), "year": 2023}
    record_report(books, **annual, submitted_on=date(2024, 4, 1))
    found = states(day)
    assert found[Duty.NDC, "CA0001"] is found[Duty.INITIAL_REPORT, "CA0001"] is State.DONE
    assert found[Duty.ANNUAL_INFORMATION, "2023"] is State.DONE
    oimp = (Duty.FIRST_TRANSFER_OIMP, "2021-2030")
    assert found[oimp] is State.DUE
    assert states(date(2032, 1, 1))[oimp] is State.OVERDUE
    approved(books, books.move("A", "OIMP", None, (1, 100), type_="cancellation_oimp", purpose="CORSIA"))
    assert states(date(2032, 1, 1))[oimp] is State.DONE
    assert states(day, "CHE") == {}
    assert {each.party for each in parties.obligations(None, on=day)} == {"GHA"}
    assert refusal(parties.obligations, "XXX", on=day) == (Code.PARTY_UNKNOWN,)


def _reported() -> set[int]:
    return {year for party, year in aef.reported() if party == "GHA"}
