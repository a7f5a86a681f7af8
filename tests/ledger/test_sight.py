"""A Party sees its own section, and the database sees to it: whatever a query forgets."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from conftest import Database
from ledger.authorizing import abroad, lay, record, with_approach
from ledger.books import NOW, Books, audit_is_clean

from article6.domain.kinds import Kind, Role
from article6.domain.refusals import BrokenInvariant, Code, Refused
from article6.services import aef, audit, lookup, people, registry, sight
from article6.store import database as store
from article6.store.database import rows

TABLES = ("account", "block", "entry", "ledger_transaction", "batch", "audit_event", "store_membership")


@pytest.fixture
def books(database: Database) -> Books:
    """Ghana's units (accounts A, B), of which Switzerland (C) bought 1-40; Thailand (D) has units of its own."""
    made = with_approach()
    made.issue("D", 50, party="THA")
    record(made)
    lay(made, (1, 100))
    abroad(made, "A", "C", (1, 40))
    for login, section in (("gifty", "GHA"), ("chantal", "CHE"), ("thida", "THA")):
        person = people.add_person(login, login.title(), by=made.admin, now=NOW)
        people.give_role(person, registry_section(section), Role.AUDITOR, by=made.admin, now=NOW)
    return made


def registry_section(code: str) -> int:
    return {each["code"]: each["id"] for each in lookup.sections()}[code]


@contextlib.contextmanager
def as_the_program(database: Database, sections: str | None) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the program's role, which forgets every filter."""
    with psycopg.connect(database.app_url, autocommit=True) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("article6_app",)
        if sections is not None:
            connection.execute("SELECT set_config('article6.sections', %s, false)", (sections,))
        yield connection


def counted(connection: psycopg.Connection[Any]) -> dict[str, int]:
    found = {}
    for table in TABLES:
        answer = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        found[table] = answer[0] if answer else -1
    return found


@pytest.mark.parametrize("sections", [None, "", "{}", "{99}", "nonsense"])
def test_who_says_nothing_sees_nothing(database: Database, books: Books, sections: str | None) -> None:
    with as_the_program(database, sections) as connection:
        assert counted(connection) == dict.fromkeys(TABLES, 0)


def test_a_query_without_any_filter_returns_nothing_of_another_party(database: Database, books: Books) -> None:
    sections = {each["code"]: each["id"] for each in lookup.sections()}
    own = {"GHA": {"A", "B"}, "CHE": {"C"}, "THA": {"D"}}
    for code, section_id in sections.items():
        with as_the_program(database, f"{{{section_id}}}") as connection:
            seen = {each[0] for each in connection.execute("SELECT number FROM account").fetchall()}
            assert seen == {books.accounts[name].number for name in own.get(code, ())}
            held = connection.execute("SELECT lo, hi FROM block ORDER BY lo").fetchall()
            assert held == {"GHA": [(41, 100), (101, 1000)], "CHE": [(1, 40)], "THA": [(1, 50)]}.get(code, [])
            batches = {each[0] for each in connection.execute("SELECT party FROM batch").fetchall()}
            assert batches == {"GHA": {"GHA"}, "CHE": {"GHA"}, "THA": {"THA"}}.get(code, set())
            roles = connection.execute("SELECT DISTINCT section_id FROM store_membership").fetchall()
            assert roles == ([(section_id,)] if code in own else [])
            events = connection.execute("SELECT DISTINCT section_id FROM audit_event").fetchall()
            assert set(events) <= {(section_id,)}


def test_both_sides_see_a_transfer_and_nobody_else(database: Database, books: Books) -> None:
    types = {}
    for code in ("GHA", "CHE", "THA"):
        with as_the_program(database, f"{{{registry_section(code)}}}") as connection:
            types[code] = connection.execute(
                "SELECT t.type, e.lo, e.hi FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id"
                " WHERE t.type = 'international_transfer'"
            ).fetchall()
    assert types == {"GHA": [("international_transfer", 1, 40)], "CHE": [("international_transfer", 1, 40)], "THA": []}


