"""Transfers to and from other registries: proposed by one person, approved by a second, then carried by messages."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from article6.domain import lifecycles
from article6.domain.kinds import Kind
from article6.domain.orders import PersonId, Status, TransactionId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.serials import SeriesRange
from article6.exchange.books import PeerStatus, Side, Transfer, TransferStatus
from article6.exchange.facts import INFORMATION
from article6.exchange.problems import Objection, Problem, Rejected
from article6.services.commands import command, once
from article6.services.exchange import desks, leaving, peers
from article6.services.exchange.limits import limits
from article6.services.exchange.memory import KeptMemory
from article6.services.exchange.telling import facts_of
from article6.services.paging import Page, below, page
from article6.store import journal
from article6.store.queries import exchange as reading
from article6.store.queries import facts, registries
from article6.store.queries import transactions as ledger

ID_BYTES = 16

GIVING = ("transfer_a64er", "transfer_itmo", "transfer_information", "cer")
"""The services by which units, or amounts of them, are given to another registry."""

SERVICE_OF = {Kind.MECHANISM: "transfer_a64er", Kind.CREDITING: "cer"}
"""Which service a kind of registry gives its units by, where nobody says otherwise; the others give ITMOs."""


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """Units to be given to an account of another registry: by `ranges`, or the lowest serials by `quantity`.

    `party` is the Party of the account there, '' where it is none's; `service` the agreed one, '' for the usual one of
    this registry's kind.
    """

    peer: str
    source: str
    target: str
    party: str = ""
    quantity: int | None = None
    ranges: tuple[SeriesRange, ...] = ()
    service: str = ""
    registered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a transfer stands here."""

    transfer_id: str
    status: TransferStatus
    transaction_id: int | None


def takers() -> list[dict[str, Any]]:
    """The registries to which units may be given now, as `peers.listed`: those connected that have agreed to take some;
    `services` are only those of `GIVING`."""
    connected = (each for each in peers.listed() if each["status"] == PeerStatus.CONNECTED)
    found = [{**each, "services": [name for name in GIVING if name in each["services"]]} for each in connected]
    return [each for each in found if each["services"]]


def usual_service() -> str:
    """By which service this registry gives its units where nobody says otherwise."""
    return SERVICE_OF.get(_kind(), "transfer_itmo")


def propose(new: NewTransfer, *, by: PersonId, now: datetime, key: str | None = None) -> Standing:
    """Propose a transfer to another registry: the units are reserved, and a second person decides.

    Raises:
        Refused: the registry is not connected, the service is not agreed with it, or every reason that the rules have.
    """
    given = command(by, key, "propose_transfer_out", new)

    def act() -> Standing:
        service = new.service or usual_service()
        _require_agreed(new.peer, service)
        transfer_id = secrets.token_urlsafe(ID_BYTES)
        with journal.database_transaction():
            wanted = leaving.Leaving(
                transfer_id, new.source, new.peer, new.target, new.party, new.quantity, new.ranges, new.registered_on,
                is_information=service == INFORMATION,
            )  # fmt: skip
            ledger_id = leaving.propose_leaving(wanted, by=by, now=now)
            deadline = now + limits().deadline
            proposed = facts_of(ledger_id, service=service, deadline=deadline)
            transfer = Transfer(
                proposed, Side.SENDER, new.peer, TransferStatus.WAITING, deadline, now, ledger_id=ledger_id
            )
            KeptMemory().save_transfer(transfer)
            journal.note(given, "transfer_out.proposed", f"transfer:{transfer_id}", now, [ledger_id])
        return _standing(transfer)

    return once(given, act, lambda answer: _standing(_of_ledger(TransactionId(answer.ids[0]))))


