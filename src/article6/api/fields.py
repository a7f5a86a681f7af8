"""Kinds of values in requests that several resources share, beside those of `inputs`: days, moments, shares, codes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Annotated, Any

from ninja import Path, Query
from pydantic import BeforeValidator, Field, PlainValidator, StringConstraints, WithJsonSchema

from article6.api.inputs import PRINTABLE, digits

DEPTH_AT_MOST = 30
"""How deep an object of free form may nest."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RATIO = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,12})|/([0-9]{1,12}))?")


def _day(given: Any) -> date:
    if isinstance(given, str) and _DAY.fullmatch(given):
        return date.fromisoformat(given)
    raise ValueError("give a day as in 2026-03-31")


def _moment(given: Any) -> datetime:
    if isinstance(given, str):
        moment = datetime.fromisoformat(given)
        if moment.utcoffset() is not None:
            try:
                return moment.astimezone(UTC)
            except OverflowError as error:
                raise ValueError("no moment that can be told in UTC") from error
    raise ValueError("give a moment with its offset, as in 2026-03-31T12:00:00Z")


def _ratio(given: Any) -> Fraction:
    if isinstance(given, str) and _RATIO.fullmatch(given):
        try:
            return Fraction(given)
        except ZeroDivisionError as error:
            raise ValueError("nothing is divided by zero") from error
    raise ValueError("give a text, as in 2.5 or 5/2")


def _free(given: Any, depth: int = 0) -> Any:
    """JSON that PostgreSQL can keep: bounded depth, no NUL, no half surrogate pair, no infinite number."""
    if depth > DEPTH_AT_MOST:
        raise ValueError(f"nests deeper than {DEPTH_AT_MOST}")
    if isinstance(given, str) and ("\0" in given or _is_torn(given)):
        raise ValueError("has characters that cannot be kept")
    if isinstance(given, float) and not math.isfinite(given):
        raise ValueError("a number out of range")
    if isinstance(given, Mapping):
        for name, value in given.items():
            _free(name, depth)
            _free(value, depth + 1)
    elif isinstance(given, list):
        for value in given:
            _free(value, depth + 1)
    return given


def _is_torn(text: str) -> bool:
    return any("\ud800" <= each <= "\udfff" for each in text)


def _object(given: Any) -> Any:
    if not isinstance(given, dict):
        raise ValueError("give an object")
    return _free(given)


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Ratio = Annotated[
    Fraction,
    PlainValidator(_ratio),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,12}|/[0-9]{1,12})?$"}),
]
FreeObject = Annotated[dict[str, Any], BeforeValidator(_object)]
Text = Annotated[
    str, StringConstraints(strict=True, max_length=10_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
]  # fmt: skip
ActivityCode = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f/]+$")
]  # fmt: skip

ApproachInPath = Annotated[str, Path(max_length=20, pattern=r"^[A-Z0-9]+$")]
CodeInPath = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9 -]+$")]
ActivityInPath = Annotated[str, Path(max_length=100, pattern=PRINTABLE)]
ListInPath = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9_]+$")]
RuleInPath = Annotated[str, Path(max_length=60, pattern=r"^[a-z0-9_-]+$")]
VersionInPath = Annotated[int, BeforeValidator(digits), Path(ge=1, le=2**31 - 1)]
OnDay = Annotated[
    date | None, Query(description="As of this day."), BeforeValidator(lambda given: given and _day(given))
]  # fmt: skip
DayAsked = Annotated[date, Query(), BeforeValidator(_day)]
Version = Annotated[int | None, Field(strict=True, ge=1, le=2**31 - 1)]
Cents = Annotated[int, Field(strict=True, ge=1, le=10**15)]


def plain_bytes(given: Mapping[str, Any]) -> bytes:
    """An object as the bytes of a file: the same for the same object, whenever it is sent."""
    return json.dumps(given, ensure_ascii=True, sort_keys=False, separators=(",", ":")).encode()