def test_the_program_cannot_widen_its_sight_by_writing(database: Database, books: Books) -> None:
    section_id = registry_section("THA")
    with as_the_program(database, f"{{{section_id}}}") as connection:
        for statement in (
            "UPDATE store_membership SET section_id = 0",
            "UPDATE account SET section_id = 1",
            "DROP POLICY account_in_sight ON account",
            "ALTER TABLE block DISABLE ROW LEVEL SECURITY",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_services_see_what_their_reader_sees(books: Books) -> None:
    with sight.seeing(sight.of(people.person_by_login("thida"))):
        assert [each["number"] for each in lookup.accounts().items] == [books.accounts["D"].number]
        assert [each["quantity"] for each in lookup.batches().items] == [50]
        assert lookup.transactions(type_="international_transfer").items == []
        assert lookup.unit("GHA01", "GHA", 1) is None
        with pytest.raises(Refused) as no:
            lookup.account(books.accounts["C"].number)
        assert no.value.codes == (Code.ACCOUNT_UNKNOWN,)
        assert {line["party"] for line in lookup.totals()} == {"THA"}
    with sight.seeing(sight.of(books.cy)):
        assert lookup.accounts().items == []


def test_who_holds_a_unit_sees_its_life_but_not_the_other_sides_names(books: Books) -> None:
    with sight.seeing(sight.of(people.person_by_login("chantal"))):
        found = lookup.unit("GHA01", "GHA", 1)
        assert found is not None
        assert found.history[0]["type"] == "issuance"
        assert found.history[-1]["type"] == "international_transfer"
        assert (found.history[-1]["from_account"]["name"], found.history[-1]["to_account"]["name"]) == ("", "C")
        assert lookup.unit("GHA01", "GHA", 50) is not None  # of a batch of which Switzerland holds a part
    with sight.seeing(sight.of(people.person_by_login("gifty"))):
        sold = lookup.unit("GHA01", "GHA", 1)
        assert sold is not None
        assert sold.block["account"]["name"] == ""


def test_a_report_is_never_computed_from_a_part_of_the_ledger(books: Books) -> None:
    with sight.seeing(sight.of(people.person_by_login("gifty"))):
        assert {party for party, _ in aef.reported()} == {"GHA"}
        with pytest.raises(BrokenInvariant):
            aef.aef("GHA", 2026, now=NOW)
        with pytest.raises(BrokenInvariant):
            audit.run()
        with pytest.raises(Refused) as no:
            sight.see_for_report("CHE")
        assert no.value.codes == (Code.PERSON_NOT_PERMITTED,)
        sight.see_for_report("GHA")
        assert [each.acquiring_party for each in aef.aef("GHA", 2026, now=NOW).actions() if each.acquiring_party] == [
            "CHE"
        ]


def test_what_is_public_of_a_public_registry_is_seen_by_everybody_and_nothing_else(database: Database) -> None:
    identity = registry.RegistryIdentity(Kind.PARTY, "GHA01", "Ghana", is_public=True)
    admin = registry.init(identity, administrator=("root", "Root"), now=NOW)
    registry.add_sections(("GHA",), by=admin, now=NOW)
    books = Books(Kind.PARTY, admin, admin, admin, admin)
    books.open("ghana")
    books.issue("ghana", 10)
    with as_the_program(database, None) as connection:
        seen = counted(connection)
    assert (seen["account"], seen["block"], seen["batch"]) == (1, 1, 1)
    assert (seen["audit_event"], seen["store_membership"]) == (0, 0)


def test_a_setting_undone_by_a_rollback_is_set_again(books: Books) -> None:
    def visible() -> int:
        return len(rows("SELECT 1 FROM account"))

    with pytest.raises(KeyError), store.database_transaction(), sight.seeing(sight.NOTHING):
        assert visible() == 0
        raise KeyError
    assert visible() == 4
    with sight.seeing(sight.NOTHING):
        with pytest.raises(KeyError), store.database_transaction():
            with sight.seeing(sight.EVERYTHING):
                assert visible() == 4
            raise KeyError
        assert visible() == 0


def test_threads_do_not_share_their_sight(books: Books) -> None:
    seen: dict[str, int] = {}

    def look(name: str, what: str) -> None:
        try:
            with sight.seeing(what):
                for _ in range(20):
                    seen[name] = len(rows("SELECT 1 FROM account"))
        finally:
            store.close()

    wanted = {"all": sight.EVERYTHING, "none": sight.NOTHING, "ghana": f"{{{registry_section('GHA')}}}"}
    threads = [threading.Thread(target=look, args=each) for each in wanted.items()]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert seen == {"all": 4, "none": 0, "ghana": 2}


def test_the_audit_finds_row_level_security_that_was_switched_off(database: Database, books: Books) -> None:
    audit_is_clean()
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE entry DISABLE ROW LEVEL SECURITY")
    [found] = [each for each in audit.run() if not each.ok]
    assert found.findings == ("row-level security of entry is off",)
