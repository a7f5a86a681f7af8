"""The life of a unit: a bar for each thing that happened, as wide as the paper, holding the serials that went together;
from bar to bar a funnel shows which part went on, and a dotted line where in it the unit is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from article6.web.pictures.svg import Picture, Shape, cut, rectangle, rule, words
from article6.web.templatetags.shown import units, units_word

MOST = 24
"""Events that are drawn; of longer lives the earliest but the first are left to the list below the picture."""

BAR, GAP, TOP = 46, 40, 6
THINNEST = 6.0


@dataclass(frozen=True, slots=True)
class Step:
    """A bar: serials that stood or moved together, and what is said of it."""

    first: int
    last: int
    title: str
    below: str
    kind: str

    def share(self, first: int, last: int) -> tuple[float, float]:
        """Where some of its serials begin and end, from 0 to 1; what is not its own is cut off."""
        count = self.last - self.first + 1
        low, high = max(first, self.first), min(last, self.last)
        return (low - self.first) / count, (high - self.first + 1) / count


def steps(unit: Any) -> list[Step]:
    """The bars of a unit's life (`services.units.Found`): its history, and, where it no longer stands in what moved
    last, the block in which it stands now."""
    history = list(unit.history)
    left_out = len(history) - MOST
    if left_out > 0:
        history = [history[0], *history[left_out + 1 :]]
    found = [_step(event) for event in history]
    block = unit.block
    if not found or (block["first"], block["last"]) != (found[-1].first, found[-1].last):
        title = _("Now: a block of %(units)s") % {"units": units_word(block["quantity"])}
        found.append(Step(block["first"], block["last"], title, _named(block["account"]), "life"))
    return found


def _step(event: Mapping[str, Any]) -> Step:
    quantity = event["last"] - event["first"] + 1
    at = date_format(event["at"].astimezone(UTC), "j M Y")
    title = f"{at}: {event['type_title']}, {units_word(quantity)}"
    target = event["to_account"]
    kind = "life first" if event["is_first_transfer"] else "life end" if target["is_terminal"] else "life"
    below = _("into %(account)s") % {"account": _named(target)}
    if event["is_first_transfer"]:
        below = f"{_('First transfer')}, {below}"
    return Step(event["first"], event["last"], title, below, kind)


def _named(account: Mapping[str, Any]) -> str:
    name = str(account["name"] or account["number"])
    return f"{name} ({account['party']})" if account["party"] else name


def pictures(unit: Any) -> list[Picture]:
    """The drawing in each size."""
    told = steps(unit)
    title = _("The life of unit %(identifier)s") % {"identifier": unit.identifier}
    said = ngettext("%(number)s step", "%(number)s steps", len(told)) % {"number": units(len(told))}
    ways = " \u2192 ".join(each.title for each in told)
    description = f"{said}: {ways}"
    return [_picture(told, unit.serial, paper, title, description) for paper in (("wide", 960), ("narrow", 360))]


def _picture(told: Sequence[Step], serial: int, paper: tuple[str, int], title: str, description: str) -> Picture:
    size, width = paper
    shapes: list[Shape] = []
    for place, step in enumerate(told):
        top = TOP + place * (BAR + GAP)
        if place:
            shapes += _funnel(told[place - 1], step, top, width)
        shapes.append(rectangle(step.kind, 1, top, width - 2, BAR, step.title))
        shapes.append(words("words strong", 12, top + 16, cut(step.title, width - 24, 13)))
        shapes.append(words("words", 12, top + 33, cut(step.below, width - 24, 13)))
    for place, step in enumerate(told):
        x = _at(step, serial, width)
        top = TOP + place * (BAR + GAP)
        shapes.append(Shape("circle", "here", {"cx": x, "cy": top + BAR, "r": 4}))
        if place + 1 < len(told):
            shapes.append(rule("thread", x, top + BAR, _at(told[place + 1], serial, width), top + BAR + GAP))
    height = TOP + len(told) * (BAR + GAP) - GAP + 8
    return Picture(size, width, height, title, description, shapes)


def _at(step: Step, serial: int, width: int) -> float:
    low, high = step.share(serial, serial)
    return (low + high) / 2 * (width - 2) + 1


def _funnel(before: Step, after: Step, top: int, width: int) -> list[Shape]:
    """From the part of the upper bar that both have to the part of the lower one, and what became of it in words."""
    low, high = max(before.first, after.first), min(before.last, after.last)
    if low > high:
        return []
    (a, b), (c, d) = (_wide(step.share(low, high), width) for step in (before, after))
    y = top - GAP
    path = f"M{a:.1f} {y}L{b:.1f} {y}L{d:.1f} {top}L{c:.1f} {top}z"
    shapes = [Shape("path", "funnel", {"d": path})]
    if said := _became(before, after):
        shapes.append(words("words", width / 2, y + GAP / 2, cut(said, width - 12, 13), "middle"))
    return shapes


def _wide(share: tuple[float, float], width: int) -> tuple[float, float]:
    """A part of a bar on the paper, never too thin to be seen."""
    low, high = share[0] * (width - 2) + 1, share[1] * (width - 2) + 1
    if high - low >= THINNEST:
        return low, high
    middle = min(max((low + high) / 2, THINNEST / 2 + 1), width - THINNEST / 2 - 1)
    return middle - THINNEST / 2, middle + THINNEST / 2


def _became(before: Step, after: Step) -> str:
    """Split off, merged with others, or nothing to say."""
    count, whole = after.last - after.first + 1, before.last - before.first + 1
    if count < whole:
        return _("split: %(part)s of %(whole)s") % {"part": units(count), "whole": units(whole)}
    if count > whole:
        return _("together with others: %(whole)s") % {"whole": units_word(count)}
    return ""
