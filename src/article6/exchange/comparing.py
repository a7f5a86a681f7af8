"""What passed between two registries, by the books of one, and where the books of two differ: arithmetic on serials.

A serial that passed between the two is with whoever took it last. By the books of either side it was therefore `given`
to the other or `taken` from it; what one gave the other must have taken. What happened to it afterwards in the hands of
whoever took it (a transfer to a third registry, a use) is not asked.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from article6.domain.canonical import canonical
from article6.exchange.facts import Serials


class Way(StrEnum):
    """How a serial passed by the books of one side. `undone`: a corrective action took the passage back."""

    GIVEN = "given"
    TAKEN = "taken"
    UNDONE = "undone"


OTHER_WAY = {Way.GIVEN: Way.TAKEN, Way.TAKEN: Way.GIVEN}
"""What the other side's books have to say."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A line of the journal by which units passed (or were corrected) at a moment (UTC), in the journal's order."""

    serials: Serials
    unit_type: str
    way: Way
    at: datetime
    transfer_id: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What totals are told by: series and type of unit."""

    registry: str
    party: str
    unit_type: str


Ranges = tuple[tuple[int, int], ...]
"""Serials first to last, merged and in order."""

Passed = Mapping[Way, Mapping[Key, Ranges]]
"""What was given and what was taken."""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """Serials of which the books differ: `way` as the side says that has them so, `is_ours` whether that is us."""

    serials: Serials
    unit_type: str
    way: Way
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """Serials about which both sides signed that the books stand as they do: what passed until then is not compared."""

    serials: Serials
    until: datetime


def passed(flows: Iterable[Flow], settled: Iterable[Settled] = ()) -> Passed:
    """Who has what by these flows, in the order in which they were booked: the latest of each serial counts."""
    series: dict[tuple[str, str], _Series] = defaultdict(_Series)
    for flow in flows:
        series[flow.serials.registry, flow.serials.party].lay(flow)
    for each in settled:
        series[each.serials.registry, each.serials.party].forget(each)
    found: dict[Way, dict[Key, list[tuple[int, int]]]] = {Way.GIVEN: defaultdict(list), Way.TAKEN: defaultdict(list)}
    for (registry, party), line in series.items():
        for flow in line.pieces:
            if flow.way is not Way.UNDONE:
                key = Key(registry, party, flow.unit_type)
                found[flow.way][key].append((flow.serials.first, flow.serials.last))
    return {way: {key: merged(ranges) for key, ranges in keys.items()} for way, keys in found.items()}


class _Series:
    """The latest flows of one series, side by side in serial order."""

    def __init__(self) -> None:
        self.pieces: list[Flow] = []
        self._lasts: list[int] = []

    def lay(self, flow: Flow) -> None:
        """A later flow covers what lay there."""
        self._replace(flow.serials, [flow])

    def forget(self, settled: Settled) -> None:
        """What passed until both signed is not asked any more."""
        self._replace(settled.serials, [], settled.until)

    def _replace(self, serials: Serials, new: list[Flow], until: datetime | None = None) -> None:
        """Take away what lies on these serials; where a moment is given, no later than then."""
        begin = bisect_left(self._lasts, serials.first)
        end = begin
        kept: list[Flow] = []
        while end < len(self.pieces) and self.pieces[end].serials.first <= serials.last:
            piece = self.pieces[end]
            kept += [piece] if until is not None and piece.at > until else _outside(piece, serials)
            end += 1
        laid = sorted([*kept, *new], key=lambda each: each.serials.first)
        self.pieces[begin:end] = laid
        self._lasts[begin:end] = [each.serials.last for each in laid]


