"""Invitations: the only way in. An administrator invites; the person sets a password and a second factor by a link.

The link works once and ends. Only its digest is kept, so that nobody who reads the database gets in by it. Roles that
are to come with an invitation are asked for as every change of roles is, and take a second administrator.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import letters, people, role_changes
from article6.services.role_changes import RoleChange
from article6.services.sign_in import noting, operators, passwords
from article6.store import journal, persons, sign_in
from article6.store.journal import Command

LASTS = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A role that the person invited is to have; section 0 is every section."""

    role: Role
    section_id: int = ANY_SECTION
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited, the link's secret (to be had this once), when it ends, and the roles that were asked for."""

    person_id: PersonId
    text: str
    ends_at: datetime
    asked: tuple[RoleChange, ...] = ()


def invite(login: str, name: str, wanted: Sequence[Wanted] = (), *, by: PersonId, now: datetime) -> Invited:
    """Admit a person and make the link by which that person gets in.

    Raises:
        Refused: the login is taken, nobody could have one of the roles so, or `by` is no administrator.
    """
    with journal.database_transaction():
        person_id = people.add_person(login, name, by=by, now=now)
        asked = tuple(
            people.give_role(person_id, each.section_id, each.role, by=by, now=now, until=each.until) for each in wanted
        )
        text, ends_at = _link(person_id, by, now)
    return Invited(person_id, text, ends_at, asked)


def invite_again(person_id: PersonId, *, by: PersonId, now: datetime) -> Invited:
    """A new link for somebody who cannot sign in yet, or no more after a recovery; links made before end.

    Raises:
        Refused: the person can sign in already, is suspended or a machine client, or `by` is no administrator.
    """
    people.require(by, Right.ADMIT_PERSON, ANY_SECTION)
    if persons.is_active(person_id) is not True:
        raise refused(Code.REQUEST_MALFORMED, str(person_id), "nobody of this number may act here")
    if persons.is_machine(person_id):
        raise refused(Code.PERSON_IS_MACHINE, str(person_id))
    if persons.has_password(person_id):
        raise refused(Code.PERSON_SIGNS_IN, str(person_id))
    with journal.database_transaction():
        _withdraw(person_id, by, now)
        text, ends_at = _link(person_id, by, now)
    return Invited(person_id, text, ends_at)


def withdraw(person_id: PersonId, *, by: PersonId, now: datetime) -> int:
    """End the links that a person was sent and has not used; how many.

    Raises:
        Refused: `by` is no administrator.
    """
    people.require(by, Right.ADMIT_PERSON, ANY_SECTION)
    with journal.database_transaction():
        return _withdraw(person_id, by, now)


def recover(person_id: PersonId, *, by: PersonId, now: datetime, key: str | None = None) -> RoleChange:
    """Ask that somebody who lost the second factor may begin anew: a second administrator approves it.

    From then on password, second factors, single sign-on and sessions count for nothing; `invite_again` makes the link.

    Raises:
        Refused: nobody has this number, it is a machine client, or `by` may not change roles.
    """
    if persons.is_active(person_id) is None:
        raise refused(Code.REQUEST_MALFORMED, str(person_id), "nobody has this number")
    if persons.is_machine(person_id):
        raise refused(Code.PERSON_IS_MACHINE, str(person_id))
    return role_changes.propose("recover", person_id, ANY_SECTION, None, None, by=by, now=now, key=key)


def invited_by_link(text: str, now: datetime) -> PersonId | None:
    """Whom a link is for; None where it does not hold (any more)."""
    found = sign_in.invitation(_digest(text), now)
    return found[1] if found else None


def take_up(text: str, password: str, *, now: datetime) -> PersonId:
    """Set the password by the link, which is used up by it; the person.

    Raises:
        Refused: the link does not hold (any more), or the password is too weak.
    """
    found = sign_in.invitation(_digest(text), now)
    if found is None:
        raise refused(Code.INVITATION_ENDED)
    number, person_id = found
    passwords.require_strong(person_id, password)
    with journal.database_transaction():
        sign_in.end_invitation(number, person_id, "taken_up", person_id, now)
        persons.set_password(person_id, password)
        journal.note(Command(person_id), "invitation.taken_up", f"person:{person_id}", now)
        noting.password_changed(person_id, now)
        operators.password_changed(person_id)
        letters.write(person_id, letters.Kind.PASSWORD_CHANGED, now)
    return person_id


def _link(person_id: PersonId, by: PersonId, now: datetime) -> tuple[str, datetime]:
    text, ends_at = secrets.token_urlsafe(32), now + LASTS
    sign_in.add_invitation(person_id, _digest(text), by, now, ends_at)
    journal.note(Command(by), "invitation.made", f"person:{person_id}", now)
    return text, ends_at


def _withdraw(person_id: PersonId, by: PersonId, now: datetime) -> int:
    open_ = sign_in.open_invitations(person_id, now)
    for number in open_:
        sign_in.end_invitation(number, person_id, "withdrawn", by, now)
    if open_:
        journal.note(Command(by), "invitation.withdrawn", f"person:{person_id}", now)
    return len(open_)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
