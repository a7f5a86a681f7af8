"""Where is this unit, and how did it get there?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from article6.domain.identifier_formats import parse_any
from article6.domain.identifiers import UnitIdentifier
from article6.domain.metrics import GHG, converted
from article6.domain.refusals import Code, refused
from article6.domain.serials import SERIAL_LIMIT, SeriesRange
from article6.domain.units import UnitType, shown_as
from article6.services import labels, sight
from article6.services.titles import account_of, identifiers, shown_terms, transaction_title
from article6.store.queries import lookup as queries
from article6.store.queries import mechanism, underlying
from article6.store.queries.lookup import Series


@dataclass(frozen=True, slots=True)
class Found:
    """A unit: where it is and how it got there.

    `identifier` is written in the form of the unit's present type, from its batch and serial.
    `block`: first, last, quantity, account (see below), reserved_by (transaction or None), is_final, authorization
    (code or None), authorization_version, authorization_party, first_transfer_transaction (or None).
    `batch`: as `store.queries.batches.batch`.
    `history`, oldest first: entry_id, transaction_id, type, type_title, at (datetime, UTC), from_account (account or
    None), to_account, first, last (serials that moved together), is_first_transfer, authorization, terms.
    `labels` that stand on it, of a credit: label, source, stated_on (first and last are the unit).
    An account is number, name, type, type_title, section, party, is_terminal, holder.
    """

    identifier: str
    registry: str
    party: str
    serial: int
    series_id: int
    block: dict[str, Any]
    batch: dict[str, Any]
    unit_type_shown: str
    history: list[dict[str, Any]]
    labels: list[dict[str, Any]] = field(default_factory=list)


def quantity_tco2e(batch: Mapping[str, Any]) -> int | Decimal | None:
    """How many t CO2 eq a batch's units are, exactly where a decimal says it; None: no conversion is recorded."""
    if batch["metric"] == GHG:
        return int(batch["quantity"])
    if batch["conversion_numerator"] is None:
        return None
    return converted(batch["quantity"], batch["conversion_numerator"], batch["conversion_denominator"]).stated


def find(text: str) -> list[Found]:
    """The units that a text names: an identifier of any form, `IN 183,993,600`, or a number, which every series has.

    An identifier that states what is not so (another project, another vintage) finds nothing.

    Raises:
        Refused: the text is no unit (`serial.malformed`).
    """
    wanted = _read(text)
    found = _units(wanted.serial_first, wanted.registry, wanted.party)
    return [each for each in found if _agrees(wanted, each)] or _of_kyoto_serial(wanted)


def _of_kyoto_serial(wanted: UnitIdentifier) -> list[Found]:
    """The unit that stands here for a Kyoto serial that was taken over from the CDM registry."""
    if wanted.original_period is None or wanted.party is None:
        return []
    taken = mechanism.taken_over(wanted.party, wanted.serial_first)
    found = unit(taken["registry"], taken["party"], taken["serial"]) if taken else None
    stated = {name: getattr(wanted, name) for name in ("original_period", "applicable_period")}
    stated["project_number"] = wanted.project
    if found is None or any(found.batch["attributes"].get(name) != claim for name, claim in stated.items()):
        return []
    return [found]


def unit(registry: str, party_code: str, serial: int) -> Found | None:
    """The unit with this serial of this series; None when there is none."""
    if not 1 <= serial <= SERIAL_LIMIT:
        return None
    found = _units(serial, registry, party_code)
    return found[0] if found else None


def same_number(text: str) -> list[Found]:
    """The units that share Party and serial with an identifier, whatever else it states.

    Raises:
        Refused: the text is no unit (`serial.malformed`).
    """
    wanted = _read(text)
    return _units(wanted.serial_first, None, wanted.party)


_BETWEEN_DIGITS = re.compile(r"(?<=\d)(?:[\u2009\u202f\u00a0'’]| (?=\d{3}(?!\d)))(?=\d)")


def _read(text: str) -> UnitIdentifier:
    try:
        # Our own pages separate thousands by thin spaces, and people copy from them.
        return parse_any(_BETWEEN_DIGITS.sub("", text.strip()))
    except ValueError as error:
        raise refused(Code.SERIAL_MALFORMED, text[:100], str(error)) from error


