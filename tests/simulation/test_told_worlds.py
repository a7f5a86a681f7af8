"""Amounts are told in the simulated worlds too, and the units are where they were: mistakes with them are found."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from exchange.hands import Hands
from simulation.planted_told import PLANTS, Plant

from article6.domain.refusals import BrokenInvariant
from article6.exchange.simulation import inspection
from article6.exchange.simulation.auditor import Audit
from article6.exchange.simulation.run import outcomes
from article6.exchange.simulation.world import World

SEEDS = 150


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_mistake_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert plant.__doc__
    plant(monkeypatch)
    with suppress(BrokenInvariant):  # then the program has seen it by itself
        *_, last = outcomes(1, SEEDS)
        assert last.faults, f"{SEEDS} seeds did not show it: {plant.__doc__}"


def test_amounts_are_told_and_instructed_in_these_worlds() -> None:
    told = used = asked = 0
    for seed in range(1, 16):
        world = World(seed)
        assert not world.run().faults
        for each in world.registries.values():
            told += sum(deal.proposed.is_information and bool(deal.completed_at) for deal in each.books.transfers())
            used += sum(bool(one.act) for one in each.books.told_units())
            asked += sum(len(each.storage.table(f"instructed {peer}")) for peer in each.peers())
    assert min(told, used, asked) > 0


def test_the_auditor_sees_that_less_is_held_than_was_told() -> None:
    hands = Hands()
    hands.tell("GHA01", "CHE01", 1, 10)
    found = {code: inspection.inspected(each) for code, each in hands.registries.items()}
    assert found["GHA01"].held["CHE01"] == found["CHE01"].told["GHA01"] == [("GHA01", "GHA", 1, 10)]
    assert Audit(list(found.values())).faults() == []
    for planted in (replace(found["CHE01"], told={}), replace(found["GHA01"], held={})):
        faults = Audit(list({**found, planted.code: planted}.values())).faults()
        assert any("was told of" in each for each in faults)
