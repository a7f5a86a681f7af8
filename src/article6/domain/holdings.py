"""What an account held at a moment, from what stood there before and what came and left since. Pure arithmetic.

Which clock: an entry counts from the moment in which its transaction was decided, the clock of every report. What an
account holds "as of" a moment is what was decided before that moment, so that 31 December 24:00 is 1 January 00:00.
"""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LEFT, STAYED, CAME = -1, 0, 1


class Held(NamedTuple):
    """Consecutive serials that an account holds, of one batch and under one authorization (0: none)."""

    series_id: int
    first: int
    last: int
    batch_id: int
    authorization_id: int

    @property
    def units(self) -> int:
        """Units; one serial is one unit."""
        return self.last - self.first + 1


class Change(NamedTuple):
    """A line of the journal as one account sees it: units `CAME`, `LEFT`, or `STAYED` under another authorization."""

    entry_id: int
    series_id: int
    first: int
    last: int
    step: int
    batch_id: int
    authorization_id: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an account held, in serial order.

    `is_plain` is false where some serial had left more often than it came, or the reverse, as moments of
    decision that cross within one request's time can bring about for that long; such a state is told, and never kept.
    """

    held: tuple[Held, ...]
    is_plain: bool

    @property
    def units(self) -> int:
        return sum(each.units for each in self.held)


def holdings(before: Sequence[Held], changes: Iterable[Change]) -> Holdings:
    """What is held after some changes, in whatever order they come."""
    by_series: dict[int, list[Change]] = defaultdict(list)
    for each in before:
        by_series[each.series_id].append(
            Change(0, each.series_id, each.first, each.last, CAME, each.batch_id, each.authorization_id)
        )
    for change in changes:
        by_series[change.series_id].append(change)
    held: list[Held] = []
    is_plain = True
    for series_id in sorted(by_series):
        for level, piece in _pieces(series_id, by_series[series_id]):
            is_plain = is_plain and level in (0, 1)
            if level > 0:
                _append(held, piece)
    return Holdings(tuple(held), is_plain)


def _pieces(series_id: int, changes: Sequence[Change]) -> Iterator[tuple[int, Held]]:
    """Stretches between the ends of changes: how often held, with batch and authorization of the latest that came."""
    steps: dict[int, int] = defaultdict(int)
    for each in changes:
        steps[each.first] += each.step
        steps[each.last + 1] -= each.step
    arrivals = sorted((each for each in changes if each.step != LEFT), key=lambda each: each.first)
    latest: list[tuple[int, int, int, int]] = []
    points, level, at = sorted(steps), 0, 0
    for point, following in itertools.pairwise(points):
        level += steps[point]
        while at < len(arrivals) and arrivals[at].first <= point:
            found = arrivals[at]
            heapq.heappush(latest, (-found.entry_id, found.last, found.batch_id, found.authorization_id))
            at += 1
        while latest and latest[0][1] < point:
            heapq.heappop(latest)
        batch_id, authorization_id = latest[0][2:] if latest else (0, 0)
        yield level, Held(series_id, point, following - 1, batch_id, authorization_id)


def _append(held: list[Held], piece: Held) -> None:
    before = held[-1] if held else None
    if before is not None and before.last + 1 == piece.first and _alike(before, piece):
        held[-1] = before._replace(last=piece.last)
    else:
        held.append(piece)


def _alike(one: Held, other: Held) -> bool:
    return (one.series_id, one.batch_id, one.authorization_id) == (
        other.series_id, other.batch_id, other.authorization_id)  # fmt: skip
