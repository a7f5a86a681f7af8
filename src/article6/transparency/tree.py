"""The Merkle tree of RFC 6962 section 2.1: hashes, roots, proofs, and how a tree grows without being read again.

A *node* is the hash of a perfect subtree: `node(level, index)` covers the leaves `[index * 2**level, (index + 1) *
2**level)`. Whoever can tell nodes (tiles can) can have every root and proof of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from article6.domain.refusals import invariant

HASH_BYTES = 32

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

Nodes = Callable[[int, int], bytes]
"""Tells the hash of the perfect subtree at (level, index)."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\1" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (or, over a tile, over the nodes of one level)."""
    return Edge().extended(hashes).root


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: all that is needed to let it grow and to know its root.

    `hashes` are the nodes of its perfect subtrees, largest first, one for each bit that is set in `size`.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        invariant(
            self.size >= 0 and len(self.hashes) == self.size.bit_count(),
            f"the edge of a tree of {self.size} leaves has {len(self.hashes)} hashes",
        )

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return _folded(self.hashes) if self.hashes else EMPTY_ROOT

    def extended(self, hashes: Iterable[bytes]) -> Edge:
        """The edge after these leaf hashes."""
        edge, size = list(self.hashes), self.size
        for each in hashes:
            carried = each
            bits = size
            while bits & 1:
                carried = node_hash(edge.pop(), carried)
                bits >>= 1
            edge.append(carried)
            size += 1
        return Edge(size, tuple(edge))


def edge_at(size: int, nodes: Nodes) -> Edge:
    """The edge of the tree of the first `size` leaves."""
    return Edge(size, tuple(nodes(level, index) for level, index in _perfect(0, size)))


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling up (RFC 6962, 2.1.1)."""
    invariant(0 <= index < size, f"leaf {index} of {size}")
    return [_range_root(first, last, nodes) for first, last in _siblings(index, 0, size)]


def consistency_proof(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of that of `new` (RFC 6962, 2.1.2).

    Between equal sizes, and from the empty tree, nothing needs a proof: it is empty.
    """
    invariant(0 <= old <= new, f"from {old} to {new}")
    if old in (0, new):
        return []
    return [_range_root(first, last, nodes) for first, last in _steps(old, 0, new, is_known=True)]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the audit path leads from this leaf hash to this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the old tree is the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, each)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _siblings(index: int, first: int, last: int) -> Iterator[tuple[int, int]]:
    if last - first == 1:
        return
    middle = first + _split(last - first)
    if index < middle:
        yield from _siblings(index, first, middle)
        yield middle, last
    else:
        yield from _siblings(index, middle, last)
        yield first, middle


def _steps(old: int, first: int, last: int, *, is_known: bool) -> Iterator[tuple[int, int]]:
    # `is_known`: the subtree of the old leaves in here is the old tree whole, whose root the verifier has.
    if old == last:
        if not is_known:
            yield first, last
        return
    middle = first + _split(last - first)
    if old <= middle:
        yield from _steps(old, first, middle, is_known=is_known)
        yield middle, last
    else:
        yield from _steps(old, middle, last, is_known=False)
        yield first, middle


def _perfect(first: int, last: int) -> Iterator[tuple[int, int]]:
    """The perfect subtrees that cover the leaves, largest first; `first` is where one as large as fits begins."""
    while first < last:
        level = (last - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def _range_root(first: int, last: int, nodes: Nodes) -> bytes:
    return _folded([nodes(level, index) for level, index in _perfect(first, last)])


def _folded(hashes: Sequence[bytes]) -> bytes:
    found = hashes[-1]
    for each in reversed(hashes[:-1]):
        found = node_hash(each, found)
    return found
