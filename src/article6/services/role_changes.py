"""Changes of roles: one administrator proposes, a second person approves.

The founding administrator is alone at first and appoints whom he must, until there is a second administrator. From then
on, and for ever, no role is given, taken or restored without a second person. Where a section has no
other active administrator, somebody who holds the role of approver there is that second person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain import roles
from article6.domain.kinds import Role
from article6.domain.orders import Actor, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.services import letters, proposals
from article6.services.commands import command, once
from article6.services.proposals import APPROVED, PROPOSED, REJECTED
from article6.store import journal, persons
from article6.store.journal import Command
from article6.store.queries import facts

DONE = {"give": "given", "take": "taken", "reinstate": "reinstated", "recover": "recovered"}


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A change of roles: `approved` (in force), `proposed` or `rejected`; `id` None: there was nothing to change."""

    id: int | None
    status: str


def take_turn() -> None:
    """Change roles one after the other, until this database transaction is over."""
    journal.wait_for_turn("role_change")


def found(person_id: PersonId, section_id: int, role: Role, *, now: datetime) -> None:
    """The founder's own role, which nobody else could give; in the database transaction that founds the registry."""
    number = _insert("give", person_id, section_id, role, None, Command(person_id), now)
    _decide(number, section_id, True, "", person_id, now)


def propose(
    change: str, person_id: PersonId, section_id: int, role: Role | None, until: datetime | None, *, by: PersonId,
    now: datetime, key: str | None = None,
) -> RoleChange:  # fmt: skip
    """Ask to `give` or `take` a role, to `reinstate` somebody, or to let somebody `recover` who lost the second factor;
    in force at once where nobody could approve.

    Raises:
        Refused: `by` may not change roles in that section; or the registry would be left without an administrator.
    """
    given = command(by, key, f"{change}_role", [person_id, section_id, role, until])

    def act() -> RoleChange:
        actor = facts.actor(by)
        if not roles.may(actor, Right.CHANGE_ROLE, section_id):
            raise refused(Code.PERSON_NOT_PERMITTED, actor.name, Right.CHANGE_ROLE)
        with journal.database_transaction():
            take_turn()
            is_alone = persons.administrators_ever() < 2
            number = _insert(change, person_id, section_id, role, until, given, now)
            if is_alone:
                _decide(number, section_id, True, "", by, now)
            said = f"{DONE[change]}_alone" if is_alone else "proposed"
            _note(given, said, person_id, section_id, role, now, number)
        return RoleChange(number, APPROVED if is_alone else PROPOSED)

    return once(given, act, lambda answer: _standing(answer.ids[0]))


def decide(
    number: int, *, approve: bool, by: PersonId, now: datetime, reason: str = "", key: str | None = None
) -> RoleChange:
    """Approve or reject a change of roles as the second person; who proposed it may reject it, which withdraws it.

    Raises:
        Refused: no such change, it was decided already, `by` proposed it or gains by it, or may not change roles.
    """
    given = command(by, key, "decide_role_change", [number, approve, reason])

    def act() -> RoleChange:
        asked = _open(number)
        with journal.database_transaction():
            take_turn()
            _require_second(asked, facts.actor(by), approve=approve)
            _decide(number, asked["section_id"], approve, reason, by, now)
            said = DONE[asked["change"]] if approve else REJECTED
            _note(given, said, asked["person_id"], asked["section_id"], asked["role"], now, number)
        return RoleChange(number, APPROVED if approve else REJECTED)

    return once(given, act, lambda answer: _standing(answer.ids[0]))


def listed(by: PersonId) -> list[dict[str, Any]]:
    """The changes of roles in the sections where the person may change roles, newest first."""
    actor = facts.actor(by)
    return [each for each in persons.role_changes() if roles.may(actor, Right.CHANGE_ROLE, each["section_id"])]


def shown(number: int) -> dict[str, Any]:
    """One change of roles, as `store.persons.role_changes`.

    Raises:
        Refused: there is none.
    """
    asked = persons.role_change(number)
    if asked is None:
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    return asked


def may_decide(asked: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the actor changes roles in the section of a change (or, where no other administrator is left, approves
    there)."""
    if roles.may(actor, Right.CHANGE_ROLE, asked["section_id"]):
        return True
    if not roles.may(actor, Right.APPROVE, asked["section_id"]):
        return False
    return persons.administrators(asked["section_id"]) <= {asked["proposed_by"], asked["person_id"]}


def is_own(asked: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the actor proposed a change, or gains by it."""
    gains = asked["change"] != "take" and asked["person_id"] == actor.person_id
    return gains or asked["proposed_by"] == actor.person_id


def _require_second(asked: dict[str, Any], actor: Actor, *, approve: bool) -> None:
    if not may_decide(asked, actor):
        raise refused(Code.PERSON_NOT_PERMITTED, actor.name, Right.CHANGE_ROLE)
    if approve and is_own(asked, actor):
        raise refused(Code.PERSON_APPROVES_OWN, str(asked["id"]))


def _open(number: int) -> dict[str, Any]:
    asked = shown(number)
    if asked["status"] != PROPOSED:
        raise refused(Code.PROPOSAL_DECIDED, str(number), asked["status"])
    return asked


def _standing(number: int) -> RoleChange:
    asked = shown(number)
    return RoleChange(number, asked["status"])


def _insert(
    change: str, person_id: PersonId, section_id: int, role: Role | None, until: datetime | None, given: Command,
    now: datetime,
) -> int:  # fmt: skip
    return journal.insert(
        "role_change",
        {
            "change": change, "person_id": person_id, "section_id": section_id, "role": role, "until": until,
            "proposed_by": given.person_id, "proposed_at": now,
        },
    )  # fmt: skip


def _decide(number: int, section_id: int, is_approved: bool, reason: str, by: PersonId, now: datetime) -> None:
    proposals.decide("role_change", number, section_id, approve=is_approved, by=by, now=now, reason=reason)


def _note(
    given: Command, said: str, person_id: PersonId, section_id: int, role: Role | None, now: datetime, number: int
) -> None:
    action = f"role.{role}.{said}" if role else f"person.{said}"
    subject = f"person:{person_id}:section:{section_id}"
    journal.note(given, action, subject, now, [number], section_id=section_id)
    if said.startswith("recovered"):
        letters.write(person_id, letters.Kind.RECOVERED, now)
