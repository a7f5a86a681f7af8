"""The Article 6.4 mechanism: participants, host statements, issuance on instruction, forwarding, CERs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from article6.api import problems
from article6.api.access import administering, authorizing, caller, issuing, now, reading
from article6.api.answers import answer, created
from article6.api.fields import ActivityCode, ActivityInPath, Day, Ratio
from article6.api.inputs import (
    Flag,
    GivenName,
    GivenReason,
    Id,
    IdempotencyKey,
    Name,
    PartyCode,
    PartyInPath,
    Reason,
    Request,
    Terms,
    Units,
    Year,
)
from article6.domain.cers import CerTransfer
from article6.domain.mechanism import OMGE_PERCENT, Statement
from article6.domain.orders import TransactionId
from article6.domain.units import BatchAttributes, UnitType
from article6.services import cers, mechanism, recorded, statements
from article6.services.mechanism import Act, Instruction, NewA64, Vintage
from article6.services.statements import NewStatement, Participant

router = Router(auth=reading, tags=["mechanism"])
_ACTIVITY = "/activities/{party}/{code}"
TRANSFERS_AT_MOST = 1000


class ParticipantIn(Request):
    """That a Party authorizes somebody to take part in an activity, or (`is_authorized` false) does so no more."""

    party: PartyCode
    name: GivenName
    reference: GivenReason
    is_authorized: Flag = True


class ParticipantOut(BaseModel):
    """The latest word on a participant."""

    party: str
    name: str
    version: int
    is_authorized: bool
    reference: str
    recorded_at: datetime


class HostStatementIn(Request):
    """What the host Party says of the units to be issued.

    `authorization` where it authorizes, `quantity` (over all issuances) where it authorizes in part.
    """

    statement: Annotated[Statement, Field(strict=False)]
    stated_on: Day
    reference: GivenReason
    quantity: Units | None = None
    authorization: GivenName | None = None


class HostStatementOut(BaseModel):
    version: int
    statement: str
    stated_on: date
    reference: str
    quantity: int | None
    authorization: str | None
    recorded_at: datetime


class InstructionIn(Request):
    """Units for a participant's holding account.

    `contribution`: of the contribution units, where both sorts are issued; `vintage_year` where it matters.
    """

    account: GivenName
    quantity: Units
    contribution: Flag = False
    vintage_year: Year | None = None


Forwardings = Annotated[list[InstructionIn], Field(max_length=500)]


class VintageIn(Request):
    """Units of one more calendar year in an instruction."""

    year: Year
    quantity: Units


class A64In(Request):
    """An issuance as the Supervisory Body instructs it, shares included; `reference` names the instruction.

    `further` has other vintages. `omge_percent` is a text, `2.5` or `5/2`. Without `forwardings` what is left after the
    shares stays in the pending account; with them they name all of it, or `rest_to` gets what they leave.
    """

    party: PartyCode
    activity: ActivityCode
    quantity: Units
    vintage_year: Year
    reference: GivenReason
    further: Annotated[list[VintageIn], Field(max_length=100)] = []
    omge_percent: Ratio = OMGE_PERCENT
    opted_in: Flag = False
    forwardings: Forwardings = []
    rest_to: Name = ""
    sectors: Annotated[list[GivenName], Field(max_length=50)] = []
    activity_types: Annotated[list[GivenName], Field(max_length=50)] = []
    mitigation_type: Name = "Emission reductions"
    gwp: Name = ""
    attributes: Terms = {}
    attributes_schema: Name = ""

    def as_new(self) -> NewA64:
        """The issuance as the service takes it."""
        batch = BatchAttributes(
            UnitType.A64ER, sectors=tuple(self.sectors), activity_types=tuple(self.activity_types),
            mitigation_type=self.mitigation_type, gwp=self.gwp, attributes=self.attributes,
            attributes_schema=self.attributes_schema,
        )  # fmt: skip
        return NewA64(
            self.party, self.activity, self.quantity, self.vintage_year, self.reference, self.omge_percent,
            self.opted_in, _instructions(self.forwardings), batch,
            tuple(Vintage(each.year, each.quantity) for each in self.further), self.rest_to,
        )  # fmt: skip


class ForwardingsIn(Request):
    """Units of an issuance that stayed in the pending account, and where they go."""

    forwardings: Annotated[list[InstructionIn], Field(min_length=1, max_length=500)]


class LaterIn(Request):
    """The authorization laid on contribution units, and the Party's statement in which it stands."""

    authorization: GivenName
    reference: GivenReason


class ActPartOut(BaseModel):
    """One transaction of an act; `account` is its target, `first` and `last` are the serials it reached from and to."""

    transaction_id: int
    type: str
    status: str
    quantity: int
    account: str
    first: int
    last: int
    is_first_transfer: bool


class ActOut(BaseModel):
    """What an act came to: its transactions, in their order."""

    transaction_id: int
    parts: list[ActPartOut]


class IssuanceOut(ActOut):
    """An issuance with all that followed from it; how it was divided, in units."""

    issued: int
    share_of_proceeds: int
    omge: int
    rest: int


class CerTransferIn(Request):
    """Units that the CDM registry hands over, by full Kyoto serials; the day their activity was registered."""

    first_serial: GivenName
    last_serial: GivenName
    account: GivenName
    registered_on: Day
    activity_title: Reason = ""


class CersIn(Request):
    """What is taken over at once: all or none."""

    transfers: Annotated[list[CerTransferIn], Field(min_length=1, max_length=TRANSFERS_AT_MOST)]


