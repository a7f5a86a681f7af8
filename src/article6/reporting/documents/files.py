"""The writers: one for each format, each takes any report. The same report and code give the same bytes, but for PDF,
in which a machine's own fonts may stand in for letters that the packaged ones lack."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType
from typing import Any, BinaryIO

import xlsxwriter

from article6.reporting.aef_csv import neutral
from article6.reporting.documents.model import (
    HEADINGS,
    Cell,
    Form,
    Issue,
    Report,
    Table,
    as_plain,
    lines,
    notes,
    shown,
    told,
)

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv": "application/zip",
        "json": "application/json",
    }
)
"""Formats and their media types; CSV is an archive with a file for each table."""

EXTENSIONS: Mapping[str, str] = MappingProxyType({"pdf": "pdf", "xlsx": "xlsx", "csv": "zip", "json": "json"})

EXACT_IN_A_SHEET = 2**53
"""Above it a spreadsheet rounds whole numbers; they are written as text."""

_WIDTHS = {Form.MOMENT: 20, Form.TERM: 34, Form.UNITS: 16, Form.CENTS: 14, Form.NUMBER: 12, Form.YES_NO: 10}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_json(report: Report, issue: Issue, file: BinaryIO) -> None:
    """The content, with the code, and the report's words as the decision has them, untranslated."""
    said: dict[str, Any] = {
        "code": issue.code,
        "digest": issue.digest,
        "issued_at": told(issue.at),
        "content": as_plain(report),
    }
    file.write(json.dumps(said, sort_keys=True, ensure_ascii=False, indent=1).encode())


def write_csv(report: Report, issue: Issue, file: BinaryIO) -> None:
    """An archive: `report.csv` says what it is, and each table has a file; no cell is a formula to a spreadsheet."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "report.csv", [list(each) for each in [(_title(report, issue), ""), *_about(report, issue)]])
        for table in report.tables:
            heading = [issue.translate(each.title) for each in table.columns]
            rows = (
                [_csv_cell(cell, column.form, issue) for cell, column in zip(row, table.columns, strict=True)]
                for row in table.rows
            )
            _add(archive, f"{table.key}.csv", [heading, *rows])


def _add(archive: zipfile.ZipFile, name: str, rows: list[list[Any]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
    archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), text.getvalue().encode(), zipfile.ZIP_DEFLATED)


def _csv_cell(cell: Cell, form: Form, issue: Issue) -> Any:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell if form is not Form.CENTS else shown(cell, form, issue.translate).replace("\u202f", "")
    return shown(cell, form, issue.translate)


def _title(report: Report, issue: Issue) -> str:
    return issue.translate(report.title)


def _about(report: Report, issue: Issue) -> list[tuple[str, str]]:
    head = lines(report, issue)
    heading = issue.translate(HEADINGS["notes"])
    return [*head, *((heading, each) for each in notes(report, issue.translate))]


def write_xlsx(report: Report, issue: Issue, file: BinaryIO) -> None:
    """A workbook: a first sheet that says what it is, and one for each table."""
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title = _title(report, issue)
    # The moment of issue, so that the same copy has the same bytes.
    created = issue.at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": title, "subject": issue.code, "author": report.name, "created": created})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    large = book.add_format({"bold": True, "font_size": 14})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    first = book.add_worksheet(_sheet_name(issue.translate(HEADINGS["registry"]), set()))
    _sheet_of(first, issue)
    first.set_column(0, 0, 26)
    first.set_column(1, 1, 90)
    first.write_string(0, 0, title, large)
    for row, (label, value) in enumerate(_about(report, issue), 2):
        first.write_string(row, 0, label, bold)
        first.write_string(row, 1, value, wrapped)
    used = {first.get_name().casefold()}
    for table in report.tables:
        sheet = book.add_worksheet(_sheet_name(issue.translate(table.title), used))
        used.add(sheet.get_name().casefold())
        _sheet_of(sheet, issue)
        _write_sheet(book, sheet, table, issue, bold)
    book.close()


def _sheet_of(sheet: Any, issue: Issue) -> None:
    if issue.language.startswith("ar"):
        sheet.right_to_left()
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _sheet_name(title: str, used: set[str]) -> str:
    plain = "".join(each for each in title if each not in "[]:*?/\\").strip("' ")[:31]
    name, number = plain or "1", 1
    while name.casefold() in used:
        number += 1
        name = f"{plain[:27]} {number}"
    return name


def _write_sheet(book: Any, sheet: Any, table: Table, issue: Issue, bold: Any) -> None:
    formats = {
        Form.UNITS: book.add_format({"num_format": "#,##0"}),
        Form.CENTS: book.add_format({"num_format": "#,##0.00"}),
    }
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS.get(column.form, 24), formats.get(column.form))
        sheet.write_string(0, place, issue.translate(column.title), bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(table.rows, 1):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            is_number = isinstance(cell, int) and not isinstance(cell, bool)
            if isinstance(cell, int) and is_number and abs(cell) < EXACT_IN_A_SHEET and column.form is not Form.CENTS:
                sheet.write_number(number, place, cell)
            elif cell is not None:
                # A string is never a formula here, whatever it begins with.
                sheet.write_string(number, place, shown(cell, column.form, issue.translate))
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
