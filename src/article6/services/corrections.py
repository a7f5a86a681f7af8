"""Corrective action: the audited door by which the registry's administrators put right what went wrong.

One administrator opens a case and proposes what remedies it, a second one confirms. What the remedy moves waits
reserved, the Parties of every section concerned are told of each step, and each step is one database transaction: act,
notices, units and audit event, or nothing.

Source: 6/CMA.4 annex I para 17(c); 7/CMA.4 annex I para 32(i).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from article6.domain import corrections as law
from article6.domain.corrections import Act, Case, NewRemedy
from article6.domain.notices import NoticeCode
from article6.domain.orders import PersonId, Status, TransactionId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.domain.serials import SeriesRange, first_overlap
from article6.services import correction_acts as writing
from article6.services import people, transactions
from article6.services.commands import command, once
from article6.services.lookup import Page
from article6.services.notices import sections_of
from article6.services.paging import below
from article6.services.transactions import TRIES
from article6.store import journal
from article6.store.queries import authorizations, facts
from article6.store.queries import corrections as reading
from article6.store.queries import transactions as transaction_queries

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to open: why (`reason`), on what ground (`reference`, a letter or a ticket), what is wrong (`finding`).

    It concerns the units named by `ranges`; where none are, all that the transaction moved.
    """

    reason: str
    finding: str
    reference: str = ""
    transaction_id: int | None = None
    ranges: tuple[SeriesRange, ...] = ()


