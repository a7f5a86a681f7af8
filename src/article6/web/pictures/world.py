"""The map: coastlines without borders, and bubbles whose areas are amounts.

The projection is Equal Earth (Savric, Patterson and Jenny, 2018): areas are true, so that no Party looks larger than it
is. `coastline.txt` holds the land of Natural Earth 1:110m (public domain) in this projection, all countries melted into
one land, Antarctica left out, as one SVG path in the drawing's own units.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from article6.web.pictures.places import PLACES

WIDTH, HEIGHT = 2000, 864
_NORTH = 84.0
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_HALF_WIDTH = math.pi * 2 * math.sqrt(3) / (3 * _A1)
_PER_UNIT = WIDTH / (2 * _HALF_WIDTH)

LARGEST_RADIUS = 70
SMALLEST_RADIUS = 5


@dataclass(frozen=True, slots=True)
class Bubble:
    """A Party's circle; its area is its amount but for the smallest, which are drawn large enough to be seen."""

    code: str
    quantity: int
    x: float
    y: float
    radius: float
    is_enlarged: bool


@lru_cache(maxsize=1)
def coastline() -> str:
    """The land as an SVG path, in a drawing of WIDTH by HEIGHT."""
    return (files("article6.web.pictures") / "coastline.txt").read_text(encoding="ascii").strip()


def position(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place stands in the drawing.

    Args:
        latitude, longitude: degrees, north and east positive.
    """
    x, y = _equal_earth(latitude, longitude)
    _, top = _equal_earth(_NORTH, 0)
    return (x + _HALF_WIDTH) * _PER_UNIT, (top - y) * _PER_UNIT


def _equal_earth(latitude: float, longitude: float) -> tuple[float, float]:
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = 9 * _A4 * angle**8 + 7 * _A3 * angle**6 + 3 * _A2 * angle**2 + _A1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(angle) / (3 * slope)
    return x, _A4 * angle**9 + _A3 * angle**7 + _A2 * angle**3 + _A1 * angle


def bubbles(amounts: Mapping[str, int]) -> list[Bubble]:
    """A circle for every Party with an amount above zero that has a place, the largest first."""
    shown = {code: quantity for code, quantity in amounts.items() if quantity > 0 and code in PLACES}
    highest = max(shown.values(), default=0)
    found = []
    for code, quantity in sorted(shown.items(), key=lambda each: (-each[1], each[0])):
        x, y = position(*PLACES[code])
        true = LARGEST_RADIUS * math.sqrt(quantity / highest)
        radius = max(true, SMALLEST_RADIUS)
        found.append(Bubble(code, quantity, round(x, 1), round(y, 1), round(radius, 1), true < SMALLEST_RADIUS))
    return found
