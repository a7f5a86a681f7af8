"""Requests for accounts: somebody asks, the Party's administrator approves, and the approval opens the account
(7/CMA.4 annex I para 33)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from article6.domain import account_requests as law
from article6.domain import roles
from article6.domain.account_requests import Identification
from article6.domain.orders import ANY_SECTION, Actor, PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.services import accounts, people, proposals
from article6.services.accounts import NewAccount
from article6.services.commands import command, once
from article6.services.proposals import APPROVED, PROPOSED, REJECTED
from article6.store import journal, persons
from article6.store.queries import account_requests as reading
from article6.store.queries import facts

SUBJECT = "account_request"


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """An account that somebody asks for, and the logins of those who are to act for it.

    The account's holder is left empty: it will be the legal name, which reports show; all else that identifies the
    holder is shown to who decides and to who asked, and to nobody else.
    """

    account: NewAccount
    holder: Identification
    representatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requested:
    """How a request stands, and the number of its account once it is open."""

    id: int
    status: str
    account: str | None = None


def file(new: AccountRequest, *, by: PersonId, now: datetime, key: str | None = None) -> Requested:
    """Ask for an account; anybody who is admitted to the registry may, to act for it or for somebody else.

    Raises:
        Refused: what is asked for cannot be opened, the holder is not identified, a representative is unknown, or a
            machine client asks.
    """
    given = command(by, key, "request_account", new)

    def act() -> Requested:
        actor = facts.actor(by)
        if actor.is_machine:
            raise refused(Code.PERSON_IS_MACHINE, actor.name)
        section_id = accounts.section_of(new.account)
        accounts.judged(new.account, now)
        known = persons.ids(new.representatives)
        if reasons := [*_faults(new, known)]:
            raise Refused(reasons)
        with journal.database_transaction():
            number = _insert(new, section_id, sorted(set(known.values())), by, now)
            subject = f"account_request:{number}"
            journal.note(given, "account.requested", subject, now, [number], section_id=section_id)
        return Requested(number, PROPOSED)

    return once(given, act, lambda answer: _standing(answer.ids[0]))


def _faults(new: AccountRequest, known: dict[str, PersonId]) -> list[Refusal]:
    unknown = [
        Refusal(Code.REQUEST_MALFORMED, login, "nobody of this login may act here")
        for login in dict.fromkeys(new.representatives)
        if login not in known
    ]
    if new.account.holder:
        unknown.append(Refusal(Code.REQUEST_MALFORMED, "holder", "the legal name is the holder; leave it out"))
    return [*law.refusals(new.holder, len(known), needs_approval=new.account.needs_approval), *unknown]


def _insert(new: AccountRequest, section_id: int, wished: list[PersonId], by: PersonId, now: datetime) -> int:
    particulars = {
        name: value for name, value in asdict(new.account).items() if name not in ("type", "section", "name", "holder")
    }
    number = journal.insert(
        SUBJECT,
        {
            "section_id": section_id, "type": new.account.type, "name": new.account.name, "particulars": particulars,
            "representatives": list(wished), "proposed_by": by, "proposed_at": now,
        },
    )  # fmt: skip
    journal.insert(
        "account_request_identification",
        {
            "section_id": section_id, "request_id": number, "legal_name": new.holder.legal_name,
            "country": new.holder.country, "identification_number": new.holder.identification_number,
        },
    )  # fmt: skip
    for each in new.holder.documents:
        values = {"kind": each.kind, "reference": each.reference, "sha256": each.sha256}
        journal.insert("account_request_document", {"section_id": section_id, "request_id": number, **values})
    return number


def decide(
    number: int, *, approve: bool, by: PersonId, now: datetime, reason: str = "", key: str | None = None
) -> Requested:
    """Approve a request, which opens its account, or reject it; what is asked for is judged again.

    Raises:
        Refused: no such request, it was decided already, `by` asked for it or does not administer the section, what is
            asked for cannot be opened any more, or too few of the representatives may still act.
    """
    given = command(by, key, "decide_account_request", [number, approve, reason])

    def act() -> Requested:
        asked = _found(number)
        people.require(by, Right.DECIDE_ACCOUNT_REQUEST, asked["section_id"])
        if asked["status"] != PROPOSED:
            raise refused(Code.PROPOSAL_DECIDED, str(number), asked["status"])
        if asked["proposed_by"] == by:
            raise refused(Code.PERSON_APPROVES_OWN, str(number))
        with journal.database_transaction():
            proposals.decide(SUBJECT, number, asked["section_id"], approve=approve, by=by, now=now, reason=reason)
            if approve:
                _open(asked, by, now)
            said = f"account.request_{APPROVED if approve else REJECTED}"
            subject = f"account_request:{number}"
            journal.note(given, said, subject, now, [number], section_id=asked["section_id"])
        return _standing(number)

    return once(given, act, lambda answer: _standing(answer.ids[0]))


def _open(asked: dict[str, Any], by: PersonId, now: datetime) -> None:
    new = NewAccount(asked["type"], asked["section"], asked["name"], **asked["particulars"])
    new = replace(new, holder=reading.identification(asked["id"])["legal_name"])
    account_id = accounts.write(new, accounts.judged(new, now), now, request_id=asked["id"])
    if wished := asked["representative_ids"]:
        change = journal.insert(
            "representative_change",
            {
                "section_id": asked["section_id"], "account_id": account_id, "added": wished, "removed": [],
                "suspended": [], "reinstated": [], "proposed_by": asked["proposed_by"],
                "proposed_at": asked["proposed_at"],
            },
        )  # fmt: skip
        proposals.decide("representative_change", change, asked["section_id"], approve=True, by=by, now=now)


def listed(by: PersonId) -> list[dict[str, Any]]:
    """The requests that the person filed or may decide, newest first."""
    actor = facts.actor(by)
    return [_plain(each) for each in reading.listed() if _may_see(each, actor)]


def shown(number: int, by: PersonId) -> dict[str, Any]:
    """One request with what identifies its holder.

    Raises:
        Refused: no such request, or the person neither filed it nor may decide it.
    """
    found = _found(number)
    if not _may_see(found, facts.actor(by)):
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    return {**_plain(found), **reading.identification(number)}


def _may_see(asked: dict[str, Any], actor: Actor) -> bool:
    return asked["proposed_by"] == actor.person_id or roles.may(
        actor, Right.DECIDE_ACCOUNT_REQUEST, asked["section_id"] or ANY_SECTION
    )


def _plain(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name not in ("section_id", "representative_ids")}


def _found(number: int) -> dict[str, Any]:
    found = reading.request(number)
    if found is None:
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    return found


def _standing(number: int) -> Requested:
    found = _found(number)
    return Requested(number, found["status"], found["account"])
