"""Initialisation tests: before the first transfer, that both sides speak alike is tried and the outcome recorded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.exchange import receipts
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Rejected
from article6.services.commands import command, once
from article6.services.exchange import desks, peers, pump
from article6.services.exchange.limits import limits
from article6.services.exchange.memory import pinned
from article6.store import journal, messages
from article6.store.journal import Command
from article6.store.queries import exchange as reading

SENDS_AT_MOST = 200
PATIENCE_S, LOOK_S = 10.0, 0.1
"""How long another process of this registry that sends at the same time is waited for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test, whether it passed, and what was seen."""

    test: str
    passed: bool
    detail: str


def run(code: str, *, by: PersonId, now: datetime | None = None, key: str | None = None) -> list[Outcome]:
    """Try a connection: version, capability, keys, round trip, signature, clock. What was seen is kept as an act, and
    the peer is told.

    Raises:
        Refused: no such peer, nobody agreed to it yet, or `by` may not connect registries.
    """
    given = command(by, key, "test_peer", code)
    return once(given, lambda: _run(code, given, now), lambda answer: _seen_then(code, answer.ids[0]))


def _run(code: str, given: Command, now: datetime | None) -> list[Outcome]:
    by = given.person_id
    peers.require(by)
    found = peers.known(code)
    offer = reading.agreed_offer(code)
    if offer is None or found["status"] not in pump.TALKING:
        raise refused(Code.PEER_STATE, code, found["status"])
    outcomes = [*_published(code, found["url"], offer), *_round_trip(code, now)]
    with journal.database_transaction():
        at = now or datetime.now(UTC)
        act_id = messages.peer_act(code, "tested", {"outcomes": [asdict(each) for each in outcomes]}, by, at)
        channel = desks.channel(at)
        for each in outcomes:
            channel.send(code, Type.CONNECTION_TESTED, {**asdict(each), "tested_at": written(at)}, at)
        journal.note(given, "peer.tested", f"registry:{code}", at, [act_id])
    return outcomes


def _seen_then(code: str, act_id: int) -> list[Outcome]:
    """What the test saw that was kept under a number."""
    content = next(each["content"] for each in reading.peer_acts(code) if each["id"] == act_id)
    return [Outcome(**each) for each in content["outcomes"]]


def _published(code: str, url: str, offer: dict[str, Any]) -> Iterator[Outcome]:
    try:
        document, keys = peers.published_by(url)
    except Refused as no:
        yield Outcome("version", False, str(no)[:500])
        return
    versions = [str(each) for each in document.get("versions") or []]
    yield Outcome("version", peers.VERSION in versions, ", ".join(versions)[:500])
    missing = sorted(set(offer["services"]) - {str(each) for each in document.get("services") or []})
    yield Outcome("capability", not missing, ", ".join(missing)[:500])
    ours = {each.kid for each in pinned(code)}
    theirs = {each.kid for each in keys}
    yield Outcome("keys", ours <= theirs, ", ".join(sorted(ours - theirs))[:500])


def _round_trip(code: str, now: datetime | None) -> Iterator[Outcome]:
    """A signed question goes out; the signed receipt that comes back proves the way, both signatures and the clocks."""
    begun = now or datetime.now(UTC)
    with journal.database_transaction():
        message_id = desks.channel(begun).send(code, Type.CLOCK_ASKED, {"asked_at": written(begun)}, begun)
        messages.peer_heard(code)
    patient_until = time.monotonic() + (PATIENCE_S if now is None else 0.0)
    for _ in range(SENDS_AT_MOST):
        sent = pump.send(code, now)
        kept = reading.own(message_id)
        if kept and kept["receipt"]:
            break
        if not sent.sent:
            # Where nothing was tried, the registry's own clockwork has its turn with this peer.
            if sent.is_reached is not None or time.monotonic() > patient_until:
                break
            time.sleep(LOOK_S)
    kept = reading.own(message_id)
    ended = now or datetime.now(UTC)
    if kept is None or not kept["receipt"]:
        yield Outcome("round_trip", False, "no receipt came; see the alerts of both registries")
        return
    yield Outcome("round_trip", True, f"{int((ended - begun).total_seconds() * 1000)} ms")
    try:
        receipt = receipts.opened(kept["receipt"], pinned(code))
    except Rejected as error:
        yield Outcome("signature", False, str(error)[:500])
        return
    yield Outcome("signature", receipt.is_taken, ", ".join(str(each.problem) for each in receipt.objections)[:500])
    ahead = receipt.received_at - begun
    skew = limits().skew
    detail = f"{int(ahead.total_seconds() * 1000)} ms"
    yield Outcome("clock", -skew <= ahead <= skew + (ended - begun), detail)
