"""Many seeds, one after the other, until one fails."""

from __future__ import annotations

from collections.abc import Iterator

from article6.exchange.desk import Desk
from article6.exchange.simulation.registry import DeskMaker
from article6.exchange.simulation.world import Outcome, World


def simulate(seed: int, make_desk: DeskMaker = Desk, *, is_traced: bool = False) -> Outcome:
    """One seed. The same seed gives the same outcome, message by message."""
    return World(seed, make_desk, is_traced=is_traced).run()


def outcomes(first: int, count: int, make_desk: DeskMaker = Desk) -> Iterator[Outcome]:
    """Seeds from `first` on; the first that fails is the last."""
    for seed in range(first, first + count):
        outcome = simulate(seed, make_desk)
        yield outcome
        if outcome.faults:
            return
