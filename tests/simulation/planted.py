"""Desks and books with a fault planted: a mistake that somebody could make, and that the simulator has to find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from article6.exchange import acquiring, keys, provenance, transfers
from article6.exchange.arrivals import Arrivals, Read
from article6.exchange.batches import Batch
from article6.exchange.books import Apart, Side, TransferStatus
from article6.exchange.channel import Channel
from article6.exchange.desk import Desk
from article6.exchange.problems import Problem, Rejected
from article6.exchange.simulation.storage import Storage
from article6.exchange.transfers import Effect, Event, Says, Step

Plant = Callable[[pytest.MonkeyPatch], None]


def _steps(patch: pytest.MonkeyPatch, changed: dict[tuple[Side, TransferStatus, Event], Step]) -> None:
    patch.setattr(transfers, "STEPS", {**transfers.STEPS, **changed})


def completes_what_it_cancelled(patch: pytest.MonkeyPatch) -> None:
    """An acceptance after the deadline: the units are free again, and given all the same."""
    step = Step(TransferStatus.COMPLETED, Effect.NONE, Says.COMPLETED)
    _steps(patch, {(Side.SENDER, TransferStatus.CANCELLED, Event.ACCEPTED): step})


def releases_and_completes(patch: pytest.MonkeyPatch) -> None:
    """The units are released instead of taken out when the acquirer accepts."""
    step = Step(TransferStatus.COMPLETED, Effect.RELEASE, Says.COMPLETED)
    _steps(patch, {(Side.SENDER, TransferStatus.PROPOSED, Event.ACCEPTED): step})


def moves_nothing(patch: pytest.MonkeyPatch) -> None:
    """Both say that it is completed, and neither has booked it."""
    _steps(patch, {key: replace(step, effect=Effect.NONE) for key, step in transfers.STEPS.items() if step.is_moving})


def books_at_acceptance(patch: pytest.MonkeyPatch) -> None:
    """The acquirer takes a cancellation for a completion."""
    step = Step(TransferStatus.COMPLETED, Effect.TAKE_IN, Says.CONFIRMED)
    _steps(patch, {(Side.ACQUIRER, TransferStatus.ACCEPTED, Event.CANCELLED): step})


def gives_up_by_itself(patch: pytest.MonkeyPatch) -> None:
    """The acquirer cancels what it accepted when it hears nothing, instead of asking."""

    def ask(turn: acquiring.Turn, transfer_id: str) -> int:
        transfer = turn.books.transfer(transfer_id, lock=True)
        if transfer is not None and transfer.status == TransferStatus.ACCEPTED:
            turn.books.forget(transfer, turn.now)
            turn.books.save_transfer(replace(transfer, status=TransferStatus.CANCELLED, changed_at=turn.now))
        return 1

    patch.setattr(acquiring, "ask", ask)


def never_asks(patch: pytest.MonkeyPatch) -> None:
    """The sender forgets its deadline."""
    patch.setattr(transfers, "is_overdue", lambda transfer, now: False)


def handles_twice(patch: pytest.MonkeyPatch) -> None:
    """What follows from a message and the note that it was handled are two transactions; a status is not looked at."""
    whole = Desk._handle_next

    def handle(desk: Desk, peer: str, now: datetime) -> bool:
        with desk.books.transaction():
            received = desk._next(peer)
            if received is None:
                return False
            handler = desk._handlers[received.message.type]
            try:
                handler(desk._turn(now), received)
            except Rejected:
                return whole(desk, peer, now)
        with desk.books.transaction():
            desk.books.done([received.incoming])
        return True

    patch.setattr(Desk, "_handle_next", handle)
    patch.setattr(Desk, "_handle_together", lambda *given: (0, False))
    confirmed = Step(TransferStatus.COMPLETED, Effect.TAKE_IN, Says.CONFIRMED)
    _steps(patch, {(Side.ACQUIRER, TransferStatus.COMPLETED, Event.COMPLETED): confirmed})


def says_in_another_transaction(patch: pytest.MonkeyPatch) -> None:
    """What is said after a message was handled is written when the change is committed already."""
    send = Channel.send

    def late(whole: Callable[..., Any]) -> Callable[..., Any]:
        def handle(desk: Desk, *given: Any) -> Any:
            waiting: list[tuple[Any, ...]] = []
            with pytest.MonkeyPatch.context() as during:
                during.setattr(Channel, "send", lambda *said: waiting.append(said) or "later")
                handled = whole(desk, *given)
            for said in waiting:
                with desk.books.transaction():
                    send(*said)
            return handled

        return handle

    patch.setattr(Desk, "_handle_next", late(Desk._handle_next))
    patch.setattr(Desk, "_handle_together", late(Desk._handle_together))


def believes_everybody(patch: pytest.MonkeyPatch) -> None:
    """Provenance is not asked for."""
    patch.setattr(provenance, "objections", lambda proposed, giver, books: [])


def believes_any_chain(patch: pytest.MonkeyPatch) -> None:
    """A chain that leads to the giver is enough, whoever signed it and whatever it gave."""
    patch.setattr(provenance, "_broken", lambda serials, giver, chain: "")


def believes_old_chains(patch: pytest.MonkeyPatch) -> None:
    """What this registry itself gave away since is not looked up."""
    patch.setattr(provenance, "_stale", lambda serials, chain, books: "")


def believes_new_facts(patch: pytest.MonkeyPatch) -> None:
    """Attributes may change on the way."""
    patch.setattr(provenance, "_has_facts", lambda title, block: True)


def believes_signatures_unseen(patch: pytest.MonkeyPatch) -> None:
    """The key is looked up and the signature is not verified."""
    signed_by = keys.signed_by

    def unseen(jws: str, pinned: object, typ: str = keys.Kind.MESSAGE) -> object:
        try:
            return signed_by(jws, pinned, typ)  # type: ignore[arg-type]
        except Rejected as rejected:
            if rejected.objections[0].problem not in (Problem.SIGNATURE_WRONG, Problem.KEY_UNKNOWN):
                raise
            if keys.header(jws).kind != typ:
                raise
            return keys.content(jws), next(iter(pinned))  # type: ignore[call-overload]

    patch.setattr(keys, "signed_by", unseen)


def takes_any_completion(patch: pytest.MonkeyPatch) -> None:
    """A completion is booked whatever became of the transfer before."""
    step = Step(TransferStatus.COMPLETED, Effect.TAKE_IN, Says.CONFIRMED)
    before = (TransferStatus.CANCELLED, TransferStatus.REJECTED)
    _steps(patch, {(Side.ACQUIRER, each, Event.COMPLETED): step for each in before})


def acknowledges_before_it_keeps(patch: pytest.MonkeyPatch) -> None:
    """The receipt goes out although the message was rolled back, once in a while."""
    kept = Channel._kept
    count = iter(range(10**9))

    def lossy(self: Channel, jws: str, read: Read, arrivals: Arrivals, now: datetime) -> str:
        if next(count) % 50 != 49:
            return kept(self, jws, read, arrivals, now)
        new, received = list(arrivals.new), arrivals.received
        receipt = kept(self, jws, read, arrivals, now)
        arrivals.new, arrivals.received = new, received
        return receipt

    patch.setattr(Channel, "_kept", lossy)


def keeps_half_a_batch(patch: pytest.MonkeyPatch) -> None:
    """Of messages handled together, what was done before one was turned down stays done; then all are handled again."""

    def handle(desk: Desk, peer: str, now: datetime, limit: int) -> tuple[int, bool]:
        with desk.books.transaction():
            waiting = desk.books.in_order(peer, limit)
            known = desk.books.steady(peer)
            batch = Batch.of(known, waiting, desk._together) if known else None
            if batch is None or not batch.received:
                return 0, False
            with suppress(Apart, Rejected), desk.books.together(batch.transfer_ids, batch.offers, now):
                for received in batch.received:
                    desk._handlers[received.message.type](desk._turn(now), received)
                desk.books.done([each.incoming for each in batch.received])
                return len(batch.received), True
        return len(batch.received), False

    patch.setattr(Desk, "_handle_together", handle)
    confirmed = Step(TransferStatus.COMPLETED, Effect.TAKE_IN, Says.CONFIRMED)
    _steps(patch, {(Side.ACQUIRER, TransferStatus.COMPLETED, Event.COMPLETED): confirmed})


def loses_half_a_batch(patch: pytest.MonkeyPatch) -> None:
    """Of messages handled together, all count as handled although one was turned down and undid the others."""
    whole = Desk._handle_together

    def handle(desk: Desk, peer: str, now: datetime, limit: int) -> tuple[int, bool]:
        tried, is_done = whole(desk, peer, now, limit)
        if tried and not is_done:
            with desk.books.transaction():
                desk.books.done(desk.books.in_order(peer, tried))
            return tried, True
        return tried, is_done

    patch.setattr(Desk, "_handle_together", handle)


def commits_half(patch: pytest.MonkeyPatch) -> None:
    """The database keeps what was written before a crash."""

    @contextmanager
    def torn(self: Storage) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            self._undo.clear()

    patch.setattr(Storage, "transaction", torn)


PLANTS: tuple[Plant, ...] = (
    completes_what_it_cancelled, releases_and_completes, moves_nothing, books_at_acceptance, gives_up_by_itself,
    never_asks, handles_twice, says_in_another_transaction, believes_everybody, believes_any_chain,
    believes_old_chains, believes_new_facts, believes_signatures_unseen, takes_any_completion,
    acknowledges_before_it_keeps, keeps_half_a_batch, loses_half_a_batch, commits_half,
)  # fmt: skip
