"""Instructing a peer in which the Party has a section: one person here proposes, a second approves, and it is sent.

The accounts are the peer's; what they hold is shown by a view (`services.exchange.views`), so that this registry has
an image of them, and no books of its own. Units that a peer holds for us and told us of (`told_units`) are instructed
in the same way; what it has done with them is written down here.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from article6.domain import roles
from article6.domain.canonical import canonical
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.domain.roles import Right
from article6.exchange import schemas
from article6.exchange.facts import INFORMATION
from article6.exchange.message_types import Type
from article6.exchange.problems import Rejected
from article6.exchange.turns import Turn
from article6.services import people
from article6.services.commands import command, once
from article6.services.exchange import agreed, desks, told_units
from article6.services.exchange.instructed import SERVICE, tell_end
from article6.services.exchange.instruction_forms import NewInstruction
from article6.services.exchange.limits import limits
from article6.services.exchange.own_code import own_code
from article6.services.paging import Page, below, page
from article6.store import journal
from article6.store.queries import exchange_instructions as reading
from article6.store.queries import exchange_views, facts

ID_BYTES = 16
BATCH = 100


def propose(new: NewInstruction, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Propose an instruction; a second person approves it, and only then it is sent.

    Raises:
        Refused: not connected, `instruction` is not agreed, no section of the Party here, content that the message
            cannot carry, or `by` does not propose in the section.
    """
    given = command(by, key, "propose_instruction", [new])

    def act() -> dict[str, Any]:
        section_id = exchange_views.section_of(new.party)
        if section_id is None:
            raise refused(Code.SECTION_UNKNOWN, new.party)
        people.require(by, Right.PROPOSE, section_id)
        agreed.require(new.peer, _service(new.peer, new.source, section_id))
        with journal.database_transaction():
            is_told = told_units.is_told_of(new.peer, new.source, section_id)
            content = _content(told_units.chosen(new, section_id) if is_told else new)
            _require_sound({**content, "approved_by": "", "instructed_by": "a"})
            number = journal.insert(
                "exchange_instruction",
                {
                    "side": "given", "peer": new.peer, "section_id": section_id,
                    "instruction_id": content["instruction_id"], "content": canonical(content).decode(),
                    "instructed_by": by, "at": now,
                },
            )  # fmt: skip
            journal.note(given, "instruction.proposed", f"instruction:{number}", now, [number], section_id=section_id)
        return shown(number)

    return once(given, act, lambda answer: shown(answer.ids[0]))


def approve(number: int, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Approve an instruction as its second person: it is sent, with the names of both.

    Raises:
        Refused: none of this number, decided already, one's own, not connected any more, or `by` is no approver.
    """

    def effect(found: Mapping[str, Any]) -> str:
        known = json.loads(found["content"])
        agreed.require(found["peer"], _service(found["peer"], known["source_account"], found["section_id"]))
        content = {
            **known,
            "instructed_by": _name(PersonId(found["instructed_by"])),
            "approved_by": _name(by),
        }
        _require_sound(content)
        return desks.channel(now).send(found["peer"], Type.INSTRUCTION_GIVEN, content, now)

    return _decide(number, "approved", "", effect, by, now, key)


def reject(number: int, reason: str, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Turn an instruction down as its second person; nobody else hears of it.

    Raises:
        Refused: none of this number, decided already, one's own, or `by` is no approver.
    """
    return _decide(number, "rejected", reason, lambda _found: "", by, now, key)


def _decide(
    number: int, act_: str, reason: str, effect: Any, by: PersonId, now: datetime, key: str | None
) -> dict[str, Any]:
    given = command(by, key, f"instruction_{act_}", [number, reason])

    def act() -> dict[str, Any]:
        found = _ours(number)
        if no := [*roles.may_approve(facts.actor(by), found["section_id"], None)]:
            raise Refused(no)
        with journal.database_transaction():
            if found["instructed_by"] == by:
                raise refused(Code.PERSON_APPROVES_OWN, str(number))
            if found["status"] != "proposed":
                raise refused(Code.PROPOSAL_DECIDED, str(number), found["status"])
            message_id = effect(found)
            journal.insert(
                "exchange_instruction_act",
                {
                    "instruction_id": number, "section_id": found["section_id"], "act": act_, "person_id": by,
                    "reason": reason, "message_id": message_id, "at": now,
                },
            )  # fmt: skip
            journal.note(
                given, f"instruction.{act_}", f"instruction:{number}", now, [number], section_id=found["section_id"]
            )  # fmt: skip
        return shown(number)

    return once(given, act, lambda _answer: shown(number))


def shown(number: int) -> dict[str, Any]:
    """One instruction in sight, to a peer (`given`) or of one (`received`), with how it stands: proposed, approved
    (sent), rejected, waiting (for a person of the peer), done, refused.

    Raises:
        Refused: there is none.
    """
    found = reading.instruction(number)
    if found is None:
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    return {**found, "content": json.loads(found["content"])}


def listed(after: str | None = None, limit: int = 50, peer: str | None = None, side: str | None = None) -> Page:
    """Instructions in sight, newest first."""
    found = [
        {**each, "content": json.loads(each["content"])}
        for each in reading.instructions(below(after), limit + 1, peer, side)
    ]
    return page(found, limit, lambda each: f"{each['id']}", (reading.counted(peer, side), False))


def follow(now: datetime) -> int:
    """Tell peers how what they instructed has ended, where it waited for a person here; how many."""
    found = reading.decided(BATCH)
    if not found:
        return 0
    desk = desks.desk(now)
    for each in found:
        with journal.database_transaction():
            tell_end(Turn(desk.books, desk.channel, limits(), now), each)
    return len(found)


def _content(new: NewInstruction) -> dict[str, Any]:
    return {
        "instruction_id": secrets.token_urlsafe(ID_BYTES), "party": new.party, "transaction": new.transaction,
        "source_account": new.source, "target_account": new.target, "quantity": str(new.quantity or 0),
        "serials": [
            {"registry": each.registry or own_code(), "party": each.party, "first": str(each.first),
             "last": str(each.last)} for each in new.serials
        ],
        "terms": dict(new.terms),
    }  # fmt: skip


def _service(peer: str, account: str, section_id: int) -> str:
    """What has to be agreed: of units that we were told of, that they are told of; of others, instruction itself."""
    return INFORMATION if told_units.is_told_of(peer, account, section_id) else SERVICE


def _require_sound(content: Mapping[str, Any]) -> None:
    try:
        schemas.validate(Type.INSTRUCTION_GIVEN, content)
    except Rejected as rejected:
        first = rejected.objections[0]
        raise refused(Code.REQUEST_MALFORMED, first.subject, first.detail) from rejected


def _ours(number: int) -> dict[str, Any]:
    found = reading.instruction(number)
    if found is None or found["side"] != "given":
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    return found


def _name(person_id: PersonId) -> str:
    """A person as the peer is told: the name, and the number here, so that two of one name are two."""
    return f"{facts.actor(person_id).name} ({own_code()}/{person_id})"[:200]
