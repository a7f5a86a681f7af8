"""Trusted accounts: where an account demands it, transfers go to the accounts on its list and to no others.

What is cancelled or retired is never asked. Each change is proposed by one person who may propose for the account and
approved by another who may approve for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from article6.domain import roles
from article6.domain.account_numbers import AccountNumber
from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.services import accounts, proposals
from article6.services.commands import command, once
from article6.services.proposals import APPROVED, PROPOSED, REJECTED
from article6.services.representatives import Changed, changed, proposed, require_reader, standing
from article6.store import journal
from article6.store.queries import facts
from article6.store.queries import representatives as reading

SUBJECT = "trusted_change"
CHANGES = ("trust", "distrust", "demand", "waive")
"""Put an account on the list, take it off; demand that transfers go to accounts on it only, or do so no more."""
PROPOSERS = frozenset({Role.REPRESENTATIVE, Role.ADMINISTRATOR, Role.PARTY_ADMINISTRATOR})


def propose(
    account: str, change: str, trusted: str | None = None, *, by: PersonId, now: datetime, key: str | None = None
) -> Changed:
    """Ask for a change of an account's list, or of whether it is demanded.

    Raises:
        Refused: no such account, `trusted` is no account number, or `by` may not propose for the account.
    """
    given = command(by, key, "change_trusted", [account, change, trusted])

    def act() -> Changed:
        found = accounts.by_number(account)
        allowed = roles.may_propose(facts.actor(by), PROPOSERS, found.section_id, standing(account, by))
        if reasons := [*allowed]:
            raise Refused(reasons)
        number_trusted = _fitting(change, trusted)
        with journal.database_transaction():
            number = journal.insert(
                SUBJECT,
                {
                    "section_id": found.section_id, "account_id": found.id, "change": change, "trusted": number_trusted,
                    "proposed_by": by, "proposed_at": now,
                },
            )  # fmt: skip
            journal.note(
                given, "account.trusted_proposed", f"account:{found.id}", now, [number], section_id=found.section_id
            )
        return Changed(number, PROPOSED)

    return once(given, act, lambda answer: changed(SUBJECT, answer.ids[0]))


def _fitting(change: str, trusted: str | None) -> str | None:
    if change not in CHANGES or (trusted is not None) != (change in ("trust", "distrust")):
        raise refused(Code.REQUEST_MALFORMED, change, f"one of {', '.join(CHANGES)}; the first two name an account")
    if trusted is None:
        return None
    try:
        # The account may stand in another registry, which the number tells.
        return AccountNumber.parse(trusted).render()
    except ValueError as error:
        raise refused(Code.ACCOUNT_UNKNOWN, trusted[:60]) from error


def decide(
    number: int, *, approve: bool, by: PersonId, now: datetime, reason: str = "", key: str | None = None
) -> Changed:
    """Approve or reject a change as the second person.

    Raises:
        Refused: no such change, it was decided already, `by` proposed it, or may not approve for the account.
    """
    given = command(by, key, "decide_trusted", [number, approve, reason])

    def act() -> Changed:
        asked = proposed(SUBJECT, number)
        allowed = roles.may_approve(facts.actor(by), asked["section_id"], standing(asked["number"], by))
        if reasons := [*allowed]:
            raise Refused(reasons)
        if asked["is_decided"]:
            raise refused(Code.PROPOSAL_DECIDED, str(number))
        if approve and by == asked["proposed_by"]:
            raise refused(Code.PERSON_APPROVES_OWN, str(number))
        with journal.database_transaction():
            proposals.decide(SUBJECT, number, asked["section_id"], approve=approve, by=by, now=now, reason=reason)
            said = "account.trusted_changed" if approve else "account.trusted_rejected"
            subject = f"account:{asked['account_id']}"
            journal.note(given, said, subject, now, [number], section_id=asked["section_id"])
        return Changed(number, APPROVED if approve else REJECTED)

    return once(given, act, lambda answer: changed(SUBJECT, answer.ids[0]))


def listed(account: str, by: PersonId) -> dict[str, Any]:
    """Whether the account demands trusted accounts, those it trusts, and the changes asked for, newest first.

    Raises:
        Refused: no such account, or the person neither reads in its section nor represents it.
    """
    found = require_reader(account, by)
    return {**reading.trusted(found.id), "changes": reading.changes(SUBJECT, found.id)}
