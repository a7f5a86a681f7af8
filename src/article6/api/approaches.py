"""Cooperative approaches and activities."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, Field

from article6.api import outputs, problems
from article6.api.access import administering, authorizing, caller, now, reading
from article6.api.answers import answer, created, page
from article6.api.fields import ActivityCode, ActivityInPath, ApproachInPath, Text
from article6.api.inputs import (
    After,
    GivenName,
    IdempotencyKey,
    Limit,
    Name,
    PartyCode,
    PartyInPath,
    Reason,
    Request,
    Terms,
    Wanted,
)
from article6.api.rights_shapes import DocumentIn, DocumentOut
from article6.domain.authorizations import FirstTransferDefinition
from article6.domain.entities import Document
from article6.services import authorizations, issuance, lookup, recorded
from article6.services.authorizations import NewApproach
from article6.services.issuance import NewActivity

router = Router(auth=reading, tags=["approaches and activities"])


class ApproachIn(Request):
    """A cooperative approach under its identifier, `CA` and four digits.

    `first_transfer_oimp` is what its Parties define as the first transfer for other international mitigation purposes,
    uniformly for all authorizations under it. Sectors, activity types and metrics, where they are named, bound them.
    """

    code: GivenName
    title: GivenName
    parties: Annotated[list[PartyCode], Field(min_length=1, max_length=200)]
    first_transfer_oimp: Annotated[FirstTransferDefinition | None, Field(strict=False)] = None
    remark: Text = ""
    sectors: Annotated[list[GivenName], Field(max_length=50)] = []
    activity_types: Annotated[list[GivenName], Field(max_length=50)] = []
    metrics: Annotated[list[GivenName], Field(max_length=10)] = []
    documents: Annotated[list[DocumentIn], Field(max_length=50)] = []


class ApproachOut(BaseModel):
    code: str
    title: str
    parties: list[str]
    first_transfer_oimp: str | None
    remark: str
    sectors: list[str]
    activity_types: list[str]
    metrics: list[str]
    documents: list[DocumentOut]


class ActivityIn(Request):
    """An activity (project) of a Party by its code in the programme; further attributes where a schema has them."""

    party: PartyCode
    code: ActivityCode
    title: Reason = ""
    sectors: Annotated[list[GivenName], Field(max_length=50)] = []
    activity_types: Annotated[list[GivenName], Field(max_length=50)] = []
    methodology: Reason = ""
    attributes: Terms = {}
    attributes_schema: Name = ""


class ActivityOut(BaseModel):
    """An activity; `issued` units in `batches` so far."""

    code: str
    party: str
    title: str
    sectors: list[str]
    activity_types: list[str]
    methodology: str
    issued: int
    batches: int


class StandingOut(BaseModel):
    """Units of an activity in one account."""

    account: outputs.AccountRefOut
    quantity: int
    blocks: int


class ActivityWithStandingOut(ActivityOut):
    """An activity, and where its units are now."""

    standing: list[StandingOut]


@router.get("/approaches", response=outputs.PageOut[ApproachOut], operation_id="list_approaches")
def list_approaches(
    request: HttpRequest, after: After = None, limit: Limit = 50, party: Wanted = None
) -> HttpResponse:  # fmt: skip
    """Cooperative approaches in the order in which they were recorded; with `party`, those in which it takes part."""
    return page(recorded.approaches(after=after, limit=limit, party=party))


@router.post("/approaches", response={problems.CREATED: ApproachOut}, operation_id="record_approach", auth=authorizing)
def record_approach(request: HttpRequest, body: ApproachIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Record a cooperative approach. Needs the scope `authorize`."""
    lists = {name: tuple(value) for name, value in body.model_dump().items() if isinstance(value, list)}
    documents = tuple(Document(**each.model_dump()) for each in body.documents)
    new = NewApproach(**{**body.model_dump(), **lists, "documents": documents})
    authorizations.record_approach(new, by=caller(request), now=now(), key=idempotency_key)
    return created(recorded.approach(body.code), f"{request.path}/{body.code}")


@router.get("/approaches/{code}", response=ApproachOut, operation_id="get_approach")
def get_approach(request: HttpRequest, code: ApproachInPath) -> HttpResponse:
    """One cooperative approach."""
    found = recorded.approach(code)
    return problems.unknown(_("There is no such approach.")) if found is None else answer(found)


@router.get("/activities", response=outputs.PageOut[ActivityOut], operation_id="list_activities")
def list_activities(
    request: HttpRequest, after: After = None, limit: Limit = 50, party: Wanted = None
) -> HttpResponse:  # fmt: skip
    """Activities in the order in which they were recorded."""
    return page(lookup.projects(after=after, limit=limit, party=party))


@router.post(
    "/activities", response={problems.CREATED: ActivityWithStandingOut}, operation_id="record_activity",
    auth=administering,
)  # fmt: skip
def record_activity(request: HttpRequest, body: ActivityIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Record an activity. Needs the scope `administer`."""
    given: dict[str, Any] = body.model_dump()
    for name in ("sectors", "activity_types"):
        given[name] = tuple(given[name])
    issuance.new_activity(NewActivity(**given), by=caller(request), now=now(), key=idempotency_key)
    return created(lookup.project(body.party, body.code), f"{request.path}/{body.party}/{quote(body.code, safe='')}")


@router.get("/activities/{party}/{code}", response=ActivityWithStandingOut, operation_id="get_activity")
def get_activity(request: HttpRequest, party: PartyInPath, code: ActivityInPath) -> HttpResponse:
    """One activity, and where its units are now."""
    found = lookup.project(party, code)
    return problems.unknown(_("There is no such activity.")) if found is None else answer(found)
