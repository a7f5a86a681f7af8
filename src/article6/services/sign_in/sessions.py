"""Sessions on pages: how long they last, who has which, and how they end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import people
from article6.store import journal, sign_in
from article6.store.journal import Command

SEEN_EVERY = timedelta(seconds=60)
"""How often a session that is used writes that it was."""


def is_over(began_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session has lasted too long, or was not used for too long."""
    lasted, idle = now - began_at, now - seen_at
    return (
        lasted.total_seconds() > settings.ARTICLE6_SESSION_S or idle.total_seconds() > settings.ARTICLE6_SESSION_IDLE_S
    )


def saw(person_id: PersonId, session_key: str, ip: str, user_agent: str, now: datetime) -> None:
    """A session was used; written down at most every minute."""
    sign_in.saw_session(person_id, session_key, ip, user_agent[:200], now)


def mine(person_id: PersonId, now: datetime) -> list[dict[str, Any]]:
    """The person's own sessions, the last used first."""
    return sign_in.sessions(person_id, now)


def of(person_id: PersonId, *, by: PersonId, now: datetime) -> list[dict[str, Any]]:
    """Somebody's sessions, to administrators.

    Raises:
        Refused: `by` is none.
    """
    people.require(by, Right.ADMIT_PERSON, ANY_SECTION)
    return sign_in.sessions(person_id, now)


def end_mine(person_id: PersonId, number: int, *, now: datetime) -> None:
    """End one of the own sessions.

    Raises:
        Refused: the person has no session of this number.
    """
    with journal.database_transaction():
        if not sign_in.end_sessions(person_id, only=number):
            raise refused(Code.REQUEST_MALFORMED, str(number), "no session of yours has this number")
        journal.note(Command(person_id), "session.revoked", f"person:{person_id}", now)


def end_my_others(person_id: PersonId, session_key: str | None, *, now: datetime) -> int:
    """End all own sessions but this one; how many."""
    with journal.database_transaction():
        ended = sign_in.end_sessions(person_id, but=session_key)
        if ended:
            journal.note(Command(person_id), "session.revoked", f"person:{person_id}", now)
    return ended


def sign_out(person_id: PersonId, *, by: PersonId, now: datetime) -> None:
    """End all sessions of somebody.

    Raises:
        Refused: `by` is no administrator.
    """
    people.require(by, Right.ADMIT_PERSON, ANY_SECTION)
    with journal.database_transaction():
        sign_in.sign_out(person_id)
        journal.note(Command(by), "session.revoked", f"person:{person_id}", now)
