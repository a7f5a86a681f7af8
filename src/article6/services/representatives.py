"""Who acts for an account. Where it has representatives, only they (and administrators) propose and approve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain import roles
from article6.domain.account_requests import REPRESENTATIVES_AT_LEAST
from article6.domain.orders import Account, PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.services import accounts, people, proposals
from article6.services.commands import command, once
from article6.services.proposals import APPROVED, PROPOSED, REJECTED
from article6.store import journal, persons
from article6.store.queries import facts
from article6.store.queries import representatives as reading

SUBJECT = "representative_change"


@dataclass(frozen=True, slots=True)
class RepresentativeChange:
    """Who is added, removed, suspended and reinstated, by login, in one act."""

    account: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    suspend: tuple[str, ...] = ()
    reinstate: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        return (*self.add, *self.remove, *self.suspend, *self.reinstate)

    @property
    def only_suspends(self) -> bool:
        return not (self.add or self.remove or self.reinstate)


@dataclass(frozen=True, slots=True)
class Changed:
    """A change and how it stands: `approved` (in force), `proposed` or `rejected`."""

    id: int
    status: str


def change(new: RepresentativeChange, *, by: PersonId, now: datetime, key: str | None = None) -> Changed:
    """Change who acts for an account, as an administrator of its section or of its Party.

    In force at once, but where the account asks for a second person: then one is needed here too, except to suspend.

    Raises:
        Refused: people unknown, or not what the change takes them for; fewer than two would be left where the account
            asks for a second person; `by` may not appoint there.
    """
    given = command(by, key, "change_representatives", new)

    def act() -> Changed:
        account = accounts.by_number(new.account)
        people.require(by, Right.APPOINT_REPRESENTATIVE, account.section_id)
        with journal.database_transaction():
            known = _known(new, account)
            number = journal.insert(SUBJECT, _columns(new, known, account, by, now))
            at_once = not account.needs_approval or new.only_suspends
            if at_once:
                proposals.decide(SUBJECT, number, account.section_id, approve=True, by=by, now=now)
            said = "account.representatives_changed" if at_once else "account.representatives_proposed"
            journal.note(given, said, f"account:{account.id}", now, [number], section_id=account.section_id)
        return Changed(number, APPROVED if at_once else PROPOSED)

    return once(given, act, lambda answer: changed(SUBJECT, answer.ids[0]))


def _known(new: RepresentativeChange, account: Account) -> dict[str, PersonId]:
    """The ids of the people named; in turn with other changes of the same account."""
    journal.wait_for_turn(f"representatives:{account.number}")
    there = {each["login"]: each for each in reading.of_account(account.id)}
    known = {**persons.ids(new.add), **{login: PersonId(each["person_id"]) for login, each in there.items()}}
    active = {login for login, each in there.items() if each["status"] == "active"}
    reasons = [
        *_faults("add", new.add, known.keys() - there.keys()),
        *_faults("remove", new.remove, set(there)),
        *_faults("suspend", new.suspend, active),
        *_faults("reinstate", new.reinstate, there.keys() - active),
    ]
    if not new.named or len(set(new.named)) < len(new.named):
        reasons.append(Refusal(Code.REQUEST_MALFORMED, account.number, "name somebody, and everybody once"))
    left = len((active | set(new.add) | set(new.reinstate)) - set(new.remove) - set(new.suspend))
    if account.needs_approval and (new.add or new.remove) and left < REPRESENTATIVES_AT_LEAST:
        reasons.append(Refusal(Code.ACCOUNT_TOO_FEW_REPRESENTATIVES, account.number, str(left)))
    if reasons:
        raise Refused(reasons)
    return known


def _faults(what: str, named: tuple[str, ...], fitting: set[str]) -> list[Refusal]:
    return [
        Refusal(Code.REQUEST_MALFORMED, login, f"cannot {what}: unknown here, suspended, or not what this is for")
        for login in named
        if login not in fitting
    ]


def _columns(
    new: RepresentativeChange, known: dict[str, PersonId], account: Account, by: PersonId, now: datetime
) -> dict[str, Any]:
    return {
        "section_id": account.section_id,
        "account_id": account.id,
        "added": [known[login] for login in new.add],
        "removed": [known[login] for login in new.remove],
        "suspended": [known[login] for login in new.suspend],
        "reinstated": [known[login] for login in new.reinstate],
        "proposed_by": by,
        "proposed_at": now,
    }


def decide(
    number: int, *, approve: bool, by: PersonId, now: datetime, reason: str = "", key: str | None = None
) -> Changed:
    """Approve or reject a change as the second person: one who may appoint there, or an approver of the section.

    Raises:
        Refused: no such change, it was decided already, `by` proposed it or gains by it, or may not decide; fewer than
            two would be left.
    """
    given = command(by, key, "decide_representatives", [number, approve, reason])

    def act() -> Changed:
        asked = proposed(SUBJECT, number)
        actor, section_id = facts.actor(by), asked["section_id"]
        if not any(roles.may(actor, right, section_id) for right in (Right.APPOINT_REPRESENTATIVE, Right.APPROVE)):
            raise refused(Code.PERSON_NOT_PERMITTED, actor.name, Right.APPOINT_REPRESENTATIVE)
        if asked["is_decided"]:
            raise refused(Code.PROPOSAL_DECIDED, str(number))
        if approve and by in (asked["proposed_by"], *asked["added"], *asked["reinstated"]):
            raise refused(Code.PERSON_APPROVES_OWN, str(number))
        with journal.database_transaction():
            proposals.decide(SUBJECT, number, section_id, approve=approve, by=by, now=now, reason=reason)
            said = "account.representatives_changed" if approve else "account.representatives_rejected"
            journal.note(given, said, f"account:{asked['account_id']}", now, [number], section_id=section_id)
        return Changed(number, APPROVED if approve else REJECTED)

    return once(given, act, lambda answer: changed(SUBJECT, answer.ids[0]))


def listed(account: str, by: PersonId) -> dict[str, Any]:
    """Who acts for an account, and the changes asked for, newest first; to those who read in its section.

    Raises:
        Refused: no such account, or the person neither reads there nor represents it.
    """
    found = require_reader(account, by)
    return {"representatives": reading.of_account(found.id), "changes": reading.changes(SUBJECT, found.id)}


def require_reader(account: str, by: PersonId) -> Account:
    """The account, of which the person may read what is not public.

    Raises:
        Refused: no such account, or the person neither reads in its section nor represents it.
    """
    found = accounts.by_number(account)
    actor = facts.actor(by)
    if not roles.may(actor, Right.READ, found.section_id) and not standing(account, by):
        raise refused(Code.PERSON_NOT_PERMITTED, actor.name, account)
    return found


def standing(account: str, person_id: PersonId) -> bool | None:
    """Whether the person is an active representative of the account; None where it has none."""
    [(is_representative, _is_trusted)] = reading.standing([(account, account)], person_id)
    return is_representative


def proposed(subject: str, number: int) -> dict[str, Any]:
    """A change of `subject` (of representatives, of trusted accounts) as it was asked for.

    Raises:
        Refused: there is none of this number.
    """
    found = reading.change(subject, number)
    if found is None:
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    return found


def changed(subject: str, number: int) -> Changed:
    """How a change of `subject` stands.

    Raises:
        Refused: there is none of this number.
    """
    listed = reading.changes(subject, proposed(subject, number)["account_id"])
    return Changed(number, next(each["status"] for each in listed if each["id"] == number))
