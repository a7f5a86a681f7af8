"""The table of roles: complete, least privilege, and asked by everybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from article6.domain.account_requests import Identification, refusals
from article6.domain.entities import Document
from article6.domain.kinds import KINDS, Role
from article6.domain.orders import ANY_SECTION, Actor, PersonId
from article6.domain.refusals import Code
from article6.domain.roles import HOLDERS, RIGHTS, ROLES, Appointment, Right, may, may_approve, may_propose
from article6.domain.roles import refusals as role_refusals

NOW = datetime(2026, 3, 1, tzinfo=UTC)
GHANA, SWITZERLAND = 2, 3
DECIDING = {Right.APPROVE, Right.DECIDE_ACCOUNT_REQUEST, Right.CHANGE_ROLE, Right.ADMIT_PERSON, Right.CHANGE_RULES}


def actor(*roles: tuple[int, Role], is_machine: bool = False) -> Actor:
    return Actor(PersonId(1), "Ama", frozenset(roles), is_machine=is_machine)


def test_every_role_and_every_right_is_in_the_table() -> None:
    assert set(ROLES) == set(Role)
    assert set(RIGHTS) == set(Right)
    assert all(HOLDERS[right] for right in Right)


def test_every_role_that_kinds_names_as_a_proposer_is_a_role_that_acts() -> None:
    readers = {role for role, rule in ROLES.items() if rule.rights <= {Right.READ, Right.INSPECT}}
    named = {role for rules in KINDS.values() for each in rules.transactions.values() for role in each.proposers}
    assert readers - {Role.TRUSTEE} == {Role.AUDITOR}
    assert named.isdisjoint({Role.AUDITOR, Role.REVIEWER, Role.APPROVER, Role.SECRETARIAT})


def test_a_role_holds_where_it_was_given() -> None:
    of_ghana, of_all = actor((GHANA, Role.PARTY_ADMINISTRATOR)), actor((ANY_SECTION, Role.ADMINISTRATOR))
    assert may(of_ghana, Right.OPEN_ACCOUNT, GHANA)
    assert not may(of_ghana, Right.OPEN_ACCOUNT, SWITZERLAND)
    assert not may(of_ghana, Right.OPEN_ACCOUNT, ANY_SECTION)
    assert not may(of_ghana, Right.CHANGE_ROLE, GHANA)
    assert all(may(of_all, right, section) for right in Right for section in (ANY_SECTION, GHANA))


def test_no_machine_holds_a_role_that_decides() -> None:
    for role, rule in ROLES.items():
        assert not (rule.for_machines and rule.rights & DECIDING), role


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (Appointment(Role.APPROVER, True, False, None), []),
        (Appointment(Role.REVIEWER, True, False, NOW + timedelta(1)), []),
        (Appointment(Role.REVIEWER, True, False, None), [Code.ROLE_NEEDS_END]),
        (Appointment(Role.AUDITOR, True, False, NOW), [Code.REQUEST_MALFORMED]),
        (Appointment(Role.PARTY_ADMINISTRATOR, False, True, None), [Code.ROLE_OF_PARTY, Code.PERSON_IS_MACHINE]),
    ],
)
def test_how_a_role_may_be_given(wanted: Appointment, codes: list[Code]) -> None:
    assert [each.code for each in role_refusals(wanted, NOW)] == codes


@pytest.mark.parametrize(
    ("who", "is_representative", "codes"),
    [
        (actor((GHANA, Role.REPRESENTATIVE)), None, []),
        (actor((SWITZERLAND, Role.REPRESENTATIVE)), None, [Code.PERSON_NOT_PERMITTED]),
        (actor((GHANA, Role.REPRESENTATIVE)), False, [Code.PERSON_NOT_REPRESENTATIVE]),
        (actor(), True, []),
        (actor((GHANA, Role.ADMINISTRATOR)), False, []),
    ],
)
def test_who_proposes(who: Actor, is_representative: bool | None, codes: list[Code]) -> None:
    proposers = frozenset({Role.REPRESENTATIVE, Role.ADMINISTRATOR})
    assert [each.code for each in may_propose(who, proposers, GHANA, is_representative)] == codes


def test_representatives_propose_only_what_representatives_may() -> None:
    only = frozenset({Role.TRUSTEE})
    assert [each.code for each in may_propose(actor(), only, GHANA, True)] == [Code.PERSON_NOT_PERMITTED]
    assert not [*may_propose(actor((GHANA, Role.TRUSTEE)), only, GHANA, False)]


@pytest.mark.parametrize(
    ("who", "is_representative", "codes"),
    [
        (actor((GHANA, Role.APPROVER)), None, []),
        (actor((GHANA, Role.REPRESENTATIVE)), None, [Code.PERSON_NOT_PERMITTED]),
        (actor((GHANA, Role.APPROVER)), False, [Code.PERSON_NOT_REPRESENTATIVE]),
        (actor(), True, []),
        (actor((GHANA, Role.ADMINISTRATOR)), False, []),
        (actor(is_machine=True), True, [Code.PERSON_IS_MACHINE]),
    ],
)
def test_who_approves(who: Actor, is_representative: bool | None, codes: list[Code]) -> None:
    assert [each.code for each in may_approve(who, GHANA, is_representative)] == codes


def test_a_holder_is_identified_by_name_country_number_and_documents() -> None:
    paper = Document("certificate", "folio 12", "0" * 64)
    assert not [*refusals(Identification("Ltd", "GHA", "C-1", (paper,)), 0, needs_approval=False)]
    assert not [*refusals(Identification("Ltd", "GHA", "C-1", (paper,)), 2, needs_approval=True)]
    bad = Identification("", "gha", " ", (paper, Document("certificate", "folio 12", "0" * 63)))
    found = [each.subject for each in refusals(bad, 1, needs_approval=True)]
    assert found == ["legal_name", "identification_number", "country", "document 2", "representatives"]