class TakenOut(BaseModel):
    """Units taken over: their batch here and their serials in the series of this registry and the host Party."""

    transaction_id: int
    batch_id: int
    first: int
    last: int


class TakenOverOut(BaseModel):
    """What was taken over, in the order in which it was given."""

    taken: list[TakenOut]


@router.get(f"{_ACTIVITY}/participants", response=list[ParticipantOut], operation_id="list_participants")
def list_participants(request: HttpRequest, party: PartyInPath, code: ActivityInPath) -> HttpResponse:
    """The participants of an activity, by Party and name."""
    return answer(recorded.participants(party, code))


@router.post(
    f"{_ACTIVITY}/participants", response={problems.CREATED: list[ParticipantOut]}, operation_id="record_participant",
    auth=administering,
)  # fmt: skip
def record_participant(
    request: HttpRequest, party: PartyInPath, code: ActivityInPath, body: ParticipantIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Record a Party's word on a participant; answers with all of them. Needs the scope `administer`."""
    new = Participant(**body.model_dump())
    statements.record_participant(party, code, new, by=caller(request), now=now(), key=idempotency_key)
    return created(recorded.participants(party, code), request.path)


@router.get(f"{_ACTIVITY}/statements", response=list[HostStatementOut], operation_id="list_statements")
def list_statements(request: HttpRequest, party: PartyInPath, code: ActivityInPath) -> HttpResponse:
    """Every version of the host Party's statement on an activity, oldest first; the last is in force."""
    return answer(recorded.statements(party, code))


@router.post(
    f"{_ACTIVITY}/statements", response={problems.CREATED: HostStatementOut}, operation_id="record_statement",
    auth=authorizing,
)  # fmt: skip
def record_statement(
    request: HttpRequest,
    party: PartyInPath,
    code: ActivityInPath,
    body: HostStatementIn,
    idempotency_key: IdempotencyKey,
) -> HttpResponse:
    """Record what the host Party says of the units to be issued. Needs the scope `authorize`."""
    new = NewStatement(party, code, **body.model_dump())
    version = statements.record_statement(new, by=caller(request), now=now(), key=idempotency_key)
    return created(recorded.statements(party, code)[version - 1], request.path)


@router.post("/issuances", response={problems.CREATED: IssuanceOut}, operation_id="issue_a64", auth=issuing)
def issue_a64(request: HttpRequest, body: A64In, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Issue A6.4ERs on the Supervisory Body's instruction, with shares and forwardings. Needs the scope `issue`."""
    act = mechanism.issue_a64(body.as_new(), by=caller(request), now=now(), key=idempotency_key)
    return created(_divided(act), f"{request.path}/{act.transaction_id}")


@router.get("/issuances/{issuance_id}", response=IssuanceOut, operation_id="get_issuance")
def get_issuance(request: HttpRequest, issuance_id: Id) -> HttpResponse:
    """An issuance by its transaction, with all that followed from it so far."""
    return answer(_divided(recorded.issuance_act(TransactionId(issuance_id))))


@router.post(
    "/issuances/{issuance_id}/forwardings", response={problems.CREATED: ActOut}, operation_id="forward", auth=issuing
)
def forward(
    request: HttpRequest, issuance_id: Id, body: ForwardingsIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Forward units that an issuance left in the pending account. Needs the scope `issue`."""
    act = mechanism.forward(
        TransactionId(issuance_id), _instructions(body.forwardings), by=caller(request), now=now(), key=idempotency_key
    )
    return created(_told(act), request.path.removesuffix("/forwardings"))


@router.post(
    "/issuances/{issuance_id}/authorization", response={problems.CREATED: ActOut}, operation_id="authorize_later",
    auth=authorizing,
)  # fmt: skip
def authorize_later(
    request: HttpRequest, issuance_id: Id, body: LaterIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Authorize the contribution units of an issuance, its shares included. Needs the scope `authorize`."""
    act = mechanism.authorize_later(
        TransactionId(issuance_id), body.authorization, reference=body.reference, by=caller(request), now=now(),
        key=idempotency_key,
    )  # fmt: skip
    return created(_told(act), request.path.removesuffix("/authorization"))


def _instructions(given: list[InstructionIn]) -> tuple[Instruction, ...]:
    return tuple(Instruction(**each.model_dump()) for each in given)


def _told(act: Act) -> dict[str, Any]:
    return {"transaction_id": act.transaction_id, "parts": act.parts}


def _divided(act: Act) -> dict[str, Any]:
    shares = act.shares
    return {
        **_told(act), "issued": shares.issued, "share_of_proceeds": shares.sop, "omge": shares.omge,
        "rest": shares.rest,
    }  # fmt: skip


@router.post("/cers", response={problems.CREATED: TakenOverOut}, operation_id="take_over_cers", auth=issuing)
def take_over(request: HttpRequest, body: CersIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Take CERs over from the CDM registry; the Kyoto serials are kept. Needs the scope `issue`.

    The new units are found by their Kyoto serials: `GET /units?identifier=`.
    """
    transfers = [CerTransfer(**each.model_dump()) for each in body.transfers]
    taken = cers.take_over(transfers, by=caller(request), now=now(), key=idempotency_key)
    said = [
        {"transaction_id": each.transaction_id, "batch_id": each.batch_id, "first": each.serials.first,
         "last": each.serials.last}
        for each in taken
    ]  # fmt: skip
    return created({"taken": said}, f"{request.path.removesuffix('cers')}batches/{taken[0].batch_id}")
