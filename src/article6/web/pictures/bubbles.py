"""The map as it is drawn: land without borders, a bubble for each Party, names beside the largest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from article6.domain.parties import party as known_party
from article6.web.pictures import world
from article6.web.pictures.svg import Picture, Shape, words
from article6.web.templatetags.shown import units

NAMED = 12
"""How many of the largest bubbles may have their Party's code, where it lies over no other."""

INSIDE = 30
"""From this radius on the code stands in the bubble."""

PAPERS = (("wide", 1.0, "label"), ("narrow", 2.0, "label large"))
"""Sizes, how many times the bubbles are as large, and the class of the codes: a phone shows the same map smaller."""


def pictures(amounts: Mapping[str, int], title: str, description: str) -> list[Picture]:
    """The drawing in each size; none where no Party has any."""
    return [
        Picture(size, world.WIDTH, world.HEIGHT, title, description, _shapes(amounts, times, label))
        for size, times, label in PAPERS
        if any(amounts.values())
    ]


def _shapes(amounts: Mapping[str, int], times: float, label: str) -> list[Shape]:
    found = world.bubbles(amounts)
    shapes = [
        Shape("rect", "sea", {"x": 0, "y": 0, "width": world.WIDTH, "height": world.HEIGHT}),
        Shape("path", "land", {"d": world.coastline(), "fill-rule": "evenodd"}),
    ]
    for each in found:
        known = known_party(each.code)
        said = f"{known.name if known else each.code}: {units(each.quantity)}"
        at = {"cx": each.x, "cy": each.y, "r": each.radius * times}
        shapes.append(Shape("circle", "bubble", at, title=said))
    return [*shapes, *_labels(found[:NAMED], times, label)]


def _labels(found: Sequence[world.Bubble], times: float, label: str) -> list[Shape]:
    """Codes in large bubbles, else above them; none over another."""
    taken: list[tuple[float, float]] = []
    shapes = []
    for each in found:
        y = each.y if each.radius >= INSIDE else each.y - each.radius * times - 18 * times
        if all(abs(each.x - x) > 70 * times or abs(y - other) > 30 * times for x, other in taken):
            taken.append((each.x, y))
            shapes.append(words(label, each.x, y, each.code, "middle"))
    return shapes


def without_place(amounts: Mapping[str, int]) -> list[str]:
    """Parties that have an amount and no place on the map; the table has them all the same."""
    return sorted(code for code, quantity in amounts.items() if quantity > 0 and code not in world.PLACES)


def legend_text() -> str:
    """How to read the map."""
    return _("The area of a bubble is its number of units; the smallest are drawn larger, so that they can be seen.")
