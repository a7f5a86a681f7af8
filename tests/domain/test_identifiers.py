"""Unit identifiers: every form is read back as it was written, and a received text is never rewritten."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article6.domain import identifier_formats
from article6.domain.identifier_formats import (
    formatter_names,
    parse,
    parse_any,
    parse_range,
    register,
    render,
    render_range,
)
from article6.domain.identifiers import UnitIdentifier
from article6.domain.parties import PARTIES
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.units import UnitType

parties = st.sampled_from(sorted(PARTIES))
registries = parties.map(lambda code: f"{code}01")
years = st.integers(2013, 2100)
ranges = st.tuples(st.integers(1, SERIAL_LIMIT), st.integers(1, SERIAL_LIMIT)).map(sorted)


@st.composite
def identifiers(draw: st.DrawFn) -> UnitIdentifier:
    first, last = draw(ranges)
    unit_type = draw(st.sampled_from(UnitType))
    common = UnitIdentifier(serial_first=first, serial_last=last, unit_type=unit_type, party=draw(parties))
    if unit_type is UnitType.ITMO:
        approach = f"CA{draw(st.integers(0, 9999)):04d}"
        return replace(common, cooperative_approach=approach, registry=draw(registries), vintage_year=draw(years))
    if unit_type is UnitType.MO:
        return replace(common, registry=draw(registries), vintage_year=draw(years))
    if unit_type is UnitType.CREDIT:
        return replace(common, registry=draw(registries), project="MN001", vintage_year=draw(years))
    if unit_type is UnitType.A64ER:
        return replace(common, project=draw(st.from_regex(r"[A-Za-z0-9]{1,9}", fullmatch=True)), vintage_year=2024)
    return replace(
        common,
        original_period=draw(st.integers(1, 2)),
        applicable_period=draw(st.integers(1, 2)),
        lulucf=draw(st.integers(0, 7)),
        project=str(draw(st.integers(1, 99999))),
    )


FORM = {UnitType.ITMO: "itmo", UnitType.A64ER: "a64er", UnitType.MO: "mo", UnitType.CREDIT: "credit"}


@given(identifiers())
def test_a_block_is_read_back_from_its_two_texts(identifier: UnitIdentifier) -> None:
    assert identifier.unit_type is not None
    first, last = render_range(identifier)
    again = parse_range(first, last, FORM.get(identifier.unit_type, "cdm"))
    assert again == identifier
    assert render_range(again) == (first, last)


@given(identifiers())
def test_any_form_is_recognised_without_being_named(identifier: UnitIdentifier) -> None:
    one = replace(identifier, serial_last=identifier.serial_first)
    assert parse_any(f" {render(one)} ") == one


def test_the_forms_of_the_field() -> None:
    itmo = parse("CA0001-CHE01-GHA-1234-2023", "itmo")
    assert (itmo.cooperative_approach, itmo.registry, itmo.party) == ("CA0001", "CHE01", "GHA")
    assert (itmo.serial_first, itmo.vintage_year, itmo.count) == (1234, 2023, 1)
    cer = parse("IN-5-1234567-2-2-0-1234", "cdm")
    assert (cer.unit_type, cer.party, cer.serial_first, cer.project) == (UnitType.CER, "IND", 1234567, "1234")
    assert (cer.original_period, cer.applicable_period, cer.lulucf) == (2, 2, 0)
    assert parse("NA-6-1-1-1-1-7", "cdm").party == "NAM"


def test_a_received_text_is_shown_as_received() -> None:
    block = parse_range("CA0001-CHE01-GHA-1,234-2023", "CA0001-CHE01-GHA-12,345-2023", "itmo")
    assert (block.serial_first, block.serial_last) == (1234, 12345)
    assert render(block) == "CA0001-CHE01-GHA-1,234-2023 to CA0001-CHE01-GHA-12,345-2023"
    assert block == replace(block, original=None, original_last=None)
    assert render_range(replace(block, original=None, original_last=None))[0] == "CA0001-CHE01-GHA-1234-2023"


@pytest.mark.parametrize(
    ("text", "party", "serial"),
    [
        ("183993600", None, 183993600),
        ("183,993,600", None, 183993600),
        ("IN 183,993,600", "IND", 183993600),
        ("in  183993600", "IND", 183993600),
        ("IND-183993600", "IND", 183993600),
        ("NA 5", "NAM", 5),
        ("EU 5", "EUE", 5),
    ],
)
def test_people_may_type_a_number_or_a_party_and_a_number(text: str, party: str | None, serial: int) -> None:
    found = parse_any(text)
    assert (found.party, found.serial_first, found.serial_last) == (party, serial, serial)
    assert render(found) == text


@pytest.mark.parametrize(
    "text",
    ["", "0", "-5", "1.5", "18,39", "XX 5", "IN", "IN 0", "UK 5", "CA001-CHE01-GHA-1-2023", "٣", "9" * 5000],
)
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"as in|for example|too large"):
        parse_any(text)


def test_a_serial_above_the_largest_is_refused() -> None:
    assert parse_any(str(SERIAL_LIMIT)).serial_first == SERIAL_LIMIT
    with pytest.raises(ValueError, match="give whole numbers"):
        parse_any(str(SERIAL_LIMIT + 1))


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ("CA0001-CHE01-GHA-2-2023", "CA0001-CHE01-GHA-1-2023", "not above"),
        ("CA0001-CHE01-GHA-1-2023", "CA0002-CHE01-GHA-2-2023", "differ in more than the serial"),
        ("CA0001-CHE01-XXX-1-2023", "CA0001-CHE01-XXX-2-2023", "not known"),
        ("CA0001-CHE01-GHA-01-2023", "CA0001-CHE01-GHA-2-2023", "Write it as in"),
    ],
)
def test_a_broken_block_is_refused(first: str, last: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_range(first, last, "itmo")


def test_other_kyoto_units_are_not_cdm_units() -> None:
    with pytest.raises(ValueError, match="a CDM serial has 5"):
        parse("RO-3-1-1-1-0-5", "cdm")


def test_what_is_missing_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="unit type"):
        render_range(UnitIdentifier(serial_first=1, serial_last=2))
    with pytest.raises(ValueError, match="originating registry"):
        render_range(UnitIdentifier(serial_first=1, serial_last=2, unit_type=UnitType.MO, party="GHA"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"party": "GH"},
        {"cooperative_approach": "CA1"},
        {"registry": "che01"},
        {"project": "a b"},
        {"vintage_year": 1989},
        {"original_period": 0},
        {"lulucf": 8},
        {"serial_first": 3},
    ],
)
def test_a_malformed_field_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"[Gg]ive"):
        replace(UnitIdentifier(serial_first=1, serial_last=2), **wrong)


class _Bhutan:
    name = "bhutan"
    example = "BTN/5"
    shape = re.compile(r"BTN/([0-9]+)")

    def write(self, identifier: UnitIdentifier, serial: int) -> str:
        return f"BTN/{serial}"

    def read(self, found: re.Match[str]) -> UnitIdentifier:
        return UnitIdentifier(party="BTN", serial_first=int(found[1]), serial_last=int(found[1]))


def test_a_form_can_be_added_but_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifier_formats, "_FORMATTERS", dict(identifier_formats._FORMATTERS))
    register(_Bhutan())
    assert formatter_names() == ("itmo", "cdm", "a64er", "mo", "credit", "bhutan")
    assert parse_any("BTN/7").party == "BTN"
    with pytest.raises(ValueError, match="exists already"):
        register(_Bhutan())
