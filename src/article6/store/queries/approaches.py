"""Cooperative approaches and activities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from article6.store.database import records, rows


def by_code(code: str) -> dict[str, Any] | None:
    """The cooperative approach: id, code, title, parties, first_transfer_oimp, remark."""
    found = records(
        "SELECT id, code, title, parties, first_transfer_oimp, remark FROM cooperative_approach WHERE code = %s",
        (code,),
    )
    return found[0] if found else None


def activities(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Ids of those that are recorded, by Party and code."""
    asked = list(wanted)
    found = rows(
        """SELECT v.party, v.code, v.id FROM unnest(%s::text[], %s::text[]) AS w(party, code)
           JOIN activity v ON v.party = w.party AND v.code = w.code""",
        ([party for party, _ in asked], [code for _, code in asked]),
    )
    return {(party, code): number for party, code, number in found}


def activity(party: str, code: str) -> int | None:
    """The id of a Party's activity."""
    return activities([(party, code)]).get((party, code))
