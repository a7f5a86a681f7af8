"""Peers as witnesses of the transparency log: checkpoints offered to them, cosigned here, and their answers taken.

It stands on the service `witness`, which both administrators have agreed to.
"""

from __future__ import annotations

from article6.domain.refusals import N_
from article6.exchange.message_types import Type
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.turns import Received, Subject, Turn
from article6.services.log import witnesses
from article6.transparency.witnessing import Doubt

SERVICE = "witness"

NOT_COSIGNED = N_("The peer's log does not continue what it showed before; `article6 log status` has both checkpoints.")
KEY_DOUBTED = N_("The peer's log announced a key that the one before it did not announce; it is not believed.")
DOUBTED = N_("The peer did not cosign our checkpoint: it saw another history of our log.")


def _published(turn: Turn, received: Received) -> None:
    _agreed(received)
    peer = received.peer.code
    answer = witnesses.cosign(peer, received.data, turn.now)
    turn.say(peer, Type.CHECKPOINT_COSIGNED, answer, received.message.id)
    if not answer["cosigned"] and answer["code"] != Doubt.OTHER_START:
        turn.alert(peer, NOT_COSIGNED, received.message.id)


def _cosigned(turn: Turn, received: Received) -> None:
    _agreed(received)
    peer = received.peer.code
    again = witnesses.take(peer, received.data, turn.now)
    if again is not None:
        turn.say(peer, Type.CHECKPOINT_PUBLISHED, again, received.message.id)
    elif not received.data["cosigned"] and received.data["code"] != Doubt.OTHER_START:
        turn.alert(peer, DOUBTED, received.message.id)


def _announced(turn: Turn, received: Received) -> None:
    _agreed(received)
    peer = received.peer.code
    if not witnesses.announced(peer, received.data["announcement"], turn.now):
        turn.alert(peer, KEY_DOUBTED, received.message.id)


def _agreed(received: Received) -> None:
    if SERVICE not in received.peer.services:
        raise Rejected(Objection(Problem.SERVICE_NOT_AGREED, SERVICE))


WITNESSING = Subject(
    {
        Type.CHECKPOINT_PUBLISHED: _published,
        Type.CHECKPOINT_COSIGNED: _cosigned,
        Type.LOG_KEY_ANNOUNCED: _announced,
    }
)
