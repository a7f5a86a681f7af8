"""Many orders from a file, on their way into the ledger: the lines, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from article6.domain.orders import PersonId
from article6.store.database import EVERYTHING, one, people_in_sight, records, refusals_translated, row, rows


def keep(
    person_id: PersonId, section_id: int | None, task: str, name: str, lines: Sequence[Any], now: datetime
) -> int:  # fmt: skip
    """Keep the lines of a file that was read; its number."""
    with people_in_sight(str(person_id)):
        with refusals_translated():
            found = one(
                """INSERT INTO bulk_run (person_id, section_id, task, name, lines, state, made_at)
                   VALUES (%s, %s, %s, %s, %s, 'looked', %s) RETURNING id""",
                (person_id, section_id, task, name, Jsonb(list(lines)), now),
            )
        return int(found[0])


_RUN = """SELECT id, person_id, task, name, lines, is_whole, state, results, made_at, ended_at FROM bulk_run"""


def run(number: int, person_id: PersonId) -> dict[str, Any] | None:
    """A person's run: id, person_id, task, name, lines, is_whole, state, results, made_at, ended_at."""
    with people_in_sight(str(person_id)):
        found = records(f"{_RUN} WHERE id = %s AND person_id = %s", (number, person_id))
        return found[0] if found else None


def of_person(person_id: PersonId, limit: int) -> list[dict[str, Any]]:
    """A person's latest runs, newest first: id, task, name, state, many, done, made_at, ended_at."""
    with people_in_sight(str(person_id)):
        return records(
            """SELECT id, task, name, state, jsonb_array_length(lines) AS many, jsonb_array_length(results) AS done,
                      made_at, ended_at
               FROM bulk_run WHERE person_id = %s ORDER BY id DESC LIMIT %s""",
            (person_id, limit),
        )


def start(number: int, person_id: PersonId, *, is_whole: bool) -> bool:
    """Let a run that was looked at begin; whether it did now."""
    with people_in_sight(str(person_id)):
        found = row(
            """UPDATE bulk_run SET state = 'running', is_whole = %s
               WHERE id = %s AND person_id = %s AND state = 'looked' RETURNING 1""",
            (is_whole, number, person_id),
        )
        return found is not None


def running() -> list[int]:
    """The runs that have begun and not ended, oldest first."""
    with people_in_sight(EVERYTHING):
        return [each[0] for each in rows("SELECT id FROM bulk_run WHERE state = 'running' ORDER BY id LIMIT 20")]


def locked(number: int) -> dict[str, Any] | None:
    """A run that goes on, for whoever goes on with it; None where another process does, or it has ended."""
    with people_in_sight(EVERYTHING):
        found = records(f"{_RUN} WHERE id = %s AND state = 'running' FOR UPDATE SKIP LOCKED", (number,))
        return found[0] if found else None


def went_on(number: int, results: Sequence[Any], ended_at: datetime | None) -> None:
    """Keep what became of the lines so far; ended, where a moment is given."""
    with people_in_sight(EVERYTHING):
        row(
            """UPDATE bulk_run SET results = %s, ended_at = %s, state = CASE WHEN %s THEN 'ended' ELSE state END
               WHERE id = %s RETURNING 1""",
            (Jsonb(list(results)), ended_at, ended_at is not None, number),
        )


def give_up_before(made_at: datetime) -> int:
    """Delete the runs made before a moment that are not under way; how many."""
    with people_in_sight(EVERYTHING):
        return len(rows("DELETE FROM bulk_run WHERE made_at < %s AND state <> 'running' RETURNING 1", (made_at,)))