def _units(serial: int, registry: str | None, party_code: str | None) -> list[Found]:
    found = []
    for series in _series(serial, registry, party_code):
        if not sight.is_whole() and not queries.is_in_sight(series, serial):
            continue
        # Who may see a unit sees its whole life: it says what the unit is.
        with sight.seeing(sight.EVERYTHING):
            lines = queries.owner(series, serial)
        if lines:
            found.append(_found(series, serial, lines))
    return found


_known: dict[tuple[str, str, str], Series] = {}


def _series(serial: int, registry: str | None, party_code: str | None) -> list[Series]:
    """The series that may have this serial. One that is known to reach it need not be asked for again."""
    database = queries.database_name()
    if registry is not None and party_code is not None:
        known = _known.get((database, registry, party_code))
        if known is not None and serial <= known.top:
            return [known]
    found = [each for each in queries.series(registry, party_code) if serial <= each.top]
    for each in found:
        _known[database, each.registry, each.party] = each
    return found


def _found(series: Series, serial: int, lines: list[dict[str, Any]]) -> Found:
    owner = lines[0]
    batch = queries.batch(owner["batch_id"])
    batch |= {"quantity_tco2e": quantity_tco2e(batch), "underlying_status": None}
    if batch["underlying_lo"] is not None:
        batch |= underlying.latest(owner["batch_id"])
    shown = shown_as(UnitType(batch["unit_type"]), owner["first_transfer_id"] is not None)
    under = queries.authorization(owner["authorization_id"]) if owner["authorization_id"] else None
    return Found(
        identifier=identifiers(batch, str(shown), serial, serial)[0],
        registry=series.registry,
        party=series.party,
        serial=serial,
        series_id=series.id,
        block={
            "first": owner["lo"],
            "last": owner["hi"],
            "quantity": owner["hi"] - owner["lo"] + 1,
            "account": account_of(owner["account_id"]),
            "reserved_by": owner["reserved_by"],
            "is_final": owner["is_final"],
            "authorization": under["code"] if under else None,
            "authorization_version": under["version"] if under else None,
            "authorization_party": under["party"] if under else None,
            "first_transfer_transaction": owner["first_transfer_id"],
        },
        batch=batch,
        unit_type_shown=str(shown),
        history=[_event(each) for each in lines if each["entry_id"] is not None],
        labels=_labels(batch, series.id, serial),
    )


def _labels(batch: Mapping[str, Any], series_id: int, serial: int) -> list[dict[str, Any]]:
    if batch["unit_type"] != UnitType.CREDIT:
        return []
    with sight.seeing(sight.EVERYTHING):
        return labels.on(SeriesRange(series_id, serial, serial))


def _event(line: Mapping[str, Any]) -> dict[str, Any]:
    number = line["entry_authorization_id"]
    return {
        "entry_id": line["entry_id"],
        "transaction_id": line["transaction_id"],
        "type": line["type"],
        "type_title": transaction_title(line["type"]),
        "at": line["decided_at"],
        "from_account": account_of(line["from_id"]),
        "to_account": account_of(line["to_id"]),
        "first": line["entry_lo"],
        "last": line["entry_hi"],
        "is_first_transfer": line["is_first_transfer"],
        "authorization": queries.authorization(number)["code"] if number else None,
        "terms": shown_terms(line["terms"]),
    }


def _agrees(wanted: UnitIdentifier, found: Found) -> bool:
    """Whether what an identifier states besides the serial is true of the unit."""
    batch = found.batch
    types = {batch["unit_type"], found.unit_type_shown}
    if wanted.unit_type is not None and str(wanted.unit_type) not in types:
        return False
    period = batch["attributes"].get("commitment_period")
    stated = (
        (wanted.cooperative_approach, batch["cooperative_approach"]),
        (wanted.vintage_year, batch["vintage_year"]),
        (wanted.project, batch["activity"]),
        (wanted.original_period, period if period is not None else wanted.original_period),
    )
    return all(claim is None or claim == truth for claim, truth in stated)
