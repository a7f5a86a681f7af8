"""The tables of what a transaction and an account go through."""

from __future__ import annotations

import pytest

from article6.domain.kinds import Role
from article6.domain.lifecycles import ACCOUNT_STATES, DECISIONS, person_refusals
from article6.domain.orders import Actor, PersonId, Proposal, Status, TransactionId
from article6.domain.refusals import Code

AMA, BO = PersonId(1), PersonId(2)


def proposal() -> Proposal:
    return Proposal(TransactionId(7), "transfer", Status.PROPOSED, 3, AMA, None)


def codes(to: Status, person: PersonId, *roles: Role) -> list[Code]:
    actor = Actor(person, "Somebody", frozenset((3, each) for each in roles))
    return [each.code for each in person_refusals(to, proposal(), actor)]


def test_every_end_of_a_proposal_is_in_the_table() -> None:
    assert set(DECISIONS) == set(Status) - {Status.PROPOSED}


@pytest.mark.parametrize("to", [Status.COMPLETED, Status.REJECTED])
def test_a_second_person_decides(to: Status) -> None:
    assert codes(to, AMA, Role.APPROVER) == [Code.PERSON_APPROVES_OWN]
    assert codes(to, BO, Role.APPROVER) == []


def test_who_proposed_withdraws_and_an_administrator() -> None:
    assert codes(Status.CANCELLED, AMA) == []
    assert codes(Status.CANCELLED, BO, Role.APPROVER) == [Code.PERSON_NOT_PERMITTED]
    assert codes(Status.CANCELLED, BO, Role.ADMINISTRATOR) == []


def test_nothing_comes_after_closed_and_everything_leads_there() -> None:
    assert ACCOUNT_STATES["closed"].next == ()
    assert all("closed" in each.next for each in ACCOUNT_STATES.values() if each.next)
    for each in ACCOUNT_STATES.values():
        assert each.status not in each.next
        assert set(each.next) <= set(ACCOUNT_STATES)
        assert each.may_credit or not each.may_debit
