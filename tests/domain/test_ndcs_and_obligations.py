"""What is recorded of NDCs and reports, and what a Party owes by a day: pure law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from article6.domain import ndcs, obligations
from article6.domain.ndcs import Method, Ndc, Report, ReportKind, Target
from article6.domain.obligations import Duty, Obligation, OimpUnits, Records, State
from article6.domain.refusals import Code

NDC = Ndc("GHA", "first", 1, 2021, 2030, Target.MULTI_YEAR, "GHG", "", Method.TRAJECTORY, date(2021, 11, 4))
INITIAL = Report("GHA", ReportKind.INITIAL, "IR", 1, date(2023, 5, 1), ("CA0001",))
UPDATED = Report("GHA", ReportKind.UPDATED, "UIR", 1, date(2024, 5, 1), ("CA0002",))
ANNUAL = Report("GHA", ReportKind.ANNUAL, "GHA 2023 1.0", 1, date(2024, 4, 1), year=2023)
TODAY = date(2026, 3, 1)


def reasons(given: Ndc, recorded: tuple[Ndc, ...] = (), reports: tuple[Report, ...] = ()) -> list[str]:
    found = ndcs.ndc_refusals(given, recorded, reports)
    assert {each.code for each in found} <= {Code.NDC_MALFORMED}
    return [each.detail for each in found]


def test_an_ndc_as_it_should_be() -> None:
    assert reasons(NDC) == []
    assert reasons(replace(NDC, target=Target.SINGLE_YEAR, method=Method.AVERAGING)) == []
    assert reasons(replace(NDC, metric="non-GHG", metric_unit="MWh")) == []


@pytest.mark.parametrize(
    "more",
    [
        {"year_last": 2020},
        {"year_first": 2020},
        {"metric": "both"},
        {"metric": "non-GHG"},
        {"metric_unit": "MWh"},
        {"method": Method.AVERAGING},
        {"sectors": ("Energy", "Energy")},
        {"version": 2},
    ],
)
def test_what_an_ndc_may_not_say(more: dict[str, object]) -> None:
    assert len(reasons(replace(NDC, **more))) >= 1  # type: ignore[arg-type]


def test_everything_wrong_with_an_ndc_is_said_at_once() -> None:
    wrong = replace(NDC, year_last=2019, metric="x", metric_unit="y", method=Method.AVERAGING, version=3)
    assert len(reasons(wrong)) >= 4


def test_a_second_ndc_begins_after_the_first_has_ended() -> None:
    second = replace(NDC, code="second", year_first=2031, year_last=2035)
    assert reasons(second, (NDC,)) == []
    assert reasons(replace(second, year_first=2030), (NDC,)) != []
    assert reasons(replace(second, year_first=2030), (replace(NDC, is_withdrawn=True),)) == []


def test_the_method_that_an_initial_report_communicated_stays() -> None:
    single = replace(NDC, target=Target.SINGLE_YEAR)
    other = replace(single, version=2, method=Method.AVERAGING)
    assert reasons(other, (single,)) == []
    assert reasons(other, (single,), (INITIAL,)) != []
    assert reasons(other, (single,), (replace(INITIAL, is_withdrawn=True),)) == []
    assert reasons(replace(other, method=Method.TRAJECTORY), (single,), (INITIAL,)) == []


def report_reasons(given: Report, *recorded: Report) -> list[str]:
    found = ndcs.report_refusals(given, recorded, TODAY)
    assert {each.code for each in found} <= {Code.REPORT_MALFORMED}
    return [each.detail for each in found]


def test_one_initial_report_and_updates_of_it() -> None:
    assert report_reasons(INITIAL) == []
    assert report_reasons(replace(INITIAL, reference="other"), INITIAL) != []
    assert report_reasons(UPDATED) != []
    assert report_reasons(UPDATED, INITIAL) == []
    assert report_reasons(replace(INITIAL, version=2, is_withdrawn=True), INITIAL) == []
    assert report_reasons(replace(INITIAL, reference="other"), replace(INITIAL, is_withdrawn=True)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        replace(INITIAL, reference=" "),
        replace(INITIAL, submitted_on=date(2026, 3, 2)),
        replace(INITIAL, approaches=()),
        replace(INITIAL, year=2023),
        replace(INITIAL, approaches=("CA0001", "CA0001")),
        replace(INITIAL, version=2),
        replace(ANNUAL, year=None),
        replace(ANNUAL, approaches=("CA0001",)),
        replace(ANNUAL, submitted_on=date(2023, 12, 31)),
    ],
)
def test_what_the_record_of_a_report_may_not_say(wrong: Report) -> None:
    assert report_reasons(wrong) != []


def owed(on: date, **more: object) -> dict[tuple[Duty, str], Obligation]:
    found = obligations.obligations(Records("GHA", **more), on)  # type: ignore[arg-type]
    assert len({(each.duty, each.subject) for each in found}) == len(found)
    return {(each.duty, each.subject): each for each in found}


def test_an_initial_report_is_owed_from_the_authorization_on() -> None:
    authorized = (("CA0001", date(2025, 3, 1)),)
    key = (Duty.INITIAL_REPORT, "CA0001")
    assert key not in owed(date(2025, 2, 28), authorized=authorized)
    assert owed(date(2025, 3, 1), authorized=authorized)[key].state is State.DUE
    # With the annual information on 2025, which comes before the transparency report of 2026.
    assert owed(date(2026, 4, 15), authorized=authorized)[key].state is State.DUE
    assert owed(date(2026, 4, 16), authorized=authorized)[key].state is State.OVERDUE
    assert owed(date(2026, 4, 16), authorized=authorized, reports=(INITIAL,))[key].state is State.DONE


def test_an_authorization_in_a_year_of_transparency_reports_is_reported_with_it() -> None:
    assert obligations.initial_report_due(date(2026, 3, 1)) == date(2026, 12, 31)
    assert obligations.initial_report_due(date(2025, 3, 1)) == date(2026, 4, 15)


def test_each_further_approach_needs_an_updated_initial_report() -> None:
    authorized = (("CA0001", date(2023, 1, 1)), ("CA0002", date(2024, 1, 1)))
    found = owed(TODAY, authorized=authorized, reports=(INITIAL,))
    assert found[Duty.INITIAL_REPORT, "CA0001"].state is State.DONE
    assert found[Duty.UPDATED_INITIAL_REPORT, "CA0002"].state is State.OVERDUE
    found = owed(TODAY, authorized=authorized, reports=(INITIAL, UPDATED))
    assert found[Duty.UPDATED_INITIAL_REPORT, "CA0002"].state is State.DONE


def test_annual_information_is_due_by_15_april_of_the_next_year() -> None:
    key = (Duty.ANNUAL_INFORMATION, "2023")
    assert key not in owed(date(2023, 12, 31), years=(2023,))
    assert owed(date(2024, 4, 15), years=(2023,))[key].state is State.DUE
    assert owed(date(2024, 4, 16), years=(2023,))[key].state is State.OVERDUE
    assert owed(date(2024, 4, 16), years=(2023,), reports=(ANNUAL,))[key].state is State.DONE
    assert owed(date(2024, 4, 16), years=(2023,), reports=(replace(ANNUAL, year=2022),))[key].state is State.OVERDUE


def test_first_transfers_for_oimp_are_recorded_before_the_report_on_the_periods_end() -> None:
    assert obligations.first_transfer_due(2030) == date(2031, 12, 31)
    assert obligations.first_transfer_due(2025) == date(2027, 12, 31)
    key = (Duty.FIRST_TRANSFER_OIMP, "2021-2030")
    waiting, done = OimpUnits(2023, 100, 40), OimpUnits(2024, 5, 0)
    found = owed(date(2031, 12, 31), ndcs=(NDC,), oimp=(waiting, done))[key]
    assert (found.state, found.detail) == (State.DUE, "40 units wait")
    assert owed(date(2032, 1, 1), ndcs=(NDC,), oimp=(waiting, done))[key].state is State.OVERDUE
    assert owed(date(2032, 1, 1), ndcs=(NDC,), oimp=(done,))[key].state is State.DONE
    assert key not in owed(date(2032, 1, 1), oimp=(waiting,))
    assert key not in owed(date(2032, 1, 1), ndcs=(NDC,), oimp=(OimpUnits(2031, 1, 1),))


def test_an_ndc_is_owed_once_a_party_authorizes() -> None:
    authorized = (("CA0001", date(2023, 1, 1)),)
    key = (Duty.NDC, "CA0001")
    assert key not in owed(TODAY)
    assert owed(TODAY, authorized=authorized)[key].state is State.OVERDUE
    assert owed(TODAY, authorized=authorized, ndcs=(NDC,))[key].state is State.DONE
    assert owed(TODAY, authorized=authorized, ndcs=(replace(NDC, is_withdrawn=True),))[key].state is State.OVERDUE
