"""Rows to text, fast enough for a million of them: what rows have in common is spelled once.

The rows of a large report differ in moment, units, amounts and remarks; everything else they say is said by thousands
of others too. A `Typesetter` keeps a form for each of these: the text of a row with gaps where rows differ. Which cells
differ follows from the fields: numbers and moments do, and the few texts named here; so any row comes out as if every
cell of it had been spelled, wherever it was drawn from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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
_MOSTLY_ALIKE = _TEXTS_THAT_DIFFER | {
    "UnderlyingUnitFirstUnitID", "UnderlyingUnitLastUnitID", "YearITMOUsedTowardsNDC"
}  # fmt: skip


def differing(table: Table) -> tuple[int, ...]:
    """The places, from 0, of the cells in which the rows of a table differ as a rule."""
    return tuple(
        place
        for place, field in enumerate(FIELDS[table])
        if field.type != "string" or field.technical_name in _TEXTS_THAT_DIFFER
    )


def always_differing(table: Table) -> tuple[int, ...]:
    """Those of them with a number or a moment in nearly every row."""
    fields = FIELDS[table]
    return tuple(place for place in differing(table) if fields[place].technical_name not in _MOSTLY_ALIKE)


def picker(places: Sequence[int]) -> Callable[[Row], Row]:
    """What picks the cells at these places out of a row."""
    if len(places) < 2:
        return lambda row: tuple(row[place] for place in places)
    return itemgetter(*places)


class Spelling:
    """How a cell is spelled: `text` spells any cell, and looks up the texts that it has spelled lately. Whole numbers
    are told to `whole`; None: they read as Python writes them. `number` is the form of those up to `largest`."""

    __slots__ = ("_kept", "largest", "number", "text", "whole")

    def __init__(
        self, text: Spell, whole: Callable[[int], str] | None = None, number: str = "%s", largest: int = 2**63
    ) -> None:
        self.text, self.whole, self.number, self.largest = text, whole, number, largest
        self._kept = lru_cache(maxsize=_TEXTS_KEPT)(text)

    def __call__(self, cell: Cell) -> str:
        if type(cell) is int:
            return str(cell) if self.whole is None else self.whole(cell)
        # Decimals that are equal can be spelled differently.
        return self._kept(cell) if cell is None or type(cell) is str else self.text(cell)


class _Forms:
    """Texts of whole rows with gaps at some places, by what stands at all the others."""

    def __init__(self, spellings: Sequence[Spelling], between: Sequence[str], places: Sequence[int]) -> None:
        self._spellings, self._between = spellings, between
        self._gaps = frozenset(places)
        self._in_gaps = tuple(spellings[place] for place in places)
        self._same = self._in_gaps[0] if len(set(self._in_gaps)) == 1 and self._in_gaps[0].whole is None else None
        self.alike = picker([place for place in range(len(spellings)) if place not in self._gaps])
        self.differing = picker(places)
        self.kept: dict[Row, str] = {}

    def fill(self, form: str, row: Row) -> str:
        """The text of a row of this form."""
        spell = self._same
        if spell is not None:
            return form % tuple([cell if type(cell) is int else spell(cell) for cell in self.differing(row)])
        return form % tuple([spell(cell) for spell, cell in zip(self._in_gaps, self.differing(row), strict=True)])

    def form(self, row: Row) -> str:
        """The text of this row with gaps; kept for others, where there is room and they are sure to read the same."""
        form = _form(row, dict.fromkeys(self._gaps, "%s"), self._spellings, self._between)
        if is_text(alike := self.alike(row)):
            if len(self.kept) >= _FORMS_KEPT:
                self.kept.clear()
            self.kept[alike] = form
        return form


def is_text(cells: Row) -> bool:
    """Whether the cells are texts or empty. Numbers that are equal can be spelled differently, 1 and 1.0; texts never
    are."""
    return all(cell is None or type(cell) is str for cell in cells)


class Typesetter:
    """Sets the rows of one table.

    Forms have gaps where there are numbers and moments. Where texts or numbers that are mostly missing turn out to
    differ from row to row, there are gaps for them too.

    Args:
        spellings: how the cell at each place is spelled.
        between: what stands before each cell, and after the last one: one text more than there are cells.
    """

    def __init__(self, table: Table, spellings: Sequence[Spelling], between: Sequence[str]) -> None:
        self._spellings, self._between = spellings, between
        self._forms = _Forms(spellings, between, differing(table))
        self._few_gaps: _Forms | None = _Forms(spellings, between, always_differing(table))
        self._tries = _FORMS_KEPT

    def __call__(self, row: Row) -> str:
        """The text of a row."""
        for forms in (self._few_gaps, self._forms):
            if forms is not None:
                form = forms.kept.get(forms.alike(row))
                if form is not None:
                    return forms.fill(form, row)
        return self._set(row)

    @property
    def largest(self) -> int:
        """The largest whole number that fits into a gap of a form."""
        return min(each.largest for each in self._spellings)

    def form(self, row: Row, numbers: Collection[int], others: Collection[int]) -> str:
        """The text of a row with gaps, to be filled with `%`: whole numbers up to `largest` as they are, and all else
        as it is `spelled`."""
        gaps = {place: self._spellings[place].number for place in numbers} | dict.fromkeys(others, "%s")
        return _form(row, gaps, self._spellings, self._between)

    def spelled(self, place: int, cell: Cell) -> str:
        """The text of the cell at a place."""
        return self._spellings[place](cell)

    def _set(self, row: Row) -> str:
        forms = self._few_gaps
        if forms is not None:
            self._tries -= 1
            if self._tries == 0:
                self._few_gaps = None
            if is_text(forms.alike(row)):
                return forms.fill(forms.form(row), row)
        return self._forms.fill(self._forms.form(row), row)


def _form(row: Row, gaps: Mapping[int, str], spellings: Sequence[Spelling], between: Sequence[str]) -> str:
    parts = [_literally(between[0])]
    for place, cell in enumerate(row):
        parts.append(gaps[place] if place in gaps else _literally(spellings[place](cell)))
        parts.append(_literally(between[place + 1]))
    return "".join(parts)


def _literally(text: str) -> str:
    return text.replace("%", "%%")


def in_bulk(texts: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The texts joined, some hundreds at a time, with their number: a file takes few long texts faster than many."""
    remaining = iter(texts)
    while some := list(islice(remaining, _LINES_AT_ONCE)):
        yield len(some), "".join(some)
