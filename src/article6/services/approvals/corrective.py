"""Remedies of corrective actions that wait for a second person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import corrections as law
from article6.domain.orders import Actor, PersonId
from article6.domain.roles import Right, may
from article6.services import corrections
from article6.services.approvals.items import Decision, Item, Line
from article6.store.queries import desk
from article6.store.queries.waiting import Waiting


def may_correct(found: Waiting, actor: Actor) -> bool:
    """Whether somebody takes corrective actions, and another administrator proposed this one."""
    return found.proposed_by != actor.person_id and may(actor, Right.CORRECT, found.section_id)


def corrections_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Remedies of corrective actions."""
    return [_correction(each) for each in desk.correction_proposals([int(each) for each in numbers])]


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
