"""What registries show each other, instruct and publish: views, mandates, instructions, publications."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from article6.api import problems
from article6.api.access import administering, caller, deciding, inspecting, now, proposing
from article6.api.answers import answer, created, page
from article6.api.fields import Moment
from article6.api.inputs import (
    After,
    Flag,
    GivenName,
    GivenReason,
    Id,
    IdempotencyKey,
    Limit,
    Name,
    PartyCode,
    RegistryCode,
    RegistryInPath,
    Request,
    SerialsIn,
    Terms,
    Units,
    Wanted,
)
from article6.api.openapi import CLOSED
from article6.api.outputs import PageOut
from article6.services import naming, sight
from article6.services.exchange import instructions, mandates, peers, publishing, views
from article6.services.exchange import told_units as told
from article6.services.exchange.instructions import NewInstruction
from article6.services.exchange.mandates import NewMandate
from article6.services.exchange.views import NewView
from article6.services.naming import NamedSerials

router = Router(auth=inspecting, tags=["other registries"])

RANGES = 1_000
ViewKind = Literal["holdings", "actions"]
PartyAsked = Annotated[str, Query(pattern=r"^[A-Z]{3}$")]
Side = Literal["given", "received"]
Direction = Literal["out", "in"]


class ViewIn(Request):
    """What a peer is asked to show: `holdings` or `actions` of a Party, now or `as_of` a moment. `from_start`: all that
    was done, and not what is new since the last answer. `serials`: only of these units, with their registry."""

    party: PartyCode
    view: ViewKind = "holdings"
    as_of: Moment | None = None
    from_start: Flag = False
    serials: SerialsIn | None = None


class ViewAskedOut(BaseModel):
    """The number of the question."""

    view_id: int


class ViewOut(BaseModel):
    """What the peer showed last, with its age; `as_of` null where nothing has come. `asked`: when the question was
    asked that still waits."""

    peer: str
    party: str
    view: str
    as_of: datetime | None
    told_at: datetime | None
    age_s: int | None
    is_peer_reached: bool
    asked: datetime | None
    objections: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    messages: list[str]


class MandateIn(Request):
    """What a Party lets its own registry see and do here; `proposer` and `approver` are logins of machine clients."""

    peer: RegistryCode
    party: PartyCode
    may_view: Flag = True
    may_instruct: Flag = False
    proposer: Name = ""
    approver: Name = ""


class MandateOut(BaseModel):
    """A mandate; in force from `agreed_at` until `ended_at`."""

    id: int
    peer: str
    party: str
    may_view: bool
    may_instruct: bool
    proposer_id: int | None
    approver_id: int | None
    given_by: int
    given_at: datetime
    agreed_by: int | None
    agreed_at: datetime | None
    ended_at: datetime | None
    reason: str


class ToldActOut(BaseModel):
    """What the peer has done with some of the units, as instruction `instruction` asked."""

    type: str
    first: int
    last: int
    terms: dict[str, Any]
    at: datetime
    instruction: int


class ToldUnitsOut(BaseModel):
    """Units that stay with a peer, in its account `held_in`, and of which it told us; with `held` of them nothing was
    done. `account` is ours for which they were told."""

    id: int
    transfer_id: str
    peer: str
    held_in: str
    section: str
    account: str
    registry: str
    party: str
    first: int
    last: int
    quantity: int
    held: int
    authorization: str
    first_transferred_at: datetime | None
    from_party: str
    at: datetime
    acts: list[ToldActOut]


class WithReasonIn(Request):
    """Why; it is recorded."""

    reason: GivenReason


class RemoteInstructionIn(Request):
    """A transaction on an account of the Party's section at a peer, as that peer names accounts and units."""

    peer: RegistryCode
    party: PartyCode
    type: GivenName
    source: GivenName
    target: Name = ""
    quantity: Units | None = None
    serials: Annotated[list[SerialsIn], Field(max_length=RANGES)] = []
    terms: Terms = {}


class RemoteInstructionOut(BaseModel):
    """An instruction: proposed, approved (sent), rejected, waiting (for a person of the peer), done or refused."""

    id: int
    side: str
    peer: str
    party: str
    instruction_id: str
    content: dict[str, Any]
    instructed_by: int | None
    approved_by: int | None
    transaction_id: int | None
    transaction: str
    status: str
    objections: list[dict[str, Any]]
    reason: str
    at: datetime
    changed_at: datetime


class PublicationOut(BaseModel):
    """A record that was published, to a peer or by one; `outcome` is what became of it here."""

    id: int
    peer: str
    direction: str
    kind: str
    record: str
    outcome: str
    message_id: str
    at: datetime


