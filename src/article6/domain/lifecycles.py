"""What a proposed transaction and an account go through: tables that services and rules ask, and the manual shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from article6.domain import roles
from article6.domain.orders import Actor, Proposal, Status
from article6.domain.refusals import N_, Code, Refusal
from article6.domain.roles import Right


class Decider(StrEnum):
    """Who decides a proposed transaction."""

    SECOND_PERSON = "second_person"
    PROPOSER = "proposer"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Decision:
    """A way in which a proposed transaction ends. `right` is what the second person needs, or, for a withdrawal, who
    withdraws somebody else's; None for the clock."""

    status: Status
    decider: Decider
    right: Right | None
    title: str


DECISIONS: Mapping[Status, Decision] = MappingProxyType(
    {
        each.status: each
        for each in (
            Decision(Status.COMPLETED, Decider.SECOND_PERSON, Right.APPROVE, N_("approved by a second person")),
            Decision(Status.REJECTED, Decider.SECOND_PERSON, Right.APPROVE, N_("turned down by a second person")),
            Decision(Status.CANCELLED, Decider.PROPOSER, Right.WITHDRAW, N_("withdrawn by who proposed it")),
            Decision(Status.EXPIRED, Decider.CLOCK, None, N_("not decided in time")),
        )
    }
)
"""What is not here is no way out of `proposed`; from any other status there is none."""


def person_refusals(to: Status, proposal: Proposal, actor: Actor) -> Iterator[Refusal]:
    """Why the actor may not end the proposal so, as far as it matters whose it is."""
    decision = DECISIONS[to]
    is_own = proposal.proposed_by == actor.person_id
    if decision.decider is Decider.SECOND_PERSON and is_own:
        yield Refusal(Code.PERSON_APPROVES_OWN, str(proposal.id))
    if decision.decider is Decider.PROPOSER and not is_own:
        may = decision.right is not None and roles.may(actor, decision.right, proposal.section_id)
        if not may:
            yield Refusal(Code.PERSON_NOT_PERMITTED, actor.name, proposal.type)


@dataclass(frozen=True, slots=True)
class AccountState:
    """A status of accounts: whether units may leave and come in, and to which statuses it can change."""

    status: str
    may_debit: bool
    may_credit: bool
    next: tuple[str, ...]


ACCOUNT_STATES: Mapping[str, AccountState] = MappingProxyType(
    {
        each.status: each
        for each in (
            AccountState("open", True, True, ("blocked_debit", "blocked", "closed")),
            AccountState("blocked_debit", False, True, ("open", "blocked", "closed")),
            AccountState("blocked", False, False, ("open", "blocked_debit", "closed")),
            AccountState("closed", False, False, ()),
        )
    }
)
