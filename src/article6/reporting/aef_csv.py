"""The AEF as comma-separated values: one file per table, the labels of the decision as its first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TextIO

from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import Cell, confidential_lines, texts
from article6.reporting.aef_sheets import CONFIDENTIAL_SHEET
from article6.reporting.aef_typesetting import Spelling, Typesetter, in_bulk

FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take a text for a formula, blanks before it or not; some take the wide signs too."""
NOTES_NAME = "Notes.txt"
LINE_END = csv.excel.lineterminator


def csv_name(table: Table) -> str:
    """The name of a table's file inside the archive: `Table 3 Actions.csv`."""
    return f"{table.sheet}.csv"


def write_csv(
    aef: Aef,
    table: Table,
    file: TextIO,
    profile: Profile = Profile.CARP_2026_02,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write one table and return how many rows it has.

    Args:
        file: a text file opened with `newline=""` and UTF-8.
        progress: as in `aef_rows.rows`.

    The remarks of the AEF are not written: a line above the labels would not be CSV. `notes` has them.
    """
    fields = FIELDS[table]
    csv.writer(file).writerow(field.label for field in fields)
    line = Typesetter(table, [Spelling(_spelled)] * len(fields), ["", *[","] * (len(fields) - 1), LINE_END])
    count = 0
    for number, text in in_bulk(texts(aef, table, line, profile, progress)):
        file.write(text)
        count += number
    return count


def _spelled(cell: Cell) -> str:
    """The cell in a line of CSV: what `csv` writes of it where it is not alone."""
    line = io.StringIO()
    csv.writer(line).writerow((neutral(cell), None))
    return line.getvalue()[: -len("," + LINE_END)]


def notes(aef: Aef) -> str:
    """What stands above the tables of a workbook, and what is confidential, as text; empty where there is nothing."""
    lines = [aef.remark] if aef.remark else []
    lines += [f"{table.heading}: {aef.remarks[table]}" for table in Table if table in aef.remarks]
    if aef.confidential:
        lines += ["", CONFIDENTIAL_SHEET, *("\t".join(line) for line in confidential_lines(aef))]
    return "".join(f"{line}\n" for line in lines)


def neutral(cell: Cell) -> Cell:
    """The cell, with an apostrophe before a text that a spreadsheet would take for a formula."""
    # Nearly every text begins with a letter or digit, and none of those is a formula.
    return f"'{cell}" if isinstance(cell, str) and not cell[:1].isalnum() and looks_like_formula(cell) else cell


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet could take it for a formula."""
    return text[:1] in FORMULA_STARTS or text.lstrip()[:1] in FORMULA_STARTS
