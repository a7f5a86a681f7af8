"""Refusals and failures as problem details (RFC 9457). HTTP statuses are named here and nowhere else."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import psycopg
from django.db.utils import Error as DjangoDatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from article6.domain.refusals import Code, Refusal, Refused
from article6.gateways import GatewayFailure
from article6.services import wording
from article6.services.sign_in import noting
from article6.store import database

OK, CREATED = 200, 201
MALFORMED, UNAUTHENTICATED, FORBIDDEN, UNKNOWN, CONFLICT, AGAINST_A_RULE = 400, 401, 403, 404, 409, 422
TOO_LARGE, TOO_MANY = 413, 429
OUR_FAULT, UNAVAILABLE = 500, 503

STATUSES: Mapping[Code, int] = MappingProxyType(
    {
        Code.REQUEST_MALFORMED: MALFORMED,
        Code.SERIAL_MALFORMED: MALFORMED,
        Code.QUANTITY_NOT_WHOLE: MALFORMED,
        Code.PERSON_UNKNOWN: UNAUTHENTICATED,
        Code.PERSON_NOT_PERMITTED: FORBIDDEN,
        Code.PERSON_APPROVES_OWN: FORBIDDEN,
        Code.PERSON_NOT_REPRESENTATIVE: FORBIDDEN,
        Code.PERSON_IS_MACHINE: FORBIDDEN,
        Code.PROPOSAL_UNKNOWN: UNKNOWN,
        Code.ACCOUNT_UNKNOWN: UNKNOWN,
        Code.TRANSACTION_UNKNOWN: UNKNOWN,
        Code.SECTION_UNKNOWN: UNKNOWN,
        Code.APPROACH_UNKNOWN: UNKNOWN,
        Code.AUTHORIZATION_UNKNOWN: UNKNOWN,
        Code.ACTIVITY_UNKNOWN: UNKNOWN,
        Code.RULE_UNKNOWN: UNKNOWN,
        Code.FEE_UNKNOWN: UNKNOWN,
        Code.ENTITY_UNKNOWN: UNKNOWN,
        Code.BATCH_UNKNOWN: UNKNOWN,
        Code.BALANCE_NO_NDC: UNKNOWN,
        Code.DECLARATION_UNKNOWN: UNKNOWN,
        Code.DECLARATION_ALREADY_DECIDED: CONFLICT,
        Code.UNDERLYING_USED_TWICE: CONFLICT,
        Code.IDEMPOTENCY_CONTENT_DIFFERS: CONFLICT,
        Code.TRANSACTION_NOT_PROPOSED: CONFLICT,
        Code.ACCOUNT_NOT_EMPTY: CONFLICT,
        Code.ACCOUNT_HAS_PROPOSALS: CONFLICT,
        Code.ACCOUNT_PERIOD_TAKEN: CONFLICT,
        Code.PROPOSAL_DECIDED: CONFLICT,
        Code.BLOCK_RESERVED: CONFLICT,
        Code.SERIALS_ALREADY_ISSUED: CONFLICT,
        Code.APPROACH_EXISTS: CONFLICT,
        Code.AUTHORIZATION_EXISTS: CONFLICT,
        Code.AUTHORIZATION_PREVIEW_OUTDATED: CONFLICT,
        Code.ACTIVITY_EXISTS: CONFLICT,
        Code.RULE_ALREADY_DECIDED: CONFLICT,
        Code.FEE_PAID_ALREADY: CONFLICT,
        Code.CER_TAKEN_OVER: CONFLICT,
        Code.ENTITY_EXISTS: CONFLICT,
        Code.REGISTRY_EXISTS: CONFLICT,
        Code.CORRECTION_UNKNOWN: UNKNOWN,
        Code.NOTICE_UNKNOWN: UNKNOWN,
        Code.SUBMISSION_NOT_HERE: FORBIDDEN,
        Code.SUBMISSION_UNKNOWN: UNKNOWN,
        Code.SUBMISSION_UNREADABLE: MALFORMED,
        Code.SUBMISSION_WRONG_STATE: CONFLICT,
        Code.SUBMISSION_VERSION_BACKWARDS: CONFLICT,
        Code.REPORT_UNKNOWN: UNKNOWN,
        Code.CERTIFICATE_UNKNOWN: UNKNOWN,
        Code.SCHEDULE_UNKNOWN: UNKNOWN,
        Code.CORRECTION_WRONG_STATE: CONFLICT,
        Code.CORRECTION_NOT_OWN: FORBIDDEN,
        Code.AEF_YEAR_OPEN: CONFLICT,
        Code.AEF_VERSION_UNKNOWN: UNKNOWN,
        Code.AEF_VERSION_BACKWARDS: CONFLICT,
        Code.AEF_ROW_UNKNOWN: UNKNOWN,
        Code.LEDGER_APPEND_ONLY: CONFLICT,
        Code.LEDGER_TILING: CONFLICT,
        Code.LEDGER_BUSY: CONFLICT,
        Code.REGISTRY_MISSING: UNAVAILABLE,
        Code.EXCHANGE_NO_KEY: CONFLICT,
        Code.EXCHANGE_SECRET: UNAVAILABLE,
        Code.EXCHANGE_TRANSFER_UNKNOWN: UNKNOWN,
        Code.EXCHANGE_TRANSFER_STATE: CONFLICT,
        Code.RECONCILIATION_UNKNOWN: UNKNOWN,
        Code.RECONCILIATION_STATE: CONFLICT,
        Code.PEER_UNKNOWN: UNKNOWN,
        Code.PEER_STATE: CONFLICT,
        Code.PEER_AMOUNTS_STAND: CONFLICT,
        Code.PEER_KEYS_DIFFER: CONFLICT,
    }
)
"""The status of a refusal by its code; any other code is a rule that said no."""

MEDIA_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="article6"'
RETRY_AFTER_S = "5"

log = logging.getLogger(__name__)


def status_of(reasons: Sequence[Refusal]) -> int:
    """The status of an answer with these reasons: that of the first, which is the most important."""
    return STATUSES.get(reasons[0].code, AGAINST_A_RULE) if reasons else AGAINST_A_RULE


def refused(reasons: Sequence[Refusal]) -> HttpResponse:
    """The problem that lists every reason."""
    status = status_of(reasons)
    kind = reverse("api-1:refusal", args=[reasons[0].code]) if reasons else "about:blank"
    refusals = [wording.told(reason) for reason in reasons]
    return problem(status, wording.titles(reasons), kind=kind, refusals=refusals)


def problem(status: int, title: str, *, kind: str = "about:blank", **more: Any) -> HttpResponse:
    """Problem details. `kind` is the problem's type, a relative reference."""
    body = {"type": kind, "title": title, "status": status, **more}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = HttpResponse(text.encode("utf-8", "replace"), status=status, content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    # A refusal is an answer like any other, and not for the log.
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django looks for it
    if status == UNAUTHENTICATED:
        answer.headers["WWW-Authenticate"] = CHALLENGE
    if status == UNAVAILABLE:
        answer.headers["Retry-After"] = RETRY_AFTER_S
    return answer


def unknown(what: str) -> HttpResponse:
    """The problem that there is no such thing."""
    return problem(UNKNOWN, what)


def install(api: NinjaAPI) -> None:
    """Answer every failure of an operation with problem details."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Refused: _on_refused,
        ValidationError: _on_malformed,
        AuthenticationError: _on_unauthenticated,
        HttpError: _on_http_error,
        Http404: _on_missing,
        GatewayFailure: _on_gateway_failure,
        psycopg.Error: _on_database_failure,
        DjangoDatabaseError: _on_database_failure,
        Exception: _on_our_fault,
    }
    for failure, handler in handlers.items():
        api.add_exception_handler(failure, handler)


def _on_refused(request: HttpRequest, no: Refused) -> HttpResponse:
    caller = getattr(getattr(request, "auth", None), "person_id", None)
    if caller is not None and request.resolver_match is not None and no.codes[:1] == (Code.PERSON_NOT_PERMITTED,):
        noting.refused(caller, request.resolver_match.url_name or "", datetime.now(UTC))
    return refused(no.reasons)


def _on_unauthenticated(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return refused([Refusal(Code.PERSON_UNKNOWN, "Authorization", _("send a valid bearer token"))])


def _on_http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == MALFORMED:
        return refused([Refusal(Code.REQUEST_MALFORMED, "body", _("not JSON that can be read"))])
    return problem(error.status_code, str(error))


def _on_missing(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return unknown(_("There is nothing at this address."))


def nowhere(_request: HttpRequest, **_rest: Any) -> HttpResponse:
    """The answer at every address under the interface's own that it does not have."""
    return unknown(_("There is nothing at this address."))


def _on_gateway_failure(_request: HttpRequest, error: GatewayFailure) -> HttpResponse:
    log.warning("the world failed us: %s", error)
    return problem(UNAVAILABLE, _("The address that was to be read did not give the file; try again later."))


def _on_database_failure(request: HttpRequest, error: Exception) -> HttpResponse:
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if isinstance(cause, psycopg.errors.UndefinedTable):
        return refused([Refusal(Code.REGISTRY_MISSING)])
    if isinstance(cause, psycopg.OperationalError):
        # The next request opens a new connection.
        database.close()
        log.error("the database did not answer: %s", type(cause).__name__)
        return problem(UNAVAILABLE, _("The database does not answer; try again in a moment."))
    return _on_our_fault(request, error)


def _on_our_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(OUR_FAULT, _("This is a fault of the program; nothing was written. Tell the administrator."))


# --- Requests that are not of the form the interface describes


_QUANTITIES = {"greater_than_equal": Code.QUANTITY_NOT_POSITIVE, "less_than_equal": Code.QUANTITY_TOO_LARGE}
_SERIALS = frozenset({"serials", "serial", "first", "last"})


def _on_malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refused(malformed(error.errors))


def malformed(errors: Iterable[Mapping[str, Any]]) -> list[Refusal]:
    """Pydantic's errors as refusals: quantities and serials have codes of their own."""
    return [_malformed(each) for each in errors] or [Refusal(Code.REQUEST_MALFORMED)]


def _malformed(error: Mapping[str, Any]) -> Refusal:
    place = [str(part) for part in error["loc"]]
    # Of a body, the name of the parameter means nothing to the caller.
    path = place[2:] if place[:1] == ["body"] else place[1:]
    subject, detail = ".".join(path)[:200], str(error["msg"])[:300]
    names, kind = set(path), str(error["type"])
    if "quantity" in names and kind != "missing":
        return Refusal(_QUANTITIES.get(kind, Code.QUANTITY_NOT_WHOLE), subject, detail)
    if names & _SERIALS and kind != "missing":
        return Refusal(Code.SERIAL_MALFORMED, subject, detail)
    return Refusal(Code.REQUEST_MALFORMED, subject, detail)
