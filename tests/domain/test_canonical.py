"""Canonical JSON: one text for one value, however it was put together, and nothing that others read otherwise."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article6.domain.canonical import (
    DEPTH_LIMIT,
    INTEGER_LIMIT,
    NotCanonical,
    canonical,
    parse,
    parse_canonical,
    with_fractions,
)

STRINGS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_LIMIT, INTEGER_LIMIT) | STRINGS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(STRINGS, inner, max_size=5),
    max_leaves=25,
)


@given(VALUES)
def test_what_is_written_is_read_back_and_written_the_same(value: object) -> None:
    text = canonical(value)
    assert parse_canonical(text) == value
    assert canonical(parse(text)) == text


@given(st.dictionaries(STRINGS, st.integers(0, 9) | STRINGS, max_size=8), st.data())
def test_the_order_in_which_members_were_put_in_makes_no_difference(
    value: dict[str, object], data: st.DataObject
) -> None:
    members = data.draw(st.permutations(list(value.items())))
    assert canonical(dict(members)) == canonical(value)


@given(VALUES)
def test_any_json_writer_may_have_written_it(value: object) -> None:
    assert canonical(parse(json.dumps(value, indent=2).encode())) == canonical(value)


def test_members_stand_in_the_order_of_utf_16() -> None:
    # RFC 8785 section 3.2.3: its own example.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = json.loads(canonical(dict.fromkeys(names, 0)))
    assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_are_escaped_as_little_as_may_be() -> None:
    # RFC 8785 section 3.2.2.2.
    assert canonical('\u20ac$\u000f\nA\'B"\\\\"/\x7f') == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'.encode()


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        INTEGER_LIMIT + 1,
        -INTEGER_LIMIT - 1,
        {1: 2},
        {"a": {2}},
        b"bytes",
        "\ud800",
        {"\udfff": 1},
        "\0",
    ],
    ids=repr,
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[1.0]",
        b"[1e3]",
        b"[NaN]",
        b"[-Infinity]",
        b"[9007199254740992]",
        b"[" + b"9" * 5_000 + b"]",
        b'{"a":1,"a":1}',
        b'{"b":{"a":1,"\\u0061":2}}',
        b'"\\ud800"',
        b'"\xff"',
        b'{"a\\u0000":1}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
        b"{} {}",
    ],
    ids=lambda text: repr(text[:30]),
)
def test_a_text_that_is_outside_is_refused(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse(text)


@pytest.mark.parametrize("text", [b'{"b":1,"a":2}', b"[1, 2]", b"[-0]", b'"\\u0061"', b"[] ", b'"\\/"'], ids=repr)
def test_a_text_that_is_json_and_not_canonical_is_told_apart(text: bytes) -> None:
    parse(text)
    with pytest.raises(NotCanonical):
        parse_canonical(text)


def test_nesting_has_an_end_and_up_to_it_all_is_well() -> None:
    assert parse_canonical(b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT)
    with pytest.raises(NotCanonical):
        parse(b"[" * (DEPTH_LIMIT + 1) + b"]" * (DEPTH_LIMIT + 1))
    assert canonical([INTEGER_LIMIT, -INTEGER_LIMIT]) == b"[9007199254740991,-9007199254740991]"


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        # RFC 8785 appendix B: what ECMAScript writes for these doubles.
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_fractions_are_written_as_in_ecmascript(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert with_fractions(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_fraction_is_read_back_as_it_was(value: float) -> None:
    assert float(with_fractions({"a": [value]})[6:-2]) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": -float("inf")}, ["\0"], {1: 1.5}], ids=str)
def test_what_is_no_fraction_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        with_fractions(value)


@given(VALUES)
def test_without_fractions_both_write_the_same(value: object) -> None:
    assert with_fractions(value).encode() == canonical(value)
