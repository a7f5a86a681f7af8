"""Transactions that wait for a second person: within this registry, and to other registries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import corrections, exchanges, roles
from article6.domain.orders import Actor, PersonId, TransactionId
from article6.services import rehearsals, transactions
from article6.services.approvals.items import Decision, Item, Line
from article6.services.exchange import transfers
from article6.services.rehearsals import Preview, Transactions
from article6.services.titles import account_of, shown_terms, transaction_title
from article6.services.transactions import judge_anew
from article6.store.queries import desk
from article6.store.queries.waiting import Waiting

BLOCKS_SHOWN = 5

NOT_ALONE = sorted(corrections.TYPES | exchanges.BY_THE_EXCHANGE)


def may_approve(found: Waiting, actor: Actor) -> bool:
    """Whether somebody may be the second person where accounts, or their section's approvers, decide."""
    if found.proposed_by == actor.person_id:
        return False
    return not [*roles.may_approve(actor, found.section_id, found.is_representative)]


def told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Transactions of this registry alone."""
    found = desk.proposed(by, [int(each) for each in numbers])
    return [_item("transaction", str(each["id"]), each) for each in found]


def told_out(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Transfers to other registries."""
    return [
        _item("transfer_out", each["transfer_id"], each, peer=each["peer"], there=each["target_account"])
        for each in desk.waiting_out(by, numbers)
    ]


def _item(subject: str, number: str, found: Mapping[str, Any], *, peer: str = "", there: str = "") -> Item:
    source, target = account_of(found["source_id"]), account_of(found["target_id"])
    to = f"{peer}: {there}" if peer else _named(target)
    lines = [
        Line(_("From account"), _named(source)),
        Line(_("To account"), to),
        Line(_("Units"), f"{found['quantity']:,}".replace(",", "\u202f")),
        *_units(TransactionId(found["id"])),
        *(Line(_label(name), str(value)) for name, value in shown_terms(found["terms"]).items()
          if name not in ("transfer", "peer", "account")),
    ]  # fmt: skip
    title = transaction_title(found["type"])
    return Item(
        subject, number, title, f"{lines[2].value}: {_short(source)} → {there or _short(target)}",
        PersonId(found["proposed_by"]), found["proposed_by_name"], found["proposed_at"], found["expires_at"],
        tuple(lines), may_bulk=True, transaction_id=found["id"],
    )  # fmt: skip


def _units(transaction_id: TransactionId) -> Iterator[Line]:
    blocks = desk.reserved(transaction_id)
    for each in blocks[:BLOCKS_SHOWN]:
        yield Line(_("Serials"), f"{each['registry']}/{each['party']}:{each['first']}-{each['last']}")
    if len(blocks) > BLOCKS_SHOWN:
        yield Line(_("Serials"), _("and %(more)s blocks more") % {"more": len(blocks) - BLOCKS_SHOWN})


def _named(account: Mapping[str, Any] | None) -> str:
    return " · ".join(filter(None, (account["name"], account["number"]))) if account else ""


def _short(account: Mapping[str, Any] | None) -> str:
    return (account["name"] or account["number"]) if account else ""


_LABELS = {
    "use_year": lambda: _("Year of use"),
    "purpose": lambda: _("Purpose"),
    "reason": lambda: _("Reason"),
    "beneficiary": lambda: _("Beneficiary"),
    "acquiring_party": lambda: _("Acquiring Party"),
    "transferring_party": lambda: _("Transferring Party"),
}


def _label(name: str) -> str:
    return _LABELS[name]() if name in _LABELS else name.replace("_", " ").capitalize()


def decide(number: str, decision: Decision) -> None:
    """Approve or reject a transaction."""
    transaction_id = TransactionId(int(number))
    if decision.approve:
        transactions.approve(
            transaction_id, by=decision.by, now=decision.now, key=decision.key, comment=decision.remark
        )  # fmt: skip
    else:
        transactions.reject(
            transaction_id, by=decision.by, now=decision.now, reason=decision.remark, key=decision.key
        )  # fmt: skip


def decide_out(number: str, decision: Decision) -> None:
    """Approve or reject a transfer to another registry."""
    if decision.approve:
        transfers.approve(number, by=decision.by, now=decision.now, key=decision.key)
    else:
        transfers.reject(number, decision.remark, by=decision.by, now=decision.now, key=decision.key)


def preview(number: str, by: PersonId, now: datetime) -> Preview:
    """What an approval by this person would do."""

    def act() -> Transactions:
        transactions.approve(TransactionId(int(number)), by=by, now=now)
        return Transactions((TransactionId(int(number)),))

    return rehearsals.preview(act, by=by, now=now)


def preview_out(number: str, by: PersonId, now: datetime) -> Preview:
    """What the transfer would do once the other registry has taken it too."""

    def act() -> Transactions:
        [found] = desk.waiting_out(by, [number])
        judge_anew(TransactionId(found["id"]), now)
        return Transactions((TransactionId(found["id"]),), leaves=True)

    return rehearsals.preview(act, by=by, now=now)


def in_order(items: Sequence[Item]) -> list[Item]:
    """What expires first comes first, then what waits longest."""
    return sorted(items, key=lambda each: (each.expires_at or each.at.replace(year=9999), each.at))
