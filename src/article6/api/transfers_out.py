"""Transfers to and from other registries: propose, approve, reject, withdraw, try again; list and show."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import BaseModel, Field

from article6.api import named_serials, problems
from article6.api.access import administering, caller, deciding, now, proposing, reading
from article6.api.answers import answer, created, page
from article6.api.fields import Day
from article6.api.inputs import (
    RANGES_AT_MOST,
    After,
    CancellationIn,
    GivenName,
    IdempotencyKey,
    Limit,
    PartyCode,
    RegistryCode,
    RejectionIn,
    Request,
    SerialsIn,
    Units,
    Wanted,
)
from article6.api.outputs import PageOut
from article6.services.exchange import transfers
from article6.services.exchange.transfers import NewTransfer, Standing

router = Router(auth=reading, tags=["transfers between registries"])
TransferInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
StatusWanted = Literal["waiting", "proposed", "accepted", "rejected", "cancelled", "completed", "settled", "disputed"]


class TransferOutIn(Request):
    """Units to be given to an account of another registry: by `serials`, or by `quantity`, lowest serial first.

    `party` is the Party of the account there. `registered_on` is for CERs: when their activity was registered.
    """

    peer: RegistryCode
    source: GivenName
    target: GivenName
    party: PartyCode | None = None
    quantity: Units | None = None
    serials: Annotated[list[SerialsIn], Field(max_length=RANGES_AT_MOST)] = []
    service: Literal["transfer_a64er", "transfer_itmo", "transfer_information", "cer"] | None = None
    registered_on: Day | None = None


class TransferStandingOut(BaseModel):
    """How a transfer stands here; `transaction_id` is the ledger's, null for what comes in."""

    transfer_id: str
    status: str
    transaction_id: int | None


class TransferBetweenOut(BaseModel):
    """A transfer as this side knows it."""

    transfer_id: str
    side: str
    peer: str
    status: str
    service: str
    source_account: str
    target_account: str
    quantity: int
    deadline: datetime
    changed_at: datetime
    completed_at: datetime | None
    objections: list[dict[str, Any]]
    ledger_id: int | None


class TransferWithEvidenceOut(TransferBetweenOut):
    """With what was proposed, the statuses it had, and every message about it with signature and receipt."""

    completion: str
    proposed: dict[str, Any]
    changes: list[dict[str, Any]]
    messages: list[dict[str, Any]]


@router.get("/transfers-between", response=PageOut[TransferBetweenOut], operation_id="list_transfers_between")
def listed(
    request: HttpRequest,
    after: After = None,
    limit: Limit = 50,
    peer: Wanted = None,
    status: StatusWanted | None = None,
) -> HttpResponse:
    """Transfers to and from other registries, newest first; a Party's people see those of their section."""
    return page(transfers.listed(after, limit, peer, status))


@router.post(
    "/transfers-between", response={problems.CREATED: TransferStandingOut}, operation_id="propose_transfer_out",
    auth=proposing,
)  # fmt: skip
def propose(request: HttpRequest, body: TransferOutIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Propose to give units to another registry; a second person decides. Needs the scope `propose`."""
    ranges = named_serials.ranges(body.serials)
    new = NewTransfer(
        body.peer, body.source, body.target, body.party or "", body.quantity, ranges, body.service or "",
        body.registered_on,
    )  # fmt: skip
    done = transfers.propose(new, by=caller(request), now=now(), key=idempotency_key)
    return created(done, f"{request.path}/{done.transfer_id}")


@router.get("/transfers-between/{transfer_id}", response=TransferWithEvidenceOut, operation_id="get_transfer_between")
def shown(request: HttpRequest, transfer_id: TransferInPath) -> HttpResponse:
    """One transfer with the evidence of both sides."""
    return answer(transfers.shown(transfer_id))


@router.post(
    "/transfers-between/{transfer_id}/approve", response=TransferStandingOut, operation_id="approve_transfer_out",
    auth=deciding,
)  # fmt: skip
def approve(request: HttpRequest, transfer_id: TransferInPath, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Approve a transfer as its second person: the other registry is asked. Needs the scope `decide`."""
    return _said(transfers.approve(transfer_id, by=caller(request), now=now(), key=idempotency_key))


@router.post(
    "/transfers-between/{transfer_id}/reject", response=TransferStandingOut, operation_id="reject_transfer_out",
    auth=deciding,
)  # fmt: skip
def reject(
    request: HttpRequest, transfer_id: TransferInPath, body: RejectionIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Turn a transfer down as its second person. Needs the scope `decide`."""
    return _said(transfers.reject(transfer_id, body.reason, by=caller(request), now=now(), key=idempotency_key))


@router.post(
    "/transfers-between/{transfer_id}/withdraw", response=TransferStandingOut, operation_id="withdraw_transfer_out",
    auth=proposing,
)  # fmt: skip
def withdraw(
    request: HttpRequest, transfer_id: TransferInPath, body: CancellationIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Withdraw a transfer that is not completed. Needs the scope `propose`."""
    return _said(
        transfers.withdraw(transfer_id, by=caller(request), now=now(), reason=body.reason, key=idempotency_key)
    )


@router.post(
    "/transfers-between/{transfer_id}/retry", response=TransferStandingOut, operation_id="retry_transfer_in",
    auth=administering,
)  # fmt: skip
def retry(request: HttpRequest, transfer_id: TransferInPath, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Book what came and was disputed, once what stood against it is out of the way. Needs the scope `administer`."""
    return _said(transfers.retry(transfer_id, by=caller(request), now=now(), key=idempotency_key))


def _said(done: Standing) -> HttpResponse:
    return answer({"transfer_id": done.transfer_id, "status": done.status, "transaction_id": done.transaction_id})
