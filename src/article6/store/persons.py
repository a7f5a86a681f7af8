"""People, roles and tokens: the tables of models.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.store.database import one, records, row, rows
from article6.store.models import ApiToken, Person


def add(login: str, name: str, password: str | None, is_machine: bool) -> PersonId:
    """Insert a person.

    Raises:
        Refused: the login is taken.
    """
    person = Person(login=login, name=name, is_machine=is_machine)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise refused(Code.REQUEST_MALFORMED, login, "this login is taken") from error
    return PersonId(person.pk)


def set_password(person_id: PersonId, password: str) -> None:
    person = Person.objects.get(pk=person_id)
    person.set_password(password)
    person.save(update_fields=["password"])


def person(person_id: PersonId) -> Person:
    """The person, as Django's validators and sessions want it."""
    return Person.objects.get(pk=person_id)


def has_password(person_id: PersonId) -> bool:
    """Whether there is a password by which the person could sign in."""
    return Person.objects.get(pk=person_id).has_usable_password()


def suspend(person_id: PersonId) -> None:
    Person.objects.filter(pk=person_id).update(is_active=False)


def is_active(person_id: PersonId) -> bool | None:
    """Whether the person may act; None where there is no such person."""
    found = row("SELECT is_active FROM store_person WHERE id = %s", (person_id,))
    return found[0] if found else None


def is_machine(person_id: PersonId) -> bool:
    found = row("SELECT is_machine FROM store_person WHERE id = %s", (person_id,))
    return bool(found and found[0])


def ids(logins: Sequence[str]) -> dict[str, PersonId]:
    """The active people with these logins; unknown and suspended ones are left out."""
    found = rows("SELECT login, id FROM store_person WHERE login = ANY (%s) AND is_active", (list(logins),))
    return {login: PersonId(number) for login, number in found}


def holds(person_id: PersonId, section_id: int, role: Role, *, or_ending: bool = False) -> bool:
    """Whether the person has the role in exactly this section (0: in all), without an end or, where asked, with one."""
    found = one(
        """SELECT EXISTS (SELECT 1 FROM store_membership m WHERE m.person_id = %s AND m.section_id = %s AND m.role = %s
                          AND (m.until IS NULL OR (%s AND m.until > now())))""",
        (person_id, section_id, role, or_ending),
    )
    return bool(found[0])


def administrators(section_id: int | None = None) -> set[PersonId]:
    """The active people who administer this section (or all; None: any section at all)."""
    found = rows(
        """SELECT DISTINCT p.id FROM store_membership m JOIN store_person p ON p.id = m.person_id
           WHERE m.role = 'administrator' AND (m.until IS NULL OR m.until > now()) AND p.is_active
             AND (%(section)s::smallint IS NULL OR m.section_id IN (0, %(section)s))""",
        {"section": section_id},
    )
    return {PersonId(each[0]) for each in found}


def administrators_ever() -> int:
    """How many people ever were administrators."""
    return int(one("SELECT administrators_ever()")[0])


CHANGES = """SELECT c.id, c.change, c.role, c.section_id, COALESCE(s.code, '') AS section, c.person_id, p.login,
       c.until, c.proposed_by, q.login AS proposed_by_login, c.proposed_at,
       CASE WHEN d.id IS NULL THEN 'proposed' WHEN d.is_approved THEN 'approved' ELSE 'rejected' END AS status,
       d.decided_by, e.login AS decided_by_login, d.decided_at, COALESCE(d.reason, '') AS reason
FROM role_change c JOIN store_person p ON p.id = c.person_id JOIN store_person q ON q.id = c.proposed_by
LEFT JOIN section s ON s.id = c.section_id
LEFT JOIN decision d ON d.subject = 'role_change' AND d.subject_id = c.id
LEFT JOIN store_person e ON e.id = d.decided_by"""


def role_changes() -> list[dict[str, Any]]:
    """Changes of roles with who asked and who decided, newest first; status `proposed`, `approved` or `rejected`."""
    return records(f"{CHANGES} ORDER BY c.id DESC")


def role_change(number: int) -> dict[str, Any] | None:
    """One of them."""
    found = records(f"{CHANGES} WHERE c.id = %s", (number,))
    return found[0] if found else None


def add_token(
    person_id: PersonId,
    label: str,
    digest: bytes,
    scopes: Sequence[str],
    now: datetime,
    expires_at: datetime | None,
) -> int:
    token = ApiToken.objects.create(
        person_id=person_id, label=label, digest=digest, scopes=list(scopes), created_at=now, expires_at=expires_at
    )
    return int(token.pk)


def revoke_token(token_id: int, now: datetime) -> None:
    ApiToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=now)


def token(digest: bytes, now: datetime) -> tuple[Any, ...] | None:
    """(person id, scopes) of a token in force whose person is active."""
    return row(
        """SELECT t.person_id, t.scopes FROM store_apitoken t JOIN store_person p ON p.id = t.person_id
           WHERE t.digest = %s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %s)
             AND p.is_active""",
        (digest, now),
    )


def by_login(login: str) -> PersonId | None:
    found = row("SELECT id FROM store_person WHERE login = %s", (login,))
    return PersonId(found[0]) if found else None


def listed() -> list[dict[str, Any]]:
    """id, login, name, is_active, is_machine, roles (as `section:role` texts) of every person."""
    return records(
        """SELECT p.id, p.login, p.name, p.is_active, p.is_machine,
                  COALESCE(array_agg(COALESCE(s.code, '*') || ':' || m.role ORDER BY s.code, m.role)
                           FILTER (WHERE m.id IS NOT NULL), '{}') AS roles
           FROM store_person p
           LEFT JOIN store_membership m ON m.person_id = p.id AND (m.until IS NULL OR m.until > now())
           LEFT JOIN section s ON s.id = m.section_id
           GROUP BY p.id ORDER BY p.id"""
    )
