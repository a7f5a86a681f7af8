"""People, their roles and their tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain import roles
from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, Actor, PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.domain.roles import Appointment, Right
from article6.services import role_changes
from article6.services.commands import command, once
from article6.services.proposals import APPROVED
from article6.services.role_changes import RoleChange
from article6.store import journal, persons, sign_in
from article6.store.journal import Command
from article6.store.queries import facts, registries

SCOPES = ("read", "propose", "decide", "issue", "authorize", "administer")
"""What a token may be used for; its person's roles bound it besides."""

TEXT_BEGINS = "a6_"
"""So that a token that leaked can be recognised for what it is."""

MACHINE_TEXT_BEGINS = "a6m_"
"""The tokens that machine clients are granted, which end soon (sign_in/machine_clients.py)."""


def require(person_id: PersonId, right: Right, section_id: int) -> Actor:
    """The person, who must have the right in the section, by one of the roles that give it (domain/roles.py).

    Raises:
        Refused: unknown, suspended, or without the right.
    """
    actor = facts.actor(person_id)
    if not roles.may(actor, right, section_id):
        raise refused(Code.PERSON_NOT_PERMITTED, actor.name, right)
    return actor


def require_in_one(person_id: PersonId, right: Right, parties: Iterable[str]) -> Actor:
    """The person, who must have the right in the section of one of the Parties, or everywhere.

    Raises:
        Refused: unknown, suspended, or without the right.
    """
    actor = facts.actor(person_id)
    known = registries.sections()
    sections = {known[code] for code in parties if code in known} or {ANY_SECTION}
    if not any(roles.may(actor, right, section_id) for section_id in sections):
        raise refused(Code.PERSON_NOT_PERMITTED, actor.name, right)
    return actor


def require_inspector(person_id: PersonId) -> Actor:
    """The person, who must be administrator or auditor of the whole registry.

    Raises:
        Refused: unknown, suspended, or neither.
    """
    return require(person_id, Right.INSPECT, ANY_SECTION)


def require_inspector_or_shell(by: PersonId | None) -> None:
    """As `require_inspector`; None is an operator at the shell, who has the whole database anyway.

    Raises:
        Refused: unknown, suspended, or neither.
    """
    if by is not None:
        require_inspector(by)


def first_person(login: str, name: str, *, now: datetime) -> PersonId:
    """The founding administrator, whom nobody could admit."""
    return persons.add(login, name, password=None, is_machine=False)


def add_person(
    login: str, name: str, *, by: PersonId, now: datetime, password: str | None = None, is_machine: bool = False,
    key: str | None = None,
) -> PersonId:  # fmt: skip
    """Admit a person; without a password the person cannot sign in to pages.

    Raises:
        Refused: the login is taken, a machine client is given a password, or `by` is no administrator.
    """
    given = command(by, key, "add_person", [login, name, is_machine])

    def act() -> PersonId:
        require(by, Right.ADMIT_PERSON, ANY_SECTION)
        if is_machine and password is not None:
            raise refused(Code.PERSON_IS_MACHINE, login)
        with journal.database_transaction():
            person_id = persons.add(login, name, password, is_machine)
            journal.note(given, "person.admitted", f"person:{person_id}", now, [person_id])
        return person_id

    return once(given, act, lambda answer: PersonId(answer.ids[0]))


def listed(by: PersonId) -> list[dict[str, Any]]:
    """Everybody, with their roles; to administrators of the registry only.

    Raises:
        Refused: `by` is none.
    """
    require(by, Right.ADMIT_PERSON, ANY_SECTION)
    return persons.listed()


def give_role(
    person_id: PersonId, section_id: int, role: Role, *, by: PersonId, now: datetime, until: datetime | None = None,
    key: str | None = None,
) -> RoleChange:  # fmt: skip
    """Ask that a person may act in a role, in one section or (section 0) in all; see `role_changes.propose`.

    A role that the person has without an end is not asked for again.

    Raises:
        Refused: nobody could have the role so, `by` may not change roles there, or the person is unknown or suspended.
    """
    if persons.is_active(person_id) is not True:
        raise refused(Code.REQUEST_MALFORMED, str(person_id), "nobody of this number may act here")
    if until is None and persons.holds(person_id, section_id, role):
        require(by, Right.CHANGE_ROLE, section_id)
        return RoleChange(None, APPROVED)
    wanted = Appointment(role, section_id in registries.sections_of_parties(), persons.is_machine(person_id), until)
    if reasons := [*roles.refusals(wanted, now)]:
        raise Refused(reasons)
    return role_changes.propose("give", person_id, section_id, role, until, by=by, now=now, key=key)


