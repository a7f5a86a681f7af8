"""The inbox of approvals: what of all subjects waits for a person, one by one or several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from article6.domain.orders import ANY_SECTION, Actor, PersonId
from article6.domain.refusals import N_, Code, Refusal, Refused, refused
from article6.domain.roles import HOLDERS, Right
from article6.services import commands, sight
from article6.services.approvals import corrective, law, ledger, network, people
from article6.services.approvals.items import Decision, Item, Subject
from article6.services.correction_acts import ADMINISTRATOR_SECTION
from article6.services.rehearsals import Preview
from article6.store.queries import facts
from article6.store.queries import waiting as reading
from article6.store.queries.waiting import Rights, Sections, Waiting

AT_MOST = 500
"""Of each subject so many things are listed."""

COUNTED = 100
"""So far a page counts what waits; beyond it says that there are more."""

SUBJECTS: Mapping[str, Subject] = {
    each.name: each
    for each in (
        Subject("transaction", N_("Transactions"), ledger.may_approve, ledger.told, ledger.decide, True,
                ledger.preview),
        Subject("transfer_out", N_("Transfers to other registries"), ledger.may_approve, ledger.told_out,
                ledger.decide_out, True, ledger.preview_out, keeps_comment=False),
        Subject("account_request", N_("Requests for accounts"), people.may_decide_request, people.requests_told,
                people.decide_request),
        Subject("representative_change", N_("Representatives"), people.may_appoint, people.representatives_told,
                people.decide_representatives),
        Subject("trusted_change", N_("Trusted accounts"), ledger.may_approve, people.trusted_told,
                people.decide_trusted),
        Subject("role_change", N_("Roles"), people.may_change_role, people.role_changes_told, people.decide_role),
        Subject("correction", N_("Corrective actions"), corrective.may_correct, corrective.corrections_told,
                corrective.decide_correction, keeps_comment=False),
        Subject("rule", N_("Rules"), law.may_change_rules, law.rules_told, law.decide_rule, keeps_comment=False,
                may_reject=False, asks=("moment",)),
        Subject("declaration", N_("Account types and flows"), law.may_change_rules, law.declarations_told,
                law.decide_declaration, keeps_comment=False, may_reject=False, asks=("moment",)),
        Subject("instruction", N_("Instructions to other registries"), ledger.may_approve, network.instructions_told,
                network.decide_instruction, keeps_comment=False),
        Subject("mandate", N_("Mandates of registries"), network.may_give_mandates, network.mandates_told,
                network.decide_mandate, keeps_comment=False),
        Subject("peer_offer", N_("Other registries"), network.may_connect, network.offers_told, network.decide_offer,
                keeps_comment=False, asks=("kids",)),
        Subject("log_key", N_("The log's key"), network.may_connect, network.log_keys_told, network.decide_log_key),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one decision among several: no reasons where it was done."""

    item: Item | None
    subject: str
    number: str
    reasons: tuple[Refusal, ...] = ()


def waiting(by: PersonId, subject: str = "", number: str = "") -> list[Item]:
    """All that waits for this person, what expires first first; of one subject, and of one number, where named."""
    with sight.seeing(sight.of(by)):
        numbers: dict[str, list[str]] = {}
        for each in _found(by, AT_MOST, subject if subject in SUBJECTS else "", number):
            numbers.setdefault(each.subject, []).append(each.number)
        return ledger.in_order(
            [item for name, known in numbers.items() for item in SUBJECTS[name].told(known, by)]
        )  # fmt: skip


def count(by: PersonId) -> int:
    """How many things wait for this person, counted up to `COUNTED`, with one query and without reading them."""
    with sight.seeing(sight.of(by)):
        return min(len(_found(by, COUNTED)), COUNTED)


def waits_for(by: PersonId, subject: str, number: str) -> bool:
    """Whether one thing waits for this person."""
    with sight.seeing(sight.of(by)):
        return bool(_found(by, 1, subject, number))


