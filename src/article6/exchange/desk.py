"""The desk of a registry: what comes is handled once and in order, what follows is written with it, and time counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from article6.domain.refusals import N_
from article6.exchange import acquiring, sending
from article6.exchange.batches import Batch
from article6.exchange.books import Apart, Books, Outgoing, Transfer
from article6.exchange.channel import LIMITS, Channel, Taken
from article6.exchange.keys import Signer
from article6.exchange.limits import Limits
from article6.exchange.problems import SENTENCES, Objection, Problem, Rejected
from article6.exchange.transfer_messages import TRANSFERS
from article6.exchange.turns import Handler, NotTaken, Received, Subject, Turn

BATCH = 100
"""Transfers that one call of `tick` looks at, of each kind."""

TOGETHER = 50
"""Messages that share a database transaction at most: others need not wait long for what it locks."""

NOT_TAKEN = N_("The peer did not take a message of ours; what it announced stands here.")


class Desk:
    """All that a registry does with its peers over its books. Every method opens its own database transactions, in
    which each message has all its effects or none; `announce` and `withdraw` may also run within the caller's.

    Transfers are always there; `subjects` adds other kinds of messages (reconciliation, views, instructions, ...).
    """

    def __init__(self, books: Books, signer: Signer, limits: Limits = LIMITS, subjects: Sequence[Subject] = ()) -> None:
        self.books = books
        self.limits = limits
        self.channel = Channel(books, signer, limits)
        self._handlers: dict[str, Handler] = {}
        self._not_taken: dict[str, NotTaken] = {}
        self._together: set[str] = set()
        for subject in (TRANSFERS, *subjects):
            self._together |= subject.together
            self._handlers.update(subject.handlers)
            self._not_taken.update(subject.not_taken)

    # Messages -------------------------------------------------------------------------------------------------------

    def receive(self, body: bytes, now: datetime) -> bytes:
        """A batch in, its receipts out.

        Raises:
            Rejected: it is no batch.
        """
        return self.channel.receive(body, now)

    def to_send(self, peer: str, now: datetime, limit: int | None = None) -> bytes | None:
        """What is to be sent to a peer now, None where nothing is."""
        return self.channel.to_send(peer, now, limit)

    def take_receipts(self, peer: str, body: bytes, now: datetime) -> Taken:
        """A peer's answer to a batch; what it did not take has its consequences, in the same database transaction.

        Raises:
            Rejected: these are no receipts of that peer.
        """
        return self.channel.take_receipts(peer, body, now, lambda taken: self._follow_not_taken(taken, now))

    def _follow_not_taken(self, taken: Taken, now: datetime) -> None:
        for message, objections in taken.rejected:
            handler = self._not_taken.get(message.type, _say_not_taken)
            try:
                with self.books.transaction():
                    handler(self._turn(now), message, objections)
            except Rejected:  # its subject is past that; the receipt counts all the same
                _say_not_taken(self._turn(now), message, objections)

    def handle(self, peer: str, now: datetime, limit: int = BATCH) -> int:
        """Handle what a peer sent, in order, as far as it has come; how many messages.

        Several that allow it are handled in one database transaction. Where one of them is turned down, or reads what
        another writes, nothing of it is kept, and fewer are tried after the first of them was handled by itself: what
        follows from a message is the same either way.
        """
        handled, most = 0, TOGETHER
        while handled < limit:
            tried, is_done = self._handle_together(peer, now, min(limit - handled, most))
            if is_done:
                handled += tried
                most = min(2 * most, TOGETHER)
            elif self._handle_next(peer, now):
                handled += 1
                most = max(tried // 2, 1) if tried else most
            else:
                break
        return handled

    def _handle_together(self, peer: str, now: datetime, limit: int) -> tuple[int, bool]:
        """Handle messages in one database transaction: how many, and whether that was done."""
        tried = 0
        try:
            with self.books.transaction():
                known = self.books.steady(peer)
                batch = Batch.of(known, self.books.in_order(peer, limit), self._together) if known else None
                if batch is None or not batch.received:
                    return 0, False
                tried = len(batch.received)
                turn = self._turn(now)
                with self.books.together(batch.transfer_ids, batch.offers, now):
                    for received in batch.received:
                        self._handlers[received.message.type](turn, received)
                    self.books.done([each.incoming for each in batch.received])
        except (Apart, Rejected):
            return tried, False
        return tried, True

    def _handle_next(self, peer: str, now: datetime) -> bool:
        try:
            with self.books.transaction():
                received = self._next(peer)
                if received is None:
                    return False
                handler = self._handlers.get(received.message.type)
                if handler is None:
                    raise Rejected(Objection(Problem.MESSAGE_TYPE, received.message.type))
                handler(self._turn(now), received)
                self.books.done([received.incoming])
        except Rejected as rejected:
            self._turn_down(peer, rejected.objections, now)
        return True

    def _turn_down(self, peer: str, objections: tuple[Objection, ...], now: datetime) -> None:
        """Nothing of the message was done; that it came, and why it counts for nothing, is kept and shown."""
        with self.books.transaction():
            received = self._next(peer)
            if received is None:
                return
            self.books.done([replace(received.incoming, objections=objections)])
            for problem in dict.fromkeys(each.problem for each in objections):
                self.books.alert(peer, SENTENCES[problem], f"{problem} {received.message.id}", now)

    def _next(self, peer: str) -> Received | None:
        known = self.books.steady(peer)
        found = self.channel.next(peer) if known else None
        return Received(known, *found) if known and found else None

    # Transfers ------------------------------------------------------------------------------------------------------

    def announce(self, transfer: Transfer, now: datetime) -> Transfer:
        """Propose a waiting transfer to its peer, its units being reserved: the second person has approved it.

        Raises:
            Rejected: the peer or the service is not connected, or units came here by no completion that is kept.
        """
        with self.books.transaction():
            return sending.announce(self._turn(now), transfer)

    def withdraw(self, transfer_id: str, now: datetime) -> Transfer:
        """Cancel a transfer of ours that is not completed.

        Raises:
            Rejected: it is unknown, or final.
        """
        with self.books.transaction():
            return sending.withdraw(self._turn(now), transfer_id)

    def retry(self, transfer_id: str, now: datetime) -> Transfer:
        """Try again to book a completion that was disputed, after a person has removed what stood against it.

        Raises:
            Rejected: it is unknown or not disputed, or the ledger still contradicts it.
        """
        with self.books.transaction():
            return acquiring.retry(self._turn(now), transfer_id)

    def tick(self, now: datetime) -> int:
        """What comes by time alone: overdue proposals are cancelled, the status of what was accepted is asked for; how
        many transfers. Each in its own transaction."""
        with self.books.transaction():
            due = self.books.due(now, BATCH)
            unanswered = self.books.unanswered(now - self.limits.ask_after, BATCH)
        done = 0
        for transfer in due:
            with self.books.transaction():
                done += sending.expire(self._turn(now), transfer.id)
        for transfer in unanswered:
            with self.books.transaction():
                done += acquiring.ask(self._turn(now), transfer.id)
        return done

    def _turn(self, now: datetime) -> Turn:
        return Turn(self.books, self.channel, self.limits, now)


def _say_not_taken(turn: Turn, message: Outgoing, objections: tuple[Objection, ...]) -> None:
    turn.alert(message.peer, NOT_TAKEN, f"{message.type} {message.id}")
