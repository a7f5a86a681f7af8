"""What a check can say.

The three results are those of 4/CMA.6 para 29, word for word. A counterpart that is missing makes the result "Null",
never "inconsistent"; what was found wrong stands whatever else was missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from article6.domain.refusals import N_
from article6.reporting.said import Place, Said


class Result(StrEnum):
    """4/CMA.6 para 29(a) to (c)."""

    CONSISTENT = N_("Checked, no inconsistencies identified")
    INCONSISTENT = N_("Checked, inconsistencies identified")
    UNAVAILABLE = N_("Null, information for check not available")


def result(wrong: bool, missing: bool) -> Result:
    """What was found wrong stands; where nothing was, what could not be checked is "Null"."""
    if wrong:
        return Result.INCONSISTENT
    return Result.UNAVAILABLE if missing else Result.CONSISTENT


class Scope(StrEnum):
    """How much has to be at hand for a check."""

    FORM = N_("the form")
    SUBMISSION = N_("within a submission")
    YEARS = N_("across years")
    PARTIES = N_("across Parties")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is inconsistent. The first place is the cell to look at; the others are the evidence."""

    said: Said
    places: tuple[Place, ...]
    file: str


class RowNumbers:
    """Rows of a table by their numbers, from 1. A million may have the same gap: few ranges are kept as they are, many
    as a byte for each row, so that memory does not grow with how they are scattered."""

    __slots__ = ("_marks", "_ranges")

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._ranges: list[tuple[int, int]] = []
        self._marks: bytearray | None = None
        for first, last in ranges:
            self.add(first, last)

    @classmethod
    def of_text(cls, text: str) -> RowNumbers:
        """What `text` wrote."""
        parted = (each.partition("-") for each in text.split())
        return cls((int(first), int(last or first)) for first, _dash, last in parted)

    def add(self, first: int, last: int) -> None:
        if self._marks is not None:
            self._mark(self._marks, first, last)
            return
        if self._ranges and self._ranges[-1][0] <= first <= self._ranges[-1][1] + 1:
            first, last = self._ranges[-1][0], max(last, self._ranges.pop()[1])
        self._ranges.append((first, last))
        if len(self._ranges) > _RANGES_KEPT:
            # Rows come in the order of their units; put in order, most of them may be consecutive.
            self._ranges = _in_order(self._ranges)
            if len(self._ranges) > _RANGES_KEPT // 2:
                self._marked()

    def take(self, other: RowNumbers) -> None:
        for first, last in other.ranges if other._marks is not None else other._ranges:
            self.add(first, last)

    def __contains__(self, number: int) -> bool:
        marks = self._marked()
        return 0 <= number < len(marks) and bool(marks[number])

    @property
    def ranges(self) -> Iterator[tuple[int, int]]:
        """First and last of consecutive rows, each row once, in order."""
        if self._marks is None:
            self._ranges = _in_order(self._ranges)
            yield from self._ranges
        else:
            for found in _TOGETHER.finditer(self._marks):
                yield found.start(), found.end() - 1

    @property
    def text(self) -> str:
        """The ranges, as in `8-5000 7000`."""
        return " ".join(f"{first}-{last}" if first < last else str(first) for first, last in self.ranges)

    def _marked(self) -> bytearray:
        if self._marks is None:
            self._marks = bytearray()
            for first, last in self._ranges:
                self._mark(self._marks, first, last)
            self._ranges.clear()
        return self._marks

    @staticmethod
    def _mark(marks: bytearray, first: int, last: int) -> None:
        if last >= len(marks):
            marks.extend(bytes(last + 1 - len(marks)))
        marks[first : last + 1] = b"\1" * (last + 1 - first)


_RANGES_KEPT = 1_000
_TOGETHER = re.compile(rb"\x01+")


def _in_order(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            first, last = found[-1][0], max(last, found.pop()[1])
        found.append((first, last))
    return found


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be checked, and what is missing; `file` is the submission that it concerns, `places` the
    cells, where it is about some. `rows` are the rows of its table 3 that it leaves open: the result of each is "Null",
    unless something is wrong with it."""

    said: Said
    file: str
    places: tuple[Place, ...] = ()
    rows: RowNumbers = field(default_factory=RowNumbers, compare=False)
