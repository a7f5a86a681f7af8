"""Who calls: bearer tokens and their scopes. Reading is open to everybody where the registry is public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from django.http import HttpRequest
from ninja.security.base import AuthBase

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.services import people, sight
from article6.store.queries import registries


@dataclass(frozen=True, slots=True)
class Caller:
    """The person a token stands for; None for the public."""

    person_id: PersonId | None


class Bearer(AuthBase):
    """A bearer token that has a scope; `is_open` is for reading, and lets the public in where the registry is public.

    Who reads sees what the person's roles show; an act is judged on all of the registry.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: str, *, is_open: bool = False) -> None:
        super().__init__()
        self.scope = scope
        self.is_open = is_open

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The caller; None when there is no valid token.

        Raises:
            Refused: the token has not this scope.
        """
        given = request.headers.get("Authorization")
        if given is None:
            # A stranger's eyes are the request's first.
            return Caller(None) if self.is_open and _is_public() else None
        scheme, _space, text = given.partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = people.authenticate(text.strip(), now())
        if token is None:
            return None
        if self.scope not in token.scopes:
            raise refused(Code.PERSON_NOT_PERMITTED, "scope", self.scope)
        if self.is_open:
            sight.see_as(token.person_id)
        else:
            sight.see_everything()
        return Caller(token.person_id)


def _is_public() -> bool:
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    return bool(identity["is_public"])


reading = Bearer("read", is_open=True)
proposing = Bearer("propose")
deciding = Bearer("decide")
issuing = Bearer("issue")
administering = Bearer("administer")
authorizing = Bearer("authorize")
inspecting = Bearer("read")
"""Reading what is for administrators and auditors alone; the service asks for the role."""


def caller(request: HttpRequest) -> PersonId:
    """The person who calls; only for operations that need a token."""
    return cast(PersonId, reader(request))


def reader(request: HttpRequest) -> PersonId | None:
    """The person who reads, None for the public."""
    found: Caller = request.auth  # type: ignore[attr-defined]  # ninja puts it there
    return found.person_id


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
