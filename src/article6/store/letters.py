"""Letters about how people sign in, until they are sent; and the browsers in which people have signed in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from article6.domain.orders import PersonId
from article6.store.database import EVERYTHING, database_transaction, people_in_sight, row, rows

FORGOTTEN_AFTER = timedelta(days=400)
"""A browser that was not seen for so long counts as a new one; its cookie is gone by then."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One that waits; `device` is a browser and a system, '' where that says nothing."""

    id: int
    person_id: PersonId
    address: str
    kind: str
    device: str
    made_at: datetime


def add(person_id: PersonId, address: str, kind: str, device: str, now: datetime) -> None:
    """Let a letter wait until the clockwork sends it."""
    with people_in_sight(str(person_id)):
        row(
            "INSERT INTO letter (person_id, address, kind, device, made_at) VALUES (%s, %s, %s, %s, %s) RETURNING 1",
            (person_id, address, kind, device[:100], now),
        )


@contextlib.contextmanager
def next_due(tried_before: datetime) -> Iterator[Letter | None]:
    """The next letter that was not tried since; nobody else takes it meanwhile. None where there is none. Those that
    were never tried go first, so that letters to an address that takes none hold up no others.

    It is gone when the block ends, and stays where the block raises.
    """
    with people_in_sight(EVERYTHING), database_transaction():
        found = row(
            """SELECT id, person_id, address, kind, device, made_at FROM letter
               WHERE tried_at IS NULL OR tried_at <= %s ORDER BY tried_at NULLS FIRST, id LIMIT 1
               FOR UPDATE SKIP LOCKED""",
            (tried_before,),
        )
        yield Letter(found[0], PersonId(found[1]), *found[2:]) if found else None
        if found:
            row("DELETE FROM letter WHERE id = %s RETURNING 1", (found[0],))


def tried(letter_id: int, now: datetime) -> None:
    """It could not be sent now."""
    with people_in_sight(EVERYTHING):
        row("UPDATE letter SET tried_at = %s WHERE id = %s RETURNING 1", (now, letter_id))


def give_up(made_before: datetime) -> int:
    """Forget letters that could not be sent for too long; how many."""
    with people_in_sight(EVERYTHING):
        return len(rows("DELETE FROM letter WHERE made_at < %s RETURNING 1", (made_before,)))


def knows_browser(person_id: PersonId, digest: bytes, now: datetime) -> bool:
    """Whether the person has signed in in this browser before; from now on it is known."""
    with people_in_sight(str(person_id)):
        rows("DELETE FROM known_browser WHERE person_id = %s AND seen_at < %s RETURNING 1",
             (person_id, now - FORGOTTEN_AFTER))  # fmt: skip
        known = row("UPDATE known_browser SET seen_at = %s WHERE person_id = %s AND digest = %s RETURNING 1",
                    (now, person_id, digest))  # fmt: skip
        if known is None:
            row("INSERT INTO known_browser (person_id, digest, seen_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING "
                "RETURNING 1", (person_id, digest, now))  # fmt: skip
    return known is not None
