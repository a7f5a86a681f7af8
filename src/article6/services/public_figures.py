"""The figures of the public face: what was issued, transferred, used and cancelled, by year, Party, kind and purpose.

Sums over what the reader may see. Units are whole numbers, and every breakdown adds up to the same total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from article6.domain.parties import party as known_party
from article6.domain.refusals import Code, refused
from article6.domain.serials import SERIAL_LIMIT
from article6.services.figures import counted, kept_unchanged
from article6.services.paging import Page
from article6.services.paging import cursor as _cursor
from article6.services.paging import page as _page
from article6.services.titles import account_title, transaction_title
from article6.store.queries import public_figures as queries

ACTS = ("issued", "first_transferred", "used_ndc", "used_oimp", "cancelled")
"""What happens to units, in the order of their lives."""

ATTRIBUTES = {"sector": "sectors", "activity_type": "activity_types", "vintage": "vintage", "unit_type": "unit_type"}
"""What units can be told apart by, and where it stands in the sums."""

YEARS = range(1990, 2201)
"""Years that a filter may name."""

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a picture is to show; None: all. Years are whole, UTC, both ends included."""

    party: str | None = None
    year_first: int | None = None
    year_last: int | None = None
    unit_type: str | None = None

    def admits(self, line: Line) -> bool:
        """Whether the year and the type of unit of a line are wanted."""
        return (
            (self.year_first is None or line["year"] >= self.year_first)
            and (self.year_last is None or line["year"] <= self.year_last)
            and (self.unit_type is None or line["unit_type"] == self.unit_type)
        )

    @property
    def moments(self) -> dict[str, datetime | None]:
        """The first moment (`since`) and the first one after the end (`until`)."""
        return {
            "since": None if self.year_first is None else datetime(self.year_first, 1, 1, tzinfo=UTC),
            "until": None if self.year_last is None else datetime(self.year_last + 1, 1, 1, tzinfo=UTC),
        }


def wanted(given: Mapping[str, str]) -> Wanted:
    """A filter from an address: party, from, to, type.

    Raises:
        Refused: the Party is none (`party.unknown`), or a year is no year (`request.malformed`).
    """
    code = given.get("party") or None
    if code is not None and known_party(code) is None:
        raise refused(Code.PARTY_UNKNOWN, code[:20])
    first, last = (_year(given.get(name, "")) for name in ("from", "to"))
    if first is not None and last is not None and first > last:
        first, last = last, first
    return Wanted(code, first, last, (given.get("type") or None))


def _year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4 and int(text) in YEARS):
        raise refused(Code.REQUEST_MALFORMED, text[:20], "a year has four digits")
    return int(text)


def _acts() -> list[dict[str, Any]]:
    return kept_unchanged("acts", queries.acts)


def _flows() -> list[dict[str, Any]]:
    return kept_unchanged("flows", queries.flows)


def _standing() -> list[dict[str, Any]]:
    return kept_unchanged("standing by attribute", queries.standing)


def choices() -> dict[str, Any]:
    """What the filters can offer: `parties` (codes), `years` (first to last), `unit_types`."""
    acts = _acts()
    flows = _flows()
    parties = {each["party"] for each in acts} | {each["section"] for each in acts}
    parties |= {each[side] for each in flows for side in ("giver", "taker")}
    years = [each["year"] for each in (*acts, *flows)]
    return {
        "parties": sorted(parties - {""}),
        "years": list(range(min(years), max(years) + 1)) if years else [],
        "unit_types": sorted({each["unit_type"] for each in acts}),
    }


def over_time(asked: Wanted) -> list[dict[str, Any]]:
    """Per year, from the first to the last with anything in it: year, and units by each of ACTS. The Party is that in
    which the outcomes occurred."""
    found = [each for each in _acts() if asked.admits(each) and asked.party in (None, each["party"])]
    if not found:
        return []
    years = [each["year"] for each in found]
    sums = _sums(found, lambda each: (each["year"], each["act"]))
    return [{"year": year, **{act: sums[year, act] for act in ACTS}} for year in range(min(years), max(years) + 1)]


def flows(asked: Wanted) -> list[dict[str, Any]]:
    """Units that went from one Party to another, the largest first: giver, taker, quantity. The Party is either."""
    found = (each for each in _flows() if asked.admits(each) and asked.party in (None, each["giver"], each["taker"]))
    sums = _sums(found, lambda each: (each["giver"], each["taker"]))
    return [{"giver": giver, "taker": taker, "quantity": number} for (giver, taker), number in _ordered(sums)]


