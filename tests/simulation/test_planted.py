"""The simulator finds mistakes: each of these is planted, and some seed shows it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from simulation.planted import PLANTS, Plant

from article6.domain.refusals import BrokenInvariant
from article6.exchange.simulation.run import outcomes

SEEDS = 150


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_mistake_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert plant.__doc__
    plant(monkeypatch)
    with suppress(BrokenInvariant):  # then the program has seen it by itself
        *_, last = outcomes(1, SEEDS)
        assert last.faults, f"{SEEDS} seeds did not show it: {plant.__doc__}"
