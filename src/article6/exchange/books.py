"""The port between the protocol and a registry: what the protocol needs to remember, and what it asks of the ledger.

Every method runs in the database transaction that `transaction` opened; what raises inside leaves no trace. The desk
(`exchange.desk`) is the only caller. Moments are passed in as UTC; identifiers come from `new_id`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from article6.exchange.facts import Proposed, Serials
from article6.exchange.problems import Objection


class Side(StrEnum):
    """Which side of a transfer this registry is."""

    SENDER = "sender"
    ACQUIRER = "acquirer"


class TransferStatus(StrEnum):
    """The life of a transfer between registries (numbers: standards.md 7.1.1).

    `waiting` (0) is local to the sender: a second person has not approved it yet. `proposed` (1), `accepted` (8),
    `rejected` (6), `cancelled` (7), `completed` (4). `settled` is completed and confirmed by the other side.
    `disputed`: a completion that could not be carried out; administrators of both decide.
    """

    WAITING = "waiting"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    SETTLED = "settled"
    DISPUTED = "disputed"


class PeerStatus(StrEnum):
    """`known`: keys are pinned, for checking provenance; `connected`; `suspended`: nothing new is taken, what is under
    way is finished; `ended`."""

    KNOWN = "known"
    PENDING = "pending"
    CONNECTED = "connected"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PinnedKey:
    """A public key of a registry: Ed25519, `kid` its RFC 7638 thumbprint, valid in [since, until)."""

    kid: str
    x: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Another registry. `services` are those agreed by both; `received` is the number up to which all of its messages
    are kept (the channel moves it; what was handled is `Memory.done`'s), `sent` the number of the last of ours that was
    signed, `acknowledged` up to which it gave receipts."""

    code: str
    status: PeerStatus
    services: frozenset[str]
    keys: tuple[PinnedKey, ...]
    received: int = 0
    sent: int = 0
    acknowledged: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer as one side knows it. `ledger_id` is the transaction of the ledger; `completion` the compact JWS of
    the sender's message that completed it, the evidence on which the acquirer holds the units (the sender finds its
    own by `completion_message_id`); `completed_at` when the units moved in this registry's books."""

    proposed: Proposed
    side: Side
    peer: str
    status: TransferStatus
    deadline: datetime
    changed_at: datetime
    objections: tuple[Objection, ...] = ()
    ledger_id: int | None = None
    completion: str = ""
    proposal_message_id: str = ""
    completion_message_id: str = ""
    completed_at: datetime | None = None

    @property
    def id(self) -> str:
        return self.proposed.transfer_id


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message of ours: `jws` '' until it is signed and has its sequence number."""

    id: str
    peer: str
    type: str
    data: Mapping[str, Any]
    written_at: datetime
    answers: str = ""
    sequence: int | None = None
    jws: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message of a peer as it was kept: `objections` not empty when it was rejected; `is_done` once handled;
    `receipt` is the one that we gave. `type` and `about` (`envelope.about`) are given where it is to be kept."""

    id: str
    peer: str
    sequence: int
    jws: str
    received_at: datetime
    objections: tuple[Objection, ...] = ()
    is_done: bool = False
    receipt: str = ""
    type: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A peer's signed receipt (compact JWS) for a message of ours."""

    message_id: str
    receipt: str
    objections: tuple[Objection, ...] = ()


class Apart(Exception):
    """Several messages cannot be handled together; nothing of them was written, and each is handled by itself."""


