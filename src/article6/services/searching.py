"""The search box: whatever somebody types, and what it names. What names one thing and nothing else leads to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from article6.domain.identifier_formats import parse_any
from article6.domain.identifiers import UnitIdentifier
from article6.domain.refusals import Code, Refused
from article6.domain.serials import SERIAL_LIMIT
from article6.services import certificates, lookup, sight
from article6.store.queries import explorer as queries
from article6.store.queries import lookup as lookup_queries
from article6.store.queries.lookup import Series

LIMIT = 20

KINDS = (
    "ranges", "units", "projects", "parties", "accounts", "transactions", "authorizations", "approaches", "entities",
    "certificates",
)  # fmt: skip
"""What can be found, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Range:
    """Serials of a series, both ends included."""

    registry: str
    party: str
    first: int
    last: int

    @property
    def quantity(self) -> int:
        return self.last - self.first + 1


_THIN = "\u2009\u202f\u00a0"
_NUMBER = rf"\d[\d,.'’ {_THIN}]*"
_SHORT = re.compile(rf"(?P<party>[A-Za-z]{{2,3}})\s+(?P<first>{_NUMBER})\s*(?:-|–|—|\.\.|\bto\b)\s*(?P<last>{_NUMBER})")
_BETWEEN = re.compile(r"\s+(?:-|to)\s+|\s*(?:–|—|\.\.)\s*")
_SEPARATED = re.compile(rf"(?<=\d)[,'’ {_THIN}](?=\d)")


def search(text: str) -> dict[str, Any]:
    """All that a text names, by each of KINDS a list; and is_near, where an identifier finds only its number.

    `ranges` are `Range`; units as in `lookup.search`; authorizations party, code, approach, authorized_on, is_revoked;
    approaches code, title, parties; entities name, country, and authorizations (party, code); certificates code and
    issued_at.
    """
    wanted = " ".join(text.split())
    if not wanted:
        return {"is_near": False, **{kind: [] for kind in KINDS}}
    found = lookup.search(wanted, LIMIT)
    return {
        **found,
        "ranges": ranges(wanted),
        "authorizations": queries.authorizations_like(wanted, LIMIT),
        "approaches": queries.approaches_like(wanted, LIMIT) if len(wanted) > 1 else [],
        "entities": entities(wanted) if len(wanted) > 2 else [],
        "certificates": _certificates(wanted),
    }


def only_one(text: str, found: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The kind and the thing, where the text is the identifier of one thing, or just one thing was found at all."""
    if found["is_near"]:
        return None
    exact = [(kind, each) for kind in KINDS for each in found[kind] if _is_named(kind, each, " ".join(text.split()))]
    every = [(kind, each) for kind in KINDS for each in found[kind]]
    for these in (exact, every):
        if len(these) == 1:
            return these[0]
    return None


def _is_named(kind: str, each: Any, text: str) -> bool:
    """Whether the text is this thing's own identifier or name, and not just a part of it. A number alone names nothing:
    units, projects and transactions have the same ones."""
    upper = text.upper()
    if kind in ("ranges", "certificates"):
        return True
    if kind == "units":
        return not text.replace(",", "").isdigit()
    if kind == "parties":
        return text in (each["code"], each["alpha2"]) or text.casefold() == each["name"].casefold()
    if kind == "accounts":
        return bool(each["number"] == upper)
    if kind in ("authorizations", "approaches"):
        return bool(each["code"].upper() == upper)
    return kind == "projects" and each["code"] == text and not text.isdigit()


def ranges(text: str) -> list[Range]:
    """The serials that a text such as `IN 101-400`, or two identifiers with a dash between, names; of every series that
    it can mean and of which anything is in sight."""
    ends = _ends(text)
    if ends is None:
        return []
    first, last = ends
    if (last.party or first.party) != first.party or last.serial_first <= first.serial_first:
        return []
    low, high = first.serial_first, last.serial_first
    found = (
        Range(each.registry, each.party, low, min(high, each.top))
        for each in lookup_queries.series(first.registry, first.party)
        if low <= each.top
    )
    return [each for each in found if _is_in_sight(each)][:LIMIT]


def _ends(text: str) -> tuple[UnitIdentifier, UnitIdentifier] | None:
    if short := _SHORT.fullmatch(text):
        parts = [f"{short['party']} {short['first']}", f"{short['party']} {short['last']}"]
    else:
        parts = _BETWEEN.split(text)
    if len(parts) != 2:
        return None
    try:
        first, last = (parse_any(_SEPARATED.sub("", part.strip())) for part in parts)
    except ValueError:
        return None
    return (first, last) if 1 <= first.serial_first <= last.serial_first <= SERIAL_LIMIT else None


def _is_in_sight(wanted: Range) -> bool:
    series = series_of(wanted.registry, wanted.party)
    return series is not None and bool(lookup.blocks_of_range(series, wanted.first, wanted.last, limit=1).items)


def series_of(registry: str, party: str) -> Series | None:
    """The series of a registry and a Party."""
    found = lookup_queries.series(registry, party)
    return found[0] if found else None


def entities(text: str | None = None) -> list[dict[str, Any]]:
    """Entities that authorizations in force name: name, country, authorizations (each party and code)."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in queries.entities(text, 1000 if text is None else 10 * LIMIT):
        empty = {"name": line["name"], "country": line["country"], "authorizations": []}
        each = found.setdefault((line["name"], line["country"]), empty)
        each["authorizations"].append({"party": line["party"], "code": line["code"]})
    return list(found.values()) if text is None else list(found.values())[:LIMIT]


_CERTIFICATE = re.compile(r"[0-9A-Za-z]{4}(?:-?[0-9A-Za-z]{4}){3}")


def _certificates(text: str) -> list[dict[str, Any]]:
    if not _CERTIFICATE.fullmatch(text) or not sight.is_whole():
        return []
    try:
        found = certificates.looked_up(text)
    except Refused as no:
        if Code.CERTIFICATE_UNKNOWN not in no.codes:
            raise
        return []
    return [found] if found["is_issued"] else []
