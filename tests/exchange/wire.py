"""Two registries with a channel between them, over books in memory; Ghana writes and Switzerland receives."""

from __future__ import annotations

import base64
import itertools
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from article6.domain.canonical import canonical
from article6.exchange import envelope, keys, receipts
from article6.exchange.books import Peer, PeerStatus, PinnedKey
from article6.exchange.channel import LIMITS, Channel
from article6.exchange.envelope import Envelope
from article6.exchange.keys import Signer
from article6.exchange.limits import Limits
from article6.exchange.message_types import Type
from article6.exchange.problems import Problem
from article6.exchange.receipts import Receipt
from article6.exchange.simulation.memory import MemoryBooks
from article6.exchange.simulation.storage import Storage

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
ASKED = {"asked_at": "2026-11-20T12:00:00.000000Z"}

GHANA = Signer("GHA01", b"g" * 32, SINCE)
SWITZERLAND = Signer("CHE01", b"s" * 32, SINCE)
STRANGER = Signer("GHA01", b"x" * 32, SINCE)


@dataclass
class Side:
    """A registry's end of the channel."""

    books: MemoryBooks
    channel: Channel

    def ask(self, peer: str, now: datetime = NOW) -> str:
        with self.books.transaction():
            return self.channel.send(peer, Type.CLOCK_ASKED, ASKED, now)

    def hand_on(self, peer: str) -> list[Envelope]:
        """What is handled now, in the order in which it is."""
        found = []
        with self.books.transaction():
            while (following := self.channel.next(peer)) is not None:
                self.books.done([following[0]])
                found.append(following[1])
        return found

    def evidence(self, peer: str) -> list[tuple[str, Any, datetime]]:
        return list(self.books.storage.table(f"evidence {peer}").values())


def side(signer: Signer, *peers: Peer, limits: Limits = LIMITS) -> Side:
    numbers = itertools.count(1)
    books = MemoryBooks(signer.registry, Storage(), lambda: f"{signer.registry}-{next(numbers)}")
    with books.transaction():
        for peer in peers:
            books.save_peer(peer)
    return Side(books, Channel(books, signer, limits))


def peer_of(*signers: Signer | PinnedKey, status: PeerStatus = PeerStatus.CONNECTED, code: str = "") -> Peer:
    pinned = tuple(each.public if isinstance(each, Signer) else each for each in signers)
    named = [each.registry for each in signers if isinstance(each, Signer)]
    return Peer(code or named[0], status, frozenset({"view"}), pinned)


def switzerland(limits: Limits = LIMITS, **of: Any) -> Side:
    return side(SWITZERLAND, peer_of(GHANA, **of), limits=limits)


def ghana(limits: Limits = LIMITS) -> Side:
    return side(GHANA, peer_of(SWITZERLAND), limits=limits)


def message(sequence: int = 1, **changes: Any) -> Envelope:
    found = Envelope(f"m{sequence}", "GHA01", "CHE01", Type.CLOCK_ASKED, sequence, NOW, ASKED)
    return replace(found, **changes)


def signed(sequence: int = 1, signer: Signer = GHANA, **changes: Any) -> str:
    return signer.sign(envelope.to_bytes(message(sequence, **changes)))


def altered(changes: dict[str, object] | None = None, without: str = "") -> str:
    """A message signed well whose envelope has other members than it should."""
    members = json.loads(envelope.to_bytes(message())) | (changes or {})
    members.pop(without, None)
    return GHANA.sign(canonical(members))


def batch(*messages: str) -> bytes:
    return canonical({"messages": list(messages)})


def deliver(to: Side, *messages: str, now: datetime = NOW) -> list[Receipt]:
    answer = json.loads(to.channel.receive(batch(*messages), now))
    return [receipts.opened(each, [SWITZERLAND.public]) for each in answer["receipts"]]


def problems(receipt: Receipt) -> list[Problem]:
    return [each.problem for each in receipt.objections]


def with_header(jws: str, **members: object) -> str:
    """The same payload and signature under another header."""
    header, payload, signature = jws.split(".")
    found = {**json.loads(unpadded(header)), **members}
    return f"{coded(json.dumps(found).encode())}.{payload}.{signature}"


def coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unpadded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def later(**time: float) -> datetime:
    return NOW + timedelta(**time)


digest = keys.digest
