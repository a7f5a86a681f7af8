"""The workbook, read back cell by cell: the platform finds every value where its template has it."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from reporting.aef_samples import ACQUISITION, AEF, BLOCK, ENTITY, REMARK, many_actions

from article6.domain.serials import SERIAL_LIMIT
from article6.reporting import aef_xlsx
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import rows
from article6.reporting.aef_sheets import LAYOUTS
from article6.reporting.aef_xlsx import write_xlsx

SHEETS = [
    "Index",
    "Summary information",
    "Table 1 Submission",
    "Table 2 Authorizations",
    "Table 3 Actions",
    "Table 4 Holdings",
    "Table 5 Auth. entities",
]
# Where the official template has its labels: the row, and the columns that stay without one.
TEMPLATE = {
    Table.AUTHORIZATIONS: (7, "BCDE GHIJKLMNOPQRSTU"),
    Table.ACTIONS: (8, "BCDEFGHIJ LMN PQRST VW YZ"),
    Table.HOLDINGS: (7, "BCDEFG IJK MNOPQ ST"),
    Table.ENTITIES: (10, "BCDEFGHI"),
}


def written(aef: Aef, profile: Profile = Profile.CARP_2026_02) -> Workbook:
    file = io.BytesIO()
    write_xlsx(aef, file, profile)
    file.seek(0)
    return openpyxl.load_workbook(file)


def cells(workbook: Workbook, table: Table, row: int) -> dict[str, Any]:
    sheet = workbook[table.sheet]
    return {
        get_column_letter(column): sheet.cell(row, column).value
        for column in range(1, sheet.max_column + 1)
        if sheet.cell(row, column).value is not None
    }


def test_the_sheets_stand_in_the_official_order() -> None:
    assert written(AEF).sheetnames == SHEETS


def test_table_1_has_labels_in_b_and_values_in_c_from_row_4() -> None:
    sheet = written(AEF)["Table 1 Submission"]
    assert sheet["B2"].value == "Table 1: Submission"
    assert [sheet.cell(row, 2).value for row in range(4, 13)] == [field.label for field in FIELDS[Table.SUBMISSION]]
    assert [sheet.cell(row, 3).value for row in (4, 5, 6, 7)] == ["CHE", "1.0", 2025, "15/04/2026"]
    for row in (8, 9, 12):
        assert "CARP" in str(sheet.cell(row, 3).value)


@pytest.mark.parametrize("table", TEMPLATE)
def test_labels_stand_where_the_template_has_them(table: Table) -> None:
    workbook = written(AEF)
    header_row, pattern = TEMPLATE[table]
    labels = cells(workbook, table, header_row)
    assert list(labels.values()) == [field.label for field in FIELDS[table]]
    letters = [letter for letter in pattern if letter != " "]
    assert list(labels)[: len(letters)] == letters
    if table is Table.ACTIONS:
        assert list(labels)[len(letters) :] == ["AB", "AC", "AD", "AE", "AG", "AH"]
    assert workbook[table.sheet]["B2"].value == table.heading


@pytest.mark.parametrize("table", TEMPLATE)
@pytest.mark.parametrize("profile", Profile)
def test_rows_begin_right_under_the_labels(table: Table, profile: Profile) -> None:
    workbook = written(AEF, profile)
    layout = LAYOUTS[table]
    for offset, row in enumerate(rows(AEF, table, profile)):
        found = cells(workbook, table, layout.first_data_row + offset)
        expected = {
            get_column_letter(layout.column(position)): cell
            for position, cell in enumerate(row, start=1)
            if cell is not None
        }
        assert found == expected
    assert workbook[table.sheet].max_row == layout.first_data_row + offset


@pytest.mark.parametrize("table", TEMPLATE)
def test_spacers_and_the_gutter_stay_empty(table: Table) -> None:
    sheet = written(AEF)[table.sheet]
    layout = LAYOUTS[table]
    used = {layout.column(field.position) for field in FIELDS[table]}
    for column in set(range(1, sheet.max_column + 1)) - used:
        assert all(sheet.cell(row, column).value is None for row in range(layout.header_row, sheet.max_row + 1))
    assert all(sheet.cell(row, 1).value is None for row in range(1, sheet.max_row + 1))


def test_captions_stand_above_their_groups() -> None:
    workbook = written(AEF)
    actions, holdings = workbook["Table 3 Actions"], workbook["Table 4 Holdings"]
    assert (actions["B4"].value, actions["F4"].value, actions["Y4"].value) == (
        "Action type and date",
        "ITMO",
        "Action",
    )
    assert (actions["I7"].value, actions["M7"].value) == (
        "ITMO unique identifier",
        "Underlying unit unique identifier",
    )
    assert actions["AB6"].value == "Use or cancellation"
    assert (holdings["M4"].value, holdings["S4"].value) == ("Metric and quantity", "ITMO details")
    assert workbook["Table 2 Authorizations"]["G6"].value == "Authorization details"


def test_an_empty_table_keeps_its_sheet_and_labels() -> None:
    workbook = written(Aef(submission=AEF.submission))
    assert workbook.sheetnames == SHEETS
    for table in TEMPLATE:
        assert workbook[table.sheet].max_row == LAYOUTS[table].header_row


def test_the_remark_stands_above_every_table_and_only_when_there_is_one() -> None:
    with_remark, without = written(AEF), written(replace(AEF, remark=None))
    for table in Table:
        assert with_remark[table.sheet]["B3"].value == REMARK
        assert without[table.sheet]["B3"].value is None
    assert with_remark["Index"]["B3"].value == REMARK


def test_a_text_never_becomes_a_formula() -> None:
    cell = written(AEF)["Table 5 Auth. entities"]["C11"]
    assert (cell.value, cell.data_type) == (ENTITY.name, "s")


def test_a_serial_too_long_for_a_spreadsheet_is_a_text() -> None:
    identifier = replace(BLOCK.identifier, serial_first=10**15 - 1, serial_last=SERIAL_LIMIT)
    action = replace(ACQUISITION, itmos=replace(BLOCK, identifier=identifier))
    sheet = written(replace(AEF, actions=lambda: (action,)))["Table 3 Actions"]
    assert (sheet["I9"].value, sheet["J9"].value) == (10**15 - 1, str(SERIAL_LIMIT))


def test_what_a_sheet_cannot_hold_is_refused_and_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    long = replace(AEF, entities=lambda: (replace(ENTITY, conditions="x" * 32_768),))
    file = io.BytesIO()
    with pytest.raises(ValueError, match="does not fit into a cell"):
        write_xlsx(long, file)
    assert file.getvalue() == b""
    monkeypatch.setattr(aef_xlsx, "LAST_ROW", 108)
    assert write_xlsx(replace(AEF, actions=lambda: many_actions(100)), io.BytesIO()) == 103
    with pytest.raises(ValueError, match="Write this report as CSV or JSON"):
        write_xlsx(replace(AEF, actions=lambda: many_actions(101)), io.BytesIO())


def test_the_summary_lists_all_79_fields() -> None:
    sheet = written(AEF)["Summary information"]
    names = {sheet.cell(row, 3).value for row in range(1, sheet.max_row + 1)}
    assert {field.technical_name for table in Table for field in FIELDS[table]} <= names


def test_the_index_leads_to_every_sheet() -> None:
    sheet = written(AEF)["Index"]
    targets = {cell.value: cell.hyperlink.location for (cell,) in sheet["B12:B17"]}
    assert targets == {name: f"'{name}'!A1" for name in SHEETS[1:]}


def test_memory_does_not_grow_with_the_report(tmp_path: Path) -> None:
    told: list[int] = []
    path = tmp_path / "large.xlsx"
    aef = replace(AEF, actions=lambda: many_actions(10_000))
    with path.open("wb") as file:
        tracemalloc.start()
        try:
            count = write_xlsx(aef, file, progress=told.append)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 10_003
    assert sum(told) == 10_003
    assert peak < 6_000_000
    assert zipfile.is_zipfile(path)
