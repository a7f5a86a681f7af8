"""All checks in the order in which they are asked, and the report on a set of files.

The order matters: a unit about which a check has spoken is not spoken of again, so what is most basic comes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from article6.reporting.checks import balances, form, information, periods, units
from article6.reporting.checks.loading import load
from article6.reporting.checks.model import Check, Outcome
from article6.reporting.checks.results import Finding, Gap, Result
from article6.reporting.checks.windows import ROWS_AT_ONCE, windows
from article6.reporting.checks.world import World
from article6.reporting.reading.reader import Reading


def _named(*codes: str) -> tuple[Check, ...]:
    known = {each.code: each for each in (*form.CHECKS, *information.CHECKS, *periods.CHECKS)}
    return tuple(known[code] for code in codes)


CHECKS: tuple[Check, ...] = (
    *form.CHECKS,
    *_named("II02", "II01", "II03", "X6"),
    units.QUANTITIES,
    *_named("II04", "II05", "II06", "II07", "STC01", "STC02", "STC03", "STC04", "X5", "X9"),
    units.FINAL,
    units.FIRST_TRANSFERS,
    units.PAIRS,
    balances.HOLDINGS,
    balances.ROLL_FORWARD,
    balances.SUMMARIES,
)


EDITION = 2
"""Goes up whenever a check may say something else of the same rows: then all that is recorded is checked anew, once."""


@dataclass(frozen=True, slots=True)
class Report:
    """What all checks said about a set of files; `notes` say what was set aside, such as older versions."""

    readings: tuple[Reading, ...]
    outcomes: tuple[Outcome, ...]
    notes: tuple[Gap, ...]

    @property
    def findings(self) -> list[tuple[Check, Finding]]:
        """Every finding with its check, in the order of the checks."""
        return [(outcome.check, finding) for outcome in self.outcomes for finding in outcome.findings]

    def result_of(self, file: str) -> Result:
        """The result for one file as a whole: what could not be checked does not make it inconsistent."""
        if any(outcome.result_of(file) is Result.INCONSISTENT for outcome in self.outcomes):
            return Result.INCONSISTENT
        return Result.CONSISTENT


def check(
    readings: list[Reading],
    totals: Mapping[tuple[str, int], Mapping[str, int | Fraction]] | None = None,
    checks: tuple[Check, ...] = CHECKS,
    rows_at_once: int = ROWS_AT_ONCE,
) -> Report:
    """Ask every check about these files together.

    Args:
        totals: by Party and year, the figures of structured summaries (`stated_totals.read_totals`).
        rows_at_once: rows of tables 3 and 4 that are looked at together; what is found does not depend on it.
    """
    world = load(readings, totals)
    outcomes = ask(world, checks, rows_at_once)
    return Report(tuple(readings), tuple(outcomes), tuple(world.notes))


def ask(world: World, checks: tuple[Check, ...] = CHECKS, rows_at_once: int = ROWS_AT_ONCE) -> list[Outcome]:
    """What each check says of a world, whose rows pass in windows."""
    outcomes = once(world, checks)
    look(world, outcomes, rows_at_once)
    return outcomes


def once(world: World, checks: tuple[Check, ...] = CHECKS) -> list[Outcome]:
    """What each check says of submissions and authorizations as such, without a row of tables 3 and 4."""
    outcomes = [Outcome(each) for each in checks]
    for outcome in outcomes:
        if outcome.check.once is not None:
            outcome.add(outcome.check.once(world))
    return outcomes


def look(world: World, outcomes: list[Outcome], rows_at_once: int = ROWS_AT_ONCE) -> None:
    """Add what the checks say of the rows of a world, which pass in windows."""
    for _window in windows(world, rows_at_once):
        for outcome in outcomes:
            if outcome.check.run is not None:
                outcome.add(outcome.check.run(world))
    for outcome in outcomes:
        if outcome.check.last is not None:
            outcome.add(outcome.check.last(world))
