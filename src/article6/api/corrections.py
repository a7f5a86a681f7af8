"""Corrective action: open a case, propose what remedies it, confirm, reject, withdraw; and read it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from article6.api import named_serials, problems
from article6.api.access import administering, caller, deciding, now, reader, reading
from article6.api.answers import answer, created, page
from article6.api.inputs import (
    RANGES_AT_MOST,
    After,
    GivenReason,
    Id,
    IdempotencyKey,
    Limit,
    Name,
    Reason,
    RejectionIn,
    Request,
    SerialsIn,
    Units,
)
from article6.api.outputs import PageOut
from article6.domain.corrections import NewRemedy, Remedy
from article6.domain.serials import SERIAL_LIMIT
from article6.services import corrections
from article6.services.corrections import NewCase

router = Router(auth=reading, tags=["corrections"])


class CaseIn(Request):
    """A case: the units concerned by `serials`; where none are named, those that the transaction moved."""

    reason: GivenReason
    finding: GivenReason
    reference: Name = ""
    transaction_id: Annotated[int | None, Field(strict=True, ge=1, le=SERIAL_LIMIT)] = None
    serials: Annotated[list[SerialsIn], Field(max_length=RANGES_AT_MOST)] = []


class RemedyIn(Request):
    """What remedies a case. A note has a remark only; what moves or cancels units names both accounts."""

    remedy: Literal["movement", "administrative_cancellation", "note"]
    source: Name = ""
    target: Name = ""
    serials: Annotated[list[SerialsIn], Field(max_length=RANGES_AT_MOST)] = []
    quantity: Units | None = None
    remark: Reason = ""


class ConcernedOut(BaseModel):
    registry: str
    party: str
    first: int
    last: int


class CaseOut(BaseModel):
    """A case, and what it has come to."""

    id: int
    state: Literal["opened", "proposed", "confirmed", "rejected", "withdrawn"]
    reason: str
    reference: str
    finding: str
    transaction_id: int | None
    units: list[ConcernedOut]
    opened_by_name: str
    opened_at: datetime


class CaseActOut(BaseModel):
    """What was done with a case; `person` is null where it was the clock."""

    act: Literal["proposed", "confirmed", "rejected", "withdrawn", "lapsed"]
    person: str | None
    at: datetime
    remedy: str | None
    remedy_title: str
    transaction_id: int | None
    remark: str


class CaseWithActsOut(CaseOut):
    """A case with its acts, oldest first, and the sections that it concerns."""

    sections: list[str]
    acts: list[CaseActOut]


@router.get("/corrections", response=PageOut[CaseOut], operation_id="list_corrections")
def list_corrections(request: HttpRequest, after: After = None, limit: Limit = 50) -> HttpResponse:
    """Corrective actions that concern a section in which the caller has a role, newest first."""
    return page(corrections.listed(by=reader(request), after=after, limit=limit))


@router.post(
    "/corrections", response={problems.CREATED: CaseWithActsOut}, operation_id="open_correction", auth=administering
)
def open_correction(request: HttpRequest, body: CaseIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Open a corrective action. Needs the scope `administer` and an administrator of the registry."""
    new = NewCase(body.reason, body.finding, body.reference, body.transaction_id, named_serials.ranges(body.serials))
    opened = corrections.open_case(new, by=caller(request), now=now(), key=idempotency_key)
    return created(opened, f"{request.path}/{opened['id']}")


@router.get("/corrections/{case_id}", response=CaseWithActsOut, operation_id="get_correction")
def get_correction(request: HttpRequest, case_id: Id) -> HttpResponse:
    """One corrective action with what was done with it, for people of the sections that it concerns."""
    return answer(corrections.shown(case_id, by=reader(request)))


@router.post(
    "/corrections/{case_id}/propose", response=CaseWithActsOut, operation_id="propose_correction", auth=administering
)
def propose(request: HttpRequest, case_id: Id, body: RemedyIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Propose what remedies a corrective action; its units are reserved. Needs the scope `administer`."""
    new = NewRemedy(
        Remedy(body.remedy), body.source, body.target, named_serials.ranges(body.serials), body.quantity, body.remark
    )  # fmt: skip
    return answer(corrections.propose(case_id, new, **_who(request, idempotency_key)))


@router.post("/corrections/{case_id}/confirm", response=CaseWithActsOut, operation_id="confirm_correction",
             auth=deciding)  # fmt: skip
def confirm(request: HttpRequest, case_id: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Confirm the remedy, as the second administrator of the registry. Needs the scope `decide`."""
    return answer(corrections.confirm(case_id, **_who(request, idempotency_key)))


@router.post("/corrections/{case_id}/reject", response=CaseWithActsOut, operation_id="reject_correction",
             auth=deciding)  # fmt: skip
def reject(request: HttpRequest, case_id: Id, body: RejectionIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Turn the remedy down, as the second administrator, which ends the case. Needs the scope `decide`."""
    return answer(corrections.reject(case_id, reason=body.reason, **_who(request, idempotency_key)))


@router.post("/corrections/{case_id}/withdraw", response=CaseWithActsOut, operation_id="withdraw_correction",
             auth=administering)  # fmt: skip
def withdraw(request: HttpRequest, case_id: Id, body: RejectionIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Withdraw a corrective action that one opened or proposed. Needs the scope `administer`."""
    return answer(corrections.withdraw(case_id, reason=body.reason, **_who(request, idempotency_key)))


def _who(request: HttpRequest, key: str) -> dict[str, Any]:
    return {"by": caller(request), "now": now(), "key": key}
