"""Notices to sections, with who acknowledged them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from article6.store.database import one, records

_NOTICE = """FROM notice n JOIN section s ON s.id = n.section_id
    LEFT JOIN notice_acknowledgement k ON k.notice_id = n.id LEFT JOIN store_person p ON p.id = k.person_id
    WHERE (%(all)s OR n.section_id = ANY (%(sections)s)) AND (%(section)s::text IS NULL OR s.code = %(section)s)
      AND (NOT %(open)s OR k.id IS NULL)"""


def page(
    seen: Iterable[int] | None, below: int, limit: int, section: str | None = None, *, is_open: bool = False
) -> list[dict[str, Any]]:
    """Notices to these sections (None: to all), newest first: id, section, at, subject, code, params, acknowledged_by,
    acknowledged_at. `is_open` leaves out those acknowledged."""
    return records(
        f"""SELECT n.id, s.code AS section, n.at, n.subject, n.code, n.params, p.name AS acknowledged_by,
                   k.at AS acknowledged_at
            {_NOTICE} AND n.id < %(below)s ORDER BY n.id DESC LIMIT %(limit)s""",
        {**_wanted(seen, section, is_open), "below": below, "limit": limit},
    )


def count(seen: Iterable[int] | None, section: str | None = None, *, is_open: bool = False) -> int:
    """How many notices `page` goes through."""
    return int(one(f"SELECT count(*) {_NOTICE}", _wanted(seen, section, is_open))[0])


def notice(notice_id: int, seen: Iterable[int] | None) -> dict[str, Any] | None:
    """One notice as in `page`, with section_id; None where it is to none of these sections."""
    found = records(
        f"""SELECT n.id, s.code AS section, n.section_id, n.at, n.subject, n.code, n.params, p.name AS acknowledged_by,
                   k.at AS acknowledged_at
            {_NOTICE} AND n.id = %(id)s""",
        {**_wanted(seen, None, False), "id": notice_id},
    )
    return found[0] if found else None


def _wanted(seen: Iterable[int] | None, section: str | None, is_open: bool) -> dict[str, Any]:
    return {"all": seen is None, "sections": list(seen or ()), "section": section, "open": is_open}