def person_to_appoint(login: str, section_id: int, *, by: PersonId) -> PersonId:
    """The person with this login, told to who may change roles in the section only.

    Raises:
        Refused: there is none, or `by` may not change roles there.
    """
    require(by, Right.CHANGE_ROLE, section_id)
    found = persons.by_login(login)
    if found is None:
        raise refused(Code.REQUEST_MALFORMED, login, "nobody has this login")
    return found


def take_role(
    person_id: PersonId, section_id: int, role: Role, *, by: PersonId, now: datetime, key: str | None = None
) -> RoleChange:
    """Ask that a person no longer acts in a role; see `role_changes.propose`.

    Raises:
        Refused: the person has not this role there, or `by` may not change roles there.
    """
    if not persons.holds(person_id, section_id, role, or_ending=True):
        raise refused(Code.REQUEST_MALFORMED, role, "the person has not this role there")
    return role_changes.propose("take", person_id, section_id, role, None, by=by, now=now, key=key)


def set_password(person_id: PersonId, password: str, *, by: PersonId, now: datetime) -> None:
    """Set a person's password, which is kept as a salted hash only.

    Raises:
        Refused: `by` is neither the person nor an administrator, or it is a machine client.
    """
    if facts.actor(by).person_id != person_id:
        require(by, Right.ADMIT_PERSON, ANY_SECTION)
    if persons.is_machine(person_id):
        raise refused(Code.PERSON_IS_MACHINE, str(person_id))
    with journal.database_transaction():
        persons.set_password(person_id, password)
        journal.note(Command(by), "person.password_set", f"person:{person_id}", now)


def suspend(person_id: PersonId, *, by: PersonId, now: datetime, key: str | None = None) -> None:
    """Shut a person out, at once: roles, tokens and sessions count for nothing from here on.

    Raises:
        Refused: `by` is no administrator, or the registry would be left without one.
    """
    given = command(by, key, "suspend", person_id)

    def act() -> None:
        require(by, Right.ADMIT_PERSON, ANY_SECTION)
        if persons.is_active(person_id) is None:
            raise refused(Code.REQUEST_MALFORMED, str(person_id), "nobody has this number")
        with journal.database_transaction():
            role_changes.take_turn()
            if persons.administrators() == {person_id}:
                raise refused(Code.PERSON_LAST_ADMINISTRATOR, str(person_id))
            persons.suspend(person_id)
            sign_in.sign_out(person_id)
            journal.note(given, "person.suspended", f"person:{person_id}", now, [person_id])

    once(given, act, lambda _answer: None)


def reinstate(person_id: PersonId, *, by: PersonId, now: datetime, key: str | None = None) -> RoleChange:
    """Ask that a suspended person may act again; it takes a second person, as a change of roles does.

    Raises:
        Refused: the person is not suspended, or `by` is no administrator.
    """
    if persons.is_active(person_id) is not False:
        raise refused(Code.REQUEST_MALFORMED, str(person_id), "nobody of this number is suspended")
    return role_changes.propose("reinstate", person_id, ANY_SECTION, None, None, by=by, now=now, key=key)


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
    if facts.actor(by).person_id != person_id:
        require(by, Right.ADMIT_PERSON, ANY_SECTION)
    with journal.database_transaction():
        number, text = new_token(person_id, label, scopes, now=now, expires_at=expires_at)
        journal.note(Command(by), "token.created", f"token:{number}", now)
    return text


def new_token(
    person_id: PersonId, label: str, scopes: Iterable[str], *, now: datetime, expires_at: datetime | None
) -> tuple[int, str]:
    """A bearer token's number and text, which is kept as a digest. Who calls has judged who may, and writes it down.

    Raises:
        Refused: an unknown scope.
    """
    wanted = sorted(set(scopes))
    if unknown := set(wanted) - set(SCOPES):
        raise refused(Code.REQUEST_MALFORMED, "scopes", ", ".join(sorted(unknown)))
    text = TEXT_BEGINS + secrets.token_urlsafe(32)
    return persons.add_token(person_id, label, _digest(text), wanted, now, expires_at), text


def revoke_token(token_id: int, *, by: PersonId, now: datetime) -> None:
    """End a token, at once.

    Raises:
        Refused: `by` is no administrator.
    """
    require(by, Right.ADMIT_PERSON, ANY_SECTION)
    with journal.database_transaction():
        persons.revoke_token(token_id, now)
        journal.note(Command(by), "token.revoked", f"token:{token_id}", now)


def authenticate(text: str, now: datetime) -> Token | None:
    """Whom the token stands for; None when it is unknown, expired, revoked or its person suspended."""
    kept = sign_in.machine_token if text.startswith(MACHINE_TEXT_BEGINS) else persons.token
    found = kept(_digest(text), now)
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
