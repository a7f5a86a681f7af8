"""Transactions that wait for a second person: within this registry, and to other registries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import corrections, exchanges, roles
from article6.domain.lifecycles import person_refusals
from article6.domain.orders import PersonId, Proposal, Status, TransactionId
from article6.services import rehearsals, sight, transactions
from article6.services.approvals.items import Decision, Item, Line
from article6.services.exchange import transfers
from article6.services.rehearsals import Preview, Transactions
from article6.services.titles import account_of, shown_terms, transaction_title
from article6.services.transactions import judge_anew
from article6.store.queries import desk, facts

AT_MOST = 500
BLOCKS_SHOWN = 5

NOT_ALONE = sorted(corrections.TYPES | exchanges.BY_THE_EXCHANGE)


def may_decide(found: Mapping[str, Any], by: PersonId) -> bool:
    """Whether the person may be the second one of a proposal, as `store.queries.desk.proposed` has it."""
    with sight.seeing(sight.EVERYTHING):
        actor = facts.actor(by)
    section_id = found["source_section"] or found["section_id"]
    if [*roles.may_approve(actor, section_id, found["is_representative"])]:
        return False
    proposal = Proposal(
        TransactionId(found["id"]), found["type"], Status(found["status"]), section_id, PersonId(found["proposed_by"]),
        found["expires_at"], found["is_representative"],
    )  # fmt: skip
    return not [*person_refusals(Status.COMPLETED, proposal, actor)]


def waiting(by: PersonId) -> list[Item]:
    """Transactions of this registry alone that the person may decide."""
    found = desk.proposed(by, NOT_ALONE, AT_MOST)
    return [_item("transaction", str(each["id"]), each) for each in found if may_decide(each, by)]


def waiting_out(by: PersonId) -> list[Item]:
    """Transfers to other registries that the person may decide."""
    found = desk.waiting_out(by, AT_MOST)
    return [
        _item("transfer_out", each["transfer_id"], each, peer=each["peer"], there=each["target_account"])
        for each in found
        if may_decide(each, by)
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
        found = next(each for each in desk.waiting_out(by, AT_MOST) if each["transfer_id"] == number)
        judge_anew(TransactionId(found["id"]), now)
        return Transactions((TransactionId(found["id"]),), leaves=True)

    return rehearsals.preview(act, by=by, now=now)


def in_order(items: Sequence[Item]) -> list[Item]:
    """What expires first comes first, then what waits longest."""
    return sorted(items, key=lambda each: (each.expires_at or each.at.replace(year=9999), each.at))
