"""The field table, against the decision's counts and the transcribed list where it is at hand."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_nomenclatures import SUBTYPES, VALUE_LISTS

DATA = Path(os.environ.get("ARTICLE6_DATA", Path(__file__).parents[2].parent / "shared" / "data")) / "aef"


def source(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not at {DATA}; set ARTICLE6_DATA to the folder that has aef/{name}")
    return path


def test_the_five_tables_have_79_fields() -> None:
    assert [len(FIELDS[table]) for table in Table] == [9, 19, 27, 16, 8]
    for table in Table:
        assert [field.position for field in FIELDS[table]] == list(range(1, len(FIELDS[table]) + 1))
        assert len({field.technical_name for field in FIELDS[table]}) == len(FIELDS[table])
        assert all(field.table is table for field in FIELDS[table])


def test_every_field_has_the_key_of_cad_trust() -> None:
    keys = [field.cad_trust_key for table in Table for field in FIELDS[table]]
    assert len(set(keys)) == 79
    assert FIELDS[Table.AUTHORIZATIONS][12].cad_trust_key == "aefT2AuthorizationsAuthoziedEntityId"
    assert FIELDS[Table.ACTIONS][15].cad_trust_key == "aefT3ActionsQuantityTCo2"
    assert FIELDS[Table.ENTITIES][3].cad_trust_key == "aefT5AuthorizedEntitiesId"


def test_every_list_that_a_field_names_exists() -> None:
    named = {field.nomenclature for table in Table for field in FIELDS[table]} - {"", "cooperativeApproachId"}
    assert named <= VALUE_LISTS.keys()


def test_the_fields_are_those_of_the_transcription() -> None:
    with source("aef_cma6_fields.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    ours = [field for table in Table for field in FIELDS[table]]
    assert len(listed) == len(ours)
    for row, field in zip(listed, ours, strict=True):
        assert row["table"][0] == str(field.table.number)
        assert int(row["position"]) == field.position
        assert row["technical_name"] == field.technical_name
        assert row["label"] == field.label
        assert row["type"] == field.type
        assert row["required"] == ("yes" if field.required else "no")
        assert row["controlled_list"] == field.nomenclature
        assert row["filled_by_carp"] == ("yes" if field.filled_by_carp else "no")


def test_the_value_lists_are_those_of_february_2026() -> None:
    listed = json.loads(source("common_nomenclatures_2026-02-17.json").read_text(encoding="utf-8"))
    for name, values in VALUE_LISTS.items():
        assert list(values) == listed[name], name
    subtypes = {kind.value: [each.value for each in kinds] for kind, kinds in SUBTYPES.items()}
    assert subtypes == listed["actionSubtypeByType"]
