"""Does the log agree with the registry? Recomputed from the rows that its leaves are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from article6.domain.refusals import BrokenInvariant
from article6.services.log import contents, reading
from article6.store.queries import log as queries
from article6.store.queries import log_sources
from article6.store.queries.log import Cursor
from article6.transparency import leaves, tiles, tree
from article6.transparency.tiles import Tile
from article6.transparency.tree import Edge

AT_ONCE = 2_000
MISSING_AT_MOST = 100


def leaves_checked() -> int:
    """How many leaves there are to check."""
    return queries.size()


def breaches() -> Iterator[str]:
    """What contradicts: a leaf that is not what was recorded, something recorded that is no leaf, a tree that is not
    that of the leaves, a checkpoint that is not that of the tree. Needs one moment around it, and all in sight."""
    yield from _missing()
    signed = {each.size: each.root for each in queries.checkpoints()}
    edge, position = Edge(), 0
    while found := queries.leaves(position, AT_ONCE):
        yield from _contents(found)
        for place, _kind, _subject, entry, _secret in found:
            if place != position:
                yield f"position {position}: no leaf"
                position = place
            edge = edge.extended((tree.leaf_hash(entry),))
            position += 1
            if (root := signed.pop(position, None)) is not None and root != edge.root:
                yield f"checkpoint {position}: its root is not that of the leaves"
    for size in sorted(signed):
        if size or signed[size] != tree.EMPTY_ROOT:
            yield f"checkpoint {size}: there are no such leaves"
    yield from _tiles(position)


def _contents(found: list[tuple[int, str, str, bytes, bytes]]) -> Iterator[str]:
    origin = reading.origin()
    by_kind: dict[str, list[str]] = defaultdict(list)
    for _position, kind, subject, _entry, _secret in found:
        by_kind[kind].append(subject)
    known: dict[tuple[str, str], leaves.Content] = {}
    for kind, subjects in by_kind.items():
        try:
            known |= {(kind, subject): content for subject, content in contents.of(kind, subjects).items()}
        except BrokenInvariant as error:
            yield str(error)
    for position, kind, subject, entry, secret in found:
        content = known.get((kind, subject))
        if content is not None and leaves.leaf(origin, content, bytes(secret)).entry() != bytes(entry):
            yield f"leaf {position}: {kind} {subject} is not what was recorded"


def _missing() -> Iterator[str]:
    for completed in log_sources.unannounced(MISSING_AT_MOST):
        yield f"transaction {completed}: nothing told the log that it was completed"
    cursors = queries.cursors()
    for stream in log_sources.streams():
        cursor = cursors.get(stream.name, Cursor())
        for number, subject in log_sources.missing(stream, cursor.top, MISSING_AT_MOST):
            if not any(low <= number < high for low, high in cursor.holes):
                yield f"{stream.source.kind} {subject}: it was read over and is no leaf"


def _tiles(size: int) -> Iterator[str]:
    for level in range(tiles.LEVELS):
        for tile in tiles.tiles_of(size, level):
            if tile.width < tiles.WIDTH:
                continue
            expected = b"".join(reading.hashes_of(Tile(level, tile.number)))
            if queries.tile(level, tile.number) != expected:
                yield f"{tile.path}: not the hashes of its leaves"
