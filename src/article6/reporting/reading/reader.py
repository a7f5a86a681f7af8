"""Reads an AEF from a file: what is in it, cell by cell, and what was not understood.

Nothing is guessed in silence: a cell is understood exactly, understood although written otherwise (a remark says how),
or not understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import IO

from article6.domain.refusals import N_
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_specification import SPECIFICATION, Kind, positions
from article6.reporting.reading import days, plain_text, workbook
from article6.reporting.reading.columns import Columns, tables
from article6.reporting.reading.grids import Grid, Limits, Unreadable, Value, too_large
from article6.reporting.reading.values import EMPTY, Absent, Read, Understood, understand
from article6.reporting.said import Place, Said

NO_TABLE = N_(
    "No table of the agreed electronic format was found in it. The sheets need the labels of 4/CMA.6 annex II."
)
OLD_EXCEL = N_(
    "This is an .xls workbook, or one that is protected by a password. Save it as .xlsx, without a password."
)
OPEN_DOCUMENT = N_("This is an OpenDocument spreadsheet. Save it as .xlsx.")
EMPTY_FILE = N_("The file is empty.")
COLUMN_DOUBTFUL = N_("The column %(label)s was taken for %(field)s.")
COLUMN_UNKNOWN = N_("The column %(label)s is not one of the format and was not read.")
SHEET_PASSED = N_("This sheet was not read: %(sheet)s is more like the same table.")
FIRST_DRAFT_READ = N_(
    "This is the first draft AEF (6/CMA.4 annex VII), read as far as it has places in the format of 4/CMA.6 annex II."
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Remark:
    """What was understood although it is written otherwise, or not at all (`is_unread`)."""

    place: Place
    table: Table
    name: str
    said: Said
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One record: a value for each field in the order of the table, None where the cell was not understood."""

    table: ReadTable
    number: int
    values: tuple[Read | None, ...]
    record_id: str | None = None

    def get(self, name: str) -> Read | None:
        """The value of a field; None if there is none, whether empty, NA or not understood."""
        value = self.values[self.table.positions[name]]
        return None if isinstance(value, Absent) else value

    def is_absent(self, name: str) -> bool:
        """Whether nothing is said or NA: not so where something was not understood."""
        return isinstance(self.values[self.table.positions[name]], Absent)

    def place(self, name: str) -> Place:
        """Where the field stands; the row where it has no column."""
        return self.table.place(self.number, name)


@dataclass(slots=True, eq=False)
class ReadTable:
    """One table of one file."""

    table: Table
    file: str
    columns: Columns
    rows: list[ReadRow] = field(default_factory=list)
    positions: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.positions = positions(self.table)

    @property
    def sheet(self) -> str:
        return self.columns.grid.name

    def place(self, number: int, name: str = "") -> Place:
        """The cell of a field in a row; row 0 is the label."""
        at = self.columns.places.get(name, 0)
        row = number or self.columns.header_row
        if self.columns.is_vertical:
            return Place(self.file, self.sheet, at, self._value_column(at) if at else 0)
        key = self.columns.grid.keys.get(at, name) if self.columns.grid.keys else ""
        return Place(self.file, self.sheet, row, at, key)

    def _value_column(self, row: int) -> int:
        beside = [each for each in self.columns.grid.rows.get(row, {}) if each > self.columns.header_row]
        return min(beside, default=self.columns.header_row + 1)


@dataclass(slots=True)
class Reading:
    """One file as it was understood."""

    file: str
    form: str
    tables: dict[Table, ReadTable] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    is_draft: bool = False

    def rows(self, table: Table) -> list[ReadRow]:
        """The records of a table; none where the file has no such table."""
        return self.tables[table].rows if table in self.tables else []

    @property
    def submission(self) -> ReadRow | None:
        return next(iter(self.rows(Table.SUBMISSION)), None)

    def sheet_place(self, table: Table) -> Place:
        """The sheet of a table, for what is missing from it; the file, where it has none."""
        return Place(self.file, self.tables[table].sheet if table in self.tables else "")


def read(file: IO[bytes], name: str, limits: Limits | None = None) -> Reading:
    """Read a file: an xlsx workbook, a zip archive of CSV files, one CSV file, or JSON.

    Args:
        file: binary, open for reading, with `seek`.
        name: the file's name as it is shown; what is in the file decides how it is read.

    Raises:
        Unreadable: nothing in it can be read; `said` tells why.
    """
    limits = limits or Limits()
    form, grids = _grids(file, name, limits)
    return from_grids(name, form, grids)


def read_folder(files: list[tuple[str, bytes]], name: str, limits: Limits | None = None) -> Reading:
    """Read a folder of CSV files as one submission.

    Raises:
        Unreadable: as for `read`.
    """
    limits = limits or Limits()
    if sum(len(content) for _name, content in files) > limits.text_bytes:
        raise too_large("bytes", limits.text_bytes)
    return from_grids(name, "csv", plain_text.read_csv(files, limits))


def _grids(file: IO[bytes], name: str, limits: Limits) -> tuple[str, list[Grid]]:
    size = file.seek(0, 2)
    file.seek(0)
    if size > limits.file_bytes:
        raise too_large(f"{size:,} bytes", limits.file_bytes)
    head = file.read(8)
    file.seek(0)
    if not head:
        raise Unreadable(EMPTY_FILE)
    if head == _OLE:
        raise Unreadable(OLD_EXCEL)
    if head[:2] == b"PK":
        return _archive(file, limits)
    if size > limits.text_bytes:
        raise too_large(f"{size:,} bytes", limits.text_bytes)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return "json", plain_text.read_json(file, limits)
    return "csv", plain_text.read_csv([(PurePath(name).name, file.read())], limits)


