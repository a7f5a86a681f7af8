"""From a cell to a value: what is written in another way is understood and said, what is ambiguous is not guessed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from article6.domain import parties
from article6.domain.identifier_formats import parse
from article6.domain.identifiers import UnitIdentifier
from article6.domain.refusals import N_
from article6.domain.serials import SERIAL_LIMIT
from article6.reporting.aef_fields import CARP_FIELD, CARP_LINK
from article6.reporting.aef_nomenclatures import ADAPTATION_FUND, ALSO_SPELLED
from article6.reporting.aef_specification import Kind, Specification
from article6.reporting.reading import days, numbers
from article6.reporting.reading.grids import Fault, Formula, Inexact, Value
from article6.reporting.reading.numbers import Unclear
from article6.reporting.said import Said


class Absent(Enum):
    """Two ways to have no value: nothing is written, or that it does not apply."""

    EMPTY = "empty"
    NOT_APPLICABLE = "NA"


Read = str | int | Decimal | date | datetime | UnitIdentifier | tuple[str, ...] | tuple[int, int] | Absent


@dataclass(frozen=True, slots=True)
class Understood:
    """What a cell means. `value` is None where it was not understood; `said` tells why, or what was understood
    although it is written in another way than prescribed."""

    value: Read | None
    said: Said | None = None


EMPTY = Understood(Absent.EMPTY)
NOT_APPLICABLE = Understood(Absent.NOT_APPLICABLE)

FORMULA = N_("The cell holds a formula. Put its value there.")
FAULT = N_("The cell shows the fault %(text)s.")
TOO_LONG = N_("The text is longer than a cell can hold.")
NA_READ = N_("%(text)s was read as NA.")
DASH_READ = N_("A dash was read as an empty cell.")
READ_AS = N_("%(text)s was read as %(value)s.")
NO_PARTY = N_("%(text)s is no Party. Write the three-letter code, as in CHE.")
NO_COUNTRY = N_("%(text)s is no country code. Write three letters, as in CHE.")
NO_APPROACH = N_("%(text)s is no cooperative approach. Write CA and four digits, as in CA0001.")
NO_AUTHORIZATION = N_("%(text)s is no authorization ID. Use letters, digits, spaces and hyphens.")
NO_REGISTRY = N_("%(text)s is no registry ID. Write the Party's code and two digits, as in VUT01.")
NO_VERSION = N_("%(text)s is no version. Write two numbers, the first version being 1.0.")
VERSION_NUMBER = N_("%(text)s is a number in the file, in which 1.1 and 1.10 are the same. Format the cell as text.")
NO_ITMO = N_("%(text)s is no ITMO identifier. Write the serial number, or as in CA0001-CHE01-GHA-1234-2023.")
NOT_LISTED = N_("%(text)s is not in the list of values. Choose one of: %(values)s.")
DID_YOU_MEAN = N_("%(text)s is not in the list of values. Is %(value)s meant?")
NO_TIMEFRAME = N_("%(text)s is no timeframe. Write two years, as in 2021 - 2030.")
LOST_DIGITS = N_("The file keeps numbers with fifteen digits only; %(text)s may have been another. Format it as text.")

_NA = frozenset({"na", "n/a", "n.a.", "n.a", "n. a.", "notapplicable", "not applicable", "not applicable (na)"})
_DASHES = frozenset({"-", "–", "—", "--", "/"})
_ALPHA3 = re.compile(r"[A-Z]{3}")
_APPROACH = re.compile(r"CA[0-9]{4}")
_AUTHORIZATION = re.compile(r"[A-Za-z0-9 /.\-]+")
_REGISTRY = re.compile(r"[A-Z]{3}[0-9]{2}")
_VERSION = re.compile(r"[1-9][0-9]*\.[0-9]+")
_YEARS = re.compile(r"\D*\b([12][0-9]{3})\s*(?:-|–|—|to|until|/)\s*([12][0-9]{3})\b")
_FORMS = ("itmo", "mo", "a64er", "cdm")
_SPACES = re.compile(r"\s+")
_LONGEST = 32_767
_EUROPEAN_UNION = frozenset({"EU", "EUU", "EUR", "EUROPEAN UNION"})
_NAMES = {each.name.casefold(): each.code for each in parties.PARTIES.values()}


def understand(specification: Specification, raw: Value, *, month_first: bool = False) -> Understood:
    """What the cell of a field means.

    Args:
        month_first: another cell of the column can only have the month first, so that a date which could be read both
            ways is not understood.
    """
    if isinstance(raw, Formula):
        return Understood(None, Said(FORMULA))
    if isinstance(raw, Fault):
        return Understood(None, Said(FAULT, {"text": raw.text[:20]}))
    if isinstance(raw, Inexact):
        return Understood(None, Said(LOST_DIGITS, {"text": raw.text[:40]}))
    if isinstance(raw, str):
        text = _SPACES.sub(" ", raw).strip() if specification.kind is not Kind.TEXT else raw.strip()
        if not text:
            return EMPTY
        if len(text) > _LONGEST:
            return Understood(None, Said(TOO_LONG))
        absent = _absent(text)
        if absent is not None:
            return absent
        raw = text
    try:
        if specification.kind in (Kind.DATE, Kind.MOMENT):
            return _day(specification.kind, raw, month_first=month_first)
        return _READERS[specification.kind](specification, raw)
    except Unclear as unclear:
        return Understood(None, unclear.said)


def _absent(text: str) -> Understood | None:
    if text == "NA":
        return NOT_APPLICABLE
    if text.casefold() in _NA:
        return Understood(Absent.NOT_APPLICABLE, Said(NA_READ, {"text": text}))
    if text in _DASHES:
        return Understood(Absent.EMPTY, Said(DASH_READ))
    if text in (CARP_FIELD, CARP_LINK):  # the placeholders of the official template
        return EMPTY
    return None


def _read_as(text: object, value: Read, shown: object = None) -> Understood:
    return Understood(value, Said(READ_AS, {"text": _short(text), "value": value if shown is None else shown}))


def _short(text: object) -> str:
    whole = str(text)
    return whole if len(whole) <= 60 else f"{whole[:57]}..."


def _day(kind: Kind, raw: Value, *, month_first: bool) -> Understood:
    found = days.read(raw, month_first=month_first)
    value: Read = found.moment
    if kind is Kind.DATE or found.is_day:
        value = found.moment.date()
    if found.said is not None or not isinstance(raw, str):
        return Understood(value, found.said)
    return Understood(value)


def _text(_specification: Specification, raw: Value) -> Understood:
    if isinstance(raw, datetime):
        return Understood(f"{raw:%d/%m/%Y}")
    return Understood(raw if isinstance(raw, str) else str(raw))


def _party(specification: Specification, raw: Value) -> Understood:
    text = str(raw)
    if parties.party(text) is not None:
        return Understood(text)
    if specification.kind is Kind.PARTY_OR_FUND and (code := _fund(text)) is not None:
        return Understood(code) if code == text else _read_as(text, code)
    wanted = text.upper()
    by_two = parties.by_alpha2(wanted)
    code = wanted if parties.party(wanted) else by_two.code if by_two else _NAMES.get(text.casefold())
    if wanted in _EUROPEAN_UNION:
        code = "EUE"
    if code is not None:
        return _read_as(text, code)
    if specification.kind is Kind.COUNTRY:
        if _ALPHA3.fullmatch(text):
            return Understood(text)
        return Understood(None, Said(NO_COUNTRY, {"text": _short(text)}))
    return Understood(None, Said(NO_PARTY, {"text": _short(text)}))


def _fund(text: str) -> str | None:
    wanted = re.sub(r"[^a-z]", "", text.casefold())
    return ADAPTATION_FUND if wanted in ("af", "adaptationfund", "theadaptationfund") else None


def _parties(specification: Specification, raw: Value) -> Understood:
    found = [_party(specification, part.strip()) for part in re.split(r"[;,\n/]", str(raw)) if part.strip()]
    unread = next((each for each in found if each.value is None), None)
    if unread is not None:
        return unread
    value = tuple(str(each.value) for each in found)
    said = next((each.said for each in found if each.said is not None), None)
    if said is None and len(value) > 1 and "; ".join(value) != str(raw):
        return _read_as(raw, value, "; ".join(value))
    return Understood(value, said)


def _version(_specification: Specification, raw: Value) -> Understood:
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        text = f"{raw}.0" if isinstance(raw, int) else str(raw.normalize())
        if _VERSION.fullmatch(text):
            return Understood(text, Said(VERSION_NUMBER, {"text": text}))
        return Understood(None, Said(NO_VERSION, {"text": _short(raw)}))
    text = str(raw).strip()
    stripped = text.lower().removeprefix("version").removeprefix("v").strip(" .")
    for each in (text, stripped, f"{stripped}.0"):
        if _VERSION.fullmatch(each):
            return Understood(text) if each == text else _read_as(text, each)
    return Understood(None, Said(NO_VERSION, {"text": _short(text)}))


def _shaped(shape: re.Pattern[str], wrong: str, tidied: Callable[[str], str]) -> Callable[..., Understood]:
    def read(_specification: Specification, raw: Value) -> Understood:
        text = str(raw)
        if shape.fullmatch(text):
            return Understood(text)
        better = tidied(text)
        if shape.fullmatch(better):
            return _read_as(text, better)
        return Understood(None, Said(wrong, {"text": _short(text)}))

    return read


def _compact(text: str) -> str:
    return re.sub(r"[\s\-_]", "", text).upper()


def _whole(_specification: Specification, raw: Value) -> Understood:
    found = numbers.whole(raw)
    return Understood(found.value, found.said)


def _year(_specification: Specification, raw: Value) -> Understood:
    found = numbers.year(raw)
    return Understood(found.value, found.said)


def _quantity(_specification: Specification, raw: Value) -> Understood:
    found = numbers.decimal(raw, point_groups=True)
    value = found.value
    return Understood(int(value) if value == value.to_integral_value() else value, found.said)


def _decimal(_specification: Specification, raw: Value) -> Understood:
    found = numbers.decimal(raw)
    return Understood(found.value, found.said)


def _years(_specification: Specification, raw: Value) -> Understood:
    text = str(raw)
    found = _YEARS.search(text)
    if found is None or found[1] > found[2]:
        return Understood(None, Said(NO_TIMEFRAME, {"text": _short(text)}))
    value = (int(found[1]), int(found[2]))
    shown = f"{value[0]} - {value[1]}"
    return Understood(value) if text == shown else _read_as(text, value, shown)


def _itmo(_specification: Specification, raw: Value) -> Understood:
    if isinstance(raw, str) and "-" in raw:
        for form in _FORMS:
            try:
                return Understood(parse(raw, form))
            except ValueError:
                continue
        return Understood(None, Said(NO_ITMO, {"text": _short(raw)}))
    found = numbers.whole(raw)
    if not 1 <= found.value <= SERIAL_LIMIT:
        return Understood(None, Said(NO_ITMO, {"text": _short(raw)}))
    return Understood(found.value, found.said)


def _unit(_specification: Specification, raw: Value) -> Understood:
    try:
        found = numbers.whole(raw)
    except Unclear:
        if isinstance(raw, str):  # another registry's own identifier
            return Understood(raw)
        raise
    return Understood(found.value, found.said)


def _choice(specification: Specification, raw: Value) -> Understood:
    text = str(raw)
    values = specification.values
    if text in values:
        return Understood(text)
    spellings = _spellings(specification)
    wanted = _folded(text)
    if wanted in spellings:
        value = spellings[wanted]
        # The annex's own spelling is no fault.
        return Understood(value) if text in ALSO_SPELLED else _read_as(text, value)
    close = difflib.get_close_matches(wanted, spellings, n=1, cutoff=0.8)
    if close:
        return Understood(None, Said(DID_YOU_MEAN, {"text": _short(text), "value": spellings[close[0]]}))
    return Understood(None, Said(NOT_LISTED, {"text": _short(text), "values": _short("; ".join(values))}))


def _choices(specification: Specification, raw: Value) -> Understood:
    found = [_choice(specification, part.strip()) for part in re.split(r"[;,\n]", str(raw)) if part.strip()]
    unread = next((each for each in found if each.value is None), None)
    if unread is not None:
        return unread
    said = next((each.said for each in found if each.said is not None), None)
    return Understood(tuple(str(each.value) for each in found), said)


def _registry_of_units(specification: Specification, raw: Value) -> Understood:
    """The list is of February 2026 and grows: another registry's code is taken as it is, and said."""
    found = _choice(specification, raw)
    if found.value is None and isinstance(raw, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 .\-]{1,30}", raw):
        return Understood(raw, found.said)
    return found


