"""A registry's books in memory: what the port `books.Books` asks, on tables with real transactions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from article6.exchange.books import (
    Acknowledged,
    Apart,
    Incoming,
    Outgoing,
    Peer,
    Side,
    Transfer,
    TransferStatus,
)
from article6.exchange.facts import Proposed, Serials
from article6.exchange.problems import Objection
from article6.exchange.provenance import overlap
from article6.exchange.simulation.ledger import MemoryLedger
from article6.exchange.simulation.storage import Storage

EVIDENCE_AT_MOST = 1_000
"""Bodies turned away at the door that are kept, per sender."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What a person has to look at."""

    peer: str
    text: str
    subject: str
    at: datetime


class MemoryBooks(MemoryLedger):
    """The books of one registry of the simulation. `new_id` is given, so that identifiers come from the seed."""

    def __init__(self, code: str, storage: Storage, new_id: Callable[[], str]) -> None:
        super().__init__(code, storage)
        self._new_id = new_id
        self._batches = 0
        self.undone_every = 0

    def transaction(self) -> AbstractContextManager[None]:
        return self.storage.transaction()

    @contextmanager
    def together(self, transfer_ids: Sequence[str], offers: Sequence[Proposed], at: datetime) -> Iterator[None]:
        """Every so often something stands against it after all is written, as the ledger's refusals do."""
        yield
        self._batches += 1
        if self.undone_every and self._batches % self.undone_every == 0:
            raise Apart

    def new_id(self) -> str:
        return self._new_id()

    # Peers and messages ---------------------------------------------------------------------------------------------

    def peer(self, code: str, *, lock: bool = False) -> Peer | None:
        return self.storage.table("peers").get(code)

    def steady(self, code: str) -> Peer | None:
        return self.peer(code)

    def save_peer(self, peer: Peer) -> None:
        self.storage.put("peers", peer.code, peer)

    def outgoing(self, message: Outgoing) -> None:
        self.storage.put("outgoing", message.id, message)
        self.storage.put(f"outbox {message.peer}", message.id, len(self.storage.table("outgoing")))

    def unsigned(self, peer: str, limit: int) -> list[Outgoing]:
        return self._own(f"outbox {peer}", limit)

    def signed(self, messages: Sequence[Outgoing]) -> None:
        for message in messages:
            self.storage.put("outgoing", message.id, message)
            self.storage.remove(f"outbox {message.peer}", message.id)
            self.storage.put(f"unacknowledged {message.peer}", message.id, message.sequence)

    def unacknowledged(self, peer: str, limit: int) -> list[Outgoing]:
        return self._own(f"unacknowledged {peer}", limit)

    def acknowledge(self, receipts: Sequence[Acknowledged], at: datetime) -> None:
        for each in receipts:
            message: Outgoing = self.storage.table("outgoing")[each.message_id]
            self.storage.put("outgoing", message.id, replace(message, receipt=each.receipt))
            if message.id in self.storage.table(f"unacknowledged {message.peer}"):
                self.storage.remove(f"unacknowledged {message.peer}", message.id)

    def own(self, message_id: str) -> Outgoing | None:
        return self.storage.table("outgoing").get(message_id)

    def incoming(self, peer: str, message_id: str) -> Incoming | None:
        return self.storage.table(f"incoming {peer}").get(message_id)

    def keep(self, messages: Sequence[Incoming]) -> None:
        for message in messages:
            self.storage.put(f"incoming {message.peer}", message.id, message)
            self.storage.put(f"numbers {message.peer}", message.sequence, message.id)

    def arrived(self, peer: str, message_ids: Sequence[str], numbers: Sequence[int]) -> list[Incoming]:
        at = self.storage.table(f"numbers {peer}")
        named = dict.fromkeys([*message_ids, *(at[each] for each in numbers if each in at)])
        return [found for each in named if (found := self.incoming(peer, each)) is not None]

    def in_order(self, peer: str, limit: int) -> list[Incoming]:
        at, begin = self.storage.table(f"numbers {peer}"), self.storage.table("handled").get(peer, 0) + 1
        numbers = itertools.takewhile(at.__contains__, range(begin, begin + limit))
        return [self.storage.table(f"incoming {peer}")[at[each]] for each in numbers]

    def done(self, messages: Sequence[Incoming]) -> None:
        for message in messages:
            self.storage.put(f"incoming {message.peer}", message.id, replace(message, is_done=True))
            self.storage.put("handled", message.peer, message.sequence)

    def evidence(self, peer: str, body: str, objections: Sequence[Objection], at: datetime) -> None:
        if len(self.storage.table(f"evidence {peer}")) < EVIDENCE_AT_MOST:
            self.storage.append(f"evidence {peer}", (body, tuple(objections), at))

    # Transfers ------------------------------------------------------------------------------------------------------

    def transfer(self, transfer_id: str, *, lock: bool = False) -> Transfer | None:
        return self.storage.table("transfers").get(transfer_id)

    def save_transfer(self, transfer: Transfer) -> None:
        self.storage.put("transfers", transfer.id, transfer)

    def moved(self, serials: Serials, side: Side) -> list[Transfer]:
        found = [
            (each.completed_at, number, each)
            for number, each in enumerate(self.transfers())
            if each.side == side
            and each.completed_at is not None
            and not each.proposed.is_information
            and any(overlap(block.serials, serials) for block in each.proposed.blocks)
        ]
        return [each for *_, each in sorted(found, key=lambda row: row[:2], reverse=True)]

    def due(self, now: datetime, limit: int) -> list[Transfer]:
        ours = [each for each in self.transfers() if each.status == TransferStatus.PROPOSED]
        return [each for each in ours if each.side == Side.SENDER and each.deadline <= now][:limit]

    def unanswered(self, before: datetime, limit: int) -> list[Transfer]:
        waiting = [each for each in self.transfers() if each.status == TransferStatus.ACCEPTED]
        return [each for each in waiting if each.side == Side.ACQUIRER and each.changed_at < before][:limit]

    def alert(self, peer: str, text: str, subject: str, at: datetime) -> None:
        self.storage.append("alerts", Alert(peer, text, subject, at))

    # For the world and the auditor ----------------------------------------------------------------------------------

    def transfers(self) -> list[Transfer]:
        """All transfers, in the order in which they were first saved."""
        return list(self.storage.table("transfers").values())

    def alerts(self) -> list[Alert]:
        return list(self.storage.table("alerts").values())

    def told(self) -> list[str]:
        """What was said and what was shown to the administrator, a line each."""
        said = [f"says {each.type.split('.', 2)[2]} {each.data.get('transfer_id', '')} to {each.peer}"
                for each in self.storage.table("outgoing").values()]  # fmt: skip
        return [*said, *(f"alert: {each.subject}: {each.text}" for each in self.alerts())]

    def has_to_send(self, peer: str) -> bool:
        """Whether a message of ours is still without receipt."""
        tables = (f"outbox {peer}", f"unacknowledged {peer}")
        return any(self.storage.table(each) for each in tables)

    def has_to_handle(self, peer: str) -> bool:
        """Whether a message of that peer is kept and has its turn."""
        return bool(self.in_order(peer, 1))

    def _own(self, queue: str, limit: int) -> list[Outgoing]:
        rows = self.storage.table(queue)
        ids = sorted(rows, key=lambda each: int(rows[each]))[:limit]
        return [self.storage.table("outgoing")[each] for each in ids]
