"""Dates as people and spreadsheets write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from article6.domain.refusals import N_
from article6.reporting.reading.grids import Value
from article6.reporting.reading.numbers import Unclear
from article6.reporting.said import Said

NO_DATE = N_("%(text)s is no date. Write dd/mm/yyyy, or yyyy-mm-ddThh:mm:ssZ for a moment.")
TWO_WAYS = N_("%(text)s may be %(one)s or %(other)s: other dates of the column have the month first. Write dd/mm/yyyy.")
MONTH_FIRST = N_("%(text)s was read with the month first, as %(value)s. Write dd/mm/yyyy.")
DAY_FIRST = N_("%(text)s was read with the day first, as %(value)s.")
DATE_CELL = N_("A date of the spreadsheet was read as %(value)s.")
DAY_NUMBER = N_("%(text)s was read as the spreadsheet's number of the day %(value)s. Format the cell as a date.")
NO_ZONE = N_("%(text)s names no time zone and was read as UTC.")
READ_AS = N_("%(text)s was read as %(value)s.")

_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_POINTED = re.compile(r"([0-9]{1,2})[.\-]\s?([0-9]{1,2})[.\-]\s?([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})")
_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[\s\-]+([A-Za-z]{3,9})\.?,?[\s\-]+([0-9]{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EPOCH = date(1899, 12, 30)
# 1 January 1990 to 31 December 2199: other numbers are something else.
_FIRST_NUMBER, _LAST_NUMBER = 32_874, 109_574


@dataclass(frozen=True, slots=True)
class Day:
    """A moment, or a day (its first moment); what is said of how it was read."""

    moment: datetime
    is_day: bool
    said: Said | None = None


def is_month_first(raw: Value) -> bool:
    """Whether a date can only have the month first, as 07/23/2025."""
    found = _SLASHED.fullmatch(raw.strip()) if isinstance(raw, str) else None
    return found is not None and int(found[2]) > 12 >= int(found[1]) > 0


def read(raw: Value, *, month_first: bool) -> Day:
    """The day or moment that a cell names.

    Raises:
        Unclear: it names none, or may name two.
    """
    if isinstance(raw, datetime):
        is_day = not (raw.hour or raw.minute or raw.second or raw.microsecond)
        moment = raw.replace(tzinfo=UTC)
        return Day(moment, is_day, Said(DATE_CELL, {"value": _shown(moment, is_day=is_day)}))
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return _number(raw)
    if not isinstance(raw, str):
        raise Unclear(NO_DATE, text=raw)
    found = _SLASHED.fullmatch(raw)
    if found is not None:
        return _slashed(raw, *(int(each) for each in found.groups()), month_first=month_first)
    if _ISO_DAY.fullmatch(raw):
        year, month, day = (int(each) for each in re.split("[-/]", raw))
        moment = _moment(raw, year, month, day)
        return Day(moment, True, Said(READ_AS, {"text": raw, "value": _shown(moment, is_day=True)}))
    if "T" in raw or ":" in raw:
        return _iso(raw)
    found = _POINTED.fullmatch(raw)
    if found is not None:
        moment = _moment(raw, int(found[3]), int(found[2]), int(found[1]))
    else:
        moment = _named(raw)
    return Day(moment, True, Said(DAY_FIRST, {"text": raw, "value": _shown(moment, is_day=True)}))


def _slashed(raw: str, first: int, second: int, year: int, *, month_first: bool) -> Day:
    if second > 12 >= first:
        moment = _moment(raw, year, first, second)
        return Day(moment, True, Said(MONTH_FIRST, {"text": raw, "value": f"{moment:%d/%m/%Y}"}))
    moment = _moment(raw, year, second, first)
    if month_first and first <= 12 and first != second:
        other = _moment(raw, year, first, second)
        raise Unclear(TWO_WAYS, text=raw, one=f"{moment.day} {moment:%B %Y}", other=f"{other.day} {other:%B %Y}")
    # The form that the annex prescribes; one digit for a day is the same form.
    return Day(moment, True)


def _iso(raw: str) -> Day:
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as error:
        raise Unclear(NO_DATE, text=_short(raw)) from error
    if moment.tzinfo is None:
        return Day(moment.replace(tzinfo=UTC), False, Said(NO_ZONE, {"text": raw}))
    try:
        return Day(moment.astimezone(UTC), False)
    except OverflowError as error:
        raise Unclear(NO_DATE, text=_short(raw)) from error


def _number(raw: int | Decimal) -> Day:
    if not _FIRST_NUMBER <= raw <= _LAST_NUMBER:
        raise Unclear(NO_DATE, text=_short(raw))
    start = datetime(_EPOCH.year, _EPOCH.month, _EPOCH.day, tzinfo=UTC)
    moment = start + timedelta(days=float(raw))
    is_day = raw == int(raw)
    return Day(moment, is_day, Said(DAY_NUMBER, {"text": raw, "value": _shown(moment, is_day=is_day)}))


def _named(raw: str) -> datetime:
    found = _NAMED.fullmatch(raw)
    month = found[2][:3].casefold() if found else ""
    if found is None or month not in _MONTHS:
        raise Unclear(NO_DATE, text=_short(raw))
    return _moment(raw, int(found[3]), _MONTHS.index(month) + 1, int(found[1]))


def _moment(raw: str, year: int, month: int, day: int) -> datetime:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError as error:
        raise Unclear(NO_DATE, text=_short(raw)) from error


def _shown(moment: datetime, *, is_day: bool) -> str:
    return f"{moment:%d/%m/%Y}" if is_day else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _short(raw: object) -> str:
    text = str(raw)
    return text if len(text) <= 40 else f"{text[:37]}..."
