"""Thousands of small worlds with faults: when the faults stop all settles, and every promise was kept.

More of them: `article6 simulate --from 1000 --seeds 10000`.
"""

from __future__ import annotations

import pytest

from article6.exchange.simulation.run import outcomes, simulate

CHUNK = 50
CHUNKS = 20
"""The suite's share, two thirds of a minute of one core; a chunk is a test, so that cores share them."""


@pytest.mark.parametrize("first", range(1, CHUNK * CHUNKS, CHUNK))
def test_every_promise_is_kept(first: int) -> None:
    done = list(outcomes(first, CHUNK))
    assert not done[-1].faults, f"article6 simulate --from {done[-1].seed} --seeds 1 --trace: {done[-1].faults}"
    assert len(done) == CHUNK
    # The worlds are worth their time: units move, processes crash, liars lie.
    assert sum(each.moved for each in done) > CHUNK
    assert sum(each.crashes for each in done) > CHUNK // 4
    assert sum(each.lies for each in done) > CHUNK


def test_a_seed_replays_exactly() -> None:
    once, again = simulate(22, is_traced=True), simulate(22, is_traced=True)
    assert once == again
    assert len(once.trace) > 100


def test_tracing_changes_nothing() -> None:
    traced, plain = simulate(7, is_traced=True), simulate(7)
    assert traced.trace
    assert (traced.digest, traced.messages, traced.moved) == (plain.digest, plain.messages, plain.moved)


def test_another_seed_is_another_world() -> None:
    assert simulate(7).digest != simulate(8).digest
