"""What a Party owes, as far as records here tell: reports, annual information, first transfers by their deadline.

Pure functions of records and a day. What the records cannot tell is not listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from article6.domain.ndcs import Ndc, Report, ReportKind, is_initial
from article6.domain.refusals import N_


class Duty(StrEnum):
    """What is owed."""

    NDC = "ndc"
    INITIAL_REPORT = "initial_report"
    UPDATED_INITIAL_REPORT = "updated_initial_report"
    ANNUAL_INFORMATION = "annual_information"
    FIRST_TRANSFER_OIMP = "first_transfer_oimp"


class State(StrEnum):
    """Where it stands on the day asked for."""

    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"


TITLES = {
    Duty.NDC: N_("Have an NDC communicated and on record"),
    Duty.INITIAL_REPORT: N_("Submit the initial report"),
    Duty.UPDATED_INITIAL_REPORT: N_("Submit an updated initial report for a further approach"),
    Duty.ANNUAL_INFORMATION: N_("Submit the annual information in the agreed electronic format"),
    Duty.FIRST_TRANSFER_OIMP: N_("Have first transfers for other international mitigation purposes recorded"),
}

CLAUSES = {
    Duty.NDC: "2/CMA.3 annex para 4(b)",
    Duty.INITIAL_REPORT: "2/CMA.3 annex para 18; 4/CMA.6 paras 26-27",
    Duty.UPDATED_INITIAL_REPORT: "2/CMA.3 annex para 19; 4/CMA.6 paras 26-27",
    Duty.ANNUAL_INFORMATION: "2/CMA.3 annex para 20",
    Duty.FIRST_TRANSFER_OIMP: "4/CMA.6 para 14",
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing owed since a day, by a day (included). `subject` is an approach, a year or a period."""

    party: str
    duty: Duty
    subject: str
    since: date
    due_on: date
    state: State
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OimpUnits:
    """Units of a vintage that are authorized for other international mitigation purposes; `waiting` of them were not
    first transferred yet."""

    vintage_year: int
    units: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Records:
    """All that is recorded of a Party's participation.

    `authorized` are the approaches under which it authorized, each with the day of its first authorization there, in
    the order of these days; `years` those with something to report; NDCs and reports are the latest versions.
    """

    party: str
    ndcs: tuple[Ndc, ...] = ()
    reports: tuple[Report, ...] = ()
    authorized: tuple[tuple[str, date], ...] = ()
    years: tuple[int, ...] = ()
    oimp: tuple[OimpUnits, ...] = ()


def obligations(records: Records, on: date) -> list[Obligation]:
    """What has become due by this day, with what is overdue and what is done; what is done stays listed.

    Records count as they stand; the day decides only what has begun, and what is late.
    """
    parts = (_ndc, _initial_reports, _annual_information, _first_transfers)
    return [each for part in parts for each in part(records, on) if each.since <= on]


def _owed(
    party: str, duty: Duty, subject: str, *, since: date, due_on: date, on: date, is_done: bool, detail: str = ""
) -> Obligation:
    late = State.OVERDUE if on > due_on else State.DUE
    return Obligation(party, duty, subject, since, due_on, State.DONE if is_done else late, detail)


def _ndc(records: Records, on: date) -> Iterator[Obligation]:
    for approach, day in records.authorized[:1]:
        is_done = any(not each.is_withdrawn for each in records.ndcs)
        yield _owed(records.party, Duty.NDC, approach, since=day, due_on=day, on=on, is_done=is_done)


def _initial_reports(records: Records, on: date) -> Iterator[Obligation]:
    """The report on the first approach is the initial one; each further approach needs it updated."""
    initial = [each for each in records.reports if is_initial(each)]
    for place, (approach, day) in enumerate(records.authorized):
        found = sorted(each.submitted_on for each in initial if approach in each.approaches)
        yield _owed(
            records.party,
            Duty.UPDATED_INITIAL_REPORT if place else Duty.INITIAL_REPORT,
            approach,
            since=day,
            due_on=initial_report_due(day),
            on=on,
            is_done=bool(found),
            detail=f"submitted on {found[0]}" if found else f"authorized on {day}",
        )


def initial_report_due(authorized_on: date) -> date:
    """The last day for the report on an approach first authorized that day.

    With the authorization, or with the next biennial transparency report; in any case no later than the annual
    information on that year, of which it is a condition.
    """
    return min(next_transparency_report(authorized_on), annual_information_due(authorized_on.year))


def annual_information_due(year: int) -> date:
    """The last day for the annual information on a year (2/CMA.3 annex para 20)."""
    return date(year + 1, 4, 15)


def next_transparency_report(on: date) -> date:
    """When the next biennial transparency report is due: 31 December of every even year, from 2024 on (18/CMA.1)."""
    return date(max(2024, on.year + on.year % 2), 12, 31)


def _annual_information(records: Records, on: date) -> Iterator[Obligation]:
    for year in records.years:
        found = sorted(
            each.submitted_on for each in records.reports
            if each.report is ReportKind.ANNUAL and each.year == year and not each.is_withdrawn
        )  # fmt: skip
        yield _owed(
            records.party,
            Duty.ANNUAL_INFORMATION,
            str(year),
            since=date(year + 1, 1, 1),
            due_on=annual_information_due(year),
            on=on,
            is_done=bool(found),
            detail=f"submitted on {found[0]}" if found else "",
        )


def _first_transfers(records: Records, on: date) -> Iterator[Obligation]:
    for ndc in records.ndcs:
        within = [each for each in records.oimp if ndc.covers(each.vintage_year)]
        if ndc.is_withdrawn or not within:
            continue
        waiting = sum(each.waiting for each in within)
        yield _owed(
            records.party,
            Duty.FIRST_TRANSFER_OIMP,
            f"{ndc.year_first}-{ndc.year_last}",
            since=date(ndc.year_first, 1, 1),
            due_on=first_transfer_due(ndc.year_last),
            on=on,
            is_done=not waiting,
            detail=f"{waiting} units wait" if waiting else "",
        )


def first_transfer_due(period_last: int) -> date:
    """The last day for recording first transfers for OIMP of outcomes of an NDC period (4/CMA.6 para 14).

    31 December of the year before the first transparency report that contains information on the period's end: reports
    fall in even years and reach to two years before their own (18/CMA.1 annex para 58).
    """
    report = max(2024, period_last + 2 + period_last % 2)
    return date(report - 1, 12, 31)
