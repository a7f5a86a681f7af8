"""Columns over the years: one group a year, one column for each thing that happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from article6.web.charts import round_step
from article6.web.pictures.svg import Picture, Shape, legend, rectangle, rule, words
from article6.web.templatetags.shown import units


@dataclass(frozen=True, slots=True)
class Series:
    """One colour: the name of its value in a line, its words, and its class."""

    key: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Paper:
    """The measures of a drawing, in its own units; it is shown at about its true size in CSS pixels."""

    size: str
    width: int
    height: int
    left: int
    label_every: int


PAPERS = (Paper("wide", 960, 380, 62, 58), Paper("narrow", 360, 320, 50, 44))


def pictures(
    lines: Sequence[Mapping[str, Any]], series: Sequence[Series], title: str, description: str
) -> list[Picture]:
    """The drawing in each size; `lines` are years (year, and units by the key of each series), none missing between."""
    told = [each for each in series if any(line[each.key] for line in lines)]
    if not told:
        return []
    return [_Drawing(lines, told, paper).picture(title, description) for paper in PAPERS]


class _Drawing:
    """Where everything stands on one paper."""

    def __init__(self, lines: Sequence[Mapping[str, Any]], series: Sequence[Series], paper: Paper) -> None:
        self.lines, self.series, self.paper = lines, series, paper
        highest = max(line[each.key] for line in lines for each in series)
        self.step = round_step(highest)
        self.levels = -(-highest // self.step)
        self.top, self.bottom = 26, paper.height - 34
        self.room = (paper.width - paper.left - 8) / len(lines)

    def at(self, quantity: int) -> float:
        """The height of an amount on the paper."""
        return self.bottom - (self.bottom - self.top) * quantity / (self.levels * self.step)

    def picture(self, title: str, description: str) -> Picture:
        """The drawing with its legend below."""
        shapes = [*self._scale(), *self._columns(), *self._years()]
        swatches, height = legend(
            [(each.kind, each.title) for each in self.series], self.paper.width, self.paper.height
        )
        return Picture(
            self.paper.size, self.paper.width, self.paper.height + height, title, description, (*shapes, *swatches)
        )

    def _scale(self) -> list[Shape]:
        scale, unit = of_unit(self.step)
        shapes = [words("words", 0, 8, unit)]
        for level in range(self.levels + 1):
            y = self.at(level * self.step)
            shapes.append(rule("level" if level else "axis", self.paper.left, y, self.paper.width, y))
            shapes.append(words("words", self.paper.left - 8, y, units(level * self.step // scale), "end"))
        return shapes

    def _columns(self) -> list[Shape]:
        width = min(self.room * 0.8 / len(self.series), 40)
        said = _("%(year)s, %(what)s: %(units)s")
        shapes = []
        for position, line in enumerate(self.lines):
            middle = self.paper.left + self.room * (position + 0.5)
            x = middle - width * len(self.series) / 2
            for place, each in enumerate(self.series):
                if quantity := line[each.key]:
                    y = self.at(quantity)
                    told = said % {"year": line["year"], "what": each.title, "units": units(quantity)}
                    at = x + place * width
                    shapes.append(rectangle(f"bar {each.kind}", at, y, width * 0.94, self.bottom - y, told))
        return shapes

    def _years(self) -> list[Shape]:
        every = max(1, -(-self.paper.label_every * len(self.lines) // (self.paper.width - self.paper.left)))
        return [
            words("words", self.paper.left + self.room * (at + 0.5), self.bottom + 18, str(line["year"]), "middle")
            for at, line in enumerate(self.lines)
            if at % every == 0
        ]


def of_unit(step: int) -> tuple[int, str]:
    """By what the numbers of a scale are divided, and the words for it."""
    for size, unit in ((10**9, _("billion units")), (10**6, _("million units")), (10**3, _("thousand units"))):
        if step % size == 0:
            return size, unit
    return 1, _("units")
