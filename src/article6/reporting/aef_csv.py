"""The AEF as comma-separated values: one file per table, the labels of the decision as its first line."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import TextIO

from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import Cell, rows

_FORMULA_STARTS = frozenset("=+-@\t\r")


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

    The remark of the AEF is not written: a line above the labels would not be CSV.
    """
    writer = csv.writer(file)
    writer.writerow(field.label for field in FIELDS[table])
    count = 0
    for row in rows(aef, table, profile, progress):
        writer.writerow([neutral(cell) for cell in row])
        count += 1
    return count


def neutral(cell: Cell) -> Cell:
    """The cell, with an apostrophe before a text that a spreadsheet would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA_STARTS else cell
