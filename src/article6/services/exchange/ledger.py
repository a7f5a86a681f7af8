"""The ledger as the exchange between registries asks it: `exchange.books.Ledger` on PostgreSQL.

Every method joins the database transaction of the desk. What the ledger refuses is an objection, and nothing of it was
written; where only others were in the way (`ledger.busy`) the refusal goes up, so that the desk's whole transaction is
tried again.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from article6.domain import rules
from article6.domain.authorizations import Event, is_first_transfer
from article6.domain.kinds import ELSEWHERE
from article6.domain.orders import AccountId, Status, TransactionId
from article6.domain.refusals import BrokenInvariant, Code, Refused
from article6.domain.units import KYOTO_UNITS
from article6.exchange import envelope, moments
from article6.exchange.books import Transfer, TransferStatus
from article6.exchange.facts import Proposed, Serials, UnitBlock
from article6.exchange.moments import written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.services import notices, transactions
from article6.services.exchange import block_facts, documents, judging, leaving
from article6.services.exchange.documents import Known
from article6.services.exchange.judging import Judged
from article6.store import arrivals, journal
from article6.store.arrivals import Arrival, Arriving, Named
from article6.store.journal import Command
from article6.store.queries import exchange_ledger as reading
from article6.store.queries import facts


class LedgerBooks:
    """The ledger of this registry, for the desk. It keeps nothing of its own."""

    def judge(self, proposed: Proposed, peer: str, at: datetime) -> list[Objection]:
        """The acquirer's own checks, every reason at once; see `services.exchange.judging`."""
        return list(judging.judge(proposed, at).objections)

    def expect(self, transfer: Transfer, at: datetime) -> None:
        """Remember that units are to come into the account, which `judge` has found in the same database transaction.

        Raises:
            Refused: the account was closed or blocked since, or the serials were accepted or recorded here by somebody
                who did not wait for the judge's turn; tried again, the judge finds it.
        """
        proposed = transfer.proposed
        target = facts.accounts([proposed.target_account]).get(proposed.target_account)
        if target is None:
            raise BrokenInvariant(f"transfer {transfer.id} was accepted without its account")
        cut, here = judging.parted(replace(proposed, blocks=tuple(_in_order(proposed.blocks))))
        blocks, under = cut.blocks, judging.newly_under(cut.blocks, here)
        arrivals.expect(transfer.id, transfer.peer, target.id, [_named(each.serials) for each in blocks], under, at)

    def forget(self, transfer: Transfer, at: datetime) -> None:
        """The expected units will not come."""
        arrivals.forget(transfer.id)

    def take_in(self, transfer: Transfer, at: datetime) -> list[Objection]:
        """Book the acquisition, as of the moment in which the sender completed the transfer."""
        try:
            with journal.database_transaction():
                _take_in(transfer, at)
        except _Contradicted as no:
            return list(no.objections)
        except Refused as no:
            return _objections(no)
        return []

    def take_out(self, transfer: Transfer, at: datetime) -> list[Objection]:
        """Move the reserved units to `elsewhere`, in the name of the person who approved, after the rules were asked
        once more."""
        transaction_id = _ledger_id(transfer)
        approver = reading.approver(transaction_id)
        if approver is None:
            raise BrokenInvariant(f"transfer {transfer.id} was announced before it was approved")
        try:
            with journal.database_transaction():
                order, judged = transactions.judge_anew(transaction_id, at)
                firsts = rules.first_transfer_authorizations(order, judged)
                journal.decide(transaction_id, Status.COMPLETED, Command(approver), at, "", firsts)
        except Refused as no:
            return _objections(no)
        return []

    def release(self, transfer: Transfer, status: TransferStatus, at: datetime) -> None:
        """The reserved units are free again: the peer rejected, or the transfer was cancelled."""
        ended = Status.REJECTED if status is TransferStatus.REJECTED else Status.CANCELLED
        journal.decide(_ledger_id(transfer), ended, None, at, f"transfer {transfer.id}: {status}")

    def stands_with(self, serials: Serials) -> str | None:
        """The peer with which all of these serials stand; None where they were never here, '' otherwise."""
        parts = reading.standing([(serials.registry, serials.party, serials.first, serials.last)])
        if not parts:
            return None
        holders = {each["holder"] if each["account_type"] == ELSEWHERE else "" for each in parts}
        covered = sum(each["last"] - each["first"] + 1 for each in parts)
        return holders.pop() if len(holders) == 1 and covered == serials.count else ""


def _objections(no: Refused) -> list[Objection]:
    """What the peer hears of a refusal. Where only others were in the way it goes up, and all is tried again."""
    if Code.LEDGER_BUSY in no.codes:
        raise no
    return [judging.objection(each) for each in no.reasons]


def _ledger_id(transfer: Transfer) -> TransactionId:
    if transfer.ledger_id is None:
        raise BrokenInvariant(f"transfer {transfer.id} has no transaction of the ledger")
    return TransactionId(transfer.ledger_id)


def _named(serials: Serials) -> Named:
    return Named(serials.registry, serials.party, serials.first, serials.last)


def _in_order(blocks: Sequence[UnitBlock]) -> list[UnitBlock]:
    """In the one order in which the ledger locks."""
    return sorted(blocks, key=lambda each: each.serials)


