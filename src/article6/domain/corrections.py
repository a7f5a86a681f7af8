"""Corrective action: the life of a case as a table, and what a case may do to units.

A correction puts units where they belong. It never takes back a first transfer, takes no units out of a final account
and changes no attribute of a batch: what is wrong there is recorded, and compensated or reported.

Source: 6/CMA.4 annex I para 17(c); 7/CMA.4 annex I para 32(i).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from article6.domain.kinds import TransactionType
from article6.domain.orders import Facts, Order, PersonId, TransactionId
from article6.domain.refusals import N_, Code, Refusal
from article6.domain.serials import SeriesRange
from article6.domain.units import KYOTO_UNITS

MOVEMENT_TYPE, CANCELLATION_TYPE = "correction", "cancellation_corrective"

TYPES = frozenset({MOVEMENT_TYPE, CANCELLATION_TYPE})
"""The transaction types that are decided through their case, and by no other door."""


class State(StrEnum):
    """What a case has come to. Confirmed, rejected and withdrawn are final."""

    OPENED = "opened"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What is done with a case; each is written once and kept."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class By(StrEnum):
    """Who does it, of the registry's administrators."""

    ANY = "any administrator"
    SECOND = "an administrator who did not propose it"
    OWN = "who opened or proposed it"
    CLOCK = "the clock, 30 days after the proposal"


@dataclass(frozen=True, slots=True)
class Step:
    """Where an act is possible, what the case is after it, and who does it."""

    starts: frozenset[State]
    ends: State
    by: By


STEPS: Mapping[Act, Step] = MappingProxyType(
    {
        Act.PROPOSED: Step(frozenset({State.OPENED}), State.PROPOSED, By.ANY),
        Act.CONFIRMED: Step(frozenset({State.PROPOSED}), State.CONFIRMED, By.SECOND),
        Act.REJECTED: Step(frozenset({State.PROPOSED}), State.REJECTED, By.SECOND),
        Act.WITHDRAWN: Step(frozenset({State.OPENED, State.PROPOSED}), State.WITHDRAWN, By.OWN),
        Act.LAPSED: Step(frozenset({State.PROPOSED}), State.OPENED, By.CLOCK),
    }
)


class Remedy(StrEnum):
    """What puts it right: units go where they belong, as many are cancelled instead, or it is only recorded."""

    MOVEMENT = "movement"
    CANCELLATION = "administrative_cancellation"
    NOTE = "note"


REMEDY_TITLES: Mapping[Remedy, str] = MappingProxyType(
    {
        Remedy.MOVEMENT: N_("Units are moved to where they belong"),
        Remedy.CANCELLATION: N_("As many units are cancelled instead"),
        Remedy.NOTE: N_("It is recorded, for a revised report"),
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its acts left it; `proposed_by`, `remedy` and `transaction_id` are those of the proposal that waits."""

    id: int
    state: State
    opened_by: PersonId
    units: tuple[SeriesRange, ...]
    reason: str = ""
    acts: int = 0
    proposed_by: PersonId | None = None
    remedy: Remedy | None = None
    transaction_id: TransactionId | None = None

    @property
    def quantity(self) -> int:
        return sum(each.count for each in self.units)


@dataclass(frozen=True, slots=True)
class NewRemedy:
    """What is proposed. `remark` says what is recorded, and is all that a note has.

    A movement without serials moves all units concerned; a cancellation takes serials, or the lowest units of `source`,
    as many as are concerned.
    """

    remedy: Remedy
    source: str = ""
    target: str = ""
    ranges: tuple[SeriesRange, ...] = ()
    quantity: int | None = None
    remark: str = ""

    def order(self, case: Case) -> Order:
        """The transaction that it asks for."""
        terms = {"case": case.id, "reason": case.reason}
        if self.remedy is Remedy.MOVEMENT:
            return Order(MOVEMENT_TYPE, self.source, self.target, None, self.ranges or case.units, terms=terms)
        quantity = None if self.ranges else case.quantity
        return Order(CANCELLATION_TYPE, self.source, self.target, quantity, self.ranges, terms=terms)


def refusals_of_act(act: Act, case: Case, by: PersonId) -> Iterator[Refusal]:
    """Whether the case is where the act is possible, and whether this person may do it."""
    step = STEPS[act]
    if case.state not in step.starts:
        yield Refusal(Code.CORRECTION_WRONG_STATE, str(case.id), case.state)
    elif step.by is By.SECOND and by == case.proposed_by:
        yield Refusal(Code.PERSON_APPROVES_OWN, str(case.id))
    elif step.by is By.OWN and by not in (case.opened_by, case.proposed_by):
        yield Refusal(Code.CORRECTION_NOT_OWN, str(case.id))


def refusals_of_remedy(new: NewRemedy, case: Case) -> Iterator[Refusal]:
    """What of a remedy does not answer the case; the ledger's own rules judge its transaction besides."""
    if new.remedy is Remedy.NOTE:
        if not new.remark.strip():
            yield Refusal(Code.CORRECTION_INCOMPLETE, "remark", "say what is recorded")
        if new.source or new.target or new.ranges or new.quantity is not None:
            yield Refusal(Code.CORRECTION_INCOMPLETE, "remedy", "a note moves no units")
        return
    if not new.source or not new.target:
        yield Refusal(Code.CORRECTION_INCOMPLETE, "target" if new.source else "source", "name both accounts")
    named = sum(each.count for each in new.ranges) if new.ranges else new.quantity
    if new.remedy is Remedy.CANCELLATION:
        if named is not None and named != case.quantity:
            yield Refusal(Code.CORRECTION_QUANTITY_DIFFERS, str(named), str(case.quantity))
        return
    if new.quantity is not None and new.quantity != sum(each.count for each in new.ranges or case.units):
        yield Refusal(Code.QUANTITY_RANGE_MISMATCH, str(new.quantity))
    for each in new.ranges:
        if not _is_within(each, case.units):
            yield Refusal(Code.CORRECTION_NOT_CONCERNED, f"{each.first}-{each.last}")


def _is_within(wanted: SeriesRange, concerned: Iterable[SeriesRange]) -> bool:
    reached = wanted.first
    for each in sorted(concerned):
        if each.series_id == wanted.series_id and each.first <= reached <= each.last:
            reached = each.last + 1
    return reached > wanted.last


def is_no_first_transfer(order: Order, facts: Facts, kind: TransactionType) -> Iterator[Refusal]:
    """What was not first transferred comes into another Party's hands by its first transfer, never by a correction.

    It may be put back to its own Party, or into the administrator's section. CERs have no first transfer.
    """
    source, target = facts.source, facts.target
    if order.type != MOVEMENT_TYPE or source is None or target is None or source.section_id == target.section_id:
        return
    for lot in facts.lots:
        is_unmarked = not lot.is_first_transferred and lot.unit_type not in KYOTO_UNITS
        if is_unmarked and target.party not in ("", lot.party):
            yield Refusal(Code.CORRECTION_NOT_FIRST_TRANSFERRED, f"{lot.first}-{lot.last}", target.party)
