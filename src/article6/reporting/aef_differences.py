"""What differs between two reports, row by row, in bounded memory: rows wait on disk, parted by their keys."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from tempfile import TemporaryFile
from typing import IO
from zlib import crc32

from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_records import Aef, Cell, Keyed, Row
from article6.reporting.aef_rows import keyed_rows, submission_row
from article6.reporting.aef_versions import TABLES, line, row_line, row_of

PARTS = 64
OF_EVERY_VERSION = frozenset({"SubmissionVersion", "DateOfSubmission"})
"""Differ between any two versions, and so say nothing."""


class Change(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is in one report only, or differs; `cells` has technical name, before and after of what differs."""

    table: Table
    key: str
    change: Change
    row: Row
    cells: tuple[tuple[str, Cell, Cell], ...] = ()


@dataclass(slots=True)
class Differences:
    """How many rows of each table were added, removed and changed, and the first of them."""

    counts: dict[tuple[Table, Change], int] = field(default_factory=dict)
    first: list[Difference] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def differences(before: Aef, after: Aef, at_most: int) -> Differences:
    """What differs, in the order of the tables and rows; `first` has so many at most."""
    found = Differences()
    _count(found, list(_of_submission(before, after)), at_most)
    for table in TABLES:
        with ExitStack() as stack:
            sides = [
                _parted(keyed_rows(each, table), table, [stack.enter_context(TemporaryFile()) for _ in range(PARTS)])
                for each in (before, after)
            ]
            placed = (each for old, new in zip(*sides, strict=True) for each in _compared(table, old, new))
            _count_placed(found, placed, at_most)
    return found


def _of_submission(before: Aef, after: Aef) -> Iterator[Difference]:
    old, new = submission_row(before.submission), submission_row(after.submission)
    cells = tuple(each for each in _cells(Table.SUBMISSION, old, new) if each[0] not in OF_EVERY_VERSION)
    if cells:
        yield Difference(Table.SUBMISSION, "", Change.CHANGED, new, cells)


def _count(found: Differences, differing: Iterable[Difference], at_most: int) -> None:
    for each in differing:
        kind = each.table, each.change
        found.counts[kind] = found.counts.get(kind, 0) + 1
        if len(found.first) < at_most:
            found.first.append(each)


def _count_placed(found: Differences, placed: Iterable[tuple[int, int, Difference]], at_most: int) -> None:
    def counted() -> Iterator[tuple[int, int, Difference]]:
        for each in placed:
            kind = each[2].table, each[2].change
            found.counts[kind] = found.counts.get(kind, 0) + 1
            yield each

    every = counted()
    first = heapq.nsmallest(at_most - len(found.first), every, key=lambda each: each[:2])
    deque(every, maxlen=0)  # where there was no room, nobody read them
    found.first += [each for *_place, each in first]


def _parted(rows: Iterable[Keyed], table: Table, files: list[IO[bytes]]) -> list[IO[bytes]]:
    for place, keyed in enumerate(rows):
        file = files[crc32(keyed[0].encode()) % PARTS]
        file.write(b"%d\t%s\t%s" % (place, line(keyed[0]).rstrip(), row_line(table, keyed)))
    for file in files:
        file.seek(0)
    return files


def _compared(table: Table, old: IO[bytes], new: IO[bytes]) -> Iterator[tuple[int, int, Difference]]:
    """Place of the row, which report it is the place in, and what differs."""
    waiting = {key: (place, kept) for place, key, kept in _lines(old)}
    for place, name, kept in _lines(new):
        was = waiting.pop(name, None)
        if was is None:
            key, row = row_of(kept)
            yield place, 1, Difference(table, key, Change.ADDED, row)
        elif was[1] != kept:
            key, row = row_of(kept)
            yield place, 1, Difference(table, key, Change.CHANGED, row, tuple(_cells(table, row_of(was[1])[1], row)))
    for place, kept in waiting.values():
        key, row = row_of(kept)
        yield place, 0, Difference(table, key, Change.REMOVED, row)


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes, bytes]]:
    # In JSON, a tab within a text is written as an escape.
    for kept in file:
        place, name, content = kept.split(b"\t", 2)
        yield int(place), name, content


def _cells(table: Table, old: Row, new: Row) -> Iterator[tuple[str, Cell, Cell]]:
    for each, before, after in zip(FIELDS[table], old, new, strict=True):
        if before != after:
            yield each.technical_name, before, after
