"""A made-up history of the CDM registry's size and shape, for those who do not have its public reports.

Every line is drawn from a seeded generator around the counts and sums in `shape`: the same seed and scale make the
same bytes. What must hold holds: per Party the serials run from 1 without a gap, one counter for all unit types; what
is cancelled was issued before; one cancelled unit is foreign.
"""

from __future__ import annotations

import csv
import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from article6.services.cdm import shape as cdm_shape
from article6.services.cdm.history import CANCELLATION_COLUMNS, ISSUANCE_COLUMNS
from article6.services.cdm.shape import PartyShape

ISSUANCES = "cdm_issuances.csv"
CANCELLATIONS = "cdm_cancellations.csv"

_FOREIGN = ("ERU (from RMU)", 2, "RO", 1000080, 3_000_000_001, 3_000_150_000)
_BODIES = ("Body A", "Body B", "Body C", "Body D", "Body E")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Project:
    """A made-up project."""

    number: int
    type: str
    kind: str
    unit_type: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A made-up issuance."""

    at: datetime
    project: Project
    first: int
    last: int
    monitoring_end: datetime
    monitoring_days: int

    @property
    def period(self) -> int:
        """The commitment period in which the outcome occurred."""
        return 1 if self.monitoring_end.year <= 2012 else 2


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A made-up cancellation of a part of an issuance."""

    at: datetime
    of: Issued
    first: int
    last: int


