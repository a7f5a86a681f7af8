"""The acquirer's side of a transfer: it judges, promises, and then waits for the sender's word, however long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from article6.domain.refusals import N_
from article6.exchange import provenance, sending, titles
from article6.exchange.books import PeerStatus, Side, Transfer, TransferStatus
from article6.exchange.facts import Proposed
from article6.exchange.facts_json import objections_json, proposed_from
from article6.exchange.following import follow, of_peer
from article6.exchange.message_types import Type
from article6.exchange.moments import moment
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.titles import Title
from article6.exchange.transfers import TOLD, Event
from article6.exchange.turns import Received, Turn

NOT_KNOWN = N_("The sender no longer knows a transfer that was accepted here: ask what happened to its records.")


def proposed(turn: Turn, received: Received) -> None:
    """Judge a proposal and answer it: accepted, with the units expected, or rejected with every reason."""
    offer = received.offer or proposed_from(received.data)
    before = turn.books.transfer(offer.transfer_id, lock=True)
    if before is not None:
        if before.side == Side.ACQUIRER and before.peer == received.peer.code and before.proposed == offer:
            return
        raise Rejected(Objection(Problem.TRANSFER_EXISTS, offer.transfer_id))
    objections = tuple(_judged(turn, received, offer))
    transfer = Transfer(
        proposed=offer,
        side=Side.ACQUIRER,
        peer=received.peer.code,
        status=TransferStatus.REJECTED if objections else TransferStatus.ACCEPTED,
        deadline=moment(offer.deadline),
        changed_at=turn.now,
        objections=objections,
        proposal_message_id=received.message.id,
    )
    turn.books.save_transfer(transfer)
    said: dict[str, object] = {"transfer_id": transfer.id}
    if objections:
        said["objections"] = objections_json(objections[: turn.limits.transfer_blocks])
        turn.say(transfer.peer, Type.TRANSFER_REJECTED, said, received.message.id)
        return
    turn.books.expect(transfer, turn.now)
    turn.say(transfer.peer, Type.TRANSFER_ACCEPTED, said, received.message.id)


def _judged(turn: Turn, received: Received, offer: Proposed) -> Iterator[Objection]:
    peer = received.peer
    if peer.status != PeerStatus.CONNECTED:
        yield Objection(Problem.SENDER_SUSPENDED, peer.code)
    if offer.service not in peer.services:
        yield Objection(Problem.SERVICE_NOT_AGREED, offer.service)
    if turn.now >= moment(offer.deadline):
        yield Objection(Problem.TRANSFER_DEADLINE, offer.transfer_id, offer.deadline)
    if len(offer.blocks) > turn.limits.transfer_blocks:
        yield Objection(Problem.TRANSFER_TOO_MANY_BLOCKS, offer.transfer_id, str(len(offer.blocks)))
        return
    if offer.quantity != sum(block.serials.count for block in offer.blocks):
        yield Objection(Problem.MESSAGE_MALFORMED, "quantity", "not the sum of the blocks")
    for serials in provenance.repeated(offer.blocks):
        yield Objection(Problem.BLOCK_REPEATED, str(serials))
    yield from provenance.objections(offer, peer.code, turn.books)
    yield from turn.books.judge(offer, peer.code, turn.now)


def completed(turn: Turn, received: Received) -> None:
    """Book what the sender has completed: from its moment on the units are ours, or held for us."""
    transfer = of_peer(turn, received, Side.ACQUIRER)
    if received.message.type != titles.completed_by(transfer.proposed):
        raise Rejected(Objection(Problem.TRANSFER_EXISTS, transfer.id, "completed otherwise than was accepted"))
    title = titles.from_message(received.incoming.jws, received.message)
    _book(turn, transfer, title, received.message.id)


def cancelled(turn: Turn, received: Received) -> None:
    """The units will not come."""
    follow(turn, of_peer(turn, received, Side.ACQUIRER), Event.CANCELLED, received.message.id)


def status_told(turn: Turn, received: Received) -> None:
    """A peer's signed word on how a transfer stands with it."""
    transfer_id, status = str(received.data["transfer_id"]), str(received.data["status"])
    transfer = turn.books.transfer(transfer_id, lock=True)
    if transfer is None or transfer.peer != received.peer.code:
        raise Rejected(Objection(Problem.TRANSFER_UNKNOWN, transfer_id))
    if transfer.side == Side.SENDER:
        sending.acquirer_told(turn, transfer, status, received)
        return
    if status == "unknown":
        turn.alert(transfer.peer, NOT_KNOWN, transfer.id)
    event = Event.CANCELLED if status == "unknown" else TOLD.get(TransferStatus(status))
    if event is None or (event is Event.COMPLETED and transfer.status != TransferStatus.ACCEPTED):
        return
    if event is Event.CANCELLED:
        if transfer.status != TransferStatus.CANCELLED:
            follow(turn, transfer, event, received.message.id)
        return
    if jws := str(received.data.get("completion", "")):
        title = titles.read_title(jws, turn.books, titles.completed_by(transfer.proposed))
        _book(turn, transfer, title, received.message.id)


def _book(turn: Turn, transfer: Transfer, title: Title, answers: str) -> None:
    """Complete a transfer under a title, which has to be the sender's, to us, and for exactly what was accepted."""
    parties = (title.giver, title.receiver, title.transfer_id)
    if parties != (transfer.peer, turn.books.code, transfer.id):
        raise Rejected(Objection(Problem.TRANSFER_UNKNOWN, title.transfer_id))
    accepted = sorted((block.serials, titles.facts_digest(block)) for block in transfer.proposed.blocks)
    if sorted(zip(title.serials, title.facts, strict=True)) != accepted:
        raise Rejected(Objection(Problem.TRANSFER_EXISTS, transfer.id, "other units than were accepted"))
    held = replace(transfer, completion=title.jws, completion_message_id=title.message_id)
    follow(turn, held, Event.COMPLETED, answers)


def retry(turn: Turn, transfer_id: str) -> Transfer:
    """Book a disputed completion after all."""
    transfer = turn.books.transfer(transfer_id, lock=True)
    if transfer is None or (transfer.side, transfer.status) != (Side.ACQUIRER, TransferStatus.DISPUTED):
        raise Rejected(Objection(Problem.TRANSFER_UNKNOWN, transfer_id, "no disputed transfer to us"))
    promised = replace(transfer, status=TransferStatus.ACCEPTED, objections=())
    after = follow(turn, promised, Event.COMPLETED)
    if after.status == TransferStatus.DISPUTED:
        raise Rejected(*after.objections)
    return after


def ask(turn: Turn, transfer_id: str) -> int:
    """Ask the sender what became of what was accepted; 0 where its word has come meanwhile."""
    transfer = turn.books.transfer(transfer_id, lock=True)
    if transfer is None or transfer.status != TransferStatus.ACCEPTED:
        return 0
    turn.say(transfer.peer, Type.TRANSFER_STATUS_ASKED, {"transfer_id": transfer.id})
    turn.books.save_transfer(replace(transfer, changed_at=turn.now))
    return 1
