"""What is remembered of peers, messages and transfers, on PostgreSQL (`exchange.books.Memory`)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from article6.domain.canonical import canonical
from article6.exchange import envelope, facts_json, keys
from article6.exchange.books import (
    Incoming,
    Outgoing,
    Peer,
    PeerStatus,
    PinnedKey,
    Side,
    Transfer,
    TransferStatus,
)
from article6.exchange.facts import Serials
from article6.exchange.problems import Objection, Problem
from article6.services.exchange.own_code import own_code
from article6.store import journal, messages
from article6.store.queries import exchange as reading

ID_BYTES = 16
FIRST = frozenset({TransferStatus.WAITING, TransferStatus.PROPOSED, TransferStatus.ACCEPTED, TransferStatus.REJECTED})
"""Statuses in which a transfer may be kept for the first time, with the units that it is about."""


class KeptMemory:
    """`Memory` of this registry, for one turn. Its transactions are the database's; within another they join it, in a
    savepoint. A peer that is read without a lock is read once a turn: every message asks for its keys, and what may
    have changed since is asked again under the lock."""

    def __init__(self) -> None:
        self.code = own_code()
        self._heard: set[str] = set()
        self._peers: dict[str, Peer] = {}

    def transaction(self) -> AbstractContextManager[None]:
        """As `Memory.transaction`."""
        return journal.database_transaction()

    def new_id(self) -> str:
        """An identifier that nobody can guess or repeat."""
        return secrets.token_urlsafe(ID_BYTES)

    # --- Peers

    def peer(self, code: str, *, lock: bool = False) -> Peer | None:
        """As `Memory.peer`."""
        if not lock and code in self._peers:
            return self._peers[code]
        found = reading.peer_with_keys(code, lock=lock)
        if found is None:
            return None
        self._peers[code] = peer = _peer(found)
        return peer

    def save_peer(self, peer: Peer) -> None:
        """As `Memory.save_peer`."""
        messages.count_peer(peer.code, peer.status, peer.received, peer.sent, peer.acknowledged)

    # --- Ours

    def outgoing(self, message: Outgoing) -> None:
        """As `Memory.outgoing`."""
        text = canonical(message.data).decode()
        about = str(message.data.get("transfer_id", message.data.get("reconciliation_id", "")))[:100]
        messages.outgoing(
            message.id, message.peer, message.type, text, message.answers, about, message.written_at
        )  # fmt: skip

    def unsigned(self, peer: str, limit: int) -> list[Outgoing]:
        """As `Memory.unsigned`."""
        return [_outgoing(each) for each in reading.unsigned(peer, limit)]

    def signed(self, message: Outgoing) -> None:
        """As `Memory.signed`."""
        messages.signed(message.id, message.sequence or 0, message.jws)

    def unacknowledged(self, peer: str, limit: int) -> list[Outgoing]:
        """As `Memory.unacknowledged`."""
        return [_outgoing(each) for each in reading.unacknowledged(peer, limit)]

    def acknowledge(self, message_id: str, receipt: str, objections: Sequence[Objection], at: datetime) -> None:
        """As `Memory.acknowledge`."""
        messages.acknowledge(message_id, receipt, _json(objections), at)

    def own(self, message_id: str) -> Outgoing | None:
        """As `Memory.own`."""
        found = reading.own(message_id)
        return None if found is None else _outgoing(found)

    # --- Theirs

    def incoming(self, peer: str, message_id: str) -> Incoming | None:
        """As `Memory.incoming`."""
        found = reading.incoming(peer, message_id)
        return None if found is None else _incoming(found)

    def at_number(self, peer: str, sequence: int) -> Incoming | None:
        """As `Memory.at_number`."""
        found = reading.at_number(peer, sequence)
        return None if found is None else _incoming(found)

    def keep(self, message: Incoming, receipt: str) -> None:
        """As `Memory.keep`."""
        type_, about = told(message.jws)
        messages.incoming(
            message.peer, message.id, message.sequence, type_, about, message.jws, receipt,
            _json(message.objections), message.received_at,
        )  # fmt: skip
        if message.peer not in self._heard:
            self._heard.add(message.peer)
            messages.peer_heard(message.peer)

    def receipt_of(self, peer: str, message_id: str) -> str:
        """As `Memory.receipt_of`."""
        found = reading.incoming(peer, message_id)
        return "" if found is None else str(found["receipt"])

    def next_in_order(self, peer: str) -> Incoming | None:
        """As `Memory.next_in_order`."""
        found = reading.next_in_order(peer)
        return None if found is None else _incoming(found)

    def done(self, message: Incoming) -> None:
        """As `Memory.done`."""
        later = _json(message.objections)
        if later and (kept := reading.incoming(message.peer, message.id)):
            later = [each for each in later if each not in kept["objections"]]
        messages.handled(message.peer, message.id, later)

    def evidence(self, peer: str, body: str, objections: Sequence[Objection], at: datetime) -> None:
        """As `Memory.evidence`: the beginning of the body, so many bodies of a sender a day."""
        messages.evidence(peer[:40], body, _json(objections), at)

    # --- Transfers

    def transfer(self, transfer_id: str, *, lock: bool = False) -> Transfer | None:
        """As `Memory.transfer`."""
        found = reading.transfer(transfer_id, lock=lock)
        return None if found is None else kept_transfer(found)

    def save_transfer(self, transfer: Transfer) -> None:
        """As `Memory.save_transfer`."""
        proposed = transfer.proposed
        messages.save_transfer(
            {
                "transfer_id": transfer.id, "side": transfer.side, "peer": transfer.peer, "status": transfer.status,
                "service": proposed.service, "source_account": proposed.source_account,
                "target_account": proposed.target_account, "quantity": proposed.quantity,
                "proposed": canonical(facts_json.proposed_json(proposed)).decode(), "deadline": transfer.deadline,
                "changed_at": transfer.changed_at, "objections": _json(transfer.objections),
                "ledger_id": transfer.ledger_id, "completion": transfer.completion,
                "proposal_message_id": transfer.proposal_message_id,
                "completion_message_id": transfer.completion_message_id, "completed_at": transfer.completed_at,
            }
        )  # fmt: skip
        ranges = [each.serials for each in proposed.blocks]
        if ranges and transfer.status in FIRST:
            messages.name_units(transfer.id, [(each.registry, each.party, each.first, each.last) for each in ranges])

    def moved(self, serials: Serials, side: Side) -> list[Transfer]:
        """As `Memory.moved`."""
        found = reading.moved(serials.registry, serials.party, serials.first, serials.last, side)
        return [kept_transfer(each) for each in found]

    def due(self, now: datetime, limit: int) -> list[Transfer]:
        """As `Memory.due`."""
        return [kept_transfer(each) for each in reading.due(now, limit)]

    def unanswered(self, before: datetime, limit: int) -> list[Transfer]:
        """As `Memory.unanswered`."""
        return [kept_transfer(each) for each in reading.unanswered(before, limit)]

    def alert(self, peer: str, text: str, subject: str, at: datetime) -> None:
        """As `Memory.alert`."""
        messages.alert(peer, text, subject, at)


def pinned(code: str) -> tuple[PinnedKey, ...]:
    """The keys of a peer that two administrators, or its own announcement, pinned."""
    return tuple(PinnedKey(**each) for each in reading.peer_keys(code))


def told(jws: str) -> tuple[str, str]:
    """Type of a message that the channel has read, and the transfer that it is about, '' where it is about none."""
    message = envelope.kept(keys.content(jws))
    about = message.data.get("transfer_id", message.data.get("reconciliation_id", ""))
    return message.type[:200], about[:100] if isinstance(about, str) else ""


def _peer(found: Mapping[str, Any]) -> Peer:
    known = tuple(
        PinnedKey(each["kid"], each["x"], _moment(each["since"]), each["until"] and _moment(each["until"]))
        for each in found["keys"]
    )
    return Peer(
        found["code"], PeerStatus(found["status"]), frozenset(found["services"]), known, found["received"],
        found["sent"], found["acknowledged"],
    )  # fmt: skip


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _outgoing(found: Mapping[str, Any]) -> Outgoing:
    return Outgoing(
        found["message_id"], found["peer"], found["type"], json.loads(found["data"]), found["written_at"],
        found["answers"], found["sequence"], found["jws"] or "", found["receipt"] or "",
    )  # fmt: skip


def _incoming(found: Mapping[str, Any]) -> Incoming:
    return Incoming(
        found["message_id"], found["peer"], found["sequence"], found["jws"], found["received_at"],
        objections(found["objections"]), found["is_done"],
    )  # fmt: skip


def kept_transfer(found: Mapping[str, Any]) -> Transfer:
    """A transfer as it was kept."""
    return Transfer(
        proposed=facts_json.proposed_from(json.loads(found["proposed"])),
        side=Side(found["side"]),
        peer=found["peer"],
        status=TransferStatus(found["status"]),
        deadline=found["deadline"],
        changed_at=found["changed_at"],
        objections=objections(found["objections"]),
        ledger_id=found["ledger_id"],
        completion=found["completion"],
        proposal_message_id=found["proposal_message_id"],
        completion_message_id=found["completion_message_id"],
        completed_at=found["completed_at"],
    )


def objections(kept: Sequence[Mapping[str, Any]]) -> tuple[Objection, ...]:
    """Objections as they were kept."""
    return tuple(Objection(Problem(each["code"]), each["subject"], each["detail"]) for each in kept)


def _json(given: Sequence[Objection]) -> list[dict[str, Any]]:
    return [each.as_json() for each in given]
