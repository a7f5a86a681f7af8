"""Instructions of a national registry: carried out here on its section's accounts by the clients of its mandate.

What was instructed is recorded with the transaction: the instruction's number, the registry, and the two persons whom
that names. The rules judge it as everything; what they refuse, is answered with its codes. A type that asks for a
second person is completed at once where the mandate names a client for that and the instruction names two persons;
else it waits for a person here, and how that ends is told then. The other side, what our peers answer, is here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from article6.domain.canonical import canonical
from article6.domain.kinds import HELD_FOR, KINDS, Kind, Role
from article6.domain.orders import Order, Outcome, PersonId, Status, TransactionId
from article6.domain.refusals import N_, Code, Refusal, Refused, refused
from article6.exchange.books import Outgoing, PeerStatus
from article6.exchange.message_types import Type
from article6.exchange.moments import moment, written
from article6.exchange.problems import Objection, Problem, Rejected
from article6.exchange.turns import Received, Subject, Turn
from article6.services import declarations, transactions
from article6.services.exchange import held_accounts, told_units
from article6.services.exchange.instruction_forms import (
    DONE,
    REFUSED,
    WAITING,
    Result,
    order_of,
    refused_for,
    told,
)
from article6.services.exchange.machines import exchange_person
from article6.store import journal
from article6.store.journal import Command
from article6.store.queries import exchange_instructions as reading
from article6.store.queries import exchange_views, facts, registries

SERVICE = "instruction"

OBJECTIONS = 1_000
"""Reasons that an answer holds at most."""

NOT_DONE = N_("The peer refused what we instructed; see the instruction's objections.")


def _given(turn: Turn, received: Received) -> None:
    """Carry an instruction out, or refuse it; either is answered.

    Raises:
        Rejected: the peer may not instruct for the Party, or the identifier stands for another instruction.
        Refused: only others were in the way; the whole is tried again.
    """
    data, peer = received.data, received.peer
    if reading.named(peer.code, "received", data["instruction_id"]) is not None:
        raise Rejected(Objection(Problem.MESSAGE_ID_REUSED, data["instruction_id"], "an instruction of this number"))
    held = held_accounts.named(data, peer.code)
    if held is not None:
        result = held_accounts.carried_out(data, peer, held, turn.now)
        _keep(turn, received, result, held["section_id"], exchange_person())
        return
    if peer.status is not PeerStatus.CONNECTED:
        raise Rejected(Objection(Problem.SENDER_SUSPENDED, peer.code))
    if SERVICE not in peer.services:
        raise Rejected(Objection(Problem.SERVICE_NOT_AGREED, SERVICE))
    mandate = exchange_views.mandate_in_force(peer.code, data["party"])
    if mandate is None or not mandate["may_instruct"]:
        no = Objection(Problem.NOT_PERMITTED, data["party"], "the Party has not given this registry a mandate here")
        _answer(turn, received, Result(REFUSED, objections=(no.as_json(),)))
        return
    result = _carried_out(data, peer.code, mandate, turn.now)
    _keep(turn, received, result, mandate["section_id"], PersonId(mandate["proposer_id"]))


def _keep(turn: Turn, received: Received, result: Result, section_id: int, by: PersonId) -> None:
    """Keep an instruction with what became of it, and answer it."""
    data, peer = received.data, received.peer
    number = journal.insert(
        "exchange_instruction",
        {
            "side": "received", "peer": peer.code, "section_id": section_id,
            "instruction_id": data["instruction_id"], "content": canonical(data).decode(),
            "message_id": received.message.id, "transaction_id": result.transaction_id, "at": turn.now,
        },
    )  # fmt: skip
    message_id = _answer(turn, received, result)
    _note(number, section_id, result, message_id, turn.now)
    journal.note(
        Command(by), f"instruction.{result.result}", f"instruction:{peer.code}:{number}", turn.now,
        {
            "instruction": data["instruction_id"], "instructed_by": data["instructed_by"],
            "approved_by": data["approved_by"], "transaction": result.transaction_id,
        },
        section_id=section_id,
    )  # fmt: skip


def _carried_out(data: Mapping[str, Any], peer: str, mandate: Mapping[str, Any], now: datetime) -> Result:
    source = facts.accounts([data["source_account"]]).get(data["source_account"])
    # What is held for another registry, or for another Party, is none of the section's own.
    if source is None or source.section_id != mandate["section_id"] or source.type == HELD_FOR:
        return Result(REFUSED, objections=(told(Refusal(Code.ACCOUNT_UNKNOWN, data["source_account"])),))
    try:
        with journal.database_transaction():
            order = order_of(data, peer)
            _require_alone(order, now)
            outcome = transactions.take_part(order, by=PersonId(mandate["proposer_id"]), now=now)
            outcome = _seconded(outcome, data, mandate, now)
    except Refused as no:
        if Code.LEDGER_BUSY in no.codes:
            raise
        return refused_for(no)
    result = DONE if outcome.status is Status.COMPLETED else WAITING
    return Result(result, outcome.transaction_id)


def _require_alone(order: Order, now: datetime) -> None:
    """A registry instructs what a representative may ask for, and no part of a larger act."""
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    kind = Kind(identity["kind"])
    law = declarations.law_in_force(kind, declarations.last_act(), now)
    type_ = (law.rules if law is not None else KINDS[kind]).transactions.get(order.type)
    if type_ is None or not type_.sources:
        raise refused(Code.TRANSACTION_TYPE_UNKNOWN, order.type)
    if not type_.stands_alone or Role.REPRESENTATIVE not in type_.proposers:
        raise refused(Code.TRANSACTION_NOT_ALONE, order.type)


def _seconded(outcome: Outcome, data: Mapping[str, Any], mandate: Mapping[str, Any], now: datetime) -> Outcome:
    """Approved by the mandate's second client, where two persons of the other registry stand behind it."""
    persons = {data["instructed_by"].strip(), data["approved_by"].strip()} - {""}
    if outcome.status is not Status.PROPOSED or mandate["approver_id"] is None or len(persons) < 2:
        return outcome
    return transactions.approve_part(outcome.transaction_id, by=PersonId(mandate["approver_id"]), now=now)


