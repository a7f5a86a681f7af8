"""What came into an account and left it over a time: whole transactions, by the moment in which units moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from article6.store.database import one, records

_MOVED = """SELECT t.id, t.type, t.decided_at AS at, t.quantity,
        CASE WHEN t.source_id = %(account)s THEN NULLIF(t.target_id, t.source_id) ELSE t.source_id END AS other_id,
        CASE WHEN t.target_id = %(account)s AND t.source_id IS DISTINCT FROM %(account)s THEN t.quantity
             WHEN t.source_id = %(account)s AND t.target_id IS DISTINCT FROM %(account)s THEN -t.quantity
             ELSE 0 END AS change
    FROM ledger_transaction t
    WHERE t.status = 'completed' AND (t.source_id = %(account)s OR t.target_id = %(account)s)
      AND t.decided_at < %(until)s"""


def sums(account_id: int, since: datetime, until: datetime) -> tuple[int, int, int, int]:
    """Units in the account before `since`, units received and sent from then to `until`, and how many transactions."""
    opening, received, sent, lines = one(
        f"""SELECT COALESCE(sum(m.change) FILTER (WHERE m.at < %(since)s), 0)::bigint,
                   COALESCE(sum(m.change) FILTER (WHERE m.at >= %(since)s AND m.change > 0), 0)::bigint,
                   COALESCE(-sum(m.change) FILTER (WHERE m.at >= %(since)s AND m.change < 0), 0)::bigint,
                   count(*) FILTER (WHERE m.at >= %(since)s)
            FROM ({_MOVED}) m""",
        {"account": account_id, "since": since, "until": until},
    )
    return int(opening), int(received), int(sent), int(lines)


def lines(
    account_id: int, since: datetime, until: datetime, after: int = 0, limit: int | None = None
) -> list[dict[str, Any]]:
    """Transactions after that one, oldest first: id, type, at, quantity, other_id (the other account, or None), change,
    balance and first_transferred (units)."""
    return records(
        f"""SELECT s.*, (SELECT COALESCE(sum(e.hi - e.lo + 1), 0) FROM entry e
                         WHERE e.transaction_id = s.id AND e.is_first_transfer)::bigint AS first_transferred
            FROM (
                SELECT m.*, (sum(m.change) OVER (ORDER BY m.at, m.id))::bigint AS balance FROM ({_MOVED}) m) s
            WHERE s.at >= %(since)s
              AND (%(after)s = 0 OR (s.at, s.id) > (SELECT a.decided_at, a.id FROM ledger_transaction a
                                                    WHERE a.id = %(after)s))
            ORDER BY s.at, s.id LIMIT %(limit)s""",
        {"account": account_id, "since": since, "until": until, "after": after, "limit": limit},
    )
