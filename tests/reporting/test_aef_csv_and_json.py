"""The AEF as CSV and JSON: the same rows as the workbook, streamed, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from dataclasses import replace

import pytest
from reporting.aef_samples import AEF, BLOCK, HOLDING, REMARK, many_actions

from article6.domain.serials import SERIAL_LIMIT
from article6.reporting.aef_csv import csv_name, neutral, write_csv
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_json import write_json
from article6.reporting.aef_nomenclatures import Profile
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import Cell, rows


def as_csv(table: Table) -> list[list[str]]:
    file = io.StringIO(newline="")
    write_csv(AEF, table, file)
    return list(csv.reader(io.StringIO(file.getvalue(), newline="")))


@pytest.mark.parametrize("table", Table)
def test_each_table_is_its_labels_and_its_rows(table: Table) -> None:
    lines = as_csv(table)
    assert lines[0] == [field.label for field in FIELDS[table]]
    expected = [["" if cell is None else str(neutral(cell)) for cell in row] for row in rows(AEF, table)]
    assert lines[1:] == expected


def test_a_cell_that_would_run_as_a_formula_is_neutral() -> None:
    (entity,) = as_csv(Table.ENTITIES)[1:]
    assert (entity[1], entity[5]) == ("'=HYPERLINK(1) Foundation", "'-none")


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("+1", "'+1"),
        ("@a", "'@a"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("NA", "NA"),
        ("", ""),
        (" a=1", " a=1"),
        (None, None),
        (-1, -1),
    ],
)
def test_only_dangerous_texts_are_changed(cell: Cell, safe: Cell) -> None:
    assert neutral(cell) == safe


def test_files_are_named_after_the_sheets() -> None:
    assert csv_name(Table.ENTITIES) == "Table 5 Auth. entities.csv"


def as_json(aef: Aef, profile: Profile = Profile.CARP_2026_02) -> dict[str, object]:
    file = io.StringIO()
    write_json(aef, file, profile)
    document: dict[str, object] = json.loads(file.getvalue())
    return document


@pytest.mark.parametrize("profile", Profile)
def test_json_has_the_same_rows_under_technical_names(profile: Profile) -> None:
    document = as_json(AEF, profile)
    assert list(document)[:3] == ["format", "profile", "remark"]
    assert (document["profile"], document["remark"]) == (profile.value, REMARK)
    for table in list(Table)[1:]:
        by_cad_trust = profile is Profile.CAD_TRUST_V2
        names = [field.cad_trust_key if by_cad_trust else field.technical_name for field in FIELDS[table]]
        expected = [dict(zip(names, row, strict=True)) for row in rows(AEF, table, profile)]
        assert document[table.key] == expected
    submission = document["submission"]
    assert isinstance(submission, dict)
    party, review = (FIELDS[Table.SUBMISSION][place] for place in (0, 4))
    key = "cad_trust_key" if profile is Profile.CAD_TRUST_V2 else "technical_name"
    assert (submission[getattr(party, key)], submission[getattr(review, key)]) == ("CHE", None)


def test_json_of_an_empty_report_is_still_a_document() -> None:
    document = as_json(Aef(submission=AEF.submission))
    assert document["actions"] == document["holdings"] == []
    assert document["remark"] is None


def test_the_largest_serial_survives_json() -> None:
    identifier = replace(BLOCK.identifier, serial_last=SERIAL_LIMIT)
    document = as_json(replace(AEF, holdings=lambda: (replace(HOLDING, itmos=replace(BLOCK, identifier=identifier)),)))
    holdings = document["holdings"]
    assert isinstance(holdings, list)
    assert holdings[0]["LastID"] == 2**62


class _Nowhere(io.StringIO):
    def write(self, text: str) -> int:
        return len(text)


def test_memory_does_not_grow_with_the_report() -> None:
    aef = replace(AEF, actions=lambda: many_actions(20_000))
    tracemalloc.start()
    try:
        assert write_csv(aef, Table.ACTIONS, _Nowhere()) == 20_000
        assert write_json(aef, _Nowhere()) == 20_003
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
