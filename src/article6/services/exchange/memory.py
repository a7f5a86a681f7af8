"""What is remembered of peers, messages and transfers, on PostgreSQL (`exchange.books.Memory`)."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from article6.domain.canonical import canonical
from article6.domain.refusals import Refused
from article6.exchange import envelope, facts_json
from article6.exchange.books import (
    Acknowledged,
    Apart,
    Incoming,
    Outgoing,
    Peer,
    PeerStatus,
    PinnedKey,
    Side,
    Transfer,
    TransferStatus,
)
from article6.exchange.facts import Proposed, Serials
from article6.exchange.problems import Objection, Problem
from article6.services.exchange.own_code import own_code
from article6.store import journal, messages
from article6.store.queries import exchange as reading

ID_BYTES = 16
FIRST = frozenset({TransferStatus.WAITING, TransferStatus.PROPOSED, TransferStatus.ACCEPTED, TransferStatus.REJECTED})
"""Statuses in which a transfer may be kept for the first time, with the units that it is about."""


@dataclass(slots=True)
class Pending:
    """Several messages on their way: the transfers that they are about (None: not known yet), as they stand; what is to
    be written after the last one."""

    transfers: dict[str, Transfer | None]
    offers: tuple[Proposed, ...]
    saved: dict[str, Transfer] = field(default_factory=dict)
    said: list[Outgoing] = field(default_factory=list)
    new: set[str] = field(default_factory=set)

    def save(self, transfer: Transfer) -> None:
        """Have a transfer written at the end; twice would be two changes of it, of which each is kept."""
        if transfer.id in self.saved:
            raise Apart
        before = self.transfers.get(transfer.id)
        if before is None or before.proposed is not transfer.proposed or before.ledger_id != transfer.ledger_id:
            self.new.add(transfer.id)
        self.transfers[transfer.id] = self.saved[transfer.id] = transfer


class KeptMemory:
    """`Memory` of this registry, for one turn. Its transactions are the database's; within another they join it, in a
    savepoint. A peer that is read without a lock is read once a turn: every message asks for its keys, and what may
    have changed since is asked again under the lock."""

    def __init__(self) -> None:
        self.code = own_code()
        self._heard: set[str] = set()
        self._peers: dict[str, Peer] = {}
        self._pending: Pending | None = None

    def transaction(self) -> AbstractContextManager[None]:
        """As `Memory.transaction`."""
        return journal.database_transaction()

    @contextmanager
    def together(self, transfer_ids: Sequence[str], offers: Sequence[Proposed], at: datetime) -> Iterator[None]:
        """As `Memory.together`: the transfers are read, and locked, with one statement; what is said and what becomes
        of them is written with one statement each."""
        try:
            self._pending = self.begin(transfer_ids, offers)
            yield
            self.end(self._pending, at)
        except Refused as no:
            raise Apart from no
        finally:
            self.leave()

    def begin(self, transfer_ids: Sequence[str], offers: Sequence[Proposed]) -> Pending:
        """What is read before the first message."""
        known = {each["transfer_id"]: kept_transfer(each) for each in reading.transfers_locked(transfer_ids)}
        return Pending({each: known.get(each) for each in transfer_ids}, tuple(offers))

    def end(self, pending: Pending, at: datetime) -> None:
        """What is written after the last one."""
        if new := [each for each in pending.saved.values() if each.id in pending.new]:
            _save(new)
        if changed := [each for each in pending.saved.values() if each.id not in pending.new]:
            messages.change_transfers([_standing(each) for each in changed])
        if pending.said:
            messages.outgoing([_said(each) for each in pending.said])

    def leave(self) -> None:
        """From now on everything is asked, and written, at once."""
        self._pending = None

    def new_id(self) -> str:
        """An identifier that nobody can guess or repeat."""
        return secrets.token_urlsafe(ID_BYTES)

    # --- Peers

    def peer(self, code: str, *, lock: bool = False) -> Peer | None:
        """As `Memory.peer`."""
        if not lock and code in self._peers:
            return self._peers[code]
        found = reading.peer_with_keys(code, reading.NUMBERING if lock else "")
        if found is None:
            return None
        self._peers[code] = peer = _peer(found)
        return peer

    def save_peer(self, peer: Peer) -> None:
        """As `Memory.save_peer`."""
        messages.count_peer(peer.code, peer.status, peer.received, peer.sent, peer.acknowledged)

    def steady(self, code: str) -> Peer | None:
        """As `Memory.steady`."""
        messages.handle_alone(code)
        found = reading.peer_with_keys(code, reading.STANDING)
        return None if found is None else _peer(found)

    # --- Ours

    def outgoing(self, message: Outgoing) -> None:
        """As `Memory.outgoing`."""
        if self._pending is not None:
            self._pending.said.append(message)
            return
        messages.outgoing([_said(message)])

    def unsigned(self, peer: str, limit: int) -> list[Outgoing]:
        """As `Memory.unsigned`."""
        return [_outgoing(each) for each in reading.unsigned(peer, limit)]

    def signed(self, messages_: Sequence[Outgoing]) -> None:
        """As `Memory.signed`."""
        messages.signed([(each.id, each.sequence or 0, each.jws) for each in messages_])

    def unacknowledged(self, peer: str, limit: int) -> list[Outgoing]:
        """As `Memory.unacknowledged`."""
        return [_outgoing(each) for each in reading.unacknowledged(peer, limit)]

    def acknowledge(self, receipts: Sequence[Acknowledged], at: datetime) -> None:
        """As `Memory.acknowledge`."""
        if receipts:
            messages.acknowledge([(each.message_id, each.receipt, _json(each.objections)) for each in receipts], at)

    def own(self, message_id: str) -> Outgoing | None:
        """As `Memory.own`."""
        said = self._pending.said if self._pending is not None else ()
        if pending := [each for each in said if each.id == message_id]:
            return pending[0]
        found = reading.own(message_id)
        return None if found is None else _outgoing(found)

    # --- Theirs

    def incoming(self, peer: str, message_id: str) -> Incoming | None:
        """As `Memory.incoming`."""
        found = reading.incoming(peer, message_id)
        return None if found is None else _incoming(found)

    def arrived(self, peer: str, message_ids: Sequence[str], numbers: Sequence[int]) -> list[Incoming]:
        """As `Memory.arrived`."""
        return [_incoming(each) for each in reading.arrived(peer, message_ids, numbers)]

    def keep(self, messages_: Sequence[Incoming]) -> None:
        """As `Memory.keep`."""
        messages.incoming(
            [
                messages.Incoming(
                    each.peer, each.id, each.sequence, each.type[:200], each.about, each.jws, each.receipt,
                    _json(each.objections), each.received_at,
                )
                for each in messages_
            ]
        )  # fmt: skip
        for peer in {each.peer for each in messages_} - self._heard:
            self._heard.add(peer)
            messages.peer_heard(peer)

    def in_order(self, peer: str, limit: int) -> list[Incoming]:
        """As `Memory.in_order`."""
        return [_incoming(each) for each in reading.in_order(peer, limit)]

    def done(self, messages_: Sequence[Incoming]) -> None:
        """As `Memory.done`."""
        by_peer: dict[str, list[tuple[str, list[dict[str, Any]]]]] = defaultdict(list)
        for each in messages_:
            later = _json(each.objections)
            if later and (kept := reading.incoming(each.peer, each.id)):
                later = [no for no in later if no not in kept["objections"]]
            by_peer[each.peer].append((each.id, later))
        for peer, theirs in by_peer.items():
            messages.handled(peer, theirs)

    def evidence(self, peer: str, body: str, objections: Sequence[Objection], at: datetime) -> None:
        """As `Memory.evidence`: the beginning of the body, so many bodies of a sender a day."""
        messages.evidence(peer[:40], body, _json(objections), at)

    # --- Transfers

    def transfer(self, transfer_id: str, *, lock: bool = False) -> Transfer | None:
        """As `Memory.transfer`."""
        if self._pending is not None and transfer_id in self._pending.transfers:
            return self._pending.transfers[transfer_id]
        found = reading.transfer(transfer_id, lock=lock)
        return None if found is None else kept_transfer(found)

    def save_transfer(self, transfer: Transfer) -> None:
        """As `Memory.save_transfer`."""
        if self._pending is not None:
            self._pending.save(transfer)
            return
        _save([transfer])

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


def _said(message: Outgoing) -> messages.Outgoing:
    return messages.Outgoing(
        message.id, message.peer, str(message.type), envelope.written_content(message.data), message.answers,
        envelope.about(message.data), message.written_at,
    )  # fmt: skip


def _save(transfers: Sequence[Transfer]) -> None:
    messages.save_transfers([_row(each) for each in transfers])
    ranges = [
        (each.id, block.serials.registry, block.serials.party, block.serials.first, block.serials.last)
        for each in transfers
        if each.status in FIRST
        for block in each.proposed.blocks
    ]
    if ranges:
        messages.name_units(ranges)


def _standing(transfer: Transfer) -> dict[str, Any]:
    return {
        "transfer_id": transfer.id, "status": str(transfer.status), "changed_at": transfer.changed_at,
        "objections": _json(transfer.objections), "completion": transfer.completion,
        "completion_message_id": transfer.completion_message_id, "completed_at": transfer.completed_at,
    }  # fmt: skip


def _row(transfer: Transfer) -> dict[str, Any]:
    proposed = transfer.proposed
    return {
        **_standing(transfer), "side": str(transfer.side), "peer": transfer.peer,
        "service": proposed.service, "source_account": proposed.source_account,
        "target_account": proposed.target_account, "quantity": proposed.quantity,
        "proposed": canonical(facts_json.proposed_json(proposed)).decode(), "deadline": transfer.deadline,
        "ledger_id": transfer.ledger_id, "proposal_message_id": transfer.proposal_message_id,
    }  # fmt: skip


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
        found["message_id"], found["peer"], found["type"], envelope.Written(found["data"]), found["written_at"],
        found["answers"], found["sequence"], found["jws"] or "", found["receipt"] or "",
    )  # fmt: skip


def _incoming(found: Mapping[str, Any]) -> Incoming:
    return Incoming(
        found["message_id"], found["peer"], found["sequence"], found["jws"], found["received_at"],
        objections(found["objections"]), found["is_done"], found["receipt"],
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
