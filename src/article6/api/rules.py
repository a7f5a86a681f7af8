"""Rules: the published table of those built in, and those that administrators add."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, Field

from article6.api import problems
from article6.api.access import administering, caller, inspecting, now, reading
from article6.api.answers import answer, created
from article6.api.fields import Moment, RuleInPath, Version
from article6.api.inputs import GivenName, GivenReason, IdempotencyKey, Reason, Request
from article6.api.openapi import CLOSED
from article6.domain.business_rules import FACTS, LENGTH_AT_MOST, BusinessRule
from article6.services import business_rules, wording
from article6.services.business_rules import MESSAGE_AT_MOST, TRIED_AT_MOST, NewRule

router = Router(auth=reading, tags=["rules"])


class BuiltInOut(BaseModel):
    """A rule that is built in: where it comes from, what to do, what it applies to."""

    code: str
    clause: str
    sentence: str
    applies_to: str


class FactOut(BaseModel):
    """A name that expressions may use."""

    name: str
    type: str
    sentence: str


class InForceOut(BaseModel):
    """A rule that an administrator added: it refuses when the expression is true, with the message."""

    name: str
    version: int
    refuses_when: str
    message: str
    clause: str
    in_force_from: datetime
    in_force_until: datetime | None


class RuleIn(Request):
    """A rule to draft, in the Common Expression Language. A known name gets a new version."""

    name: GivenName
    refuses_when: Annotated[Reason, Field(max_length=LENGTH_AT_MOST)]
    message: Annotated[GivenReason, Field(max_length=MESSAGE_AT_MOST)]
    clause: Reason = ""


class RuleOut(BaseModel):
    """A version of a rule."""

    name: str
    version: int
    refuses_when: str
    message: str
    clause: str


class RuleWithActsOut(RuleOut):
    """A version with who wrote, tried, approved and retired it, and when."""

    drafted_by: str
    drafted_at: datetime
    would_refuse: int | None
    would_fail: int | None
    of_transactions: int | None
    tried_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    in_force_from: datetime | None
    retired_by: str | None
    retired_from: datetime | None


class RuleTrialIn(Request):
    """Which version to try (the newest, where none is given), on how many transactions at most, the latest first."""

    version: Version = None
    at_most: Annotated[int, Field(strict=True, ge=1, le=TRIED_AT_MOST)] = TRIED_AT_MOST


class RuleTrialOut(BaseModel):
    """Of so many transactions the rule would have refused so many; `would_fail` could not be worked out."""

    name: str
    version: int
    of_transactions: int
    would_refuse: int
    would_fail: int
    examples: list[int]


class RuleApprovalIn(Request):
    """Which version holds (the newest, where none is given), and from when on (at once, where no moment is given)."""

    version: Version = None
    in_force_from: Moment | None = None


class RuleRetirementIn(Request):
    """Which version (the newest, where none is given) holds no more, and from when on (at once)."""

    version: Version = None
    retired_from: Moment | None = None


@router.get("/rules", response=list[BuiltInOut], operation_id="list_rules")
def built_in(request: HttpRequest) -> HttpResponse:
    """The rules for transactions that are built in, in the order in which they are asked."""
    return answer(wording.built_in_rules())


@router.get("/rules/facts", response=list[FactOut], operation_id="list_facts")
def facts(request: HttpRequest) -> HttpResponse:
    """The facts that the expression of a further rule may use."""
    return answer([{"name": each.name, "type": each.type, "sentence": _(each.sentence)} for each in FACTS])


@router.get("/rules/added", response=list[InForceOut], operation_id="list_added_rules")
def added(request: HttpRequest) -> HttpResponse:
    """The rules that administrators added and that hold now, or will; by name."""
    return answer(business_rules.published(now()))


@router.get(
    "/business-rules", response=list[RuleWithActsOut], operation_id="list_business_rules", auth=inspecting,
    openapi_extra=CLOSED,
)  # fmt: skip
def listed(request: HttpRequest) -> HttpResponse:
    """Every version of every added rule, drafts too, with who did what. For administrators and auditors."""
    return answer(business_rules.listed(by=caller(request)))


@router.post(
    "/business-rules", response={problems.CREATED: RuleOut}, operation_id="draft_rule", auth=administering
)  # fmt: skip
def draft(request: HttpRequest, body: RuleIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Write a rule down, or a new version of one; it refuses nothing yet. Needs the scope `administer`."""
    new = NewRule(**body.model_dump())
    return _made(business_rules.draft(new, by=caller(request), now=now(), key=idempotency_key), request.path)


@router.post(
    "/business-rules/{name}/trials",
    response={problems.CREATED: RuleTrialOut},
    operation_id="try_rule",
    auth=administering,
)
def try_out(
    request: HttpRequest, name: RuleInPath, body: RuleTrialIn, idempotency_key: IdempotencyKey
) -> HttpResponse:  # fmt: skip
    """Ask a rule about completed transactions: how many it would have refused. Needs the scope `administer`."""
    tried = business_rules.try_out(
        name, body.version, by=caller(request), now=now(), at_most=body.at_most, key=idempotency_key
    )
    return created(tried, request.path.partition(f"/{name}/")[0])


@router.post(
    "/business-rules/{name}/approval", response={problems.CREATED: RuleOut}, operation_id="approve_rule",
    auth=administering,
)  # fmt: skip
def approve(
    request: HttpRequest, name: RuleInPath, body: RuleApprovalIn, idempotency_key: IdempotencyKey
) -> HttpResponse:  # fmt: skip
    """Put a version into force, as an administrator who did not write it. Needs the scope `administer`."""
    done = business_rules.approve(
        name, body.version, by=caller(request), now=now(), in_force_from=body.in_force_from, key=idempotency_key
    )
    return _made(done, request.path.partition(f"/{name}/")[0])


@router.post(
    "/business-rules/{name}/retirement", response={problems.CREATED: RuleOut}, operation_id="retire_rule",
    auth=administering,
)  # fmt: skip
def retire(
    request: HttpRequest, name: RuleInPath, body: RuleRetirementIn, idempotency_key: IdempotencyKey
) -> HttpResponse:  # fmt: skip
    """Take a rule out of force, as an administrator who did not write it. Needs the scope `administer`."""
    done = business_rules.retire(
        name, body.version, by=caller(request), now=now(), retired_from=body.retired_from, key=idempotency_key
    )
    return _made(done, request.path.partition(f"/{name}/")[0])


def _made(rule: BusinessRule, where: str) -> HttpResponse:
    names = ("name", "version", "refuses_when", "message", "clause")
    return created({name: getattr(rule, name) for name in names}, where)