def _found(by: PersonId, limit: int, subject: str = "", number: str = "") -> list[Waiting]:
    with sight.seeing(sight.EVERYTHING):
        actor = facts.actor(by)
    found = reading.waiting(
        by, _rights(actor), limit, not_alone=ledger.NOT_ALONE, administrators=ADMINISTRATOR_SECTION, subject=subject,
        number=number,
    )  # fmt: skip
    return [each for each in found if SUBJECTS[each.subject].may(each, actor)]


def _rights(actor: Actor) -> Rights:
    def where(right: Right) -> Sections:
        held = frozenset(section_id for section_id, role in actor.roles if role in HOLDERS[right])
        return None if ANY_SECTION in held else held

    return Rights(
        approve=where(Right.APPROVE), administer=where(Right.CORRECT), appoint=where(Right.APPOINT_REPRESENTATIVE),
        requests=where(Right.DECIDE_ACCOUNT_REQUEST), roles=where(Right.CHANGE_ROLE),
    )  # fmt: skip


def item(subject: str, number: str, by: PersonId) -> Item:
    """One thing that waits for this person.

    Raises:
        Refused: nothing of this subject and number waits for the person (any more).
    """
    found = waiting(by, subject, number) if subject in SUBJECTS else []
    if not found:
        raise refused(Code.PROPOSAL_UNKNOWN, f"{subject} {number}"[:100])
    return found[0]


def preview(found: Item, by: PersonId, now: datetime) -> Preview | None:
    """What an approval would do in the ledger; None of what moves no units.

    Raises:
        Refused: as the approval would be.
    """
    rehearse = SUBJECTS[found.subject].preview
    return rehearse(found.number, by, now) if rehearse is not None else None


def decide(subject: str, number: str, decision: Decision, token: str = "") -> Item | None:
    """Approve or reject what waits; the item, None where the same decision was answered before.

    `token` is that of the item as the person saw it.

    Raises:
        Refused: it does not wait for this person any more, it is not as it was seen (`preview.outdated`), no reason is
            given for a rejection, or every reason of its own service.
    """
    if commands.was_answered(decision.by, decision.key):
        _decide(subject, number, decision)
        return None
    found = item(subject, number, decision.by)
    if token and token != found.token:
        raise refused(Code.PREVIEW_OUTDATED, found.title, found.what[:200])
    if not decision.approve and not SUBJECTS[subject].may_reject:
        raise refused(Code.REQUEST_MALFORMED, "decision", "it stays a draft; write a new version in its place")
    if not decision.approve and not decision.remark.strip():
        raise refused(Code.REQUEST_MALFORMED, "remark", "give the reason")
    if decision.approve and decision.remark and not SUBJECTS[subject].keeps_comment:
        raise refused(Code.REQUEST_MALFORMED, "remark", "a comment is kept with a rejection only; leave it empty")
    _decide(subject, number, decision)
    return found


def _decide(subject: str, number: str, decision: Decision) -> None:
    with sight.seeing(sight.EVERYTHING):
        SUBJECTS[subject].decide(number, decision)


def approve_many(chosen: Sequence[tuple[str, str, str]], decision: Decision) -> list[Told]:
    """Approve several, each by itself, in the order given; what is refused stays as it was and the rest goes on.

    `chosen` are subject, number and token of each. Only what may be approved among others is.
    """
    told = []
    for subject, number, token in chosen:
        # Each has a key of its own, the same whenever the same form is sent.
        one = replace(decision, key=f"{decision.key}:{subject}:{number}"[:200])
        try:
            if subject not in SUBJECTS or not SUBJECTS[subject].may_bulk:
                raise refused(Code.REQUEST_MALFORMED, f"{subject} {number}"[:100], "look at this one by itself")
            found = decide(subject, number, one, token)
        except Refused as no:
            told.append(Told(None, subject, number, no.reasons))
        else:
            told.append(Told(found, subject, number))
    return told
