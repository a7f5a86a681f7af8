"""Sums over the whole ledger, and counts that do not run away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from article6.store.database import one, records
from article6.store.queries.movements import moved

COUNTED_UP_TO = 1_000_000
"""Beyond this many rows a count is the planner's estimate."""


def issued() -> list[dict[str, Any]]:
    """Units issued or recorded, by Party, unit type and year: party, unit_type, year, quantity."""
    return records(
        """SELECT party, unit_type, date_part('year', issued_at AT TIME ZONE 'UTC')::integer AS year,
                  sum(hi - lo + 1)::bigint AS quantity
           FROM batch GROUP BY 1, 2, 3 ORDER BY 3, 1, 2"""
    )


def ended() -> list[dict[str, Any]]:
    """Units that entered terminal accounts, by year, Party, unit type and account type."""
    return moved("year, party, unit_type, account_type", "account_type <> ''")


def standing() -> list[dict[str, Any]]:
    """What stands where, by Party and account type: party, account_type, is_terminal, quantity, blocks."""
    return records(
        """SELECT s.party, a.type AS account_type, a.is_terminal, sum(k.quantity)::bigint AS quantity,
                  sum(k.blocks)::bigint AS blocks
           FROM (SELECT series_id, account_id, sum(hi - lo + 1) AS quantity, count(*) AS blocks
                 FROM block WHERE account_id IS NOT NULL GROUP BY 1, 2) k
           JOIN series s ON s.id = k.series_id JOIN account a ON a.id = k.account_id
           GROUP BY 1, 2, 3 ORDER BY 1, 2"""
    )


def counted(rows: str, parameters: Mapping[str, Any]) -> tuple[int, bool]:
    """How many rows the statement `rows` has, and whether that is an estimate."""
    found = one(f"SELECT count(*) FROM ({rows} LIMIT {COUNTED_UP_TO + 1}) counted", parameters)
    if found[0] <= COUNTED_UP_TO:
        return int(found[0]), False
    explained = one(f"EXPLAIN (FORMAT JSON) {rows}", parameters)[0]
    plan = json.loads(explained) if isinstance(explained, str) else explained
    return max(int(plan[0]["Plan"]["Plan Rows"]), COUNTED_UP_TO), True
