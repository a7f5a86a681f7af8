"""Does a history hold together? Each serial issued once, each cancelled serial issued before, and cancelled once.

The ledger refuses the same; it is asked here first so that nothing is written of a history that breaks half-way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import Generic, TypeVar

from article6.domain.refusals import Code, Refusal
from article6.services.cdm.history import CancellationRow, History, IssuanceRow, LeftOut, Row

Placed = TypeVar("Placed", bound=Row)


class Ranges(Generic[Placed]):
    """Rows whose serial ranges are disjoint, in order of serials."""

    def __init__(self) -> None:
        self.firsts: list[int] = []
        self.rows: list[Placed] = []

    def overlapping(self, row: Row) -> Placed | None:
        """A row here that shares a serial with this one."""
        after = bisect_right(self.firsts, row.last)
        if after and self.rows[after - 1].last >= row.first:
            return self.rows[after - 1]
        return None

    def add(self, row: Placed) -> None:
        at = bisect_left(self.firsts, row.first)
        self.firsts.insert(at, row.first)
        self.rows.insert(at, row)

    def covering(self, row: Row) -> list[Placed]:
        """The rows here that hold the serials of this one, in order; empty when some serial is in none."""
        at = bisect_right(self.firsts, row.first) - 1
        found: list[Placed] = []
        reached = row.first - 1
        while 0 <= at < len(self.rows) and self.rows[at].first <= reached + 1 <= self.rows[at].last:
            found.append(self.rows[at])
            reached = self.rows[at].last
            if reached >= row.last:
                return found
            at += 1
        return []


def sift(history: History) -> None:
    """Bring the rows into the order of time and move those that contradict others to `left_out`, with the reason."""
    issued: dict[str, Ranges[IssuanceRow]] = {}
    cancelled: dict[str, Ranges[CancellationRow]] = {}
    issuances, cancellations = [], []
    for issuance in sorted(history.issuances, key=_when):
        if reasons := list(_issuance(issuance, issued)):
            history.left_out.append(LeftOut(issuance.file, issuance.line, tuple(reasons)))
        else:
            issued.setdefault(issuance.party, Ranges()).add(issuance)
            issuances.append(issuance)
    for cancellation in sorted(history.cancellations, key=_when):
        if reasons := list(_cancellation(cancellation, issued, cancelled)):
            history.left_out.append(LeftOut(cancellation.file, cancellation.line, tuple(reasons)))
        else:
            cancelled.setdefault(cancellation.party, Ranges()).add(cancellation)
            cancellations.append(cancellation)
    history.issuances, history.cancellations = issuances, cancellations
    history.left_out.sort(key=lambda each: (each.file, each.line))


def _when(row: Row) -> tuple[datetime, int]:
    return row.at, row.line


def _issuance(row: IssuanceRow, issued: dict[str, Ranges[IssuanceRow]]) -> Iterator[Refusal]:
    there = issued[row.party].overlapping(row) if row.party in issued else None
    if there is not None:
        detail = f"{row.party} {row.first}-{row.last}, {there.place} issued {there.first}-{there.last}"
        yield Refusal(Code.SERIALS_ALREADY_ISSUED, row.place, detail)


def _cancellation(
    row: CancellationRow, issued: dict[str, Ranges[IssuanceRow]], cancelled: dict[str, Ranges[CancellationRow]]
) -> Iterator[Refusal]:
    serials = f"{row.party} {row.first}-{row.last}"
    sources = issued[row.party].covering(row) if row.party in issued else []
    if not sources or any(each.at > row.at for each in sources):
        yield Refusal(Code.BLOCK_NOT_HELD, row.place, f"{serials} was not issued before")
        return
    for each in sources:
        if (each.unit_type, each.project) != (row.unit_type, row.project):
            detail = f"{serials} was issued as {each.unit_type} of project {each.project} in {each.place}"
            yield Refusal(Code.FILE_VALUE, row.place, detail)
    there = cancelled[row.party].overlapping(row) if row.party in cancelled else None
    if there is not None:
        yield Refusal(Code.BLOCK_FINAL, row.place, f"{serials} is cancelled by {there.place}")
