"""Transactions: propose, approve, reject, cancel; list and show."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from article6.api import named_serials, outputs, problems
from article6.api.access import caller, deciding, now, proposing, reader, reading
from article6.api.answers import answer, created, page
from article6.api.inputs import (
    After,
    CancellationIn,
    FilterIn,
    Id,
    IdempotencyKey,
    Limit,
    RejectionIn,
    TransactionIn,
    Wanted,
)
from article6.domain.orders import Filter, Order, Outcome, TransactionId
from article6.domain.units import UnitType
from article6.services import lookup, transactions

router = Router(auth=reading, tags=["transactions"])
StatusWanted = Literal["proposed", "completed", "rejected", "cancelled", "expired"]


@router.get("/transactions", response=outputs.PageOut[outputs.TransactionOut], operation_id="list_transactions")
def list_transactions(
    request: HttpRequest, after: After = None, limit: Limit = 50, account: Wanted = None,
    status: StatusWanted | None = None, type: Wanted = None,  # noqa: A002 - the name in the address
) -> HttpResponse:  # fmt: skip
    """Transactions, newest first."""
    return page(lookup.transactions(after=after, limit=limit, account=account, status=status, type_=type))


@router.post("/transactions", response={problems.CREATED: outputs.OutcomeOut}, operation_id="propose", auth=proposing)
def propose(request: HttpRequest, body: TransactionIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Propose a transaction; where it waits for nobody, it is completed at once. Needs the scope `propose`."""
    outcome = transactions.propose(_order(body), by=caller(request), now=now(), key=idempotency_key)
    said = {"id": outcome.transaction_id, "status": outcome.status}
    return created(said, f"{request.path}/{outcome.transaction_id}", is_repeat=outcome.is_repeat)


def _order(body: TransactionIn) -> Order:
    ranges = named_serials.ranges(body.serials)
    return Order(body.type, body.source, body.target, body.quantity, ranges, _filter(body.filter), body.terms)


def _filter(wanted: FilterIn | None) -> Filter:
    if wanted is None:
        return Filter()
    unit_type = UnitType(wanted.unit_type) if wanted.unit_type else None
    return Filter(unit_type, wanted.vintage_year, wanted.activity, wanted.party)


def _decided(outcome: Outcome) -> HttpResponse:
    return answer({"id": outcome.transaction_id, "status": outcome.status})


@router.get(
    "/transactions/{transaction_id}", response=outputs.TransactionWithEntriesOut, operation_id="get_transaction",
    url_name="transaction",
)  # fmt: skip
def get_transaction(request: HttpRequest, transaction_id: Id, after: After = None) -> HttpResponse:
    """One transaction with the units it moved, a thousand lines at a time; `entries_next` goes back in as `after`."""
    return answer(lookup.transaction(transaction_id, after=after, by=reader(request)))


@router.post(
    "/transactions/{transaction_id}/approve", response=outputs.OutcomeOut, operation_id="approve", auth=deciding
)
def approve(request: HttpRequest, transaction_id: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Complete a proposed transaction, as its second person. Needs the scope `decide`."""
    number = TransactionId(transaction_id)
    return _decided(transactions.approve(number, by=caller(request), now=now(), key=idempotency_key))


@router.post("/transactions/{transaction_id}/reject", response=outputs.OutcomeOut, operation_id="reject", auth=deciding)
def reject(
    request: HttpRequest, transaction_id: Id, body: RejectionIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Turn a proposed transaction down, as its second person. Needs the scope `decide`."""
    number, by = TransactionId(transaction_id), caller(request)
    return _decided(transactions.reject(number, by=by, now=now(), reason=body.reason, key=idempotency_key))


@router.post(
    "/transactions/{transaction_id}/cancel", response=outputs.OutcomeOut, operation_id="cancel", auth=proposing
)
def cancel(
    request: HttpRequest, transaction_id: Id, body: CancellationIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Withdraw one's own proposal. Needs the scope `propose`."""
    number, by = TransactionId(transaction_id), caller(request)
    return _decided(transactions.cancel(number, by=by, now=now(), reason=body.reason, key=idempotency_key))
