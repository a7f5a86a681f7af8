"""People and their roles; to administrators only."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from ninja import Router

from article6.api import problems
from article6.api import rights_shapes as shapes
from article6.api.access import administering, caller, now
from article6.api.answers import answer, created
from article6.api.inputs import Id, IdempotencyKey
from article6.api.openapi import CLOSED
from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.services import people, role_changes
from article6.services.role_changes import RoleChange
from article6.store.queries import registries

router = Router(auth=administering, tags=["people"])


@router.get("/people", response=list[shapes.PersonOut], operation_id="list_people", openapi_extra=CLOSED)
def list_people(request: HttpRequest) -> HttpResponse:
    """Everybody who may act here, with their roles. Needs the scope `administer`; to administrators of the registry."""
    return answer(people.listed(caller(request)))


@router.post("/people", response={problems.CREATED: shapes.AdmittedOut}, operation_id="admit_person")
def admit(request: HttpRequest, body: shapes.PersonIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Admit a person or a machine client. Needs the scope `administer`."""
    number = people.add_person(
        body.login, body.name, by=caller(request), now=now(), is_machine=body.is_machine, key=idempotency_key
    )
    return created({"id": number, "login": body.login}, f"{request.path}/{number}")


@router.post("/people/{person_id}/suspend", response=shapes.ShutOutOut, operation_id="suspend_person")
def suspend(request: HttpRequest, person_id: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Shut a person out, at once, with all tokens and sessions. Needs the scope `administer`."""
    people.suspend(PersonId(person_id), by=caller(request), now=now(), key=idempotency_key)
    return answer({"id": person_id, "is_active": False})


@router.post("/people/{person_id}/reinstate", response=shapes.AskedOut, operation_id="reinstate_person")
def reinstate(request: HttpRequest, person_id: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Ask that a suspended person may act again; a second person approves it. Needs the scope `administer`."""
    return _asked(people.reinstate(PersonId(person_id), by=caller(request), now=now(), key=idempotency_key))


@router.get(
    "/role-changes", response=list[shapes.RoleChangeOut], operation_id="list_role_changes", openapi_extra=CLOSED
)
def list_changes(request: HttpRequest) -> HttpResponse:
    """Changes of roles in the sections that the caller administers, newest first. Needs the scope `administer`."""
    return answer(role_changes.listed(caller(request)))


@router.post("/role-changes", response={problems.CREATED: shapes.AskedOut}, operation_id="ask_role_change")
def ask(request: HttpRequest, body: shapes.RoleChangeIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Ask that a person has a role, or has it no more; a second person approves it. Needs the scope `administer`."""
    section_id = ANY_SECTION if body.section is None else registries.sections().get(body.section)
    if section_id is None:
        raise refused(Code.SECTION_UNKNOWN, body.section or "")
    person_id, role = people.person_to_appoint(body.login, section_id, by=caller(request)), Role(body.role)
    change = partial(people.give_role, until=body.until) if body.change == "give" else people.take_role
    asked = change(person_id, section_id, role, by=caller(request), now=now(), key=idempotency_key)
    return created(_said(asked), f"{request.path}/{asked.id}")


@router.post("/role-changes/{number}/approve", response=shapes.AskedOut, operation_id="approve_role_change")
def approve(request: HttpRequest, number: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Approve a change of roles as its second person. Needs the scope `administer`."""
    return _asked(role_changes.decide(number, approve=True, by=caller(request), now=now(), key=idempotency_key))


@router.post("/role-changes/{number}/reject", response=shapes.AskedOut, operation_id="reject_role_change")
def reject(
    request: HttpRequest, number: Id, body: shapes.DecisionReasonIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Reject a change of roles, or withdraw one's own. Needs the scope `administer`."""
    return _asked(role_changes.decide(
        number, approve=False, by=caller(request), now=now(), reason=body.reason, key=idempotency_key
    ))  # fmt: skip


def _said(asked: RoleChange) -> dict[str, object]:
    return {"id": asked.id, "status": asked.status}


def _asked(asked: RoleChange) -> HttpResponse:
    return answer(_said(asked))
