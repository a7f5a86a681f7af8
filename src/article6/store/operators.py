"""What operators did at the server about how people get in, and passwords that are to be changed for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from article6.domain.orders import PersonId
from article6.store import journal
from article6.store.database import EVERYTHING, people_in_sight, records, row


def note(person_id: PersonId, act: str, os_user: str, named_by: PersonId | None, now: datetime) -> int:
    """Write down an act, `password_set` or `token_made`; its number."""
    with people_in_sight(EVERYTHING):
        return journal.insert(
            "operator_act",
            {"person_id": person_id, "act": act, "os_user": os_user[:100], "named_by": named_by, "at": now},
        )


def acts(person_id: PersonId) -> list[dict[str, Any]]:
    """What operators did about a person, newest first: act, os_user, named_by (a login), at."""
    with people_in_sight(EVERYTHING):
        return records(
            """SELECT o.act, o.os_user, p.login AS named_by, o.at FROM operator_act o
               LEFT JOIN store_person p ON p.id = o.named_by WHERE o.person_id = %s ORDER BY o.id DESC""",
            (person_id,),
        )


def let_change(person_id: PersonId, now: datetime) -> None:
    """The person has to choose another password before anything else."""
    with people_in_sight(EVERYTHING):
        row(
            """INSERT INTO password_to_change (person_id, since) VALUES (%s, %s)
               ON CONFLICT (person_id) DO UPDATE SET since = EXCLUDED.since RETURNING 1""",
            (person_id, now),
        )


def has_to_change(person_id: PersonId) -> bool:
    with people_in_sight(str(person_id)):
        return row("SELECT 1 FROM password_to_change WHERE person_id = %s", (person_id,)) is not None


def has_changed(person_id: PersonId) -> None:
    with people_in_sight(str(person_id)):
        row("DELETE FROM password_to_change WHERE person_id = %s RETURNING 1", (person_id,))
