"""Fees of the mechanism: invoices computed from the schedule, payments recorded (7/CMA.4 annex I paras 50-58)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from article6.domain.fees import CMA4, FeeRequest, FeeSchedule, amount
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.services import statements
from article6.services.commands import command, once
from article6.store import journal
from article6.store.queries import mechanism as reading


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment received, in whole US cents."""

    cents: int
    paid_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class Refund:
    """A fee given back, in whole US cents, with the reason: the Supervisory Body's decision (para 57)."""

    cents: int
    refunded_on: date
    reference: str
    reason: str


def invoice(
    activity: str,
    request: FeeRequest,
    *,
    by: PersonId,
    now: datetime,
    key: str | None = None,
    schedule: FeeSchedule = CMA4,
) -> dict[str, Any]:
    """Invoice what an activity's request costs. An invoice for issuance holds up its issuances until it is paid.

    Returns: id, activity_id, fee, quantity, lines ([name, cents]), amount_cents, is_waived, schedule, invoiced_at,
    paid_cents, refunded_cents.

    Raises:
        Refused: unknown activity, the request lacks what the fee goes by, or `by` is no administrator.
    """
    given = command(by, key, "invoice", [activity, request, schedule.name])

    def act() -> dict[str, Any]:
        statements.require_administrator(by)
        due = amount(request, schedule)
        number = statements.activity_id(request.host, activity)
        with journal.database_transaction():
            invoice_id = journal.insert(
                "fee_invoice",
                {
                    "activity_id": number,
                    "fee": request.fee,
                    "quantity": request.quantity or request.annual_tonnes,
                    "lines": Jsonb([list(each) for each in due.lines]),
                    "amount_cents": due.cents,
                    "is_waived": due.is_waived,
                    "schedule": schedule.name,
                    "invoiced_at": now,
                },
            )
            journal.note(given, "fee.invoiced", f"invoice:{invoice_id}", now, [invoice_id])
        return by_id(invoice_id)

    return once(given, act, lambda answer: by_id(answer.ids[0]))


def record_payment(
    invoice_id: int, payment: Payment, *, by: PersonId, now: datetime, key: str | None = None
) -> dict[str, Any]:
    """Record a payment; the invoice with what is paid of it.

    Raises:
        Refused: no such invoice, paid in full already, no amount or reference, or `by` is no administrator.
    """
    given = command(by, key, "record_payment", [invoice_id, payment])

    def act() -> dict[str, Any]:
        statements.require_administrator(by)
        if payment.cents < 1 or not payment.reference.strip():
            raise refused(Code.REQUEST_MALFORMED, str(payment.cents), "give cents and a reference")
        with journal.database_transaction():
            journal.wait_for_turn(f"invoice:{invoice_id}")
            known = by_id(invoice_id)
            if known["paid_cents"] >= known["amount_cents"]:
                raise refused(Code.FEE_PAID_ALREADY, str(invoice_id))
            values = {
                "invoice_id": invoice_id,
                "amount_cents": payment.cents,
                "paid_on": payment.paid_on,
                "reference": payment.reference,
                "recorded_at": now,
            }
            number = journal.insert("fee_payment", values)
            journal.note(given, "fee.paid", f"invoice:{invoice_id}", now, [number])
        return by_id(invoice_id)

    return once(given, act, lambda answer: by_id(invoice_id))


def record_refund(
    invoice_id: int, refund: Refund, *, by: PersonId, now: datetime, key: str | None = None
) -> dict[str, Any]:
    """Record that a fee was reimbursed, in part or in full; the invoice with what is refunded of it.

    What was paid stays paid: a refund holds up no issuance.

    Raises:
        Refused: no such invoice, more than was paid, no reference or reason, or `by` is no administrator.
    """
    given = command(by, key, "record_refund", [invoice_id, refund])

    def act() -> dict[str, Any]:
        statements.require_administrator(by)
        if refund.cents < 1 or not refund.reference.strip() or not refund.reason.strip():
            raise refused(Code.REQUEST_MALFORMED, str(refund.cents), "give cents, a reference and a reason")
        with journal.database_transaction():
            journal.wait_for_turn(f"invoice:{invoice_id}")
            by_id(invoice_id)
            values = {
                "invoice_id": invoice_id,
                "amount_cents": refund.cents,
                "refunded_on": refund.refunded_on,
                "reference": refund.reference,
                "reason": refund.reason,
                "recorded_at": now,
            }
            number = journal.insert("fee_refund", values)
            journal.note(given, "fee.refunded", f"invoice:{invoice_id}", now, [number])
        return by_id(invoice_id)

    return once(given, act, lambda answer: by_id(invoice_id))


def by_id(invoice_id: int) -> dict[str, Any]:
    """The invoice, as `invoice` returns it.

    Raises:
        Refused: there is none.
    """
    found = reading.invoice(invoice_id)
    if found is None:
        raise refused(Code.FEE_UNKNOWN, str(invoice_id))
    return found
