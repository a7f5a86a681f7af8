"""Moving messages: one turn for one peer does a bounded piece of work, then others have their turn.

Of each peer one process at a time sends and one handles, held by an advisory lock; a process that dies gives it up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime

from article6.exchange.problems import Rejected
from article6.gateways import GatewayFailure, peers
from article6.services.exchange import desks, own_keys
from article6.services.exchange.limits import limits
from article6.store import messages
from article6.store.queries import exchange as reading

HANDLED_AT_ONCE = 50
"""Messages handled in one turn."""

TALKING = frozenset({"pending", "connected", "suspended"})


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn did. `is_reached` None: there was nothing to send, or it is not yet time to try again."""

    sent: int = 0
    handled: int = 0
    is_reached: bool | None = None

    @property
    def is_busy(self) -> bool:
        return bool(self.sent or self.handled)


def turn(code: str, now: datetime | None = None) -> Turned:
    """Send to a peer and handle what came of it, once each."""
    sent = send(code, now)
    return Turned(sent.sent, handle(code, now), sent.is_reached)


def send(code: str, now: datetime | None = None) -> Turned:
    """Bring a peer the next batch and take its receipts. A peer that is not reached is tried again later, ever less
    often; the messages wait."""
    moment = now or datetime.now(UTC)
    if not messages.try_turn(f"send {code}"):
        return Turned()
    try:
        found = reading.peer(code)
        if found is None or found["status"] not in TALKING or not found["url"] or not own_keys.is_there(moment):
            return Turned()
        if found["retry_at"] is not None and found["retry_at"] > moment:
            return Turned()
        desk = desks.desk(moment)
        body = desk.to_send(code, moment)
        if body is None:
            return Turned()
        try:
            answer = peers.current().post(found["url"], body)
            done = desk.take_receipts(code, answer, now or datetime.now(UTC)).acknowledged
        except (GatewayFailure, Rejected):
            done = 0
        after = now or datetime.now(UTC)
        if done:
            messages.peer_reached(code, after)
        else:
            wait = limits().wait(found["failures"] + 1, random.random())  # noqa: S311  # only to spread attempts
            messages.peer_missed(code, after + wait)
        return Turned(sent=done, is_reached=bool(done))
    finally:
        messages.end_turn(f"send {code}")


def handle(code: str, now: datetime | None = None, limit: int = HANDLED_AT_ONCE) -> int:
    """Handle what a peer sent, in order; how many messages."""
    moment = now or datetime.now(UTC)
    if not messages.try_turn(f"handle {code}"):
        return 0
    try:
        if not own_keys.is_there(moment):
            return 0
        return desks.desk(moment).handle(code, moment, limit)
    finally:
        messages.end_turn(f"handle {code}")


def talking() -> list[str]:
    """The peers with whom messages are exchanged."""
    return [each["code"] for each in reading.peers() if each["status"] in TALKING]


def turn_all(now: datetime | None = None, turns: int = 1000) -> int:
    """Turns of every peer, in turn, until nothing is left to do; how many messages were sent and handled."""
    total = 0
    for _ in range(turns):
        done = [turn(code, now) for code in talking()]
        total += sum(each.sent + each.handled for each in done)
        if not any(each.is_busy for each in done):
            break
    return total
