"""Requests for accounts, who acts for an account, and which accounts it trusts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from article6.api import problems
from article6.api import rights_shapes as shapes
from article6.api.access import Bearer, administering, caller, deciding, now, proposing
from article6.api.answers import answer, created
from article6.api.inputs import Id, IdempotencyKey, NumberInPath
from article6.api.openapi import CLOSED
from article6.domain.account_requests import Identification
from article6.domain.entities import Document
from article6.services import account_requests, representatives, trusted_accounts
from article6.services.account_requests import AccountRequest
from article6.services.accounts import NewAccount
from article6.services.representatives import RepresentativeChange

reading_own = Bearer("read")
"""Nothing here is public: a token is needed, and the service shows what its person may see."""

router = Router(auth=reading_own, tags=["account rights"])


@router.get(
    "/account-requests",
    response=list[shapes.AccountRequestOut],
    operation_id="list_account_requests",
    openapi_extra=CLOSED,
)
def list_requests(request: HttpRequest) -> HttpResponse:
    """The requests that the caller filed or may decide, newest first."""
    return answer(account_requests.listed(caller(request)))


@router.post(
    "/account-requests",
    response={problems.CREATED: shapes.RequestedOut},
    operation_id="request_account",
    auth=proposing,
)
def file_request(request: HttpRequest, body: shapes.AccountRequestIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Ask for an account. Needs the scope `propose`, and no role."""
    given = body.model_dump()
    documents = tuple(Document(**each) for each in given.pop("documents"))
    holder = {name: given.pop(name) for name in ("legal_name", "country", "identification_number")}
    wished = tuple(given.pop("representatives"))
    new = AccountRequest(NewAccount(**given), Identification(**holder, documents=documents), wished)
    asked = account_requests.file(new, by=caller(request), now=now(), key=idempotency_key)
    return created(_requested(asked), f"{request.path}/{asked.id}")


@router.get(
    "/account-requests/{number}",
    response=shapes.IdentifiedRequestOut,
    operation_id="get_account_request",
    openapi_extra=CLOSED,
)
def get_request(request: HttpRequest, number: Id) -> HttpResponse:
    """One request with what identifies its holder; to who filed it and to who may decide it."""
    return answer(account_requests.shown(number, caller(request)))


@router.post(
    "/account-requests/{number}/approve",
    response=shapes.RequestedOut,
    operation_id="approve_account_request",
    auth=administering,
)
def approve_request(request: HttpRequest, number: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Approve a request, which opens its account. Needs the scope `administer`."""
    return answer(_requested(_decided(account_requests.decide, request, number, idempotency_key)))


@router.post(
    "/account-requests/{number}/reject",
    response=shapes.RequestedOut,
    operation_id="reject_account_request",
    auth=administering,
)
def reject_request(
    request: HttpRequest, number: Id, body: shapes.DecisionReasonIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Reject a request. Needs the scope `administer`."""
    return answer(_requested(_decided(account_requests.decide, request, number, idempotency_key, body)))


@router.get(
    "/accounts/{number}/representatives",
    response=shapes.RepresentativesOut,
    operation_id="list_representatives",
    openapi_extra=CLOSED,
)
def list_representatives(request: HttpRequest, number: NumberInPath) -> HttpResponse:
    """Who acts for an account, and the changes asked for; to those who read in its section."""
    return answer(representatives.listed(number, caller(request)))


@router.post(
    "/accounts/{number}/representatives",
    response={problems.CREATED: shapes.AskedOut},
    operation_id="change_representatives",
    auth=administering,
)
def change_representatives(
    request: HttpRequest, number: NumberInPath, body: shapes.RepresentativesIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Change who acts for an account; where it asks for a second person, one approves this too. Needs `administer`."""
    new = RepresentativeChange(number, *(tuple(each) for each in (body.add, body.remove, body.suspend, body.reinstate)))
    asked = representatives.change(new, by=caller(request), now=now(), key=idempotency_key)
    return created(_asked(asked), request.path)


@router.post(
    "/representative-changes/{number}/approve",
    response=shapes.AskedOut,
    operation_id="approve_representative_change",
    auth=deciding,
)
def approve_representatives(request: HttpRequest, number: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Approve a change of representatives as its second person. Needs the scope `decide`."""
    return answer(_asked(_decided(representatives.decide, request, number, idempotency_key)))


@router.post(
    "/representative-changes/{number}/reject",
    response=shapes.AskedOut,
    operation_id="reject_representative_change",
    auth=deciding,
)
def reject_representatives(
    request: HttpRequest, number: Id, body: shapes.DecisionReasonIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Reject a change of representatives. Needs the scope `decide`."""
    return answer(_asked(_decided(representatives.decide, request, number, idempotency_key, body)))


@router.get("/accounts/{number}/trusted", response=shapes.TrustedOut, operation_id="list_trusted", openapi_extra=CLOSED)
def list_trusted(request: HttpRequest, number: NumberInPath) -> HttpResponse:
    """The accounts that an account trusts, and whether it demands them; to those who read in its section."""
    return answer(trusted_accounts.listed(number, caller(request)))


@router.post(
    "/accounts/{number}/trusted",
    response={problems.CREATED: shapes.AskedOut},
    operation_id="change_trusted",
    auth=proposing,
)
def change_trusted(
    request: HttpRequest, number: NumberInPath, body: shapes.TrustedIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Ask for a change of the list of trusted accounts; a second person approves it. Needs the scope `propose`."""
    asked = trusted_accounts.propose(
        number, body.change, body.account, by=caller(request), now=now(), key=idempotency_key
    )
    return created(_asked(asked), request.path)


@router.post(
    "/trusted-changes/{number}/approve",
    response=shapes.AskedOut,
    operation_id="approve_trusted_change",
    auth=deciding,
)
def approve_trusted(request: HttpRequest, number: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Approve a change of the list as its second person. Needs the scope `decide`."""
    return answer(_asked(_decided(trusted_accounts.decide, request, number, idempotency_key)))


@router.post(
    "/trusted-changes/{number}/reject",
    response=shapes.AskedOut,
    operation_id="reject_trusted_change",
    auth=deciding,
)
def reject_trusted(
    request: HttpRequest, number: Id, body: shapes.DecisionReasonIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Reject a change of the list. Needs the scope `decide`."""
    return answer(_asked(_decided(trusted_accounts.decide, request, number, idempotency_key, body)))


def _decided(
    decide: Callable[..., Any],
    request: HttpRequest,
    number: int,
    key: str,
    rejected: shapes.DecisionReasonIn | None = None,
) -> Any:
    reason = rejected.reason if rejected is not None else ""
    return decide(number, approve=rejected is None, by=caller(request), now=now(), reason=reason, key=key)


def _asked(asked: representatives.Changed) -> dict[str, object]:
    return {"id": asked.id, "status": asked.status}


def _requested(asked: account_requests.Requested) -> dict[str, object]:
    return {"id": asked.id, "status": asked.status, "account": asked.account}
