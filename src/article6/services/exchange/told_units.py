"""What peers told us of units that stay with them: kept beside the ledger, and instructed there.

None of it is a unit of this registry: nothing here is issued, held in an account, or given on. What is to be done with
such units (used, cancelled, given to another Party's account in the registry that has them) is an instruction to that
registry, on the account in which it holds them; what it confirms is written down with its moment. Reports have both
from the same signed facts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from article6.domain import parties
from article6.domain.authorizations import Event, is_first_transfer
from article6.domain.kinds import BY_INSTRUCTION
from article6.domain.orders import Account
from article6.domain.refusals import Code, invariant, refused
from article6.exchange import envelope, keys
from article6.exchange.books import Transfer
from article6.exchange.facts import Serials, UnitBlock
from article6.exchange.moments import moment as moment_of
from article6.exchange.problems import Objection, Problem
from article6.exchange.provenance import overlap, without
from article6.services import notices
from article6.services.exchange.documents import Known
from article6.services.exchange.instruction_forms import NewInstruction
from article6.services.exchange.own_code import own_code
from article6.services.naming import NamedSerials
from article6.services.paging import Page, below, page
from article6.store import journal
from article6.store.queries import told as reading

COLUMNS = (
    "transfer_id", "peer", "section_id", "account_id", "held_in", "registry", "party", "lo", "hi", "batch",
    "authorization_id", "first_transferred_at", "first_transferred_by", "history", "from_party", "at",
)  # fmt: skip


# --- What is told


def take_in(transfer: Transfer, account: Account, known: Known, at: datetime) -> None:
    """Keep what a peer told with the completion of a transfer, as of its moment; it was judged, and its documents are
    recorded.

    Raises:
        Refused: units of it are live here, or we were told of them before.
    """
    said = envelope.kept(keys.content(transfer.completion)).data
    lines = [_line(each, transfer, account, known, at, str(said["account"])) for each in transfer.proposed.blocks]
    journal.insert_many("told_units", COLUMNS, sorted(lines, key=lambda each: (each[5], each[6], each[7])))
    notices.amounts_told(account, transfer.proposed.quantity, transfer.id, transfer.peer, at)


def _line(
    block: UnitBlock, transfer: Transfer, account: Account, known: Known, at: datetime, held_in: str
) -> tuple[Any, ...]:
    laid = known.authorizations[block.authorization] if block.authorization is not None else None
    first_at, first_by = _first(block, transfer, laid, at)
    serials = block.serials
    return (
        transfer.id, transfer.peer, account.section_id, account.id, held_in, serials.registry, serials.party,
        serials.first, serials.last, dict(block.batch), laid.id if laid else None, first_at, first_by,
        journal.entities_json([dict(each) for each in block.history]), _party(transfer, "transferring_party"), at,
    )  # fmt: skip


def _first(block: UnitBlock, transfer: Transfer, laid: Any, at: datetime) -> tuple[datetime | None, str]:
    """When and where the units were first transferred: before, or by this very transfer."""
    if block.first_transferred_at:
        return moment_of(block.first_transferred_at), block.first_transferred_by
    is_international = _party(transfer, "acquiring_party") not in ("", _party(transfer, "transferring_party"))
    is_first = is_international and is_first_transfer(laid, Event.INTERNATIONAL_TRANSFER)
    return (at, transfer.peer) if is_first else (None, "")


def _party(transfer: Transfer, name: str) -> str:
    return str(transfer.proposed.terms.get(name) or "")


def objection(block: UnitBlock, peer: str) -> Objection:
    """Units that we were told of and did not give back come by no other way, and are not told of again."""
    return Objection(Problem.BLOCK_ALREADY_HERE, str(block.serials), f"told of by {peer}")


# --- What is instructed


def is_told_of(peer: str, held_in: str, section_id: int) -> bool:
    """Whether an account of a peer is one in which units stand of which the section was told."""
    return peer in reading.peers_of(held_in, section_id)


def chosen(new: NewInstruction, section_id: int) -> NewInstruction:
    """The instruction with the serials that it is about: those named, or the lowest that are free. Until the database
    transaction is over, nobody else chooses units of this peer for the section.

    Raises:
        Refused: another act than can be instructed on such units, no Party to give them to, or units that were not
            told of, or with which something was done or is to be done.
    """
    if new.transaction not in BY_INSTRUCTION:
        raise refused(Code.TRANSACTION_TYPE_UNKNOWN, new.transaction, ", ".join(sorted(BY_INSTRUCTION)))
    if new.transaction == "international_transfer" and parties.party(str(new.terms.get("reference") or "")) is None:
        raise refused(Code.EXCHANGE_PARTY, new.target, "name the Party of the account as the reference")
    journal.wait_for_turn(f"told units {new.peer}:{section_id}")
    free = _free(new.peer, new.source, section_id)
    if not new.serials:
        return replace(new, quantity=None, serials=tuple(_lowest(free, new)))
    named = [Serials(each.registry or own_code(), each.party, each.first, each.last) for each in new.serials]
    for each in named:
        if sum(part.count for held in free if (part := overlap(held, each))) != each.count:
            raise refused(Code.BLOCK_NOT_HELD, str(each), new.source)
    if new.quantity not in (None, sum(each.count for each in named)):
        raise refused(Code.QUANTITY_RANGE_MISMATCH, str(new.quantity), str(sum(each.count for each in named)))
    return replace(new, quantity=None)


def _free(peer: str, held_in: str, section_id: int) -> list[Serials]:
    """What was told and is neither done nor asked for, in the order of the serials."""
    found = reading.standing(peer, held_in, section_id)
    free = [Serials(each["registry"], each["party"], each["first"], each["last"]) for each in found]
    for content in map(json.loads, reading.instructed(peer, section_id)):
        if content["source_account"] == held_in:
            for asked in map(_serials, content["serials"]):
                free = [left for each in free for left in (without(each, asked) if overlap(each, asked) else [each])]
    return free


def _serials(told: Mapping[str, Any]) -> Serials:
    return Serials(told["registry"], told["party"], int(told["first"]), int(told["last"]))


def _lowest(free: Sequence[Serials], new: NewInstruction) -> Iterator[NamedSerials]:
    missing = new.quantity or 0
    if missing < 1:
        raise refused(Code.QUANTITY_NOT_POSITIVE, str(missing))
    if missing > (available := sum(each.count for each in free)):
        raise refused(Code.QUANTITY_EXCEEDS_HOLDING, new.source, f"{available} available")
    for each in free:
        if missing:
            taken = min(missing, each.count)
            missing -= taken
            yield NamedSerials(each.party, each.first, each.first + taken - 1, each.registry)


def done(found: Mapping[str, Any], at: datetime) -> None:
    """Write down what a peer says it has done with units that we were told of; `found` is our instruction. Where it was
    on an account of ours in the ordinary sense, there is nothing to write."""
    content = json.loads(found["content"])
    peer, held_in, section_id = found["peer"], content["source_account"], found["section_id"]
    if not is_told_of(peer, held_in, section_id):
        return
    standing = [(_serials(each), each["id"]) for each in reading.standing(peer, held_in, section_id)]
    for asked in map(_serials, content["serials"]):
        parts = [(part, number) for each, number in standing if (part := overlap(each, asked))]
        invariant(sum(part.count for part, _ in parts) == asked.count, f"{asked}: done with by two instructions")
        for part, number in parts:
            journal.insert(
                "told_act",
                {
                    "told_id": number, "section_id": section_id, "instruction_id": found["id"],
                    "type": content["transaction"], "lo": part.first, "hi": part.last, "terms": content["terms"],
                    "at": at,
                },
            )  # fmt: skip


# --- For people


def listed(after: str | None = None, limit: int = 50, party: str | None = None) -> Page:
    """What sections in sight were told, newest first, with what was done with it (`acts`)."""
    found = [{**each, "acts": reading.acts(each["id"])} for each in reading.listed(below(after), limit + 1, party)]
    return page(found, limit, lambda each: f"{each['id']}", (reading.listed_count(party), False))
