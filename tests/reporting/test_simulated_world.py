"""A world of thirty Parties and eight years that report truly is consistent; what is falsified in it is found, by the
right check, in the right cells, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from reporting.corrupted import Corrupted, Expected, true_readings, true_world
from reporting.corruptions import corruptions
from reporting.simulated import PARTIES
from reporting.worlds import found

from article6.reporting.checks import catalogue
from article6.reporting.checks.results import Result

CORRUPTIONS = list(corruptions())


def test_it_has_everything_that_parties_exchange() -> None:
    assert len({name[:3] for name in true_world()}) >= len(PARTIES) - 2
    assert len({name[4:] for name in true_world()}) == 8
    tables = list(true_world().values())
    given = [row for each in tables for row in each["authorizations"]]
    actions = [row for each in tables for row in each["actions"]]
    assert {row["PurposeForAuthorization"] for row in given} == {
        "NDC", "OIMP", "IMP", "OP", "NDC and OIMP", "NDC and IMP", "NDC and OP"
    }  # fmt: skip
    assert {row["FirstTransferDefnForOIMP"] for row in given} == {
        "NA",
        "Authorisation",
        "Issuance",
        "Use or Cancellation",
    }
    assert {row["ActionType"] for row in actions} == {
        "First transfer", "Transfer", "Acquisition", "Use", "Cancellation", "Voluntary Cancellation"
    }  # fmt: skip
    assert {row["AcquiringPartyID"] for row in actions} > {"AF"}
    assert {"Voluntary cancellation to deliver OMGE"} < {row["ActionSubtype"] for row in actions}
    assert any(row["Metric"] == "non-GHG" and row["QuantityCO2"] != "NA" for row in actions)
    assert any(row["Metric"] == "non-GHG" and row["QuantityCO2"] == "NA" for row in actions)
    assert any(row["UnderlyingUnitRegistryID"] != "NA" for row in actions)
    assert len(actions) > 2_000


def test_a_world_that_reports_truly_is_consistent() -> None:
    report = catalogue.check(list(true_readings().values()))
    assert found(report) == []
    null = {each.check.code for each in report.outcomes if each.result is Result.UNAVAILABLE}
    assert null >= {"X1", "X8"}  # a counterpart did not submit; no structured summaries are at hand
    assert all(each.result is not Result.INCONSISTENT for each in report.outcomes)


@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=[each.__name__ for each in CORRUPTIONS])
def test_a_corruption_is_found_by_its_check_in_its_cells_and_nothing_else(
    corrupt: Callable[[Corrupted], Expected],
) -> None:
    world = Corrupted(random.Random(corrupt.__name__))
    expected = corrupt(world)
    assert expected
    assert set(found(catalogue.check(world.readings()))) == expected


def test_there_are_forty_corruptions_and_all_checks_between_parties_and_years_are_asked() -> None:
    assert len(CORRUPTIONS) >= 40


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_does_not_depend_on_how_many_rows_are_looked_at_together(seed: int) -> None:
    chance = random.Random(seed)
    world = Corrupted(chance)
    for corrupt in chance.sample(CORRUPTIONS, 8):
        corrupt(world)
    readings = world.readings()
    whole = catalogue.check(readings)
    pieces = catalogue.check(readings, rows_at_once=40)
    assert found(whole)
    for one, other in zip(whole.outcomes, pieces.outcomes, strict=True):
        cells = {(each.places[0], each.said.text) for each in one.findings}
        assert {(each.places[0], each.said.text) for each in other.findings} == cells, one.check.code
        gaps = {(each.file, str(each.said)): each.rows.text for each in one.gaps}
        assert {(each.file, str(each.said)): each.rows.text for each in other.gaps} == gaps, one.check.code
