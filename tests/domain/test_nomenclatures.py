"""Lists of values: what a change adds, withdraws and cannot do; what a record of a day may have."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from article6.domain.nomenclatures import (
    PARIS_AGREEMENT,
    VALUE_LENGTH,
    Listed,
    Nomenclature,
    Value,
    diff,
    refusals,
    versions,
)
from article6.domain.refusals import Code

DAY = date(2026, 6, 1)
BEFORE = DAY - timedelta(days=1)


def nomenclature(*values: Value) -> Nomenclature:
    return Nomenclature("sectors", {each.value: each for each in values})


def after(old: Nomenclature, made: list[Value]) -> Nomenclature:
    return Nomenclature(old.name, {**old.values, **{each.value: each for each in made}})


OLD = nomenclature(Value("Energy"), Value("Waste", labels={"en": "Waste"}), Value("Coal", valid_until=BEFORE))


def codes(value: str, on: date, lists: Nomenclature = OLD) -> list[Code]:
    return [each.code for each in lists.refusals(value, on)]


def test_a_value_of_the_list_is_taken_and_any_other_is_refused() -> None:
    assert codes("Energy", DAY) == []
    assert codes("energy", DAY) == [Code.NOMENCLATURE_UNKNOWN_VALUE]
    assert codes("", DAY) == [Code.NOMENCLATURE_UNKNOWN_VALUE]


def test_a_withdrawn_value_is_refused_from_its_day_on_and_not_before() -> None:
    assert codes("Coal", BEFORE) == [Code.NOMENCLATURE_WITHDRAWN_VALUE]
    assert codes("Coal", BEFORE - timedelta(days=1)) == []


def test_a_value_to_come_is_unknown_until_its_day() -> None:
    lists = nomenclature(Value("Hydrogen", valid_from=DAY))
    assert codes("Hydrogen", BEFORE, lists) == [Code.NOMENCLATURE_UNKNOWN_VALUE]
    assert codes("Hydrogen", DAY, lists) == []


def test_the_refusal_names_what_took_its_place() -> None:
    [no] = nomenclature(Value("Coal", valid_until=DAY, replaced_by="Fossil")).refusals("Coal", DAY)
    assert "Fossil" in no.detail


def test_a_list_that_nobody_keeps_admits_every_value() -> None:
    assert refusals({}, [("colours", "blue")], DAY) == []


def test_the_difference_of_two_lists() -> None:
    change = diff(OLD, [Listed("Waste", {"en": "Waste", "fr": "Déchets"}), Listed("Hydrogen"), Listed("Coal")], DAY)
    assert (change.added, change.withdrawn, change.relabelled) == (("Hydrogen", "Coal"), ("Energy",), ("Waste",))
    assert change.impossible == ()
    assert diff(OLD, [Listed("Energy"), Listed("Waste")], DAY).is_empty


def test_what_cannot_be_taken_over_is_named() -> None:
    later = nomenclature(
        Value("Energy", valid_until=DAY + timedelta(days=9)), Value("New", valid_from=DAY + timedelta(9))
    )
    wrong = {
        "listed twice": (OLD, [Listed("a"), Listed("a")]),
        "empty": (OLD, [Listed(" ")]),
        "longer": (OLD, [Listed("x" * (VALUE_LENGTH + 1))]),
        "labels in de": (OLD, [Listed("a", {"de": "A"})]),
        "label is longer": (OLD, [Listed("a", {"en": "A" * (VALUE_LENGTH + 1)})]),
        "never listed": (OLD, [Listed("a", replaces="b")]),
        "is withdrawn from": (later, [Listed("Energy")]),
        "changed from": (later, []),
    }
    for words, (old, listed) in wrong.items():
        assert words in " ".join(diff(old, listed, DAY).impossible), words


def test_taking_over_leaves_what_was_recorded_and_numbers_on() -> None:
    made = versions(OLD, [Listed("Waste"), Listed("Power", replaces="Energy"), Listed("Coal")], DAY, "test")
    assert [(each.value, each.version, each.valid_from, each.valid_until, each.replaced_by) for each in made] == [
        ("Power", 1, DAY, None, ""),
        ("Coal", 2, DAY, None, ""),
        ("Energy", 2, PARIS_AGREEMENT, DAY, "Power"),
    ]


names = st.lists(st.sampled_from("abcdef"), unique=True)


@given(names, names, names)
def test_after_any_changes_a_list_holds_just_what_was_listed_last(
    first: list[str], second: list[str], third: list[str]
) -> None:
    known = nomenclature()
    for place, wanted in enumerate((first, second, third)):
        on = DAY + timedelta(days=place)
        listed = [Listed(each) for each in wanted]
        assert diff(known, listed, on).impossible == ()
        known = after(known, versions(known, listed, on, "test"))
        assert {each for each in "abcdef" if not known.refusals(each, on)} == set(wanted)
        assert diff(known, listed, on).is_empty
