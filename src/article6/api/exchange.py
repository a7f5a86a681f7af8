"""The doors between registries: batches of signed messages in, keys and a description out. Not under /api/v1: whoever
writes here is known by signatures, and what is said is described by the protocol (docs/reference/exchange.md)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps

import psycopg
from django.db.utils import Error as DjangoDatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from article6.api import problems
from article6.domain.refusals import Refused
from article6.services import sight
from article6.services.exchange import door, own_keys, peers
from article6.store import database


def _safely(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A registry that has no key yet, or no database just now, is to be asked again later; messages wait so long."""

    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except Refused as no:
            return problems.problem(problems.UNAVAILABLE, str(no))
        except (psycopg.Error, DjangoDatabaseError):
            database.close()
            return problems.problem(problems.UNAVAILABLE, "database")

    return answered


@csrf_exempt
@require_POST
@_safely
def receive(request: HttpRequest) -> HttpResponse:
    """A batch of messages; the answer has a receipt for each."""
    most = door.batch_bytes()
    if int(request.headers.get("Content-Length") or 0) > most:
        return _refused(problems.TOO_LARGE, door.too_large(most))
    # Not `request.body`: that would read whatever comes, or stop at a limit for forms.
    body = request.read(most + 1)
    if len(body) > most:
        return _refused(problems.TOO_LARGE, door.too_large(most))
    sight.see_everything()
    taken = door.receive(body, str(request.META.get("REMOTE_ADDR", "")), datetime.now(UTC))
    if taken.wait_s:
        answer = _refused(problems.TOO_MANY, taken.objections)
        answer.headers["Retry-After"] = str(math.ceil(taken.wait_s))
        return answer
    if taken.objections:
        return _refused(problems.MALFORMED, taken.objections)
    return _said(taken.answer)


@require_GET
@_safely
def keys(_request: HttpRequest) -> HttpResponse:
    """This registry's public keys, as a JWK set."""
    sight.see_everything()
    answer = _said(own_keys.as_text().encode())
    answer.headers["Content-Type"] = "application/jwk-set+json"
    return answer


@require_GET
@_safely
def described(_request: HttpRequest) -> HttpResponse:
    """What this registry is, and what it speaks."""
    return _said(json.dumps(peers.described(), separators=(",", ":"), ensure_ascii=False).encode())


def _said(content: bytes, status: int = problems.OK) -> HttpResponse:
    answer = HttpResponse(content, status=status, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(status: int, objections: list[dict[str, str]]) -> HttpResponse:
    return _said(json.dumps({"objections": objections}).encode(), status)


urlpatterns = [
    path("messages", receive, name="exchange-messages"),
    path("keys", keys, name="exchange-keys"),
    path("registry", described, name="exchange-registry"),
]
