"""Rows pass in windows: none is left out, none is new twice, and no more are looked at than are asked for and open."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from reporting.worlds import documents, reading

from article6.reporting.checks.loading import load
from article6.reporting.checks.windows import PATIENCE, windows
from article6.reporting.checks.world import World


def world(lots: int, **more: int) -> World:
    """Ghana sends lots of ten units, one by one; with `last`, one row says all of it at once."""
    given = documents()["GHA 2023"]
    row = given["actions"][0]
    given["actions"] = [{**row, "FirstID": 10 * n + 1, "LastID": 10 * n + 10, "QuantityCO2": 10} for n in range(lots)]
    if "last" in more:
        given["actions"].append({**row, "FirstID": 1, "LastID": more["last"], "QuantityCO2": more["last"]})
    return load([reading("GHA 2023", given)])


def test_every_row_is_new_once_and_windows_are_small() -> None:
    found = world(500)
    new: Counter[object] = Counter()
    for _window in windows(found, 20):
        assert len(found.acts) <= 20
        assert found.carried == frozenset()
        new.update(each.key for each in found.new_acts)
    assert len(new) == 500
    assert set(new.values()) == {1}


def test_a_row_that_reaches_over_everything_is_carried_and_the_windows_stay_small() -> None:
    found = world(500, last=5_000)
    new: Counter[object] = Counter()
    count = 0
    for _window in windows(found, 20):
        count += 1
        assert len(found.acts) <= PATIENCE * 20 + 2
        new.update(each.key for each in found.new_acts)
    assert count > 5
    assert len(new) == 501
    assert set(new.values()) == {1}


def test_units_are_spoken_of_within_the_window_only() -> None:
    found = world(100, last=1_000)
    told = []
    for _window in windows(found, 10):
        told += [(first, last) for _series, first, last, _rows in found.segments(found.acts)]
    assert told[0][0] == 1
    assert told[-1][1] == 1_000
    assert all(one[1] + 1 == other[0] for one, other in pairwise(told))
