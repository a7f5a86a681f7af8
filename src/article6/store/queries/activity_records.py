"""What was recorded of activities, in lists: host statements, issuances with what followed, invoices and payments."""

from __future__ import annotations

from typing import Any

from article6.store.database import records, rows
from article6.store.queries.mechanism import INVOICE


def statements(activity_id: int) -> list[dict[str, Any]]:
    """Every version of the host Party's statement, oldest first.

    version, statement, stated_on, reference, quantity, authorization (its code or None), recorded_at.
    """
    return records(
        """SELECT version, statement, stated_on, reference, quantity, authorization_code AS "authorization", recorded_at
           FROM host_statement WHERE activity_id = %s ORDER BY version""",
        (activity_id,),
    )


def transactions_of(issuance_id: int) -> list[int]:
    """The transactions of an issuance and of what followed from it, its own first; empty when there is none."""
    return [int(each[0]) for each in rows("SELECT transactions_of_issuance(%s::bigint) ORDER BY 1", (issuance_id,))]


_NAMED = f"SELECT i.*, v.party, v.code AS activity FROM ({INVOICE}) i JOIN activity v ON v.id = i.activity_id"

_OF = """(%(party)s::text IS NULL OR v.party = %(party)s) AND (%(activity)s::text IS NULL OR v.code = %(activity)s)"""

INVOICES_COUNTED = f"SELECT 1 FROM fee_invoice i JOIN activity v ON v.id = i.activity_id WHERE {_OF}"


def invoices(after: int, limit: int, party: str | None, activity: str | None) -> list[dict[str, Any]]:
    """Invoices with an id above `after`, oldest first: as `mechanism.invoice`, with party and activity (its code)."""
    return records(
        f"{_NAMED} WHERE {_OF} AND i.id > %(after)s ORDER BY i.id LIMIT %(limit)s",
        {"after": after, "limit": limit, "party": party, "activity": activity},
    )


def invoice(invoice_id: int) -> dict[str, Any] | None:
    """One invoice as in `invoices`; None when there is none."""
    found = records(f"{_NAMED} WHERE i.id = %s", (invoice_id,))
    return found[0] if found else None


def refunds(invoice_id: int) -> list[dict[str, Any]]:
    """What was given back of an invoice: cents, refunded_on, reference, reason, recorded_at."""
    return records(
        """SELECT amount_cents AS cents, refunded_on, reference, reason, recorded_at FROM fee_refund
           WHERE invoice_id = %s ORDER BY id""",
        (invoice_id,),
    )


def payments(invoice_id: int) -> list[dict[str, Any]]:
    """What was paid of an invoice: cents, paid_on, reference, recorded_at."""
    return records(
        """SELECT amount_cents AS cents, paid_on, reference, recorded_at FROM fee_payment WHERE invoice_id = %s
           ORDER BY id""",
        (invoice_id,),
    )
