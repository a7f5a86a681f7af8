"""Accounts: open them, block and close them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from article6.domain.account_numbers import AccountNumber
from article6.domain.attribute_schemas import Subject
from article6.domain.kinds import KINDS, Kind, Role
from article6.domain.orders import Account, PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.services import attribute_schemas, people
from article6.services.attribute_schemas import Given
from article6.services.commands import command, once
from article6.store import journal
from article6.store.queries import accounts as reading
from article6.store.queries import facts, registries


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to open; `period_first` and `period_last` bound a retirement account's NDC implementation period."""

    type: str
    section: str
    name: str
    holder: str = ""
    needs_approval: bool = False
    period_first: int | None = None
    period_last: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    attributes_schema: str = ""


def open_account(new: NewAccount, *, by: PersonId, now: datetime, key: str | None = None) -> Account:
    """Open an account; its number is given by the registry.

    Raises:
        Refused: no such type or section, a retirement account without a period, or `by` is no administrator there.
    """
    given = command(by, key, "open_account", new)
    return once(given, lambda: _open(new, given, now), lambda answer: _by_id(answer.ids[0]))


def _open(new: NewAccount, given: journal.Command, now: datetime) -> Account:
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    account_type = KINDS[Kind(identity["kind"])].accounts.get(new.type)
    if account_type is None:
        raise refused(Code.ACCOUNT_TYPE_UNKNOWN, new.type)
    section_id = registries.sections().get(new.section)
    if section_id is None:
        raise refused(Code.SECTION_UNKNOWN, new.section)
    if (new.type == "retirement") != (new.period_first is not None and new.period_last is not None):
        raise refused(Code.REQUEST_MALFORMED, new.type, "a retirement account, and no other, has an NDC period")
    people.require(given.person_id, Role.ADMINISTRATOR, section_id)
    further = Given(new.attributes_schema, new.attributes, now.date())
    if faults := attribute_schemas.refusals(Subject.ACCOUNT, [further]):
        raise Refused(faults)
    with journal.database_transaction():
        number = AccountNumber(identity["code"], account_type.number, reading.next_identifier())
        account_id = journal.insert(
            "account",
            {
                "number": number.render(),
                "section_id": section_id,
                "type": new.type,
                "name": new.name,
                "holder": new.holder,
                "party": None if new.section == "ADM" else new.section,
                "period_first": new.period_first,
                "period_last": new.period_last,
                "is_terminal": account_type.is_terminal,
                "needs_approval": new.needs_approval,
                "status_since": now,
                "opened_at": now,
                "attributes": dict(new.attributes),
                "attributes_schema": new.attributes_schema,
            },
        )
        journal.note(given, "account.opened", f"account:{account_id}", now, [account_id])
    return _by_id(account_id)


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


STATUSES = ("open", "blocked_debit", "blocked", "closed")


def set_status(
    number: str, status: str, *, reason: str, by: PersonId, now: datetime, key: str | None = None
) -> Account:
    """Open, block (for debits or wholly) or close an account, with the reason.

    Raises:
        Refused: no such account or status, units still stand in it, it is closed already, or `by` is no administrator.
    """
    given = command(by, key, "set_status", [number, status, reason])

    def act() -> Account:
        account = by_number(number)
        if status not in STATUSES or not reason:
            raise refused(Code.REQUEST_MALFORMED, status, f"one of {', '.join(STATUSES)}, with a reason")
        people.require(by, Role.ADMINISTRATOR, account.section_id)
        journal.set_account_status(account, status, reason, given, now)
        return by_number(number)

    return once(given, act, lambda answer: _by_id(answer.ids[0]))