@router.post("/peers/{code}/views", response={problems.CREATED: ViewAskedOut}, operation_id="ask_view", auth=proposing)
def ask(request: HttpRequest, code: RegistryInPath, body: ViewIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Ask a peer to show what a Party holds there, or what was done. Needs the scope `propose`."""
    named = _named(body.serials) if body.serials else None
    new = NewView(code, body.party, body.view, body.as_of, body.from_start, named)
    number = views.ask(new, by=caller(request), now=now(), key=idempotency_key)
    return created({"view_id": number}, f"{request.path}?party={body.party}&view={body.view}")


@router.get("/peers/{code}/views", response=ViewOut, operation_id="get_view", openapi_extra=CLOSED)
def shown(
    request: HttpRequest, code: RegistryInPath, party: PartyAsked, view: ViewKind = "holdings", serials: Wanted = None
) -> HttpResponse:
    """What a peer showed last, with its age; a Party's people see what was asked for their Party."""
    sight.see_as(caller(request))
    return answer(views.shown(code, party, view, now=now(), serials=naming.read(serials) if serials else None))


def _named(given: SerialsIn) -> NamedSerials:
    return NamedSerials(given.party, given.first, given.last, given.registry)


@router.get("/mandates", response=list[MandateOut], operation_id="list_mandates", openapi_extra=CLOSED)
def list_mandates(request: HttpRequest, peer: Wanted = None) -> HttpResponse:
    """What Parties let their own registries see and do here; a Party's people see their own."""
    sight.see_as(caller(request))
    return answer(mandates.listed(peer))


@router.post("/mandates", response={problems.CREATED: MandateOut}, operation_id="give_mandate", auth=administering)
def give(request: HttpRequest, body: MandateIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Give a mandate; a second person of the section agrees. Needs the scope `administer`."""
    new = NewMandate(body.peer, body.party, body.may_view, body.may_instruct, body.proposer, body.approver)
    done = mandates.give(new, by=caller(request), now=now(), key=idempotency_key)
    return created(done, f"{request.path}/{done['id']}")


@router.post("/mandates/{number}/agree", response=MandateOut, operation_id="agree_mandate", auth=administering)
def agree(request: HttpRequest, number: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Agree to a mandate that another person gave. Needs the scope `administer`."""
    return answer(mandates.agree(number, by=caller(request), now=now(), key=idempotency_key))


@router.post("/mandates/{number}/end", response=MandateOut, operation_id="end_mandate", auth=administering)
def end(request: HttpRequest, number: Id, body: WithReasonIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """End a mandate, or withdraw one that nobody agreed to. Needs the scope `administer`."""
    return answer(mandates.end(number, body.reason, by=caller(request), now=now(), key=idempotency_key))


@router.get("/told-units", response=PageOut[ToldUnitsOut], operation_id="list_told_units", openapi_extra=CLOSED)
def told_units(
    request: HttpRequest, after: After = None, limit: Limit = 50, party: PartyAsked | None = None
) -> HttpResponse:  # fmt: skip
    """Units that stay in other registries and of which amounts were told, newest first; a Party's people see theirs."""
    sight.see_as(caller(request))
    return page(told.listed(after, limit, party))


@router.get(
    "/instructions", response=PageOut[RemoteInstructionOut], operation_id="list_instructions", openapi_extra=CLOSED
)
def list_instructions(
    request: HttpRequest, after: After = None, limit: Limit = 50, peer: Wanted = None, side: Side | None = None
) -> HttpResponse:
    """Instructions to other registries and from them, newest first; a Party's people see those of their section."""
    sight.see_as(caller(request))
    return page(instructions.listed(after, limit, peer, side))


@router.post(
    "/instructions",
    response={problems.CREATED: RemoteInstructionOut},
    operation_id="propose_instruction",
    auth=proposing,
)
def propose(request: HttpRequest, body: RemoteInstructionIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Propose to instruct a transaction in a peer; a second person here decides. Needs the scope `propose`."""
    serials = tuple(_named(each) for each in body.serials)
    new = NewInstruction(
        body.peer, body.party, body.type, body.source, body.target, body.quantity, serials, body.terms
    )  # fmt: skip
    done = instructions.propose(new, by=caller(request), now=now(), key=idempotency_key)
    return created(done, f"{request.path}/{done['id']}")


@router.get(
    "/instructions/{number}", response=RemoteInstructionOut, operation_id="get_instruction", openapi_extra=CLOSED
)
def instruction(request: HttpRequest, number: Id) -> HttpResponse:
    """One instruction, with how it stands."""
    sight.see_as(caller(request))
    return answer(instructions.shown(number))


@router.post(
    "/instructions/{number}/approve", response=RemoteInstructionOut, operation_id="approve_instruction", auth=deciding
)
def approve(request: HttpRequest, number: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Approve an instruction as its second person: it is sent. Needs the scope `decide`."""
    return answer(instructions.approve(number, by=caller(request), now=now(), key=idempotency_key))


@router.post(
    "/instructions/{number}/reject", response=RemoteInstructionOut, operation_id="reject_instruction", auth=deciding
)
def reject(request: HttpRequest, number: Id, body: WithReasonIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Turn an instruction down as its second person. Needs the scope `decide`."""
    return answer(instructions.reject(number, body.reason, by=caller(request), now=now(), key=idempotency_key))


@router.get(
    "/network/publications", response=PageOut[PublicationOut], operation_id="list_publications", auth=administering,
    openapi_extra=CLOSED,
)  # fmt: skip
def publications(
    request: HttpRequest, after: After = None, limit: Limit = 50, peer: Wanted = None,
    direction: Direction | None = None,
) -> HttpResponse:  # fmt: skip
    """Records that were published, newest first. Needs the scope `administer`."""
    peers.require(caller(request))
    return page(publishing.publications(after, limit, peer, direction))