def whereabouts(asked: Wanted) -> list[dict[str, Any]]:
    """Where the units issued for each Party are now: party, fate, of, quantity; the sum is all that was issued.

    `fate` is held, used_ndc, used_oimp, cancelled or elsewhere; `of` is the Party that holds or used them, the registry
    that has them, or empty. Years are those of issuance.
    """
    sums = _sums(_stood(asked), lambda each: (each["party"], *_fate(each)))
    return [
        {"party": party, "fate": fate, "of": of, "quantity": number} for (party, fate, of), number in _ordered(sums)
    ]


def _stood(asked: Wanted) -> Iterable[dict[str, Any]]:
    return (each for each in _standing() if asked.admits(each) and asked.party in (None, each["party"]))


def _fate(line: Line) -> tuple[str, str]:
    if line["peer"]:
        return "elsewhere", str(line["peer"])
    if not line["is_terminal"]:
        return "held", str(line["holder"])
    if line["account_type"] == "retirement":
        return "used_ndc", str(line["holder"])
    return ("used_oimp" if line["account_type"] == "cancellation_oimp" else "cancelled"), ""


def by_party(asked: Wanted) -> list[dict[str, Any]]:
    """Per Party, the largest first: party, and units by each of ACTS, and `acquired` from other Parties.

    Issued and first transferred count for the Party in which the outcomes occurred; used and cancelled for that in
    whose section it was done.
    """
    sums: Counter[tuple[str, str]] = Counter()
    for each in _acts():
        if asked.admits(each):
            sums[each["section"] if each["account_type"] else each["party"], each["act"]] += each["quantity"]
    for each in _flows():
        if asked.admits(each):
            sums[each["taker"], "acquired"] += each["quantity"]
    parties = {code for code, _ in sums if code and asked.party in (None, code)}
    lines = [{"party": code, **{act: sums[code, act] for act in (*ACTS, "acquired")}} for code in parties]
    return sorted(lines, key=lambda line: (-line["issued"], -line["acquired"], line["party"]))


def by_attribute(attribute: str, asked: Wanted) -> list[dict[str, Any]]:
    """Units by one of ATTRIBUTES, the largest first (vintages by year): value (empty: not stated), issued, and of these
    used_ndc, used_oimp, cancelled and remaining. Years are those of issuance."""
    name = ATTRIBUTES[attribute]
    sums: Counter[tuple[str, str]] = Counter()
    for each in _stood(asked):
        value = "" if each[name] is None else str(each[name])
        fate, _ = _fate(each)
        sums[value, fate if fate in ACTS else "remaining"] += each["quantity"]
        sums[value, "issued"] += each["quantity"]
    columns = ("issued", "used_ndc", "used_oimp", "cancelled", "remaining")
    lines = [
        {"value": value, **{name: sums[value, name] for name in columns}}
        for value in {value for value, what in sums if what == "issued"}
    ]
    is_year = attribute == "vintage"
    return sorted(lines, key=lambda line: (line["value"] if is_year else -line["issued"], line["value"]))


def by_purpose(asked: Wanted) -> list[dict[str, Any]]:
    """What units were used or cancelled for, the largest first: account_type, account_title, purpose (empty: none
    stated), quantity. The Party is that in whose section it was done."""
    found = (
        each
        for each in _acts()
        if each["account_type"] and asked.admits(each) and asked.party in (None, each["section"])
    )
    sums = _sums(found, lambda each: (each["account_type"], each["purpose"]))
    return [
        {"account_type": type_, "account_title": account_title(type_), "purpose": purpose, "quantity": number}
        for (type_, purpose), number in _ordered(sums)
    ]


def cancellations(
    asked: Wanted,
    after: str | None = None,
    limit: int = 50,
    account_type: str | None = None,
    purpose: str | None = None,
) -> Page:
    """Uses and cancellations, newest first: id, at, type, type_title, account_type, account_title, account, party,
    purpose, quantity. The Party is that in whose section it was done; `purpose` may be empty, for none stated."""
    [start] = _cursor(after, 1)
    filters = {"party": asked.party, "account_type": account_type, "purpose": purpose, **asked.moments}
    items = [
        {**each, "type_title": transaction_title(each["type"]), "account_title": account_title(each["account_type"])}
        for each in queries.cancellations(filters, start or SERIAL_LIMIT, limit + 1)
    ]
    total = counted(queries.CANCELLATIONS_COUNTED, filters)
    return _page(items, limit, lambda each: f"{each['id']}", total)


def _sums(found: Iterable[Line], key: Callable[[Line], Any]) -> Counter[Any]:
    sums: Counter[Any] = Counter()
    for each in found:
        sums[key(each)] += each["quantity"]
    return sums


def _ordered(sums: Mapping[Any, int]) -> list[tuple[Any, int]]:
    return sorted(sums.items(), key=lambda each: (-each[1], each[0]))
