"""Units that leave for another registry, on the ledger's side: reserved, approved by a second person, told of.

Nothing moves here: what was approved is announced to the peer, and `ledger.LedgerBooks.take_out` moves it once the peer
has accepted. Each function joins the database transaction of the act that calls it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from article6.domain import exchanges, lifecycles, roles
from article6.domain.kinds import ELSEWHERE, KINDS, LEAVING, LEAVING_INTERNATIONAL, Kind
from article6.domain.orders import Order, PersonId, Status, TransactionId
from article6.domain.refusals import Code, Refused, refused
from article6.domain.serials import SeriesRange
from article6.services import accounts, business_rules, registry, transactions
from article6.services.exchange import held_accounts
from article6.services.exchange.machines import exchange_person
from article6.store import arrivals, journal
from article6.store.journal import Command
from article6.store.queries import exchange_ledger as reading
from article6.store.queries import facts, registries
from article6.store.queries import transactions as proposals


@dataclass(frozen=True, slots=True)
class Leaving:
    """Units to be given to another registry: `target` is the account there, `party` the Party of that account, ''
    where it is none's. Units by `ranges`, or the lowest of `source` by `quantity`. `registered_on` is when the CDM
    activity of CERs was registered (3/CMA.3 annex para 75(a)), for all of the units. `is_information`: the peer is told
    of them, and they stay."""

    transfer_id: str
    source: str
    peer: str
    target: str
    party: str
    quantity: int | None = None
    ranges: tuple[SeriesRange, ...] = ()
    registered_on: date | None = None
    is_information: bool = False


def elsewhere_account(peer: str, now: datetime) -> str:
    """The number of the account in which units stand that a peer holds; opened when it is first asked for."""
    number = reading.elsewhere(peer)
    if number is not None:
        return number
    kind = _kind()
    with journal.database_transaction():
        journal.wait_for_turn(f"elsewhere:{peer}")
        if (number := reading.elsewhere(peer)) is not None:
            return number
        new = accounts.NewAccount(ELSEWHERE, registry.ADMINISTRATOR_SECTION, peer, holder=peer)
        account_id = accounts.write(new, KINDS[kind].accounts[ELSEWHERE], now)
        journal.note(Command(exchange_person()), "account.opened", f"account:{account_id}", now)
    return str(reading.elsewhere(peer))


def _kind() -> Kind:
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    return Kind(identity["kind"])


def propose_leaving(new: Leaving, *, by: PersonId, now: datetime) -> TransactionId:
    """Propose what leaves: its units are reserved until a second person decides, or the clock.

    Raises:
        Refused: every reason the rules have; nothing was written.
    """
    found = facts.accounts([new.source]).get(new.source)
    if found is None:
        raise refused(Code.ACCOUNT_UNKNOWN, new.source)
    terms: dict[str, Any] = {
        "transfer": new.transfer_id, "peer": new.peer, "account": new.target, "transferring_party": found.party,
        "acquiring_party": new.party,
    }  # fmt: skip
    if new.registered_on is not None:
        terms["registered_on"] = new.registered_on.isoformat()
    is_national = LEAVING_INTERNATIONAL in KINDS[_kind()].transactions
    type_ = exchanges.leaving_type(found.party, new.party) if is_national else LEAVING
    with journal.database_transaction():
        if new.is_information:
            target = held_accounts.held_account(new.peer, found.party, new.party, now)
        else:
            target = elsewhere_account(new.peer, now)
        order = Order(type_, new.source, target, new.quantity, new.ranges, terms=terms)
        return transactions.take_part(order, by=by, now=now).transaction_id


def approve_leaving(transaction_id: TransactionId, *, by: PersonId, now: datetime) -> None:
    """Approve what leaves, as its second person: it may be announced now, and does not expire any more.

    Raises:
        Refused: not proposed any more, approved before, proposed by the same person, no approver, or a rule says no.
    """
    _decidable(transaction_id, Status.COMPLETED, by)
    order, judged = transactions.judge_anew(transaction_id, now)
    if reasons := business_rules.refusals_of_approval(order, judged, by, now):
        raise Refused(reasons)
    arrivals.announce(transaction_id, by, now)


def reject_leaving(transaction_id: TransactionId, *, by: PersonId, now: datetime, reason: str) -> None:
    """Turn down what was proposed to leave, as its second person; its units are free again.

    Raises:
        Refused: not proposed any more, approved already, proposed by the same person, or no approver.
    """
    _decidable(transaction_id, Status.REJECTED, by)
    _require_unapproved(transaction_id)
    journal.decide(transaction_id, Status.REJECTED, Command(by), now, reason)


def withdraw_leaving(transaction_id: TransactionId, *, by: PersonId, now: datetime, reason: str = "") -> None:
    """Withdraw one's own proposal (or, as administrator, any) that nobody approved yet; its units are free again.

    What was approved is withdrawn by the transfer (`release`), which tells the peer.

    Raises:
        Refused: not proposed any more, approved already, or somebody else's.
    """
    proposal = proposals.proposal(transaction_id)
    if no := [*lifecycles.person_refusals(Status.CANCELLED, proposal, facts.actor(by))]:
        raise Refused(no)
    _require_leaving(proposal.type, proposal.status, transaction_id)
    _require_unapproved(transaction_id)
    journal.decide(transaction_id, Status.CANCELLED, Command(by), now, reason)


def _decidable(transaction_id: TransactionId, to: Status, by: PersonId) -> None:
    proposal = proposals.proposal(transaction_id, by)
    actor = facts.actor(by)
    if no := [*roles.may_approve(actor, proposal.section_id, proposal.is_representative)]:
        raise Refused(no)
    _require_leaving(proposal.type, proposal.status, transaction_id)
    if no := [*lifecycles.person_refusals(to, proposal, actor)]:
        raise Refused(no)


def _require_leaving(type_: str, status: Status, transaction_id: TransactionId) -> None:
    if type_ not in exchanges.LEAVINGS or status is not Status.PROPOSED:
        raise refused(Code.TRANSACTION_NOT_PROPOSED, str(transaction_id), status)


def _require_unapproved(transaction_id: TransactionId) -> None:
    if reading.approver(transaction_id) is not None:
        raise refused(Code.EXCHANGE_NOT_ANNOUNCED, str(transaction_id), "approved already")
