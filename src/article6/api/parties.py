"""Parties: NDCs, authorities, reports, obligations; and the entities that they identified."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from article6.api import party_shapes as shapes
from article6.api import problems
from article6.api.access import administering, caller, inspecting, now, reading
from article6.api.answers import answer, created
from article6.api.fields import OnDay
from article6.api.inputs import IdempotencyKey, PartyInPath
from article6.api.openapi import CLOSED
from article6.domain.entities import Document, EntityStatus
from article6.domain.ndcs import Method, Ndc, Report, ReportKind, Target
from article6.domain.parties import PARTIES
from article6.services import entities, parties
from article6.services.entities import CheckDone, NewEntity, Renewal
from article6.services.parties import Authority

router = Router(auth=reading, tags=["parties"])


@router.get("/parties/{party}", response=shapes.ParticipationOut, operation_id="get_party")
def get_party(request: HttpRequest, party: PartyInPath) -> HttpResponse:
    """One Party with its NDCs, its designated authority and what it submitted."""
    return answer(parties.shown(party)) if party in PARTIES else _unknown()


def _unknown() -> HttpResponse:
    return problems.unknown(_("There is no such Party."))


@router.post(
    "/parties/{party}/ndcs", response={problems.CREATED: shapes.NdcOut}, operation_id="record_ndc", auth=administering
)
def record_ndc(
    request: HttpRequest, party: PartyInPath, body: shapes.NdcIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Record an NDC, or a new version of one. Needs the scope `administer`."""
    given = body.model_dump()
    target, method = Target(given.pop("target")), Method(given.pop("method"))
    metric = "non-GHG" if body.metric_unit else "GHG"
    sectors = tuple(given.pop("sectors"))
    new = Ndc(party=party, target=target, method=method, metric=metric, sectors=sectors, **given)
    recorded = parties.record_ndc(new, by=caller(request), now=now(), key=idempotency_key)
    return created(recorded, _of(request))


def _of(request: HttpRequest, parts: int = 1) -> str:
    return request.path.rsplit("/", parts)[0]


