"""Stories of entities: identified, lapsed, renewed, suspended; and what their accounts and authorizations may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from ledger.authorizing import approved, held_by, lay, record, with_approach
from ledger.books import NOW, Books, audit_is_clean
from ledger.participation import AIR_GHANA, CHECKED, EXTRACT, LATER, register, renew
from ledger.test_refusals import refusal

from article6.domain.authorizations import Entity, FirstTransferDefinition, Purpose
from article6.domain.entities import EntityStatus
from article6.domain.kinds import Role
from article6.domain.orders import Outcome
from article6.domain.refusals import Code
from article6.services import (
    accounts,
    aef,
    authorization_changes,
    authorizations,
    entities,
    parties,
    people,
    transactions,
)
from article6.services.entities import CheckDone
from article6.store import database
from article6.store.database import rows

OIMP = {"purposes": Purpose.OIMP, "oimp": "use under CORSIA"}
LAPSED = (Code.ENTITY_IDENTIFICATION_LAPSED,)


@pytest.fixture
def books(database: object) -> Books:
    return with_approach(FirstTransferDefinition.USE_OR_CANCELLATION)


def move(books: Books, source: str, target: str, quantity: int = 10, now: object = LATER, **more: object) -> Outcome:
    order = books.order(source, target, quantity, **more)  # type: ignore[arg-type]
    return transactions.propose(order, by=books.ama, now=now)  # type: ignore[arg-type]


def test_an_entity_is_registered_with_its_documents_and_checks(books: Books) -> None:
    found = register(books)
    assert (found.version, found.status, found.documents) == (1, EntityStatus.ACTIVE, (EXTRACT,))
    [check] = found.checks
    assert (check.person_id, check.at, check.is_passed) == (books.admin, NOW, True)
    assert entities.register(replace(AIR_GHANA, code="E2", name="B", identification="2"), by=books.admin, now=NOW,
                             key="k").code == "E2"  # fmt: skip
    assert entities.register(replace(AIR_GHANA, code="E2", name="B", identification="2"), by=books.admin, now=NOW,
                             key="k").version == 1  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"code": "e 1"},
        {"name": " "},
        {"identification": ""},
        {"documents": ()},
        {"documents": (replace(EXTRACT, sha256="ab"),)},
        {"checks": ()},
        {"checks": (*CHECKED, CheckDone("sanctions", is_passed=False))},
        {"valid_until": date(2026, 2, 28)},
    ],
)
def test_what_the_record_of_an_entity_may_not_lack(books: Books, more: dict[str, object]) -> None:
    assert refusal(register, books, **more) == (Code.ENTITY_MALFORMED,)


def test_neither_code_nor_name_nor_number_stands_for_two_entities(books: Books) -> None:
    register(books)
    for more in ({"code": "E1"}, {"code": "E2"}, {"code": "E2", "name": "B"}, {"code": "E2", "identification": "2"}):
        assert refusal(register, books, **more) == (Code.ENTITY_EXISTS,)
    register(books, code="E2", name="B", identification="2")
    assert refusal(register, books, code="E3", name="C", identification="3", country="XXX") == (Code.PARTY_UNKNOWN,)
    assert refusal(renew, books, name="B") == (Code.ENTITY_EXISTS,)


def test_an_entity_whose_identification_lapsed_neither_transfers_nor_cancels(books: Books) -> None:
    register(books)
    held_by(books, "air", "Air Ghana")
    books.move("A", "air", 100)
    books.open("V", "cancellation_voluntary")
    last_day = LATER.replace(year=2026, month=12, day=31, hour=23)
    move(books, "air", "B", now=last_day)
    assert refusal(move, books, "air", "B") == LAPSED
    assert refusal(move, books, "air", "V", type_="cancellation_voluntary") == LAPSED
    move(books, "A", "air")  # it may receive
    # What the registry itself cancels is no wish of the entity's.
    books.open("X", "cancellation_administrative")
    ordered = books.order("air", "X", 5, type_="cancellation_administrative", reason="A reversal")
    waiting = transactions.propose(ordered, by=books.admin, now=LATER)
    transactions.approve(waiting.transaction_id, by=books.bo, now=LATER)
    assert books.quantity("X") == 5
    renew(books)
    move(books, "air", "B")
    audit_is_clean()


@pytest.mark.parametrize("holder", ["E1", "Air Ghana", "GHA-77"])
def test_a_holder_is_known_by_code_name_and_number(books: Books, holder: str) -> None:
    register(books)
    held_by(books, "air", holder)
    books.move("A", "air", 100)
    assert refusal(move, books, "air", "B") == LAPSED


def test_a_holder_is_known_by_the_name_it_had(books: Books) -> None:
    register(books)
    held_by(books, "air", "Air Ghana")
    books.move("A", "air", 100)
    renew(books, NOW, name="Ghana Airlines", valid_until=date(2026, 6, 30))
    assert refusal(move, books, "air", "B") == LAPSED


def test_who_is_not_in_the_register_is_not_judged(books: Books) -> None:
    register(books)
    held_by(books, "other", "Somebody else")
    books.move("A", "other", 100)
    move(books, "other", "B")


def test_a_proposal_is_not_approved_once_the_identification_has_lapsed(books: Books) -> None:
    register(books)
    new = accounts.NewAccount("holding", "GHA", "air", holder="E1", needs_approval=True)
    books.accounts["air"] = accounts.open_account(new, by=books.admin, now=NOW)
    books.move("A", "air", 100)
    waiting = move(books, "air", "B", now=LATER.replace(year=2026, month=12, day=31))
    decide = {"by": books.bo, "now": LATER}
    assert refusal(transactions.approve, waiting.transaction_id, **decide) == LAPSED
    renew(books)
    transactions.approve(waiting.transaction_id, **decide)


def test_a_suspended_entity_does_nothing_until_it_is_active_again(books: Books) -> None:
    register(books)
    held_by(books, "air", "E1")
    books.move("A", "air", 100)
    said = {"by": books.admin, "now": NOW}
    assert refusal(entities.set_status, "GHA", "E1", EntityStatus.SUSPENDED, reason=" ", **said) == (
        Code.ENTITY_MALFORMED,
    )
    entities.set_status("GHA", "E1", EntityStatus.SUSPENDED, reason="under investigation", **said)
    assert refusal(move, books, "air", "B", now=NOW) == (Code.ENTITY_NOT_ACTIVE,)
    entities.set_status("GHA", "E1", EntityStatus.ACTIVE, reason="cleared", **said)
    move(books, "air", "B", now=NOW)
    entities.set_status("GHA", "E1", EntityStatus.ENDED, reason="dissolved", **said)
    assert refusal(renew, books) == (Code.ENTITY_NOT_ACTIVE,)
    assert refusal(entities.set_status, "GHA", "E1", EntityStatus.ACTIVE, reason="x", **said) == (
        Code.ENTITY_NOT_ACTIVE,
    )


def test_an_authorization_does_not_name_an_entity_whose_identification_lapsed(books: Books) -> None:
    register(books)
    later = {"by": books.admin, "now": LATER}
    new = authorizations.NewAuthorization(
        "GHA-1", "GHA", "CA0001", date(2023, 1, 1), Purpose.NDC, entities=(Entity("", "", "", code="E1"),)
    )
    assert refusal(authorizations.record_authorization, new, **later) == LAPSED
    # By its number and country it is the same entity, whatever it is called.
    called = replace(new, entities=(Entity("Another name", "GHA", "GHA-77"),))
    assert refusal(authorizations.record_authorization, called, **later) == LAPSED
    unknown = replace(new, entities=(Entity("", "", "", code="E9"),))
    assert refusal(authorizations.record_authorization, unknown, **later) == (Code.ENTITY_UNKNOWN,)
    found = authorizations.record_authorization(called, by=books.admin, now=NOW)
    assert found.entities == (Entity("Air Ghana", "GHA", "GHA-77", code="E1"),)
    assert refusal(authorization_changes.preview_change, replace(new, version=2), now=LATER) == LAPSED
    authorization_changes.preview_revocation("GHA-1", now=LATER)
    renew(books)
    authorizations.record_authorization(replace(new, version=2), **later)


def test_a_registered_holder_uses_for_oimp_under_any_name_it_had(books: Books) -> None:
    register(books)
    held_by(books, "air", "Air Ghana")
    books.open("OIMP", "cancellation_oimp")
    books.move("A", "air", 100)
    renew(books, NOW, name="Ghana Airlines")
    record(books, **OIMP, entities=(Entity("", "", "", code="E1"),))
    lay(books, (1, 100))
    use = {"type_": "cancellation_oimp", "purpose": "CORSIA"}
    assert refusal(books.move, "A", "OIMP", 10, **use) != ()
    approved(books, books.move("air", "OIMP", 10, **use))


def test_table_5_of_the_aef_has_what_the_register_has(books: Books) -> None:
    register(books)
    record(books, entities=(Entity("", "", "", "only for CORSIA", code="E1"), Entity("E", "CHE", "CHE-1")))
    renew(books, NOW.replace(year=2026, month=5), name="Ghana Airlines")
    report = aef.aef("GHA", 2026, now=LATER)
    found = [(each.name, each.country, each.identification, each.conditions) for each in report.entities()]
    assert found == [("Ghana Airlines", "GHA", "GHA-77", "only for CORSIA"), ("E", "CHE", "CHE-1", None)]
    [row] = report.authorizations()
    assert row.authorized_entities == ("Ghana Airlines", "E")
    before = aef.aef("GHA", 2025, now=LATER)
    assert [each.name for each in before.entities()] == ["Air Ghana", "E"]


def test_what_identifies_an_entity_is_seen_by_its_section_only(books: Books) -> None:
    register(books)
    auditor, stranger = books.cy, books.bo
    people.give_role(auditor, parties.section("GHA"), Role.AUDITOR, by=books.admin, now=NOW)
    assert [each.code for each in entities.listed(auditor)] == ["E1"]
    assert entities.listed(stranger, "GHA") == []
    assert len(entities.history(auditor, "GHA", "E1")) == 1
    assert refusal(entities.history, stranger, "GHA", "E1") == (Code.PERSON_NOT_PERMITTED,)
    assert refusal(entities.history, auditor, "GHA", "E9") == (Code.ENTITY_UNKNOWN,)
    # And whatever a query forgets, the database shows it to that section alone.
    everything = "SELECT code FROM entity"
    for sight, seen in ((database.NOTHING, 0), (database.sight_of_sections([parties.section("CHE")]), 0),
                        (database.sight_of_sections([parties.section("GHA")]), 1)):  # fmt: skip
        with database.seeing(sight):
            assert len(rows(everything)) == seen
