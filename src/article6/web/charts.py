"""The chart of issuance and cancellation over time, as numbers for a drawing: the template writes the SVG.

One column per year: what was issued stands above the axis, what was cancelled or retired hangs below it, each stacked
by series (the largest Parties and all others, or the unit types).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from article6.web.templatetags.shown import units

LARGEST = 5
OTHERS = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of the chart: units issued and units ended (cancelled or retired), by year."""

    name: str
    color: int
    issued: dict[int, int]
    ended: dict[int, int]


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's measures, in its own units; each is shown at about its true size in CSS pixels."""

    name: str
    width: int
    height: int
    label_every: int
    left: int = 56
    right: int = 8
    top: int = 14
    bottom: int = 26


SIZES = (Size("wide", 960, 360, 60), Size("narrow", 360, 300, 48, left=44, right=4))


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a column; `title` is what it says."""

    x: float
    y: float
    width: float
    height: float
    color: int
    title: str
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Label:
    """A line across the drawing, or a year below it, with its text."""

    at: float
    text: str
    is_zero: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the template needs to write one SVG."""

    size: Size
    bars: tuple[Bar, ...]
    levels: tuple[Label, ...]
    years: tuple[Label, ...]
    unit: str


def series(lines: Sequence[Mapping[str, Any]], key: str, names: Mapping[str, str], others: str) -> list[Series]:
    """The lines of `lookup.timeline` by `key`: the largest by units issued, and the rest under the name `others`."""
    issued: dict[str, dict[int, int]] = {}
    ended: dict[str, dict[int, int]] = {}
    for line in lines:
        code, year = line[key], line["year"]
        _add(issued, code, year, line["issued"])
        _add(ended, code, year, line["cancelled"] + line["retired"])
    order = sorted(issued, key=lambda code: -sum(issued[code].values()))
    largest = order if len(order) <= LARGEST + 1 else order[:LARGEST]
    found = [Series(names.get(code, code), color, issued[code], ended[code]) for color, code in enumerate(largest)]
    rest = [code for code in order if code not in largest]
    if rest:
        found.append(Series(others, LARGEST, _sum(issued, rest), _sum(ended, rest)))
    return found


def _add(table: dict[str, dict[int, int]], code: str, year: int, quantity: int) -> None:
    years = table.setdefault(code, {})
    years[year] = years.get(year, 0) + quantity


def _sum(table: Mapping[str, Mapping[int, int]], codes: Sequence[str]) -> dict[int, int]:
    years = {year for code in codes for year in table[code]}
    return {year: sum(table[code].get(year, 0) for code in codes) for year in sorted(years)}


def years_of(found: Sequence[Series]) -> list[int]:
    """Every year from the first to the last with anything in it; a year without is a gap in time and is shown."""
    years = {year for each in found for table in (each.issued, each.ended) for year, number in table.items() if number}
    return list(range(min(years), max(years) + 1)) if years else []


def chart(found: Sequence[Series], size: Size) -> Chart:
    """The drawing of these series; without any year it is empty."""
    years = years_of(found)
    if not years:
        return Chart(size, (), (), (), "")
    highest = max(sum(each.issued.get(year, 0) for each in found) for year in years)
    deepest = max(sum(each.ended.get(year, 0) for each in found) for year in years)
    step = round_step(max(highest, deepest, 1))
    above, below = -(-highest // step), -(-deepest // step)
    # A scale in whole steps both ways; the axis stands where issuance and cancellation meet.
    span = size.height - size.top - size.bottom
    per_unit = span / ((above + below) * step)
    zero = size.top + above * step * per_unit
    room = (size.width - size.left - size.right) / len(years)
    bars: list[Bar] = []
    for position, year in enumerate(years):
        width = min(room * 0.72, 56)
        x = size.left + room * position + (room - width) / 2
        bars += _column(found, year, x, width, zero, per_unit)
    scale, unit = _scale(step)
    levels = [
        Label(round(zero - level * step * per_unit, 1), units(abs(level) * step // scale), is_zero=level == 0)
        for level in range(-below, above + 1)
    ]
    every = max(1, -(-size.label_every * len(years) // (size.width - size.left - size.right)))
    marks = [
        Label(round(size.left + room * (position + 0.5), 1), str(year))
        for position, year in enumerate(years)
        if position % every == 0
    ]
    return Chart(size, tuple(bars), tuple(levels), tuple(marks), unit)


def _column(found: Sequence[Series], year: int, x: float, width: float, zero: float, per_unit: float) -> list[Bar]:
    bars = []
    top = bottom = zero
    for each in found:
        issued, ended = each.issued.get(year, 0), each.ended.get(year, 0)
        if issued:
            height = issued * per_unit
            top -= height
            title = _("%(year)s, %(name)s: %(units)s units issued")
            bars.append(_bar(x, top, width, height, each, title, year, issued, is_ended=False))
        if ended:
            height = ended * per_unit
            title = _("%(year)s, %(name)s: %(units)s units cancelled or retired")
            bars.append(_bar(x, bottom, width, height, each, title, year, ended, is_ended=True))
            bottom += height
    return bars


def _bar(
    x: float, y: float, width: float, height: float, each: Series, title: str, year: int, number: int, *, is_ended: bool
) -> Bar:
    said = title % {"year": year, "name": each.name, "units": units(number)}
    return Bar(round(x, 1), round(y, 2), round(width, 1), round(height, 2), each.color, said, is_ended)


def round_step(highest: int) -> int:
    """A round number of units between two lines, so that there are three to six lines up to the highest."""
    power = 1
    while power * 10 <= highest:
        power *= 10
    for times in (1, 2, 5):
        wanted = max(1, power * times // 5)
        if highest <= wanted * 5:
            return wanted
    return power * 2


def _scale(step: int) -> tuple[int, str]:
    for size, unit in ((10**9, _("billion units")), (10**6, _("million units")), (10**3, _("thousand units"))):
        if step % size == 0:
            return size, unit
    return 1, _("units")


def rows(found: Sequence[Series]) -> list[dict[str, Any]]:
    """The chart as a table: per year, and per series within it, units issued and ended."""
    return [
        {"year": year, "cells": [(each.issued.get(year, 0), each.ended.get(year, 0)) for each in found]}
        for year in years_of(found)
    ]
