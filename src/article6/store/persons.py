"""People, roles and tokens: the tables of models.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.store.database import records, row
from article6.store.models import ApiToken, Membership, Person


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


def add_role(person_id: PersonId, section_id: int, role: Role, now: datetime) -> None:
    Membership.objects.create(person_id=person_id, section_id=section_id, role=role, since=now)


def set_password(person_id: PersonId, password: str) -> None:
    person = Person.objects.get(pk=person_id)
    person.set_password(password)
    person.save(update_fields=["password"])


def set_active(person_id: PersonId, *, is_active: bool) -> None:
    Person.objects.filter(pk=person_id).update(is_active=is_active)


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
           LEFT JOIN store_membership m ON m.person_id = p.id AND m.until IS NULL
           LEFT JOIN section s ON s.id = m.section_id
           GROUP BY p.id ORDER BY p.id"""
    )
