"""Machine clients: OAuth 2.0 client credentials (RFC 6749 section 4.4), a secret for a token that soon ends.

A client is a person of kind machine; its roles say in which sections it may do what. Two secrets hold at a time, so
that one is changed while the other works.
"""

from __future__ import annotations

import hashlib
import secrets as random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import people
from article6.store import journal, persons, sign_in
from article6.store.journal import Command

SECRETS_AT_ONCE = 2
TOKEN_LASTS = timedelta(minutes=15)
SECRET_BEGINS, TOKEN_BEGINS = "a6s_", people.MACHINE_TEXT_BEGINS


@dataclass(frozen=True, slots=True)
class Granted:
    """A token, to be had this once, with what it may be used for and how long."""

    text: str
    scopes: tuple[str, ...]
    lasts_s: int


def add_secret(
    person_id: PersonId, scopes: Iterable[str], *, by: PersonId, now: datetime, lasts: timedelta
) -> tuple[int, str]:
    """Make a secret: its number, and its text, which is to be had this once.

    Raises:
        Refused: no machine client, two secrets hold already, an unknown scope, or `by` is no administrator.
    """
    people.require(by, Right.ADMIT_PERSON, ANY_SECTION)
    wanted = sorted(set(scopes))
    if not wanted or (unknown := set(wanted) - set(people.SCOPES)):
        raise refused(Code.REQUEST_MALFORMED, "scopes", ", ".join(sorted(unknown)) if wanted else "none")
    if not persons.is_machine(person_id):
        raise refused(Code.REQUEST_MALFORMED, str(person_id), "no machine client has this number")
    text = SECRET_BEGINS + random.token_urlsafe(32)
    with journal.database_transaction():
        journal.wait_for_turn(f"machine_secret:{person_id}")
        if len(sign_in.secrets(person_id, now)) >= SECRETS_AT_ONCE:
            raise refused(Code.MACHINE_SECRETS, str(person_id))
        number = sign_in.add_secret(person_id, _digest(text), wanted, by, now, now + lasts)
        journal.note(Command(by), "machine_secret.made", f"person:{person_id}", now)
    return number, text


def listed(person_id: PersonId, *, by: PersonId, now: datetime) -> list[dict[str, Any]]:
    """The secrets that hold, with their last use.

    Raises:
        Refused: `by` is no administrator.
    """
    people.require(by, Right.ADMIT_PERSON, ANY_SECTION)
    return sign_in.secrets(person_id, now)


def end_secret(secret_id: int, *, by: PersonId, now: datetime) -> None:
    """End a secret and its tokens, at once.

    Raises:
        Refused: there is no such secret, it ended before, or `by` is no administrator.
    """
    people.require(by, Right.ADMIT_PERSON, ANY_SECTION)
    with journal.database_transaction():
        person_id = sign_in.end_secret(secret_id, by, now)
        if person_id is None:
            raise refused(Code.REQUEST_MALFORMED, str(secret_id), "no secret has this number")
        journal.note(Command(by), "machine_secret.ended", f"person:{person_id}", now)


def grant(client: str, secret: str, scopes: Iterable[str], *, now: datetime) -> Granted | None:
    """A token for the client; None where client and secret do not belong together.

    `scopes` are some of the secret's; none stands for all.

    Raises:
        Refused: a scope that the secret has not.
    """
    if "\0" in client or "\0" in secret:
        return None
    found = sign_in.secret_of(client, _digest(secret), now)
    if found is None:
        return None
    secret_id, person_id, held = found
    wanted = sorted(set(scopes)) or held
    if more := set(wanted) - set(held):
        raise refused(Code.PERSON_NOT_PERMITTED, "scope", ", ".join(sorted(more)))
    text = TOKEN_BEGINS + random.token_urlsafe(32)
    with journal.database_transaction():
        sign_in.add_machine_token(secret_id, person_id, _digest(text), wanted, now, now + TOKEN_LASTS)
        sign_in.note(person_id, "machine_token.granted", f"person:{person_id}", now)
    return Granted(text, tuple(wanted), int(TOKEN_LASTS.total_seconds()))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
