"""A table as a file: CSV, workbook, JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from itertools import islice
from types import MappingProxyType

import xlsxwriter
from django.http import HttpResponse

from article6.reporting.aef_csv import neutral
from article6.web.columns import Column, Row

FORMS = MappingProxyType({"csv": "CSV", "xlsx": "Excel (xlsx)", "json": "JSON"})
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
ROWS_AT_MOST = 100_000
ROWS_AT_ONCE = 1000
EXACT_BELOW = 10**15
"""A workbook keeps fifteen digits of a number; what is longer is written as a text."""
LONGEST = 32_767
"""Characters that a cell of a workbook takes."""


def answer(name: str, columns: Sequence[Column], rows: Iterable[Row], form: str) -> HttpResponse:
    """The rows as a file to be saved; at most `ROWS_AT_MOST` of them."""
    write = {"csv": _csv, "xlsx": _xlsx, "json": _json}[form]
    response = HttpResponse(write(columns, islice(rows, ROWS_AT_MOST)), content_type=TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _csv(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([neutral(each.title) for each in columns])
    for row in rows:
        writer.writerow([_text(each, row) for each in columns])
    # The mark tells spreadsheets that it is UTF-8.
    return file.getvalue().encode("utf-8-sig")


def _text(column: Column, row: Row) -> str:
    value = column.exported(row)
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    return str(neutral(column.words(row) if column.is_coded else value))


def _xlsx(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 18)
            sheet.write_string(0, at, column.title, bold)
        for line, row in enumerate(rows, 1):
            for at, column in enumerate(columns):
                value = column.exported(row)
                if isinstance(value, int) and abs(value) < EXACT_BELOW and not isinstance(value, bool):
                    sheet.write_number(line, at, value)
                elif value is not None:
                    sheet.write_string(line, at, (column.words(row) if column.is_coded else str(value))[:LONGEST])
    return file.getvalue()


def _json(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    lines = [{each.key: each.exported(row) for each in columns} for row in rows]
    return json.dumps(lines, ensure_ascii=False, indent=1).encode()
