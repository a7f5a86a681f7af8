"""Tokens for machine clients: OAuth 2.0 client credentials (RFC 6749 section 4.4), with its own way to say no."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from article6.api import problems
from article6.api.access import now
from article6.api.answers import answer
from article6.api.openapi import OWN_FAILURES
from article6.domain.refusals import Refused
from article6.services import people
from article6.services.sign_in import machine_clients, noting

router = Router(tags=["people"])

ATTEMPTS = "machine_token"
FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "const": "client_credentials"},
        "scope": {"type": "string", "description": "Some of the secret's scopes, with spaces between. Default: all."},
        "client_id": {"type": "string", "description": "The login, where it is not given by HTTP Basic."},
        "client_secret": {"type": "string", "format": "password"},
    },
}


class TokenOut(BaseModel):
    """A token, which is sent as `Authorization: Bearer`; it lasts `expires_in` seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class TokenRefusedOut(BaseModel):
    """Why there is no token (RFC 6749 section 5.2)."""

    error: str
    error_description: str


@router.post(
    "/token",
    auth=None,
    response={
        problems.OK: TokenOut,
        problems.MALFORMED: TokenRefusedOut,
        problems.UNAUTHENTICATED: TokenRefusedOut,
        problems.TOO_MANY: TokenRefusedOut,
    },
    operation_id="grant_token",
    openapi_extra={
        **OWN_FAILURES,
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": FORM}}},
        "security": [{}, {"Basic": []}],
    },
)
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a machine client's id and secret for a token that lasts 15 minutes.

    The client proves itself by HTTP Basic, or by `client_id` and `client_secret` in the form. There is no
    Idempotency-Key: every answer is another token.
    """
    client, secret = _credentials(request)
    if not ratelimit.consume(request, action=ATTEMPTS, key=client[:200], dry_run=True):
        noting.held_off(now())
        return _no(problems.TOO_MANY, "temporarily_unavailable", "too many attempts that failed; wait five minutes")
    if request.POST.get("grant_type") != "client_credentials":
        return _no(problems.MALFORMED, "unsupported_grant_type", "grant_type is client_credentials")
    wanted = request.POST.get("scope", "").split()
    if set(wanted) - set(people.SCOPES):
        return _no(problems.MALFORMED, "invalid_scope", "a scope that is not known")
    try:
        granted = machine_clients.grant(client, secret, wanted, now=now())
    except Refused:
        return _no(problems.MALFORMED, "invalid_scope", "the secret is not for this scope")
    if granted is None:
        ratelimit.consume(request, action=ATTEMPTS, key=client[:200])
        noting.failed(client, now())
        return _no(problems.UNAUTHENTICATED, "invalid_client", "no machine client has this id and secret")
    return answer(
        {
            "access_token": granted.text,
            "token_type": "Bearer",
            "expires_in": granted.lasts_s,
            "scope": " ".join(granted.scopes),
        }
    )


def _credentials(request: HttpRequest) -> tuple[str, str]:
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    try:
        client, _colon, secret = base64.b64decode(text, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client, secret


def _no(status: int, error: str, why: str) -> HttpResponse:
    said: dict[str, Any] = {"error": error, "error_description": why}
    refused = answer(said, status=status)
    if status == problems.UNAUTHENTICATED:
        refused.headers["WWW-Authenticate"] = 'Basic realm="article6"'
    if status == problems.TOO_MANY:
        refused.headers["Retry-After"] = "300"
    return refused