def _answer(turn: Turn, received: Received, result: Result) -> str:
    answer = _content(received.data["instruction_id"], result, turn.now)
    return turn.say(received.peer.code, Type.INSTRUCTION_ANSWERED, answer, received.message.id)


def _content(instruction_id: str, result: Result, now: datetime) -> dict[str, Any]:
    return {
        "instruction_id": instruction_id, "result": result.result, "objections": list(result.objections[:OBJECTIONS]),
        "transaction": "" if result.transaction_id is None else str(result.transaction_id),
        "answered_at": written(now),
    }  # fmt: skip


def _note(number: int, section_id: int, result: Result, message_id: str, now: datetime, transaction: str = "") -> None:
    journal.insert(
        "exchange_instruction_act",
        {
            "instruction_id": number, "section_id": section_id, "act": result.result,
            "transaction": transaction or ("" if result.transaction_id is None else str(result.transaction_id)),
            "objections": journal.entities_json(result.objections), "message_id": message_id, "at": now,
        },
    )  # fmt: skip


def tell_end(turn: Turn, found: Mapping[str, Any]) -> None:
    """Tell the peer how an instruction that waited for a person here (`exchange_instructions.decided`) has ended."""
    transaction_id = TransactionId(found["transaction_id"])
    result = Result(DONE, transaction_id)
    if found["transaction_status"] != Status.COMPLETED:
        why = Refusal(Code.TRANSACTION_NOT_PROPOSED, str(found["transaction_status"]), found["decision_reason"])
        result = Result(REFUSED, transaction_id, (told(why),))
    content = _content(found["instruction_id"], result, turn.now)
    message_id = turn.say(found["peer"], Type.INSTRUCTION_ANSWERED, content, found["message_id"])
    _note(found["id"], found["section_id"], result, message_id, turn.now)


def _answered(turn: Turn, received: Received) -> None:
    """Keep what a peer says of an instruction of ours.

    Raises:
        Rejected: we gave none of this number, or it has ended.
    """
    data, peer = received.data, received.peer.code
    found = reading.named(peer, "given", data["instruction_id"])
    if found is None or found["status"] not in ("approved", WAITING):
        raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "instruction_id", "no open instruction of ours"))
    result = Result(data["result"], objections=tuple(data["objections"]))
    _note(found["id"], found["section_id"], result, received.message.id, turn.now, data["transaction"])
    if data["result"] == DONE:
        told_units.done(found, moment(data["answered_at"]))
    if data["result"] == REFUSED:
        turn.alert(peer, NOT_DONE, data["instruction_id"])


def _not_taken(turn: Turn, message: Outgoing, objections: tuple[Objection, ...]) -> None:
    """An instruction of ours that the peer did not even take in is refused: what it was about is free again."""
    found = reading.named(message.peer, "given", str(message.data["instruction_id"]))
    if found is not None and found["status"] == "approved":
        result = Result(REFUSED, objections=tuple(each.as_json() for each in objections))
        _note(found["id"], found["section_id"], result, message.id, turn.now)
        turn.alert(message.peer, NOT_DONE, found["instruction_id"])


INSTRUCTING = Subject(
    {Type.INSTRUCTION_GIVEN: _given, Type.INSTRUCTION_ANSWERED: _answered}, {Type.INSTRUCTION_GIVEN: _not_taken}
)
