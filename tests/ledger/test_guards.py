"""What PostgreSQL refuses by itself, whoever asks; and what the audit finds when a superuser goes around it."""

from datetime import date

import psycopg
import pytest
from conftest import Database
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.authorizations import Purpose
from article6.domain.refusals import Code, Refused
from article6.services import audit, authorizations, transactions
from article6.store.database import refusals_translated


@pytest.fixture
def books(database: Database) -> Books:
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.open("gone", "cancellation_voluntary")
    books.issue("A", 1000)
    books.move("A", "B", None, (101, 200))
    proposed = books.move("A", "gone", None, (1, 10), type_="cancellation_voluntary")
    transactions.approve(proposed.transaction_id, by=books.bo, now=NOW)
    return books


HOSTILE = [
    "UPDATE block SET account_id = 2 WHERE hi = 10",
    "UPDATE block SET lo = 1 WHERE hi = 200",
    "UPDATE block SET hi = 150 WHERE hi = 100",
    "UPDATE block SET is_final = false WHERE hi = 10",
    "DELETE FROM block WHERE hi = 200",
    "INSERT INTO block (series_id, hi, lo, account_id, batch_id) VALUES (1, 150, 120, 1, 1)",
    "INSERT INTO block (series_id, hi, lo, account_id, batch_id) VALUES (1, 1001, 1001, 1, 1)",
    "INSERT INTO block (series_id, hi, lo, account_id, batch_id) VALUES (1, 200, 150, 1, 1)",
    "INSERT INTO block (series_id, hi, lo) VALUES (9, 0, 0)",
    "UPDATE block SET batch_id = NULL WHERE hi = 200",
    "UPDATE block SET first_transfer_id = 1 WHERE hi = 200",
    "TRUNCATE block",
    "UPDATE entry SET hi = hi",
    "DELETE FROM entry",
    "TRUNCATE entry",
    "UPDATE batch SET vintage_year = 2020",
    "DELETE FROM batch",
    "UPDATE ledger_transaction SET quantity = 5 WHERE id = 1",
    "UPDATE ledger_transaction SET status = 'proposed', decided_at = NULL WHERE id = 1",
    "DELETE FROM ledger_transaction",
    "UPDATE audit_event SET at = now()",
    "DELETE FROM audit_event",
    "DELETE FROM account",
    "UPDATE account SET is_terminal = false WHERE id = 3",
    "UPDATE series SET top = 5",
    "DELETE FROM series",
]


@pytest.mark.parametrize("statement", HOSTILE)
def test_even_the_owner_is_refused(books: Books, database: Database, statement: str) -> None:
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.DatabaseError) as no:
        owner.execute(statement)
        owner.commit()
    assert no.value.sqlstate == "A6001" or isinstance(no.value, psycopg.errors.IntegrityError)
    audit_is_clean()


@pytest.mark.parametrize(
    "statement",
    [
        *HOSTILE,
        "ALTER TABLE block DISABLE TRIGGER ALL",
        "DROP TRIGGER block_keeps ON block",
        "SET session_replication_role = replica",
        "INSERT INTO entry (transaction_id, series_id, lo, hi, fork, to_id, batch_id) VALUES (9, 1, 1, 1, 1, 1, 1)",
        "INSERT INTO ledger_transaction (type) VALUES ('x')",
        "SELECT ledger_carve(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "ALTER FUNCTION refuse RENAME TO allow",
        "CREATE TABLE public.block2 ()",
    ],
)
def test_the_program_may_not_even_try(books: Books, database: Database, statement: str) -> None:
    with psycopg.connect(database.app_url) as program, pytest.raises(psycopg.errors.InsufficientPrivilege):
        program.execute(statement)
        program.commit()


