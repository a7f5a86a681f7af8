"""The life of a transfer between two registries, as a table: what may happen, and what follows from it.

The sender coordinates: from its approval on, only it decides whether units move, in its own books and by its own clock.
The acquirer promises (accepted) and then waits. So there is one place where the outcome is decided, and both sides
reach it from any order of crashes and delays. Source: 6/CMA.4 annex I paras 9-10; statuses: standards.md 7.1.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from article6.exchange.books import Side, Transfer, TransferStatus
from article6.exchange.problems import Objection, Problem, Rejected


class Event(StrEnum):
    """What can happen to a transfer. On the acquirer's side `cancelled` is also the sender's signed word that it knows
    of no such transfer."""

    ANNOUNCED = "announced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_TAKEN = "not_taken"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class Effect(StrEnum):
    """What follows in the ledger, in the same database transaction."""

    NONE = "none"
    RELEASE = "release"
    TAKE_OUT = "take_out"
    TAKE_IN = "take_in"
    FORGET = "forget"


class Says(StrEnum):
    """The message that follows, in the same database transaction."""

    NOTHING = ""
    PROPOSED = "proposed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Step:
    """The status reached, the ledger's part and the message. `is_moving`: units move now, so the moment is kept."""

    status: TransferStatus
    effect: Effect = Effect.NONE
    says: Says = Says.NOTHING

    @property
    def is_moving(self) -> bool:
        return self.effect in (Effect.TAKE_OUT, Effect.TAKE_IN)


_S, _A, _T, _E = Side.SENDER, Side.ACQUIRER, TransferStatus, Event

STEPS: Mapping[tuple[Side, TransferStatus, Event], Step] = MappingProxyType({
    (_S, _T.WAITING, _E.ANNOUNCED): Step(_T.PROPOSED, says=Says.PROPOSED),
    (_S, _T.WAITING, _E.WITHDRAWN): Step(_T.CANCELLED, Effect.RELEASE),
    (_S, _T.PROPOSED, _E.WITHDRAWN): Step(_T.CANCELLED, Effect.RELEASE, Says.CANCELLED),
    (_S, _T.PROPOSED, _E.EXPIRED): Step(_T.CANCELLED, Effect.RELEASE, Says.CANCELLED),
    (_S, _T.PROPOSED, _E.NOT_TAKEN): Step(_T.REJECTED, Effect.RELEASE),
    (_S, _T.PROPOSED, _E.REJECTED): Step(_T.REJECTED, Effect.RELEASE),
    (_S, _T.PROPOSED, _E.ACCEPTED): Step(_T.COMPLETED, Effect.TAKE_OUT, Says.COMPLETED),
    # The answer crossed our cancellation on its way: what was cancelled stays so, and the acquirer hears of it.
    (_S, _T.CANCELLED, _E.ACCEPTED): Step(_T.CANCELLED),
    (_S, _T.CANCELLED, _E.REJECTED): Step(_T.CANCELLED),
    (_S, _T.COMPLETED, _E.CONFIRMED): Step(_T.SETTLED),
    (_S, _T.COMPLETED, _E.DISPUTED): Step(_T.DISPUTED),
    (_S, _T.DISPUTED, _E.CONFIRMED): Step(_T.SETTLED),
    (_A, _T.ACCEPTED, _E.COMPLETED): Step(_T.COMPLETED, Effect.TAKE_IN, Says.CONFIRMED),
    (_A, _T.ACCEPTED, _E.CANCELLED): Step(_T.CANCELLED, Effect.FORGET),
    (_A, _T.REJECTED, _E.CANCELLED): Step(_T.REJECTED),
})  # fmt: skip
"""All that may happen. What is not here changes nothing and is turned down."""

FINAL = frozenset({_T.REJECTED, _T.CANCELLED, _T.COMPLETED, _T.SETTLED, _T.DISPUTED})
"""From here no message of one side alone moves units; a person can have a dispute tried again."""


def step(transfer: Transfer, event: Event) -> Step:
    """What follows from an event.

    Raises:
        Rejected: it may not happen to a transfer of this status; nothing changes.
    """
    found = STEPS.get((transfer.side, transfer.status, event))
    if found is None:
        never_promised = transfer.status not in FINAL or transfer.status == TransferStatus.REJECTED
        problem = Problem.TRANSFER_NOT_ACCEPTED if never_promised else Problem.TRANSFER_ALREADY_FINAL
        raise Rejected(Objection(problem, transfer.id, f"{transfer.status} <- {event}"))
    return found


def moved_on(transfer: Transfer, reached: Step, now: datetime, objections: tuple[Objection, ...] = ()) -> Transfer:
    """The transfer after a step. Where the status stays (messages that crossed) nothing else changes either."""
    if reached.status == transfer.status:
        return transfer
    after = replace(transfer, status=reached.status, changed_at=now, objections=objections or transfer.objections)
    return replace(after, completed_at=now) if reached.is_moving else after


def event_for(transfer: Transfer, now: datetime) -> Event:
    """What an acceptance means to the sender: after the deadline nothing is completed any more."""
    return Event.EXPIRED if is_overdue(transfer, now) else Event.ACCEPTED


def is_overdue(transfer: Transfer, now: datetime) -> bool:
    """Whether the sender's rule cancels it: proposed, and the deadline has come."""
    return transfer.side == Side.SENDER and transfer.status == TransferStatus.PROPOSED and now >= transfer.deadline


TOLD: Mapping[TransferStatus, Event | None] = MappingProxyType({
    _T.WAITING: None,
    _T.PROPOSED: None,
    _T.CANCELLED: _E.CANCELLED,
    _T.REJECTED: _E.CANCELLED,
    _T.COMPLETED: _E.COMPLETED,
})  # fmt: skip
"""What the sender's status means to an acquirer that accepted; None: go on waiting."""


def told_by(transfer: Transfer) -> TransferStatus:
    """The status that the other side is told. A sender has given its word, whatever the acquirer could make of it."""
    has_given = transfer.side == Side.SENDER and transfer.status in (TransferStatus.SETTLED, TransferStatus.DISPUTED)
    return TransferStatus.COMPLETED if has_given else transfer.status
