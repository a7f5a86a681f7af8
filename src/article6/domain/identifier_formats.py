"""How unit identifiers are written and read: one formatter per form, by name, and more can be registered.

itmo (the secretariat's): `CA0001-CHE01-GHA-1234-2023`
    cooperative approach, originating registry, first transferring Party, serial, vintage
cdm (Kyoto's): `IN-5-1234567-2-2-0-1234`
    host Party (alpha-2), unit type, serial, original and applicable period, LULUCF activity, project
a64er (ours, until the Supervisory Body's is public): `A64-GHA-1234-567-2023`
    host Party, activity, serial, vintage
mo (ours): `MO-GHA01-GHA-567-2023`
    originating registry, host Party, serial, vintage
credit (ours, of a crediting programme's registry): `CR-JCM-MNG-MN001-567-2023`
    originating registry, host Party, activity, serial, vintage

A block is written as the pair of its first and last identifier. Serials may carry thousands commas when read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from article6.domain.identifiers import UnitIdentifier
from article6.domain.parties import by_alpha2, party
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.units import UnitType

_T = TypeVar("_T")
_SERIAL: Final = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*"
_BARE = re.compile(_SERIAL)
_WITH_PARTY = re.compile(rf"([A-Za-z]{{2,3}})[\s-]+({_SERIAL})")
_UNIT_CODES: Mapping[str, UnitType] = MappingProxyType({"5": UnitType.CER, "6": UnitType.TCER, "7": UnitType.LCER})
_CODE_OF_UNIT = {unit_type: code for code, unit_type in _UNIT_CODES.items()}


class Formatter(Protocol):
    """One written form of an identifier."""

    @property
    def name(self) -> str:
        """The name it is registered under."""

    @property
    def example(self) -> str:
        """A well-formed identifier, shown when a text is refused."""

    @property
    def shape(self) -> re.Pattern[str]:
        """Matches exactly the texts of this form."""

    def write(self, identifier: UnitIdentifier, serial: int) -> str:
        """The text of one unit of the identifier.

        Raises:
            ValueError: a field that this form shows is missing.
        """

    def read(self, found: re.Match[str]) -> UnitIdentifier:
        """The identifier of one unit, from a match of `shape`.

        Raises:
            ValueError: a part has no meaning, for example an unknown Party.
        """


class _Itmo:
    name = "itmo"
    example = "CA0001-CHE01-GHA-1234-2023"
    shape = re.compile(rf"(CA[0-9]{{4}})-([A-Z]{{3}}[0-9]{{2}})-([A-Z]{{3}})-({_SERIAL})-([0-9]{{4}})")

    def write(self, identifier: UnitIdentifier, serial: int) -> str:
        approach = _needed(identifier.cooperative_approach, "cooperative approach")
        registry = _needed(identifier.registry, "originating registry")
        host = _needed(identifier.party, "first transferring Party")
        return f"{approach}-{registry}-{host}-{serial}-{_needed(identifier.vintage_year, 'vintage')}"

    def read(self, found: re.Match[str]) -> UnitIdentifier:
        approach, registry, host, serial, vintage = found.groups()
        return UnitIdentifier(
            unit_type=UnitType.ITMO,
            cooperative_approach=approach,
            registry=registry,
            party=host,
            serial_first=_number(serial),
            serial_last=_number(serial),
            vintage_year=int(vintage),
        )


class _Cdm:
    name = "cdm"
    example = "IN-5-1234567-2-2-0-1234"
    shape = re.compile(rf"([A-Z]{{2}})-([0-9])-({_SERIAL})-([1-9])-([1-9])-([0-7])-([0-9]{{1,7}})")

    def write(self, identifier: UnitIdentifier, serial: int) -> str:
        host = party(_needed(identifier.party, "host Party"))
        code = _CODE_OF_UNIT.get(_needed(identifier.unit_type, "unit type"))
        if host is None or code is None:
            raise ValueError("Only CER, tCER and lCER have an identifier of this form.")
        original = _needed(identifier.original_period, "original commitment period")
        applicable = _needed(identifier.applicable_period, "applicable commitment period")
        lulucf = identifier.lulucf or 0
        project = _needed(identifier.project, "project")
        return f"{host.alpha2}-{code}-{serial}-{original}-{applicable}-{lulucf}-{project}"

    def read(self, found: re.Match[str]) -> UnitIdentifier:
        host, code, serial, original, applicable, lulucf, project = found.groups()
        if code not in _UNIT_CODES:
            raise ValueError(f"Unit type {code}: a CDM serial has 5 (CER), 6 (tCER) or 7 (lCER).")
        return UnitIdentifier(
            unit_type=_UNIT_CODES[code],
            party=_party_code(host),
            serial_first=_number(serial),
            serial_last=_number(serial),
            original_period=int(original),
            applicable_period=int(applicable),
            lulucf=int(lulucf),
            project=project,
        )


class _A64er:
    name = "a64er"
    example = "A64-GHA-1234-567-2023"
    shape = re.compile(rf"A64-([A-Z]{{3}})-([A-Za-z0-9]{{1,40}})-({_SERIAL})-([0-9]{{4}})")

    def write(self, identifier: UnitIdentifier, serial: int) -> str:
        host, activity = _needed(identifier.party, "host Party"), _needed(identifier.project, "activity")
        return f"A64-{host}-{activity}-{serial}-{_needed(identifier.vintage_year, 'vintage')}"

    def read(self, found: re.Match[str]) -> UnitIdentifier:
        host, activity, serial, vintage = found.groups()
        return UnitIdentifier(
            unit_type=UnitType.A64ER,
            party=host,
            project=activity,
            serial_first=_number(serial),
            serial_last=_number(serial),
            vintage_year=int(vintage),
        )


class _MitigationOutcome:
    name = "mo"
    example = "MO-GHA01-GHA-567-2023"
    shape = re.compile(rf"MO-([A-Z0-9]{{2,8}})-([A-Z]{{3}})-({_SERIAL})-([0-9]{{4}})")

    def write(self, identifier: UnitIdentifier, serial: int) -> str:
        registry, host = (
            _needed(identifier.registry, "originating registry"),
            _needed(identifier.party, "host Party"),
        )
        return f"MO-{registry}-{host}-{serial}-{_needed(identifier.vintage_year, 'vintage')}"

    def read(self, found: re.Match[str]) -> UnitIdentifier:
        registry, host, serial, vintage = found.groups()
        return UnitIdentifier(
            unit_type=UnitType.MO,
            registry=registry,
            party=host,
            serial_first=_number(serial),
            serial_last=_number(serial),
            vintage_year=int(vintage),
        )


class _Credit:
    name = "credit"
    example = "CR-JCM-MNG-MN001-567-2023"
    shape = re.compile(rf"CR-([A-Z0-9]{{2,8}})-([A-Z]{{3}})-([A-Za-z0-9]{{1,40}})-({_SERIAL})-([0-9]{{4}})")

    def write(self, identifier: UnitIdentifier, serial: int) -> str:
        registry = _needed(identifier.registry, "originating registry")
        host, activity = _needed(identifier.party, "host Party"), _needed(identifier.project, "activity")
        return f"CR-{registry}-{host}-{activity}-{serial}-{_needed(identifier.vintage_year, 'vintage')}"

    def read(self, found: re.Match[str]) -> UnitIdentifier:
        registry, host, activity, serial, vintage = found.groups()
        return UnitIdentifier(
            unit_type=UnitType.CREDIT,
            registry=registry,
            party=host,
            project=activity,
            serial_first=_number(serial),
            serial_last=_number(serial),
            vintage_year=int(vintage),
        )


_FORMATTERS: dict[str, Formatter] = {
    each.name: each for each in (_Itmo(), _Cdm(), _A64er(), _MitigationOutcome(), _Credit())
}
_FORM_OF_UNIT: dict[UnitType, str] = {
    UnitType.ITMO: "itmo",
    UnitType.A64ER: "a64er",
    UnitType.MO: "mo",
    UnitType.CER: "cdm",
    UnitType.TCER: "cdm",
    UnitType.LCER: "cdm",
    UnitType.CREDIT: "credit",
}


def register(formatter: Formatter) -> None:
    """Add a form, or refuse a name that is taken: a form that once wrote identifiers is not replaced."""
    if formatter.name in _FORMATTERS:
        raise ValueError(f"The identifier form {formatter.name!r} exists already. Register yours under another name.")
    _FORMATTERS[formatter.name] = formatter


def formatter_names() -> tuple[str, ...]:
    """The names of all forms, in the order in which they were registered."""
    return tuple(_FORMATTERS)


def render_range(identifier: UnitIdentifier, form: str | None = None) -> tuple[str, str]:
    """The texts of the first and last unit: as received where they were received, else in this form.

    Args:
        form: name of a formatter; by default the one of the unit type.

    Raises:
        ValueError: the form is not known, or needs a field that the identifier has not.
    """
    first, last = identifier.original, identifier.original_last
    if first is not None and (last is not None or identifier.count == 1):
        return first, last if last is not None else first
    formatter = _formatter(identifier, form)
    return (
        first if first is not None else formatter.write(identifier, identifier.serial_first),
        last if last is not None else formatter.write(identifier, identifier.serial_last),
    )


def render(identifier: UnitIdentifier, form: str | None = None) -> str:
    """One text for people: the identifier of a unit, or `first to last` of a block.

    Raises:
        ValueError: as `render_range`.
    """
    first, last = render_range(identifier, form)
    return first if first == last else f"{first} to {last}"


def parse(text: str, form: str) -> UnitIdentifier:
    """Read the identifier of one unit; its text is kept and shown again exactly as given.

    Raises:
        ValueError: the text is not of this form; the sentence shows an example.
    """
    formatter = _named(form)
    found = formatter.shape.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not an identifier of the form {form!r}. Write it as in {formatter.example}.")
    return replace(formatter.read(found), original=text)


def parse_range(first: str, last: str, form: str) -> UnitIdentifier:
    """Read a block from the identifiers of its first and last unit.

    Raises:
        ValueError: one of them is malformed, they differ in more than the serial, or the first is above the
        last.
    """
    head, tail = parse(first, form), parse(last, form)
    if replace(tail, serial_first=head.serial_first, serial_last=head.serial_last) != head:
        raise ValueError(f"{first!r} and {last!r} differ in more than the serial. A block shares every other part.")
    return replace(head, serial_last=tail.serial_last, original_last=last)


def parse_any(text: str) -> UnitIdentifier:
    """Read whatever a person types to find a unit: an identifier of any form, a number, or a Party and a
    number.

    A number alone gives an identifier without a Party; the same number exists in the series of many Parties.

    Raises:
        ValueError: none of these; the sentence shows examples.
    """
    wanted = " ".join(text.split()).upper()
    if _BARE.fullmatch(wanted):
        return UnitIdentifier(serial_first=_number(wanted), serial_last=_number(wanted), original=text)
    if found := _WITH_PARTY.fullmatch(wanted):
        code, serial = found.groups()
        return UnitIdentifier(
            party=_party_code(code), serial_first=_number(serial), serial_last=_number(serial), original=text
        )
    for formatter in _FORMATTERS.values():
        for candidate in (text.strip(), wanted):
            if match := formatter.shape.fullmatch(candidate):
                return replace(formatter.read(match), original=text)
    examples = ", ".join(formatter.example for formatter in _FORMATTERS.values())
    raise ValueError(
        f"{text!r} is not a unit. Write a Party and a number, as in IN 183,993,600, or an identifier: {examples}."
    )


def _formatter(identifier: UnitIdentifier, form: str | None) -> Formatter:
    if form is not None:
        return _named(form)
    return _named(_FORM_OF_UNIT[_needed(identifier.unit_type, "unit type")])


def _named(form: str) -> Formatter:
    if form not in _FORMATTERS:
        raise ValueError(f"The identifier form {form!r} is not known. Choose one of: {', '.join(_FORMATTERS)}.")
    return _FORMATTERS[form]


def _needed(value: _T | None, what: str) -> _T:
    if value is None:
        raise ValueError(f"The identifier cannot be written: its {what} is not known.")
    return value


def _party_code(code: str) -> str:
    found = by_alpha2(code) if len(code) == 2 else party(code)
    if found is None:
        raise ValueError(f"Party {code!r} is not known. Give its two- or three-letter code, for example IN or IND.")
    return found.code


def _number(text: str) -> int:
    digits = text.replace(",", "")
    # Longer texts are no serial, and Python refuses to convert thousands of digits with a message of its own.
    if len(digits) > 19:
        raise ValueError(f"The serial {text[:25]}... is too large. Serials go up to {SERIAL_LIMIT}.")
    return int(digits)