_SPELLINGS: dict[str, dict[str, str]] = {}


def _spellings(specification: Specification) -> Mapping[str, str]:
    name = specification.field.nomenclature
    if name not in _SPELLINGS:
        known = {_folded(value): value for value in specification.values}
        known |= {_folded(other): value for other, value in ALSO_SPELLED.items() if value in specification.values}
        _SPELLINGS[name] = known
    return _SPELLINGS[name]


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold()).replace("authoris", "authoriz")


def _choice_or_registry(specification: Specification, raw: Value) -> Understood:
    if specification.field.nomenclature == "underlyingUnitRegistryId":
        return _registry_of_units(specification, raw)
    return _choice(specification, raw)


_READERS: Mapping[Kind, Callable[[Specification, Value], Understood]] = MappingProxyType(
    {
        Kind.TEXT: _text,
        Kind.PLATFORM: _text,
        Kind.PARTY: _party,
        Kind.COUNTRY: _party,
        Kind.PARTY_OR_FUND: _party,
        Kind.PARTIES: _parties,
        Kind.VERSION: _version,
        Kind.YEAR: _year,
        Kind.YEARS: _years,
        Kind.WHOLE: _whole,
        Kind.QUANTITY: _quantity,
        Kind.DECIMAL: _decimal,
        Kind.APPROACH: _shaped(_APPROACH, NO_APPROACH, _compact),
        Kind.AUTHORIZATION: _shaped(_AUTHORIZATION, NO_AUTHORIZATION, str.strip),
        Kind.REGISTRY: _shaped(_REGISTRY, NO_REGISTRY, _compact),
        Kind.ITMO: _itmo,
        Kind.UNIT: _unit,
        Kind.CHOICE: _choice_or_registry,
        Kind.CHOICES: _choices,
    }
)
