"""Rows as a database keeps them, in the shape in which the checks look at rows: one at a time, nothing read twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from article6.domain.refusals import invariant
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import ActionSubtype, ActionType
from article6.reporting.aef_specification import SPECIFICATION, Specification
from article6.reporting.checks.world import Act, Block, Series, Submitted
from article6.reporting.reading.reader import ReadRow
from article6.reporting.reading.values import Absent, Read, understand
from article6.reporting.submitted import decoded

_TABLES = {each.number: each for each in (Table.ACTIONS, Table.HOLDINGS)}
_SPECIFICATIONS: Mapping[str, Specification] = {
    each.field.technical_name: each for table in (Table.HOLDINGS, Table.ACTIONS) for each in SPECIFICATION[table]
}


class KeptUnits(NamedTuple):
    """A row of table 3 or 4: what was understood of it when it was received, and five cells as JSON keeps them, NA left
    out."""

    submission_id: int
    table_number: int
    number: int
    record_id: str | None
    action_type: str | None
    action_subtype: str | None
    approach: str
    authorization_code: str | None
    registry: str | None
    first_party: str
    vintage: int
    metric: str | None
    transferring: str | None
    acquiring: str | None
    purpose: str | None
    using_party: str | None
    using_entity: str | None
    year_used: int | None
    origin: str | None
    lo: int
    hi: int
    quantity: Decimal | None
    at: datetime | None
    is_day: bool | None
    mitigation: str | None
    underlying: str | None
    underlying_first: str | None
    underlying_last: str | None
    first_id: str | None


_PLACES: Mapping[str, int] = {
    name: KeptUnits._fields.index(each)
    for name, each in {
        "CooperativeApproachID": "approach", "AuthorizationID": "authorization_code",
        "PartyITMORegistryID": "registry", "FirstTransferringPartyID": "first_party", "Vintage": "vintage",
        "Metric": "metric", "QuantityCO2": "quantity", "PurposeITMOUsedForOIMP": "purpose",
        "Using/cancellingPartyID": "using_party", "Using/cancellingEntityID": "using_entity",
        "YearITMOUsedTowardsNDC": "year_used", "MitigationType": "mitigation",
        "UnderlyingUnitRegistryID": "underlying", "UnderlyingUnitFirstUnitID": "underlying_first",
        "UnderlyingUnitLastUnitID": "underlying_last", "FirstID": "first_id",
    }.items()
}  # fmt: skip
_FIRST_CELL = KeptUnits._fields.index("mitigation")


@dataclass(frozen=True, slots=True)
class KeptRow(ReadRow):
    """A row whose values come by name; what the checks do not ask for is absent."""

    kept: KeptUnits | None = None

    def get(self, name: str) -> Read | None:
        """The value of a field; None if there is none."""
        place = _PLACES.get(name)
        if place is None or self.kept is None:
            return None
        value: Any = self.kept[place]
        found: Read | None = _cell(name, value) if place >= _FIRST_CELL and value is not None else value
        return found

    def is_absent(self, name: str) -> bool:
        """Whether nothing is said or NA; all else was understood when the row was received."""
        return self.get(name) is None


def block(kept: KeptUnits, by: Submitted, series_of: Callable[[Block], Series]) -> Block:
    """The row as the checks look at it."""
    table = by.reading.tables[_TABLES[kept.table_number]]
    row = KeptRow(table, kept.number, (), kept.record_id, kept)
    code = kept.authorization_code
    if kept.table_number == Table.HOLDINGS.number:
        found = Block(by, row, kept.approach, kept.first_party, kept.origin or "", kept.vintage, kept.lo, kept.hi, code)
    else:
        invariant(kept.at is not None and kept.action_type is not None, "an action has a moment and a type")
        found = Act(
            by, row, kept.approach, kept.first_party, kept.origin or "", kept.vintage, kept.lo, kept.hi, code, (), None,
            _utc(kept.at), bool(kept.is_day), _TYPES[str(kept.action_type)],
            None if kept.action_subtype is None else _SUBTYPES[kept.action_subtype], kept.transferring, kept.acquiring,
        )  # fmt: skip
    found.series = series_of(found)
    return found


_TYPES: Mapping[str, ActionType] = {each.value: each for each in ActionType}
_SUBTYPES: Mapping[str, ActionSubtype] = {each.value: each for each in ActionSubtype}


def _utc(moment: datetime | None) -> datetime:
    return datetime.min.replace(tzinfo=UTC) if moment is None else moment.astimezone(UTC)


def _cell(name: str, text: str) -> Read | None:
    # Of texts there are few; a number is understood as it is.
    return _understood(name, text) if text.startswith('"') else _fresh(name, text)


@lru_cache(maxsize=10_000)
def _understood(name: str, text: str) -> Read | None:
    return _fresh(name, text)


def _fresh(name: str, text: str) -> Read | None:
    found = understand(_SPECIFICATIONS[name], decoded(json.loads(text))).value
    return None if isinstance(found, Absent) else found
