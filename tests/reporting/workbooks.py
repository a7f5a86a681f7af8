"""Workbooks as people make them, from the small AEF of the samples: changed by hand with openpyxl."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
from openpyxl.workbook import Workbook
from reporting.aef_samples import AEF

from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_xlsx import write_xlsx
from article6.reporting.reading.reader import Reading, read

ACTIONS, HOLDINGS, SUBMISSION = "Table 3 Actions", "Table 4 Holdings", "Table 1 Submission"


def content(aef: Aef = AEF, profile: Profile = Profile.CARP_2026_02) -> bytes:
    file = io.BytesIO()
    write_xlsx(aef, file, profile)
    return file.getvalue()


def changed(change: Callable[[Workbook], object], aef: Aef = AEF) -> bytes:
    """The workbook after somebody has worked in it."""
    workbook = openpyxl.load_workbook(io.BytesIO(content(aef)))
    change(workbook)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def written(sheet: str, cell: str, value: object, number_format: str | None = None) -> Callable[[Workbook], object]:
    """Write a value into a cell."""

    def change(workbook: Workbook) -> None:
        workbook[sheet][cell] = value
        if number_format is not None:
            workbook[sheet][cell].number_format = number_format

    return change


def reading(data: bytes, name: str = "CHE 2025 1.0.xlsx") -> Reading:
    return read(io.BytesIO(data), name)