def completed_at(transfer: Transfer, at: datetime) -> datetime:
    """When the sender completed the transfer, by its signed word, which the desk has verified."""
    if not transfer.completion:
        return at
    payload = transfer.completion.split(".")[1]
    try:
        said = envelope.from_bytes(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return moments.moment(said.data.get("completed_at"))
    except Rejected:
        return at


class _Contradicted(Exception):
    """What was accepted cannot be booked: nothing of it was written."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__()
        self.objections = objections


def _take_in(transfer: Transfer, at: datetime) -> None:
    proposed = transfer.proposed
    arrivals.forget(transfer.id)
    judged = judging.judge(proposed, at)
    # A blocked account takes what was accepted; a closed one the database refuses.
    if objections := [each for each in judged.objections if each.problem is not Problem.ACCOUNT_NOT_OPEN]:
        raise _Contradicted(objections)
    if judged.target is None:
        raise BrokenInvariant(f"transfer {transfer.id}: no account, and no objection")
    known = documents.record(proposed, judged.known, at)
    moment = completed_at(transfer, at)
    arrival = Arrival(
        transfer.id, transfer.peer, judged.target.id, moment, _terms(transfer, moment), leaving.exchange_person()
    )
    first_id = _book(transfer, judged, known, arrival)
    if proposed.terms.get("transferring_party") != proposed.terms.get("acquiring_party"):
        notices.transfer_received(judged.target, proposed.quantity, first_id, at)


def _terms(transfer: Transfer, moment: datetime) -> dict[str, Any]:
    """The particulars of what came: both Parties as the signed proposal names them, and the sender's moment."""
    proposed = transfer.proposed
    return {
        "transfer": transfer.id,
        "peer": transfer.peer,
        "account": proposed.source_account,
        "completed_at": written(moment),
        **{name: str(proposed.terms.get(name) or "") for name in ("transferring_party", "acquiring_party")},
    }


def _book(transfer: Transfer, judged: Judged, known: Known, arrival: Arrival) -> TransactionId:
    """Let new units come to be, and bring back what left; the number of the first transaction."""
    new: list[UnitBlock] = []
    back: dict[AccountId, list[tuple[UnitBlock, int]]] = defaultdict(list)
    for position, block in enumerate(judged.blocks):
        parts = judged.here.get(position, ())
        if not parts:
            new.append(block)
        for part in parts:
            serials = Serials(block.serials.registry, block.serials.party, part["first"], part["last"])
            back[part["account_id"]].append((replace(block, serials=serials), part["series_id"]))
    done: list[TransactionId] = []
    if new:
        done.append(_acquire(_in_order(new), transfer, known, arrival))
    for source_id in sorted(back):
        came = sorted(back[source_id], key=lambda each: (each[1], each[0].serials.first))
        arriving = [_arriving(block, transfer, known, arrival, series_id) for block, series_id in came]
        done.append(arrivals.bring_back(arrival, source_id, arriving))
    return done[0]


def _acquire(blocks: Sequence[UnitBlock], transfer: Transfer, known: Known, arrival: Arrival) -> TransactionId:
    arriving = [_with_batch(_arriving(each, transfer, known, arrival), each, known) for each in blocks]
    transaction_id, batch_ids = arrivals.acquire(arrival, arriving)
    day = judging.registered_on(transfer.proposed)
    if judging.is_mechanism() and day is not None:
        _note_cers(blocks, batch_ids, day, arrival)
    return transaction_id


def _arriving(block: UnitBlock, transfer: Transfer, known: Known, arrival: Arrival, series_id: int = 0) -> Arriving:
    laid = known.authorizations[block.authorization] if block.authorization is not None else None
    terms = transfer.proposed.terms
    is_international = terms.get("acquiring_party") not in ("", None, terms.get("transferring_party"))
    is_first = is_international and is_first_transfer(laid, Event.INTERNATIONAL_TRANSFER)
    told = {
        "first_transferred_at": block.first_transferred_at or (written(arrival.at) if is_first else ""),
        "first_transferred_by": block.first_transferred_by or (transfer.peer if is_first else ""),
        "history": [dict(each) for each in block.history],
    }
    is_marked = is_first or bool(block.first_transferred_at)
    return Arriving(_named(block.serials), laid.id if laid else None, is_marked, told, series_id=series_id)


def _with_batch(arriving: Arriving, block: UnitBlock, known: Known) -> Arriving:
    approach = known.approaches.get(str(block.batch.get("cooperative_approach")))
    activity = known.activities.get(judging.activity_of(block)) if block.batch.get("activity") else None
    batch = block_facts.attributes(block.batch, approach, activity)
    return replace(arriving, batch=batch.as_columns(), digest=batch.digest(block.serials.registry, block.serials.party))


def _note_cers(blocks: Sequence[UnitBlock], batch_ids: Sequence[int], day: date, arrival: Arrival) -> None:
    """CERs are taken over once, whichever way they come (7/CMA.4 annex I paras 18-19)."""
    lines = [
        (each.serials.party, each.serials.first, each.serials.last, f"{each.serials.registry}-{each.serials.party}-"
         f"{each.serials.first}", f"{each.serials.registry}-{each.serials.party}-{each.serials.last}", day, batch_id,
         arrival.at)
        for each, batch_id in zip(blocks, batch_ids, strict=True)
        if each.batch["unit_type"] in KYOTO_UNITS
    ]  # fmt: skip
    columns = ("party", "lo", "hi", "first_serial", "last_serial", "registered_on", "batch_id", "taken_at")
    journal.insert_many("cer_taken_over", columns, lines)
