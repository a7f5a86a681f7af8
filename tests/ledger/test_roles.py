"""Roles: what each may do, how they are given and taken, and that a suspension works at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from conftest import Database
from django.test import Client
from ledger.books import NOW, Books, found_registry

from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, Refused
from article6.services import accounts, people, registry, role_changes, transactions
from article6.services.accounts import NewAccount
from article6.store.database import one, rows
from article6.store.queries import facts, registries

LATER = datetime.now(UTC) + timedelta(days=30)


@pytest.fixture
def books(database: object) -> Books:
    return found_registry()


def refusal(act: Any, *given: Any, **more: Any) -> tuple[Code, ...]:
    with pytest.raises(Refused) as no:
        act(*given, **more)
    return no.value.codes


def section(code: str) -> int:
    return registries.sections()[code]


def second_administrator(books: Books) -> PersonId:
    assert people.give_role(books.cy, ANY_SECTION, Role.ADMINISTRATOR, by=books.admin, now=NOW).status == "approved"
    return books.cy


def roles_of(person: PersonId) -> set[tuple[int, Role]]:
    return set(facts.actor(person).roles)


def test_the_founder_appoints_alone_until_there_is_a_second_administrator(books: Books) -> None:
    second_administrator(books)
    asked = people.give_role(books.ama, section("GHA"), Role.APPROVER, by=books.admin, now=NOW)
    assert asked.status == "proposed"
    assert (section("GHA"), Role.APPROVER) not in roles_of(books.ama)
    assert refusal(role_changes.decide, asked.id, approve=True, by=books.admin, now=NOW) == (Code.PERSON_APPROVES_OWN,)
    assert refusal(role_changes.decide, asked.id, approve=True, by=books.bo, now=NOW) == (Code.PERSON_NOT_PERMITTED,)
    assert role_changes.decide(asked.id or 0, approve=True, by=books.cy, now=NOW).status == "approved"
    assert (section("GHA"), Role.APPROVER) in roles_of(books.ama)
    again = refusal(role_changes.decide, asked.id, approve=False, by=books.cy, now=NOW)
    assert again == (Code.PROPOSAL_DECIDED,)
    said = [each[0] for each in rows("SELECT action FROM audit_event WHERE action LIKE 'role.%%' ORDER BY id")]
    assert said == [
        "role.representative.given_alone", "role.approver.given_alone", "role.administrator.given_alone",
        "role.approver.proposed", "role.approver.given",
    ]  # fmt: skip


def test_a_role_is_taken_by_two_and_counts_no_more(books: Books) -> None:
    second_administrator(books)
    asked = people.take_role(books.ama, ANY_SECTION, Role.REPRESENTATIVE, by=books.cy, now=NOW)
    assert roles_of(books.ama)
    role_changes.decide(asked.id or 0, approve=True, by=books.admin, now=NOW)
    assert roles_of(books.ama) == set()
    assert refusal(people.take_role, books.ama, ANY_SECTION, Role.REPRESENTATIVE, by=books.cy, now=NOW) == (
        Code.REQUEST_MALFORMED,
    )


def test_what_is_rejected_or_withdrawn_does_nothing(books: Books) -> None:
    second_administrator(books)
    for by in (books.cy, books.admin):
        asked = people.give_role(books.ama, ANY_SECTION, Role.AUDITOR, by=books.admin, now=NOW)
        assert role_changes.decide(asked.id or 0, approve=False, by=by, now=NOW, reason="no").status == "rejected"
    assert (ANY_SECTION, Role.AUDITOR) not in roles_of(books.ama)
    assert refusal(role_changes.decide, 99, approve=True, by=books.cy, now=NOW) == (Code.PROPOSAL_UNKNOWN,)


def test_nobody_approves_a_role_for_themselves(books: Books) -> None:
    second_administrator(books)
    asked = people.give_role(books.cy, ANY_SECTION, Role.TRUSTEE, by=books.admin, now=NOW)
    assert refusal(role_changes.decide, asked.id, approve=True, by=books.cy, now=NOW) == (Code.PERSON_APPROVES_OWN,)


def test_where_no_other_administrator_is_left_an_approver_is_the_second_person(books: Books) -> None:
    second_administrator(books)
    people.suspend(books.cy, by=books.admin, now=NOW)
    asked = people.give_role(books.ama, ANY_SECTION, Role.AUDITOR, by=books.admin, now=NOW)
    assert asked.status == "proposed"
    assert role_changes.decide(asked.id or 0, approve=True, by=books.bo, now=NOW).status == "approved"


def test_the_registry_always_has_an_administrator(books: Books) -> None:
    assert refusal(people.suspend, books.admin, by=books.admin, now=NOW) == (Code.PERSON_LAST_ADMINISTRATOR,)
    take = (books.admin, ANY_SECTION, Role.ADMINISTRATOR)
    assert refusal(people.take_role, *take, by=books.admin, now=NOW) == (Code.PERSON_LAST_ADMINISTRATOR,)
    second_administrator(books)
    people.suspend(books.admin, by=books.cy, now=NOW)
    assert refusal(people.suspend, books.cy, by=books.cy, now=NOW) == (Code.PERSON_LAST_ADMINISTRATOR,)


def test_a_reviewer_needs_an_end_and_a_role_ends_by_the_clock(books: Books) -> None:
    give = (books.cy, section("GHA"), Role.REVIEWER)
    assert refusal(people.give_role, *give, by=books.admin, now=NOW) == (Code.ROLE_NEEDS_END,)
    past = refusal(people.give_role, *give, by=books.admin, now=NOW, until=NOW)
    assert past == (Code.REQUEST_MALFORMED,)
    people.give_role(*give, by=books.admin, now=NOW, until=LATER)
    assert roles_of(books.cy) == {(section("GHA"), Role.REVIEWER)}
    soon = datetime.now(UTC) + timedelta(milliseconds=50)
    people.give_role(*give, by=books.admin, now=NOW, until=soon)
    one("SELECT pg_sleep(0.1)")
    assert roles_of(books.cy) == set()


def test_a_reviewer_and_an_auditor_only_read(books: Books) -> None:
    books.open("A")
    books.open("B", needs_approval=True)
    books.issue("A", 10)
    waits = books.issue("B", 10) and books.move("B", "A", 1).transaction_id
    people.give_role(books.cy, section("GHA"), Role.REVIEWER, by=books.admin, now=NOW, until=LATER)
    people.give_role(books.cy, section("GHA"), Role.AUDITOR, by=books.admin, now=NOW)
    act = {"by": books.cy, "now": NOW}
    assert refusal(books.move, "A", "B", 1, by=books.cy) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(transactions.approve, waits, **act) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(accounts.open_account, NewAccount("holding", "GHA", "x"), **act) == (Code.PERSON_NOT_PERMITTED,)


def test_a_party_administrator_acts_in_the_partys_section_only(books: Books) -> None:
    wrong = refusal(people.give_role, books.cy, ANY_SECTION, Role.PARTY_ADMINISTRATOR, by=books.admin, now=NOW)
    assert wrong == (Code.ROLE_OF_PARTY,)
    wrong = refusal(people.give_role, books.cy, section("ADM"), Role.PARTY_ADMINISTRATOR, by=books.admin, now=NOW)
    assert wrong == (Code.ROLE_OF_PARTY,)
    people.give_role(books.cy, section("GHA"), Role.PARTY_ADMINISTRATOR, by=books.admin, now=NOW)
    act = {"by": books.cy, "now": NOW}
    opened = accounts.open_account(NewAccount("holding", "GHA", "Ghana"), **act)
    accounts.set_status(opened.number, "blocked", reason="holder changes", **act)
    assert refusal(accounts.open_account, NewAccount("holding", "CHE", "x"), **act) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(registry.add_sections, ["BRA"], **act) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(people.add_person, "dee", "Dee", **act) == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(people.give_role, books.ama, section("GHA"), Role.APPROVER, **act) == (Code.PERSON_NOT_PERMITTED,)


def test_a_machine_has_no_password_proposes_and_neither_decides_nor_administers(books: Books) -> None:
    act = {"by": books.admin, "now": NOW}
    made = refusal(people.add_person, "robot", "Robot", **act, password="correct horse battery", is_machine=True)
    assert made == (Code.PERSON_IS_MACHINE,)
    robot = people.add_person("robot", "Robot", **act, is_machine=True)
    assert refusal(people.set_password, robot, "correct horse battery", **act) == (Code.PERSON_IS_MACHINE,)
    for role in (Role.ADMINISTRATOR, Role.APPROVER, Role.SECRETARIAT):
        assert refusal(people.give_role, robot, ANY_SECTION, role, **act) == (Code.PERSON_IS_MACHINE,)
    people.give_role(robot, ANY_SECTION, Role.REPRESENTATIVE, **act)
    books.open("A", needs_approval=True)
    books.open("B")
    books.issue("A", 10)
    waits = books.move("A", "B", 1, by=robot).transaction_id
    codes = refusal(transactions.approve, waits, by=robot, now=NOW)
    assert codes == (Code.PERSON_IS_MACHINE, Code.PERSON_NOT_PERMITTED)


def test_a_suspension_takes_effect_at_once_and_ends_by_two(books: Books) -> None:
    now = datetime.now(UTC)
    people.set_password(books.ama, "correct horse battery", by=books.admin, now=now)
    client = Client(SERVER_NAME="localhost")
    assert client.login(username="ama", password="correct horse battery")
    assert client.get("/me/sessions").status_code == 200
    token = people.create_token(books.ama, "test", ["propose"], by=books.admin, now=now)
    assert people.authenticate(token, now) is not None
    second_administrator(books)
    people.suspend(books.ama, by=books.admin, now=now)
    assert client.get("/me/sessions").status_code == 302
    assert people.authenticate(token, now) is None
    assert refusal(facts.actor, books.ama) == (Code.PERSON_UNKNOWN,)
    asked = people.reinstate(books.ama, by=books.admin, now=now)
    assert asked.status == "proposed"
    assert people.authenticate(token, now) is None
    role_changes.decide(asked.id or 0, approve=True, by=books.cy, now=now)
    assert people.authenticate(token, now) is not None
    assert refusal(people.reinstate, books.ama, by=books.admin, now=now) == (Code.REQUEST_MALFORMED,)


def test_the_same_key_proposes_once(books: Books) -> None:
    second_administrator(books)
    give = (books.ama, section("GHA"), Role.APPROVER)
    first = people.give_role(*give, by=books.admin, now=NOW, key="k")
    assert people.give_role(*give, by=books.admin, now=NOW, key="k") == first
    role_changes.decide(first.id or 0, approve=True, by=books.cy, now=NOW, key="d")
    assert role_changes.decide(first.id or 0, approve=True, by=books.cy, now=NOW, key="d").status == "approved"
    assert role_changes.listed(books.admin)[0]["status"] == "approved"
    assert role_changes.listed(books.ama) == []


def test_two_appointments_at_once_do_not_pass_the_second_person_by(books: Books) -> None:
    """Both begin while the founder is alone; the second is judged after the first."""
    from threading import Thread

    from django.db import connections

    dee = people.add_person("dee", "Dee", by=books.admin, now=NOW)
    found: list[str] = []

    def appoint(person: PersonId) -> None:
        found.append(people.give_role(person, ANY_SECTION, Role.ADMINISTRATOR, by=books.admin, now=NOW).status)
        connections["default"].close()

    threads = [Thread(target=appoint, args=(person,)) for person in (books.cy, dee)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == ["approved", "proposed"]


HOSTILE = [
    "INSERT INTO store_membership (person_id, section_id, role, since) VALUES (2, 0, 'administrator', now())",
    "UPDATE store_membership SET until = NULL",
    "UPDATE role_change SET role = 'administrator'",
    "DELETE FROM decision",
    "UPDATE account_representative SET status = 'active'",
    "INSERT INTO trusted_account (account_id, number, section_id, since) VALUES (1, 'x', 1, now())",
    "SELECT role_change_apply(1, now())",
]


@pytest.mark.parametrize("statement", HOSTILE)
def test_the_program_gives_no_role_and_changes_no_record_by_itself(
    books: Books, database: Database, statement: str
) -> None:
    with psycopg.connect(database.app_url) as program, pytest.raises(psycopg.errors.InsufficientPrivilege):
        program.execute(statement)


def test_the_database_holds_to_four_eyes_and_to_suspensions_by_itself(books: Books, database: Database) -> None:
    second_administrator(books)
    asked = people.give_role(books.ama, ANY_SECTION, Role.AUDITOR, by=books.admin, now=NOW)
    people.suspend(books.bo, by=books.admin, now=NOW)
    own = """INSERT INTO decision (section_id, subject, subject_id, is_approved, decided_by, decided_at)
             VALUES (0, 'role_change', %s, true, %s, now())"""
    with psycopg.connect(database.app_url) as program, pytest.raises(psycopg.Error, match=r"person\.approves_own"):
        program.execute(own, (asked.id, books.admin))
    with psycopg.connect(database.app_url) as program, pytest.raises(psycopg.Error, match=Code.PERSON_NOT_REINSTATED):
        program.execute("UPDATE store_person SET is_active = true WHERE id = %s", (books.bo,))
    for table in ("role_change", "decision"):
        with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match=r"ledger\.append_only"):
            owner.execute(f"DELETE FROM {table}")
