"""Transactions: propose, approve, reject, cancel, expire; and many at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

from article6.domain import corrections, exchanges, lifecycles, roles, rules
from article6.domain.authorizations import Event
from article6.domain.declarations import PARTICIPANTS, VOLUNTARY_CANCELLATION
from article6.domain.kinds import KINDS, Kind
from article6.domain.orders import Account, Facts, Order, Outcome, PersonId, Proposal, Status, TransactionId
from article6.domain.refusals import BrokenInvariant, Code, Refusal, Refused, refused
from article6.services import business_rules, correction_acts, declarations, notices
from article6.services.commands import GivenAnswer, command, once, repeated
from article6.store import journal
from article6.store.journal import Command, Posting
from article6.store.queries import authorizations, facts, mechanism, representatives, transactions

EXPIRES_AFTER = timedelta(days=30)
"""How long a proposal waits for its second person before its units are released."""

TRIES = 8
"""How often an order is judged anew when the units it was judged on have changed under it."""


def propose(order: Order, *, by: PersonId, now: datetime, key: str | None = None) -> Outcome:
    """Propose a transaction; where no second person is asked for, it is completed at once.

    Raises:
        Refused: every reason the rules have, or what the ledger saw under lock; nothing was written.
    """
    given = command(by, key, "propose", order)
    for attempt in range(TRIES):
        try:
            return _propose(order, given, now)
        except Refused as no:
            if attempt + 1 < TRIES and _may_fare_better(no, given):
                continue
            raise
    raise refused(Code.LEDGER_BUSY)


def take_part(order: Order, *, by: PersonId, now: datetime) -> Outcome:
    """Propose a transaction as part of a larger act, in that act's database transaction, and try once.

    The act judged who may ask for it, and begins anew as a whole where others were in the way.

    Raises:
        Refused: every reason the rules have, or what the ledger saw under lock; the act must not go on.
    """
    return _propose(order, Command(by), now, in_act=True)


def _may_fare_better(no: Refused, given: Command) -> bool:
    # A clash of equal keys is answered on the next try: the winner's answer can then be read.
    return Code.LEDGER_BUSY in no.codes or (given.key is not None and no.codes == (Code.IDEMPOTENCY_CONTENT_DIFFERS,)
                                            and no.reasons[0].subject == "audit_event_idempotency")  # fmt: skip


def _propose(order: Order, given: Command, now: datetime, *, in_act: bool = False) -> Outcome:
    read = facts.read(order, given.person_id, given.key)
    answer = repeated(given, read.earlier)
    if answer is not None:
        return _same_again(answer)
    order = for_its_purpose(order, read.accounts.get(order.target))
    known = _facts(order, read, now)
    reasons = rules.refusals(order, known, in_act=in_act)
    if reasons := reasons or business_rules.refusals(order, known, now, read.rule_act):
        raise Refused(reasons)
    posting = posting_for(order, known, now)
    firsts = rules.first_transfer_authorizations(order, known) if posting.is_completed else []
    [transaction_id] = journal.post([posting], given, firsts, laid(order, known))
    if in_act and posting.is_completed and _comes_from_abroad(order, known):
        notices.transfer_received(posting.target, posting.quantity, transaction_id, now)
    return Outcome(transaction_id, Status.COMPLETED if posting.is_completed else Status.PROPOSED)


def _comes_from_abroad(order: Order, known: Facts) -> bool:
    return known.rules.transactions[order.type].event is Event.INTERNATIONAL_TRANSFER


def _same_again(answer: GivenAnswer) -> Outcome:
    return Outcome(TransactionId(answer.ids[0]), Status(answer.outcome), is_repeat=True)


def _facts(order: Order, read: facts.Read, now: datetime) -> Facts:
    numbers = {lot.authorization_id for lot in read.lots if lot.authorization_id is not None}
    known = Facts(
        kind=read.kind,
        actor=read.actor,
        source=read.accounts.get(order.source),
        target=read.accounts.get(order.target),
        lots=_needed(order, read),
        available=sum(lot.count for lot in read.lots),
        authorizations=facts.authorizations_by_id(numbers),
        today=now.date(),
        is_representative=read.is_representative,
        is_trusted=read.is_trusted,
        law=declarations.law_in_force(read.kind, read.law_act, now),
    )
    known = with_participation(order, known) if known.law is not None else known
    known = as_seen_from_there(order, known) if order.type in exchanges.LEAVINGS else known
    return with_named(order, known) if rules.names_authorization(order, read.kind) else known


def _needed(order: Order, read: facts.Read) -> tuple[facts.Lot, ...]:
    """Of the lots read, those that the quantity reaches: rules judge no unit that would stay where it is."""
    if order.ranges:
        return read.lots
    reached, taken = 0, []
    for lot in read.lots:
        if reached >= (order.quantity or 0):
            break
        reached += lot.count
        taken.append(lot)
    return tuple(taken)


def for_its_purpose(order: Order, target: Account | None) -> Order:
    """The order with the purpose that its target account is for, where the particulars leave it out."""
    if target is None or not target.purpose:
        return order
    its = {"purpose": target.purpose, **({"sub_purpose": target.sub_purpose} if target.sub_purpose else {})}
    return replace(order, terms={**its, **{name: value for name, value in order.terms.items() if value != ""}})


def with_participation(order: Order, known: Facts) -> Facts:
    """The facts with whether the holder may cancel, where only participants do (3/CMA.3 annex para 61)."""
    only = known.law is not None and known.law.switch(VOLUNTARY_CANCELLATION) == PARTICIPANTS
    if not only or known.source is None or known.kind is not Kind.MECHANISM:
        return known
    like = known.law.likes.get(order.type, order.type) if known.law is not None else order.type
    if like not in ("cancellation_voluntary", "cancellation_oimp"):
        return known
    return replace(known, takes_part=mechanism.takes_part(known.source, known.lots))


def as_seen_from_there(order: Order, known: Facts) -> Facts:
    """The facts of what leaves for another registry: its Party takes the units, its account is trusted or not."""
    trusted = known.is_trusted
    if trusted is not None:
        [(_is_representative, trusted)] = representatives.standing(
            [(order.source, str(order.terms.get("account") or ""))], known.actor.person_id
        )
    return replace(exchanges.as_seen_from_there(order, known), is_trusted=trusted)


def with_named(order: Order, known: Facts) -> Facts:
    """The facts with the authorization that the order names, and the units as its scope sees them."""
    code = str(order.terms.get("authorization") or "")
    named = authorizations.authorization_in_force(code, {lot.party for lot in known.lots})
    if named is None:
        return known
    return replace(
        known,
        named=named,
        named_section=authorizations.section_of(named.party),
        covered=authorizations.covered(known.lots),
    )


def laid(order: Order, known: Facts) -> int | None:
    """What the order lays on its units: an authorization, none (it is withdrawn), or None where they keep theirs."""
    if known.named is None:
        return None
    lays = KINDS[known.kind].transactions[order.type].lays
    return known.named.id if lays else journal.NO_AUTHORIZATION


def posting_for(order: Order, known: Facts, now: datetime) -> Posting:
    """An order that the rules have let pass, as the ledger takes it."""
    if known.source is None or known.target is None:
        raise BrokenInvariant("the rules let an order pass without its accounts")
    waits = rules.needs_second_person(order, known)
    return Posting(
        order=order,
        source=known.source,
        target=known.target,
        quantity=order.quantity or journal.units(order.ranges),
        at=now,
        is_completed=not waits,
        expires_at=now + EXPIRES_AFTER if waits else None,
        batches=tuple({lot.batch_id for lot in known.lots if lot.batch_id is not None}),
        authorizations=tuple({lot.authorization_id or 0 for lot in known.lots}),
    )


def post_many(orders: Sequence[tuple[Order, datetime]], *, by: PersonId, key: str | None = None) -> list[TransactionId]:
    """Post orders that name their units by serials, all or none, in one call, each at its own time.

    No order may take units that an earlier one of the same call brought, and none may wait for a second person.

    Raises:
        Refused: the reasons of every order that is refused; nothing was written.
    """
    given = command(by, key, "post_many", orders)
    return once(given, lambda: _post_many(orders, given), lambda answer: [TransactionId(each) for each in answer.ids])


def _post_many(orders: Sequence[tuple[Order, datetime]], given: Command) -> list[TransactionId]:
    read_at_once = facts.read_many([order for order, _ in orders], given.person_id)
    reasons: list[Refusal] = []
    postings: list[Posting] = []
    firsts: set[int] = set()
    rule_act, law_act = business_rules.last_act(), declarations.last_act()
    for (asked, at), read in zip(orders, read_at_once, strict=True):
        order = for_its_purpose(asked, read.target)
        known = replace(read, today=at.date(), law=declarations.law_in_force(read.kind, law_act, at))
        known = with_participation(order, known)
        found = rules.refusals(order, known) or business_rules.refusals(order, known, at, rule_act)
        if not found and rules.needs_second_person(order, known):
            found = [Refusal(Code.REQUEST_MALFORMED, order.type, "waits for a second person; propose it alone")]
        if not found and not order.ranges:
            found = [Refusal(Code.REQUEST_MALFORMED, order.type, "name the units by serials")]
        reasons += found
        if not reasons:
            postings.append(posting_for(order, known, at))
            firsts.update(rules.first_transfer_authorizations(order, known))
    if reasons:
        raise Refused(reasons)
    return journal.post(postings, given, sorted(firsts))


def approve(
    transaction_id: TransactionId, *, by: PersonId, now: datetime, key: str | None = None, comment: str = ""
) -> Outcome:
    """Complete a proposed transaction as its second person, who may add a comment.

    The rules are asked again: what was right when it was proposed may not be now.

    Raises:
        Refused: not proposed any more, proposed by the same person, no approver, or a rule says no.
    """
    given = command(by, key, "approve", [transaction_id, comment] if comment else transaction_id)
    return once(given, lambda: _approve(transaction_id, given, now, comment), _same_again)


def _approve(transaction_id: TransactionId, given: Command, now: datetime, comment: str) -> Outcome:
    _decidable(transaction_id, Status.COMPLETED, given.person_id)
    return _complete(transaction_id, given, now, comment)


def approve_part(transaction_id: TransactionId, *, by: PersonId, now: datetime) -> Outcome:
    """Complete a proposed transaction as part of a larger act, in that act's database transaction; it judged who may.

    Raises:
        Refused: not proposed any more, or a rule says no; the act must not go on.
    """
    return _complete(transaction_id, Command(by), now)


def release_part(transaction_id: TransactionId, status: Status, *, by: PersonId, now: datetime, reason: str) -> None:
    """Set the units of a proposed transaction free as part of a larger act, in that act's database transaction.

    Raises:
        Refused: not proposed any more.
    """
    journal.decide(transaction_id, status, Command(by), now, reason)


def judge_anew(transaction_id: TransactionId, now: datetime) -> tuple[Order, Facts]:
    """A proposed transaction as an order, with the facts of now, after the rules have let it pass again.

    Raises:
        Refused: not proposed any more, or every reason that the rules have by now.
    """
    return judge_several_anew([transaction_id], now)[transaction_id]


def judge_several_anew(
    transaction_ids: Sequence[TransactionId], now: datetime
) -> dict[TransactionId, tuple[Order, Facts]]:
    """As `judge_anew`, of transactions of different units.

    Raises:
        Refused: as `judge_anew`, of the first that does not pass.
    """
    read = transactions.proposed_orders(transaction_ids)
    act = declarations.last_act()
    laid = facts.with_authorizations([known for _, known in read.values()])
    judged: dict[TransactionId, tuple[Order, Facts]] = {}
    for transaction_id, known in zip(read, laid, strict=True):
        order = read[transaction_id][0]
        law = declarations.law_in_force(known.kind, act, now)
        judged[transaction_id] = order, _judged_anew(transaction_id, order, replace(known, today=now.date(), law=law))
    return judged


def _judged_anew(transaction_id: TransactionId, order: Order, known: Facts) -> Facts:
    judged = with_participation(order, known)
    if order.type in exchanges.LEAVINGS:
        judged = as_seen_from_there(order, judged)
    if rules.names_authorization(order, judged.kind):
        judged = with_named(order, judged)
    # The lots are reserved by this very transaction, and the proposer was judged when proposing.
    passed_over = {Code.BLOCK_RESERVED, Code.PERSON_NOT_PERMITTED, Code.PERSON_NOT_REPRESENTATIVE}
    if reasons := [each for each in rules.refusals(order, judged, in_act=True) if each.code not in passed_over]:
        # Somebody may have decided it while we looked: then that is the reason.
        _require_proposed(transactions.proposal(transaction_id))
        raise Refused(reasons)
    return judged


def _complete(transaction_id: TransactionId, given: Command, now: datetime, comment: str = "") -> Outcome:
    order, judged = judge_anew(transaction_id, now)
    if reasons := business_rules.refusals_of_approval(order, judged, given.person_id, now):
        raise Refused(reasons)
    firsts = rules.first_transfer_authorizations(order, judged)
    told = judged.target if _comes_from_abroad(order, judged) else None
    with journal.database_transaction() if told else nullcontext():
        journal.decide(transaction_id, Status.COMPLETED, given, now, comment, firsts, laid(order, judged))
        if told:
            notices.transfer_received(told, order.quantity or 0, transaction_id, now)
    return Outcome(transaction_id, Status.COMPLETED)


def _decidable(transaction_id: TransactionId, to: Status, by: PersonId) -> None:
    proposal = transactions.proposal(transaction_id, by)
    section_id = next(iter(transactions.sections(transaction_id)), proposal.section_id)
    actor = facts.actor(by)
    no = [*roles.may_approve(actor, section_id, proposal.is_representative)]
    if no:
        raise Refused(no)
    _require_alone(proposal)
    _require_proposed(proposal)
    if no := [*lifecycles.person_refusals(to, proposal, actor)]:
        raise Refused(no)


def _require_alone(proposal: Proposal) -> None:
    if proposal.type in corrections.TYPES | exchanges.BY_THE_EXCHANGE:
        raise refused(Code.TRANSACTION_NOT_ALONE, proposal.type, str(proposal.id))


def _require_proposed(proposal: Proposal) -> None:
    if proposal.status is not Status.PROPOSED:
        raise refused(Code.TRANSACTION_NOT_PROPOSED, str(proposal.id), proposal.status)


def reject(
    transaction_id: TransactionId, *, by: PersonId, now: datetime, reason: str, key: str | None = None
) -> Outcome:
    """Turn a proposal down as its second person; its units are free again.

    Raises:
        Refused: not proposed any more, proposed by the same person, or no approver.
    """
    given = command(by, key, "reject", [transaction_id, reason])

    def act() -> Outcome:
        _decidable(transaction_id, Status.REJECTED, by)
        journal.decide(transaction_id, Status.REJECTED, given, now, reason)
        return Outcome(transaction_id, Status.REJECTED)

    return once(given, act, _same_again)


def cancel(
    transaction_id: TransactionId, *, by: PersonId, now: datetime, reason: str = "", key: str | None = None
) -> Outcome:
    """Withdraw one's own proposal (or, as administrator, any); its units are free again.

    Raises:
        Refused: not proposed any more, or somebody else's.
    """
    given = command(by, key, "cancel", [transaction_id, reason])

    def act() -> Outcome:
        proposal = transactions.proposal(transaction_id)
        if no := [*lifecycles.person_refusals(Status.CANCELLED, proposal, facts.actor(by))]:
            raise Refused(no)
        _require_alone(proposal)
        _require_proposed(proposal)
        journal.decide(transaction_id, Status.CANCELLED, given, now, reason)
        return Outcome(transaction_id, Status.CANCELLED)

    return once(given, act, _same_again)


def expire_due(now: datetime) -> int:
    """Release the units of proposals whose time is over; how many there were."""
    expired = 0
    for transaction_id in transactions.due(now):
        try:
            _expire(transaction_id, now)
            expired += 1
        except Refused as no:
            if no.codes != (Code.TRANSACTION_NOT_PROPOSED,):
                raise
    return expired


def _expire(transaction_id: TransactionId, now: datetime) -> None:
    with journal.database_transaction():
        case = correction_acts.locked_case_of(transaction_id)
        journal.decide(transaction_id, Status.EXPIRED, None, now)
        if case is not None:
            correction_acts.lapse(case, now)
        else:
            notices.proposal_expired(transaction_id, now)
