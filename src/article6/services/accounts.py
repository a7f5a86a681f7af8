"""Accounts: open them, block and close them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from article6.domain.account_numbers import AccountNumber
from article6.domain.attribute_schemas import Subject
from article6.domain.kinds import ELSEWHERE, HELD_FOR, AccountType
from article6.domain.lifecycles import ACCOUNT_STATES
from article6.domain.orders import Account, PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.domain.roles import Right
from article6.services import attribute_schemas, destinations, notices, people
from article6.services.attribute_schemas import Given
from article6.services.commands import command, once
from article6.services.registry import ADMINISTRATOR_SECTION
from article6.store import journal
from article6.store.queries import accounts as reading
from article6.store.queries import facts, registries
from article6.store.queries import parties as party_records


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to open; `period_first` and `period_last` bound a retirement account's NDC implementation period.

    `metric` is the non-GHG metric of its units, empty for t CO2 eq; `purpose` and `sub_purpose` are what units are
    cancelled for in a cancellation account, from their list. `trusted_only`: it transfers to trusted accounts only.
    """

    type: str
    section: str
    name: str
    holder: str = ""
    needs_approval: bool = False
    period_first: int | None = None
    period_last: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    attributes_schema: str = ""
    metric: str = ""
    purpose: str = ""
    sub_purpose: str = ""
    trusted_only: bool = False


def open_account(new: NewAccount, *, by: PersonId, now: datetime, key: str | None = None) -> Account:
    """Open an account; its number is given by the registry.

    Raises:
        Refused: no such type or section, a retirement account without a period, or `by` is no administrator there.
    """
    given = command(by, key, "open_account", new)
    return once(given, lambda: _open(new, given, now), lambda answer: _by_id(answer.ids[0]))


def _open(new: NewAccount, given: journal.Command, now: datetime) -> Account:
    people.require(given.person_id, Right.OPEN_ACCOUNT, section_of(new))
    account_type = judged(new, now)
    with journal.database_transaction():
        account_id = write(new, account_type, now)
        journal.note(
            given, "account.opened", f"account:{account_id}", now, [account_id], section_id=section_of(new)
        )  # fmt: skip
    return _by_id(account_id)


def section_of(new: NewAccount) -> int:
    """The section in which the account is to stand.

    Raises:
        Refused: there is none of this code.
    """
    section_id = registries.sections().get(new.section)
    if section_id is None:
        raise refused(Code.SECTION_UNKNOWN, new.section)
    return section_id


def judged(new: NewAccount, now: datetime) -> AccountType:
    """The account's type, after everything but who asks has been judged.

    Raises:
        Refused: no such type or section, particulars that do not fit the type, further attributes that do not fit.
    """
    account_type = destinations.type_in_force(new.type, now)
    if account_type.is_exchanges:
        raise refused(Code.EXCHANGE_ONLY, new.type)
    if account_type.is_administrators and new.section != ADMINISTRATOR_SECTION:
        raise refused(Code.REQUEST_MALFORMED, new.type, "such an account stands in the administrator's section")
    section_id = section_of(new)
    if (new.type == "retirement") != (new.period_first is not None and new.period_last is not None):
        raise refused(Code.REQUEST_MALFORMED, new.type, "a retirement account, and no other, has an NDC period")
    known = party_records.periods(section_id)
    if new.type == "retirement" and known and (new.period_first, new.period_last) not in known:
        raise refused(Code.NDC_PERIOD_UNKNOWN, new.section, ", ".join(f"{first}-{last}" for first, last in known))
    destinations.require(account_type, new.metric, new.purpose, new.sub_purpose, now)
    further = Given(new.attributes_schema, new.attributes, now.date())
    if faults := attribute_schemas.refusals(Subject.ACCOUNT, [further]):
        raise Refused(faults)
    return account_type


def write(new: NewAccount, account_type: AccountType, now: datetime, request_id: int | None = None) -> int:
    """Write an account that was judged, under the next number; its id.

    Raises:
        Refused: the Party has a retirement account for the period; the request was not approved, or has its account.
    """
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    number = AccountNumber(identity["code"], account_type.number, reading.next_identifier())
    return journal.insert(
        "account",
        {
            "number": number.render(),
            "section_id": section_of(new),
            "type": new.type,
            "name": new.name,
            "holder": new.holder,
            "party": None if new.section == ADMINISTRATOR_SECTION else new.section,
            "period_first": new.period_first,
            "period_last": new.period_last,
            "is_terminal": account_type.is_terminal,
            "needs_approval": new.needs_approval,
            "status_since": now,
            "opened_at": now,
            "attributes": dict(new.attributes),
            "attributes_schema": new.attributes_schema,
            "metric": new.metric,
            "purpose": new.purpose,
            "sub_purpose": new.sub_purpose,
            "trusted_only": new.trusted_only,
            "request_id": request_id,
        },
    )


def _by_id(account_id: int) -> Account:
    found = facts.account_by_id(account_id)
    if found is None:
        raise refused(Code.ACCOUNT_UNKNOWN, str(account_id))
    return found


def by_number(number: str) -> Account:
    """The account with this number.

    Raises:
        Refused: there is none.
    """
    found = facts.accounts([number]).get(number)
    if found is None:
        raise refused(Code.ACCOUNT_UNKNOWN, number)
    return found


def set_status(
    number: str, status: str, *, reason: str, by: PersonId, now: datetime, key: str | None = None
) -> Account:
    """Open, block (for debits or wholly) or close an account, with the reason.

    Raises:
        Refused: no such account or status, units still stand in it or are to come or go, it is closed already, or `by`
            is no administrator.
    """
    given = command(by, key, "set_status", [number, status, reason])

    def act() -> Account:
        account = by_number(number)
        if status not in ACCOUNT_STATES or not reason:
            raise refused(Code.REQUEST_MALFORMED, status, f"one of {', '.join(ACCOUNT_STATES)}, with a reason")
        if not ACCOUNT_STATES[account.status].next:
            raise refused(Code.LEDGER_APPEND_ONLY, number, account.status)
        people.require(by, Right.SET_ACCOUNT_STATUS, account.section_id)
        if account.type in (ELSEWHERE, HELD_FOR):
            raise refused(Code.EXCHANGE_ONLY, number)
        with journal.database_transaction():
            journal.set_account_status(account, status, reason, given, now)
            notices.account_status(account, status, reason, now)
        return by_number(number)

    return once(given, act, lambda answer: _by_id(answer.ids[0]))
