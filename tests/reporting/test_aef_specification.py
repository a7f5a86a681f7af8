"""The specification is whole: every field has its kind, its list, its note."""

from __future__ import annotations

from article6.reporting.aef_fields import Table
from article6.reporting.aef_notes import NOTES
from article6.reporting.aef_specification import SPECIFICATION, Condition, Kind, Requiredness, positions

ALL = [each for table in Table for each in SPECIFICATION[table]]


def test_every_field_is_specified() -> None:
    assert len(ALL) == 79
    assert {each.requiredness for each in ALL} == set(Requiredness)
    assert {each.condition for each in ALL} == set(Condition)
    assert {each.kind for each in ALL} == set(Kind)


def test_choices_have_lists_and_only_they() -> None:
    for each in ALL:
        assert bool(each.values) == (each.kind in (Kind.CHOICE, Kind.CHOICES)), each.field.technical_name


def test_what_the_decision_says_is_required_of_nobody_else() -> None:
    for each in ALL:
        assert (each.requiredness is Requiredness.PLATFORM) == each.field.filled_by_carp
        assert (each.requiredness is Requiredness.MANDATORY) == each.field.required


def test_every_note_belongs_to_a_field() -> None:
    for table in Table:
        assert NOTES[table].keys() <= positions(table).keys()
    assert sum(bool(each.note) for each in ALL) > 60


def test_a_field_knows_where_it_comes_from() -> None:
    assert SPECIFICATION[Table.ACTIONS][15].source == "4/CMA.6 annex II, table 3, field 16"
