"""The AEF as the official workbook: the same sheets, headings, labels and rows, so that the platform can
take it.

Rows are written as they are read and kept on disk until the workbook is closed: memory does not grow with
the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from article6.reporting.aef_fields import FIELDS, Field, Table
from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import Cell, Row, confidential_lines, rows
from article6.reporting.aef_sheets import (
    CONFIDENTIAL_SHEET,
    FIRST_COLUMN,
    HEADING_ROW,
    INDEX_SHEET,
    LAST_ROW,
    LAYOUTS,
    REMARK_ROW,
    SUBMISSION_FIRST_ROW,
    SUMMARY_SHEET,
    Layout,
    width,
)
from article6.reporting.sheet_look import FONT, STYLES

# A spreadsheet keeps numbers in binary floating point: above fifteen digits a serial would change, so it
# becomes a text.
_DIGITS_EXACT = 15
_LARGEST_EXACT = 10**_DIGITS_EXACT - 1
_LONGEST_TEXT = 32_767
_LINE_HEIGHT = 14  # points
_TALLEST = 29  # lines; Excel allows 409 points
_QUANTITIES = frozenset({"AuthorizedQuantity", "QuantityCO2"})


def write_xlsx(
    aef: Aef,
    file: IO[bytes],
    profile: Profile = Profile.CARP_2026_02,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the workbook and return how many rows tables 2 to 5 have.

    Args:
        file: a binary file that can be written; it stays open.
        progress: as in `aef_rows.rows`.

    Raises:
        ValueError: a table has more rows than a sheet can hold, or a text is longer than a cell can hold.
    """
    # The rows wait in a folder of ours. A report that is refused half-way is never closed, so nothing of it
    # is written to the file, and the folder goes.
    with TemporaryDirectory(prefix="aef-") as folder:
        workbook = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder})
        title = f"Agreed electronic format {aef.submission.file_name}"
        properties: dict[str, object] = {"title": title, "comments": aef.remark or ""}
        if aef.written_at is not None:
            properties["created"] = aef.written_at.astimezone(UTC)
        workbook.set_properties(properties)
        styles = {name: workbook.add_format({**FONT, **style}) for name, style in STYLES.items()}
        _write_index(workbook.add_worksheet(INDEX_SHEET), styles, aef, profile)
        _write_summary(workbook.add_worksheet(SUMMARY_SHEET), styles)
        _write_submission(workbook.add_worksheet(Table.SUBMISSION.sheet), styles, aef, profile)
        count = 0
        for table in LAYOUTS:
            count += _Sheet(workbook.add_worksheet(table.sheet), styles, table).write(aef, profile, progress)
        if aef.confidential:
            _write_confidential(workbook.add_worksheet(CONFIDENTIAL_SHEET), styles, aef)
        workbook.close()
    return count


