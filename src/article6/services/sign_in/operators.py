"""What an operator does at the server about how people get in.

Who has the server has the database, and could write what the program refuses. So it is not forbidden, but done in the
open: it is the operator's act and nobody else's, under the login of the operating system, in the audit and to be seen
by every administrator; the person is told; and it gives nobody more than the person has.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import letters, people
from article6.services.letters import Kind
from article6.services.sign_in import noting, passwords, standing
from article6.store import journal, operators, persons, sign_in
from article6.store.queries import registries

NOBODY = PersonId(0)
"""Who ended a link where an operator did, in nobody's name."""


def set_password(person_id: PersonId, password: str, *, os_user: str, named_by: PersonId | None, now: datetime) -> bool:
    """Set a person's password, for the person to change at the next sign-in; whether it has to be changed.

    Sessions end, and links that the person was sent. In a practice registry it may stay.

    Raises:
        Refused: the password is too weak; it is a machine client; the person is suspended; `named_by` is neither the
            person nor an administrator.
    """
    _require(person_id, named_by)
    if persons.is_machine(person_id):
        raise refused(Code.PERSON_IS_MACHINE, str(person_id))
    passwords.require_strong(person_id, password)
    with journal.database_transaction():
        persons.set_password(person_id, password)
        sign_in.sign_out(person_id)
        for number in sign_in.open_invitations(person_id, now):
            sign_in.end_invitation(number, person_id, "withdrawn", named_by or NOBODY, now)
        if is_due := not _is_practice():
            operators.let_change(person_id, now)
        _note(person_id, "password_set", os_user, named_by, now)
        letters.write(person_id, Kind.PASSWORD_SET_BY_OPERATOR, now)
    return is_due


def make_token(
    person_id: PersonId, label: str, scopes: Iterable[str], *, os_user: str, named_by: PersonId | None, now: datetime,
    expires_at: datetime,
) -> str:  # fmt: skip
    """Make a bearer token by which a program acts as the person; this is the only time its text is to be had.

    Raises:
        Refused: the person may do more than read and has no second factor, so that a token would let in past it; an
            unknown scope; the person is suspended; `named_by` is neither the person nor an administrator.
    """
    _require(person_id, named_by)
    if not persons.is_machine(person_id) and not _is_practice() and standing.must_enrol(person_id):
        raise refused(Code.PERSON_NO_SECOND_FACTOR, str(person_id))
    with journal.database_transaction():
        _number, text = people.new_token(person_id, label, scopes, now=now, expires_at=expires_at)
        _note(person_id, "token_made", os_user, named_by, now)
        letters.write(person_id, Kind.TOKEN_BY_OPERATOR, now)
    return text


def acts(person_id: PersonId, *, by: PersonId) -> list[dict[str, Any]]:
    """What operators did about a person, newest first: act, os_user, named_by, at.

    Raises:
        Refused: `by` is no administrator.
    """
    people.require(by, Right.ADMIT_PERSON, ANY_SECTION)
    return operators.acts(person_id)


def has_to_change_password(person_id: PersonId) -> bool:
    """Whether somebody else knows the person's password, so that another has to be chosen first."""
    return operators.has_to_change(person_id)


def password_changed(person_id: PersonId) -> None:
    """The person chose another one."""
    operators.has_changed(person_id)


def _require(person_id: PersonId, named_by: PersonId | None) -> None:
    if persons.is_active(person_id) is not True:
        raise refused(Code.PERSON_UNKNOWN, str(person_id))
    if named_by is not None and named_by != person_id:
        people.require(named_by, Right.ADMIT_PERSON, ANY_SECTION)


def _is_practice() -> bool:
    identity = registries.identity()
    return bool(identity and identity["is_practice"])


def _note(person_id: PersonId, act: str, os_user: str, named_by: PersonId | None, now: datetime) -> None:
    operators.note(person_id, act, os_user, named_by, now)
    noting.by_operator(person_id, act, named_by, now)