def _archive(file: IO[bytes], limits: Limits) -> tuple[str, list[Grid]]:
    with workbook.opened(file) as archive:
        names = {each.filename for each in archive.infolist()[: limits.members]}
        if "mimetype" in names and "content.xml" in names:
            raise Unreadable(OPEN_DOCUMENT)
        if "xl/workbook.xml" not in names and any(each.lower().endswith(".csv") for each in names):
            return "csv", plain_text.read_csv(plain_text.csv_members(archive, limits), limits)
    file.seek(0)
    return "xlsx", workbook.read_workbook(file, limits)


def from_grids(name: str, form: str, grids: list[Grid]) -> Reading:
    """What is in the sheets of a file.

    Raises:
        Unreadable: there is no table of the format in them.
    """
    reading = Reading(name, form)
    taken, passed = tables(grids)
    for columns in taken:
        table = ReadTable(columns.table, name, columns)
        reading.tables[columns.table] = table
        reading.is_draft = reading.is_draft or columns.is_draft
        reading.remarks += _doubts(table)
        if columns.is_vertical:
            _read_vertical(table, reading)
        else:
            _read_rows(table, reading)
    if not reading.tables:
        raise Unreadable(NO_TABLE)
    for columns in passed:
        place = Place(name, columns.grid.name)
        used = reading.tables[columns.table].sheet
        reading.remarks.append(Remark(place, columns.table, "", Said(SHEET_PASSED, {"sheet": used})))
    if reading.is_draft:
        first = next(iter(reading.tables.values()))
        place = Place(name, first.sheet)
        reading.remarks.insert(0, Remark(place, first.table, "", Said(FIRST_DRAFT_READ)))
    return reading


def _doubts(table: ReadTable) -> Iterator[Remark]:
    labels = {each.technical_name: each.label for each in FIELDS[table.table]}
    for name, label in table.columns.doubtful.items():
        said = Said(COLUMN_DOUBTFUL, {"label": label, "field": labels[name]})
        yield Remark(table.place(0, name), table.table, name, said)
    if table.columns.is_vertical or table.columns.is_draft:
        return
    for place, label in table.columns.unknown.items():
        at = Place(table.file, table.sheet, table.columns.header_row, place, label if table.columns.grid.keys else "")
        yield Remark(at, table.table, "", Said(COLUMN_UNKNOWN, {"label": label}))


def _read_vertical(table: ReadTable, reading: Reading) -> None:
    grid, cells = table.columns.grid, {}
    for name, row in table.columns.places.items():
        column = min((each for each in grid.rows[row] if each > table.columns.header_row), default=None)
        if column is not None:
            cells[name] = grid.rows[row][column]
    _read_row(table, reading, 0, cells, {}, frozenset())


def _read_rows(table: ReadTable, reading: Reading) -> None:
    columns = table.columns
    by_column = {place: name for name, place in columns.places.items()}
    month_first = _month_first(columns)
    known: dict[tuple[str, type, Value], Understood] = {}
    seen: set[object] = set()
    for number in sorted(columns.grid.rows):
        if number <= columns.header_row:
            continue
        row = columns.grid.rows[number]
        cells = {name: row[place] for place, name in by_column.items() if place in row}
        if not any(str(value).strip() for value in cells.values()):
            continue
        if columns.is_draft and table.table is Table.AUTHORIZATIONS:
            # Each authorization once, though the first draft repeats it with every action.
            key = cells.get("AuthorizationID")
            if key is None or key in seen:
                continue
            seen.add(key)
        record_id = row.get(columns.record_id) if columns.record_id is not None else None
        _read_row(table, reading, number, cells, known, month_first, record_id)


def _month_first(columns: Columns) -> frozenset[str]:
    """The fields in which some date can only have the month first."""
    names = [
        each.field.technical_name for each in SPECIFICATION[columns.table] if each.kind in (Kind.DATE, Kind.MOMENT)
    ]
    return frozenset(
        name
        for name in names
        if (place := columns.places.get(name)) is not None
        and any(place in row and days.is_month_first(row[place]) for row in columns.grid.rows.values())
    )


def _read_row(
    table: ReadTable,
    reading: Reading,
    number: int,
    cells: dict[str, Value],
    known: dict[tuple[str, type, Value], Understood],
    month_first: frozenset[str],
    record_id: Value | None = None,
) -> None:
    values: list[Read | None] = []
    for specification in SPECIFICATION[table.table]:
        name = specification.field.technical_name
        raw = cells.get(name)
        if raw is None:
            values.append(EMPTY.value)
            continue
        key = (name, type(raw), raw)
        found = known.get(key)
        if found is None:
            found = understand(specification, raw, month_first=name in month_first)
            known[key] = found
        values.append(found.value)
        if found.said is not None:
            remark = Remark(table.place(number, name), table.table, name, found.said, found.value is None)
            reading.remarks.append(remark)
    table.rows.append(ReadRow(table, number, tuple(values), None if record_id is None else str(record_id)))
