"""The files of the public log (c2sp.org/tlog-tiles): to be read by anybody, of any registry, and kept by caches."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from article6.services import sight
from article6.services.log import checkpointing, keeping, proving, reading
from article6.services.log.keeping import Role
from article6.store.queries import log as queries
from article6.transparency import key_files, tiles
from article6.transparency.leaves import Kind
from article6.transparency.tiles import Tile

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the log; one that `is_final` never changes."""

    content: bytes
    type: str
    is_final: bool


def file(path: str) -> File | None:
    """The file at a path below `/log/`; None where there is none (yet)."""
    if path == "checkpoint":
        newest = checkpointing.newest()
        return File(newest.encode(), TEXT, is_final=False) if newest else None
    if path == "key":
        return _key()
    if path == "keys":
        return File(json.dumps(announced_keys(), indent=1).encode(), JSON, is_final=False)
    tile = tiles.parse_path(path.removeprefix("tile/")) if path.startswith("tile/") else None
    content = _tile(tile) if tile else None
    return None if content is None else File(content, BYTES, is_final=True)


def announced_keys() -> dict[str, Any]:
    """The announcements of the log's keys that its newest checkpoint covers, each with its proof."""
    newest = queries.checkpoint()
    size = newest.size if newest else 0
    covered = [number for number, _note, place in queries.announcements() if place is not None and place < size]
    return key_files.as_json([proving.prove(Kind.LOG_KEY, str(each)) for each in covered])


def _key() -> File | None:
    """The verifier keys, the log's in force first: as far as a reader finds them announced in the log."""
    with sight.seeing(sight.EVERYTHING):
        newest = queries.checkpoint()
        known = keeping.log_keys_known(newest.size if newest else 0)
        lines = [*reversed(known.verifiers if known else ()), *keeping.verifiers(Role.WITNESS)]
    return File("".join(f"{each}\n" for each in lines).encode(), TEXT, is_final=False) if lines else None


def _tile(tile: Tile) -> bytes | None:
    """A tile of what the newest checkpoint covers; every partial tile of before is one of them."""
    newest = queries.checkpoint()
    if newest is None or tiles.width_at(newest.size, tile.level, tile.number) < tile.width:
        return None
    if tile.level is None:
        first = tile.number * tiles.WIDTH
        return tiles.bundle(queries.entries(first, first + tile.width))
    if tile.width == tiles.WIDTH:
        return queries.tile(tile.level, tile.number)
    return b"".join(reading.hashes_of(tile))
