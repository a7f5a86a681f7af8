"""What handles messages is given: the books, the channel and the moment. How a subject plugs into the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from article6.exchange.books import Books, Incoming, Outgoing, Peer
from article6.exchange.channel import Channel
from article6.exchange.envelope import Envelope
from article6.exchange.facts import Proposed
from article6.exchange.limits import Limits
from article6.exchange.problems import Objection


@dataclass(frozen=True, slots=True)
class Turn:
    """One database transaction of the desk at a moment (UTC)."""

    books: Books
    channel: Channel
    limits: Limits
    now: datetime

    def say(self, peer: str, message_type: str, data: Mapping[str, Any], answers: str = "") -> str:
        """Write a message to the outbox; its id."""
        return self.channel.send(peer, message_type, data, self.now, answers)

    def alert(self, peer: str, text: str, subject: str) -> None:
        """Show the administrator what needs a person; `text` is marked for translation."""
        self.books.alert(peer, text, subject, self.now)


@dataclass(frozen=True, slots=True)
class Received:
    """A message of a peer, authentic, complete and in its turn; `offer` is the transfer that it proposes, where that
    was read already."""

    peer: Peer
    incoming: Incoming
    message: Envelope
    offer: Proposed | None = None

    @property
    def data(self) -> Mapping[str, Any]:
        return self.message.data


Handler = Callable[[Turn, Received], None]
"""Handles a message in the turn's database transaction; raises `Rejected` where it may not be, and nothing changes."""

NotTaken = Callable[[Turn, Outgoing, tuple[Objection, ...]], None]
"""Hears that a peer did not take a message of ours, and why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one subject of the exchange brings: how its messages are handled, by type, and what follows where a peer
    does not take one of ours. `Desk(books, signer, subjects=[...])` takes them beside transfers.

    `together` are the types of which several may be handled in one database transaction: their handlers ask and tell
    nothing but the books, and only of the transfer that the message names."""

    handlers: Mapping[str, Handler]
    not_taken: Mapping[str, NotTaken] = field(default_factory=dict)
    together: frozenset[str] = frozenset()
