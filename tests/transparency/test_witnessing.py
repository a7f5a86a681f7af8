"""A witness vouches for what continues what it saw, and for nothing else."""

from __future__ import annotations

import pytest
from transparency.logs import LOG, Log, entry, signer

from article6.transparency import tree, witnessing
from article6.transparency.witnessing import Doubt, Doubtful, Offer


def offered(log: Log, old: int) -> Offer:
    size = len(log.entries)
    proof = tree.consistency_proof(old, size, log.nodes()) if old <= size else []
    return Offer(log.checkpoint, old, tuple(proof))


def doubt(offer: Offer, seen: str) -> Doubt:
    with pytest.raises(Doubtful) as no:
        witnessing.judged(offer, LOG.verifier, seen)
    assert (no.value.offered, no.value.seen) == (offer.note, seen)  # the evidence
    return no.value.doubt


def test_the_first_checkpoint_is_taken_as_it_is() -> None:
    assert witnessing.judged(offered(Log().grow(7), 0), LOG.verifier, "").checkpoint.size == 7


def test_what_continues_is_taken() -> None:
    log = Log().grow(7)
    seen = log.checkpoint
    assert witnessing.judged(offered(log.grow(300), 7), LOG.verifier, seen).checkpoint.size == 307
    assert witnessing.judged(offered(log, 307), LOG.verifier, log.checkpoint).checkpoint.size == 307


def test_a_rewritten_history_is_not() -> None:
    seen, forked = Log().grow(7).checkpoint, Log().grow(7)
    forked.entries[3] = entry(9_999)
    assert doubt(offered(forked.publish(), 7), seen) is Doubt.FORKED
    assert doubt(offered(forked.grow(5), 7), seen) is Doubt.NOT_CONSISTENT


def test_a_shorter_log_is_not() -> None:
    assert doubt(offered(Log().grow(6), 6), Log().grow(7).checkpoint) is Doubt.SHRUNK


def test_a_proof_from_another_size_is_asked_for_again() -> None:
    log = Log().grow(7)
    seen = log.checkpoint
    assert doubt(offered(log.grow(5), 3), seen) is Doubt.OTHER_START


def test_another_key_is_not_the_logs() -> None:
    log = Log(signer=signer(seed=5)).grow(7)
    assert doubt(offered(log, 0), "") is Doubt.SIGNATURE
    assert doubt(Offer("no note", 0, ()), "") is Doubt.MALFORMED
