"""Series by what people call them."""

from __future__ import annotations

from article6.store.database import rows


def named(registry: str | None, party: str) -> list[tuple[int, str]]:
    """Id and originating registry of each series of a Party, of one registry or of any."""
    found = rows(
        """SELECT id, registry FROM series
           WHERE party = %(party)s AND (%(registry)s::text IS NULL OR registry = %(registry)s) ORDER BY registry""",
        {"party": party, "registry": registry},
    )
    return [(each[0], each[1]) for each in found]
