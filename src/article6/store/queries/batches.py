"""Batches: what was issued together."""

from __future__ import annotations

from typing import Any

from article6.domain.orders import TransactionId
from article6.domain.refusals import Code, refused
from article6.store.database import one, records, row

LISTED = """SELECT b.id, s.registry, s.party, b.lo AS first, b.hi AS last, b.hi - b.lo + 1 AS quantity, b.unit_type,
    c.code AS cooperative_approach, v.code AS activity, v.title AS activity_title, b.vintage_year, b.metric,
    b.metric_unit,
    b.conversion_numerator, b.conversion_denominator, b.gwp, b.mitigation_type, b.sectors, b.activity_types,
    b.underlying_registry, b.underlying_series, b.underlying_lo, b.underlying_hi, b.original_serial, b.attributes,
    b.attributes_schema, b.conversion_method,
    b.issued_at, b.transaction_id, b.series_id
    FROM batch b JOIN series s ON s.id = b.series_id LEFT JOIN activity v ON v.id = b.activity_id
    LEFT JOIN cooperative_approach c ON c.id = b.cooperative_approach_id"""


def of_transaction(transaction_id: TransactionId) -> tuple[int, int, int]:
    """Id, first and last serial of the batch that this issuance created."""
    found = row("SELECT id, lo, hi FROM batch WHERE transaction_id = %s", (transaction_id,))
    if found is None:
        raise refused(Code.TRANSACTION_UNKNOWN, str(transaction_id))
    return found[0], found[1], found[2]


_NOW = LISTED.replace(
    " FROM batch b",
    """, (SELECT u.status FROM underlying_statement u
          WHERE u.batch_id = b.id ORDER BY u.id DESC LIMIT 1) AS underlying_status FROM batch b""",
)
"""As listed, with what may change: the latest word on the underlying units."""


def batch(batch_id: int) -> dict[str, Any] | None:
    """One batch with its series, activity and approach."""
    found = records(f"{_NOW} WHERE b.id = %s", (batch_id,))
    return found[0] if found else None


def page(after: int, limit: int, party: str | None = None, activity: str | None = None) -> list[dict[str, Any]]:
    """Batches with an id above `after`, in order of issuance."""
    return records(
        f"""{_NOW} WHERE b.id > %(after)s AND (%(party)s::text IS NULL OR b.party = %(party)s)
            AND (%(activity)s::text IS NULL OR v.code = %(activity)s) ORDER BY b.id LIMIT %(limit)s""",
        {"after": after, "limit": limit, "party": party, "activity": activity},
    )


def count(party: str | None = None, activity: str | None = None) -> int:
    """How many batches the page's filters admit."""
    found = one(
        """SELECT count(*) FROM batch b LEFT JOIN activity v ON v.id = b.activity_id
           WHERE (%(party)s::text IS NULL OR b.party = %(party)s)
             AND (%(activity)s::text IS NULL OR v.code = %(activity)s)""",
        {"party": party, "activity": activity},
    )
    return int(found[0])