def _outside(piece: Flow, serials: Serials) -> list[Flow]:
    left = replace(piece.serials, last=min(piece.serials.last, serials.first - 1))
    right = replace(piece.serials, first=max(piece.serials.first, serials.last + 1))
    return [replace(piece, serials=each) for each in (left, right) if each.first <= each.last]


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges in order, those that touch or overlap as one."""
    done: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if done and first <= done[-1][1] + 1:
            done[-1] = (done[-1][0], max(done[-1][1], last))
        else:
            done.append((first, last))
    return tuple(done)


def without(ranges: Ranges, others: Ranges) -> Ranges:
    """What of `ranges` is in none of `others`."""
    found: list[tuple[int, int]] = []
    position = 0
    for first, last in ranges:
        while position < len(others) and others[position][1] < first:
            position += 1
        here = position
        while first <= last and here < len(others) and others[here][0] <= last:
            if others[here][0] > first:
                found.append((first, others[here][0] - 1))
            first = max(first, others[here][1] + 1)
            here += 1
        if first <= last:
            found.append((first, last))
    return tuple(found)


def overlap(serials: Serials, others: Iterable[Serials]) -> list[Serials]:
    """The parts of serials that are in others."""
    ranges = merged((each.first, each.last) for each in others if _same_series(each, serials))
    whole = ((serials.first, serials.last),)
    outside = without(whole, ranges)
    return [replace(serials, first=first, last=last) for first, last in without(whole, outside)]


def beyond(serials: Serials, others: Iterable[Serials]) -> list[Serials]:
    """The parts of serials that are in none of the others."""
    ranges = merged((each.first, each.last) for each in others if _same_series(each, serials))
    whole = ((serials.first, serials.last),)
    return [replace(serials, first=first, last=last) for first, last in without(whole, ranges)]


def _same_series(one: Serials, other: Serials) -> bool:
    return (one.registry, one.party) == (other.registry, other.party)


# --- As messages have it


def quantity(ranges: Ranges) -> int:
    return sum(last - first + 1 for first, last in ranges)


def totals_json(keys: Mapping[Key, Ranges]) -> list[dict[str, str]]:
    """Totals of one way, in the order of their keys."""
    return [
        {
            "origin": key.registry, "party": key.party, "unit_type": key.unit_type,
            "quantity": str(quantity(ranges)), "sha256": digest(ranges),
        }
        for key, ranges in sorted(keys.items())
    ]  # fmt: skip


def digest(ranges: Ranges) -> str:
    """SHA-256 in hex over the canonical JSON of [first, last] as strings."""
    return hashlib.sha256(canonical([[str(first), str(last)] for first, last in ranges])).hexdigest()


def differing_totals(ours: Passed, theirs: Mapping[str, Sequence[Mapping[str, str]]]) -> set[Key]:
    """The series and types of which the other side's totals (`given` and `taken` of its message) are not ours."""
    found: set[Key] = set()
    for way, other in OTHER_WAY.items():
        mine = {_line(each): each for each in totals_json(ours[way])}
        told = {_line(each): each for each in theirs[str(other)]}
        for key in mine.keys() | told.keys():
            one, two = mine.get(key), told.get(key)
            if one is None or two is None or (one["quantity"], one["sha256"]) != (two["quantity"], two["sha256"]):
                found.add(key)
    return found


def _line(total: Mapping[str, str]) -> Key:
    return Key(total["origin"], total["party"], total["unit_type"])


def differences(ours: Passed, theirs: Passed, keys: Iterable[Key]) -> list[Difference]:
    """Where the books differ in these series, in serial order."""
    found: list[Difference] = []
    for key in keys:
        for way, other in OTHER_WAY.items():
            mine, told = ours[way].get(key, ()), theirs[other].get(key, ())
            found += [Difference(each, key.unit_type, way, True) for each in _of(key, without(mine, told))]
            found += [Difference(each, key.unit_type, other, False) for each in _of(key, without(told, mine))]
    return sorted(found)


def _of(key: Key, ranges: Ranges) -> list[Serials]:
    return [Serials(key.registry, key.party, first, last) for first, last in ranges]


def serials_of(found: Iterable[Difference]) -> list[Serials]:
    """The serials of differences, merged and in order."""
    series: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for each in found:
        series[each.serials.registry, each.serials.party].append((each.serials.first, each.serials.last))
    return [
        Serials(registry, party, first, last)
        for (registry, party), ranges in sorted(series.items())
        for first, last in merged(ranges)
    ]
