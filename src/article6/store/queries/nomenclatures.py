"""Nomenclatures as they stand, and the records that use their values."""

from __future__ import annotations

from collections.abc import Iterable

from article6.domain import nomenclatures
from article6.domain.nomenclatures import Nomenclature, Value
from article6.store.database import rows


def lists(names: Iterable[str] | None = None) -> dict[str, Nomenclature]:
    """The lists with these names (all where none are named), each value in its latest version."""
    found: dict[str, dict[str, Value]] = {}
    for name, value, *rest in rows(
        """SELECT DISTINCT ON (list, value) list, value, valid_from, valid_until, labels, replaced_by, source, version
           FROM nomenclature_value WHERE %(names)s::text[] IS NULL OR list = ANY (%(names)s)
           ORDER BY list, value, version DESC""",
        {"names": None if names is None else list(names)},
    ):
        found.setdefault(name, {})[value] = Value(value, *rest)
    return {name: Nomenclature(name, values) for name, values in found.items()}


def values_of(wanted: Iterable[tuple[str, str]]) -> dict[str, Nomenclature]:
    """Of every list named, the values asked for in their latest version; a list that is not kept is left out."""
    asked = sorted(set(wanted))
    found: dict[str, dict[str, Value]] = {}
    for name, value, *rest in rows(
        """SELECT w.list, v.value, v.valid_from, v.valid_until, v.labels, v.replaced_by, v.source, v.version
           FROM unnest(%s::text[], %s::text[]) AS w(list, value)
           LEFT JOIN LATERAL (SELECT n.* FROM nomenclature_value n WHERE n.list = w.list AND n.value = w.value
                              ORDER BY n.version DESC LIMIT 1) v ON true
           WHERE EXISTS (SELECT 1 FROM nomenclature_value n WHERE n.list = w.list)""",
        ([name for name, _ in asked], [value for _, value in asked]),
    ):
        values = found.setdefault(name, {})
        if value is not None:
            values[value] = Value(value, *rest)
    return {name: Nomenclature(name, values) for name, values in found.items()}


_TRACKED = "unit_type IN ('MO', 'ITMO', 'A6.4ER')"

USES = {
    nomenclatures.SECTORS: (
        f"""SELECT 'batch:' || id FROM batch WHERE {_TRACKED} AND %(value)s = ANY (sectors)
            UNION ALL SELECT 'authorization:' || code || ':' || version FROM party_authorization
            WHERE %(value)s = ANY (sectors)
            UNION ALL SELECT 'ndc:' || party || ':' || code || ':' || version FROM ndc
            WHERE %(value)s = ANY (sectors)"""
    ),
    nomenclatures.ACTIVITY_TYPES: (
        f"""SELECT 'batch:' || id FROM batch WHERE {_TRACKED} AND %(value)s = ANY (activity_types)
            UNION ALL SELECT 'authorization:' || code || ':' || version FROM party_authorization
            WHERE %(value)s = ANY (activity_types)"""
    ),
    nomenclatures.MITIGATION_TYPE: f"SELECT 'batch:' || id FROM batch WHERE {_TRACKED} AND mitigation_type = %(value)s",
    nomenclatures.METRIC: (
        f"""SELECT 'batch:' || id FROM batch WHERE {_TRACKED} AND metric = %(value)s
            UNION ALL SELECT 'authorization:' || code || ':' || version FROM party_authorization
            WHERE metric = %(value)s"""
    ),
    nomenclatures.PURPOSE: (
        """SELECT 'authorization:' || code || ':' || version FROM party_authorization WHERE purposes = %(value)s"""
    ),
    nomenclatures.CANCELLATION_PURPOSE: (
        """SELECT 'account:' || number FROM account
           WHERE purpose = %(value)s OR (sub_purpose <> '' AND purpose || ': ' || sub_purpose = %(value)s)"""
    ),
    nomenclatures.UNDERLYING_REGISTRY: (
        f"SELECT 'batch:' || id FROM batch WHERE {_TRACKED} AND underlying_registry = %(value)s"
    ),
}
"""For each list that records use: the records that have a value of it."""


def uses(name: str, value: str) -> list[str]:
    """Every record that has this value of the list: `batch:7`, `authorization:GHA-1:2`."""
    question = USES.get(name)
    return [each[0] for each in rows(f"{question} ORDER BY 1", {"value": value})] if question else []