def open_case(new: NewCase, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Open a case; the case as `shown`. Told are the Parties' sections where the units stand, those that the
    transaction took them from and to, and that of the Party in which the outcomes occurred.

    Raises:
        Refused: something is missing, such units or transaction do not exist, or `by` is no administrator of the
            registry.
    """
    given = command(by, key, "open_correction", new)

    def act() -> dict[str, Any]:
        _require_administrator(by)
        ranges = _concerned(new)
        number = journal.insert(
            "correction_case",
            {
                "reason": new.reason, "reference": new.reference, "finding": new.finding,
                "transaction_id": new.transaction_id, "series_ids": [each.series_id for each in ranges],
                "los": [each.first for each in ranges], "his": [each.last for each in ranges], "opened_by": by,
                "opened_at": now,
            },
        )  # fmt: skip
        writing.concern(number, [writing.administrators_section(), *_sections(new, ranges)])
        writing.tell(number, NoticeCode.CORRECTION_OPENED, now, case=number, finding=new.finding, reason=new.reason,
                     quantity=journal.units(ranges))  # fmt: skip
        journal.note(given, "correction.opened", f"correction:{number}", now, [number])
        return _shown(number)

    return once(given, lambda: _begun_anew(act), lambda answer: _shown(answer.ids[0]))


def propose(case_id: int, new: NewRemedy, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Propose what remedies the case; the units that it moves are reserved until a second administrator decides.

    Raises:
        Refused: no such case or not open, the remedy does not answer it, every reason that the ledger's rules have
            against its transaction, or `by` is no administrator of the registry.
    """
    given = command(by, key, "propose_correction", [case_id, new])

    def act(case: Case) -> None:
        if reasons := list(law.refusals_of_remedy(new, case)):
            raise Refused(reasons)
        transaction_id = _reserved(new, case, by, now)
        writing.write(case, Act.PROPOSED, by, now, remedy=new.remedy, transaction_id=transaction_id, remark=new.remark)

    return _act(case_id, Act.PROPOSED, given, now, act)


def _reserved(new: NewRemedy, case: Case, by: PersonId, now: datetime) -> TransactionId | None:
    if new.remedy is law.Remedy.NOTE:
        return None
    order = new.order(case)
    outcome = transactions.take_part(order, by=by, now=now)
    accounts = facts.accounts([order.source, order.target]).values()
    writing.concern(case.id, [each.section_id for each in accounts])
    return outcome.transaction_id


def confirm(case_id: int, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Confirm the remedy as the second administrator: its transaction is completed, and the Parties are told.

    Raises:
        Refused: nothing is proposed, `by` proposed it or is no administrator of the registry, or the ledger's rules say
            no to the transaction by now.
    """
    given = command(by, key, "confirm_correction", case_id)

    def act(case: Case) -> None:
        if case.transaction_id is not None:
            transactions.approve_part(case.transaction_id, by=by, now=now)
        writing.write(case, Act.CONFIRMED, by, now)

    return _act(case_id, Act.CONFIRMED, given, now, act)


def reject(case_id: int, *, reason: str, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Turn the remedy down as the second administrator, which ends the case; its units are free again.

    Raises:
        Refused: nothing is proposed, no reason is given, or `by` proposed it or is no administrator of the registry.
    """
    given = command(by, key, "reject_correction", [case_id, reason])
    return _act(case_id, Act.REJECTED, given, now, lambda case: _end(case, Act.REJECTED, reason, by, now))


def withdraw(case_id: int, *, reason: str, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Withdraw a case that one opened or proposed; what it reserved is free again.

    Raises:
        Refused: it is decided already, no reason is given, or `by` neither opened nor proposed it.
    """
    given = command(by, key, "withdraw_correction", [case_id, reason])
    return _act(case_id, Act.WITHDRAWN, given, now, lambda case: _end(case, Act.WITHDRAWN, reason, by, now))


def _end(case: Case, act: Act, reason: str, by: PersonId, now: datetime) -> None:
    if not reason.strip():
        raise refused(Code.CORRECTION_INCOMPLETE, str(case.id), "give the reason")
    if case.transaction_id is not None:
        status = Status.REJECTED if act is Act.REJECTED else Status.CANCELLED
        transactions.release_part(case.transaction_id, status, by=by, now=now, reason=reason)
    writing.write(case, act, by, now, remark=reason)


def _act(
    case_id: int, act: Act, given: journal.Command, now: datetime, change: Callable[[Case], None]
) -> dict[str, Any]:
    def acted() -> dict[str, Any]:
        _require_administrator(given.person_id)
        case = writing.locked(case_id)
        if reasons := list(law.refusals_of_act(act, case, given.person_id)):
            raise Refused(reasons)
        change(case)
        journal.note(given, f"correction.{act}", f"correction:{case_id}", now, [case_id])
        return _shown(case_id)

    return once(given, lambda: _begun_anew(acted), lambda answer: _shown(answer.ids[0]))


def _begun_anew(act: Callable[[], Answer]) -> Answer:
    """Act in one database transaction, and again as a whole where others were in the way."""
    for _attempt in range(TRIES - 1):
        try:
            with journal.database_transaction():
                return act()
        except Refused as no:
            if Code.LEDGER_BUSY not in no.codes:
                raise
    with journal.database_transaction():
        return act()


def _require_administrator(by: PersonId) -> None:
    """Corrections reach into every section: they are for administrators of the registry, not of a Party's section."""
    people.require(by, Right.CORRECT, writing.administrators_section())


def _concerned(new: NewCase) -> Sequence[SeriesRange]:
    """The units that a case names, all of which exist."""
    if reasons := list(_missing(new)):
        raise Refused(reasons)
    ranges: Sequence[SeriesRange] = new.ranges
    if new.transaction_id is not None:
        transaction_id = TransactionId(new.transaction_id)
        if transaction_queries.proposal(transaction_id).status is not Status.COMPLETED:
            raise refused(Code.CORRECTION_INCOMPLETE, str(new.transaction_id), "it moved nothing: it is not completed")
        moved = transaction_queries.entries(transaction_id)
        ranges = new.ranges or [SeriesRange(each[0], each[1], each[2]) for each in moved]
    if pair := first_overlap(ranges):
        raise refused(Code.SERIALS_REPEATED, *(f"{each.first}-{each.last}" for each in pair))
    if sum(each.lot.count for each in authorizations.standing_in(ranges)) < journal.units(ranges):
        raise refused(Code.CORRECTION_INCOMPLETE, "", "some of these serials were never issued")
    return ranges


def _missing(new: NewCase) -> Iterator[Refusal]:
    if not new.reason.strip():
        yield Refusal(Code.CORRECTION_INCOMPLETE, "reason", "say why the case is opened")
    if not new.finding.strip():
        yield Refusal(Code.CORRECTION_INCOMPLETE, "finding", "say what is wrong")
    if new.transaction_id is None and not new.ranges:
        yield Refusal(Code.CORRECTION_INCOMPLETE, "units", "name the transaction, or the units by their serials")


def _sections(new: NewCase, ranges: Sequence[SeriesRange]) -> set[int]:
    standing = authorizations.standing_in(ranges)
    accounts = facts.accounts({each.account for each in standing})
    found = {each.section_id for each in accounts.values()}
    found |= {authorizations.section_of(code) for code in {each.lot.party for each in standing}} - {0}
    if new.transaction_id is not None:
        found |= set(transaction_queries.sections(TransactionId(new.transaction_id)))
    return found


def listed(*, by: PersonId | None, after: str | None = None, limit: int = 50) -> Page:
    """Cases that concern the sections of the person's roles, newest first, as `store.queries.corrections.page`.

    Raises:
        Refused: the person has no role, or `after` is no cursor.
    """
    seen = sections_of(by)
    found = reading.page(seen, below(after), limit + 1)
    following = str(found[limit - 1]["id"]) if len(found) > limit else None
    return Page(found[:limit], reading.count(seen), following)


def shown(case_id: int, *, by: PersonId | None) -> dict[str, Any]:
    """A case with its acts, for people of the sections that it concerns.

    Raises:
        Refused: there is no such case, or it concerns none of the person's sections.
    """
    found = reading.shown(case_id, sections_of(by))
    if found is None:
        raise refused(Code.CORRECTION_UNKNOWN, str(case_id))
    return _titled(found)


def _shown(case_id: int) -> dict[str, Any]:
    found = reading.shown(case_id, None)
    if found is None:
        raise refused(Code.CORRECTION_UNKNOWN, str(case_id))
    return _titled(found)


def _titled(found: dict[str, Any]) -> dict[str, Any]:
    for each in found["acts"]:
        each["remedy_title"] = _(law.REMEDY_TITLES[law.Remedy(each["remedy"])]) if each["remedy"] else ""
    return found
