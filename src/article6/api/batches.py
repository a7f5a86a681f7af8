"""Batches: what was issued together."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from article6.api import outputs, problems
from article6.api.access import caller, issuing, now, reading
from article6.api.answers import answer, created, page
from article6.api.inputs import After, BatchIn, Id, IdempotencyKey, Limit, Wanted
from article6.domain.units import BatchAttributes, UnitType
from article6.services import batches, lookup, underlying
from article6.services.batches import NewBatch

router = Router(auth=reading, tags=["batches"])

_OWN = ("target", "party", "quantity", "registry", "first", "last", "activity", "activity_title", "approach",
        "authorization", "terms")  # fmt: skip


@router.get("/batches", response=outputs.PageOut[outputs.BatchOut], operation_id="list_batches")
def list_batches(
    request: HttpRequest, after: After = None, limit: Limit = 50, party: Wanted = None, activity: Wanted = None
) -> HttpResponse:
    """Batches in the order in which they were issued."""
    return page(lookup.batches(after=after, limit=limit, party=party, activity=activity))


@router.post("/batches", response={problems.CREATED: outputs.IssuedOut}, operation_id="issue", auth=issuing)
def issue(request: HttpRequest, body: BatchIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Issue a batch, with its activity where that is new. Needs the scope `issue`."""
    issued = batches.issue(_new(body), by=caller(request), now=now(), key=idempotency_key)
    said = {
        "transaction_id": issued.transaction_id,
        "batch_id": issued.batch_id,
        "first": issued.serials.first,
        "last": issued.serials.last,
    }
    return created(said, f"{request.path}/{issued.batch_id}")


def _new(body: BatchIn) -> NewBatch:
    given = body.model_dump()
    own = {name: given.pop(name) for name in _OWN}
    numerator, denominator = given.pop("conversion") or (None, None)
    conversion = (numerator, denominator) if numerator is not None and denominator is not None else None
    for name in ("sectors", "activity_types"):
        given[name] = tuple(given[name])
    serial = given.pop("underlying_serial")
    batch = BatchAttributes(UnitType(given.pop("unit_type")), conversion=conversion, **given)
    batch = underlying.resting_on(batch, serial) if serial else batch
    return NewBatch(batch=batch, **own)


@router.get("/batches/{batch_id}", response=outputs.BatchOut, operation_id="get_batch")
def get_batch(request: HttpRequest, batch_id: Id) -> HttpResponse:
    """One batch."""
    found = lookup.batch(batch_id)
    return problems.unknown(_("There is no such batch.")) if found is None else answer(found)
