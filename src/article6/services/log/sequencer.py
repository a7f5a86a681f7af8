"""The one sequencer: what is done in the registry becomes leaves, a moment later and in commit order.

A turn reads what has become visible since the last one, so that whatever an earlier turn appended was done before
whatever a later one does; within a turn the order is that in which rows were numbered. Numbers are drawn when a row is
written and seen when its database transaction ends, so some show up late: a number below the highest one seen that was
not to be seen is a *hole*. A hole is looked at again each turn, until everybody who was writing when it was noticed is
done; then it will stay empty for ever. Who writes is told by the locks on the table, so the ledger does nothing for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from article6.domain.refusals import invariant
from article6.services import sight
from article6.services.log import checkpointing, contents, continuity, reading
from article6.store import database
from article6.store import log as writing
from article6.store.journal import database_transaction
from article6.store.queries import log as queries
from article6.store.queries import log_sources
from article6.store.queries.log import Cursor
from article6.store.queries.log_sources import Row, Stream
from article6.transparency import leaves, tiles, tree
from article6.transparency.leaves import SECRET_BYTES

LEAVES_A_TURN = 4_000
"""Leaves at most that a turn appends of each source: a bound on its time and on what it holds in memory."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn did: leaves appended, the log's size now, and whether there is more to do at once."""

    appended: int
    size: int
    is_behind: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a turn read of a stream: the subjects in order, and the cursor after it."""

    stream: Stream
    subjects: tuple[str, ...]
    cursor: Cursor
    is_full: bool


def turn(now: datetime, limit: int = LEAVES_A_TURN) -> Turn:
    """Append what is done, and sign a checkpoint over it. Where another has the turn, nothing is done.

    The two are two database transactions: leaves without a checkpoint get theirs at the next turn.

    Raises:
        Refused: the log's key cannot be used (`exchange.secret_wrong`), and leaves are appended all the same; or the
            log does not have what it published (`log.discontinued`), and nothing is.
    """
    with sight.seeing(sight.EVERYTHING):
        continuity.require(now)
        done = _append(now, limit)
        checkpointing.publish(now)
    return done


def run_down(now: datetime, limit: int = LEAVES_A_TURN) -> int:
    """Turns until nothing is left: how many leaves were appended. For histories that were there before the log."""
    appended = 0
    while True:
        done = turn(now, limit)
        appended += done.appended
        if not done.is_behind:
            return appended


def _append(now: datetime, limit: int) -> Turn:
    with database_transaction():
        if not writing.take_turn():
            return Turn(0, queries.size(), False)
        before = queries.cursors()
        # What announces is read before what it announces, and appended after it.
        read = [_look(each, before.get(each.name, Cursor()), limit) for each in reversed(log_sources.streams())]
        taken: list[Found] = []
        for found in reversed(read):
            taken.append(found)
            if found.is_full:
                break
        size = queries.size()
        new = _leaves(taken)
        writing_tiles = _full_tiles(size, [each.hash for each in new])
        if new:
            writing.append(size, new, writing_tiles, now)
        for found in taken:
            if found.cursor != before.get(found.stream.name):
                writing.move_cursor(found.stream.name, found.cursor)
    return Turn(len(new), size + len(new), any(each.is_full for each in taken))


# --- Reading


def _look(stream: Stream, cursor: Cursor, limit: int) -> Found:
    is_settled = False
    if cursor.mark is not None:
        # Before the rows are read: who has ended by now has ended for the statements that follow.
        is_settled = not cursor.holders & log_sources.writers(stream.source)
    late = log_sources.within(stream, cursor.holes, limit)
    new = log_sources.after(stream, cursor.top, limit)
    holes = _without(cursor.holes, [each.number for each in late])
    if is_settled and cursor.mark is not None and len(late) < limit:
        holes = _above(holes, cursor.mark)
        cursor = replace(cursor, mark=None, holders=frozenset())
    top = new[-1].number if new else cursor.top
    holes = (*holes, *_gaps(cursor.top, new))
    cursor = replace(cursor, top=top, holes=holes)
    if holes and cursor.mark is None:
        # After the rows were read: who drew one of these numbers is writing still, or has ended since.
        cursor = replace(cursor, mark=top, holders=log_sources.writers(stream.source))
    is_full = len(new) == limit or len(late) == limit
    return Found(stream, _subjects([*late, *new]), cursor, is_full)


def _subjects(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.subject for each in rows if each.subject is not None))


def _gaps(top: int, rows: Sequence[Row]) -> list[tuple[int, int]]:
    """The ranges of numbers above `top` that were skipped."""
    gaps, expected = [], top + 1
    for each in rows:
        if each.number > expected:
            gaps.append((expected, each.number))
        expected = each.number + 1
    return gaps


def _without(holes: Sequence[tuple[int, int]], seen: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """The holes without the numbers seen."""
    left = list(holes)
    for number in seen:
        place = next((place for place, (low, high) in enumerate(left) if low <= number < high), None)
        if place is not None:
            low, high = left[place]
            left[place : place + 1] = [part for part in ((low, number), (number + 1, high)) if part[0] < part[1]]
    return tuple(left)


def _above(holes: Sequence[tuple[int, int]], mark: int) -> tuple[tuple[int, int], ...]:
    """The holes, or parts of them, above a number."""
    return tuple((max(low, mark + 1), high) for low, high in holes if high > mark + 1)


# --- Leaves and tiles


def _leaves(taken: Sequence[Found]) -> list[writing.NewLeaf]:
    origin = reading.origin()
    new = []
    for found in taken:
        kind = found.stream.source.kind
        known = contents.of(kind, found.subjects)
        secrets = os.urandom(SECRET_BYTES * len(found.subjects))
        for place, subject in enumerate(found.subjects):
            secret = secrets[place * SECRET_BYTES : (place + 1) * SECRET_BYTES]
            entry = leaves.leaf(origin, known[subject], secret).entry()
            new.append(writing.NewLeaf(kind, subject, entry, tree.leaf_hash(entry), secret))
    return new


def _full_tiles(size: int, hashes: Sequence[bytes]) -> list[writing.FullTile]:
    """The tiles, of all levels, that are filled when these hashes follow a log of `size` leaves."""
    full = []
    number, offset = divmod(size, tiles.WIDTH)
    row = [*queries.hashes(size - offset, size), *hashes]
    invariant(len(row) == offset + len(hashes), "the log has no gap")
    for level in range(tiles.LEVELS):
        roots = []
        for start in range(0, len(row) - tiles.WIDTH + 1, tiles.WIDTH):
            part = row[start : start + tiles.WIDTH]
            root = tree.root_of(part)
            full.append(writing.FullTile(level, number + start // tiles.WIDTH, b"".join(part), root))
            roots.append(root)
        if not roots:
            break
        first = number
        number, offset = divmod(first, tiles.WIDTH)
        row = [*queries.tile_roots(level, first - offset, first), *roots]
    return full


# --- How far behind


@dataclass(frozen=True, slots=True)
class Lag:
    """How much is done and no leaf yet, and for how many seconds the oldest of it waits."""

    waiting: int
    seconds: float


def lag() -> Lag:
    """How far the log is behind the registry."""
    with sight.seeing(sight.EVERYTHING), database.one_moment():
        known = queries.cursors()
        found = [log_sources.waiting(each, known.get(each.name, Cursor()).top) for each in log_sources.streams()]
    return Lag(sum(count for count, _ in found), max((seconds for _, seconds in found), default=0.0))
