"""Reads CSV and JSON into the same grids as a workbook."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from typing import IO, Any

from article6.domain.refusals import N_
from article6.reporting.aef_csv import looks_like_formula
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.reading.grids import Grid, Limits, Unreadable, Value, too_large

NOT_TEXT = N_("The file is neither a workbook nor text. Give an .xlsx workbook, CSV files, or JSON.")
NOT_JSON = N_("The file is not JSON: %(why)s, line %(line)s. Write it anew, or give a workbook.")
NO_TABLES = N_("The JSON has no tables. It needs an object with submission, authorizations, actions, holdings.")
BAD_TABLE = N_("%(table)s in the JSON is not a list of objects.")
NO_CSV = N_("There is no CSV file in it. Give the five tables as CSV, or a workbook.")
BAD_CSV = N_("%(file)s cannot be read as CSV: %(why)s, line %(line)s.")


def read_csv(named: Iterable[tuple[str, bytes]], limits: Limits) -> list[Grid]:
    """One grid for each CSV file, named after it."""
    grids = []
    left = limits.cells
    for name, content in named:
        grid = _csv_grid(name, content)
        left -= sum(len(row) for row in grid.rows.values())
        if left < 0:
            raise too_large("cells", limits.cells)
        grids.append(grid)
    if not grids:
        raise Unreadable(NO_CSV)
    return grids


def csv_members(archive: zipfile.ZipFile, limits: Limits) -> list[tuple[str, bytes]]:
    """The CSV files in an archive; sizes are judged before anything is unpacked."""
    members = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")]
    unpacked = sum(each.file_size for each in members)
    if len(members) > limits.sheets:
        raise too_large("files", limits.sheets)
    if unpacked > limits.text_bytes:
        raise too_large(f"{unpacked:,} bytes unpacked", limits.text_bytes)
    return [(each.filename.rpartition("/")[2], archive.read(each)) for each in members]


def decoded(content: bytes) -> str:
    """The text: UTF-8 or UTF-16 with its mark, else what Western Windows programs write.

    Raises:
        Unreadable: there are characters in it that no text has.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise Unreadable(NOT_TEXT)


def _csv_grid(name: str, content: bytes) -> Grid:
    text = decoded(content)
    grid = Grid(name.removesuffix(".csv").removesuffix(".CSV"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for number, line in enumerate(reader, 1):
            row: dict[int, Value] = {place: _plain(cell) for place, cell in enumerate(line, 1) if cell.strip()}
            if row:
                grid.rows[number] = row
    except csv.Error as error:
        raise Unreadable(BAD_CSV, file=name, why=str(error), line=reader.line_num) from error
    return grid


def _delimiter(text: str) -> str:
    """The separator that the first lines use most: spreadsheets of half the world write semicolons."""
    head = text[:4096]
    return max(",;\t", key=head.count)


def _plain(cell: str) -> str:
    # An apostrophe before =, +, -, @ keeps a spreadsheet from taking a text for a formula; it is no part of it.
    return cell[1:] if cell[:1] == "'" and looks_like_formula(cell[1:]) else cell


def read_json(file: IO[bytes], limits: Limits) -> list[Grid]:
    """A grid for each table of the document; keys are technical names, labels or CAD Trust's keys.

    Raises:
        Unreadable: it is not JSON, or has another shape.
    """
    text = decoded(file.read())
    try:
        document = json.loads(text, parse_float=Decimal, parse_constant=str)
    except json.JSONDecodeError as error:
        raise Unreadable(NOT_JSON, why=error.msg, line=error.lineno) from error
    except (RecursionError, ValueError) as error:  # too deep, or a number of thousands of digits
        raise Unreadable(NOT_JSON, why=str(error), line=1) from error
    if not isinstance(document, dict):
        raise Unreadable(NO_TABLES)
    grids = [
        _json_grid(table, document[name]) for table in Table for name in (table.key, table.sheet) if name in document
    ]
    if not grids:
        raise Unreadable(NO_TABLES)
    if sum(len(row) for grid in grids for row in grid.rows.values()) > limits.cells:
        raise too_large("cells", limits.cells)
    return grids


def _json_grid(table: Table, given: Any) -> Grid:
    items = [given] if isinstance(given, dict) else given
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise Unreadable(BAD_TABLE, table=table.key)
    columns: dict[str, int] = {}
    for item in items:
        for key in item:
            columns.setdefault(str(key), len(columns) + 1)
    if not columns:  # an empty table has no keys, and none is missing
        columns = {field.technical_name: field.position for field in FIELDS[table]}
    # Items count from 1, as people count.
    grid = Grid(table.key, keys={place: key for key, place in columns.items()})
    grid.rows[0] = dict(grid.keys)
    for number, item in enumerate(items, 1):
        row = {columns[key]: _json_value(value) for key, value in item.items() if value is not None and value != ""}
        if row:
            grid.rows[number] = row
    return grid


def _json_value(value: Any) -> Value:
    if isinstance(value, bool | int | Decimal):
        return value
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    return str(value)
