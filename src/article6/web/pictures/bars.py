"""Bars, one a line, each made of parts that add up to it; what is too much for the paper is gathered in the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from article6.web.pictures.columns import Series
from article6.web.pictures.svg import Picture, Shape, cut, legend, rectangle, words
from article6.web.templatetags.shown import units

MOST = 14
"""How many bars a drawing has at most."""

ROW, BAR = 46, 18

PAPERS = (("wide", 960), ("narrow", 360))


def gathered(lines: Sequence[Mapping[str, Any]], parts: Sequence[Series], most: int = MOST) -> list[dict[str, Any]]:
    """At most `most` lines (title, and units by the key of each part): the rest become one, and no unit is lost."""
    if len(lines) <= most:
        return [dict(each) for each in lines]
    rest = lines[most - 1 :]
    title = _("%(number)s others") % {"number": units(len(rest))}
    others = {"title": title, **{part.key: sum(each[part.key] for each in rest) for part in parts}}
    return [*(dict(each) for each in lines[: most - 1]), others]


def pictures(
    lines: Sequence[Mapping[str, Any]], parts: Sequence[Series], title: str, description: str
) -> list[Picture]:
    """The drawing in each size, the lines in the order given."""
    told = [part for part in parts if any(line[part.key] for line in lines)]
    if not told:
        return []
    shown = gathered(lines, told)
    highest = max(sum(line[part.key] for part in told) for line in shown)
    return [_picture(shown, told, highest, paper, title, description) for paper in PAPERS]


def _picture(
    lines: Sequence[Mapping[str, Any]],
    parts: Sequence[Series],
    highest: int,
    paper: tuple[str, int],
    title: str,
    description: str,
) -> Picture:
    size, width = paper
    shapes: list[Shape] = []
    for place, line in enumerate(lines):
        shapes += _row(line, parts, highest, width, place * ROW)
    swatches, height = legend([(part.kind, part.title) for part in parts], width, len(lines) * ROW + 8)
    return Picture(size, width, len(lines) * ROW + 8 + height, title, description, (*shapes, *swatches))


def _row(line: Mapping[str, Any], parts: Sequence[Series], highest: int, width: int, top: int) -> list[Shape]:
    total = sum(line[part.key] for part in parts)
    shown = units(total)
    room = width - len(shown) * 8 - 12
    shapes = [
        words("words strong", 0, top + 9, cut(line["title"], room, 13)),
        words("words", width, top + 9, shown, "end"),
        rectangle("rail", 0, top + 20, width, BAR),
    ]
    said = _("%(what)s, %(part)s: %(units)s")
    x = 0.0
    for part in parts:
        if quantity := line[part.key]:
            wide = width * quantity / highest
            told = said % {"what": line["title"], "part": part.title, "units": units(quantity)}
            shapes.append(rectangle(f"bar {part.kind}", x, top + 20, wide, BAR, told))
            x += wide
    return shapes
