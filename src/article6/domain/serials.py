"""Serial numbers: ranges, and the arithmetic by which the journal is found again."""

from collections.abc import Iterable
from dataclasses import dataclass

from article6.domain.refusals import invariant

SERIAL_LIMIT = 2**62
"""Largest serial and largest quantity, in units."""


@dataclass(frozen=True, slots=True, order=True)
class SerialRange:
    """Consecutive serials, `1 <= first <= last <= 2^62`, both ends included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        invariant(1 <= self.first <= self.last <= SERIAL_LIMIT, f"serial range {self.first}-{self.last}")

    @property
    def count(self) -> int:
        """Units in the range; one serial is one unit."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True, order=True)
class SeriesRange:
    """A range within a series, the series named by its number in the ledger."""

    series_id: int
    first: int
    last: int

    def __post_init__(self) -> None:
        invariant(1 <= self.first <= self.last <= SERIAL_LIMIT, f"serial range {self.first}-{self.last}")

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def fork(first: int, last: int) -> int:
    """The number in `first..last` that ends in the most zero bits.

    Every range is filed under its fork. All ranges that cover a serial have their fork among `forks_over(serial)`, so
    a b-tree finds them. Source: the relational interval tree (Kriegel, Pötke, Seidl, VLDB 2000).
    """
    shift = ((first - 1) ^ last).bit_length() - 1
    return last >> shift << shift


def forks_over(serial: int, top: int) -> list[int]:
    """The forks under which ranges that cover `serial` can be filed, for a series whose serials end at `top`."""
    candidates = [((serial >> level) | 1) << level for level in range(top.bit_length())]
    return [each for each in candidates if each <= top]


def first_overlap(ranges: Iterable[SeriesRange]) -> tuple[SeriesRange, SeriesRange] | None:
    """The first two ranges, in serial order, that share a serial; None when all are disjoint."""
    before: SeriesRange | None = None
    for this in sorted(ranges):
        if before is not None and before.series_id == this.series_id and this.first <= before.last:
            return before, this
        before = this
    return None
