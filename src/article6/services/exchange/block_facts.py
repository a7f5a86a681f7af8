"""What registries tell each other of a block: the attributes of its batch by name, and back.

Whole numbers that may be large travel as strings of digits; what is empty is left out. Underlying units are those of
the block, one to one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from article6.domain.serials import SERIAL_LIMIT
from article6.domain.units import BatchAttributes, UnitType
from article6.exchange.facts import Serials, UnitBlock

TEXTS = (
    "cooperative_approach", "activity", "activity_party", "metric", "metric_unit", "gwp", "mitigation_type",
    "underlying_registry", "original_serial", "attributes_schema", "underlying_series", "conversion_method",
)  # fmt: skip
LISTS = ("sectors", "activity_types")
NUMBERS = ("underlying_first", "underlying_last")
FIELDS = frozenset({"unit_type", "vintage_year", "conversion", "attributes", *TEXTS, *LISTS, *NUMBERS})


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a block's batch, from a row of `store.queries.exchange_ledger`."""
    facts: dict[str, Any] = {"unit_type": row["unit_type"]}
    facts |= {name: row[name] for name in TEXTS if row[name]}
    facts |= {name: list(row[name]) for name in LISTS if row[name]}
    facts |= {name: str(row[name]) for name in NUMBERS if row[name] is not None}
    if row["vintage_year"] is not None:
        facts["vintage_year"] = row["vintage_year"]
    if row["conversion_numerator"] is not None:
        facts["conversion"] = [str(row["conversion_numerator"]), str(row["conversion_denominator"])]
    if row["attributes"]:
        facts["attributes"] = dict(row["attributes"])
    return facts


def malformed(batch: Mapping[str, Any]) -> str:
    """The first field of a batch's facts that cannot be read, '' where all can."""
    if unknown := sorted(str(name) for name in batch.keys() - FIELDS):
        return unknown[0][:60]
    if batch.get("unit_type") not in list(UnitType):
        return "unit_type"
    for name in TEXTS:
        if not isinstance(batch.get(name, ""), str):
            return name
    for name in LISTS:
        if not isinstance(found := batch.get(name, []), list | tuple) or not all(isinstance(one, str) for one in found):
            return name
    for name in NUMBERS:
        if name in batch and not _is_number(batch[name]):
            return name
    conversion = batch.get("conversion", ["1", "1"])
    if not isinstance(conversion, list | tuple) or len(conversion) != 2 or not all(map(_is_number, conversion)):
        return "conversion"
    if not isinstance(batch.get("attributes", {}), Mapping):
        return "attributes"
    year = batch.get("vintage_year", 2000)
    return "vintage_year" if isinstance(year, bool) or not isinstance(year, int) else ""


def _is_number(value: object) -> bool:
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19
    return is_digits and 1 <= int(str(value)) <= SERIAL_LIMIT


def attributes(batch: Mapping[str, Any], approach_id: int | None, activity_id: int | None) -> BatchAttributes:
    """The attributes of the batch that the block becomes; the facts are not `malformed`."""
    conversion = batch.get("conversion")
    given: dict[str, Any] = {name: batch[name] for name in TEXTS if name in batch}
    for name in ("cooperative_approach", "activity", "activity_party"):
        given.pop(name, None)
    given |= {name: tuple(batch.get(name, ())) for name in LISTS}
    given |= {name: int(batch[name]) if name in batch else None for name in NUMBERS}
    return BatchAttributes(
        UnitType(batch["unit_type"]),
        cooperative_approach_id=approach_id,
        activity_id=activity_id,
        vintage_year=batch.get("vintage_year"),
        conversion=(int(conversion[0]), int(conversion[1])) if conversion else None,
        attributes=dict(batch.get("attributes", {})),
        **given,
    )


def part(block: UnitBlock, serials: Serials) -> UnitBlock:
    """A part of a block, with the underlying units that are its own."""
    batch = dict(block.batch)
    if "underlying_first" in batch and "underlying_last" in batch:
        start = int(batch["underlying_first"]) + serials.first - block.serials.first
        batch |= {"underlying_first": str(start), "underlying_last": str(start + serials.count - 1)}
    return replace(block, serials=serials, batch=batch)


def first_difference(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """The first field in which two batches' facts differ, '' where they agree."""
    for name in sorted(FIELDS):
        one, other = ours.get(name), theirs.get(name)
        if (list(one) if isinstance(one, tuple) else one) != (list(other) if isinstance(other, tuple) else other):
            return name
    return ""
