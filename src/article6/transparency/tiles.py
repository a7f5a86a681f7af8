"""The log as files that never change: tiles of hashes and bundles of entries (c2sp.org/tlog-tiles).

A tile of level L holds up to 256 consecutive nodes of the tree's level 8 L; a full tile's own root is one hash of the
level above. The rightmost tiles of a tree are partial.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from article6.domain.refusals import invariant
from article6.transparency.tree import HASH_BYTES, Nodes, root_of

WIDTH = 256
HEIGHT = 8
LEVELS = 8
"""Levels that a log can have: 2^62 leaves would fill them."""

ENTRY_BYTES = 0xFFFF
"""Longest entry that a bundle can hold."""

ENTRIES = "entries"


class MalformedTile(Exception):
    """The bytes are no tile, or no bundle, of the width asked for; the text says why."""


@dataclass(frozen=True, slots=True)
class Tile:
    """`width` hashes (or entries) from `number * 256` on, of a level; `level` None: a bundle of entries."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it stands below the log's address."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[place : place + 3] for place in range(0, len(digits), 3)]
        name = "/".join([*(f"x{each}" for each in groups[:-1]), groups[-1]])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{ENTRIES if self.level is None else self.level}/{name}{partial}"


_PATH = re.compile(r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6})([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def parse_path(path: str) -> Tile | None:
    """The tile at `<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`; None where there can be none."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level = None if found[1] == ENTRIES else int(found[1])
    width = int(found[4]) if found[4] else WIDTH
    tile = Tile(level, int(found[2].replace("x", "").replace("/", "") + found[3]), width)
    is_possible = (level is None or level < LEVELS) and (found[4] is None or width < WIDTH)
    # One address for one tile: no zeros in front.
    return tile if is_possible and tile.path == f"tile/{path}" else None


def width_at(size: int, level: int | None, number: int) -> int:
    """How many hashes (entries) the tile has in a tree of that size; 0 where it does not exist."""
    return max(0, min(WIDTH, (size >> HEIGHT * (level or 0)) - number * WIDTH))


def tiles_of(size: int, level: int | None, first: int = 0) -> Iterator[Tile]:
    """The tiles of a level that a tree of this size has, from tile `first` on; the last may be partial."""
    for number in range(first, -(-(size >> HEIGHT * (level or 0)) // WIDTH)):
        yield Tile(level, number, width_at(size, level, number))


def hashes_in(content: bytes, width: int) -> list[bytes]:
    """The hashes of a tile.

    Raises:
        MalformedTile: it has another length.
    """
    if len(content) != width * HASH_BYTES:
        raise MalformedTile(f"{len(content)} bytes instead of {width} hashes")
    return [content[place : place + HASH_BYTES] for place in range(0, len(content), HASH_BYTES)]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as a bundle: each behind its length, two bytes, big end first."""
    parts = []
    for each in entries:
        invariant(len(each) <= ENTRY_BYTES, f"an entry of {len(each)} bytes")
        parts += [len(each).to_bytes(2, "big"), each]
    return b"".join(parts)


def entries_in(content: bytes, width: int) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        MalformedTile: it is cut off, or holds another number of entries.
    """
    found, place = [], 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 2], "big")
        entry = content[place + 2 : place + 2 + length]
        place += 2 + length
        if place > len(content):
            raise MalformedTile("the bundle is cut off")
        found.append(entry)
    if len(found) != width:
        raise MalformedTile(f"{len(found)} entries instead of {width}")
    return found


def nodes_of(size: int, read: Callable[[Tile], list[bytes]]) -> Nodes:
    """The nodes of a tree of this size, told by its tiles, each read once."""
    known: dict[Tile, list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        height, below = divmod(level, HEIGHT)
        first = index << below
        number, offset = divmod(first, WIDTH)
        tile = Tile(height, number, width_at(size, height, number))
        if tile not in known:
            known[tile] = read(tile)
        hashes = known[tile][offset : offset + (1 << below)]
        invariant(len(hashes) == 1 << below, f"node {level}/{index} of a tree of {size}")
        return root_of(hashes)

    return node
