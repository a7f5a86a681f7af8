"""Units: their types, and the attributes of the batch they were issued in, which never change."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from article6.domain.refusals import N_

VINTAGE_FIRST = 1990
"""No outcome that a registry tracks can be older; the Convention dates from 1992, early action from 1990."""


TCO2E = "t CO2 eq"
"""The metric of units that name no other."""


class UnitType(StrEnum):
    """Types of unit. An MO becomes an ITMO by its first transfer: see `shown_as`."""

    A64ER = "A6.4ER"
    ITMO = "ITMO"
    MO = "MO"
    CER = "CER"
    TCER = "tCER"
    LCER = "lCER"
    CREDIT = "CREDIT"

    @property
    def has_vintage(self) -> bool:
        """Kyoto units name a commitment period and a monitoring period instead of a vintage."""
        return self not in KYOTO_UNITS


KYOTO_UNITS = frozenset({UnitType.CER, UnitType.TCER, UnitType.LCER})
PROGRAMME_UNITS = KYOTO_UNITS | {UnitType.CREDIT}
"""What crediting programmes issue, the CDM among them."""

UNIT_TITLES: Mapping[UnitType, str] = MappingProxyType(
    {
        UnitType.A64ER: N_("Article 6.4 emission reduction"),
        UnitType.ITMO: N_("Internationally transferred mitigation outcome"),
        UnitType.MO: N_("Mitigation outcome, not first transferred"),
        UnitType.CER: N_("Certified emission reduction"),
        UnitType.TCER: N_("Temporary certified emission reduction"),
        UnitType.LCER: N_("Long-term certified emission reduction"),
        UnitType.CREDIT: N_("Credit of a crediting programme"),
    }
)


def shown_as(unit_type: UnitType, is_first_transferred: bool) -> UnitType:
    """The type a unit has now.

    A mitigation outcome that is not authorized, or authorized and not yet first transferred, is an MO; with its first
    transfer it is an ITMO. Derived, never stored (2/CMA.3 annex paras 1-2; 4/CMA.6 para 11).
    """
    if unit_type is UnitType.MO and is_first_transferred:
        return UnitType.ITMO
    return unit_type


@dataclass(frozen=True, slots=True)
class BatchAttributes:
    """What a batch is, for ever (6/CMA.4 annex I paras 4-6; 7/CMA.4 annex I paras 28-30).

    `conversion` is tCO2 eq per unit of a non-GHG metric as numerator and denominator. `underlying_first` and
    `underlying_last` bound the block of the underlying registry, one to one with the batch, in the numbering that
    `underlying_series` names ('': that of the registry as a whole). `conversion_method` says how the conversion was
    found. `attributes` is the open set, checked against the JSON Schema named by `attributes_schema`.
    """

    unit_type: UnitType
    cooperative_approach_id: int | None = None
    activity_id: int | None = None
    vintage_year: int | None = None
    metric: str = "GHG"
    metric_unit: str = ""
    conversion: tuple[int, int] | None = None
    gwp: str = ""
    mitigation_type: str = "Emission reductions"
    sectors: tuple[str, ...] = ()
    activity_types: tuple[str, ...] = ()
    underlying_registry: str = ""
    underlying_first: int | None = None
    underlying_last: int | None = None
    original_serial: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    attributes_schema: str = ""
    underlying_series: str = ""
    conversion_method: str = ""

    def as_columns(self) -> dict[str, Any]:
        """The attributes under the names of the batch table's columns."""
        columns: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        conversion = columns.pop("conversion")
        columns["conversion_numerator"], columns["conversion_denominator"] = conversion or (None, None)
        columns["underlying_lo"] = columns.pop("underlying_first")
        columns["underlying_hi"] = columns.pop("underlying_last")
        columns["attributes"] = dict(self.attributes)
        columns["unit_type"] = str(self.unit_type)
        return digested(columns)

    def digest(self, registry: str, party: str) -> bytes:
        """SHA-256 over the canonical JSON of the attributes: by it the audit finds a changed one."""
        return columns_digest({"registry": registry, "party": party, **self.as_columns()})


ADDED_LATER = ("underlying_series", "conversion_method")
"""Columns that batches had not from the beginning: empty, they are left out, so that digests of before hold."""


def digested(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a batch's digest is made of."""
    return {name: value for name, value in columns.items() if value or name not in ADDED_LATER}


def columns_digest(columns: Mapping[str, Any]) -> bytes:
    """SHA-256 over canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()
