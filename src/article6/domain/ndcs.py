"""What a Party communicates of its participation: NDCs, reports, and the authority that speaks for it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from article6.domain.refusals import Code, Refusal

PARIS_FIRST_YEAR = 2021
"""NDC implementation periods begin with the Paris Agreement's first."""


class Target(StrEnum):
    """Whether an NDC names its target for one year or for each of several."""

    SINGLE_YEAR = "single-year"
    MULTI_YEAR = "multi-year"


class Method(StrEnum):
    """How corresponding adjustments are applied throughout an NDC's period (2/CMA.3 annex para 7).

    A multi-year trajectory, trajectories or budget; or, for single-year targets only, the average of the years so far.
    """

    TRAJECTORY = "trajectory"
    AVERAGING = "averaging"


class ReportKind(StrEnum):
    """What a Party submits that the registry watches (2/CMA.3 annex paras 18-20)."""

    INITIAL = "initial_report"
    UPDATED = "updated_initial_report"
    ANNUAL = "annual_information"


@dataclass(frozen=True, slots=True)
class Ndc:
    """One version of an NDC. The years bound its implementation period, both included.

    A later version under the same code takes the place of the earlier one, as an updated NDC does. An empty `sectors`
    means all.
    """

    party: str
    code: str
    version: int
    year_first: int
    year_last: int
    target: Target
    metric: str
    metric_unit: str
    method: Method
    communicated_on: date
    sectors: tuple[str, ...] = ()
    reference: str = ""
    is_withdrawn: bool = False

    @property
    def period(self) -> tuple[int, int]:
        return self.year_first, self.year_last

    def covers(self, year: int) -> bool:
        return self.year_first <= year <= self.year_last


@dataclass(frozen=True, slots=True)
class Report:
    """One version of what is recorded of a submission. `approaches` are those an (updated) initial report deals with,
    `year` is the reported year of annual information."""

    party: str
    report: ReportKind
    reference: str
    version: int
    submitted_on: date
    approaches: tuple[str, ...] = ()
    year: int | None = None
    is_withdrawn: bool = False


def ndc_refusals(given: Ndc, recorded: Sequence[Ndc], reports: Iterable[Report]) -> list[Refusal]:
    """Every reason against a version; `recorded` are the Party's NDCs in their latest versions.

    Source: 2/CMA.3 annex para 7; para 18(c): the method that the initial report communicates stays throughout.
    """
    reasons = [*_content(given), *_beside(given, recorded, reports)]
    return [Refusal(Code.NDC_MALFORMED, given.code, each) for each in reasons]


def _content(given: Ndc) -> Iterator[str]:
    if given.year_first > given.year_last:
        yield "its period ends before it begins"
    if given.year_first < PARIS_FIRST_YEAR:
        yield f"{given.year_first}: periods begin from {PARIS_FIRST_YEAR} on"
    if given.metric not in ("GHG", "non-GHG"):
        yield f"metric {given.metric}: GHG or non-GHG"
    if (given.metric == "non-GHG") != bool(given.metric_unit):
        yield "a non-GHG metric, and no other, has a unit of measurement"
    if given.target is Target.MULTI_YEAR and given.method is Method.AVERAGING:
        yield "averaging is for single-year targets"
    if len(set(given.sectors)) < len(given.sectors):
        yield "a sector is named twice"


def _beside(given: Ndc, recorded: Sequence[Ndc], reports: Iterable[Report]) -> Iterator[str]:
    before = next((each for each in recorded if each.code == given.code), None)
    expected = before.version + 1 if before else 1
    if given.version != expected:
        yield f"version {given.version}: the next is {expected}"
    for each in recorded:
        apart = given.year_last < each.year_first or each.year_last < given.year_first
        if each.code != given.code and not (apart or each.is_withdrawn or given.is_withdrawn):
            yield f"its period overlaps that of {each.code}, {each.year_first}-{each.year_last}"
    if before is None or before.is_withdrawn or given.is_withdrawn or before.method is given.method:
        return
    if any(each.submitted_on >= before.communicated_on for each in reports if is_initial(each)):
        yield "the method that an initial report communicated stays throughout the period"


def is_initial(report: Report) -> bool:
    """Whether it is an initial report, updated or not, that was not withdrawn."""
    return report.report is not ReportKind.ANNUAL and not report.is_withdrawn


def report_refusals(given: Report, recorded: Sequence[Report], on: date) -> list[Refusal]:
    """Every reason against recording a submission; `recorded` are the Party's in their latest versions."""
    reasons = [*_submission(given, on), *_sequence(given, recorded)]
    return [Refusal(Code.REPORT_MALFORMED, given.reference, each) for each in reasons]


def _submission(given: Report, on: date) -> Iterator[str]:
    if not given.reference.strip():
        yield "give the document's reference"
    if given.submitted_on > on:
        yield f"submitted on {given.submitted_on}: record it when it is submitted"
    if given.report is ReportKind.ANNUAL:
        if given.year is None or given.approaches:
            yield "annual information is of a year, and of all approaches"
        elif given.submitted_on.year <= given.year:
            yield f"submitted on {given.submitted_on}: the year {given.year} was not over"
    elif given.year is not None or not given.approaches:
        yield "name the cooperative approaches it deals with, and no year"
    if len(set(given.approaches)) < len(given.approaches):
        yield "an approach is named twice"


def _sequence(given: Report, recorded: Sequence[Report]) -> Iterator[str]:
    before = [each for each in recorded if (each.report, each.reference) == (given.report, given.reference)]
    expected = before[0].version + 1 if before else 1
    if given.version != expected:
        yield f"version {given.version}: the next is {expected}"
    others = [
        each for each in recorded
        if each.report is ReportKind.INITIAL and not each.is_withdrawn and each not in before
    ]  # fmt: skip
    if given.report is ReportKind.INITIAL and others and not given.is_withdrawn:
        yield f"the initial report is {others[0].reference}; this one updates it"
    if given.report is ReportKind.UPDATED and not others:
        yield "there is no initial report that it could update"
