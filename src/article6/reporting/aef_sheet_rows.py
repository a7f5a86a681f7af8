"""Rows of a table as the XML of a worksheet, set one by one: a spreadsheet program's library takes many times as long.

Source: ECMA-376 part 1, 18.3.1.4 (c), 18.3.1.73 (row), 22.9.2.19 (ST_Xstring).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from html import escape

from xlsxwriter.utility import xl_col_to_name

from article6.reporting.aef_fields import FIELDS, Field, Table
from article6.reporting.aef_records import Cell, Row
from article6.reporting.aef_sheets import LAYOUTS
from article6.reporting.aef_typesetting import Spelling, Typesetter, always_differing, picker

# A spreadsheet keeps numbers in binary floating point: above fifteen digits a serial would change, so it
# becomes a text.
_DIGITS_EXACT = 15
LARGEST_EXACT = 10**_DIGITS_EXACT - 1
_LINE_HEIGHT = 14  # points
_LONGEST_TEXT = 32_767  # in units of UTF-16
_TALLEST = 29  # lines; Excel allows 409 points
_QUANTITIES = frozenset({"AuthorizedQuantity", "QuantityCO2"})
_HEIGHTS_KEPT = 1_024
ROW_NUMBER = "\0"
"""Where the number of a row belongs; no text has it, because it is escaped."""
# XML has no such characters; a spreadsheet reads _x0007_ as one, and so what looks like that is escaped too.
_LOOKS_ESCAPED = re.compile(r"_(x[0-9a-fA-F]{4}_)")
_NOT_IN_XML = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]")


class SheetRows:
    """Sets the rows of one of the tables 2 to 5.

    Args:
        styles: the numbers of the styles `text`, `number`, `quantity` and `carp` in the workbook.
    """

    def __init__(self, table: Table, styles: Mapping[str, int]) -> None:
        fields = FIELDS[table]
        spelled = [_Spelling(table, field, styles) for field in fields]
        spellings = [Spelling(each.other, each.whole, each.number, LARGEST_EXACT) for each in spelled]
        self._cells = Typesetter(table, spellings, [""] * (len(fields) + 1))
        places = always_differing(table)
        others = [place for place in range(len(fields)) if place not in places]
        self._rooms = [fields[place].width for place in places], [fields[place].width for place in others]
        self._differing, self._alike = picker(places), picker(others)
        self._lines_alike: dict[Row, int] = {}

    @property
    def largest(self) -> int:
        """As of a `Typesetter`."""
        return self._cells.largest

    def __call__(self, row: Row) -> str:
        """The row, with `ROW_NUMBER` wherever its number belongs.

        Raises:
            ValueError: a text is longer than a cell can hold.
        """
        return self._whole(row, self._cells(row))

    def form(self, row: Row, numbers: Collection[int], others: Collection[int]) -> str:
        """The row with gaps, as of a `Typesetter`: for numbers and moments, which need one line.

        Raises:
            ValueError: as for a row.
        """
        return self._whole(row, self._cells.form(row, numbers, others))

    def spelled(self, place: int, cell: Cell) -> str:
        """The cell at a place."""
        return self._cells.spelled(place, cell)

    def _whole(self, row: Row, cells: str) -> str:
        lines = self._lines(row)
        height = f' ht="{lines * _LINE_HEIGHT}" customHeight="1"' if lines > 1 else ""
        return f'<row r="{ROW_NUMBER}"{height}>{cells}</row>'

    def _lines(self, row: Row) -> int:
        # Nobody fits the heights of these rows to their texts, so wrapped texts need theirs said.
        alike = self._alike(row)
        lines = self._lines_alike.get(alike)
        rooms, rooms_alike = self._rooms
        if lines is None:
            lines = _most_lines(alike, rooms_alike)
            if len(self._lines_alike) >= _HEIGHTS_KEPT:
                self._lines_alike.clear()
            self._lines_alike[alike] = lines
        return min(max(lines, _most_lines(self._differing(row), rooms)), _TALLEST)


def _most_lines(cells: Row, rooms: list[int]) -> int:
    lines = 1
    for cell, room in zip(cells, rooms, strict=True):
        if isinstance(cell, str) and len(cell) > room:
            lines = max(lines, -(-len(cell) * 20 // (room * 23)))
    return lines


class _Spelling:
    """How the cells of a field are spelled: whole numbers, and everything else."""

    def __init__(self, table: Table, field: Field, styles: Mapping[str, int]) -> None:
        text = "carp" if field.filled_by_carp else "text"
        number = "carp" if field.filled_by_carp else "quantity" if field.technical_name in _QUANTITIES else "number"
        cell = f'<c r="{xl_col_to_name(LAYOUTS[table].column(field.position) - 1)}{ROW_NUMBER}"'
        self._text = f'{cell} s="{styles[text]}"'
        self.number = f'{cell} s="{styles[number]}"><v>%s</v></c>'

    def whole(self, cell: int) -> str:
        if abs(cell) <= LARGEST_EXACT:
            return self.number % cell
        return self.other(str(cell))

    def other(self, cell: Cell) -> str:
        if cell is None:
            return f"{self._text}/>"
        if _is_exact(cell):
            # The style of quantities shows whole numbers only.
            return f"{self._text}><v>{cell:.16G}</v></c>"
        text = fitting(str(cell))
        space = ' xml:space="preserve"' if text != text.strip() else ""
        return f'{self._text} t="inlineStr"><is><t{space}>{_xml(text)}</t></is></c>'


def _is_exact(cell: Cell) -> bool:
    """Whether a cell is a decimal that a spreadsheet keeps as it is."""
    return isinstance(cell, Decimal) and len(cell.as_tuple().digits) <= _DIGITS_EXACT


def fitting(text: str) -> str:
    """The text, if a cell can hold it.

    Raises:
        ValueError: it is too long.
    """
    length = len(text)
    if length > _LONGEST_TEXT // 2:
        length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if length > _LONGEST_TEXT:
        raise ValueError(f"A text of {length:,} characters does not fit into a cell. Shorten it: {text[:60]}...")
    return text


def _xml(text: str) -> str:
    escaped = _LOOKS_ESCAPED.sub(r"_x005F_\1", text)
    escaped = _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", escaped)
    return escape(escaped, quote=False)
