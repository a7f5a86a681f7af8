"""A crediting programme's registry: issuance in parts, locks, labels. Buffers move by `POST /transactions`."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from article6.api import crediting_shapes as shapes
from article6.api import named_serials, outputs, problems
from article6.api.access import administering, caller, issuing, now, proposing, reading
from article6.api.answers import answer, created
from article6.api.inputs import Id, IdempotencyKey, Limit, PartyInPath, RegistryInPath
from article6.domain.crediting import NewCredits, Share
from article6.domain.orders import Outcome
from article6.domain.serials import SERIAL_LIMIT
from article6.services import crediting, labels
from article6.services.crediting import Credited, NewLock
from article6.services.labels import NewLabel

router = Router(auth=reading, tags=["crediting"])
AfterLock = Annotated[int, Query(0, ge=0, le=2**62, description="The number of the last lock of the page before.")]
SerialWanted = Annotated[int, Query(ge=1, le=SERIAL_LIMIT)]


@router.post(
    "/crediting/issuances", response={problems.CREATED: shapes.CreditedOut}, operation_id="issue_credits", auth=issuing
)
def issue(request: HttpRequest, body: shapes.CreditsIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Issue credits under the programme's rules, divided between holders and the buffer. Needs the scope `issue`."""
    given = dict(body)
    given["shares"] = tuple(Share(**dict(each)) for each in body.shares)
    act = crediting.issue(NewCredits(**given), by=caller(request), now=now(), key=idempotency_key)
    return created(_credited(act), f"{request.path}/{act.transaction_id}")


def _credited(act: Credited) -> dict[str, object]:
    return {
        "transaction_id": act.transaction_id,
        "quantity": act.quantity,
        "withheld": act.withheld,
        "parts": list(act.parts),
    }


@router.get(
    "/crediting/issuances/{transaction_id}", response=shapes.CreditedOut, operation_id="get_issuance_of_credits"
)
def get_issuance(request: HttpRequest, transaction_id: Id) -> HttpResponse:
    """An issuance of credits with its parts, by its first transaction."""
    return answer(_credited(crediting.issuance_of(transaction_id)))


@router.get("/crediting/locks", response=list[shapes.LockOut], operation_id="list_locks")
def list_locks(request: HttpRequest, after: AfterLock = 0, limit: Limit = 50) -> HttpResponse:
    """Locks, oldest first."""
    return answer(crediting.locks(after, limit))


@router.post("/crediting/locks", response={problems.CREATED: outputs.OutcomeOut}, operation_id="lock", auth=proposing)
def lock(request: HttpRequest, body: shapes.LockIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Lock credits that are recorded as ITMOs elsewhere. Needs the scope `propose`."""
    new = NewLock(body.account, body.itmo_registry, body.itmo_record, body.quantity, named_serials.ranges(body.serials))
    return _proposed(request, crediting.lock(new, by=caller(request), now=now(), key=idempotency_key))


@router.post(
    "/crediting/locks/{transaction_id}/release", response={problems.CREATED: outputs.OutcomeOut},
    operation_id="release_lock", auth=proposing,
)  # fmt: skip
def release(
    request: HttpRequest, transaction_id: Id, body: shapes.ReleaseIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Propose to release what a lock holds. Needs the scope `propose`."""
    outcome = crediting.release(
        transaction_id, reason=body.reason, ranges=named_serials.ranges(body.serials), to=body.to, by=caller(request),
        now=now(), key=idempotency_key,
    )  # fmt: skip
    return _proposed(request, outcome)


@router.post(
    "/crediting/locks/{transaction_id}/conversion", response={problems.CREATED: outputs.OutcomeOut},
    operation_id="convert_lock", auth=proposing,
)  # fmt: skip
def convert(
    request: HttpRequest, transaction_id: Id, body: shapes.ConversionIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Propose to cancel what a lock holds into its ITMOs, for ever. Needs the scope `propose`."""
    ranges = named_serials.ranges(body.serials)
    outcome = crediting.convert(transaction_id, ranges=ranges, by=caller(request), now=now(), key=idempotency_key)
    return _proposed(request, outcome)


def _proposed(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    said = {"id": outcome.transaction_id, "status": outcome.status}
    base = request.path.partition("/crediting/")[0]
    return created(said, f"{base}/transactions/{outcome.transaction_id}", is_repeat=outcome.is_repeat)


@router.get("/crediting/labels/{registry}/{party}", response=list[shapes.LabelStatementOut], operation_id="list_labels")
def list_labels(
    request: HttpRequest, registry: RegistryInPath, party: PartyInPath, first: SerialWanted, last: SerialWanted
) -> HttpResponse:
    """Every statement on any of these serials, oldest first; the latest on a serial holds."""
    found = labels.said_of(registry, party, first, last)
    return problems.unknown(_("There is no such series.")) if found is None else answer(found)


@router.post(
    "/crediting/labels",
    response={problems.CREATED: shapes.LabelledOut},
    operation_id="state_label",
    auth=administering,
)
def state_label(request: HttpRequest, body: shapes.LabelIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """State that a label stands on units, or no more. Needs the scope `administer`."""
    new = NewLabel(body.label, body.source, body.stated_on, named_serials.ranges(body.serials), body.batch, body.stands)
    ids = labels.state(new, by=caller(request), now=now(), key=idempotency_key)
    return created({"ids": ids}, request.path)
