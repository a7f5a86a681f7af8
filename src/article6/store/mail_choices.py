"""What people want to be told by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from article6.domain.orders import PersonId
from article6.store.database import EVERYTHING, people_in_sight, records, refusals_translated, row


def address(person_id: PersonId) -> str:
    """Where the person is told; empty for nowhere."""
    with people_in_sight(str(person_id)):
        found = row("SELECT address FROM mail_choice WHERE person_id = %s", (person_id,))
        return str(found[0]) if found else ""


def choose(person_id: PersonId, wanted: str) -> None:
    """Keep where the person is told; empty for nowhere.

    Raises:
        Refused: the address is too long.
    """
    with people_in_sight(str(person_id)):
        if not wanted:
            row("DELETE FROM mail_choice WHERE person_id = %s RETURNING 1", (person_id,))
            return
        with refusals_translated():
            row(
                """INSERT INTO mail_choice (person_id, address) VALUES (%s, %s)
                   ON CONFLICT (person_id) DO UPDATE SET address = EXCLUDED.address RETURNING 1""",
                (person_id, wanted),
            )


def due(since: datetime) -> list[dict[str, Any]]:
    """Those active who were told nothing since: person_id, address, told_of."""
    with people_in_sight(EVERYTHING):
        return records(
            """SELECT m.person_id, m.address, m.told_of FROM mail_choice m JOIN store_person p ON p.id = m.person_id
               WHERE p.is_active AND (m.told_at IS NULL OR m.told_at <= %s) ORDER BY m.person_id""",
            (since,),
        )


def told(person_id: PersonId, of: str, now: datetime) -> None:
    """Remember of what a person was told, by its digest."""
    with people_in_sight(str(person_id)):
        row(
            "UPDATE mail_choice SET told_of = %s, told_at = %s WHERE person_id = %s RETURNING 1", (of, now, person_id)
        )  # fmt: skip
