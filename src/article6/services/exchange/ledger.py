"""The ledger as the exchange between registries asks it: `exchange.books.Ledger` on PostgreSQL.

Every method joins the database transaction of the desk. What the ledger refuses is an objection, and nothing of it was
written; where only others were in the way (`ledger.busy`) the refusal goes up, so that the desk's whole transaction is
tried again.
"""

from __future__ import annotations

from datetime import datetime

from article6.domain import rules
from article6.domain.kinds import ELSEWHERE
from article6.domain.orders import Status
from article6.domain.refusals import BrokenInvariant, Code, Refused
from article6.exchange.books import Transfer, TransferStatus
from article6.exchange.facts import Proposed, Serials
from article6.exchange.problems import Objection
from article6.services import transactions
from article6.services.exchange import bookings, documents, judging, told_units
from article6.services.exchange.bookings import Contradicted
from article6.services.exchange.machines import exchange_person
from article6.services.exchange.several import Work, expected, ledger_id
from article6.services.exchange.sources import DATABASE
from article6.store import arrivals, journal
from article6.store.journal import Command
from article6.store.queries import exchange_ledger as reading
from article6.store.queries import told


class LedgerBooks:
    """The ledger of this registry, for the desk. It keeps nothing of its own but, while several messages are handled
    together, what is read and to be written for all of them (`work`)."""

    work: Work | None = None

    def judge(self, proposed: Proposed, peer: str, at: datetime) -> list[Objection]:
        """The acquirer's own checks, every reason at once; see `services.exchange.judging`."""
        return list(judging.judge(proposed, at, self.work.source if self.work else DATABASE).objections)

    def expect(self, transfer: Transfer, at: datetime) -> None:
        """Remember that units are to come into the account, which `judge` has found in the same database transaction.

        Raises:
            Refused: the account was closed or blocked since, or the serials were accepted or recorded here by somebody
                who did not wait for the judge's turn; tried again, the judge finds it.
        """
        if self.work is not None:
            self.work.expect(transfer)
        else:
            arrivals.expect([expected(transfer)], at)

    def forget(self, transfer: Transfer, at: datetime) -> None:
        """The expected units will not come."""
        arrivals.forget([transfer.id])

    def take_in(self, transfer: Transfer, at: datetime) -> list[Objection]:
        """Book the acquisition, as of the moment in which the sender completed the transfer."""
        if self.work is not None:
            self.work.take_in(transfer, at)
            return []
        try:
            with journal.database_transaction():
                _take_in(transfer, at)
        except Contradicted as no:
            return list(no.objections)
        except Refused as no:
            return _objections(no)
        return []

    def take_out(self, transfer: Transfer, at: datetime) -> list[Objection]:
        """Move the reserved units to `elsewhere`, in the name of the person who approved, after the rules were asked
        once more."""
        if self.work is not None:
            self.work.take_out(transfer, at)
            return []
        transaction_id = ledger_id(transfer)
        approver = reading.approver(transaction_id)
        if approver is None:
            raise BrokenInvariant(f"transfer {transfer.id} was announced before it was approved")
        try:
            with journal.database_transaction():
                order, judged = transactions.judge_anew(transaction_id, at)
                firsts = rules.first_transfer_authorizations(order, judged)
                journal.decide(transaction_id, Status.COMPLETED, Command(approver), at, "", firsts)
        except Refused as no:
            return _objections(no)
        return []

    def held_in(self, transfer: Transfer) -> str:
        """The account into which the transfer's transaction moved its units."""
        return told.target_of(ledger_id(transfer))

    def release(self, transfer: Transfer, status: TransferStatus, at: datetime) -> None:
        """The reserved units are free again: the peer rejected, or the transfer was cancelled."""
        ended = Status.REJECTED if status is TransferStatus.REJECTED else Status.CANCELLED
        journal.decide(ledger_id(transfer), ended, None, at, f"transfer {transfer.id}: {status}")

    def stands_with(self, serials: Serials) -> str | None:
        """The peer with which all of these serials stand; None where they were never here, '' otherwise."""
        parts = reading.standing([(serials.registry, serials.party, serials.first, serials.last)])
        if not parts:
            return None
        holders = {each["holder"] if each["account_type"] == ELSEWHERE else "" for each in parts}
        covered = sum(each["last"] - each["first"] + 1 for each in parts)
        return holders.pop() if len(holders) == 1 and covered == serials.count else ""


def _objections(no: Refused) -> list[Objection]:
    """What the peer hears of a refusal. Where only others were in the way it goes up, and all is tried again."""
    if Code.LEDGER_BUSY in no.codes:
        raise no
    return [judging.objection(each) for each in no.reasons]


def _take_in(transfer: Transfer, at: datetime) -> None:
    arrivals.forget([transfer.id])
    judged = bookings.judged(transfer, at)
    known = documents.record(transfer.proposed, judged.known, at)
    moment = bookings.completed_at(transfer, at)
    if transfer.proposed.is_information:
        if judged.target is None:
            raise BrokenInvariant(f"transfer {transfer.id}: no account, and no objection")
        told_units.take_in(transfer, judged.target, known, moment)
        return
    bookings.write([bookings.booking(transfer, judged, known, moment, exchange_person())], at)
