"""Drafts of tasks: kept, read, given up. They are no evidence, and stand outside the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from article6.domain.orders import PersonId
from article6.store.database import EVERYTHING, one, people_in_sight, records, refusals_translated, row, rows


def keep(
    person_id: PersonId, section_id: int | None, task: str, title: str, content: Mapping[str, Any], now: datetime,
    ends_at: datetime,
) -> int:  # fmt: skip
    """Keep a new draft; its number.

    Raises:
        Refused: it is too large.
    """
    with people_in_sight(str(person_id)):
        with refusals_translated():
            found = one(
                """INSERT INTO task_draft (person_id, section_id, task, title, content, made_at, changed_at, ends_at)
                   VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
                (person_id, section_id, task, title, Jsonb(dict(content)), now, now, ends_at),
            )
        return int(found[0])


def change(
    draft_id: int, person_id: PersonId, section_id: int | None, title: str, content: Mapping[str, Any], now: datetime,
    ends_at: datetime,
) -> bool:  # fmt: skip
    """Keep another content in the person's draft; whether there is such a one.

    Raises:
        Refused: it is too large.
    """
    with people_in_sight(str(person_id)):
        with refusals_translated():
            found = row(
                """UPDATE task_draft SET section_id = %s, title = %s, content = %s, changed_at = %s, ends_at = %s
                   WHERE id = %s AND person_id = %s RETURNING 1""",
                (section_id, title, Jsonb(dict(content)), now, ends_at, draft_id, person_id),
            )
        return found is not None


_DRAFT = "SELECT id, section_id, task, title, content, made_at, changed_at, ends_at FROM task_draft"


def of_person(person_id: PersonId, now: datetime) -> list[dict[str, Any]]:
    """A person's drafts that are not over, the latest first: id, section_id, task, title, content, made_at, changed_at,
    ends_at."""
    with people_in_sight(str(person_id)):
        return records(
            f"{_DRAFT} WHERE person_id = %s AND ends_at > %s ORDER BY changed_at DESC, id DESC", (person_id, now)
        )


def draft(draft_id: int, person_id: PersonId, now: datetime) -> dict[str, Any] | None:
    """One of them."""
    with people_in_sight(str(person_id)):
        found = records(f"{_DRAFT} WHERE id = %s AND person_id = %s AND ends_at > %s", (draft_id, person_id, now))
        return found[0] if found else None


def give_up(draft_id: int, person_id: PersonId) -> bool:
    """Delete a person's draft; whether there was such a one."""
    with people_in_sight(str(person_id)):
        return (
            row("DELETE FROM task_draft WHERE id = %s AND person_id = %s RETURNING 1", (draft_id, person_id))
            is not None
        )


def end_due(now: datetime) -> int:
    """Delete the drafts that are over; how many."""
    with people_in_sight(EVERYTHING):
        return len(rows("DELETE FROM task_draft WHERE ends_at <= %s RETURNING 1", (now,)))


def oldest_beyond(person_id: PersonId, at_most: int) -> int:
    """Delete a person's oldest drafts beyond so many; how many."""
    with people_in_sight(str(person_id)):
        return len(
            rows(
                """DELETE FROM task_draft WHERE id IN (
                       SELECT id FROM task_draft WHERE person_id = %s ORDER BY changed_at DESC, id DESC OFFSET %s)
                   RETURNING 1""",
                (person_id, at_most),
            )
        )
