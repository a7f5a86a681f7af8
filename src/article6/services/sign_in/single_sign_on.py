"""Single sign-on by OpenID Connect: the subjects under which a ministry's provider knows people.

An administrator records the subject; signing in by a provider never makes a person, and never links one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import people
from article6.store import journal, persons, sign_in
from article6.store.journal import Command


def link(person_id: PersonId, subject: str, *, by: PersonId, now: datetime) -> None:
    """Record under which subject the provider knows a person.

    Raises:
        Refused: somebody has this subject, it is empty or too long, for a machine client, or `by` is no administrator.
    """
    people.require(by, Right.ADMIT_PERSON, ANY_SECTION)
    if persons.is_active(person_id) is None:
        raise refused(Code.REQUEST_MALFORMED, str(person_id), "nobody has this number")
    if persons.is_machine(person_id):
        raise refused(Code.PERSON_IS_MACHINE, str(person_id))
    if not 0 < len(subject) <= 191 or not subject.isprintable():
        raise refused(Code.REQUEST_MALFORMED, "subject", "1 to 191 characters")
    provider = provider_id()
    if sign_in.subject_taken(provider, subject):
        raise refused(Code.REQUEST_MALFORMED, "subject", "somebody has this subject")
    with journal.database_transaction():
        sign_in.add_subject(person_id, provider, subject, now)
        journal.note(Command(by), "single_sign_on.linked", f"person:{person_id}", now)


def is_configured() -> bool:
    """Whether people may sign in by a provider."""
    return bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])


def provider_id() -> str:
    """Under which name subjects are kept: it comes from the issuer, so that another issuer's are not taken for its own.

    Raises:
        Refused: no provider is configured.
    """
    configured = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    if not configured:
        raise refused(Code.REQUEST_MALFORMED, "ARTICLE6_OIDC_ISSUER", "no provider of single sign-on is configured")
    return str(configured[0]["provider_id"])


def shows_second_factor(claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that the person showed a second factor: one of the `acr` or `amr` asked for."""
    said = claims.get("amr")
    methods = set(said) if isinstance(said, list) else set()
    return bool(claims.get("acr") in settings.ARTICLE6_OIDC_ACR or methods & set(settings.ARTICLE6_OIDC_AMR))
