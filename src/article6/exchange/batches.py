"""Which of the messages that wait may share a database transaction, read once for all that is done with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from article6.exchange import envelope, keys
from article6.exchange.books import Incoming, Peer
from article6.exchange.facts import Proposed
from article6.exchange.facts_json import proposed_from
from article6.exchange.message_types import Type
from article6.exchange.problems import Rejected
from article6.exchange.turns import Received

BYTES = 512 * 1024
"""Of messages that share a transaction: what is large has one of its own."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of a peer in their order, each about another transfer or about none."""

    received: tuple[Received, ...]
    transfer_ids: tuple[str, ...]
    offers: tuple[Proposed, ...]

    @classmethod
    def of(cls, peer: Peer, waiting: Sequence[Incoming], together: Collection[str]) -> Batch:
        """The first of the messages that may be handled together, as far as nothing stands between them."""
        received: list[Received] = []
        names: dict[str, None] = {}
        size = 0
        for each in waiting:
            found = None if each.objections else _read(peer, each)
            size += len(each.jws)
            if found is None or found.message.type not in together or (received and size > BYTES):
                break
            if name := envelope.about(found.data):
                if name in names:
                    break
                names[name] = None
            received.append(found)
        return cls(tuple(received), tuple(names), tuple(each.offer for each in received if each.offer is not None))


def _read(peer: Peer, incoming: Incoming) -> Received | None:
    """The message; None where it has to be turned down."""
    message = envelope.kept(keys.content(incoming.jws))
    if message.type != Type.TRANSFER_PROPOSED:
        return Received(peer, incoming, message)
    try:
        return Received(peer, incoming, message, proposed_from(message.data))
    except Rejected:
        return None
