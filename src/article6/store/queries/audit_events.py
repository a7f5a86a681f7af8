"""The audit trail as people search it: who did what, when, about what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from article6.store.database import one, records

AT_MOST = 100_000
"""Events counted at most for one search; beyond, the count says `at least`."""

_FROM = "FROM audit_event e LEFT JOIN store_person p ON p.id = e.person_id LEFT JOIN section s ON s.id = e.section_id"

_WANTED = {
    "person": "(strpos(lower(p.login), lower(%(person)s)) > 0 OR strpos(lower(p.name), lower(%(person)s)) > 0)",
    "action": "starts_with(e.action, %(action)s)",
    "subject": "starts_with(e.subject, %(subject)s)",
    "section": "s.code = %(section)s",
    "since": "e.at >= %(since)s",
    "until": "e.at < %(until)s",
}


def page(wanted: Mapping[str, str | datetime], below: int, limit: int) -> list[dict[str, Any]]:
    """Events in sight, newest first: id, at, action, subject, login, name (empty: the program itself), section.

    `wanted` may have person (a part of login or name), action and subject (how they begin), section, since, until.
    """
    return records(
        f"""SELECT e.id, e.at, e.action, e.subject, COALESCE(p.login, '') AS login, COALESCE(p.name, '') AS name,
                   COALESCE(s.code, '') AS section
            {_FROM} WHERE e.id < %(below)s {_narrowed(wanted)} ORDER BY e.id DESC LIMIT %(limit)s""",
        {**wanted, "below": below, "limit": limit},
    )


def count(wanted: Mapping[str, str | datetime]) -> tuple[int, bool]:
    """How many events `page` goes through, and whether it is at least so many."""
    found = one(
        f"SELECT count(*) FROM (SELECT 1 {_FROM} WHERE true {_narrowed(wanted)} LIMIT {AT_MOST + 1}) counted", wanted
    )
    return min(int(found[0]), AT_MOST), int(found[0]) > AT_MOST


def kinds() -> list[str]:
    """The first words of all actions in sight (`account`, `peer`, ...), in order. Reads the index of none: the newest
    hundred thousand events are looked at."""
    found = records(
        f"""SELECT DISTINCT split_part(k.action, '.', 1) AS kind
            FROM (SELECT action FROM audit_event ORDER BY id DESC LIMIT {AT_MOST}) k ORDER BY 1"""
    )
    return [each["kind"] for each in found]


def _narrowed(wanted: Mapping[str, str | datetime]) -> str:
    return "".join(f" AND {_WANTED[name]}" for name in wanted)
