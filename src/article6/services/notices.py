"""Notices: what is told to the people of a section when somebody else's act concerns it.

A notice is written in the database transaction of the act that it announces: neither is there without the other. It is
read by who has a role in its section, and acknowledged once, by one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.corrections import REMEDY_TITLES, Remedy
from article6.domain.notices import SENTENCES, NoticeCode
from article6.domain.orders import ANY_SECTION, Account, PersonId, TransactionId
from article6.domain.refusals import Code, refused
from article6.services.commands import command, once
from article6.services.paging import Page, below
from article6.store import journal
from article6.store.queries import facts, transactions
from article6.store.queries import notices as reading
from article6.store.queries.authorizations import Standing


def tell(section_ids: Iterable[int], code: NoticeCode, subject: str, now: datetime, **params: str | int) -> None:
    """Write a notice to each section. Needs the database transaction of the act around it."""
    for section_id in sorted(set(section_ids)):
        journal.insert(
            "notice", {"section_id": section_id, "at": now, "subject": subject, "code": code, "params": params}
        )


def account_status(account: Account, status: str, reason: str, now: datetime) -> None:
    """Tell the account's section that it was opened, blocked or closed."""
    tell([account.section_id], NoticeCode.ACCOUNT_STATUS, f"account:{account.number}", now,
         account=account.number, status=status, reason=reason)  # fmt: skip


def transfer_received(target: Account, quantity: int, transaction_id: TransactionId, now: datetime) -> None:
    """Tell the section that gets units by an international transfer."""
    transfers_received([(target, quantity, transaction_id)], now)


def transfers_received(several: Iterable[tuple[Account, int, TransactionId]], now: datetime) -> None:
    """As `transfer_received`, of several transfers."""
    lines = [
        (target.section_id, now, f"transaction:{transaction_id}", NoticeCode.TRANSFER_RECEIVED,
         {"quantity": quantity, "account": target.number, "transaction": transaction_id})
        for target, quantity, transaction_id in several
    ]  # fmt: skip
    if lines:
        journal.insert_many("notice", ("section_id", "at", "subject", "code", "params"), lines)


def amounts_told(target: Account, quantity: int, transfer_id: str, peer: str, now: datetime) -> None:
    """Tell the section of whose units another registry has told the amounts."""
    tell([target.section_id], NoticeCode.AMOUNTS_TOLD, f"transfer:{transfer_id}", now,
         quantity=quantity, account=target.number, transfer=transfer_id, peer=peer)  # fmt: skip


def proposal_expired(transaction_id: TransactionId, now: datetime) -> None:
    """Tell the sections of a transaction's accounts that nobody decided it in time."""
    tell(transactions.sections(transaction_id), NoticeCode.PROPOSAL_EXPIRED, f"transaction:{transaction_id}", now,
         transaction=transaction_id)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangedAuthorization:
    """A change of an authorization, as those are told of it who hold units under it."""

    code: str
    party: str
    reason: str
    is_revoked: bool


def authorization_changed(what: ChangedAuthorization, standing: Iterable[Standing], now: datetime) -> None:
    """Tell the other sections in which units stood whose authorization was changed or revoked."""
    held: dict[str, int] = {}
    for each in standing:
        held[each.account] = held.get(each.account, 0) + each.lot.count
    quantities: dict[int, int] = {}
    for number, account in facts.accounts(held).items():
        if account.party != what.party:
            quantities[account.section_id] = quantities.get(account.section_id, 0) + held[number]
    code = NoticeCode.AUTHORIZATION_REVOKED if what.is_revoked else NoticeCode.AUTHORIZATION_CHANGED
    for section_id, quantity in quantities.items():
        tell([section_id], code, f"authorization:{what.code}", now, party=what.party, authorization=what.code,
             quantity=quantity, reason=what.reason)  # fmt: skip


def sections_of(person_id: PersonId | None) -> list[int] | None:
    """The sections in which a person has a role; None for all of them.

    Raises:
        Refused: nobody reads, or the person has no role at all.
    """
    actor = facts.actor(person_id) if person_id is not None else None
    found = sorted({section_id for section_id, _role in actor.roles}) if actor else []
    if not found:
        raise refused(Code.PERSON_NOT_PERMITTED, actor.name if actor else "")
    return None if ANY_SECTION in found else found


def listed(
    *, by: PersonId | None, after: str | None = None, limit: int = 50, section: str | None = None, is_open: bool = False
) -> Page:
    """Notices to the sections of the person's roles, newest first: id, section, at, subject, code, sentence,
    acknowledged_by, acknowledged_at. `is_open` leaves out those acknowledged.

    Raises:
        Refused: the person has no role, or `after` is no cursor.
    """
    seen = sections_of(by)
    found = reading.page(seen, below(after), limit + 1, section, is_open=is_open)
    items = [_shown(each) for each in found[:limit]]
    following = str(items[-1]["id"]) if len(found) > limit else None
    return Page(items, reading.count(seen, section, is_open=is_open), following)


def acknowledge(notice_id: int, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Say that a notice was read, for its section; what somebody acknowledged before stays acknowledged by that person.

    Raises:
        Refused: there is no such notice to a section in which the person has a role.
    """
    given = command(by, key, "acknowledge_notice", notice_id)

    def act() -> dict[str, Any]:
        seen = sections_of(by)
        with journal.database_transaction():
            journal.wait_for_turn(f"notice:{notice_id}")
            found = reading.notice(notice_id, seen)
            if found is None:
                raise refused(Code.NOTICE_UNKNOWN, str(notice_id))
            if found["acknowledged_at"] is None:
                section_id = found["section_id"]
                journal.insert(
                    "notice_acknowledgement",
                    {"notice_id": notice_id, "section_id": section_id, "person_id": by, "at": now},
                )
                journal.note(given, "notice.acknowledged", f"notice:{notice_id}", now, [notice_id],
                             section_id=section_id)  # fmt: skip
        return _one(notice_id, seen)

    return once(given, act, lambda answer: _one(answer.ids[0], sections_of(by)))


def _one(notice_id: int, seen: list[int] | None) -> dict[str, Any]:
    found = reading.notice(notice_id, seen)
    if found is None:
        raise refused(Code.NOTICE_UNKNOWN, str(notice_id))
    return _shown({name: value for name, value in found.items() if name != "section_id"})


def _shown(found: Mapping[str, Any]) -> dict[str, Any]:
    params = found["params"]
    return {**{name: value for name, value in found.items() if name != "params"},
            "sentence": sentence(NoticeCode(found["code"]), params)}  # fmt: skip


def sentence(code: NoticeCode, params: Mapping[str, Any]) -> str:
    """The notice in the reader's language."""
    values = {name: f"{value:,}" if name == "quantity" else value for name, value in params.items()}
    if "remedy" in values:
        values["remedy"] = _(REMEDY_TITLES[Remedy(values["remedy"])])
    return _(SENTENCES[code]) % values