@router.post(
    "/parties/{party}/authority", response={problems.CREATED: shapes.AuthorityOut},
    operation_id="record_authority", auth=administering,
)  # fmt: skip
def record_authority(
    request: HttpRequest, party: PartyInPath, body: shapes.AuthorityIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Record the designated national authority. Needs the scope `administer`."""
    new = Authority(party, **body.model_dump())
    recorded = parties.record_authority(new, by=caller(request), now=now(), key=idempotency_key)
    return created(recorded, _of(request))


@router.post(
    "/parties/{party}/reports", response={problems.CREATED: shapes.PartyReportOut}, operation_id="record_report",
    auth=administering,
)  # fmt: skip
def record_report(
    request: HttpRequest, party: PartyInPath, body: shapes.PartyReportIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Record that the Party submitted a report. Needs the scope `administer`."""
    given = body.model_dump()
    kind, approaches = ReportKind(given.pop("report")), tuple(given.pop("approaches"))
    new = Report(party=party, report=kind, approaches=approaches, **given)
    recorded = parties.record_report(new, by=caller(request), now=now(), key=idempotency_key)
    return created(recorded, _of(request))


@router.post("/ndc-demands", response=shapes.DemandOut, operation_id="demand_ndc", auth=administering)
def demand_ndc(request: HttpRequest, body: shapes.DemandIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Say whether authorizations wait for a record of the Party's NDC. Needs the scope `administer`."""
    said = parties.demand_ndc(
        body.party, body.is_demanded, reason=body.reason, by=caller(request), now=now(), key=idempotency_key
    )
    return answer({"party": body.party, "demands_ndc": said})


@router.get("/obligations", response=list[shapes.ObligationOut], operation_id="list_obligations")
def list_obligations(request: HttpRequest, on: OnDay = None, state: shapes.StateWanted | None = None) -> HttpResponse:
    """What all Parties in sight owe by a day (default: today): what is due, overdue and done."""
    return _owed(None, on, state)


@router.get(
    "/parties/{party}/obligations", response=list[shapes.ObligationOut], operation_id="list_obligations_of_party"
)
def list_obligations_of_party(
    request: HttpRequest, party: PartyInPath, on: OnDay = None, state: shapes.StateWanted | None = None
) -> HttpResponse:
    """What one Party owes by a day (default: today): what is due, overdue and done."""
    return _owed(party, on, state) if party in PARTIES else _unknown()


def _owed(party: str | None, on: date | None, state: str | None) -> HttpResponse:
    found = parties.obligations(party, on=on or now().date())
    return answer([parties.told(each) for each in found if state in (None, each.state)])


@router.get(
    "/parties/{party}/entities", response=list[shapes.EntityOut], operation_id="list_entities", auth=inspecting,
    openapi_extra=CLOSED,
)  # fmt: skip
def list_entities(request: HttpRequest, party: PartyInPath) -> HttpResponse:
    """The Party's entities as they are registered now. Needs a token, of somebody who administers or audits it."""
    return answer(entities.listed(caller(request), party)) if party in PARTIES else _unknown()


@router.post(
    "/parties/{party}/entities", response={problems.CREATED: shapes.EntityOut}, operation_id="register_entity",
    auth=administering,
)  # fmt: skip
def register(
    request: HttpRequest, party: PartyInPath, body: shapes.EntityIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Register an entity with its identification. Needs the scope `administer`."""
    new = NewEntity(party, body.code, body.name, body.country, body.identification, **_identified(body))
    recorded = entities.register(new, by=caller(request), now=now(), key=idempotency_key)
    return created(recorded, f"{request.path}/{recorded.code}")


def _identified(body: shapes.EntityIn | shapes.RenewalIn) -> dict[str, Any]:
    return {
        "valid_until": body.valid_until,
        "documents": tuple(Document(**each.model_dump()) for each in body.documents),
        "checks": tuple(CheckDone(**each.model_dump()) for each in body.checks),
    }


@router.get(
    "/parties/{party}/entities/{code}", response=list[shapes.EntityOut], operation_id="get_entity", auth=inspecting,
    openapi_extra=CLOSED,
)  # fmt: skip
def get_entity(request: HttpRequest, party: PartyInPath, code: shapes.EntityInPath) -> HttpResponse:
    """Every version of an entity, oldest first. Needs a token, of somebody who administers or audits the section."""
    return answer(entities.history(caller(request), party, code)) if party in PARTIES else _unknown()


@router.post(
    "/parties/{party}/entities/{code}/renewals", response={problems.CREATED: shapes.EntityOut},
    operation_id="renew_entity", auth=administering,
)  # fmt: skip
def renew(
    request: HttpRequest, party: PartyInPath, code: shapes.EntityInPath, body: shapes.RenewalIn,
    idempotency_key: IdempotencyKey,
) -> HttpResponse:  # fmt: skip
    """Record a new identification of an entity. Needs the scope `administer`."""
    renewal = Renewal(
        name=body.name, country=body.country or "", identification=body.identification, **_identified(body)
    )
    renewed = entities.renew(party, code, renewal, by=caller(request), now=now(), key=idempotency_key)
    return created(renewed, _of(request))


@router.post(
    "/parties/{party}/entities/{code}/status", response=shapes.EntityOut, operation_id="set_entity_status",
    auth=administering,
)  # fmt: skip
def set_status(
    request: HttpRequest, party: PartyInPath, code: shapes.EntityInPath, body: shapes.EntityStatusIn,
    idempotency_key: IdempotencyKey,
) -> HttpResponse:  # fmt: skip
    """Suspend an entity, make it active again, or end it. Needs the scope `administer`."""
    status = EntityStatus(body.status)
    changed = entities.set_status(
        party, code, status, reason=body.reason, by=caller(request), now=now(), key=idempotency_key
    )
    return answer(changed)
