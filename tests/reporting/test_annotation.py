"""The marked copy: the workbook as it was, the cells found in colour and with comments, a list in front."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from reporting import worlds
from reporting.aef_samples import AEF
from reporting.workbooks import ACTIONS, changed, content, written

from article6.reporting import annotation
from article6.reporting.annotation import annotate
from article6.reporting.checks import catalogue
from article6.reporting.reading.grids import Unreadable
from article6.reporting.reading.reader import read


def annotated(data: bytes, name: str = "CHE 2025 1.0.xlsx") -> Workbook:
    reading = read(io.BytesIO(data), name)
    return openpyxl.load_workbook(io.BytesIO(annotate(reading, data, catalogue.check([reading]))))


def colour(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb)[2:]


def test_the_cell_is_marked_with_rule_advice_and_basis() -> None:
    workbook = annotated(changed(written(ACTIONS, "S9", "=11733")))
    cell = workbook[ACTIONS]["S9"]
    assert colour(cell) == "F8B4A6"
    assert "F02: The cell holds a formula." in cell.comment.text
    assert "(4/CMA.6 annex II;" in cell.comment.text
    assert (cell.value, cell.data_type) == ("=11733", "s")
    assert workbook[ACTIONS]["S10"].comment is None
    assert workbook[ACTIONS]["B8"].value == "Action date"


def test_what_was_read_otherwise_is_marked_in_another_colour() -> None:
    cell = annotated(changed(written(ACTIONS, "C9", "acquisition")))[ACTIONS]["C9"]
    assert colour(cell) == "D6E6F5"
    assert cell.comment.text == "acquisition was read as Acquisition."


def test_the_first_sheet_lists_the_findings_with_links() -> None:
    workbook = annotated(changed(written(ACTIONS, "S9", "=11733")))
    sheet = workbook[workbook.sheetnames[0]]
    assert sheet["A1"].value == "CHE 2025 1.0.xlsx: Checked, inconsistencies identified"
    listed = [row for row in sheet.iter_rows(min_row=4) if row[0].value == "F02"]
    assert [
        (row[1].value, row[2].value, (row[2].hyperlink.location or row[2].hyperlink.target).lstrip("#"))
        for row in listed
    ] == [(ACTIONS, "S9", "'Table 3 Actions'!S9")]


def test_a_workbook_with_a_sheet_of_that_name_keeps_it() -> None:
    def named(workbook: Workbook) -> None:
        workbook.create_sheet("Check")["A1"] = "=1+1"

    workbook = annotated(changed(named))
    assert workbook.sheetnames[0] == "Check_"
    assert workbook["Check"]["A1"].data_type == "s"


def test_json_and_csv_become_a_workbook_with_the_cells_where_they_stood() -> None:
    document = worlds.documents()["CHE 2024"]
    document["actions"][0]["QuantityCO2"] = "=1"
    workbook = annotated(json.dumps(document).encode(), "CHE 2024.json")
    place = next(cell for cell in workbook["actions"][1] if cell.value == "QuantityCO2")
    cell = workbook["actions"].cell(2, place.column)
    assert (cell.value, cell.data_type, colour(cell)) == ("=1", "s", "F8B4A6")


def test_what_openpyxl_cannot_copy_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(*_given: object, **_named: object) -> None:
        raise KeyError("theme")

    monkeypatch.setattr(annotation, "load_workbook", stumbles)
    workbook = annotated(changed(written(ACTIONS, "S9", "1 1")))
    assert "F02" in workbook[ACTIONS]["S9"].comment.text


def test_a_report_too_large_to_mark_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotation, "MOST_CELLS", 10)
    with pytest.raises(Unreadable, match="cells to mark"):
        annotated(content(AEF))


def test_a_clean_report_says_that_nothing_was_found() -> None:
    data = worlds.documents()["SWE 2023"]
    workbook = annotated(json.dumps(data).encode(), "SWE 2023.json")
    assert workbook[workbook.sheetnames[0]]["A4"].value == "Nothing was found."
