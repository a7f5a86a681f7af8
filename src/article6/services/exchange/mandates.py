"""A Party's word on who its registry is: what a peer may see of its section here, and who acts for it here.

One person of the section gives a mandate and a second agrees; either ends it. Instructions of the peer are carried out
in the name of machine clients of the section: `proposer`, who represents it, and, where the two persons who instruct in
the other registry count for the two that are asked for here, `approver`. Without an approver a person here decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import people
from article6.services.commands import command, once
from article6.store import journal, persons
from article6.store.queries import exchange
from article6.store.queries import exchange_views as reading


@dataclass(frozen=True, slots=True)
class NewMandate:
    """What a Party's registry may do here; `proposer` and `approver` are logins of machine clients, '' for none."""

    peer: str
    party: str
    may_view: bool = True
    may_instruct: bool = False
    proposer: str = ""
    approver: str = ""


def give(new: NewMandate, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Propose a mandate; a second person of the section agrees. The mandate.

    Raises:
        Refused: no such peer or section, nothing that it may do, a client that is no machine, or `by` does not appoint
            representatives in the section.
    """
    given = command(by, key, "give_mandate", new)

    def act() -> dict[str, Any]:
        section_id = _section(new.party)
        people.require(by, Right.APPOINT_REPRESENTATIVE, section_id)
        if exchange.peer(new.peer) is None:
            raise refused(Code.PEER_UNKNOWN, new.peer)
        with journal.database_transaction():
            number = journal.insert(
                "exchange_mandate",
                {
                    "peer": new.peer, "section_id": section_id, "may_view": new.may_view,
                    "may_instruct": new.may_instruct, "proposer_id": _machine(new.proposer),
                    "approver_id": _machine(new.approver), "given_by": by, "given_at": now,
                },
            )  # fmt: skip
            journal.note(given, "mandate.given", f"mandate:{number}", now, [number], section_id=section_id)
        return shown(number)

    return once(given, act, lambda answer: shown(answer.ids[0]))


def agree(number: int, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Agree to a mandate that another person gave; from now on it is the one in force.

    Raises:
        Refused: none of this number, decided already, one's own, or `by` does not appoint in the section.
    """
    return _act(number, "agreed", "", by, now, key)


def end(number: int, reason: str, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """End a mandate, or withdraw one that nobody agreed to; what was instructed before stays.

    Raises:
        Refused: none of this number, ended already, or `by` does not appoint in the section.
    """
    return _act(number, "ended", reason, by, now, key)


def _act(number: int, act_: str, reason: str, by: PersonId, now: datetime, key: str | None) -> dict[str, Any]:
    given = command(by, key, f"mandate_{act_}", [number, reason])

    def act() -> dict[str, Any]:
        found = shown(number)
        people.require(by, Right.APPOINT_REPRESENTATIVE, found["section_id"])
        with journal.database_transaction():
            journal.insert(
                "exchange_mandate_act",
                {
                    "mandate_id": number, "section_id": found["section_id"], "act": act_, "reason": reason,
                    "person_id": by, "at": now,
                },
            )  # fmt: skip
            journal.note(
                given, f"mandate.{act_}", f"mandate:{number}", now, [number], section_id=found["section_id"]
            )  # fmt: skip
        return shown(number)

    return once(given, act, lambda _answer: shown(number))


def shown(number: int) -> dict[str, Any]:
    """One mandate in sight.

    Raises:
        Refused: there is none.
    """
    found = reading.mandate(number)
    if found is None:
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    return found


def listed(peer: str | None = None) -> list[dict[str, Any]]:
    """The mandates in sight, newest first."""
    return reading.mandates(peer)


def _section(party: str) -> int:
    found = reading.section_of(party)
    if found is None:
        raise refused(Code.SECTION_UNKNOWN, party)
    return found


def _machine(login: str) -> PersonId | None:
    if not login:
        return None
    person_id = people.person_by_login(login)
    if not persons.is_machine(person_id):
        raise refused(Code.REQUEST_MALFORMED, login, "a client that acts for a registry is a machine")
    return person_id
