"""People, their roles and their tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, Actor, PersonId
from article6.domain.refusals import Code, refused
from article6.store import journal, persons
from article6.store.journal import Command
from article6.store.queries import facts

SCOPES = ("read", "propose", "decide", "issue", "administer")
"""What a token may be used for; its person's roles bound it besides."""

TEXT_BEGINS = "a6_"
"""So that a token that leaked can be recognised for what it is."""


def require(person_id: PersonId, role: Role, section_id: int) -> Actor:
    """The person, who must hold the role in the section.

    Raises:
        Refused: unknown, suspended, or without the role.
    """
    actor = facts.actor(person_id)
    if not actor.has(role, section_id):
        raise refused(Code.PERSON_NOT_PERMITTED, actor.name, role)
    return actor


def first_person(login: str, name: str, *, now: datetime) -> PersonId:
    """The founding administrator, whom nobody could admit."""
    return persons.add(login, name, password=None, is_machine=False)


def give_role_unasked(person_id: PersonId, section_id: int, role: Role, *, now: datetime) -> None:
    """The founder's own role, which nobody could give."""
    persons.add_role(person_id, section_id, role, now)


def add_person(
    login: str, name: str, *, by: PersonId, now: datetime, password: str | None = None, is_machine: bool = False
) -> PersonId:
    """Admit a person; without a password the person cannot sign in to pages.

    Raises:
        Refused: the login is taken, or `by` is no administrator.
    """
    require(by, Role.ADMINISTRATOR, ANY_SECTION)
    with journal.database_transaction():
        person_id = persons.add(login, name, password, is_machine)
        journal.note(Command(by), "person.admitted", f"person:{person_id}", now)
    return person_id


def give_role(person_id: PersonId, section_id: int, role: Role, *, by: PersonId, now: datetime) -> None:
    """Let a person act in a role, in one section or (section 0) in all; giving it again changes nothing.

    Raises:
        Refused: `by` is no administrator of that section.
    """
    require(by, Role.ADMINISTRATOR, section_id)
    if facts.actor(person_id).has(role, section_id):
        return
    with journal.database_transaction():
        persons.add_role(person_id, section_id, role, now)
        journal.note(Command(by), f"role.{role}.given", f"person:{person_id}:section:{section_id}", now)


def set_password(person_id: PersonId, password: str, *, by: PersonId, now: datetime) -> None:
    """Set a person's password, which is kept as a salted hash only.

    Raises:
        Refused: `by` is neither the person nor an administrator.
    """
    if by != person_id:
        require(by, Role.ADMINISTRATOR, ANY_SECTION)
    with journal.database_transaction():
        persons.set_password(person_id, password)
        journal.note(Command(by), "person.password_set", f"person:{person_id}", now)


def suspend(person_id: PersonId, *, by: PersonId, now: datetime) -> None:
    """Shut a person out, at once: roles, tokens and sessions count for nothing from here on.

    Raises:
        Refused: `by` is no administrator.
    """
    require(by, Role.ADMINISTRATOR, ANY_SECTION)
    with journal.database_transaction():
        persons.set_active(person_id, is_active=False)
        journal.note(Command(by), "person.suspended", f"person:{person_id}", now)


@dataclass(frozen=True, slots=True)
class Token:
    """Whom a bearer token stands for, and what it may be used for."""

    person_id: PersonId
    scopes: frozenset[str]


def create_token(
    person_id: PersonId,
    label: str,
    scopes: Iterable[str],
    *,
    by: PersonId,
    now: datetime,
    expires_at: datetime | None = None,
) -> str:
    """Make a bearer token; this is the only time its text is to be had.

    Raises:
        Refused: an unknown scope, or `by` is neither the person nor an administrator.
    """
    wanted = sorted(set(scopes))
    if unknown := set(wanted) - set(SCOPES):
        raise refused(Code.REQUEST_MALFORMED, "scopes", ", ".join(sorted(unknown)))
    if by != person_id:
        require(by, Role.ADMINISTRATOR, ANY_SECTION)
    text = TEXT_BEGINS + secrets.token_urlsafe(32)
    with journal.database_transaction():
        number = persons.add_token(person_id, label, _digest(text), wanted, now, expires_at)
        journal.note(Command(by), "token.created", f"token:{number}", now)
    return text


def revoke_token(token_id: int, *, by: PersonId, now: datetime) -> None:
    """End a token, at once.

    Raises:
        Refused: `by` is no administrator.
    """
    require(by, Role.ADMINISTRATOR, ANY_SECTION)
    with journal.database_transaction():
        persons.revoke_token(token_id, now)
        journal.note(Command(by), "token.revoked", f"token:{token_id}", now)


def authenticate(text: str, now: datetime) -> Token | None:
    """Whom the token stands for; None when it is unknown, expired, revoked or its person suspended."""
    found = persons.token(_digest(text), now)
    return Token(PersonId(found[0]), frozenset(found[1])) if found else None


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def person_by_login(login: str) -> PersonId:
    """The person with this login.

    Raises:
        Refused: there is none.
    """
    found = persons.by_login(login)
    if found is None:
        raise refused(Code.PERSON_UNKNOWN, login)
    return found
