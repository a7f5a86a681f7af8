"""The log as it is read: its name, its size, its tree as it stands in the database."""

from __future__ import annotations

from article6.domain.refusals import Code, refused
from article6.store.queries import log as queries
from article6.store.queries import registries
from article6.transparency import tiles
from article6.transparency.tiles import Tile
from article6.transparency.tree import Nodes

ORIGIN = "article6/"
"""Before the registry's code: the name of its log."""

WITNESS = "/witness"
"""Behind the log's name: the name under which the registry cosigns the checkpoints of others."""


def origin() -> str:
    """The log's name for ever, which is also its key's.

    Raises:
        Refused: there is no registry yet.
    """
    found = registries.identity()
    if found is None:
        raise refused(Code.REGISTRY_MISSING)
    return origin_of(found["code"])


def origin_of(code: str) -> str:
    """The name of the log of a registry."""
    # A key's name has neither spaces nor plus signs; those of registries that exchange have none.
    return ORIGIN + "".join("_" if each.isspace() or each == "+" else each for each in code)


def nodes(size: int) -> Nodes:
    """The nodes of the tree of the first `size` leaves."""
    return tiles.nodes_of(size, hashes_of)


def hashes_of(tile: Tile) -> list[bytes]:
    """The hashes of a tile of the log, full or partial."""
    level = tile.level or 0
    first = tile.number * tiles.WIDTH
    if level == 0:
        return queries.hashes(first, first + tile.width)
    return queries.tile_roots(level - 1, first, first + tile.width)
