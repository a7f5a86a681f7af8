"""Declared account types, flows and switches: drafted by one, approved by another, in force from a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router
from pydantic import BaseModel, Field

from article6.api import problems
from article6.api.access import administering, caller, inspecting, now, proposing, reading
from article6.api.answers import answer, created
from article6.api.fields import FreeObject, Moment, Version
from article6.api.inputs import GivenName, IdempotencyKey, PartyCode, Request
from article6.api.openapi import CLOSED
from article6.domain.declarations import ISSUANCE_SERVICE, SWITCHES, Declaration, Subject
from article6.services import declarations
from article6.services.declarations import NewDeclaration

router = Router(auth=reading, tags=["declarations"])
SubjectInPath = Annotated[Literal["account_type", "flow", "switch"], Path()]
NameInPath = Annotated[str, Path(max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9_.]*$")]


class SwitchOut(BaseModel):
    """A switch as it stands: its own value, or its default. `party` is the Party whose switch it is, else empty."""

    name: str
    title: str
    clause: str
    party: str
    value: str
    values: list[str]
    is_default: bool


class DeclarationIn(Request):
    """What to declare; a known name gets a new version. How the content of each subject looks is in the manual."""

    subject: Annotated[Subject, Field(strict=False)]
    name: GivenName
    content: FreeObject


class ServiceIn(Request):
    """The service of issuing outcomes as units, for a Party, on or off."""

    party: PartyCode
    value: Literal["on", "off"]


class ApprovalIn(Request):
    """Which version (the newest where none is named), and from when on (at once)."""

    version: Version = None
    in_force_from: Moment | None = None


class RetirementIn(Request):
    """Which version (the newest where none is named), and until when (now)."""

    version: Version = None
    retired_from: Moment | None = None


class DeclarationOut(BaseModel):
    """A version of a declaration."""

    subject: str
    name: str
    version: int
    content: dict[str, Any]


class DeclarationRecordOut(DeclarationOut):
    """A version with what was done with it, and by whom."""

    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    in_force_from: datetime | None
    retired_by: str | None
    retired_from: datetime | None


def _said(declared: Declaration) -> dict[str, Any]:
    return {
        "subject": declared.subject, "name": declared.name, "version": declared.version,
        "content": dict(declared.content),
    }  # fmt: skip


@router.get("/switches", response=list[SwitchOut], operation_id="list_switches")
def switches(request: HttpRequest) -> HttpResponse:
    """The switches of this registry as they stand."""
    return answer([{**each, "title": _(SWITCHES[str(each["name"]).partition(".")[0]].title)}
                   for each in declarations.switches(now())])  # fmt: skip


@router.get(
    "/declarations", response=list[DeclarationRecordOut], operation_id="list_declarations", auth=inspecting,
    openapi_extra=CLOSED,
)  # fmt: skip
def listed(request: HttpRequest) -> HttpResponse:
    """Every version of every declaration; for administrators and auditors of the registry."""
    return answer(declarations.listed(by=caller(request)))


@router.post(
    "/declarations", response={problems.CREATED: DeclarationOut}, operation_id="draft_declaration", auth=administering
)
def draft(request: HttpRequest, body: DeclarationIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Write a declaration down; it is not in force yet. Needs the scope `administer`."""
    new = NewDeclaration(body.subject, body.name, body.content)
    drafted = declarations.draft(new, by=caller(request), now=now(), key=idempotency_key)
    return created(_said(drafted), f"{request.path}/{drafted.subject}/{drafted.name}")


@router.post(
    "/issuance-services", response={problems.CREATED: DeclarationOut}, operation_id="ask_for_service", auth=proposing
)
def ask_for_service(request: HttpRequest, body: ServiceIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Ask, as a Party, for the service of issuing outcomes as units, or for its end. Needs the scope `propose`."""
    new = NewDeclaration(Subject.SWITCH, f"{ISSUANCE_SERVICE}.{body.party}", {"value": body.value})
    drafted = declarations.draft(new, by=caller(request), now=now(), key=idempotency_key)
    return created(_said(drafted), f"{request.path}/{body.party}")


@router.post(
    "/declarations/{subject}/{name}/approve", response=DeclarationOut, operation_id="approve_declaration",
    auth=administering,
)  # fmt: skip
def approve(
    request: HttpRequest, subject: SubjectInPath, name: NameInPath, body: ApprovalIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Put a declaration into force, as an administrator who did not draft it. Needs the scope `administer`."""
    done = declarations.approve(
        Subject(subject), name, body.version, by=caller(request), now=now(), in_force_from=body.in_force_from,
        key=idempotency_key,
    )  # fmt: skip
    return answer(_said(done))


@router.post(
    "/declarations/{subject}/{name}/retire", response=DeclarationOut, operation_id="retire_declaration",
    auth=administering,
)  # fmt: skip
def retire(
    request: HttpRequest, subject: SubjectInPath, name: NameInPath, body: RetirementIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Take a declaration out of force, as an administrator who did not draft it. Needs the scope `administer`."""
    done = declarations.retire(
        Subject(subject), name, body.version, by=caller(request), now=now(), retired_from=body.retired_from,
        key=idempotency_key,
    )  # fmt: skip
    return answer(_said(done))
