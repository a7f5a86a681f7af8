"""Which CERs of the CDM registry go to the mechanism registry: some that stand in a host Party's holding account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from article6.domain.parties import by_alpha2
from article6.domain.refusals import BrokenInvariant
from article6.domain.serials import SeriesRange
from article6.domain.units import UnitType
from article6.services import lookup
from article6.services.scenarios import cer
from article6.store.queries import exchange_ledger as reading

GIVEN = 1_000
CDM, HOLDING = "CDM", "holding"
MADE_UP_DAY = date(2014, 1, 1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """CERs in one account; `title` names their project. `registered_on` is real where the public list of projects is
    at hand (the day on which validation began, which is earlier, stands for it), and made up otherwise."""

    account: str
    party: str
    units: SeriesRange
    registered_on: date
    title: str


def choose(issuances: Path | None, projects: Path | None) -> Chosen:
    """The first thousand serials of an issuance of a project that was registered late enough and of which these units
    stand in the holding account still; not of the issuance that the mechanism registry's own scenario takes over."""
    found = next(_real(issuances, projects), None) if issuances is not None and projects is not None else None
    found = found or next(_made_up(), None)
    if found is None:
        raise BrokenInvariant("the CDM registry holds no CERs")
    return found


def _real(issuances: Path, projects: Path) -> Iterator[Chosen]:
    for each in islice(cer.candidates(issuances, projects), 1, None):
        alpha2, _unit_type, number, *_rest = each.first.split("-")
        party, first = by_alpha2(alpha2), int(number)
        parts = reading.standing([(CDM, party.code if party else "", first, first + GIVEN - 1)])
        if party is not None and len(parts) == 1 and parts[0]["account_type"] == HOLDING:
            part = parts[0]
            if part["last"] - part["first"] + 1 == GIVEN:
                units = SeriesRange(part["series_id"], part["first"], part["last"])
                yield Chosen(part["account"], party.code, units, each.registered_on, each.title)


def _made_up() -> Iterator[Chosen]:
    for account in lookup.accounts(limit=200, type_=HOLDING).items:
        for block in lookup.blocks(account["number"]).items:
            if block["unit_type"] == UnitType.CER and block["quantity"] >= GIVEN and not block["reserved_by"]:
                units = SeriesRange(block["series_id"], block["first"], block["first"] + GIVEN - 1)
                yield Chosen(account["number"], block["party"], units, MADE_UP_DAY, "")