def generate_cdm(
    seed: int, folder: Path, scale: Fraction | float = 1, progress: Callable[[str, int, int], None] | None = None
) -> tuple[Path, Path]:
    """Write the two files (issuances, cancellations) into a folder; their paths.

    Args:
        scale: 1 is the CDM's size, 12.6 thousand issuances and 27.7 thousand cancellations; 0.01 a hundredth of it.
            Every Party keeps at least one issuance.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up data, no secret
    part = Fraction(scale).limit_denominator(10_000)
    issued: list[tuple[str, Issued]] = []
    cancelled: list[tuple[str, Cancelled]] = []
    number = 1
    for done, full in enumerate(cdm_shape.PARTIES, 1):
        shape = _scaled(full, part)
        projects = [_project(chance, number + each) for each in range(shape.projects)]
        number += shape.projects
        batches = _issuances(chance, shape, projects, max(1, round(cdm_shape.OUT_OF_ORDER * part)) if done == 1 else 0)
        issued += [(shape.alpha2, each) for each in batches]
        cancelled += [(shape.alpha2, each) for each in _cancellations(chance, shape, batches)]
        if progress is not None:
            progress("generating", done, len(cdm_shape.PARTIES))
    issued.sort(key=lambda each: (each[1].at, each[0], each[1].first))
    cancelled.sort(key=lambda each: (each[1].at, each[0], each[1].first))
    folder.mkdir(parents=True, exist_ok=True)
    lines = [_cancellation_line(chance, *each) for each in cancelled]
    foreign_at = cancelled[-1][1].at if cancelled else issued[-1][1].at
    return (
        _write(folder / ISSUANCES, ISSUANCE_COLUMNS, (_issuance_line(chance, *each) for each in issued)),
        _write(folder / CANCELLATIONS, CANCELLATION_COLUMNS, [*lines, _foreign_line(foreign_at + _MINUTE)]),
    )


def _scaled(shape: PartyShape, part: Fraction) -> PartyShape:
    return replace(
        shape,
        issuances=max(1, round(shape.issuances * part)),
        issued=max(shape.issuances, round(shape.issued * part)),
        projects=max(1, round(shape.projects * part)),
        cancellations=round(shape.cancellations * part),
        cancelled=round(shape.cancelled * part),
    )


def _project(chance: random.Random, number: int) -> Project:
    [kind] = chance.choices(list(cdm_shape.PROJECT_TYPES), list(cdm_shape.PROJECT_TYPES.values()))
    unit_type = "CER"
    if kind in ("Reforestation", "Afforestation"):
        unit_type = "lCER" if chance.randrange(12) == 0 else "tCER"
    programme = chance.randrange(100) < cdm_shape.PROGRAMME_PERCENT
    return Project(number, kind, "PoA" if programme else "PA", unit_type)


def _issuances(chance: random.Random, shape: PartyShape, projects: Sequence[Project], swaps: int) -> list[Issued]:
    times = sorted(_moment(chance, cdm_shape.ISSUANCES_BY_YEAR) for _ in range(shape.issuances))
    quantities = _shares(chance, shape.issued, shape.issuances, cdm_shape.ISSUANCE_SPREAD)
    found = []
    first = 1
    for position, (at, quantity) in enumerate(zip(times, quantities, strict=True)):
        # Every project issues once before any issues again.
        project = projects[position] if position < len(projects) else chance.choice(projects)
        end = at - timedelta(days=chance.randint(60, 700))
        found.append(Issued(at, project, first, first + quantity - 1, end, chance.randint(90, 400)))
        first += quantity
    for here in chance.sample(range(len(found) - 1), min(swaps, len(found) // 2)):
        earlier, later = found[here], found[here + 1]
        found[here], found[here + 1] = replace(earlier, at=later.at), replace(later, at=earlier.at)
    return found


def _shares(chance: random.Random, total: int, count: int, spread: float) -> list[int]:
    """A total in `count` parts of at least one, whose sizes spread log-normally."""
    if not count:
        return []
    weights = [1 + int(1000 * chance.lognormvariate(0, spread)) for _ in range(count)]
    spare, whole = max(0, total - count), sum(weights)
    parts = [1 + spare * each // whole for each in weights]
    parts[-1] += max(0, total - sum(parts))
    return parts


def _cancellations(chance: random.Random, shape: PartyShape, batches: Sequence[Issued]) -> Iterator[Cancelled]:
    by_time = sorted(batches, key=lambda each: each.at)
    issued_at = [each.at for each in by_time]
    free = [each.first for each in by_time]
    times = sorted(
        max(_moment(chance, cdm_shape.CANCELLATIONS_BY_YEAR), issued_at[0] + timedelta(days=chance.randint(1, 90)))
        for _ in range(shape.cancellations)
    )
    quantities = _shares(chance, shape.cancelled, shape.cancellations, cdm_shape.CANCELLATION_SPREAD)
    current = owed = 0
    for at, quantity in zip(times, quantities, strict=True):
        # Most cancellations go on where the one before ended: a project sells piece by piece.
        if free[current] > by_time[current].last or chance.randrange(20) == 0:
            choices = [chance.randrange(bisect_right(issued_at, at)) for _ in range(3)]
            current = max(choices, key=lambda each: by_time[each].last - free[each])
        batch, first = by_time[current], free[current]
        last = min(first + quantity + owed - 1, batch.last)
        owed += quantity - (last - first + 1)
        if first <= last:
            free[current] = last + 1
            yield Cancelled(at, batch, first, last)


def _moment(chance: random.Random, years: Mapping[int, int]) -> datetime:
    [year] = chance.choices(list(years), list(years.values()))
    # Reports end in November 2023.
    days = 320 if year == 2023 else 365
    seconds = chance.randrange(days * 24 * 60 * 60)
    at = datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds, milliseconds=chance.randrange(1000))
    return max(at, datetime(2007, 11, 9, 10, 33, tzinfo=UTC))


def _issuance_line(chance: random.Random, alpha2: str, issued: Issued) -> tuple[object, ...]:
    project = issued.project
    start = issued.monitoring_end - timedelta(days=issued.monitoring_days)
    return (
        _text(issued.at), project.unit_type, issued.period, alpha2, project.number, issued.first, issued.last,
        issued.last - issued.first + 1, start.date().isoformat(), issued.monitoring_end.date().isoformat(),
        f"GEN-{project.number}.{chance.randrange(10_000, 100_000)}", project.kind, project.type, chance.choice(_BODIES),
    )  # fmt: skip


def _cancellation_line(chance: random.Random, alpha2: str, cancelled: Cancelled) -> tuple[object, ...]:
    platform = "Yes" if chance.randrange(100) < cdm_shape.VIA_PLATFORM_PERCENT else "No"
    of = cancelled.of
    return (
        _text(cancelled.at), of.project.unit_type, of.period, alpha2, of.project.number,
        cancelled.first, cancelled.last, cancelled.last - cancelled.first + 1, platform,
    )  # fmt: skip


def _foreign_line(at: datetime) -> tuple[object, ...]:
    first, last = _FOREIGN[-2:]
    return (_text(at), *_FOREIGN, last - first + 1, "No")


def _text(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _write(path: Path, columns: Sequence[str], lines: Iterable[Sequence[object]]) -> Path:
    # Under its name only when it is whole: an interrupted run leaves no file that looks finished.
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)
    return unfinished.replace(path)
