"""Who may act and has no second factor sees no page but the one on which to set it; nor does who has a password that
somebody else knows, but the one on which to change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from article6.domain.orders import PersonId
from article6.services.sign_in import standing
from article6.web.sign_in.recency import SECOND


def is_due(request: HttpRequest, registry: Mapping[str, Any]) -> bool:
    """Whether who is signed in has to set a second factor first. Practice registries let people in without."""
    person = request.user
    if not person.is_authenticated or registry["is_practice"] or request.session.get(SECOND) == person.pk:
        return False
    return standing.must_enrol(PersonId(person.pk))


DUE = "password_due"
"""In a session: another password has to be chosen first."""


def let_change_password(request: HttpRequest) -> None:
    """From now on this session has to choose another password first."""
    request.session[DUE] = True


def password_is_changed(request: HttpRequest) -> None:
    request.session.pop(DUE, None)


def is_password_due(request: HttpRequest) -> bool:
    """Whether who is signed in has to choose another password first."""
    return bool(request.user.is_authenticated and request.session.get(DUE))
