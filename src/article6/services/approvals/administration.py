"""Remedies of corrective actions, and instructions to peers, that wait for a second person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from article6.domain import corrections as law
from article6.domain import roles
from article6.domain.orders import Actor, PersonId
from article6.domain.roles import Right
from article6.services import corrections, sight
from article6.services.approvals.items import Decision, Item, Line
from article6.services.correction_acts import administrators_section
from article6.services.exchange import instructions
from article6.store.queries import desk, facts
from article6.store.queries import lookup as names

AT_MOST = 200


def _actor(by: PersonId) -> Actor:
    with sight.seeing(sight.EVERYTHING):
        return facts.actor(by)


def corrections_waiting(by: PersonId) -> list[Item]:
    """Remedies that the person may confirm: another administrator proposed them."""
    if not roles.may(_actor(by), Right.CORRECT, administrators_section()):
        return []
    found = desk.correction_proposals(AT_MOST)
    return [_correction(each) for each in found if each["proposed_by"] != by]


def _correction(found: dict[str, Any]) -> Item:
    remedy = _(law.REMEDY_TITLES[law.Remedy(found["remedy"])])
    lines = [
        Line(_("Finding"), found["finding"]),
        Line(_("Reason"), found["reason"]),
        Line(_("Remedy"), remedy),
        Line(_("Remark"), found["remark"] or ""),
    ]
    return Item(
        "correction", str(found["id"]), _("Corrective action"), f"{remedy}: {found['finding'][:120]}",
        PersonId(found["proposed_by"]), found["proposed_by_name"], found["proposed_at"], None,
        tuple(each for each in lines if each.value), transaction_id=found["transaction_id"],
    )  # fmt: skip


def decide_correction(number: str, decision: Decision) -> None:
    """Confirm or reject a remedy."""
    if decision.approve:
        corrections.confirm(int(number), by=decision.by, now=decision.now, key=decision.key)
    else:
        corrections.reject(
            int(number), reason=decision.remark, by=decision.by, now=decision.now, key=decision.key
        )  # fmt: skip


def instructions_waiting(by: PersonId) -> list[Item]:
    """Instructions to peers that the person may approve."""
    actor = _actor(by)
    found = [
        each for each in instructions.listed(limit=AT_MOST, side="given").items
        if each["status"] == "proposed" and each["instructed_by"] != by
        and not [*roles.may_approve(actor, each["section_id"], None)]
    ]  # fmt: skip
    known = names.names([each["instructed_by"] for each in found])
    return [_instruction(each, known.get(each["instructed_by"], "")) for each in found]


def _instruction(found: dict[str, Any], name: str) -> Item:
    content = found["content"]
    serials = ", ".join(
        f"{each['registry']}/{each['party']}:{each['first']}-{each['last']}" for each in content["serials"][:5]
    )
    lines = [
        Line(_("Registry"), found["peer"]),
        Line(_("Party"), content["party"]),
        Line(_("Transaction"), content["transaction"]),
        Line(_("From account"), content["source_account"]),
        Line(_("To account"), content["target_account"]),
        Line(_("Units"), content["quantity"] if content["quantity"] != "0" else ""),
        Line(_("Serials"), serials),
    ]
    return Item(
        "instruction", str(found["id"]), _("Instruction to another registry"),
        f"{found['peer']}: {content['transaction']}, {content['source_account']} → {content['target_account']}",
        PersonId(found["instructed_by"]), name, found["at"], None, tuple(each for each in lines if each.value),
    )  # fmt: skip


def decide_instruction(number: str, decision: Decision) -> None:
    """Approve or reject an instruction."""
    if decision.approve:
        instructions.approve(int(number), by=decision.by, now=decision.now, key=decision.key)
    else:
        instructions.reject(int(number), decision.remark, by=decision.by, now=decision.now, key=decision.key)
