"""Canonical JSON: one text for one value, so that what was signed or hashed in one program is found in another.

RFC 8785 over a part of JSON: objects, arrays, strings, booleans, null and integers within 2^53 - 1 either way, which
every language reads exactly. There are no floating-point numbers, and no U+0000 in strings. Larger integers, as serials
and quantities up to 2^62 may be, travel as strings of decimal digits. Object members stand in the order of their names'
UTF-16 code units.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

INTEGER_LIMIT = 2**53 - 1
"""Largest integer either way that every JSON program reads exactly (RFC 7493 section 2.2)."""

DEPTH_LIMIT = 32
"""Objects and arrays within each other."""


class NotCanonical(ValueError):
    """A value or a text that is outside the part of JSON named here; the message says where it fails."""


def canonical(value: object) -> bytes:
    """The canonical JSON of a value, in UTF-8. Tuples are arrays.

    Raises:
        NotCanonical: a float, an integer past the limit, a name that is no string, half a surrogate pair, U+0000, too
            deep.
    """
    return _text(_ordered(value, DEPTH_LIMIT))


def _text(ordered: object) -> bytes:
    text = _WRITER.encode(ordered)
    # Looked for in the whole: a thousand blocks have tens of thousands of strings.
    if "\\u0000" in text and _NUL.search(text):
        raise NotCanonical("the character U+0000")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("half of a surrogate pair") from error


def with_fractions(value: object) -> str:
    """The canonical JSON of a value that may hold fractions, by RFC 8785 in full: for the open sets of attributes that
    Parties declare, which travel as text.

    Raises:
        NotCanonical: as `canonical`, but for fractions; one that is not finite.
    """
    if isinstance(value, float):
        return _fraction(value)
    if isinstance(value, Mapping):
        members = (f"{canonical(name).decode()}:{with_fractions(value[name])}" for name in _names(value))
        return f"{{{','.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(with_fractions, value))}]"
    return canonical(value).decode()


def parse(text: bytes) -> Any:
    """The value of a JSON text, which need not be canonical, but has to lie within this part of JSON.

    Raises:
        NotCanonical: not UTF-8, not JSON, a name twice in one object, or anything that `canonical` refuses.
    """
    value = _loaded(text, _READER)
    canonical(value)
    return value


def parse_canonical(text: bytes) -> Any:
    """The value of a text that has to be canonical, byte for byte.

    Raises:
        NotCanonical: it is not, or `parse` refuses it.
    """
    value = _loaded(text, _ORDERED_READER)
    # Its names were in order, so that it need not be put in order to be written again.
    if _text(value) != text:
        raise NotCanonical(_NOT_CANONICAL)
    _require_shallow(value, DEPTH_LIMIT)
    return value


def _loaded(text: bytes, reader: json.JSONDecoder) -> Any:
    try:
        return reader.decode(text.decode())
    except UnicodeDecodeError as error:
        raise NotCanonical("not UTF-8") from error
    except json.JSONDecodeError as error:
        raise NotCanonical(f"not JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise NotCanonical(f"nests deeper than {DEPTH_LIMIT}") from error


def _ordered(value: object, depth: int) -> object:
    """The value with the members of every object in order, everything but the characters of strings looked at."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if isinstance(value, (dict, list, tuple, Mapping)) and depth == 0:
        raise NotCanonical(f"nests deeper than {DEPTH_LIMIT}")
    if isinstance(value, (dict, Mapping)):
        return _members(value, depth)
    if isinstance(value, (list, tuple)):
        return [each if type(each) is str else _ordered(each, depth - 1) for each in value]
    if isinstance(value, int):
        if not -INTEGER_LIMIT <= value <= INTEGER_LIMIT:
            raise NotCanonical(f"{value}: integers past 2^53 - 1 travel as strings")
        return value
    if isinstance(value, str):
        return value
    raise NotCanonical(f"{kind.__name__} has no place in canonical JSON")


def _require_shallow(value: object, depth: int) -> None:
    """Refuse what nests too deep, in a value that was read from JSON."""
    if isinstance(value, (dict, list)):
        if depth == 0:
            raise NotCanonical(f"nests deeper than {DEPTH_LIMIT}")
        for each in value.values() if isinstance(value, dict) else value:
            if type(each) is not str:
                _require_shallow(each, depth - 1)


def _members(value: Mapping[str, object], depth: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in _names(value):
        member = value[name]
        found[name] = member if type(member) is str else _ordered(member, depth - 1)
    return found


def _names(value: Mapping[str, object]) -> list[str]:
    """The names of an object's members in order; among ASCII names, which is nearly always, that of the alphabet."""
    try:
        is_ascii = "".join(value).isascii()
    except TypeError as error:
        raise NotCanonical("the name of a member is no string") from error
    return sorted(value, key=None if is_ascii else _code_units)


def _code_units(name: str) -> bytes:
    try:
        return name.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise NotCanonical("half of a surrogate pair") from error


def _fraction(value: float) -> str:
    """A double as ECMAScript writes it: the fewest digits that are read as the same (RFC 8785 section 3.2.2.3)."""
    if not math.isfinite(value):
        raise NotCanonical(f"{value} is no number")
    if value == 0:
        return "0"
    sign, places, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, places))
    point = len(digits) + int(exponent)
    minus = "-" * sign
    if len(digits) <= point <= 21:
        return minus + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{minus}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if digits[1:] else ""
    return f"{minus}{digits[0]}{rest}e{point - 1:+d}"


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise NotCanonical("a name stands twice in one object")
    return found


def _ordered_object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _object(members)
    names = list(found)
    if names != _names(found):
        raise NotCanonical(_NOT_CANONICAL)
    return found


def _integer(text: str) -> int:
    found = int(text) if len(text) <= 17 else INTEGER_LIMIT + 1
    if not -INTEGER_LIMIT <= found <= INTEGER_LIMIT:
        raise NotCanonical(f"{text[:20]}: integers past 2^53 - 1 travel as strings")
    return found


def _no_float(text: str) -> Any:
    raise NotCanonical(f"{text[:20]}: numbers are integers")


_NOT_CANONICAL = "valid JSON, but not its canonical form"
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_READER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_no_float, parse_int=_integer, parse_constant=_no_float
)
_ORDERED_READER = json.JSONDecoder(
    object_pairs_hook=_ordered_object, parse_float=_no_float, parse_int=_integer, parse_constant=_no_float
)
