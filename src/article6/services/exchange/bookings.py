"""What comes from another registry as the ledger books it: units that come to be, and units that come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from article6.domain.authorizations import Event, is_first_transfer
from article6.domain.orders import Account, AccountId, PersonId, TransactionId
from article6.domain.refusals import BrokenInvariant
from article6.domain.units import KYOTO_UNITS
from article6.exchange import envelope, keys, moments
from article6.exchange.books import Transfer
from article6.exchange.facts import Serials, UnitBlock
from article6.exchange.moments import written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.services import notices
from article6.services.exchange import block_facts, judging
from article6.services.exchange.documents import Known
from article6.services.exchange.judging import Judged
from article6.services.exchange.sources import DATABASE, Source
from article6.store import arrivals, journal
from article6.store.arrivals import Arrival, Arriving, Named


class Contradicted(Exception):
    """What was accepted cannot be booked: nothing of it was written."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__()
        self.objections = objections


@dataclass(frozen=True, slots=True)
class Booking:
    """What the ledger is to write of a transfer: blocks that come to be, and blocks that come back, by the account in
    which they stand."""

    transfer: Transfer
    judged: Judged
    arrival: Arrival
    new: Sequence[UnitBlock]
    arriving: Sequence[Arriving]
    back: Sequence[tuple[AccountId, Sequence[Arriving]]]


def judged(transfer: Transfer, at: datetime, source: Source = DATABASE) -> Judged:
    """A transfer that was accepted, as it is judged when it is to be booked; it is expected no more.

    Raises:
        Contradicted: the ledger contradicts what was accepted.
    """
    found = judging.judge(transfer.proposed, at, source)
    # A blocked account takes what was accepted; a closed one the database refuses.
    if objections := [each for each in found.objections if each.problem is not Problem.ACCOUNT_NOT_OPEN]:
        raise Contradicted(objections)
    return found


def completed_at(transfer: Transfer, at: datetime) -> datetime:
    """When the sender completed the transfer, by its signed word, which the desk has verified."""
    if not transfer.completion:
        return at
    try:
        return moments.moment(envelope.kept(keys.content(transfer.completion)).data.get("completed_at"))
    except Rejected:
        return at


def booking(transfer: Transfer, judged: Judged, known: Known, moment: datetime, by: PersonId) -> Booking:
    """A transfer as of the moment of its completion; its documents are recorded."""
    if judged.target is None:
        raise BrokenInvariant(f"transfer {transfer.id}: no account, and no objection")
    arrival = Arrival(transfer.id, transfer.peer, judged.target.id, moment, _terms(transfer, moment), by)
    new: list[UnitBlock] = []
    back: dict[AccountId, list[tuple[UnitBlock, int]]] = defaultdict(list)
    for position, block in enumerate(judged.blocks):
        parts = judged.here.get(position, ())
        if not parts:
            new.append(block)
        for part in parts:
            serials = Serials(block.serials.registry, block.serials.party, part["first"], part["last"])
            back[part["account_id"]].append((replace(block, serials=serials), part["series_id"]))
    new = in_order(new)
    return Booking(
        transfer, judged, arrival, new,
        [_with_batch(_arriving(each, transfer, known, arrival), each, known) for each in new],
        [(source_id, _returning(back[source_id], transfer, known, arrival)) for source_id in sorted(back)],
    )  # fmt: skip


def write(bookings: Sequence[Booking], at: datetime) -> None:
    """Book what came, and tell the sections that get units from other Parties.

    Raises:
        Refused: the ledger saw under its locks what the judge could not see; nothing was written.
    """
    acquiring = [each for each in bookings if each.arriving]
    if len(acquiring) > 1:
        _take_turns(acquiring)
    found = arrivals.acquire([(each.arrival, each.arriving) for each in acquiring]) if acquiring else []
    acquired = {each.transfer.id: done for each, done in zip(acquiring, found, strict=True)}
    received: list[tuple[Account, int, TransactionId]] = []
    for each in bookings:
        transaction_id, batch_ids = acquired.get(each.transfer.id, (None, []))
        day = judging.registered_on(each.transfer.proposed)
        if day is not None and judging.takes_over(each.new, each.judged):
            _note_cers(each.new, batch_ids, day, each.arrival)
        returned = [arrivals.bring_back(each.arrival, source_id, arriving) for source_id, arriving in each.back]
        proposed, target = each.transfer.proposed, each.judged.target
        if target is not None and proposed.terms.get("transferring_party") != proposed.terms.get("acquiring_party"):
            received.append((target, proposed.quantity, transaction_id or returned[0]))
    notices.transfers_received(received, at)


def in_order(blocks: Sequence[UnitBlock]) -> list[UnitBlock]:
    """In the one order in which the ledger locks."""
    return sorted(blocks, key=lambda each: each.serials)


def named(serials: Serials) -> Named:
    """Serials as the ledger takes them."""
    return Named(serials.registry, serials.party, serials.first, serials.last)


def _take_turns(bookings: Sequence[Booking]) -> None:
    """Wait for all that several acquisitions lock one after the other, in the order in which others do."""
    arriving = [one for each in bookings for one in each.arriving]
    journal.take_underlying_turn(str((each.batch or {}).get("underlying_registry") or "") for each in arriving)
    journal.take_turn(each.authorization_id for each in arriving if each.authorization_id is not None)


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


def _returning(
    came: Sequence[tuple[UnitBlock, int]], transfer: Transfer, known: Known, arrival: Arrival
) -> list[Arriving]:
    ordered = sorted(came, key=lambda each: (each[1], each[0].serials.first))
    return [_arriving(block, transfer, known, arrival, series_id) for block, series_id in ordered]


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
    return Arriving(named(block.serials), laid.id if laid else None, is_marked, told, series_id=series_id)


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