def approve(transfer_id: str, *, by: PersonId, now: datetime, key: str | None = None) -> Standing:
    """Approve a waiting transfer as its second person: it is announced to the other registry.

    Raises:
        Refused: not waiting any more, proposed by the same person, no approver, not connected, or a rule says no.
    """
    given = command(by, key, "approve_transfer_out", transfer_id)

    def act() -> Standing:
        with journal.database_transaction(), _rejections_told():
            transfer = _waiting(transfer_id)
            ledger_id = _ledger_id(transfer)
            leaving.approve_leaving(ledger_id, by=by, now=now)
            fresh = facts_of(ledger_id, service=transfer.proposed.service, deadline=transfer.deadline)
            done = desks.desk(now).announce(replace(transfer, proposed=fresh), now)
            journal.note(given, "transfer_out.approved", f"transfer:{transfer_id}", now, [ledger_id])
        return _standing(done)

    return once(given, act, lambda _answer: _standing(_ours(transfer_id)))


def reject(transfer_id: str, reason: str, *, by: PersonId, now: datetime, key: str | None = None) -> Standing:
    """Turn a waiting transfer down as its second person; its units are free again and nobody else hears of it.

    Raises:
        Refused: not waiting any more, proposed by the same person, or no approver.
    """
    given = command(by, key, "reject_transfer_out", [transfer_id, reason])

    def act() -> Standing:
        with journal.database_transaction():
            transfer = _waiting(transfer_id)
            leaving.reject_leaving(_ledger_id(transfer), by=by, now=now, reason=reason)
            done = _cancelled(transfer, now)
            journal.note(given, "transfer_out.rejected", f"transfer:{transfer_id}", now, [_ledger_id(transfer)])
        return _standing(done)

    return once(given, act, lambda _answer: _standing(_ours(transfer_id)))


def withdraw(transfer_id: str, *, by: PersonId, now: datetime, reason: str = "", key: str | None = None) -> Standing:
    """Withdraw a transfer that is not completed; where it was announced, the other registry is told.

    Raises:
        Refused: completed, final, or somebody else's.
    """
    given = command(by, key, "withdraw_transfer_out", [transfer_id, reason])

    def act() -> Standing:
        with journal.database_transaction(), _rejections_told():
            transfer = _ours(transfer_id, lock=True)
            ledger_id = _ledger_id(transfer)
            if transfer.status is TransferStatus.WAITING:
                leaving.withdraw_leaving(ledger_id, by=by, now=now, reason=reason)
                done = _cancelled(transfer, now)
            else:
                if no := [*lifecycles.person_refusals(Status.CANCELLED, ledger.proposal(ledger_id), facts.actor(by))]:
                    raise Refused(no)
                done = desks.desk(now).withdraw(transfer_id, now)
            journal.note(given, "transfer_out.withdrawn", f"transfer:{transfer_id}", now, [ledger_id])
        return _standing(done)

    return once(given, act, lambda _answer: _standing(_ours(transfer_id)))


def retry(transfer_id: str, *, by: PersonId, now: datetime, key: str | None = None) -> Standing:
    """Book a disputed completion after all, once what stood against it is out of the way.

    Raises:
        Refused: it is not disputed, or the ledger still contradicts it; `by` may not connect registries.
    """
    given = command(by, key, "retry_transfer_in", [transfer_id])

    def act() -> Standing:
        peers.require(by)
        with journal.database_transaction(), _rejections_told():
            done = desks.desk(now).retry(transfer_id, now)
            journal.note(given, "transfer_in.tried_again", f"transfer:{transfer_id}", now)
        return _standing(done)

    return once(given, act, lambda _answer: _standing(_kept(transfer_id)))


def lapse(now: datetime) -> int:
    """Close waiting transfers whose proposal the ledger released, because its time was over; how many."""
    found = reading.lapsed(100)
    for each in found:
        with journal.database_transaction():
            transfer = KeptMemory().transfer(each, lock=True)
            if transfer is not None and transfer.status is TransferStatus.WAITING:
                _cancelled(transfer, now)
    return len(found)


def listed(after: str | None = None, limit: int = 50, peer: str | None = None, status: str | None = None) -> Page:
    """Transfers in sight, newest first."""
    found = reading.transfers(below(after), limit + 1, peer, status)
    total = (reading.transfers_count(peer, status), False)
    items = page(found, limit, lambda each: f"{each['id']}", total)
    return replace(items, items=[_told(each) for each in items.items])


