"""Accounts and what stands in them."""

from __future__ import annotations

from typing import Any

from article6.store.database import one, records

LISTED = """SELECT a.id, a.number, a.type, a.name, a.holder, COALESCE(a.party, '') AS party, s.code AS section,
    a.status, a.status_reason, a.status_since, a.is_terminal, a.needs_approval, a.period_first, a.period_last,
    a.metric, a.purpose, a.sub_purpose,
    a.opened_at
    FROM account a JOIN section s ON s.id = a.section_id"""


def next_identifier() -> int:
    """A number for the next account; numbers are not reused, and gaps mean nothing."""
    found = one("SELECT COALESCE(max(id), 0) + 1001 FROM account")
    return int(found[0])


def account(number: str) -> dict[str, Any] | None:
    """One account, all that is public of it."""
    found = records(f"{LISTED} WHERE a.number = %s", (number,))
    return found[0] if found else None


def page(after: int, limit: int, section: str | None = None, type_: str | None = None) -> list[dict[str, Any]]:
    """Accounts with an id above `after`, in order of opening, with the units they hold."""
    return records(
        f"""SELECT l.*, COALESCE((SELECT sum(b.hi - b.lo + 1) FROM block b WHERE b.account_id = l.id), 0)::bigint
                       AS quantity
            FROM ({LISTED} WHERE a.id > %(after)s AND (%(section)s::text IS NULL OR s.code = %(section)s)
                  AND (%(type)s::text IS NULL OR a.type = %(type)s) ORDER BY a.id LIMIT %(limit)s) l ORDER BY l.id""",
        {"after": after, "limit": limit, "section": section, "type": type_},
    )


def count(section: str | None = None, type_: str | None = None) -> int:
    """How many accounts the page's filters admit."""
    found = one(
        """SELECT count(*) FROM account a JOIN section s ON s.id = a.section_id
           WHERE (%(section)s::text IS NULL OR s.code = %(section)s)
             AND (%(type)s::text IS NULL OR a.type = %(type)s)""",
        {"section": section, "type": type_},
    )
    return int(found[0])


def holdings(account_id: int) -> list[dict[str, Any]]:
    """Units in the account by unit type, Party, vintage and status: quantity, reserved, blocks."""
    return records(
        """SELECT b.unit_type, b.party, b.vintage_year, k.first_transfer_id IS NOT NULL AS is_first_transferred,
                  k.authorization_id IS NOT NULL AS is_authorized,
                  sum(k.hi - k.lo + 1)::bigint AS quantity,
                  COALESCE(sum(k.hi - k.lo + 1) FILTER (WHERE k.reserved_by IS NOT NULL), 0)::bigint AS reserved,
                  count(*) AS blocks
           FROM block k JOIN batch b ON b.id = k.batch_id WHERE k.account_id = %s
           GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""",
        (account_id,),
    )
