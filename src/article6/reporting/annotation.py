"""A copy of a workbook in which the cells found are marked and commented, with a sheet that lists the findings."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from article6.domain.refusals import N_
from article6.reporting.checks.catalogue import Report
from article6.reporting.checks.model import Check
from article6.reporting.checks.results import Finding
from article6.reporting.reading.grids import Fault, Formula, Grid, Inexact, Unreadable, Value, too_large
from article6.reporting.reading.reader import Reading
from article6.reporting.said import Place, Said

SHEET = "Check"
MOST_CELLS = 1_500_000
_LARGEST_COPIED = 64 * 1024 * 1024  # bytes unpacked; a larger workbook is written anew from its cells

WRONG = PatternFill("solid", fgColor="F8B4A6")
EVIDENCE = PatternFill("solid", fgColor="FCE4B0")
REMARK = PatternFill("solid", fgColor="D6E6F5")
_HEAD = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="1F5C4D")
_WIDTHS = (9, 24, 13, 70, 60, 44)
_LONGEST_COMMENT = 3_000

HEADINGS = (N_("Rule"), N_("Sheet"), N_("Cell"), N_("What was found"), N_("What to do"), N_("Legal basis"))
SEE_ALSO = N_("Compared with %(place)s.")
NOTHING = N_("Nothing was found.")
UNWRITABLE = N_("The copy cannot be written: %(why)s.")

Translate = Callable[[Said], str]


@dataclass(frozen=True, slots=True)
class _Mark:
    fill: PatternFill
    text: str
    rank: int


def annotate(reading: Reading, content: bytes, report: Report, translate: Translate = str) -> bytes:
    """The copy, as the bytes of an xlsx workbook.

    Args:
        content: the file as it was read. What is no workbook, or too large to be copied whole, is written anew: the
            cells of its tables, each where it stood.
        translate: from a sentence to its text for the reader.

    Raises:
        Unreadable: there are too many cells for a copy.
    """
    cells = sum(len(row) for table in reading.tables.values() for row in table.columns.grid.rows.values())
    if cells > MOST_CELLS:
        raise too_large(f"{cells:,} cells to mark", MOST_CELLS)
    workbook = _copied(reading, content) or _written(reading)
    moved = {table.sheet: 1 for table in reading.tables.values() if table.columns.grid.keys}
    _list_findings(workbook, reading, report, translate, moved)
    for (sheet, row, column), marks in _marks(reading, report, translate).items():
        _mark(workbook, sheet, row + moved.get(sheet, 0), column, marks)
    file = io.BytesIO()
    try:
        workbook.save(file)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise Unreadable(UNWRITABLE, why=str(error)) from error
    return file.getvalue()


def _copied(reading: Reading, content: bytes) -> Workbook | None:
    """The workbook itself, without links to other files and with formulas as texts; None if it cannot be had."""
    if reading.form != "xlsx":
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > _LARGEST_COPIED:
                return None
        with warnings.catch_warnings():
            # What openpyxl leaves out of the copy (pictures of unknown kinds, for instance) is nobody's concern here.
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(content), keep_links=False)
    # The names are openpyxl's ways to stumble over a workbook that other programs open.
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, SyntaxError, OSError, AssertionError,
            zipfile.BadZipFile, InvalidFileException):  # fmt: skip
        return None
    sheets = {each.title for each in workbook.worksheets}
    if any(table.sheet not in sheets for table in reading.tables.values()):
        return None
    for sheet in workbook.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                if isinstance(cell, Cell) and cell.data_type == "f":
                    _put(cell, str(getattr(cell.value, "text", cell.value)))
    return workbook


def _written(reading: Reading) -> Workbook:
    """A workbook with the cells of the tables."""
    workbook = Workbook()
    first = workbook.active
    if first is not None:
        workbook.remove(first)
    for table in reading.tables.values():
        grid = table.columns.grid
        if grid.name[:31] not in workbook.sheetnames:
            _fill(workbook.create_sheet(_title(grid.name)), grid)
    return workbook


def _fill(sheet: Worksheet, grid: Grid) -> None:
    down = 1 if grid.keys else 0
    for number, row in grid.rows.items():
        for column, value in row.items():
            cell = sheet.cell(number + down, column)
            if isinstance(cell, Cell):
                _put(cell, value)


def _put(cell: Cell, value: Value) -> None:
    if isinstance(value, Formula | Fault | Inexact):
        value = value.text
    if isinstance(value, Decimal):
        value = str(value)
    if isinstance(value, int) and abs(value) >= 10**15:
        value = str(value)
    try:
        cell.value = value
    except (IllegalCharacterError, ValueError):
        cell.value = "".join(each for each in str(value) if each.isprintable())
    if isinstance(value, str):
        # Never a formula: a text that begins with = stays a text.
        cell.data_type = "s"
    elif isinstance(value, datetime):
        cell.number_format = "dd/mm/yyyy"


def _marks(reading: Reading, report: Report, translate: Translate) -> dict[tuple[str, int, int], list[_Mark]]:
    marks: dict[tuple[str, int, int], list[_Mark]] = defaultdict(list)
    for check, finding in report.findings:
        for rank, place in enumerate(finding.places):
            if place.file != reading.file or not place.column:
                continue
            text = _told(check, finding, rank, translate)
            mark = _Mark(EVIDENCE if rank else WRONG, text, 1 if rank else 0)
            marks[place.sheet, place.row, place.column].append(mark)
    for remark in reading.remarks:
        if not remark.is_unread and remark.place.column:
            place = remark.place
            marks[place.sheet, place.row, place.column].append(_Mark(REMARK, translate(remark.said), 2))
    return marks


def _told(check: Check, finding: Finding, rank: int, translate: Translate) -> str:
    text = f"{check.code}: {translate(finding.said)}"
    if rank:
        return f"{text}\n{translate(Said(SEE_ALSO, {'place': finding.places[0]}))}"
    return f"{text}\n{translate(Said(check.advice))}\n({check.basis})"


def _mark(workbook: Workbook, title: str, row: int, column: int, marks: Iterable[_Mark]) -> None:
    sheet = workbook[_title(title)]
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    ordered = sorted(set(marks), key=lambda mark: mark.rank)
    cell.fill = ordered[0].fill
    text = "\n\n".join(dict.fromkeys(mark.text for mark in ordered))[:_LONGEST_COMMENT]
    cell.comment = Comment(text, "article6", height=40 + 18 * (text.count("\n") + len(text) // 45), width=360)


def _list_findings(
    workbook: Workbook, reading: Reading, report: Report, translate: Translate, moved: dict[str, int]
) -> None:
    title = SHEET
    while title in workbook.sheetnames:
        title += "_"
    sheet = workbook.create_sheet(title, 0)
    workbook.active = 0
    for each in workbook.worksheets:
        each.sheet_view.tabSelected = each is sheet
    sheet.cell(1, 1, f"{reading.file}: {translate(Said(report.result_of(reading.file)))}").font = Font(
        bold=True, size=13
    )
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True), 1):
        cell = sheet.cell(3, column, translate(Said(heading)))
        cell.font, cell.fill = _HEAD, _HEAD_FILL
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A4"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "8"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False
    row = 4
    for check, finding in report.findings:
        if finding.file == reading.file:
            _list_finding(sheet, row, check, finding, translate, moved)
            row += 1
    if row == 4:
        sheet.cell(4, 1, translate(Said(NOTHING)))


def _list_finding(
    sheet: Worksheet, row: int, check: Check, finding: Finding, translate: Translate, moved: dict[str, int]
) -> None:
    place = finding.places[0]
    texts = (check.code, place.sheet, place.cell, translate(finding.said), translate(Said(check.advice)), check.basis)
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(row, column)
        if isinstance(cell, Cell):
            _put(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if place.column:
        down = moved.get(place.sheet, 0)
        where = Place("", "", place.row + down, place.column).cell
        title = _title(place.sheet).replace("'", "''")
        sheet.cell(row, 3).hyperlink = f"#'{title}'!{where}"
        sheet.cell(row, 3).style = "Hyperlink"


def _title(name: str) -> str:
    return "".join("_" if each in "[]:*?/\\" else each for each in name)[:31] or "_"
