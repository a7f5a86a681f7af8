"""Underlying units: read from a programme's serial, and whether they are locked where they are registered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from article6.api import outputs, problems
from article6.api.access import administering, caller, now, reading
from article6.api.answers import answer, created, page
from article6.api.fields import Day
from article6.api.inputs import PRINTABLE, After, GivenReason, Id, IdempotencyKey, Limit, Request
from article6.domain.underlying import LockStatus
from article6.services import lookup, underlying
from article6.services.underlying import NewStatement

router = Router(auth=reading, tags=["underlying units"])
ProgrammeSerial = Annotated[
    str,
    Query(min_length=1, max_length=200, pattern=PRINTABLE,
          description="A programme's serial, as in "
                      "19309-936487628-936491271-VCS-VCU-1491-VER-RW-3-4150-01102024-31122024-1"),
]  # fmt: skip


class UnderlyingBlockOut(BaseModel):
    """What a programme's serial names; `batch` rests on some of it already, `shared` its range; null where free."""

    registry: str
    series: str
    first: int
    last: int
    quantity: int
    serial: str
    batch: int | None
    shared: list[int] | None


class UnderlyingBatchOut(BaseModel):
    """A batch whose underlying units are not known to be locked or cancelled."""

    id: int
    registry: str
    party: str
    first: int
    last: int
    quantity: int
    underlying_registry: str
    underlying_series: str
    underlying_lo: int
    underlying_hi: int
    original_serial: str
    underlying_status: str | None
    underlying_stated_on: date | None


class StatementIn(Request):
    """What the underlying registry did with a batch's units, by its own reference; the latest word counts."""

    status: Annotated[LockStatus, Field(strict=False)]
    reference: GivenReason
    stated_on: Day


class StatementOut(BaseModel):
    """A statement on the underlying units of a batch."""

    id: int
    batch_id: int
    status: str
    reference: str
    stated_on: date
    recorded_at: datetime


@router.get("/underlying", response=UnderlyingBlockOut, operation_id="read_underlying_serial")
def read(request: HttpRequest, serial: ProgrammeSerial) -> HttpResponse:
    """What a programme's serial names, and whether some of it stands behind a batch already."""
    return answer(underlying.looked_up(serial))


@router.get(
    "/underlying/not-locked", response=outputs.PageOut[UnderlyingBatchOut], operation_id="list_underlying_not_locked"
)
def not_locked(request: HttpRequest, after: After = None, limit: Limit = 50) -> HttpResponse:
    """Batches whose underlying units are not known to be locked or cancelled."""
    return page(underlying.not_locked(after, limit))


@router.get(
    "/batches/{batch_id}/underlying-statements", response=list[StatementOut], operation_id="list_underlying_statements"
)
def statements(request: HttpRequest, batch_id: Id) -> HttpResponse:
    """Every statement on the underlying units of a batch, the latest first."""
    if lookup.batch(batch_id) is None:
        return problems.unknown(_("There is no such batch."))
    return answer(underlying.statements(batch_id))


@router.post(
    "/batches/{batch_id}/underlying-statements", response={problems.CREATED: StatementOut},
    operation_id="state_underlying", auth=administering,
)  # fmt: skip
def state(request: HttpRequest, batch_id: Id, body: StatementIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Record what the underlying registry did with the units. Needs the scope `administer`."""
    new = NewStatement(batch_id, body.status, body.reference, body.stated_on)
    return created(underlying.state(new, by=caller(request), now=now(), key=idempotency_key), request.path)
