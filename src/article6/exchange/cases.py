"""Cases of reconciliation: what is known of each, and what reconciliation asks of the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from article6.exchange.comparing import Difference, Flow, Settled, beyond, serials_of
from article6.exchange.facts import Serials
from article6.exchange.facts_json import serials_from, serials_json

SERVICE = "reconciliation"


class Status(StrEnum):
    """The life of a reconciliation (numbers: standards.md 7.1.4).

    `confirmed` (0): a peer's start was taken, and our totals told; `initiated` (1): we started it; `totals_differ` (3);
    `blocks_differ` (4): what differs is known from an earlier case, which is open; `completed` (5): nothing differs;
    `completed_by_hand` (6): it differed, was resolved, and nothing differs any more; `denied` (7): the peer did not
    take the start; `by_hand` (99): a case for the administrators of both.
    """

    CONFIRMED = "confirmed"
    INITIATED = "initiated"
    TOTALS_DIFFER = "totals_differ"
    BLOCKS_DIFFER = "blocks_differ"
    COMPLETED = "completed"
    COMPLETED_BY_HAND = "completed_by_hand"
    DENIED = "denied"
    BY_HAND = "by_hand"


COMPARING = (Status.CONFIRMED, Status.INITIATED, Status.TOTALS_DIFFER)
"""Not at its end yet."""

STATEMENT = "statement"
"""The action of a resolution by which both sides state that the books stand as they do."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """`id` as the registry that started it named it; `is_ours` True: that was us. `result` is what we found,
    `peer_result` what the peer told that it found; '' while that is open."""

    id: str
    peer: str
    is_ours: bool
    as_of: datetime
    reason: str
    status: Status
    started_at: datetime
    changed_at: datetime
    result: str = ""
    peer_result: str = ""


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """A line of the journal that concerns serials; `evidence` the completion of its transfer, a compact JWS, or ''."""

    serials: Serials
    at: datetime
    transaction: str
    action: str
    transfer_id: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """What is to be corrected, and in whose books; `transaction` its number there, '' before it is done."""

    serials: Serials
    registry: str
    action: str
    reason: str
    transaction: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """One side's signed word on how a case is resolved."""

    by_us: bool
    corrections: tuple[Correction, ...]
    decided_by: str
    at: datetime
    message_id: str


class CaseBooks(Protocol):
    """What reconciliation asks of the registry beside `Books`; all in the desk's database transaction."""

    def flows(self, peer: str, as_of: datetime) -> list[Flow]:
        """What passed to and from a peer until a moment by the journal, in the order in which it was booked."""

    def used(self, serials: Sequence[Serials]) -> list[Serials]:
        """The parts of serials that were cancelled or retired here."""

    def trail(self, serials: Sequence[Serials]) -> list[TrailEntry]:
        """Every line of the journal that touches serials, in the order in which it was booked."""

    def said(self, peer: str, reconciliation_id: str, message_type: str, last: int) -> list[Mapping[str, Any]]:
        """What a peer told about a reconciliation by messages of a type up to a number, in order."""

    def reconciliation(self, reconciliation_id: str, peer: str, *, lock: bool = False) -> Reconciliation | None: ...
    def save(self, found: Reconciliation) -> None: ...
    def open_cases(self, peer: str) -> list[Reconciliation]:
        """Those of a peer that are in the administrators' hands, oldest first."""

    def add_differences(self, reconciliation_id: str, peer: str, found: Sequence[Difference]) -> None: ...
    def differences(self, reconciliation_id: str, peer: str) -> list[Difference]: ...

    def hold(self, reconciliation_id: str, peer: str, serials: Sequence[Serials], at: datetime) -> list[Serials]:
        """Reserve those of the serials that stand here and are not final; those that something else has reserved."""

    def release(self, peer: str, serials: Sequence[Serials] | None, at: datetime) -> None:
        """Free what is held for cases with a peer: holds that touch these serials, or all."""

    def sign(self, reconciliation_id: str, peer: str, signature: Signature) -> None: ...
    def signatures(self, reconciliation_id: str, peer: str) -> list[Signature]:
        """Both sides', oldest first."""

    def settled(self, peer: str) -> list[Settled]:
        """What both sides signed a statement about."""


def both_signed(signatures: Sequence[Signature]) -> tuple[Correction, ...]:
    """What both sides have signed alike, in one round or several."""
    return _rounds(signatures)[0]


def waiting(signatures: Sequence[Signature], *, by_us: bool) -> tuple[Correction, ...]:
    """What one side signed last and the other has not."""
    return _rounds(signatures)[1].get(by_us, ())


def _rounds(
    signatures: Sequence[Signature],
) -> tuple[tuple[Correction, ...], dict[bool, tuple[Correction, ...]]]:
    """A round ends where the newest words of both are the same; the next begins with what still differs."""
    agreed: list[Correction] = []
    last: dict[bool, tuple[Correction, ...]] = {}
    for each in signatures:
        last[each.by_us] = each.corrections
        if len(last) == len({True, False}) and last[True] == last[False]:
            agreed += each.corrections
            last = {}
    return tuple(agreed), last


def left_open(differences: Iterable[Difference], signatures: Sequence[Signature]) -> list[Serials]:
    """What differs and is in no resolution of both, merged and in order."""
    agreed = [each.serials for each in both_signed(signatures)]
    return [part for each in serials_of(differences) for part in beyond(each, agreed)]


def correction_json(each: Correction) -> dict[str, Any]:
    """As messages and records have it."""
    return {
        "serials": serials_json(each.serials), "registry": each.registry, "action": each.action,
        "reason": each.reason, "transaction": each.transaction,
    }  # fmt: skip


def correction(found: Mapping[str, Any]) -> Correction:
    """The correction that a message or a record has."""
    return Correction(
        serials_from(found["serials"]), found["registry"], found["action"], found["reason"], found["transaction"]
    )
