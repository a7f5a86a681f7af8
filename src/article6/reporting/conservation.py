"""Does what was first transferred add up to what became of it, over all Parties? In units, by their serials.

Every unit that was first transferred is used, cancelled, held by some Party, or with the Adaptation Fund: a tonne that
counts twice, or gets lost between two registries, shows as a difference.

Source: 2/CMA.3 annex paras 7 and 20(a).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from article6.reporting.aef_nomenclatures import ADAPTATION_FUND, ActionSubtype, ActionType
from article6.reporting.aef_records import Action, Holding, ItmoBlock

_ENDING = frozenset(
    {
        ActionSubtype.USE_OR_CANCELLATION,
        ActionSubtype.OMGE_MANDATORY,
        ActionSubtype.OMGE_VOLUNTARY,
        ActionSubtype.OTHER_CANCELLATIONS,
    }
)
_CANCELLATIONS = frozenset({ActionType.CANCELLATION, ActionType.VOLUNTARY_CANCELLATION})


@dataclass(frozen=True, slots=True)
class Flow:
    """What became of the units that were first transferred, over all Parties, as a year ends."""

    first_transferred: int
    used: int
    cancelled: int
    held: int
    with_fund: int

    @property
    def difference(self) -> int:
        """Nothing where it adds up; above zero units are lost, below zero some count twice."""
        return self.first_transferred - self.used - self.cancelled - self.held - self.with_fund


class Flows:
    """Counts the rows of all Parties' AEFs; a cancellation counts as far as its units were first transferred."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self._cancelled: list[ItmoBlock] = []
        self._used = self._held = self._ended = self._with_fund = 0

    def add(self, party: str, actions: Iterable[Action]) -> None:
        """Count what a Party reports to have done, in any year."""
        for action in actions:
            units, block = action.itmos.identifier.count, action.itmos.identifier
            if action.type is ActionType.FIRST_TRANSFER and block.party == party:
                self._first[_series(action.itmos)].append((block.serial_first, block.serial_last))
                if action.subtype in _ENDING and action.acquiring_party is None:
                    self._ended += units
            elif action.type is ActionType.USE:
                self._used += units
            elif action.type in _CANCELLATIONS:
                self._cancelled.append(action.itmos)
            if action.acquiring_party == ADAPTATION_FUND:
                self._with_fund += units
            elif action.type is ActionType.ACQUISITION and action.transferring_party == ADAPTATION_FUND:
                self._with_fund -= units

    def hold(self, holdings: Iterable[Holding]) -> None:
        """Count what a Party holds at the end of the last year."""
        self._held += sum(each.itmos.identifier.count for each in holdings)

    def result(self) -> Flow:
        """What was counted so far."""
        first = sum(last - start + 1 for ranges in self._first.values() for start, last in ranges)
        ranges = {series: sorted(each) for series, each in self._first.items()}
        cancelled = self._ended + sum(_common(each, ranges.get(_series(each), [])) for each in self._cancelled)
        return Flow(first, self._used, cancelled, self._held, self._with_fund)


def _series(itmos: ItmoBlock) -> tuple[str, str]:
    return itmos.identifier.party or "", itmos.identifier.registry or ""


def _common(itmos: ItmoBlock, ranges: list[tuple[int, int]]) -> int:
    """Units of the block that are in one of these ranges, which are in order and disjoint."""
    first, last = itmos.identifier.serial_first, itmos.identifier.serial_last
    at = max(bisect_right(ranges, (first, last)) - 1, 0)
    found = 0
    while at < len(ranges) and ranges[at][0] <= last:
        found += max(0, min(last, ranges[at][1]) - max(first, ranges[at][0]) + 1)
        at += 1
    return found
