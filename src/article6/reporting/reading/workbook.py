"""Reads the cells of an xlsx workbook, with a fixed upper bound of memory and without trusting any part of it.

Not openpyxl: that takes a sheet's own word on its size, keeps every shared text, and fails in many ways on a damaged
file. Here the archive is judged by its directory before anything is unpacked, XML with a document type is refused, and
only cells that hold something are kept.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import IO
from xml.parsers import expat

from article6.domain.refusals import N_
from article6.reporting.reading.grids import Fault, Formula, Grid, Inexact, Limits, Unreadable, Value, too_large

Attributes = dict[str, str]

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_CHUNK = 1 << 16
_FIRST_INEXACT = 10**15
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_HAS_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)

DAMAGED = N_("The workbook is damaged: %(what)s. Open it in a spreadsheet program and save it again as .xlsx.")
MACROS = N_("The workbook has macros. Save it as .xlsx, without macros.")
EMPTY = N_("The workbook has no sheet with anything in it.")
ENCRYPTED = N_("The workbook is protected by a password. Save it without one.")
HIDDEN_DEFINITIONS = N_("The workbook's XML has a document type, which no spreadsheet program writes. It is not read.")


def read_workbook(file: IO[bytes], limits: Limits) -> list[Grid]:
    """The sheets of a workbook, in their order, with the cells that hold anything.

    Raises:
        Unreadable: it is no workbook, damaged, protected, or too large.
    """
    with opened(file) as archive:
        try:
            return _Workbook(archive, limits).grids()
        except expat.ExpatError as error:
            raise Unreadable(DAMAGED, what=str(error)) from error


@contextmanager
def opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """A zip archive to read from.

    Raises:
        Unreadable: it is none, damaged or protected, whenever that shows.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Unreadable(DAMAGED, what=str(error) or type(error).__name__) from error
    except RuntimeError as error:  # zipfile's way to say that a member is encrypted
        raise Unreadable(ENCRYPTED) from error


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._names = _judged(archive, limits)
        self._left = limits.cells
        self._elements = limits.elements
        self._texts: list[str] = []
        self._dates: list[bool] = []
        self._from_1904 = False

    def grids(self) -> list[Grid]:
        sheets = self._sheets()
        self._texts = self._shared_texts()
        self._dates = self._date_styles()
        found = [_Sheet(name, self._texts, self._dates, self._from_1904) for name, _part in sheets]
        for sheet, (_name, part) in zip(found, sheets, strict=True):
            sheet.cells_left = self._left
            self._parse(part, sheet.start, sheet.end, sheet.text)
            self._left = sheet.cells_left
            if self._left < 0:
                raise too_large("cells", self._limits.cells)
        grids = [sheet.grid for sheet in found]
        if not any(grid.rows for grid in grids):
            raise Unreadable(EMPTY)
        return grids

    def _sheets(self) -> list[tuple[str, str]]:
        """Name and part of every sheet."""
        named: list[tuple[str, str]] = []

        def start(tag: str, given: Attributes) -> None:
            if tag == "sheet":
                reference = next((value for key, value in given.items() if key.endswith(":id")), "")
                named.append((given.get("name", ""), reference))
            elif tag == "workbookPr" and given.get("date1904", "0") in ("1", "true"):
                self._from_1904 = True

        self._parse("xl/workbook.xml", start)
        if len(named) > self._limits.sheets:
            raise too_large("sheets", self._limits.sheets)
        targets: dict[str, str] = {}

        def relation(tag: str, given: Attributes) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                targets[given.get("Id", "")] = given.get("Target", "")

        self._parse("xl/_rels/workbook.xml.rels", relation)
        parts = [(name, _part(targets.get(reference, ""))) for name, reference in named]
        # Sheets that are charts have a part of their own kind.
        return [(name, part) for name, part in parts if part in self._names and "worksheets/" in part]

    def _shared_texts(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self._names:
            return []
        texts: list[str] = []
        pieces: list[str] = []
        inside = [False, 0]  # within a text; how deep within a phonetic reading, which is no part of it

        def start(tag: str, _given: Attributes) -> None:
            if tag == "si":
                pieces.clear()
            elif tag == "rPh":
                inside[1] += 1
            elif tag == "t":
                inside[0] = True

        def end(tag: str) -> None:
            if tag == "t":
                inside[0] = False
            elif tag == "rPh":
                inside[1] -= 1
            elif tag == "si":
                texts.append("".join(pieces)[: self._limits.text_characters])
                if len(texts) > self._limits.cells:
                    raise too_large("texts", self._limits.cells)

        def text(piece: str) -> None:
            if inside[0] and not inside[1]:
                pieces.append(piece)

        self._parse("xl/sharedStrings.xml", start, end, text)
        return texts

    def _date_styles(self) -> list[bool]:
        """For each style of cells, whether it shows a number as a date."""
        if "xl/styles.xml" not in self._names:
            return []
        formats: dict[str, str] = {}
        styles: list[str] = []
        within = [False]

        def start(tag: str, given: Attributes) -> None:
            if tag == "numFmt":
                formats[given.get("numFmtId", "")] = given.get("formatCode", "")
            elif tag == "cellXfs":
                within[0] = True
            elif tag == "xf" and within[0]:
                styles.append(given.get("numFmtId", "0"))

        def end(tag: str) -> None:
            if tag == "cellXfs":
                within[0] = False

        self._parse("xl/styles.xml", start, end)
        return [_is_date(each, formats) for each in styles]

    def _parse(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        if part not in self._names:
            raise Unreadable(DAMAGED, what=part)
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_definitions

        def started(tag: str, given: Attributes) -> None:
            self._elements -= 1
            if self._elements < 0:
                raise too_large("elements", self._limits.elements)
            start(tag.rpartition(":")[2], given)

        parser.StartElementHandler = started
        if end is not None:
            ended = end
            parser.EndElementHandler = lambda tag: ended(tag.rpartition(":")[2])
        if text is not None:
            parser.CharacterDataHandler = text
        with self._archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)


class _Sheet:
    """The handlers of one sheet; a cell is kept when it ends and holds something."""

    def __init__(self, name: str, texts: list[str], dates: list[bool], from_1904: bool) -> None:
        self.grid = Grid(name)
        self.cells_left = 0
        self._texts, self._dates = texts, dates
        self._epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - has no zone
        self._row = self._column = 0
        self._type = self._style = ""
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._into: list[str] | None = None

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "c":
            self._place(given.get("r"))
            self._type, self._style = given.get("t", "n"), given.get("s", "")
            self._value, self._formula = [], None
        elif tag in ("v", "t"):
            self._into = self._value
        elif tag == "f":
            self._formula = []
            self._into = self._formula
        elif tag == "row":
            number = given.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
            self._column = 0

    def end(self, tag: str) -> None:
        if tag in ("v", "t", "f"):
            self._into = None
        elif tag == "c":
            value = self._read()
            if value is not None and self.cells_left >= 0:
                self.grid.rows.setdefault(self._row, {})[self._column] = value
                self.cells_left -= 1

    def text(self, piece: str) -> None:
        if self._into is not None:
            self._into.append(piece)

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        else:
            found = _CELL.fullmatch(reference)
            if found is None:
                raise Unreadable(DAMAGED, what=f"cell {reference[:20]!r}")
            self._column, self._row = _column(found[1]), int(found[2])
        if self._row > _LAST_ROW or self._column > _LAST_COLUMN:
            raise Unreadable(DAMAGED, what=f"row {self._row}, column {self._column}")

    def _read(self) -> Value | None:
        text = "".join(self._value)
        if self._formula is not None:
            return Formula("".join(self._formula))
        if not text:
            return None
        if self._type == "s":
            place = int(text) if text.isdecimal() and len(text) < 10 else -1
            if not 0 <= place < len(self._texts):
                raise Unreadable(DAMAGED, what=f"text {text[:20]!r}")
            return self._texts[place] or None
        if self._type in ("str", "inlineStr"):
            return text
        if self._type == "b":
            return text == "1"
        if self._type == "e":
            return Fault(text)
        if self._type == "d":
            return text
        return self._number(text)

    def _number(self, text: str) -> Value:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        if not number.is_finite() or abs(number.adjusted()) > 30:
            return text
        if self._style.isdecimal() and int(self._style) < len(self._dates) and self._dates[int(self._style)]:
            try:
                return self._epoch + timedelta(days=float(number))
            except OverflowError:
                return text
        if abs(number) >= _FIRST_INEXACT:
            return Inexact(f"{number:f}")
        return int(number) if number == number.to_integral_value() else number


def _judged(archive: zipfile.ZipFile, limits: Limits) -> frozenset[str]:
    """The parts of the archive, if its directory says that they are few and small enough."""
    members = archive.infolist()
    if len(members) > limits.members:
        raise too_large("parts", limits.members)
    unpacked = sum(each.file_size for each in members)
    if unpacked > limits.unpacked_bytes:
        raise too_large(f"{unpacked:,} bytes unpacked", limits.unpacked_bytes)
    names = frozenset(each.filename for each in members)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable(MACROS)
    return names


def _refuse_definitions(*_given: object) -> None:
    raise Unreadable(HIDDEN_DEFINITIONS)


def _part(target: str) -> str:
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def _is_date(number_format: str, formats: dict[str, str]) -> bool:
    if number_format in formats:
        return bool(_HAS_DATE.search(_NO_DATE.sub("", formats[number_format])))
    return number_format.isdecimal() and len(number_format) < 4 and int(number_format) in _DATE_FORMATS


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
