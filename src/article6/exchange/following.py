"""What follows from an event: the transfer's next status, the ledger's part and the message, in one transaction."""

from __future__ import annotations

from dataclasses import replace

from article6.domain.refusals import N_, invariant
from article6.exchange import transfers
from article6.exchange.books import Side, Transfer, TransferStatus
from article6.exchange.facts_json import objections_json, serials_json
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.titles import completed_by, facts_digest
from article6.exchange.transfers import Effect, Event, Says
from article6.exchange.turns import Received, Turn

DISPUTED = N_("A completed transfer could not be booked: both administrators decide.")


def of_peer(turn: Turn, received: Received, side: Side) -> Transfer:
    """The transfer that a message is about, locked.

    Raises:
        Rejected: there is none with this peer on this side of it.
    """
    transfer_id = str(received.data["transfer_id"])
    transfer = turn.books.transfer(transfer_id, lock=True)
    if transfer is None or transfer.peer != received.peer.code or transfer.side != side:
        raise Rejected(Objection(Problem.TRANSFER_UNKNOWN, transfer_id))
    return transfer


def follow(
    turn: Turn, transfer: Transfer, event: Event, answers: str = "", objections: tuple[Objection, ...] = ()
) -> Transfer:
    """The transfer after an event, everything that follows from it done.

    A ledger that contradicts: the sender cancels what it cannot take out; the acquirer, for which the units are
    already its own by the sender's word, books nothing and disputes.

    Raises:
        Rejected: the event may not happen to a transfer of this status.
    """
    reached = transfers.step(transfer, event)
    after = transfers.moved_on(transfer, reached, turn.now, objections)
    if contrary := _in_ledger(turn, after, reached.effect):
        if reached.effect is Effect.TAKE_OUT:
            return follow(turn, transfer, Event.WITHDRAWN, answers, contrary)
        return _dispute(turn, transfer, contrary, answers)
    message_id = _say(turn, after, reached.says, answers)
    if reached.says is Says.COMPLETED:
        after = replace(after, completion_message_id=message_id)
    if after != transfer:
        turn.books.save_transfer(after)
    return after


def tell(turn: Turn, transfer: Transfer, answers: str = "") -> None:
    """Say how a transfer stands here; with the completion, where that is signed already."""
    status = transfers.told_by(transfer)
    told: dict[str, object] = {"transfer_id": transfer.id, "status": str(status)}
    if transfer.side == Side.SENDER and status == TransferStatus.COMPLETED:
        completion = turn.books.own(transfer.completion_message_id)
        # Not signed yet means not sent yet: then it comes before this message does.
        if completion is not None and completion.jws:
            told["completion"] = completion.jws
    if transfer.objections:
        told["objections"] = objections_json(transfer.objections)
    turn.say(transfer.peer, Type.TRANSFER_STATUS_TOLD, told, answers)


def _in_ledger(turn: Turn, after: Transfer, effect: Effect) -> tuple[Objection, ...]:
    books, at = turn.books, turn.now
    if effect is Effect.TAKE_OUT:
        return tuple(books.take_out(after, at))
    if effect is Effect.TAKE_IN:
        return tuple(books.take_in(after, at))
    if effect is Effect.RELEASE:
        books.release(after, after.status, at)
    elif effect is Effect.FORGET:
        books.forget(after, at)
    return ()


def _dispute(turn: Turn, transfer: Transfer, contrary: tuple[Objection, ...], answers: str) -> Transfer:
    invariant(transfer.side is Side.ACQUIRER, f"only the acquirer of {transfer.id} can dispute it")
    after = replace(transfer, status=TransferStatus.DISPUTED, changed_at=turn.now, objections=contrary)
    turn.books.save_transfer(after)
    turn.alert(transfer.peer, DISPUTED, transfer.id)
    tell(turn, after, answers)
    return after


def _say(turn: Turn, after: Transfer, says: Says, answers: str) -> str:
    said: dict[str, object] = {"transfer_id": after.id}
    if says is Says.COMPLETED:
        said["completed_at"] = written(turn.now)
        said["serials"] = [serials_json(block.serials) for block in after.proposed.blocks]
        said["facts"] = [facts_digest(block) for block in after.proposed.blocks]
        if after.proposed.is_information:
            said["account"] = turn.books.held_in(after)
        return turn.say(after.peer, completed_by(after.proposed), said, answers)
    if says is Says.CANCELLED:
        said["objections"] = objections_json(after.objections)
        return turn.say(after.peer, Type.TRANSFER_CANCELLED, said, answers)
    if says is Says.CONFIRMED:
        said["confirmed_at"] = written(turn.now)
        return turn.say(after.peer, Type.TRANSFER_CONFIRMED, said, answers)
    return ""
