"""Long lists in any order and with any filter that a table of a page offers.

The order that a list has by itself goes on by a cursor, however long the list is (lookup.py, accounts.py); any other
goes on by the number of lines that were passed, which is quick enough for the lines that people turn over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from article6.store.database import records
from article6.store.queries.lookup import like


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its columns and tables, and what it is sorted and filtered by, under the names of a table's columns.

    `contains` are expressions that have a text in them, `among` conditions that find the few lines elsewhere that do.
    `select` and `tables` are SQL of ours; nothing that anybody typed is ever part of a statement.
    """

    select: str
    tables: str
    tie: str
    sorts: Mapping[str, str]
    contains: Mapping[str, str] = field(default_factory=dict)
    among: Mapping[str, str] = field(default_factory=dict)
    equals: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)


_ON_SIDE = """t.{side} = ANY (ARRAY(SELECT x.id FROM account x
    WHERE x.number || ' ' || x.name ILIKE %({{name}})s))"""
_WHEN = "COALESCE(t.decided_at, t.proposed_at)"

TRANSACTIONS = Listing(
    """SELECT t.id, t.type, t.status, t.source_id, t.target_id, t.quantity, t.terms, t.proposed_by, t.proposed_at,
        t.expires_at, t.decided_by, t.decided_at, t.decision_reason, t.section_id""",
    # A join that nothing sorts by is left out by the planner.
    """FROM ledger_transaction t LEFT JOIN account ss ON ss.id = t.source_id
       LEFT JOIN account tt ON tt.id = t.target_id""",
    tie="t.id DESC",
    sorts={
        "number": "t.id", "when": _WHEN, "type": "t.type", "quantity": "t.quantity", "status": "t.status",
        "source": "ss.number || ' ' || ss.name", "target": "tt.number || ' ' || tt.name",
    },
    among={"source": _ON_SIDE.format(side="source_id"), "target": _ON_SIDE.format(side="target_id")},
    equals={"status": "t.status", "type": "t.type"},
    ranges={"quantity": "t.quantity", "when": _WHEN},
)  # fmt: skip

ACCOUNTS = Listing(
    """SELECT a.id, a.number, a.type, a.name, a.holder, COALESCE(a.party, '') AS party, s.code AS section, a.status,
        a.is_terminal, a.opened_at, COALESCE(h.quantity, 0) AS quantity""",
    """FROM account a JOIN section s ON s.id = a.section_id
       LEFT JOIN (SELECT k.account_id, sum(k.hi - k.lo + 1)::bigint AS quantity FROM block k GROUP BY 1) h
       ON h.account_id = a.id""",
    tie="a.id",
    sorts={
        "number": "a.id", "name": "lower(a.name)", "type": "a.type", "section": "s.code", "status": "a.status",
        "quantity": "COALESCE(h.quantity, 0)", "opened": "a.opened_at",
    },
    contains={"number": "a.number", "name": "a.name"},
    equals={"section": "s.code", "type": "a.type", "status": "a.status"},
    ranges={"quantity": "COALESCE(h.quantity, 0)", "opened": "a.opened_at"},
)  # fmt: skip

PROJECTS = Listing(
    """SELECT v.id, v.code, v.party, v.title, v.sectors, v.activity_types, v.methodology,
        COALESCE(w.issued, 0) AS issued, COALESCE(w.batches, 0) AS batches""",
    """FROM activity v
       LEFT JOIN (SELECT b.activity_id, sum(b.hi - b.lo + 1)::bigint AS issued, count(*) AS batches
                  FROM batch b GROUP BY 1) w ON w.activity_id = v.id""",
    tie="v.id",
    sorts={
        "code": "v.code", "title": "lower(v.title)", "party": "v.party", "issued": "COALESCE(w.issued, 0)",
        "batches": "COALESCE(w.batches, 0)",
    },
    contains={"code": "v.code", "title": "v.title"},
    equals={"party": "v.party"},
    ranges={"issued": "COALESCE(w.issued, 0)"},
)  # fmt: skip


def page(
    of: Listing, filters: Mapping[str, Any], sort: str, *, is_descending: bool, limit: int, passed: int
) -> list[dict[str, Any]]:
    """Lines of the list beyond those that were passed; `sort` is empty for the order of `tie`."""
    where, parameters = _where(of, filters)
    order = f"{of.sorts[sort]} {'DESC' if is_descending else 'ASC'} NULLS LAST, {of.tie}" if sort else of.tie
    return records(
        f"{of.select} {of.tables} WHERE {where} ORDER BY {order} LIMIT %(limit)s OFFSET %(passed)s",
        {**parameters, "limit": limit, "passed": passed},
    )


def rows(of: Listing, filters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The statement and parameters whose rows are to be counted."""
    where, parameters = _where(of, filters)
    return f"SELECT 1 {of.tables} WHERE {where}", parameters


def _where(of: Listing, filters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The filters as SQL; those that the list does not know are left out."""
    parts, parameters = ["true"], dict[str, Any]()
    for name, wanted in filters.items():
        if name in of.equals:
            parts.append(f"{of.equals[name]} = %({name})s")
            parameters[name] = wanted
        elif name in of.among:
            parts.append(of.among[name].format(name=name))
            parameters[name] = f"%{like(wanted)}%"
        elif name in of.contains:
            parts.append(f"{of.contains[name]} ILIKE %({name})s")
            parameters[name] = f"%{like(wanted)}%"
        elif name in of.ranges:
            for end, sign, value in zip(("from", "to"), (">=", "<="), wanted, strict=True):
                if value is not None:
                    parts.append(f"{of.ranges[name]} {'<' if _is_end(sign, value) else sign} %({name}_{end})s")
                    parameters[f"{name}_{end}"] = _bound(value, is_end=_is_end(sign, value))
    return " AND ".join(parts), parameters


def _is_end(sign: str, value: Any) -> bool:
    """Whether a day is the last of a range, which goes on to its midnight."""
    return sign == "<=" and isinstance(value, date)


def _bound(value: Any, *, is_end: bool) -> Any:
    if not isinstance(value, date):
        return value
    midnight = datetime.combine(value, time(), UTC)
    return midnight + timedelta(days=1) if is_end else midnight
