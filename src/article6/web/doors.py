"""Every page's door: which registry this is, whether the reader may come in, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.services import lookup, sight, wording
from article6.services.sign_in import noting
from article6.web.in_place import is_part
from article6.web.sign_in import enrolment

View = Callable[..., HttpResponseBase]

NOT_FOUND = frozenset(
    {
        Code.ACCOUNT_UNKNOWN, Code.TRANSACTION_UNKNOWN, Code.PARTY_UNKNOWN, Code.SECTION_UNKNOWN, Code.BALANCE_NO_NDC,
        Code.SUBMISSION_NOT_HERE, Code.SUBMISSION_UNKNOWN, Code.AEF_VERSION_UNKNOWN, Code.REPORT_UNKNOWN,
        Code.CERTIFICATE_UNKNOWN, Code.DRAFT_UNKNOWN, Code.MESSAGE_UNKNOWN, Code.PEER_UNKNOWN,
        Code.RECONCILIATION_UNKNOWN, Code.PROPOSAL_UNKNOWN, Code.RULE_UNKNOWN, Code.DECLARATION_UNKNOWN,
        Code.FEE_UNKNOWN, Code.TRAINING_NOT_HERE, Code.TRAINING_EXERCISE_UNKNOWN,
    }
)  # fmt: skip
STATUSES = {
    Code.PERSON_NOT_PERMITTED: HTTPStatus.FORBIDDEN,
    Code.PERSON_UNKNOWN: HTTPStatus.FORBIDDEN,
    Code.REQUEST_MALFORMED: HTTPStatus.BAD_REQUEST,
    Code.SERIAL_MALFORMED: HTTPStatus.BAD_REQUEST,
    Code.REGISTRY_MISSING: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.LEDGER_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    **dict.fromkeys(NOT_FOUND, HTTPStatus.NOT_FOUND),
}

NOT_KEPT = ("/administration", "/approvals", "/desk", "/drafts")
"""Pages of a public registry that no cache and no browser keeps: who signed in here before sees more than the next."""


class _AtARegistry(HttpRequest):
    registry: dict[str, Any] | None


def remember_registry(request: HttpRequest, registry: dict[str, Any] | None) -> None:
    """That this request is about this registry (as `lookup.registry`): `page` and `registry_of` read it again."""
    cast(_AtARegistry, request).registry = registry


def registry_of(request: HttpRequest) -> dict[str, Any] | None:
    """The registry that the door has found; None before the door, or where none is founded."""
    return getattr(request, "registry", None)


def guarded(view: View) -> View:
    """The view behind the door: a registry is closed to strangers unless it was opened to the public."""

    @wraps(view)
    def guarded_view(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if "\0" in request.path or any("\0" in value for _, values in request.GET.lists() for value in values):
            raise BadRequest("No text of a registry has a NUL in it, and PostgreSQL takes none.")
        registry = lookup.registry()
        if registry is None:
            return render(request, "web/no_registry.html", {"registry": None}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        if not registry["is_public"] and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if enrolment.is_password_due(request):
            return redirect("account_change_password")
        if enrolment.is_due(request, registry):
            return redirect("mfa_index")
        remember_registry(request, registry)
        try:
            sight.see_as(reader(request))
            response = view(request, *args, **named)
        except Refused as no:
            _note_refused_access(request, no)
            response = refusal_page(request, no)
        if not registry["is_public"] or request.path_info.startswith(NOT_KEPT):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded_view


def _note_refused_access(request: HttpRequest, no: Refused) -> None:
    person_id, match = reader(request), request.resolver_match
    if person_id is not None and match is not None and no.reasons[0].code is Code.PERSON_NOT_PERMITTED:
        noting.refused(person_id, match.url_name or "", datetime.now(UTC))


def page(request: HttpRequest, template: str, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
    """A page of the registry; what stands in its `main` alone, where htmx asks for it."""
    frame = {"registry": registry_of(request), "is_part": is_part(request)}
    return render(request, f"web/{template}.html", {**frame, **context}, status=status)


def refusal_page(request: HttpRequest, no: Refused) -> HttpResponse:
    """A refusal: every reason in a sentence, with its code."""
    status = STATUSES.get(no.reasons[0].code, HTTPStatus.CONFLICT)
    reasons = [wording.told(each) for each in no.reasons]
    return page(request, "refused", status, reasons=reasons, is_missing=status is HTTPStatus.NOT_FOUND)


def reader(request: HttpRequest) -> PersonId | None:
    """The person who is signed in."""
    return PersonId(request.user.pk) if request.user.is_authenticated else None
