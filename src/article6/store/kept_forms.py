"""Forms that were sent after their session had ended: kept for a day, for their person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from article6.domain.orders import PersonId
from article6.store.database import EVERYTHING, one, people_in_sight, refusals_translated, row, rows


def keep(person_id: PersonId, path: str, content: Mapping[str, Any], ends_at: datetime) -> int:
    """Keep what was typed; its number.

    Raises:
        Refused: it is too large.
    """
    with people_in_sight(str(person_id)), refusals_translated():
        found = one(
            "INSERT INTO kept_form (person_id, path, content, ends_at) VALUES (%s, %s, %s, %s) RETURNING id",
            (person_id, path, Jsonb(dict(content)), ends_at),
        )
    return int(found[0])


def oldest_beyond(person_id: PersonId, at_most: int) -> None:
    """Forget a person's oldest ones beyond so many."""
    with people_in_sight(str(person_id)):
        rows(
            """DELETE FROM kept_form WHERE id IN (
                   SELECT id FROM kept_form WHERE person_id = %s ORDER BY id DESC OFFSET %s) RETURNING 1""",
            (person_id, at_most),
        )


def found(number: int, person_id: PersonId, path: str, now: datetime) -> dict[str, list[str]] | None:
    """What the person typed at this page; None where there is no such form."""
    with people_in_sight(str(person_id)):
        kept = row(
            "SELECT content FROM kept_form WHERE id = %s AND person_id = %s AND path = %s AND ends_at > %s",
            (number, person_id, path, now),
        )
    return dict(kept[0]) if kept else None


def end_due(now: datetime) -> int:
    """Forget those whose day is over; how many."""
    with people_in_sight(EVERYTHING):
        return len(rows("DELETE FROM kept_form WHERE ends_at <= %s RETURNING 1", (now,)))
