"""The layout of a flow diagram: amounts go from nodes on the left to nodes on the right, and widths are amounts.

One scale holds for the whole drawing: a ribbon of n units is n times as wide as one of a single unit, wherever it is,
and the height of a node is the sum of its ribbons. Nothing is left out: what would be too thin to see is gathered under
"others", with its sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Flow:
    """`quantity` units that went from one name to another."""

    source: str
    target: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Node:
    """A bar: its name, its units, and where it stands. `place` counts the nodes of its side from the top."""

    name: str
    quantity: int
    top: Fraction
    height: Fraction
    place: int

    @property
    def middle(self) -> Fraction:
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A flow: where it leaves the left bar and reaches the right one, its tops, and its width."""

    flow: Flow
    left: Fraction
    right: Fraction
    width: Fraction


@dataclass(frozen=True, slots=True)
class Layout:
    """Two sides of nodes, ribbons between them, and the height of one unit."""

    sources: tuple[Node, ...]
    targets: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    per_unit: Fraction
    height: Fraction


def gathered(flows: Iterable[Flow], most: int, others: str) -> list[Flow]:
    """The flows with at most `most` names on either side: the smallest are called `others`; no unit is lost."""
    given = _summed(flows)
    named = [_largest(given, side, most) for side in ("source", "target")]
    renamed = (
        Flow(
            each.source if each.source in named[0] else others,
            each.target if each.target in named[1] else others,
            each.quantity,
        )
        for each in given
    )
    return _summed(renamed)


def _summed(flows: Iterable[Flow]) -> list[Flow]:
    sums: dict[tuple[str, str], int] = {}
    for each in flows:
        key = (each.source, each.target)
        sums[key] = sums.get(key, 0) + each.quantity
    return [Flow(source, target, quantity) for (source, target), quantity in sums.items() if quantity > 0]


def _largest(flows: Sequence[Flow], side: str, most: int) -> set[str]:
    order = _order(_totals(flows, side))
    return set(order if len(order) <= most else order[: most - 1])


def _totals(flows: Iterable[Flow], side: str) -> dict[str, int]:
    totals: dict[str, int] = {}
    for each in flows:
        name = getattr(each, side)
        totals[name] = totals.get(name, 0) + each.quantity
    return totals


def _order(totals: Mapping[str, int]) -> list[str]:
    return sorted(totals, key=lambda name: (-totals[name], name))


def layout(flows: Iterable[Flow], *, height: int, gap: int, last: str = "") -> Layout:
    """Where everything stands in a drawing of this height, with `gap` between two nodes; `last` goes below all others.

    The side with more nodes has more gaps, and so sets the scale.
    """
    given = _summed(flows)
    sides = [_totals(given, side) for side in ("source", "target")]
    orders = [sorted(_order(totals), key=lambda name: name == last) for totals in sides]
    total = sum(sides[0].values())
    most = max((len(order) for order in orders), default=0)
    if total == 0:
        return Layout((), (), (), Fraction(0), Fraction(0))
    room = max(height - gap * (most - 1), height // 4)
    per_unit = Fraction(room, total)
    full = Fraction(room + gap * (most - 1))
    sources, targets = (_nodes(order, totals, per_unit, gap, full) for order, totals in zip(orders, sides, strict=True))
    return Layout(sources, targets, tuple(_ribbons(given, sources, targets, per_unit)), per_unit, full)


def _nodes(
    order: Sequence[str], totals: Mapping[str, int], per_unit: Fraction, gap: int, full: Fraction
) -> tuple[Node, ...]:
    used = sum(totals.values()) * per_unit + gap * (len(order) - 1)
    top = (full - used) / 2  # the shorter side stands in the middle
    nodes = []
    for place, name in enumerate(order):
        height = totals[name] * per_unit
        nodes.append(Node(name, totals[name], top, height, place))
        top += height + gap
    return tuple(nodes)


def _ribbons(
    flows: Sequence[Flow], sources: Sequence[Node], targets: Sequence[Node], per_unit: Fraction
) -> list[Ribbon]:
    """In the order of the other side, so that ribbons of one node cross as little as may be."""
    left, right = ({each.name: each for each in side} for side in (sources, targets))
    leaves = {name: node.top for name, node in left.items()}
    arrives = {name: node.top for name, node in right.items()}
    starts: dict[tuple[str, str], Fraction] = {}
    ends: dict[tuple[str, str], Fraction] = {}
    for each in sorted(flows, key=lambda flow: right[flow.target].place):
        starts[each.source, each.target] = leaves[each.source]
        leaves[each.source] += each.quantity * per_unit
    for each in sorted(flows, key=lambda flow: left[flow.source].place):
        ends[each.source, each.target] = arrives[each.target]
        arrives[each.target] += each.quantity * per_unit
    found = [
        Ribbon(each, starts[each.source, each.target], ends[each.source, each.target], each.quantity * per_unit)
        for each in flows
    ]
    # The widest first: thin ones lie over them and can be pointed at.
    return sorted(found, key=lambda ribbon: -ribbon.width)
