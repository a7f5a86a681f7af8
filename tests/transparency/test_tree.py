"""The Merkle tree, against the published vectors and against the RFC's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transparency import naive

from article6.transparency import tree
from article6.transparency.tree import Edge

# The leaves and roots that implementations of RFC 6962 have tested themselves with since the first one.
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

SIZES = st.integers(1, 300)


def entries(count: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(count)]


def nodes(leaves: list[bytes]) -> tree.Nodes:
    def node(level: int, index: int) -> bytes:
        return naive.mth(leaves[index << level : (index + 1) << level])

    return node


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert tree.Edge().root.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("count", range(1, 9))
def test_roots_are_those_of_the_known_vectors(count: int) -> None:
    assert tree.root_of([tree.leaf_hash(each) for each in LEAVES[:count]]).hex() == ROOTS[count - 1]


@given(SIZES)
def test_a_root_is_that_of_the_rfcs_definition(count: int) -> None:
    leaves = entries(count)
    assert tree.root_of([tree.leaf_hash(each) for each in leaves]) == naive.mth(leaves)


@given(SIZES, st.data())
def test_a_tree_that_grows_is_the_tree_that_was_built_at_once(count: int, data: st.DataObject) -> None:
    hashes = [tree.leaf_hash(each) for each in entries(count)]
    cut = data.draw(st.integers(0, count))
    grown = Edge().extended(hashes[:cut]).extended(hashes[cut:])
    assert grown == Edge().extended(hashes) == tree.edge_at(count, nodes(entries(count)))


@given(SIZES, st.data())
def test_an_audit_path_is_the_rfcs_and_leads_to_the_root(count: int, data: st.DataObject) -> None:
    leaves = entries(count)
    index = data.draw(st.integers(0, count - 1))
    proof = tree.inclusion_proof(index, count, nodes(leaves))
    assert proof == naive.path(index, leaves)
    assert tree.includes(tree.leaf_hash(leaves[index]), index, count, proof, naive.mth(leaves))


@given(SIZES, st.data())
def test_an_audit_path_proves_nothing_else(count: int, data: st.DataObject) -> None:
    leaves = entries(count)
    index = data.draw(st.integers(0, count - 1))
    proof, root, leaf = naive.path(index, leaves), naive.mth(leaves), tree.leaf_hash(leaves[index])
    elsewhere = data.draw(st.integers(-1, count + 5).filter(lambda other: other != index))
    assert not tree.includes(leaf, elsewhere, count, proof, root)
    assert not tree.includes(tree.leaf_hash(b"another"), index, count, proof, root)
    assert not tree.includes(leaf, index, count, [*proof, leaf], root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not tree.includes(leaf, index, count, [*proof[:place], *proof[place + 1 :]], root)
        assert not tree.includes(leaf, index, count, [*proof[:place], leaf, *proof[place + 1 :]], root) or (
            proof[place] == leaf
        )


@given(SIZES, st.data())
def test_a_consistency_proof_is_the_rfcs_and_holds(count: int, data: st.DataObject) -> None:
    leaves = entries(count)
    old = data.draw(st.integers(1, count))
    proof = tree.consistency_proof(old, count, nodes(leaves))
    assert proof == naive.proof(old, leaves)
    assert tree.is_consistent(old, naive.mth(leaves[:old]), count, naive.mth(leaves), proof)


@given(SIZES, st.data())
def test_a_consistency_proof_between_other_trees_does_not_hold(count: int, data: st.DataObject) -> None:
    leaves = entries(count)
    old = data.draw(st.integers(1, count))
    proof, before, after = naive.proof(old, leaves), naive.mth(leaves[:old]), naive.mth(leaves)
    forked = [*leaves[: old - 1], b"rewritten", *leaves[old:]]
    assert not tree.is_consistent(old, before, count, naive.mth(forked), naive.proof(old, forked))
    assert not tree.is_consistent(old, naive.mth(forked[:old]), count, after, proof)
    if old < count:
        assert not tree.is_consistent(count, after, old, before, proof)
        assert not tree.is_consistent(old, before, count, after, [*proof, before])
        assert not tree.is_consistent(old, before, count, after, proof[:-1])


def test_everything_continues_the_empty_tree() -> None:
    root = naive.mth(entries(5))
    assert tree.is_consistent(0, tree.EMPTY_ROOT, 5, root, [])
    assert not tree.is_consistent(0, root, 5, root, [])
    assert not tree.is_consistent(0, tree.EMPTY_ROOT, 0, root, [])
    assert not tree.is_consistent(0, tree.EMPTY_ROOT, 5, root, [root])
