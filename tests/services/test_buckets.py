"""Buckets bound what one sender brings, and nobody else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from article6.services.exchange.buckets import BUCKETS_AT_MOST, BURST_S, Buckets

HERE, THERE = ("GHA01", "10.0.0.1"), ("GHA01", "10.0.0.2")


def test_an_empty_bucket_fills_with_time_and_a_claim_from_elsewhere_does_not_empty_it() -> None:
    buckets = Buckets(600)
    assert buckets.take(THERE, 100, 0.0) == 0.0
    wait = buckets.take(THERE, 50, 0.0)
    assert wait == 5.0
    assert buckets.take(HERE, 100, 0.0) == 0.0
    assert buckets.take(THERE, 50, 4.9) > 0
    assert buckets.take(THERE, 50, 5.0) == 0.0


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 200)), max_size=60), st.integers(60, 60_000))
def test_over_any_time_no_more_comes_in_than_flows_and_one_burst(asked: list[tuple[float, int]], rate: int) -> None:
    buckets = Buckets(rate)
    at, taken = 0.0, 0.0
    full = max(rate / 60 * BURST_S, 100.0)
    for pause, tokens in asked:
        at += pause
        if not buckets.take(HERE, tokens, at):
            taken += min(tokens, full)
    assert taken <= full + at * rate / 60 + 1e-6


def test_many_senders_do_not_fill_the_memory() -> None:
    buckets = Buckets(600)
    for number in range(BUCKETS_AT_MOST + 50):
        buckets.take((str(number), ""), 1, 0.0)
    assert len(buckets._levels) == BUCKETS_AT_MOST
