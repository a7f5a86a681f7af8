"""What the ledger is asked of messages that are handled together: read before the first, written after the last.

The transfers are of different units, so that none is judged by what another one moves; what they share, the ceilings of
authorizations, is counted on the way. Anything out of the ordinary is left to the messages' being handled one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from article6.domain import rules
from article6.domain.orders import Facts, Order, PersonId, TransactionId
from article6.domain.refusals import BrokenInvariant
from article6.exchange.books import Apart, Side, Transfer, TransferStatus
from article6.exchange.facts import Proposed
from article6.services import transactions
from article6.services.exchange import bookings, documents, judging
from article6.services.exchange.bookings import Booking, Contradicted
from article6.services.exchange.machines import exchange_person
from article6.services.exchange.sources import DATABASE, ReadAhead, Source
from article6.store import arrivals, journal
from article6.store.arrivals import Expected
from article6.store.journal import Decision
from article6.store.queries import exchange_ledger as reading


class Work:
    """The ledger's part in the handling of several messages, in one database transaction."""

    def __init__(self, transfers: Iterable[Transfer], offers: Sequence[Proposed]) -> None:
        """`transfers` that are known and `offers` that come.

        Raises:
            Apart: two of them are about the same units, amounts are told and units stay where they are, or units come
                with documents that are not recorded yet.
        """
        known = [each for each in transfers if each.id not in {offer.transfer_id for offer in offers}]
        proposals = [*offers, *(each.proposed for each in known)]
        if any(each.is_information for each in proposals) or _share_units(proposals):
            raise Apart
        coming = [each for each in known if (each.side, each.status) == (Side.ACQUIRER, TransferStatus.ACCEPTED)]
        judged = [*offers, *(each.proposed for each in coming)]
        self._ahead = ReadAhead(judged, [each.id for each in coming]) if judged else None
        if self._ahead and not all(documents.known(each.proposed, self._ahead).are_recorded for each in coming):
            raise Apart
        self._by = exchange_person() if coming else None
        self._leaving = [each for each in known if (each.side, each.status) == (Side.SENDER, TransferStatus.PROPOSED)]
        self._left: dict[TransactionId, tuple[PersonId, Order, Facts]] | None = None
        self._forgotten: list[str] = []
        self._bookings: list[Booking] = []
        self._decisions: list[tuple[tuple[int, int], Decision]] = []
        self._expected: list[Expected] = []

    @property
    def source(self) -> Source:
        """What proposals are judged by."""
        return self._ahead or DATABASE

    def expect(self, transfer: Transfer) -> None:
        """As `Ledger.expect`."""
        found = expected(transfer, self.source)
        self._expected.append(found)
        if self._ahead is not None:
            self._ahead.expects(
                (name, each.last - each.first + 1)
                for name, each in zip(found.under, found.serials, strict=True)
                if name
            )

    def take_in(self, transfer: Transfer, at: datetime) -> None:
        """As `Ledger.take_in`.

        Raises:
            Apart: the ledger contradicts what was accepted.
        """
        if self._ahead is None or self._by is None:
            raise Apart
        self._ahead.forgets(transfer.id)
        self._forgotten.append(transfer.id)
        try:
            judged = bookings.judged(transfer, at, self._ahead)
        except Contradicted:
            raise Apart from None
        moment = bookings.completed_at(transfer, at)
        self._bookings.append(bookings.booking(transfer, judged, judged.known, moment, self._by))
        self._ahead.came(judging.newly(judged))

    def take_out(self, transfer: Transfer, at: datetime) -> None:
        """As `Ledger.take_out`.

        Raises:
            Refused: the rules do not let one of those that may leave pass any more.
        """
        if self._left is None:
            self._left = _judged_anew(self._leaving, at)
        transaction_id = ledger_id(transfer)
        if transaction_id not in self._left:
            raise Apart
        approver, order, judged = self._left[transaction_id]
        decision = Decision(transaction_id, approver, tuple(rules.first_transfer_authorizations(order, judged)))
        first = order.ranges[0]
        self._decisions.append(((first.series_id, first.first), decision))

    def write(self, at: datetime) -> None:
        """Write all of it, what locks blocks before what locks accounts.

        Raises:
            Refused: the ledger saw under its locks what nobody could see before.
        """
        if self._forgotten:
            arrivals.forget(self._forgotten)
        if self._bookings:
            bookings.write(self._bookings, at)
        if self._decisions:
            # In the one order in which the ledger locks.
            journal.complete([each for _, each in sorted(self._decisions, key=lambda one: one[0])], at)
        if self._expected:
            arrivals.expect(self._expected, at)


def expected(transfer: Transfer, source: Source = DATABASE) -> Expected:
    """What is to be expected of a transfer that was judged in this database transaction."""
    proposed = transfer.proposed
    target = source.account(proposed.target_account)
    if target is None:
        raise BrokenInvariant(f"transfer {transfer.id} was accepted without its account")
    cut, here = judging.parted(replace(proposed, blocks=tuple(bookings.in_order(proposed.blocks))), source)
    serials = [bookings.named(each.serials) for each in cut.blocks]
    return Expected(transfer.id, transfer.peer, target.id, serials, judging.newly_under(cut.blocks, here))


def ledger_id(transfer: Transfer) -> TransactionId:
    """The transaction of the ledger that a transfer of ours is."""
    if transfer.ledger_id is None:
        raise BrokenInvariant(f"transfer {transfer.id} has no transaction of the ledger")
    return TransactionId(transfer.ledger_id)


def _judged_anew(leaving: Sequence[Transfer], at: datetime) -> dict[TransactionId, tuple[PersonId, Order, Facts]]:
    ids = [ledger_id(each) for each in leaving]
    approvers = reading.approvers(ids)
    judged = transactions.judge_several_anew(ids, at)
    return {each: (approvers[each], *judged[each]) for each in ids if each in approvers}


def _share_units(proposals: Sequence[Proposed]) -> bool:
    ordered = sorted(block.serials for each in proposals for block in each.blocks)
    return any(
        (one.registry, one.party) == (other.registry, other.party) and other.first <= one.last
        for one, other in itertools.pairwise(ordered)
    )
