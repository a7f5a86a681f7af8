"""The inbox of approvals: what of all subjects waits for a person, one by one or several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from article6.domain.orders import PersonId
from article6.domain.refusals import N_, Code, Refusal, Refused, refused
from article6.services import commands, sight
from article6.services.approvals import administration, ledger, people
from article6.services.approvals.items import Decision, Item, Subject
from article6.services.rehearsals import Preview

SUBJECTS: Mapping[str, Subject] = {
    each.name: each
    for each in (
        Subject("transaction", N_("Transactions"), ledger.waiting, ledger.decide, True, ledger.preview),
        Subject("transfer_out", N_("Transfers to other registries"), ledger.waiting_out, ledger.decide_out, True,
                ledger.preview_out, keeps_comment=False),
        Subject("account_request", N_("Requests for accounts"), people.requests_waiting, people.decide_request),
        Subject("representative_change", N_("Representatives"), people.representatives_waiting,
                people.decide_representatives),
        Subject("trusted_change", N_("Trusted accounts"), people.trusted_waiting, people.decide_trusted),
        Subject("role_change", N_("Roles"), people.role_changes_waiting, people.decide_role),
        Subject("correction", N_("Corrective actions"), administration.corrections_waiting,
                administration.decide_correction, keeps_comment=False),
        Subject("instruction", N_("Instructions to other registries"), administration.instructions_waiting,
                administration.decide_instruction, keeps_comment=False),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one decision among several: no reasons where it was done."""

    item: Item | None
    subject: str
    number: str
    reasons: tuple[Refusal, ...] = ()


def waiting(by: PersonId, subject: str = "") -> list[Item]:
    """All that waits for this person, what expires first first; of one subject where it is named."""
    wanted = [SUBJECTS[subject]] if subject in SUBJECTS else list(SUBJECTS.values())
    with sight.seeing(sight.of(by)):
        return ledger.in_order([item for each in wanted for item in each.waiting(by)])


def item(subject: str, number: str, by: PersonId) -> Item:
    """One thing that waits for this person.

    Raises:
        Refused: nothing of this subject and number waits for the person (any more).
    """
    found = next((each for each in waiting(by, subject) if each.number == number), None)
    if subject not in SUBJECTS or found is None:
        raise refused(Code.PROPOSAL_UNKNOWN, f"{subject} {number}"[:100])
    return found


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


def count(by: PersonId) -> int:
    """How many things wait for this person."""
    return len(waiting(by))