class _Sheet:
    """One of the tables 2 to 5, written from top to bottom, once: constant memory allows nothing else."""

    def __init__(self, sheet: Worksheet, styles: Mapping[str, Format], table: Table) -> None:
        self._sheet = sheet
        self._styles = styles
        self._table = table
        self._layout: Layout = LAYOUTS[table]
        self._room = [field.width for field in FIELDS[table]]
        self._places = [
            (self._layout.column(field.position) - 1, *_cell_styles(field, styles)) for field in FIELDS[table]
        ]

    def write(self, aef: Aef, profile: Profile, progress: Callable[[int], None] | None) -> int:
        self._set_widths()
        _write_heading(self._sheet, self._styles, self._table, aef.remark_above(self._table))
        self._write_captions()
        self._write_labels()
        row_index = self._layout.first_data_row - 1
        for row in rows(aef, self._table, profile, progress):
            if row_index >= LAST_ROW:
                raise ValueError(
                    f"{self._table.heading} has more rows than a spreadsheet can hold ({LAST_ROW:,}). "
                    "Write this report as CSV or JSON."
                )
            if (lines := self._lines(row)) > 1:
                self._sheet.set_row(row_index, lines * _LINE_HEIGHT)
            for (column, text_style, number_style), cell in zip(self._places, row, strict=True):
                _write_cell(self._sheet, row_index, column, cell, text_style, number_style)
            row_index += 1
        return row_index - self._layout.first_data_row + 1

    def _lines(self, row: Row) -> int:
        # A row written in constant memory keeps the height it is given, so wrapped texts need theirs said.
        lines = max(
            -(-len(cell) * 20 // (room * 23)) if isinstance(cell, str) and len(cell) > room else 1
            for cell, room in zip(row, self._room, strict=True)
        )
        return min(lines, _TALLEST)

    def _set_widths(self) -> None:
        self._sheet.set_column(FIRST_COLUMN - 1, width(self._table) - 1, 2)
        for field, (column, *_) in zip(FIELDS[self._table], self._places, strict=True):
            self._sheet.set_column(column, column, field.width)
        self._sheet.freeze_panes(self._layout.header_row, 0)
        _set_page(self._sheet, pages_wide=2 if self._table is Table.ACTIONS else 1)
        self._sheet.repeat_rows(HEADING_ROW - 1, self._layout.header_row - 1)

    def _write_captions(self) -> None:
        for caption in sorted(self._layout.captions, key=lambda each: (-each.up, each.first)):
            row_index = self._layout.header_row - caption.up - 1
            first, last = (self._layout.column(position) - 1 for position in (caption.first, caption.last))
            self._sheet.merge_range(row_index, first, row_index, last, caption.text, self._styles["caption"])

    def _write_labels(self) -> None:
        self._sheet.set_row(self._layout.header_row - 1, 66)
        for field, (column, *_) in zip(FIELDS[self._table], self._places, strict=True):
            self._sheet.write_string(self._layout.header_row - 1, column, field.label, self._styles["label"])


def _set_page(sheet: Worksheet, pages_wide: int = 1) -> None:
    sheet.set_column(0, 0, 2)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(pages_wide, 0)


def _cell_styles(field: Field, styles: Mapping[str, Format]) -> tuple[Format, Format]:
    if field.filled_by_carp:
        return styles["carp"], styles["carp"]
    return styles["text"], styles["quantity" if field.technical_name in _QUANTITIES else "number"]


def _write_heading(sheet: Worksheet, styles: Mapping[str, Format], table: Table, remark: str | None) -> None:
    sheet.write_string(HEADING_ROW - 1, FIRST_COLUMN - 1, table.heading, styles["heading"])
    if remark is not None:
        _write_cell(sheet, REMARK_ROW - 1, FIRST_COLUMN - 1, remark, styles["remark"], styles["remark"])


def _write_cell(
    sheet: Worksheet, row_index: int, column: int, cell: Cell, text_style: Format, number_style: Format
) -> None:
    if cell is None:
        sheet.write_blank(row_index, column, None, text_style)
    elif isinstance(cell, int) and abs(cell) <= _LARGEST_EXACT:
        sheet.write_number(row_index, column, cell, number_style)
    elif isinstance(cell, Decimal) and len(cell.as_tuple().digits) <= _DIGITS_EXACT:
        # The style of quantities shows whole numbers only.
        sheet.write_number(row_index, column, cell, text_style)
    else:
        text = str(cell)
        if len(text) > _LONGEST_TEXT:
            raise ValueError(f"A text of {len(text):,} characters does not fit into a cell. Shorten it: {text[:60]}...")
        # Never `write`: a text that begins with = would become a formula.
        sheet.write_string(row_index, column, text, text_style)


def _write_index(sheet: Worksheet, styles: Mapping[str, Format], aef: Aef, profile: Profile) -> None:
    _set_page(sheet)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 80)
    sheet.write_string(1, 1, "Agreed electronic format", styles["heading"])
    if aef.remark is not None:
        _write_cell(sheet, REMARK_ROW - 1, 1, aef.remark, styles["remark"], styles["remark"])
    submission = aef.submission
    lines = (
        ("Reporting Party", submission.party),
        ("Reported year", str(submission.reported_year)),
        ("Version", submission.version),
        ("Format", "Decision 4/CMA.6, annex II"),
        ("Profile of spelling and formats", profile.value),
    )
    for row_index, (label, value) in enumerate(lines, start=4):
        sheet.write_string(row_index, 1, label, styles["label"])
        sheet.write_string(row_index, 2, value, styles["text"])
    sheet.write_string(10, 1, "Sheet", styles["label"])
    sheet.write_string(10, 2, "Content", styles["label"])
    contents = (
        (SUMMARY_SHEET, "The fields of the five tables"),
        *((each.sheet, each.heading) for each in Table),
    )
    for row_index, (name, content) in enumerate(contents, start=11):
        sheet.write_url(row_index, 1, f"internal:'{name}'!A1", styles["link"], name)
        sheet.write_string(row_index, 2, content, styles["plain"])


def _write_summary(sheet: Worksheet, styles: Mapping[str, Format]) -> None:
    _set_page(sheet)
    for column, characters in enumerate((58, 40, 11, 10, 52, 58), start=1):
        sheet.set_column(column, column, characters)
    sheet.write_string(1, 1, SUMMARY_SHEET, styles["heading"])
    top = 3
    for table in Table:
        labels = (table.heading, "Technical name", "Type", "Required", "Format or values", "Applies")
        _write_line(sheet, top, labels, styles["label"])
        for field in FIELDS[table]:
            _write_line(sheet, top + field.position, _described(field), styles["text"])
        top += len(FIELDS[table]) + 2


def _write_confidential(sheet: Worksheet, styles: Mapping[str, Format], aef: Aef) -> None:
    _set_page(sheet)
    for column, characters in enumerate((26, 40, 40, 70), start=1):
        sheet.set_column(column, column, characters)
    sheet.write_string(HEADING_ROW - 1, 1, CONFIDENTIAL_SHEET, styles["heading"])
    for row_index, line in enumerate(confidential_lines(aef), start=3):
        _write_line(sheet, row_index, line, styles["label" if row_index == 3 else "text"])


def _described(field: Field) -> tuple[str, ...]:
    applies = "filled in by the platform" if field.filled_by_carp else field.applies
    required = "yes" if field.required else "no"
    return (
        field.label,
        field.technical_name,
        field.type,
        required,
        field.format or field.nomenclature,
        applies,
    )


def _write_line(sheet: Worksheet, row_index: int, cells: tuple[str, ...], style: Format) -> None:
    for column, cell in enumerate(cells, start=1):
        sheet.write_string(row_index, column, cell, style)


def _write_submission(sheet: Worksheet, styles: Mapping[str, Format], aef: Aef, profile: Profile) -> None:
    _set_page(sheet)
    sheet.set_column(1, 1, 74)
    sheet.set_column(2, 2, 52)
    _write_heading(sheet, styles, Table.SUBMISSION, aef.remark_above(Table.SUBMISSION))
    (row,) = rows(aef, Table.SUBMISSION, profile)
    for field, cell in zip(FIELDS[Table.SUBMISSION], row, strict=True):
        row_index = SUBMISSION_FIRST_ROW + field.position - 2
        sheet.write_string(row_index, 1, field.label, styles["label"])
        style = styles["carp" if field.filled_by_carp else "text"]
        _write_cell(sheet, row_index, 2, cell, style, styles["year"])