PLANTED = {
    "a block moved without an entry": ("UPDATE block SET account_id = 1 WHERE hi = 200", {"journal"}),
    "an overlap": ("UPDATE block SET lo = 90 WHERE hi = 200", {"tiling", "conservation"}),
    "a deleted entry": ("DELETE FROM entry WHERE lo = 101", {"transactions", "journal"}),
    "a changed attribute": ("UPDATE batch SET vintage_year = 2021", {"attributes"}),
    "a changed attribute with its digest": (
        "UPDATE batch SET vintage_year = 2021, digest = sha256('x')",
        {"attributes"},
    ),
    "a unit out of a terminal account": (
        "UPDATE block SET account_id = 1, is_final = false WHERE hi = 10",
        {"journal"},
    ),
    "a unit out of a terminal account, with an entry": (
        """WITH t AS (INSERT INTO ledger_transaction (type, status, section_id, source_id, target_id, quantity,
                          proposed_by, proposed_at, decided_at)
                      VALUES ('transfer', 'completed', 1, 3, 1, 10, 1, now(), now()) RETURNING id),
                e AS (INSERT INTO entry (transaction_id, series_id, lo, hi, fork, from_id, to_id, batch_id)
                      SELECT id, 1, 1, 10, 8, 3, 1, 1 FROM t)
           UPDATE block SET account_id = 1, is_final = false WHERE hi = 10""",
        {"finality", "events", "log"},
    ),
    "a vanished block": ("DELETE FROM block WHERE hi = 200", {"tiling", "conservation", "journal"}),
    "a forged quantity": ("UPDATE ledger_transaction SET quantity = 7 WHERE id = 2", {"transactions"}),
    "an approval by the proposer": (
        "UPDATE ledger_transaction SET decided_by = proposed_by WHERE id = 3",
        {"four_eyes"},
    ),
    "a forgotten event": ("DELETE FROM audit_event WHERE subject = 'transaction:2'", {"events", "log"}),
    "a reservation for nobody": ("UPDATE block SET reserved_by = 1 WHERE hi = 200", {"reservations"}),
    "units out of nothing": (
        "INSERT INTO block (series_id, hi, lo, account_id, batch_id) VALUES (1, 2000, 1001, 1, 1)",
        {"tiling", "conservation", "owners", "journal"},
    ),
    "a count that hides units": ("INSERT INTO authorization_count VALUES ('GHA', 'GHA-1', 5)", {"ceilings"}),
    "a guard that sleeps": ("ALTER TABLE block DISABLE TRIGGER block_keeps", {"guards"}),
    "a guard that is gone": ("DROP TRIGGER block_tiles_insert ON block", {"guards"}),
    "a right too many": ("GRANT UPDATE ON block TO article6_app", {"guards"}),
}


@pytest.mark.parametrize("name", PLANTED)
def test_the_audit_finds_what_a_superuser_planted(books: Books, database: Database, name: str) -> None:
    audit_is_clean()
    statement, expected = PLANTED[name]
    guarded = ("block", "entry", "batch", "ledger_transaction", "audit_event")
    plain = statement.startswith(("ALTER", "DROP", "GRANT"))
    with psycopg.connect(database.owner_url) as superuser:
        for table in guarded:  # the guards look away
            superuser.execute("SELECT 1" if plain else f"ALTER TABLE {table} DISABLE TRIGGER USER")
        superuser.execute(statement)
        for table in guarded:
            superuser.execute("SELECT 1" if plain else f"ALTER TABLE {table} ENABLE TRIGGER USER")
    breached = {check.name for check in audit.run() if not check.ok}
    assert breached == expected


def test_what_the_database_refuses_comes_back_as_the_rules_own_refusal(books: Books, database: Database) -> None:
    def codes(statement: str) -> tuple[Code, ...]:
        with pytest.raises(Refused) as no, refusals_translated(), psycopg.connect(database.owner_url) as owner:
            owner.execute(statement)
        return no.value.codes

    assert codes("UPDATE block SET lo = 1 WHERE hi = 200") == (Code.LEDGER_TILING,)
    assert codes("INSERT INTO block (series_id, hi, lo) VALUES (1, 200, 150)") == (Code.LEDGER_TILING,)
    assert codes("UPDATE block SET is_final = false WHERE hi = 10") == (Code.BLOCK_FINAL,)
    assert codes("DELETE FROM entry") == (Code.LEDGER_APPEND_ONLY,)
    assert codes("UPDATE block SET first_transfer_id = 1 WHERE hi = 200") == (Code.UNIT_NOT_AUTHORIZED,)


def test_a_first_transfer_is_never_taken_back(database: Database) -> None:
    books = found_registry()
    books.open("A")
    books.open("C", section="CHE")
    books.issue("A", 100)
    admin = {"by": books.admin, "now": NOW}
    authorizations.record_approach(authorizations.NewApproach("CA0001", "x", ("GHA", "CHE")), **admin)
    wanted = authorizations.NewAuthorization("GHA-1", "GHA", "CA0001", date(2023, 1, 1), Purpose.NDC)
    authorizations.record_authorization(wanted, **admin)
    books.move("A", "A", 100, type_="authorization", authorization="GHA-1", by=books.admin)
    sent = books.move("A", "C", 40, type_="international_transfer")
    transactions.approve(sent.transaction_id, by=books.bo, now=NOW)
    for change in ("first_transfer_id = NULL", "first_transfer_id = 1", "authorization_id = 99"):
        with pytest.raises(Refused) as no, refusals_translated(), psycopg.connect(database.owner_url) as owner:
            owner.execute(f"UPDATE block SET {change} WHERE hi = 40")
        assert no.value.codes == (Code.BLOCK_ALREADY_FIRST_TRANSFERRED,)
    audit_is_clean()
