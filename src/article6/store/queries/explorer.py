"""What the explorer and the search box ask beyond the ledger: authorizations, approaches, entities, leaves of the
log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from article6.store.database import records

_LATEST = (
    """a.version = (SELECT max(n.version) FROM party_authorization n WHERE n.party = a.party AND n.code = a.code)"""
)


def authorizations_like(text: str, limit: int) -> list[dict[str, Any]]:
    """Authorizations in their latest versions whose identifier starts with the text: party, code, approach,
    authorized_on, is_revoked."""
    return records(
        f"""SELECT a.party, a.code, c.code AS approach, a.authorized_on, a.is_revoked
            FROM party_authorization a JOIN cooperative_approach c ON c.id = a.cooperative_approach_id
            WHERE {_LATEST} AND upper(a.code) LIKE %(start)s
            ORDER BY upper(a.code) = %(text)s DESC, a.party, a.code LIMIT %(limit)s""",
        {"text": text.upper(), "start": f"{like(text.upper())}%", "limit": limit},
    )


def approaches_like(text: str, limit: int) -> list[dict[str, Any]]:
    """Cooperative approaches with this identifier, or whose title has the text: code, title, parties."""
    return records(
        """SELECT c.code, c.title, c.parties FROM cooperative_approach c
           WHERE c.code = %(code)s OR c.title ILIKE %(inside)s ORDER BY c.code = %(code)s DESC, c.id LIMIT %(limit)s""",
        {"code": text.upper(), "inside": f"%{like(text)}%", "limit": limit},
    )


def entities(text: str | None, limit: int) -> list[dict[str, Any]]:
    """Entities that authorizations in force name (all, or those whose name has the text): name, country, party, code
    (of an authorization): a line for each authorization, in the order of names."""
    return records(
        f"""SELECT e.named ->> 'name' AS name, e.named ->> 'country' AS country, a.party, a.code
            FROM party_authorization a CROSS JOIN LATERAL jsonb_array_elements(a.entities) AS e(named)
            WHERE {_LATEST} AND NOT a.is_revoked AND (%(inside)s::text IS NULL OR e.named ->> 'name' ILIKE %(inside)s)
            ORDER BY 1, 3, 4 LIMIT %(limit)s""",
        {"inside": None if text is None else f"%{like(text)}%", "limit": limit},
    )


def leaves(below: int, limit: int, kind: str | None) -> list[dict[str, Any]]:
    """Leaves of the log with a position below `below`, newest first: position, kind, subject, hash, at."""
    return records(
        """SELECT l.position, l.kind, l.subject, encode(l.hash, 'hex') AS hash, l.at FROM log_leaf l
           WHERE l.position < %(below)s AND (%(kind)s::text IS NULL OR l.kind = %(kind)s)
           ORDER BY l.position DESC LIMIT %(limit)s""",
        {"below": below, "limit": limit, "kind": kind},
    )


LEAVES_COUNTED = "SELECT 1 FROM log_leaf l WHERE (%(kind)s::text IS NULL OR l.kind = %(kind)s)"


def leaf(position: int) -> dict[str, Any] | None:
    """The leaf at a position: position, kind, subject, hash, at."""
    found = leaves(position + 1, 1, None)
    return found[0] if found and found[0]["position"] == position else None


def positions(kind: str, subjects: Sequence[str]) -> dict[str, int]:
    """Where the leaves of these subjects stand; those that are not in the log yet are left out."""
    found = records(
        "SELECT l.subject, l.position FROM log_leaf l WHERE l.kind = %s AND l.subject = ANY (%s)",
        (kind, list(subjects)),
    )
    return {each["subject"]: each["position"] for each in found}


def like(text: str) -> str:
    """The text as a pattern that stands for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
