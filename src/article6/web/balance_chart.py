"""The chart of a balance against its trajectory and target, as numbers for a drawing: the template writes the SVG.

A column per year is the level of the inventory (or of the indicator); a dot the balance, where corresponding
adjustments bring it; a stepped line the trajectory or budget; a dashed line the target. Positions are rounded for the
drawing only: the table behind it has the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.adjustments import Level, Method
from article6.reporting.structured_summary import Summary
from article6.reporting.summary_files import rounded
from article6.web.charts import SIZES, Label, Size, round_step
from article6.web.templatetags.shown import THIN


@dataclass(frozen=True, slots=True)
class Mark:
    """A column (with width and height) or a dot, with what it says."""

    x: float
    y: float
    title: str
    width: float = 0
    height: float = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template needs for one SVG. `budget` is a path, empty without one; `target` None without one;
    `ghosts` are the balances of another summary, to compare with."""

    size: Size
    columns: tuple[Mark, ...]
    dots: tuple[Mark, ...]
    budget: str
    target: Label | None
    levels: tuple[Label, ...]
    years: tuple[Label, ...]
    unit: str
    ghosts: tuple[Mark, ...] = ()


def drawings(summary: Summary, before: Summary | None = None) -> list[Drawing]:
    """The chart in each size; none where no figure is known that could be drawn. `before` is of the same years: its
    balances are drawn too, so that what changes is seen."""
    known = [value for year in summary.years for value in (year.level, year.balance, year.budget) if value is not None]
    if before is not None:
        known += [year.balance for year in before.years if year.balance is not None]
    return [_Canvas(summary, size, known).drawing(before) for size in SIZES] if known else []


class _Canvas:
    """Where figures and years stand in a drawing of one size."""

    def __init__(self, summary: Summary, size: Size, known: list[Level]) -> None:
        self.summary, self.size = summary, size
        # The target of all years together is no line across them.
        self.target = None if summary.plan.method is Method.MULTI_YEAR else summary.targets.target
        heights = [Fraction(each) for each in [*known, self.target or 0, 0]]
        highest, deepest = max(heights), -min(heights)
        self.step = round_step(max(1, -int(-max(highest, deepest) // 1)))
        self.above, self.below = -int(-highest // self.step), -int(-deepest // self.step)
        span = size.height - size.top - size.bottom
        self.per_unit = Fraction(span, max(self.above + self.below, 1) * self.step)
        self.room = (size.width - size.left - size.right) / len(summary.years)

    def at(self, value: Level) -> float:
        """The height of a figure."""
        return round(float(self.size.top + (self.above * self.step - value) * self.per_unit), 2)

    def left(self, position: int) -> float:
        """Where the place of a year begins."""
        return self.size.left + self.room * position

    def drawing(self, before: Summary | None = None) -> Drawing:
        scale, unit = _scale(self.step, self.summary.unit)
        lines = range(-self.below, self.above + 1)
        return Drawing(
            size=self.size,
            columns=tuple(self._columns()),
            dots=tuple(self._dots()),
            budget=self._budget(),
            target=None if self.target is None else Label(self.at(self.target), shown(self.target)),
            levels=tuple(
                Label(self.at(each * self.step), shown(Fraction(each * self.step, scale)), is_zero=each == 0)
                for each in lines
            ),
            years=tuple(self._years()),
            unit=unit,
            ghosts=tuple(self._dots(before)) if before is not None else (),
        )

    def _columns(self) -> Iterator[Mark]:
        width = round(min(self.room * 0.6, 56), 1)
        for position, year in enumerate(self.summary.years):
            if year.level is not None:
                top, bottom = sorted((self.at(year.level), self.at(0)))
                x = round(self.left(position) + (self.room - width) / 2, 1)
                said = _("%(year)s: level %(level)s") % {"year": year.year, "level": shown(year.level)}
                yield Mark(x, top, said, width, round(bottom - top, 2))

    def _dots(self, of: Summary | None = None) -> Iterator[Mark]:
        for position, year in enumerate((of or self.summary).years):
            if year.balance is not None:
                told = {"year": year.year, "balance": shown(year.balance), "adjustment": shown(year.adjustment)}
                said = _("%(year)s: balance %(balance)s, adjusted by %(adjustment)s") % told
                yield Mark(round(self.left(position) + self.room / 2, 1), self.at(year.balance), said)

    def _budget(self) -> str:
        """A step a year; years without a figure leave a gap."""
        path, is_drawn = [], False
        for position, year in enumerate(self.summary.years):
            if year.budget is None:
                is_drawn = False
                continue
            start, end, height = self.left(position), self.left(position + 1), self.at(year.budget)
            path.append(f"{'L' if is_drawn else 'M'}{start:.1f} {height:.2f}H{end:.1f}")
            is_drawn = True
        return "".join(path)

    def _years(self) -> Iterator[Label]:
        years = self.summary.years
        every = max(1, -(-self.size.label_every * len(years) // (self.size.width - self.size.left - self.size.right)))
        for position, year in enumerate(years):
            if position % every == 0:
                yield Label(round(self.left(position) + self.room / 2, 1), str(year.year))


def _scale(step: int, unit: str) -> tuple[int, str]:
    for size, word in ((10**9, _("billion %(unit)s")), (10**6, _("million %(unit)s")), (10**3, _("thousand %(unit)s"))):
        if step % size == 0:
            return size, word % {"unit": unit}
    return 1, unit


def shown(value: Level | None) -> str:
    """A figure for people: rounded, with thin spaces between thousands."""
    if value is None:
        return ""
    whole, point, part = rounded(value).partition(".")
    sign, digits = ("\u2212", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}".replace(",", THIN) + point + part


def rows(summary: Summary) -> list[dict[str, Any]]:
    """The chart as a table: a line a year, every figure as it is shown."""
    return [
        {
            "year": each.year,
            "is_indicative": each.is_indicative,
            "cells": [
                shown(value)
                for value in (
                    each.level, each.amounts.first_transferred, each.amounts.used, each.amounts.cers, each.adjustment,
                    each.balance, each.budget, each.margin,
                )
            ],
        }
        for each in summary.years
    ]  # fmt: skip
