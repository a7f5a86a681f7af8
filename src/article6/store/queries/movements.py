"""Movements of units in the parts that pictures ask for: kept sums, and what the journal has beyond them."""

from __future__ import annotations

from typing import Any

from article6.domain.serials import SERIAL_LIMIT
from article6.store.database import one_moment, records, row

_PARTS = "year, party, unit_type, is_first_transfer, giver, taker, account_type, section, purpose"

SUMS = f"""WITH live AS (
        SELECT {_PARTS}, sum(m.quantity)::bigint AS quantity
        FROM movements(0, (SELECT entry_id FROM movement_sum_through)) m GROUP BY {_PARTS})
    SELECT format('%s %s of %s: %s units in the sums, %s in the journal', year, unit_type, party, k.quantity,
                  l.quantity)
    FROM movement_sum k FULL JOIN live l USING ({_PARTS}) WHERE k.quantity IS DISTINCT FROM l.quantity"""
"""A question of the self-audit, which must find nothing."""


def moved(columns: str, where: str) -> list[dict[str, Any]]:
    """Units by these columns of `movements` (sql/reading.sql), of the lines that `where` admits, with their `quantity`.

    Who does not see the whole ledger is shown no sums, and everything is read from the journal. Sums and what is beyond
    them are read at one moment: not to be asked within a database transaction that is not of one moment itself.
    """
    with one_moment():
        found = row("SELECT entry_id FROM movement_sum_through")
        # Written into the text: the planner has to know how little there is beyond it.
        after = int(found[0]) if found else 0
        return records(
            f"""SELECT {columns}, sum(m.quantity)::bigint AS quantity FROM (
                    SELECT {_PARTS}, quantity FROM movement_sum
                    UNION ALL SELECT * FROM movements({after}, {SERIAL_LIMIT})) m
                WHERE {where} GROUP BY {columns} ORDER BY {columns}"""
        )


def fold(at_most: int) -> int:
    """Sum up further, at most so many lines of the journal; how many that were."""
    found = row("SELECT fold_movements(%s)", (at_most,))
    return int(found[0]) if found else 0
