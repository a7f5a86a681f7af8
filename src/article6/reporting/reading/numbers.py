"""Numbers as people type them: separators are understood and said, what could be two numbers is not guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from article6.domain.refusals import N_
from article6.reporting.reading.grids import Value
from article6.reporting.said import Said

_T = TypeVar("_T")

NO_NUMBER = N_("%(text)s is no number.")
NOT_WHOLE = N_("%(text)s is not whole. Write a whole number.")
TWO_WAYS = N_("%(text)s may be %(one)s or %(other)s. Write it without separators.")
NO_YEAR = N_("%(text)s is no year. Write four digits, as in 2025.")
READ_AS = N_("%(text)s was read as %(value)s.")

_MOST_DIGITS = 40
_DIGITS = re.compile(r"[+-]?[0-9]{1,40}")
_PLAIN = re.compile(r"[+-]?[0-9]{1,40}\.[0-9]{1,40}")
# Groups of three after a separator that is the same throughout; space, thin space, apostrophe, comma, point.
_GROUPED = re.compile(r"([+-]?[0-9]{1,3})([,.' \u00a0\u2009\u202f\u2019])[0-9]{3}(?:\2[0-9]{3})*")
_DECIMAL_GROUPED = re.compile(
    r"([+-]?[0-9]{1,3}(?:([,.' \u00a0\u2009\u202f\u2019])[0-9]{3})(?:\2[0-9]{3})*)([.,])([0-9]+)"
)


class Unclear(Exception):
    """A cell that is not understood; `said` tells why."""

    def __init__(self, sentence: str, /, **values: object) -> None:
        super().__init__(sentence)
        self.said = Said(sentence, values)


@dataclass(frozen=True, slots=True)
class Number(Generic[_T]):
    """A number, and what was understood although it is written in another way."""

    value: _T
    said: Said | None = None


def whole(raw: Value) -> Number[int]:
    """A whole number.

    Raises:
        Unclear: it is none, or may be two.
    """
    found = decimal(raw, point_groups=True)
    if found.value != found.value.to_integral_value():
        raise Unclear(NOT_WHOLE, text=_short(raw))
    value = int(found.value)
    if found.said is None and isinstance(raw, str) and not _DIGITS.fullmatch(raw):
        return Number(value, Said(READ_AS, {"text": _short(raw), "value": value}))
    return Number(value, found.said)


def year(raw: Value) -> Number[int]:
    """A calendar year.

    Raises:
        Unclear: it is none.
    """
    found = whole(raw)
    if not 1900 <= found.value <= 2199:
        raise Unclear(NO_YEAR, text=_short(raw))
    return found


def decimal(raw: Value, *, point_groups: bool = False) -> Number[Decimal]:
    """A number with or without decimals; `1.234` is a decimal number unless a whole one is wanted: then it is unclear.

    Raises:
        Unclear: it is none, or may be two.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise Unclear(NO_NUMBER, text=_short(raw))
    if isinstance(raw, int | Decimal):
        value = Decimal(raw)
        if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
            raise Unclear(NO_NUMBER, text=_short(value))
        return Number(value)
    if _DIGITS.fullmatch(raw):
        return Number(Decimal(raw))
    if found := _GROUPED.fullmatch(raw):
        return _grouped(raw, found[2], point_groups=point_groups)
    if _PLAIN.fullmatch(raw):
        return Number(Decimal(raw))
    if (found := _DECIMAL_GROUPED.fullmatch(raw)) and found[2] != found[3]:
        value = Decimal(found[1].replace(found[2], "") + "." + found[4])
        return Number(value, Said(READ_AS, {"text": raw, "value": value}))
    raise Unclear(NO_NUMBER, text=_short(raw))


def _grouped(raw: str, separator: str, *, point_groups: bool) -> Number[Decimal]:
    value = Decimal(raw.replace(separator, ""))
    if separator == "." and raw.count(".") == 1:
        if not point_groups:
            return Number(Decimal(raw))
        raise Unclear(TWO_WAYS, text=raw, one=value, other=Decimal(raw))
    return Number(value, Said(READ_AS, {"text": raw, "value": value}))


def _short(raw: object) -> str:
    text = str(raw)
    return text if len(text) <= 40 else f"{text[:37]}..."
