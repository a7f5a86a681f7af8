"""Comparing books with other registries, for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import BaseModel, Field, StringConstraints

from article6.api import problems
from article6.api.access import administering, caller, inspecting, now
from article6.api.answers import answer, created, page
from article6.api.inputs import After, GivenReason, IdempotencyKey, Limit, RegistryCode, Request
from article6.api.openapi import CLOSED
from article6.api.outputs import PageOut
from article6.services.exchange import reconciling

router = Router(auth=inspecting, tags=["other registries"])

CaseInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
PeerWanted = Annotated[str | None, StringConstraints(pattern=r"^[A-Z0-9]{2,8}$")]
NamedSerials = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Z0-9]{2,8}-[A-Z]{0,3}:[1-9][0-9]{0,18}-[1-9][0-9]{0,18}$")
]
Action = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100)]


class ReconciliationIn(Request):
    """With which registry books are to be compared."""

    peer: RegistryCode


class ResolutionIn(Request):
    """What is to be corrected, in whose books (`serials` left out: all that is open); `action` `statement`: nothing,
    the books stand as they do."""

    registry: RegistryCode
    action: Action
    reason: GivenReason
    serials: Annotated[list[NamedSerials], Field(max_length=1_000)] = []


class SignatureIn(Request):
    """A resolution; left out, what the other registry signed is signed here too."""

    resolution: ResolutionIn | None = None


class ReconciliationLineOut(BaseModel):
    """A comparison of books with a registry."""

    id: int
    reconciliation_id: str
    peer: str
    is_ours: bool
    as_of: datetime
    reason: str
    status: str
    result: str
    peer_result: str
    started_at: datetime
    changed_at: datetime


class ReconciliationOut(ReconciliationLineOut):
    """The same with what differs, what is blocked here for it, what each side signed, and every message of both sides
    with its signature."""

    differences: list[dict[str, Any]]
    holds: list[dict[str, Any]]
    resolutions: list[dict[str, Any]]
    is_agreed: bool
    messages: list[dict[str, Any]]


@router.get(
    "/network/reconciliations", response=PageOut[ReconciliationLineOut], operation_id="list_reconciliations",
    auth=administering, openapi_extra=CLOSED,
)  # fmt: skip
def listed(
    request: HttpRequest, after: After = None, limit: Limit = 50, peer: PeerWanted = None, is_open: bool = False
) -> HttpResponse:
    """Comparisons of books, newest first; `is_open`: cases in the administrators' hands. Needs the scope
    `administer`."""
    return page(reconciling.listed(after, limit, peer, is_open=is_open, by=caller(request)))


@router.post(
    "/network/reconciliations", response={problems.CREATED: ReconciliationOut}, operation_id="start_reconciliation",
    auth=administering,
)  # fmt: skip
def start(request: HttpRequest, body: ReconciliationIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Compare books with a registry now; the answers come with the messages. Needs the scope `administer`."""
    made = reconciling.start(body.peer, by=caller(request), now=now(), key=idempotency_key)
    return created(reconciling.shown(made), f"{request.path}/{made}")


@router.get(
    "/network/reconciliations/{case}", response=ReconciliationOut, operation_id="get_reconciliation",
    auth=administering, openapi_extra=CLOSED,
)  # fmt: skip
def shown(request: HttpRequest, case: CaseInPath) -> HttpResponse:
    """One comparison, with the evidence of both sides. Needs the scope `administer`."""
    return answer(reconciling.shown(case, by=caller(request)))


@router.post(
    "/network/reconciliations/{case}/resolution", response=ReconciliationOut, operation_id="resolve_reconciliation",
    auth=administering,
)  # fmt: skip
def resolve(request: HttpRequest, case: CaseInPath, body: SignatureIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Sign how a case is resolved. Needs the scope `administer`."""
    given = body.resolution
    new = None
    if given is not None:
        new = reconciling.NewResolution(given.registry, given.action, given.reason, tuple(given.serials))
    return answer(reconciling.resolve(case, new, by=caller(request), now=now(), key=idempotency_key))
