"""Balances of Ghana and Switzerland, worked out from the ledger of the first two transfers and from their levels."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from openpyxl import load_workbook

from article6.domain.adjustments import Basis
from article6.domain.adjustments import Method as Applied
from article6.domain.levels import LevelKind, Series
from article6.domain.ndcs import Method, Ndc, Target
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.reporting.itmo_amounts import FIRST_TRANSFERRED, USED
from article6.reporting.summary_files import write_xlsx
from article6.services import balances, demo, levels, parties, pioneers
from article6.services.cdm import replay
from article6.store.database import rows

NOW = datetime(2026, 3, 1, tzinfo=UTC)
THAILAND = Ndc("THA", "first NDC", 1, 2021, 2030, Target.SINGLE_YEAR, "GHG", "", Method.AVERAGING, date(2020, 10, 1))
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def by(database: object) -> PersonId:
    by = demo.found_international(now=NOW)
    pioneers.book(by=by, progress=replay.silent)
    return by


def ndc(by: PersonId, **more: object) -> Ndc:
    return parties.record_ndc(replace(THAILAND, **more), by=by, now=NOW)  # type: ignore[arg-type]


def level(by: PersonId, party: str, kind: LevelKind, values: dict[int, object], **more: str) -> Series:
    given = tuple((year, Decimal(str(each))) for year, each in values.items())
    new = Series(party, kind, more.pop("source", "BTR1"), given, **more)
    return levels.record(new, by=by, now=NOW)


def refusal(act: Callable[[], object]) -> tuple[Code, ...]:
    before = rows("SELECT (SELECT count(*) FROM party_level), (SELECT count(*) FROM audit_event)")
    with pytest.raises(Refused) as no:
        act()
    assert rows("SELECT (SELECT count(*) FROM party_level), (SELECT count(*) FROM audit_event)") == before
    return no.value.codes


def test_the_ledgers_first_transfers_are_averaged_over_the_elapsed_years(by: PersonId) -> None:
    ndc(by)
    level(by, "THA", LevelKind.COVERED, {2021: 300_000_000, 2022: 310_000_000, 2024: 320_000_000})
    level(by, "THA", LevelKind.TARGET, {2030: 333_000_000})
    found = balances.balance("THA", now=NOW)
    vintage = next(year for year, each in found.summary.tallied.amounts.items() if each.first_transferred)
    at = {each.year: each for each in found.summary.years}
    assert (found.summary.plan.method, found.summary.through) == (Applied.AVERAGING, 2026)
    assert at[2026].adjustment == Fraction(1916, 6)
    assert at[vintage].adjustment == Fraction(1916, vintage - 2020)
    assert at[2024].balance == 320_000_000 + Fraction(1916, 4)
    assert (at[2023].balance, at[2023].margin) == (None, None)
    assert found.summary.allowance == 333_000_000 - Fraction(1916, 10)
    assert found.sources == {"covered": "BTR1", "target": "BTR1"}


def test_switzerland_subtracts_what_it_used_and_says_where_it_came_from(by: PersonId) -> None:
    ndc(by, party="CHE", method=Method.TRAJECTORY, target=Target.MULTI_YEAR)
    level(by, "CHE", LevelKind.BUDGET, dict.fromkeys(range(2021, 2031), 35_000_000))
    found = balances.balance("CHE", now=NOW).summary
    assert [each.used for each in found.tallied.amounts.values()] == [1000]
    [share] = found.tallied.shares
    assert (share.what, share.year, share.transferring_party, share.using_party) == (USED, 2024, "THA", "CHE")
    assert share.sectors
    assert found.allowance == 350_000_000 + 1000


def test_certified_emission_reductions_count_in_the_adjustment_and_not_as_itmos(database: object) -> None:
    from ledger.mechanism_books import kyoto, take, with_more_accounts

    from article6.services import transactions

    books = with_more_accounts()
    take(books, kyoto(books, 1, 100))
    used = books.move("CHE", "ndc", 60, type_="use_ndc", use_year=2022)
    transactions.approve(used.transaction_id, by=books.bo, now=NOW)
    ndc(books.admin, party="CHE", method=Method.TRAJECTORY, communicated_on=date(2021, 1, 1))
    at = {each.year: each for each in balances.balance("CHE", now=NOW).summary.years}
    assert (at[2022].amounts.cers, at[2022].net, at[2022].adjustment) == (60, 0, -60)


def test_what_if_half_a_million_more_were_exported(by: PersonId) -> None:
    ndc(by, party="GHA", method=Method.TRAJECTORY)
    level(by, "GHA", LevelKind.TARGET, {2030: 48_500_000})
    found = balances.what_if("GHA", now=NOW, export=500_000, vintage=2030)
    assert (found.before.allowance, found.after.allowance) == (48_500_000, 48_000_000)
    changed = [
        each["year"] for each in balances.as_lines(found) if each["adjustment_before"] != each["adjustment_after"]
    ]
    assert changed == [2030]
    bought = balances.what_if("GHA", now=NOW, use=7, year=2030)
    assert bought.after.allowance == 48_500_007
    assert balances.what_if_as_json(found)["allowance_after"] == {"exact": "48000000", "rounded": "48000000"}


def test_a_what_if_of_nothing_changes_nothing(by: PersonId) -> None:
    ndc(by)
    found = balances.what_if("THA", now=NOW, export=0, vintage=2027, use=0, year=2030)
    assert found.before.years == found.after.years
    assert found.before.rows == found.after.rows
    assert found.before.allowance == found.after.allowance


def test_what_cannot_be_worked_out_is_refused(by: PersonId) -> None:
    assert refusal(lambda: balances.balance("THA", now=NOW)) == (Code.BALANCE_NO_NDC,)
    assert refusal(lambda: balances.balance("XXX", now=NOW)) == (Code.PARTY_UNKNOWN,)
    ndc(by)
    assert refusal(lambda: balances.balance("THA", now=NOW, ndc="other")) == (Code.BALANCE_NO_NDC,)
    assert refusal(lambda: balances.what_if("THA", now=NOW, export=1, vintage=2031)) == (Code.BALANCE_NO_NDC,)
    outside = lambda: balances.what_if("THA", now=NOW, export=1, vintage=2025, use=1, year=2031)  # noqa: E731
    assert refusal(outside) == (Code.REQUEST_MALFORMED,)
    assert refusal(lambda: balances.what_if("THA", now=NOW, export=1)) == (Code.REQUEST_MALFORMED,)
    assert refusal(lambda: balances.what_if("THA", now=NOW, export=-1, vintage=2025)) == (Code.REQUEST_MALFORMED,)


def test_policies_and_indicators_are_adjusted_on_their_own_levels(by: PersonId) -> None:
    ndc(by)
    level(by, "THA", LevelKind.COVERED, {2023: 300})
    level(by, "THA", LevelKind.AFFECTED, {2023: 40})
    found = balances.balance("THA", now=NOW).summary
    assert found.plan.basis is Basis.POLICIES
    figures = {row.key: row.figures.get(2023) for row in found.rows}
    assert (figures["total"], figures["covered"], figures["covered_portion"]) == (300, 40, 40)
    ndc(by, party="GHA", metric="non-GHG", metric_unit="MWh")
    level(by, "GHA", LevelKind.INDICATOR, {2025: "12.5"}, unit="MWh")
    level(by, "GHA", LevelKind.TARGET, {2030: 20}, unit="MWh")
    level(by, "GHA", LevelKind.COVERED, {2023: 1_000, 2025: 1_000_000})
    told = balances.balance("GHA", now=NOW, through=2025)
    assert LevelKind.COVERED in told.sources, "its emissions balance begins from them"
    found = told.summary
    assert (found.plan.basis, found.unit) == (Basis.NON_GHG, "MWh")
    assert found.years[-1].balance == Fraction(25, 2)
    assert (found.achievement.margin, found.tallied.amounts) == (Fraction(-15, 2), {})
    # Ghana's units are in t CO2 eq: they leave the indicator alone, and add to its emissions.
    figures = {row.key: row.figures for row in found.rows}
    assert set(figures["adjustment"].values()) == {0}
    sent = figures["adjustment_tco2e"][2025] or 0
    assert sum(each or 0 for each in figures["adjustment_tco2e"].values()) > 0
    assert figures["balance"][2025] == 1_000_000 + sent


def test_the_workbook_has_the_figures_exactly(by: PersonId) -> None:
    ndc(by)
    found = balances.balance("THA", now=NOW).summary
    file = io.BytesIO()
    write_xlsx(found, file)
    book = load_workbook(file)
    table = {row[1].value: [cell.value for cell in row[5:]] for row in book["Table 4"].iter_rows(min_row=6)}
    adjustments = table["Total quantitative corresponding adjustments, CERs included"]
    assert "=958/3" in adjustments
    assert 1916 in table["Cumulative net quantity of ITMOs"]
    assert book["Breakdown"]["B5"].value == "First transferred"
    assert found.tallied.shares[0].what == FIRST_TRANSFERRED


def test_over_all_parties_what_was_first_transferred_is_used_held_or_cancelled(by: PersonId) -> None:
    found = balances.flow(2025, now=NOW)
    assert (found.first_transferred, found.used, found.cancelled) == (1916 + 240 + 11733, 1000, 240)
    assert (found.held, found.with_fund, found.difference) == (916 + 11733, 0, 0)
    assert balances.flow(2022, now=NOW).first_transferred == 0
