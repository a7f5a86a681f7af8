"""Blocks as lists: of an account, of a batch, of an activity."""

from __future__ import annotations

from typing import Any

from article6.store.database import records

_COLUMNS = """k.series_id, s.registry, s.party, k.lo AS first, k.hi AS last, k.hi - k.lo + 1 AS quantity, k.account_id,
    k.batch_id, k.authorization_id, k.first_transfer_id AS first_transfer_transaction, k.reserved_by, k.is_final,
    b.unit_type, b.vintage_year, b.attributes, v.code AS activity, c.code AS cooperative_approach
    FROM block k JOIN series s ON s.id = k.series_id JOIN batch b ON b.id = k.batch_id
    LEFT JOIN activity v ON v.id = b.activity_id LEFT JOIN cooperative_approach c ON c.id = b.cooperative_approach_id"""


def of_account(account_id: int, after: tuple[int, int], limit: int) -> list[dict[str, Any]]:
    """Blocks of an account above (series, last serial), in serial order."""
    return records(
        f"""SELECT {_COLUMNS} WHERE k.account_id = %s AND (k.series_id, k.hi) > (%s, %s)
            ORDER BY k.series_id, k.hi LIMIT %s""",
        (account_id, *after, limit),
    )


OF_ACCOUNT_COUNTED = "SELECT 1 FROM block k WHERE k.account_id = %(account)s"


def of_batch(batch_id: int, after: int, limit: int) -> list[dict[str, Any]]:
    """Blocks of a batch above a last serial. A block never reaches beyond its batch, so an index range has them all."""
    return records(
        f"""SELECT {_COLUMNS} JOIN batch w ON w.id = %s
            WHERE k.series_id = w.series_id AND k.hi BETWEEN GREATEST(w.lo, %s::bigint + 1) AND w.hi
            ORDER BY k.hi LIMIT %s""",
        (batch_id, after, limit),
    )


OF_BATCH_COUNTED = """SELECT 1 FROM block k JOIN batch w ON w.id = %(batch)s
    WHERE k.series_id = w.series_id AND k.hi BETWEEN w.lo AND w.hi"""

_STANDING = """SELECT k.account_id, sum(k.hi - k.lo + 1)::bigint AS quantity, count(*) AS blocks
    FROM batch w JOIN block k ON k.series_id = w.series_id AND k.hi BETWEEN w.lo AND w.hi
    WHERE {which} GROUP BY 1 ORDER BY 2 DESC"""


def standing_of_batch(batch_id: int) -> list[dict[str, Any]]:
    """Where the units of a batch stand now: account_id, quantity, blocks."""
    return records(_STANDING.format(which="w.id = %s"), (batch_id,))


def standing_of_activity(activity_id: int) -> list[dict[str, Any]]:
    """Where the units of an activity stand now: account_id, quantity, blocks."""
    return records(_STANDING.format(which="w.activity_id = %s"), (activity_id,))


def of_range(series_id: int, first: int, last: int, after: int, limit: int) -> list[dict[str, Any]]:
    """Blocks of a series that have any of these serials, above a last serial."""
    return records(
        f"""SELECT {_COLUMNS} WHERE k.series_id = %(series)s AND k.hi >= GREATEST(%(first)s, %(after)s::bigint + 1)
            AND k.lo <= %(last)s ORDER BY k.hi LIMIT %(limit)s""",
        {"series": series_id, "first": first, "last": last, "after": after, "limit": limit},
    )


OF_RANGE_COUNTED = """SELECT 1 FROM block k WHERE k.series_id = %(series)s AND k.hi >= %(first)s AND k.lo <= %(last)s
    AND k.account_id IS NOT NULL"""
