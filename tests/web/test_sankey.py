"""The layout of flow diagrams: widths are amounts, nothing is lost, nothing lies over anything."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from article6.web.pictures.ribbons import apart
from article6.web.pictures.sankey import Flow, Layout, Node, gathered, layout

NAMES = some.sampled_from([f"P{number:02}" for number in range(14)])
AMOUNTS = some.one_of(some.integers(1, 50), some.integers(10**6, 10**15))
FLOWS = some.lists(some.builds(Flow, NAMES, NAMES, AMOUNTS), min_size=1, max_size=25)

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sums(flows: list[Flow], side: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in flows:
        found[getattr(each, side)] += each.quantity
    return found


def heights(found: Layout, nodes: tuple[Node, ...], side: str) -> None:
    """Every bar is as high as its ribbons together, and the ribbons fill it without a gap or an overlap."""
    for node in nodes:
        assert node.height == node.quantity * found.per_unit
        its = [each for each in found.ribbons if getattr(each.flow, side) == node.name]
        starts = sorted(((each.left if side == "source" else each.right), each.width) for each in its)
        end = node.top
        for start, width in starts:
            assert start == end
            end += width
        assert end == node.top + node.height


@patient
@given(FLOWS)
def test_widths_are_amounts_on_both_sides(flows: list[Flow]) -> None:
    found = layout(flows, height=400, gap=10)
    assert {node.name: node.quantity for node in found.sources} == sums(flows, "source")
    assert {node.name: node.quantity for node in found.targets} == sums(flows, "target")
    for each in found.ribbons:
        assert each.width == each.flow.quantity * found.per_unit
    total = sum(each.quantity for each in flows)
    assert sum(each.width for each in found.ribbons) == total * found.per_unit
    heights(found, found.sources, "source")
    heights(found, found.targets, "target")


@patient
@given(FLOWS)
def test_bars_of_a_side_keep_their_distance_and_stay_on_the_paper(flows: list[Flow]) -> None:
    found = layout(flows, height=400, gap=10)
    for nodes in (found.sources, found.targets):
        assert nodes[0].top >= 0
        for before, after in itertools.pairwise(nodes):
            assert after.top == before.top + before.height + 10
            assert (before.quantity, after.name) >= (after.quantity, before.name)
        assert nodes[-1].top + nodes[-1].height <= found.height


@patient
@given(FLOWS, some.integers(2, 16))
def test_gathering_loses_no_unit_and_keeps_the_largest(flows: list[Flow], most: int) -> None:
    found = gathered(flows, most, "others")
    assert sum(each.quantity for each in found) == sum(each.quantity for each in flows)
    for side in ("source", "target"):
        before, after = sums(flows, side), sums(found, side)
        assert len(after) <= most
        kept = {name: after[name] for name in after if name != "others"}
        assert kept == {name: before[name] for name in kept}
        left_out = [before[name] for name in before if name not in kept]
        assert after["others"] == sum(left_out)
        assert not left_out or min(kept.values(), default=10**20) >= max(left_out)


def test_the_same_pair_twice_is_one_ribbon_and_nothing_is_none() -> None:
    found = layout([Flow("GHA", "CHE", 5), Flow("GHA", "CHE", 7), Flow("THA", "CHE", 0)], height=100, gap=4)
    assert [(each.flow.quantity, each.width) for each in found.ribbons] == [(12, Fraction(100))]
    assert layout([], height=100, gap=4).ribbons == ()


def test_the_one_that_gathers_the_rest_stands_last_however_large_it_is() -> None:
    found = layout([Flow("others", "CHE", 90), Flow("GHA", "CHE", 10)], height=100, gap=4, last="others")
    assert [node.name for node in found.sources] == ["GHA", "others"]


@patient
@given(some.lists(some.tuples(some.floats(0, 400), some.sampled_from([17.0, 34.0])), max_size=12))
def test_names_never_lie_over_one_another_where_there_is_room(wanted: list[tuple[float, float]]) -> None:
    wanted = sorted(wanted)
    middles, sizes = [each[0] for each in wanted], [each[1] for each in wanted]
    placed = apart(middles, sizes, 460)
    for at in range(1, len(placed)):
        assert placed[at] - placed[at - 1] >= (sizes[at] + sizes[at - 1]) / 2 - 1e-6
    for at, middle in enumerate(placed):
        assert sizes[at] / 2 - 1e-6 <= middle <= 460 - sizes[at] / 2 + 1e-6
