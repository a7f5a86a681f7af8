"""Other registries, for administrators: connections, messages, evidence, alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, Field, StringConstraints

from article6.api import problems
from article6.api.access import administering, caller, inspecting, now
from article6.api.answers import answer, created, page
from article6.api.inputs import After, GivenReason, Id, IdempotencyKey, Limit, RegistryCode, RegistryInPath, Request
from article6.api.openapi import CLOSED
from article6.api.outputs import PageOut
from article6.services.exchange import initial_tests, overview, own_keys, peers

router = Router(auth=inspecting, tags=["other registries"])

Kid = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_-]{43}$")]
Url = Annotated[str, StringConstraints(strict=True, max_length=500, pattern=r"^https?://[\x21-\x7e]+$")]
Service = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]{0,39}$")]
PeerWanted = Annotated[str | None, StringConstraints(pattern=r"^[A-Z0-9]{2,8}$")]


class OfferIn(Request):
    """Which registry, where it is, and for what: to `connect`, or only to `know` its keys. With `take_late` messages
    whose key ended more than 30 days ago are taken again for seven days."""

    code: RegistryCode
    url: Url
    services: Annotated[list[Service], Field(max_length=50)] = []
    purpose: Literal["connect", "know"] = "connect"
    take_late: bool = False


class AgreementIn(Request):
    """The keys' thumbprints as the other administrator told them; left out, they are not compared."""

    kids: Annotated[list[Kid], Field(max_length=20)] = []


class ReasonIn(Request):
    """Why; the other registry is told."""

    reason: GivenReason


class OfferOut(BaseModel):
    """An offer, with the thumbprints of the keys to be compared."""

    code: str
    name: str
    url: str
    purpose: str
    services: list[str]
    kids: list[str]
    offer_id: int


class PeerStatusOut(BaseModel):
    """How a peer stands."""

    code: str
    status: str


class PeerOut(BaseModel):
    """A peer with its queues: messages without a receipt (`to_send`), kept and not yet handled (`to_handle`)."""

    code: str
    name: str
    url: str
    status: str
    services: list[str]
    received: int
    sent: int
    acknowledged: int
    failures: int
    retry_at: datetime | None
    heard_at: datetime | None
    to_send: int
    oldest: datetime | None
    to_handle: int
    last_receipt: datetime | None
    alerts: int
    kids: list[str]
    is_offered: bool
    reconciliation: str | None
    tested: str | None
    tested_by_peer: str | None


class NetworkOut(BaseModel):
    """This registry among others; other subjects of the exchange add lines of their own."""

    code: str
    keys: list[dict[str, Any]]
    peers: list[PeerOut]


class ConnectionTestOut(BaseModel):
    """A test of a connection."""

    test: str
    passed: bool
    detail: str


class MessageOut(BaseModel):
    """A message with its signature and receipt."""

    id: int
    message_id: str
    peer: str
    type: str
    sequence: int | None
    jws: str | None
    receipt: str | None
    objections: list[dict[str, Any]] | None
    at: datetime
    is_done: bool


class TurnedAwayOut(BaseModel):
    """What was turned away at the door; `body` is its beginning."""

    id: int
    peer: str
    body: str
    sha256: str
    size_bytes: int
    objections: list[dict[str, Any]]
    at: datetime


class AlertOut(BaseModel):
    """What needs a person."""

    id: int
    peer: str
    text: str
    subject: str
    at: datetime
    seen_by: str | None
    seen_at: datetime | None


@router.get("/network", response=NetworkOut, operation_id="network_status", auth=administering, openapi_extra=CLOSED)
def status(request: HttpRequest) -> HttpResponse:
    """Every peer with its queues and alerts. Needs the scope `administer`."""
    return answer(overview.status(caller(request)))


@router.get(
    "/network/keys", response=dict[str, Any], operation_id="network_keys", auth=administering, openapi_extra=CLOSED
)
def keys(request: HttpRequest) -> HttpResponse:
    """This registry's public keys, as a JWK set; `GET /exchange/v1/keys` tells them to everybody."""
    peers.require(caller(request))
    return answer(own_keys.published())


