"""The AEF as the official workbook: the same sheets, headings, labels and rows, so that the platform can
take it.

A workbook without rows is made first. The rows of tables 2 to 5 are then written into its sheets as they are read, and
kept on disk until all are there: memory does not grow with the report.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from article6.reporting.aef_fields import FIELDS, Field, Table
from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import Cell, confidential_lines, rows, texts
from article6.reporting.aef_sheet_rows import LARGEST_EXACT, ROW_NUMBER, SheetRows, fitting
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
from article6.reporting.aef_typesetting import in_bulk
from article6.reporting.sheet_look import FONT, STYLES

_COMPRESSION = 1
"""Of the sheets with rows: four times as fast as the usual level 6, and the file a third larger."""
_LARGEST_SHEET = 2**31 - 1  # bytes; beyond, archives need an extension for which Excel offers a repair
_SHEETS_BEFORE = 3  # index, summary, table 1
_MODEL_STYLES = ("text", "number", "quantity", "carp")


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
    # All of it waits in a folder of ours: a report that is refused half-way leaves nothing in the file or on the disk.
    with (
        TemporaryDirectory(prefix="aef-") as folder,
        TemporaryFile(dir=folder) as frame,
        TemporaryFile(dir=folder) as whole,
    ):
        _write_frame(aef, frame, profile, folder)
        written = 0
        with ZipFile(frame) as empty, ZipFile(whole, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION) as filled:
            sheets = {
                f"xl/worksheets/sheet{place}.xml": table for place, table in enumerate(LAYOUTS, _SHEETS_BEFORE + 1)
            }
            for member in empty.infolist():
                content = empty.read(member)
                if member.filename not in sheets:
                    filled.writestr(member, content)
                    continue
                with filled.open(member.filename, "w") as sheet:
                    written += _fill(sheet, content.decode(), aef, sheets[member.filename], profile, progress)
        whole.seek(0)
        shutil.copyfileobj(whole, file)
    return written


def _fill(
    sheet: IO[bytes], frame: str, aef: Aef, table: Table, profile: Profile, progress: Callable[[int], None] | None
) -> int:
    """Write the sheet with the rows of its table in place of the model row; how many there are."""
    first = LAYOUTS[table].first_data_row
    above, _row, rest = frame.partition(f'<row r="{first}"')
    model, _end, below = rest.partition("</row>")
    styles = dict(zip(_MODEL_STYLES, map(int, re.findall(r' s="([0-9]+)"', model)), strict=True))
    # How far the sheet reaches is known when all is written; programs find out by themselves.
    size = sheet.write(re.sub(r"<dimension [^>]*/>", "", above).encode())
    written = 0
    for number, text in in_bulk(_numbered(table, texts(aef, table, SheetRows(table, styles), profile, progress))):
        size += sheet.write(text.encode())
        if size > _LARGEST_SHEET:
            raise ValueError(f"{table.heading} is too large for a spreadsheet. Write this report as CSV or JSON.")
        written += number
    sheet.write(below.encode())
    return written


def _numbered(table: Table, found: Iterator[str]) -> Iterator[str]:
    for number, row in enumerate(found, LAYOUTS[table].first_data_row):
        if number > LAST_ROW:
            raise ValueError(
                f"{table.heading} has more rows than a spreadsheet can hold ({LAST_ROW:,}). "
                "Write this report as CSV or JSON."
            )
        yield row.replace(ROW_NUMBER, str(number))


def _write_frame(aef: Aef, file: IO[bytes], profile: Profile, folder: str) -> None:
    """The workbook with all but the rows of tables 2 to 5."""
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
    for table in LAYOUTS:
        _Sheet(workbook.add_worksheet(table.sheet), styles, table).write(aef)
    if aef.confidential:
        _write_confidential(workbook.add_worksheet(CONFIDENTIAL_SHEET), styles, aef)
    workbook.close()


class _Sheet:
    """One of the tables 2 to 5 without its rows, written from top to bottom: constant memory allows nothing else."""

    def __init__(self, sheet: Worksheet, styles: Mapping[str, Format], table: Table) -> None:
        self._sheet = sheet
        self._styles = styles
        self._table = table
        self._layout: Layout = LAYOUTS[table]
        self._columns = [self._layout.column(field.position) - 1 for field in FIELDS[table]]

    def write(self, aef: Aef) -> None:
        self._set_widths()
        _write_heading(self._sheet, self._styles, self._table, aef.remark_above(self._table))
        self._write_captions()
        self._write_labels()
        # The model row, from which `_fill` reads the numbers of the styles.
        for column, name in enumerate(_MODEL_STYLES):
            self._sheet.write_blank(self._layout.first_data_row - 1, column, None, self._styles[name])

    def _set_widths(self) -> None:
        self._sheet.set_column(FIRST_COLUMN - 1, width(self._table) - 1, 2)
        for field, column in zip(FIELDS[self._table], self._columns, strict=True):
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
        for field, column in zip(FIELDS[self._table], self._columns, strict=True):
            self._sheet.write_string(self._layout.header_row - 1, column, field.label, self._styles["label"])


def _set_page(sheet: Worksheet, pages_wide: int = 1) -> None:
    sheet.set_column(0, 0, 2)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(pages_wide, 0)


def _write_heading(sheet: Worksheet, styles: Mapping[str, Format], table: Table, remark: str | None) -> None:
    sheet.write_string(HEADING_ROW - 1, FIRST_COLUMN - 1, table.heading, styles["heading"])
    if remark is not None:
        _write_cell(sheet, REMARK_ROW - 1, FIRST_COLUMN - 1, remark, styles["remark"], styles["remark"])


def _write_cell(
    sheet: Worksheet, row_index: int, column: int, cell: Cell, text_style: Format, number_style: Format
) -> None:
    if cell is None:
        sheet.write_blank(row_index, column, None, text_style)
    elif isinstance(cell, int) and abs(cell) <= LARGEST_EXACT:
        sheet.write_number(row_index, column, cell, number_style)
    else:
        # Never `write`: a text that begins with = would become a formula.
        sheet.write_string(row_index, column, fitting(str(cell)), text_style)


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
