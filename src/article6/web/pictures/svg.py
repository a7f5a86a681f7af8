"""Shapes on paper, written as SVG: every text escaped, positions rounded to a tenth, looks left to the style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape

from django.utils.safestring import SafeString

Number = int | float | Fraction

CHARACTER = 0.56
"""How wide a character is, about, in times the height of its letters: for what must fit into a place."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An element: `kind` its classes, `at` its positions (numbers, or a path), `text` its words, `title` what it tells
    who points at it."""

    tag: str
    kind: str
    at: Mapping[str, Number | str]
    text: str = ""
    title: str = ""

    def written(self) -> str:
        """The element."""
        attributes = "".join(f' {name}="{_value(value)}"' for name, value in self.at.items())
        inside = f"<title>{escape(self.title)}</title>" if self.title else ""
        return f'<{self.tag} class="{escape(self.kind)}"{attributes}>{inside}{escape(self.text)}</{self.tag}>'


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: `size` is wide, narrow, or empty for every screen; `title` says what it shows and `description`
    how."""

    size: str
    width: int
    height: int
    title: str
    description: str
    shapes: Sequence[Shape] = field(default_factory=tuple)

    def written(self, name: str) -> SafeString:
        """The SVG for a page; `name` keeps its ids apart from others'."""
        named = f"{name}-{self.size or 'all'}"
        head = (
            f'<svg class="picture {self.size}" viewBox="0 0 {self.width} {self.height}" role="img"'
            f' aria-labelledby="{named}-title {named}-desc" xmlns="http://www.w3.org/2000/svg">'
            f'<title id="{named}-title">{escape(self.title)}</title>'
            f'<desc id="{named}-desc">{escape(self.description)}</desc>'
        )
        return SafeString(head + "".join(each.written() for each in self.shapes) + "</svg>")

    def alone(self, style: str) -> bytes:
        """The SVG as a file of its own, with its title on top and this style sheet inside."""
        below = 44
        body = "".join(each.written() for each in self.shapes)
        title = escape(self.title)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<svg class="picture" xmlns="http://www.w3.org/2000/svg"'
            f' viewBox="0 {-below} {self.width} {self.height + below}" width="{self.width}"'
            f' height="{self.height + below}" role="img"><title>{title}</title><desc>{escape(self.description)}</desc>'
            f'<style>{style}</style><rect class="paper" x="0" y="{-below}" width="{self.width}"'
            f' height="{self.height + below}"/><text class="heading" x="8" y="-18">{title}</text>{body}</svg>\n'
        ).encode()


def rectangle(kind: str, x: Number, y: Number, width: Number, height: Number, title: str = "") -> Shape:
    """A bar, never thinner than can be seen."""
    return Shape("rect", kind, {"x": x, "y": y, "width": max(width, 1), "height": max(height, 1)}, title=title)


def words(kind: str, x: Number, y: Number, text: str, anchor: str = "start") -> Shape:
    """A line of text; `y` is its middle."""
    return Shape("text", kind, {"x": x, "y": y, "dy": "0.35em", "text-anchor": anchor}, text=text)


def rule(kind: str, x1: Number, y1: Number, x2: Number, y2: Number) -> Shape:
    """A straight line."""
    return Shape("line", kind, {"x1": x1, "y1": y1, "x2": x2, "y2": y2})


def cut(text: str, width: Number, size: int) -> str:
    """The text, shortened to what fits into a width in letters of a size."""
    most = max(int(float(width) / (size * CHARACTER)), 3)
    return text if len(text) <= most else text[: most - 1].rstrip() + "\u2026"


def legend(entries: Sequence[tuple[str, str]], width: int, top: int, *, size: int = 13) -> tuple[list[Shape], int]:
    """Swatches (classes and names) in rows from `top` down, and the height that they take."""
    shapes: list[Shape] = []
    x, y = 0.0, float(top)
    for kind, name in entries:
        wide = 26 + len(name) * size * CHARACTER + 14
        if x > 0 and x + wide > width:
            x, y = 0.0, y + 24
        shapes.append(rectangle(f"swatch {kind}", x, y, 14, 14))
        shapes.append(words("words", x + 21, y + 7, cut(name, width - x - 24, size)))
        x += wide
    return shapes, int(y) - top + 24


def _value(value: Number | str) -> str:
    if isinstance(value, str):
        return escape(value)
    return f"{float(value):.1f}".removesuffix(".0")