def shown(transfer_id: str) -> dict[str, Any]:
    """One transfer in sight: its blocks, the statuses it had, and the evidence of both sides: every message about it
    with its signature and the receipt for it.

    Raises:
        Refused: there is none in sight.
    """
    found = reading.transfer(transfer_id)
    if found is None:
        raise refused(Code.EXCHANGE_TRANSFER_UNKNOWN, transfer_id[:100])
    return {
        **_told(found), "completion": found["completion"], "proposed": json.loads(found["proposed"]),
        "changes": reading.changes(transfer_id), "messages": reading.messages_about(transfer_id),
    }  # fmt: skip


def _told(found: dict[str, Any]) -> dict[str, Any]:
    names = ("transfer_id", "side", "peer", "status", "service", "source_account", "target_account", "quantity",
             "deadline", "changed_at", "completed_at", "objections", "ledger_id")  # fmt: skip
    return {name: found[name] for name in names}


def _require_agreed(peer: str, service: str) -> None:
    found = peers.known(peer)
    if found["status"] != PeerStatus.CONNECTED:
        raise refused(Code.PEER_STATE, peer, found["status"])
    if service not in GIVING or service not in found["services"]:
        raise refused(Code.SERVICE_NOT_AGREED, service, peer)


def _kept(transfer_id: str) -> Transfer:
    found = KeptMemory().transfer(transfer_id)
    if found is None:
        raise refused(Code.EXCHANGE_TRANSFER_UNKNOWN, transfer_id[:100])
    return found


def _ours(transfer_id: str, *, lock: bool = False) -> Transfer:
    found = KeptMemory().transfer(transfer_id, lock=lock)
    if found is None or found.side is not Side.SENDER:
        raise refused(Code.EXCHANGE_TRANSFER_UNKNOWN, transfer_id[:100])
    return found


def _of_ledger(ledger_id: TransactionId) -> Transfer:
    transfer_id = reading.transfer_of_ledger(ledger_id)
    return _ours(transfer_id or str(ledger_id))


def _waiting(transfer_id: str) -> Transfer:
    found = _ours(transfer_id, lock=True)
    if found.status is not TransferStatus.WAITING:
        raise refused(Code.EXCHANGE_TRANSFER_STATE, transfer_id, found.status)
    return found


def _ledger_id(transfer: Transfer) -> TransactionId:
    if transfer.ledger_id is None:
        raise refused(Code.EXCHANGE_TRANSFER_UNKNOWN, transfer.id)
    return TransactionId(transfer.ledger_id)


def _cancelled(transfer: Transfer, now: datetime) -> Transfer:
    done = replace(transfer, status=TransferStatus.CANCELLED, changed_at=now)
    KeptMemory().save_transfer(done)
    return done


def _standing(transfer: Transfer) -> Standing:
    return Standing(transfer.id, transfer.status, transfer.ledger_id)


def _kind() -> Kind:
    found = registries.identity()
    if found is None:
        raise refused(Code.REGISTRY_MISSING)
    return Kind(found["kind"])


@contextmanager
def _rejections_told() -> Iterator[None]:
    """What the protocol objects to an act of a person here is a refusal to that person."""
    try:
        yield
    except Rejected as rejected:
        raise Refused([_refusal(each) for each in rejected.objections]) from rejected


def _refusal(objection: Objection) -> Refusal:
    if objection.problem is Problem.SERVICE_NOT_AGREED:
        return Refusal(Code.SERVICE_NOT_AGREED, objection.subject, objection.detail)
    if objection.problem is Problem.TRANSFER_UNKNOWN:
        return Refusal(Code.EXCHANGE_TRANSFER_UNKNOWN, objection.subject, objection.detail)
    return Refusal(Code.EXCHANGE_TRANSFER_STATE, objection.subject, f"{objection.problem} {objection.detail}".strip())