class Memory(Protocol):
    """What is remembered of peers and messages. Messages are for ever: kept, never changed or removed."""

    code: str
    """This registry's own code, its name in every message."""

    def transaction(self) -> AbstractContextManager[None]: ...
    def together(
        self, transfer_ids: Sequence[str], offers: Sequence[Proposed], at: datetime
    ) -> AbstractContextManager[None]:
        """Within a transaction, around the handling of several messages, each about another of these transfers;
        `offers` are those that are proposed. What they need may be read before the first, and what follows from them be
        written after the last: nothing but these books may be asked or told meanwhile.

        Raises:
            Apart: what one of them writes another would read, or the ledger refused one of them.
        """

    def new_id(self) -> str: ...

    def peer(self, code: str, *, lock: bool = False) -> Peer | None: ...
    def steady(self, code: str) -> Peer | None:
        """A peer whose messages nobody else handles, and whose status, services and keys do not change, until the
        database transaction is over. Its numbers may move on."""

    def save_peer(self, peer: Peer) -> None:
        """Keep the numbers and the status of a peer."""

    def outgoing(self, message: Outgoing) -> None:
        """Put a message in the outbox; it is numbered and signed later."""

    def unsigned(self, peer: str, limit: int) -> list[Outgoing]:
        """The oldest messages without a number, in the order in which they were written."""

    def signed(self, messages: Sequence[Outgoing]) -> None:
        """Keep the numbers and the signed forms of messages of ours, lowest number first."""

    def unacknowledged(self, peer: str, limit: int) -> list[Outgoing]:
        """Signed messages without a receipt, lowest number first."""

    def acknowledge(self, receipts: Sequence[Acknowledged], at: datetime) -> None:
        """Keep the peer's signed receipts for messages of ours."""

    def own(self, message_id: str) -> Outgoing | None: ...

    def incoming(self, peer: str, message_id: str) -> Incoming | None: ...
    def arrived(self, peer: str, message_ids: Sequence[str], numbers: Sequence[int]) -> list[Incoming]:
        """The kept messages of a peer that have one of these identifiers or numbers."""

    def keep(self, messages: Sequence[Incoming]) -> None:
        """Keep messages of peers, with the receipts that we gave."""

    def in_order(self, peer: str, limit: int) -> list[Incoming]:
        """The kept messages whose turn it is: those that follow the last one that is done, without a gap."""

    def done(self, messages: Sequence[Incoming]) -> None:
        """Messages were handled, lowest number first; the objections are not empty where that turned one down and
        changed nothing."""

    def evidence(self, peer: str, body: str, objections: Sequence[Objection], at: datetime) -> None:
        """Keep what was turned away at the door (bad signature, unknown sender, ...), bounded per sender."""

    def transfer(self, transfer_id: str, *, lock: bool = False) -> Transfer | None: ...
    def save_transfer(self, transfer: Transfer) -> None: ...
    def moved(self, serials: Serials, side: Side) -> list[Transfer]:
        """Transfers on this side with a `completed_at` and at least one of these serials, the newest first: what was
        given to peers (sender) or came from them (acquirer). Not those by which amounts were told, and no unit went."""

    def due(self, now: datetime, limit: int) -> list[Transfer]:
        """Transfers of ours that are proposed and past their deadline."""

    def unanswered(self, before: datetime, limit: int) -> list[Transfer]:
        """Transfers to us that are accepted and whose `changed_at`, which each question sets anew, is before this."""

    def alert(self, peer: str, text: str, subject: str, at: datetime) -> None:
        """Show the administrator what needs a person: once for a text and subject, until somebody took note of it."""


class Ledger(Protocol):
    """What the protocol asks of the ledger. Units that left stand in the account `elsewhere` of the peer.

    Where a transfer tells amounts (`Proposed.is_information`), the units stay in the sender's books, in an account held
    for the acquiring Party, and the acquirer keeps what it was told beside its books: nothing comes to be there.
    """

    def judge(self, proposed: Proposed, peer: str, at: datetime) -> list[Objection]:
        """The acquirer's own checks: the account, each block against what stands here, authorizations against what is
        known. Signatures and provenance are the desk's."""

    def expect(self, transfer: Transfer, at: datetime) -> None:
        """Remember that units are to come: the account cannot be closed, nor may the same serials be accepted again."""

    def forget(self, transfer: Transfer, at: datetime) -> None:
        """The expected units will not come."""

    def take_in(self, transfer: Transfer, at: datetime) -> list[Objection]:
        """Book the acquisition: serials that were never here come to be, those that went away come back; or
        keep what was told. Objections (nothing was booked) only where the ledger contradicts what was accepted."""

    def take_out(self, transfer: Transfer, at: datetime) -> list[Objection]:
        """Book the transfer: the reserved units move to `elsewhere`, or where they are held, first transfer and all."""

    def held_in(self, transfer: Transfer) -> str:
        """The account in which the units of a transfer are held, of which the acquirer was told the amounts."""

    def release(self, transfer: Transfer, status: TransferStatus, at: datetime) -> None:
        """The reserved units are free again."""

    def stands_with(self, serials: Serials) -> str | None:
        """The peer with which this registry's books have all of these serials standing (`elsewhere`); None where they
        were never here, '' where some stand here or with several peers."""


class Books(Memory, Ledger, Protocol):
    """All that the desk needs."""
