"""Rows to text, fast enough for a million of them: what rows have in common is spelled once.

The rows of a large report differ in moment, units, amounts and remarks; everything else they say is said by thousands
of others too. A `Typesetter` keeps a form for each of these: the text of a row with gaps where rows differ. Which cells
differ follows from the fields: numbers and moments do, and the few texts named here; so any row comes out as if every
cell of it had been spelled, wherever it was drawn from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_records import Cell, Row

Spell = Callable[[Cell], str]

_FORMS_KEPT = 1_024
_TEXTS_KEPT = 1_024
_LINES_AT_ONCE = 200
_TEXTS_THAT_DIFFER = frozenset({"QuantityNon-GHG", "Using/cancellingEntityID", "AdditionalExplanatoryInformation"})


def differing(table: Table) -> tuple[int, ...]:
    """The places, from 0, of the cells in which the rows of a table differ as a rule."""
    return tuple(
        place
        for place, field in enumerate(FIELDS[table])
        if field.type != "string" or field.technical_name in _TEXTS_THAT_DIFFER
    )


def picker(places: Sequence[int]) -> Callable[[Row], Row]:
    """What picks the cells at these places out of a row."""
    if len(places) < 2:
        return lambda row: tuple(row[place] for place in places)
    return itemgetter(*places)


def remembered(spell: Spell, whole: Callable[[int], str] = str) -> Spell:
    """The same spelling, which looks up the texts that it has spelled lately; whole numbers are told to `whole`."""
    kept = lru_cache(maxsize=_TEXTS_KEPT)(spell)

    def spelled(cell: Cell) -> str:
        if type(cell) is int:
            return whole(cell)
        # Decimals that are equal can be spelled differently.
        return kept(cell) if cell is None or type(cell) is str else spell(cell)

    return spelled


class Typesetter:
    """Sets the rows of one table.

    Args:
        spellings: how the cell at each place is spelled.
        between: what stands before each cell, and after the last one: one text more than there are cells.
    """

    def __init__(self, table: Table, spellings: Sequence[Spell], between: Sequence[str]) -> None:
        places = differing(table)
        self._spellings = spellings
        self._between = between
        self._gaps = frozenset(places)
        self._in_gaps = tuple(spellings[place] for place in places)
        self._alike = picker([place for place in range(len(spellings)) if place not in self._gaps])
        self._differing = picker(places)
        self._forms: dict[Row, str] = {}

    def __call__(self, row: Row) -> str:
        """The text of a row."""
        alike = self._alike(row)
        form = self._forms.get(alike)
        if form is None:
            form = self._form(row, alike)
        return form % tuple([spell(cell) for spell, cell in zip(self._in_gaps, self._differing(row), strict=True)])

    def _form(self, row: Row, alike: Row) -> str:
        parts = [_literally(self._between[0])]
        for place, cell in enumerate(row):
            parts.append("%s" if place in self._gaps else _literally(self._spellings[place](cell)))
            parts.append(_literally(self._between[place + 1]))
        form = "".join(parts)
        # Numbers that are equal can be spelled differently, 1 and 1.0; texts never are.
        if all(cell is None or type(cell) is str for cell in alike):
            if len(self._forms) >= _FORMS_KEPT:
                self._forms.clear()
            self._forms[alike] = form
        return form


def _literally(text: str) -> str:
    return text.replace("%", "%%")


def in_bulk(texts: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The texts joined, some hundreds at a time, with their number: a file takes few long texts faster than many."""
    remaining = iter(texts)
    while some := list(islice(remaining, _LINES_AT_ONCE)):
        yield len(some), "".join(some)
