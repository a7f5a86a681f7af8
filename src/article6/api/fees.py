"""Fees of the mechanism: the schedule, invoices and payments. Amounts are whole US cents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, Field

from article6.api import outputs, problems
from article6.api.access import administering, caller, inspecting, now, reading
from article6.api.answers import answer, created, page
from article6.api.fields import ActivityCode, Cents, Day
from article6.api.inputs import After, Flag, GivenReason, Id, IdempotencyKey, Limit, PartyCode, Request, Units, Wanted
from article6.api.openapi import CLOSED
from article6.domain.fees import CMA4, FEE_TITLES, Fee, FeeRequest
from article6.services import fees, recorded
from article6.services.fees import Payment, Refund

router = Router(auth=reading, tags=["fees"])


class TierOut(BaseModel):
    """The fee up to and including so many tonnes a year; null is any more, and every programme of activities."""

    up_to_annual_tonnes: int | None
    cents: int


class FeeOut(BaseModel):
    """What may be asked for."""

    fee: str
    title: str


class ScheduleOut(BaseModel):
    """The schedule in force, in US cents; activities in LDC and SIDS pay nothing."""

    name: str
    fees: list[FeeOut]
    registration: list[TierOut]
    inclusion: int
    issuance_per_unit: int
    change: int


class InvoiceIn(Request):
    """What a fee is asked for: `quantity` for an issuance, `annual_tonnes` where the scale of the activity counts.

    `annual_tonnes_before`, for a change that raises the scale, is the scale whose registration fee was paid.
    """

    party: PartyCode
    activity: ActivityCode
    fee: Annotated[Fee, Field(strict=False)]
    quantity: Units | None = None
    annual_tonnes: Units | None = None
    annual_tonnes_before: Units | None = None
    is_programme: Flag = False


class PaymentIn(Request):
    """A payment received, in whole US cents."""

    cents: Cents
    paid_on: Day
    reference: GivenReason


class RefundIn(Request):
    """A fee given back, in part or in full, in whole US cents, with the reason."""

    cents: Cents
    refunded_on: Day
    reference: GivenReason
    reason: GivenReason


class InvoiceOut(BaseModel):
    """An invoice; `lines` are each a name and cents, before a waiver; what is due, paid and given back of it."""

    id: int
    party: str
    activity: str
    fee: str
    quantity: int | None
    lines: list[list[str | int]]
    amount_cents: int
    is_waived: bool
    schedule: str
    invoiced_at: datetime
    paid_cents: int
    refunded_cents: int


class PaymentOut(BaseModel):
    cents: int
    paid_on: date
    reference: str
    recorded_at: datetime


class RefundOut(BaseModel):
    cents: int
    refunded_on: date
    reference: str
    reason: str
    recorded_at: datetime


class InvoiceWithPaymentsOut(InvoiceOut):
    """An invoice, what was paid of it and what was given back."""

    payments: list[PaymentOut]
    refunds: list[RefundOut]


@router.get("/fees/schedule", response=ScheduleOut, operation_id="get_fee_schedule")
def schedule(request: HttpRequest) -> HttpResponse:
    """The schedule of fees in force."""
    tiers = [{"up_to_annual_tonnes": up_to, "cents": cents} for up_to, cents in CMA4.registration]
    return answer({"name": CMA4.name, "fees": [{"fee": each, "title": _(FEE_TITLES[each])} for each in Fee],
                   "registration": tiers, "inclusion": CMA4.inclusion, "issuance_per_unit": CMA4.issuance_per_unit,
                   "change": CMA4.change})  # fmt: skip


@router.get(
    "/fees/invoices", response=outputs.PageOut[InvoiceOut], operation_id="list_invoices", auth=inspecting,
    openapi_extra=CLOSED,
)  # fmt: skip
def list_invoices(
    request: HttpRequest, after: After = None, limit: Limit = 50, party: Wanted = None, activity: Wanted = None
) -> HttpResponse:
    """Invoices, oldest first. For administrators and auditors of the registry."""
    return page(recorded.invoices(after=after, limit=limit, party=party, activity=activity, by=caller(request)))


@router.post(
    "/fees/invoices", response={problems.CREATED: InvoiceWithPaymentsOut}, operation_id="invoice", auth=administering
)
def invoice(request: HttpRequest, body: InvoiceIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Invoice a fee; one for issuance holds up the activity's issuances until paid. Needs the scope `administer`."""
    given: dict[str, Any] = body.model_dump(exclude={"party", "activity"})
    made = fees.invoice(
        body.activity, FeeRequest(host=body.party, **given), by=caller(request), now=now(), key=idempotency_key
    )
    return created(recorded.invoice_written(made["id"]), f"{request.path}/{made['id']}")


@router.get(
    "/fees/invoices/{invoice_id}", response=InvoiceWithPaymentsOut, operation_id="get_invoice", auth=inspecting,
    openapi_extra=CLOSED,
)  # fmt: skip
def get_invoice(request: HttpRequest, invoice_id: Id) -> HttpResponse:
    """One invoice with its payments. For administrators and auditors of the registry."""
    return answer(recorded.invoice(invoice_id, by=caller(request)))


@router.post(
    "/fees/invoices/{invoice_id}/payments", response={problems.CREATED: InvoiceWithPaymentsOut},
    operation_id="record_payment", auth=administering,
)  # fmt: skip
def record_payment(
    request: HttpRequest, invoice_id: Id, body: PaymentIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Record a payment; answers with the invoice. Needs the scope `administer`."""
    fees.record_payment(
        invoice_id, Payment(**body.model_dump()), by=caller(request), now=now(), key=idempotency_key
    )  # fmt: skip
    return created(recorded.invoice_written(invoice_id), request.path.removesuffix("/payments"))


@router.post(
    "/fees/invoices/{invoice_id}/refunds", response={problems.CREATED: InvoiceWithPaymentsOut},
    operation_id="record_refund", auth=administering,
)  # fmt: skip
def record_refund(
    request: HttpRequest, invoice_id: Id, body: RefundIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Record that a fee was given back; answers with the invoice. Needs the scope `administer`."""
    refund = Refund(**body.model_dump())
    fees.record_refund(invoice_id, refund, by=caller(request), now=now(), key=idempotency_key)
    return created(recorded.invoice_written(invoice_id), request.path.removesuffix("/refunds"))
