"""The sender's side of a transfer: it proposes, and it alone decides, once, whether the units move."""

from __future__ import annotations

from dataclasses import replace

from article6.domain.refusals import N_
from article6.exchange import provenance, transfers
from article6.exchange.books import Outgoing, PeerStatus, Side, Transfer, TransferStatus
from article6.exchange.facts_json import proposed_json
from article6.exchange.following import follow, of_peer, tell
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.receipts import objection
from article6.exchange.transfers import Event
from article6.exchange.turns import Received, Turn

COMPLETION_NOT_TAKEN = N_(
    "The peer did not take the completion of a transfer: the units left, and it does not have them."
)


def announce(turn: Turn, transfer: Transfer) -> Transfer:
    """Write the proposal of a waiting transfer; the deadline runs from now."""
    # What was given may be newer than what is kept (the approval's facts), but whether it waits is asked under lock.
    reached = transfers.step(turn.books.transfer(transfer.id, lock=True) or transfer, Event.ANNOUNCED)
    peer = turn.books.peer(transfer.peer)
    service = transfer.proposed.service
    if peer is None or peer.status != PeerStatus.CONNECTED or service not in peer.services:
        raise Rejected(Objection(Problem.SERVICE_NOT_AGREED, service, transfer.peer))
    deadline = turn.now + turn.limits.deadline
    proposed = provenance.with_chains(replace(transfer.proposed, deadline=written(deadline)), turn.books)
    if len(proposed.blocks) > turn.limits.transfer_blocks:
        raise Rejected(Objection(Problem.TRANSFER_TOO_MANY_BLOCKS, transfer.id, str(len(proposed.blocks))))
    message_id = turn.say(transfer.peer, Type.TRANSFER_PROPOSED, proposed_json(proposed))
    moved = transfers.moved_on(transfer, reached, turn.now)
    after = replace(moved, proposed=proposed, deadline=deadline, proposal_message_id=message_id)
    turn.books.save_transfer(after)
    return after


def withdraw(turn: Turn, transfer_id: str) -> Transfer:
    """Cancel what is not completed."""
    return follow(turn, _ours(turn, transfer_id), Event.WITHDRAWN)


def expire(turn: Turn, transfer_id: str) -> int:
    """Cancel by rule what has passed its deadline; 0 where something else came first."""
    transfer = _ours(turn, transfer_id)
    if not transfers.is_overdue(transfer, turn.now):
        return 0
    follow(turn, transfer, Event.EXPIRED, objections=_deadline(transfer))
    return 1


def accepted(turn: Turn, received: Received) -> None:
    """Complete, if it is still proposed and in time."""
    transfer = of_peer(turn, received, Side.SENDER)
    event = transfers.event_for(transfer, turn.now)
    objections = _deadline(transfer) if event is Event.EXPIRED else ()
    follow(turn, transfer, event, received.message.id, objections)


def rejected(turn: Turn, received: Received) -> None:
    """The units are free again."""
    transfer = of_peer(turn, received, Side.SENDER)
    objections = tuple(objection(each) for each in received.data["objections"])
    follow(turn, transfer, Event.REJECTED, received.message.id, objections)


def confirmed(turn: Turn, received: Received) -> None:
    """Both books have it: settled."""
    follow(turn, of_peer(turn, received, Side.SENDER), Event.CONFIRMED, received.message.id)


def status_asked(turn: Turn, received: Received) -> None:
    """Say how a transfer stands. What is overdue is cancelled before the answer, so that the answer is not out of date
    when it is given."""
    transfer_id = str(received.data["transfer_id"])
    transfer = turn.books.transfer(transfer_id, lock=True)
    if transfer is None or transfer.peer != received.peer.code:
        told = {"transfer_id": transfer_id, "status": "unknown"}
        turn.say(received.peer.code, Type.TRANSFER_STATUS_TOLD, told, received.message.id)
        return
    if transfers.is_overdue(transfer, turn.now):
        transfer = follow(turn, transfer, Event.EXPIRED, objections=_deadline(transfer))
    tell(turn, transfer, received.message.id)


def acquirer_told(turn: Turn, transfer: Transfer, status: str, received: Received) -> None:
    """The acquirer says, asked or not, how a transfer stands with it."""
    if status == TransferStatus.DISPUTED and transfer.status == TransferStatus.COMPLETED:
        objections = tuple(objection(each) for each in received.data.get("objections", ()))
        follow(turn, transfer, Event.DISPUTED, received.message.id, objections)
        turn.alert(transfer.peer, SENDERS_DISPUTE, transfer.id)


SENDERS_DISPUTE = N_("The peer could not book a transfer that is completed here: both administrators decide.")


def proposal_not_taken(turn: Turn, message: Outgoing, objections: tuple[Objection, ...]) -> None:
    """A proposal that the peer did not even take in is rejected."""
    transfer = turn.books.transfer(str(message.data["transfer_id"]), lock=True)
    if transfer is not None and transfer.status == TransferStatus.PROPOSED:
        follow(turn, transfer, Event.NOT_TAKEN, objections=objections)


def completion_not_taken(turn: Turn, message: Outgoing, objections: tuple[Objection, ...]) -> None:
    """The units are the acquirer's, who does not see it: a person is needed."""
    transfer = turn.books.transfer(str(message.data["transfer_id"]), lock=True)
    if transfer is not None and transfer.status == TransferStatus.COMPLETED:
        follow(turn, transfer, Event.DISPUTED, objections=objections)
        turn.alert(message.peer, COMPLETION_NOT_TAKEN, transfer.id)


def _ours(turn: Turn, transfer_id: str) -> Transfer:
    transfer = turn.books.transfer(transfer_id, lock=True)
    if transfer is None or transfer.side != Side.SENDER:
        raise Rejected(Objection(Problem.TRANSFER_UNKNOWN, transfer_id))
    return transfer


def _deadline(transfer: Transfer) -> tuple[Objection, ...]:
    return (Objection(Problem.TRANSFER_DEADLINE, transfer.id, written(transfer.deadline)),)
