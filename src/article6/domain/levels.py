"""Levels on which a balance rests: inventory totals, trajectories or budgets, targets, indicators, year by year.

A series has one source and one unit. It is recorded whole, as a version; a later one takes the place of the earlier.
Amounts are decimal numbers, exact.

Source: 2/CMA.3 annex paras 7, 10, 18(d)-(f) and 23(a), (b), (i).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from article6.domain.refusals import N_, Code, Refusal

YEARS = range(1990, 2200)
_AMOUNT = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,6})?")


class LevelKind(StrEnum):
    """What a series is of."""

    COVERED = "covered"
    AFFECTED = "affected"
    INDICATOR = "indicator"
    BUDGET = "budget"
    TARGET = "target"
    REFERENCE = "reference"


TITLES: Mapping[LevelKind, tuple[str, str]] = {
    LevelKind.COVERED: (N_("Emissions and removals covered by the NDC"), "23(a)"),
    LevelKind.AFFECTED: (N_("Emissions and removals of the categories that policies and measures affect"), "10"),
    LevelKind.INDICATOR: (N_("Level of the non-GHG indicator"), "23(i)"),
    LevelKind.BUDGET: (N_("Trajectory or budget"), "7"),
    LevelKind.TARGET: (N_("Target level"), "18(d)"),
    LevelKind.REFERENCE: (N_("Reference level"), "18(d)"),
}
"""What each kind is called, and its paragraph of the annex to 2/CMA.3."""

OF_ANY_UNIT = frozenset({LevelKind.BUDGET, LevelKind.TARGET, LevelKind.REFERENCE})
"""These are in t CO2 eq or in the unit of an indicator; emissions are in t CO2 eq only."""


@dataclass(frozen=True, slots=True)
class Series:
    """One version of a series: calendar years in order, each with its amount; `unit` is empty for t CO2 eq.

    A target stands at the last year of the period that it is of (the total, where it is of all its years).
    """

    party: str
    kind: LevelKind
    source: str
    values: tuple[tuple[int, Decimal], ...]
    unit: str = ""
    remark: str = ""
    version: int = 0

    def levels(self) -> dict[int, Fraction]:
        """The amounts by year."""
        return {year: Fraction(amount) for year, amount in self.values}


def amount(text: str) -> Decimal:
    """An amount as people and files write it: a decimal number without separators.

    Raises:
        ValueError: it is none.
    """
    given = text.strip()
    if not _AMOUNT.fullmatch(given):
        raise ValueError(f"{text!r}: give a number such as 59800000 or 12.5, without separators")
    return Decimal(given)


def refusals(given: Series) -> list[Refusal]:
    """Every reason against a version of a series."""
    return [Refusal(Code.LEVELS_MALFORMED, f"{given.party} {given.kind}", each) for each in _reasons(given)]


def _reasons(given: Series) -> Iterator[str]:
    if not given.source.strip():
        yield "name the source"
    if not given.values:
        yield "give at least one year with its amount"
    years = [year for year, _amount in given.values]
    if years != sorted(set(years)):
        yield "give each year once, in order"
    for year in years:
        if year not in YEARS:
            yield f"{year}: years run from {YEARS.start} to {YEARS.stop - 1}"
    for year, value in given.values:
        if not _AMOUNT.fullmatch(f"{value:f}"):
            yield f"{year}: at most 18 digits before the point and 6 after it"
    if given.kind is LevelKind.INDICATOR and not given.unit:
        yield "name the unit of the indicator"
    if given.unit and given.kind is not LevelKind.INDICATOR and given.kind not in OF_ANY_UNIT:
        yield "emissions are in t CO2 eq: name no unit"


def continued(given: Series, before: Series | None) -> Series:
    """The series with the years of the version before that it does not name, where both have the same source.

    Of another source nothing stays: figures of two sources are not one series.
    """
    if before is None or before.source != given.source:
        return given
    merged = dict(before.values) | dict(given.values)
    return Series(
        given.party, given.kind, given.source, tuple(sorted(merged.items())), given.unit, given.remark, given.version
    )
