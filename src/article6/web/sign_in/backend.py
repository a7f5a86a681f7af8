"""Logins are compared as they stand: capital letters count."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from article6.store.models import Person


class PersonBackend(AuthenticationBackend):
    """A person by login and password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        if "login" in credentials:
            credentials["username"] = credentials.pop("login")
        return super().authenticate(request, **credentials)

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        person = Person.objects.filter(login=username, is_machine=False).first() if "\0" not in username else None
        return self._check_password(person, password)
