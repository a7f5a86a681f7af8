"""The flow diagram as it is drawn: bars at both sides, ribbons between them, names beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from article6.web.pictures.sankey import Flow, Layout, Node, gathered, layout
from article6.web.pictures.svg import Picture, Shape, cut, rectangle, words
from article6.web.templatetags.shown import units

COLORS = 6
BAR, LINE, EDGE = 14, 17, 10
"""Of a node's bar the width; of a line of words the height; and what is left free above and below."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The measures of a drawing: `margin` is left to the names on either side, of which there are at most `most`."""

    size: str
    width: int
    height: int
    margin: int
    gap: int
    most: int


PAPERS = (Paper("wide", 960, 460, 236, 16, 12), Paper("narrow", 360, 440, 108, 22, 7))


def pictures(flows: Sequence[Flow], name: Callable[[str], str], title: str, description: str) -> list[Picture]:
    """The drawing in each size; `name` tells a node's words. None where nothing flows."""
    return [_Drawing(flows, name, paper).picture(title, description) for paper in PAPERS] if flows else []


class _Drawing:
    """Where everything stands on one paper."""

    def __init__(self, flows: Sequence[Flow], name: Callable[[str], str], paper: Paper) -> None:
        self.paper, self.others = paper, _("Others")
        self.name = lambda key: self.others if key == self.others else name(key)
        kept = gathered(flows, paper.most, self.others)
        self.layout: Layout = layout(kept, height=paper.height, gap=paper.gap, last=self.others)

    def picture(self, title: str, description: str) -> Picture:
        """Ribbons first, bars and names over them."""
        left, right = self.paper.margin, self.paper.width - self.paper.margin
        shapes = self._ribbons(left + BAR, right - BAR)
        for node in self.layout.sources:
            shapes.append(self._bar(node, left, _color(node.place)))
        for node in self.layout.targets:
            shapes.append(self._bar(node, right - BAR, "bar ink"))
        height = int(self.layout.height) + 2 * EDGE
        shapes += self._names(self.layout.sources, left - 8, "end", height)
        shapes += self._names(self.layout.targets, right + 8, "start", height)
        return Picture(self.paper.size, self.paper.width, height, title, description, shapes)

    def _ribbons(self, left: int, right: int) -> list[Shape]:
        places = {node.name: node.place for node in self.layout.sources}
        middle = (left + right) / 2
        shapes = []
        for each in self.layout.ribbons:
            start, end, width = float(each.left) + EDGE, float(each.right) + EDGE, max(float(each.width), 0.8)
            path = (
                f"M{left} {start:.1f}C{middle} {start:.1f} {middle} {end:.1f} {right} {end:.1f}"
                f"v{width:.1f}"
                f"C{middle} {end + width:.1f} {middle} {start + width:.1f} {left} {start + width:.1f}z"
            )
            said = _("%(source)s to %(target)s: %(units)s units") % {
                "source": self.name(each.flow.source),
                "target": self.name(each.flow.target),
                "units": units(each.flow.quantity),
            }
            kind = f"ribbon {_color(places[each.flow.source]).removeprefix('bar ')}"
            shapes.append(Shape("path", kind, {"d": path}, title=said))
        return shapes

    def _bar(self, node: Node, x: int, kind: str) -> Shape:
        said = f"{self.name(node.name)}: {units(node.quantity)}"
        return rectangle(kind, x, node.top + EDGE, BAR, node.height, said)

    def _names(self, nodes: Sequence[Node], x: int, anchor: str, height: int) -> list[Shape]:
        """A name in two lines where there is room for it, else in one; never one over another."""
        room = self.paper.margin - 12
        tall = [node.height >= 2 * LINE for node in nodes]
        wanted = [float(node.middle) + EDGE for node in nodes]
        shapes = []
        for node, is_tall, y in zip(
            nodes, tall, apart(wanted, [LINE * (1 + each) for each in tall], height), strict=True
        ):
            name, amount = self.name(node.name), units(node.quantity)
            if is_tall:
                shapes.append(words("words strong", x, y - 8, cut(name, room, 13), anchor))
                shapes.append(words("words", x, y + 8, amount, anchor))
            else:
                shown = cut(name, room - (len(amount) + 1) * 7.3, 13)
                shapes.append(words("words", x, y, f"{shown} {amount}", anchor))
        return shapes


def apart(middles: Sequence[float], heights: Sequence[float], bottom: float) -> list[float]:
    """The middles, moved as little as needed so that nothing of these heights lies over the one before; within the
    paper as far as there is room."""
    placed: list[float] = []
    end = 0.0
    for middle, height in zip(middles, heights, strict=True):
        placed.append(max(middle, end + height / 2))
        end = placed[-1] + height / 2
    limit = bottom
    for at in range(len(placed) - 1, -1, -1):
        placed[at] = min(placed[at], limit - heights[at] / 2)
        limit = placed[at] - heights[at] / 2
    return placed


def _color(place: int) -> str:
    return f"bar c{min(place, COLORS - 1)}"
