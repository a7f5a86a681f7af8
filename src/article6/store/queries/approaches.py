"""Cooperative approaches and activities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from article6.store.database import records, rows

_APPROACH = """SELECT id, code, title, parties, first_transfer_oimp, remark, sectors, activity_types, metrics, documents
    FROM cooperative_approach"""


def by_code(code: str) -> dict[str, Any] | None:
    """The cooperative approach: id, code, title, parties, first_transfer_oimp, remark, sectors, activity_types,
    metrics, documents (kind, reference, sha256)."""
    found = records(f"{_APPROACH} WHERE code = %s", (code,))
    return found[0] if found else None


def page(after: int, limit: int, party: str | None) -> list[dict[str, Any]]:
    """Approaches with an id above `after`, as `by_code` gives them, in the order in which they were recorded."""
    return records(
        f"""{_APPROACH} WHERE id > %(after)s AND (%(party)s::text IS NULL OR %(party)s = ANY (parties))
            ORDER BY id LIMIT %(limit)s""",
        {"after": after, "limit": limit, "party": party},
    )


PAGE_COUNTED = "SELECT 1 FROM cooperative_approach WHERE (%(party)s::text IS NULL OR %(party)s = ANY (parties))"


def activities(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Ids of those that are recorded, by Party and code."""
    asked = list(wanted)
    found = rows(
        """SELECT v.party, v.code, v.id FROM unnest(%s::text[], %s::text[]) AS w(party, code)
           JOIN activity v ON v.party = w.party AND v.code = w.code""",
        ([party for party, _ in asked], [code for _, code in asked]),
    )
    return {(party, code): number for party, code, number in found}


def names(activity_ids: Iterable[int], approach_ids: Iterable[int]) -> tuple[dict[int, str], dict[int, str]]:
    """The codes of activities and of cooperative approaches, by id."""
    found = rows(
        """SELECT true, v.id, v.code FROM activity v WHERE v.id = ANY (%s)
           UNION ALL SELECT false, c.id, c.code FROM cooperative_approach c WHERE c.id = ANY (%s)""",
        (list(activity_ids), list(approach_ids)),
    )
    return {number: code for is_activity, number, code in found if is_activity}, {
        number: code for is_activity, number, code in found if not is_activity
    }


def activity(party: str, code: str) -> int | None:
    """The id of a Party's activity."""
    return activities([(party, code)]).get((party, code))