@router.post("/peers", response={problems.CREATED: OfferOut}, operation_id="offer_peer", auth=administering)
def offer(request: HttpRequest, body: OfferIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Propose to connect with a registry; a second administrator agrees. Needs the scope `administer`."""
    made = peers.offer(
        body.code, body.url, body.services, by=caller(request), now=now(), purpose=body.purpose,
        takes_late=body.take_late, key=idempotency_key,
    )  # fmt: skip
    return created(made, f"{request.path}/{made.code}")


@router.get("/peers/{code}", response=dict[str, Any], operation_id="get_peer", auth=administering, openapi_extra=CLOSED)
def shown(request: HttpRequest, code: RegistryInPath) -> HttpResponse:
    """One peer with its keys, the open offer, and what was done about it. Needs the scope `administer`."""
    peers.require(caller(request))
    return answer(peers.shown(code))


@router.post("/peers/{code}/agree", response=PeerStatusOut, operation_id="agree_peer", auth=administering)
def agree(
    request: HttpRequest, code: RegistryInPath, body: AgreementIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Agree to the open offer, as an administrator who did not make it. Needs the scope `administer`."""
    done = peers.agree(code, by=caller(request), now=now(), kids=body.kids, key=idempotency_key)
    return answer({"code": code, "status": done})


@router.post("/peers/{code}/decline", response=PeerStatusOut, operation_id="decline_peer", auth=administering)
def decline(request: HttpRequest, code: RegistryInPath, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Turn the open offer down, or withdraw it. Needs the scope `administer`."""
    return answer({"code": code, "status": peers.decline(code, by=caller(request), now=now(), key=idempotency_key)})


@router.post("/peers/{code}/suspend", response=PeerStatusOut, operation_id="suspend_peer", auth=administering)
def suspend(
    request: HttpRequest, code: RegistryInPath, body: ReasonIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Begin nothing new with a registry, at once. Needs the scope `administer`."""
    done = peers.suspend(code, body.reason, by=caller(request), now=now(), key=idempotency_key)
    return answer({"code": code, "status": done})


@router.post("/peers/{code}/resume", response=PeerStatusOut, operation_id="resume_peer", auth=administering)
def resume(request: HttpRequest, code: RegistryInPath, body: ReasonIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Take part again, as an administrator who did not suspend. Needs the scope `administer`."""
    done = peers.resume(code, body.reason, by=caller(request), now=now(), key=idempotency_key)
    return answer({"code": code, "status": done})


@router.post("/peers/{code}/end", response=PeerStatusOut, operation_id="end_peer", auth=administering)
def end(request: HttpRequest, code: RegistryInPath, body: ReasonIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """End a suspended connection, as an administrator who did not suspend. Needs the scope `administer`."""
    done = peers.end(code, body.reason, by=caller(request), now=now(), key=idempotency_key)
    return answer({"code": code, "status": done})


@router.post("/peers/{code}/test", response=list[ConnectionTestOut], operation_id="test_peer", auth=administering)
def test(request: HttpRequest, code: RegistryInPath, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Try a connection; the same key gives the outcomes of then. Needs the scope `administer`."""
    return answer(initial_tests.run(code, by=caller(request), key=idempotency_key))


@router.get(
    "/network/messages", response=PageOut[MessageOut], operation_id="list_messages", auth=administering,
    openapi_extra=CLOSED,
)  # fmt: skip
def messages(
    request: HttpRequest, after: After = None, limit: Limit = 50, peer: PeerWanted = None,
    direction: Literal["out", "in"] = "out",
) -> HttpResponse:  # fmt: skip
    """Messages that went `out` or came `in`, newest first. Needs the scope `administer`."""
    peers.require(caller(request))
    return page(overview.kept_messages(peer, direction, after, limit))


@router.get(
    "/network/evidence", response=PageOut[TurnedAwayOut], operation_id="list_evidence", auth=administering,
    openapi_extra=CLOSED,
)  # fmt: skip
def evidence(request: HttpRequest, after: After = None, limit: Limit = 50, peer: PeerWanted = None) -> HttpResponse:
    """What was turned away at the door, newest first. Needs the scope `administer`."""
    peers.require(caller(request))
    return page(overview.evidence(peer, after, limit))


@router.get(
    "/network/alerts", response=PageOut[AlertOut], operation_id="list_alerts", auth=administering, openapi_extra=CLOSED
)
def alerts(request: HttpRequest, after: After = None, limit: Limit = 50, is_open: bool = True) -> HttpResponse:
    """What needs a person, newest first. Needs the scope `administer`."""
    peers.require(caller(request))
    found = overview.alerts(after, limit, is_open=is_open)
    for each in found.items:
        each["text"] = _(each["text"]) if each["text"] else ""
    return page(found)


@router.post(
    "/network/alerts/{alert_id}/seen", response=PageOut[AlertOut], operation_id="see_alert", auth=administering
)
def seen(request: HttpRequest, alert_id: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Take note of an alert; the answer has the alerts that are left. Needs the scope `administer`."""
    overview.take_note(alert_id, by=caller(request), now=now(), key=idempotency_key)
    return page(overview.alerts())
