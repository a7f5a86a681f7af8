"""Tiles and bundles, against the examples of c2sp.org/tlog-tiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transparency import naive

from article6.transparency import tiles, tree
from article6.transparency.tiles import MalformedTile, Tile


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),  # the specification's own
        (Tile(0, 0), "tile/0/000"),
        (Tile(2, 999, 17), "tile/2/999.p/17"),
        (Tile(None, 1000), "tile/entries/x001/000"),
        (Tile(None, 273, 112), "tile/entries/273.p/112"),
    ],
)
def test_a_tile_has_one_address(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse_path(path.removeprefix("tile/")) == tile


@pytest.mark.parametrize(
    "path",
    ["00/000", "0/0", "0/x000/001", "0/000.p/0", "0/000.p/256", "0/000.p/01", "8/000", "64/000", "0/001/002",
     "entries/../key", "entries/00\n", "0/x001/234.p/", "-1/000", "0/x１23/456"],
)  # fmt: skip
def test_no_other_address_is_a_tile(path: str) -> None:
    assert tiles.parse_path(path) is None


@given(st.integers(0, 10**14), st.integers(1, 256), st.sampled_from([None, *range(8)]))
def test_every_address_is_read_back(number: int, width: int, level: int | None) -> None:
    tile = Tile(level, number, width)
    assert tiles.parse_path(tile.path.removeprefix("tile/")) == tile


def test_a_tree_of_70000_leaves_has_the_tiles_of_the_specification() -> None:
    widths = {level: [tile.width for tile in tiles.tiles_of(70_000, level)] for level in range(4)}
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1], 3: []}
    assert [tile.width for tile in tiles.tiles_of(256, 0)] == [256]
    assert [tile.width for tile in tiles.tiles_of(256, 1)] == [1]


def test_the_tiles_tell_every_root_and_proof() -> None:
    leaves = [b"%d" % number for number in range(70_000)]
    hashes = [tree.leaf_hash(each) for each in leaves]
    rows = [hashes]
    while len(rows[-1]) >= tiles.WIDTH:
        below = rows[-1]
        rows.append([tree.root_of(below[at : at + 256]) for at in range(0, len(below) - len(below) % 256, tiles.WIDTH)])

    def read(tile: Tile) -> list[bytes]:
        return rows[tile.level or 0][tile.number * 256 : tile.number * 256 + tile.width]

    nodes = tiles.nodes_of(70_000, read)
    assert tree.edge_at(70_000, nodes) == tree.Edge().extended(hashes)
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        proof = tree.inclusion_proof(index, 70_000, nodes)
        assert tree.includes(hashes[index], index, 70_000, proof, tree.root_of(hashes))
    assert tree.consistency_proof(65_537, 70_000, nodes)[-1] == naive.mth(leaves[:65_536])


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    assert tiles.entries_in(tiles.bundle(entries), len(entries)) == entries


def test_what_is_cut_off_or_of_another_width_is_no_bundle_and_no_tile() -> None:
    content = tiles.bundle([b"one", b"two"])
    for wrong, width in ((content[:-1], 2), (content, 1), (content, 3), (content + b"\0", 2)):
        with pytest.raises(MalformedTile):
            tiles.entries_in(wrong, width)
    with pytest.raises(MalformedTile):
        tiles.hashes_in(bytes(33), 1)
