"""What peers say about the connection itself: services agreed, keys added, suspended, resumed, ended; the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from article6.domain.refusals import N_
from article6.exchange import keys
from article6.exchange.books import PinnedKey
from article6.exchange.keys import Rotation
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.turns import Received, Subject, Turn
from article6.services.exchange.standing import standing
from article6.store import messages
from article6.store.queries import exchange as reading

SUSPENDED = N_("The peer suspended the connection: nothing new is begun with it.")
RESUMED = N_("The peer takes part again.")
ENDED = N_("The peer ended the connection.")
OFFERED = N_(
    "The peer offers to change the connection: compare its keys with its administrator, and offer the same here."
)
FAILED = N_("A test of the connection failed with the peer.")
KEY_ADDED = N_("The peer announced a new key, signed by its present one; it is pinned.")


def restand(code: str) -> None:
    """Set a peer's status and services by what was done and said."""
    status, services = standing(reading.peer_acts(code))
    messages.set_peer(code, status, sorted(services))


def pinnable(key: PinnedKey) -> dict[str, str | None]:
    """A key as an act keeps it."""
    return {
        "kid": key.kid, "x": key.x, "since": key.since.isoformat(),
        "until": None if key.until is None else key.until.isoformat(),
    }  # fmt: skip


def _agreed(turn: Turn, received: Received) -> None:
    told = {"services": list(received.data["services"]), "types": list(received.data["types"])}
    _heard(received, "services_told", told, turn.now)


def _suspended(turn: Turn, received: Received) -> None:
    _heard(received, "peer_suspended", {"reason": received.data["reason"]}, turn.now)
    turn.alert(received.peer.code, SUSPENDED, received.message.id)


def _resumed(turn: Turn, received: Received) -> None:
    _heard(received, "peer_resumed", {"reason": received.data["reason"]}, turn.now)
    turn.alert(received.peer.code, RESUMED, received.message.id)


def _ended(turn: Turn, received: Received) -> None:
    _heard(received, "peer_ended", {"reason": received.data["reason"]}, turn.now)
    turn.alert(received.peer.code, ENDED, received.message.id)


def _key_added(turn: Turn, received: Received) -> None:
    rotation = Rotation(str(received.data["statement"]), str(received.data["possession"]))
    new = keys.announced(rotation, received.peer.code, received.peer.keys, turn.now)
    before = next(each for each in received.peer.keys if each.kid == keys.header(rotation.statement).kid)
    pinned = [pinnable(new)]
    if before.kid != new.kid:
        ended = PinnedKey(before.kid, before.x, before.since, new.since)
        pinned.insert(0, pinnable(ended))
    _heard(received, "key_announced", {"keys": pinned}, turn.now)
    turn.alert(received.peer.code, KEY_ADDED, new.kid)


def _offered(turn: Turn, received: Received) -> None:
    turn.alert(received.peer.code, OFFERED, received.message.id)


def _tested(turn: Turn, received: Received) -> None:
    _heard(received, "peer_tested", dict(received.data), turn.now)
    if not received.data["passed"]:
        turn.alert(received.peer.code, FAILED, f"{received.data['test']} {received.message.id}")


def _clock_asked(turn: Turn, received: Received) -> None:
    told = {"asked_at": received.data["asked_at"], "told_at": written(turn.now)}
    turn.say(received.peer.code, Type.CLOCK_TOLD, told, received.message.id)


def _clock_told(turn: Turn, received: Received) -> None:
    """The answer is kept with the messages; who asked reads it there."""


def _heard(received: Received, act: str, content: Mapping[str, Any], now: datetime) -> None:
    messages.peer_act(received.peer.code, act, content, None, now, message_id=received.message.id)
    restand(received.peer.code)


CONNECTING = Subject(
    {
        Type.CONNECTION_OFFERED: _offered,
        Type.CONNECTION_AGREED: _agreed,
        Type.CONNECTION_TESTED: _tested,
        Type.CONNECTION_SUSPENDED: _suspended,
        Type.CONNECTION_RESUMED: _resumed,
        Type.CONNECTION_ENDED: _ended,
        Type.CONNECTION_KEY_ADDED: _key_added,
        Type.CLOCK_ASKED: _clock_asked,
        Type.CLOCK_TOLD: _clock_told,
    },
    together=frozenset({Type.CLOCK_ASKED, Type.CLOCK_TOLD}),
)
