"""Rows as a database keeps them, in the shape in which the checks look at rows: one at a time, nothing read twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
    """A row of table 3 or 4: what was understood of it when it was received, and four cells as they are."""

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
    mitigation: Any
    underlying: Any
    underlying_first: Any
    underlying_last: Any
    first_id: Any


@dataclass(frozen=True, slots=True)
class KeptRow(ReadRow):
    """A row whose values come by name; what is not among them is absent."""

    known: Mapping[str, Read] = field(default_factory=dict)

    def get(self, name: str) -> Read | None:
        """The value of a field; None if there is none."""
        return self.known.get(name)

    def is_absent(self, name: str) -> bool:
        """Whether nothing is said or NA; all else was understood when the row was received."""
        return name not in self.known


def block(kept: KeptUnits, by: Submitted, series_of: Callable[[Block], Series]) -> Block:
    """The row as the checks look at it."""
    table = by.reading.tables[_TABLES[kept.table_number]]
    row = KeptRow(table, kept.number, (), kept.record_id, _known(kept))
    if kept.table_number == Table.HOLDINGS.number:
        found = Block(by, row, kept.approach, kept.first_party, kept.origin or "", kept.vintage, kept.lo, kept.hi)
    else:
        invariant(kept.at is not None and kept.action_type is not None, "an action has a moment and a type")
        found = Act(
            by, row, kept.approach, kept.first_party, kept.origin or "", kept.vintage, kept.lo, kept.hi, (),
            _utc(kept.at), bool(kept.is_day), ActionType(str(kept.action_type)),
            None if kept.action_subtype is None else ActionSubtype(kept.action_subtype), kept.transferring,
            kept.acquiring,
        )  # fmt: skip
    found.series = series_of(found)
    return found


def _utc(moment: datetime | None) -> datetime:
    return datetime.min.replace(tzinfo=UTC) if moment is None else moment.astimezone(UTC)


def _known(kept: KeptUnits) -> dict[str, Read]:
    plain: dict[str, Read | None] = {
        "CooperativeApproachID": kept.approach, "AuthorizationID": kept.authorization_code,
        "PartyITMORegistryID": kept.registry, "FirstTransferringPartyID": kept.first_party, "Vintage": kept.vintage,
        "Metric": kept.metric, "QuantityCO2": kept.quantity, "PurposeITMOUsedForOIMP": kept.purpose,
        "Using/cancellingPartyID": kept.using_party, "Using/cancellingEntityID": kept.using_entity,
        "YearITMOUsedTowardsNDC": kept.year_used, "FirstID": _cell("FirstID", kept.first_id),
        "MitigationType": _cell("MitigationType", kept.mitigation),
        "UnderlyingUnitRegistryID": _cell("UnderlyingUnitRegistryID", kept.underlying),
        "UnderlyingUnitFirstUnitID": _cell("UnderlyingUnitFirstUnitID", kept.underlying_first),
        "UnderlyingUnitLastUnitID": _cell("UnderlyingUnitLastUnitID", kept.underlying_last),
    }  # fmt: skip
    return {name: value for name, value in plain.items() if value is not None}


def _cell(name: str, value: Any) -> Read | None:
    if value is None or value == "NA":
        return None
    # A number is understood as it is; of texts there are few.
    return _understood(name, value) if isinstance(value, str) else _fresh(name, value)


@lru_cache(maxsize=10_000)
def _understood(name: str, value: str) -> Read | None:
    return _fresh(name, value)


def _fresh(name: str, value: Any) -> Read | None:
    found = understand(_SPECIFICATIONS[name], decoded(value)).value
    return None if isinstance(found, Absent) else found
