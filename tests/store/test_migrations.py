"""A registry that already has data is migrated from each landed version to the last, and goes on."""

from __future__ import annotations

import hashlib
import importlib
import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from conftest import Database
from django.core.management import call_command
from ledger.books import audit_is_clean
from psycopg.types.json import Jsonb

from article6.domain.orders import Order, PersonId
from article6.domain.serials import SeriesRange
from article6.services import transactions, units
from article6.store import migrations
from article6.store.database import one, rows
from article6.store.sqlfiles import FOLDER, statement

THEN = datetime(2025, 5, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LANDED = ("0002_ledger", "0003_mechanism", "0004_authorizations", "0005_values")

# The SQL that those versions ran, by the first half of its SHA-256: databases out there ran it as it was.
RAN = {
    "authorizations": "3eaa98946e73842a", "authorizations_grants": "9b6fb647bf47eac7",
    "block_keeps": "40977cea9d748059", "fork": "b2e69463d496c8a6", "grants": "773f4761c57e8c7f",
    "guards": "da4d570d2aa9ffaf", "issue": "c1fb4b2a558fa520", "mechanism": "1177748041143bde",
    "mechanism_grants": "f95406f771180cca", "move": "ebf8da0c01fa2d1b", "post": "cf9855d3248db3b7",
    "role": "7dd00d503b9d7ada", "tables": "79d83a016a8fa764", "values": "51a2083aae95c226",
    "values_grants": "c1b20e7ebe200e49",
}  # fmt: skip


def migrate(*target: str) -> None:
    call_command("migrate", *(("store", *target) if target else ()), database="owner", verbosity=0, interactive=False)


def names() -> list[str]:
    """The migrations, in their order."""
    return sorted(path.stem for path in Path(str(migrations.__file__)).parent.glob("0*.py"))


def run_by(name: str) -> set[str]:
    """The SQL files that a migration runs, by name."""
    module = importlib.import_module(f"article6.store.migrations.{name}")
    texts = {str(each.sql) for each in module.Migration.operations if hasattr(each, "sql")}
    return {path.stem for path in FOLDER.glob("*.sql") if statement(path.stem) in texts}


def test_sql_that_changed_since_it_was_run_is_run_again() -> None:
    later = set().union(*(run_by(name) for name in names() if name > LANDED[-1]))
    changed = {
        name for name, digest in RAN.items() if hashlib.sha256(statement(name).encode()).hexdigest()[:16] != digest
    }
    assert changed <= later, "a file of landed migrations was edited, and no later migration runs it"
    assert not changed & {"tables", "mechanism", "guards", "values"}, "CREATE TABLE cannot be run again"


def test_the_list_is_of_the_sql_that_landed() -> None:
    assert set().union(*(run_by(name) for name in LANDED)) == set(RAN)


# A batch's attributes as those versions took their digest; a column that came later must not change it.
ATTRIBUTES = {
    "registry": "GHA01", "party": "GHA", "unit_type": "MO", "cooperative_approach_id": None, "activity_id": None,
    "vintage_year": 2023, "metric": "GHG", "metric_unit": "", "conversion_numerator": None,
    "conversion_denominator": None, "gwp": "", "mitigation_type": "Emission reductions", "sectors": [],
    "activity_types": [], "underlying_registry": "", "underlying_lo": None, "underlying_hi": None,
    "original_serial": "", "attributes": {}, "attributes_schema": "",
}  # fmt: skip


def filled(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    """A registry as an early version wrote it: two Parties, 100 units of which 40 are authorized and 10 transferred."""
    text = json.dumps(ATTRIBUTES, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()
    several = [
        ("INSERT INTO store_person (login, password, name, is_active, is_machine) VALUES"
         " ('root', '', 'Root', true, false), ('bo', '', 'Bo', true, false)", ()),
        ("INSERT INTO store_membership (person_id, section_id, role, since) VALUES (1, 0, 'administrator', %s),"
         " (2, 0, 'approver', %s)", (THEN, THEN)),
        ("INSERT INTO registry (kind, code, name, created_at) VALUES ('international', 'INT', 'Old', %s)", (THEN,)),
        ("INSERT INTO section (code, party, name, itmo_registry) VALUES ('ADM', NULL, 'Old', ''),"
         " ('GHA', 'GHA', 'Ghana', 'GHA01'), ('CHE', 'CHE', 'Switzerland', 'CHE01')", ()),
        ("INSERT INTO account (number, section_id, type, name, party, period_first, period_last, is_terminal,"
         " status_since, opened_at) VALUES ('INT-100-1-0-29', 2, 'holding', 'A', 'GHA', NULL, NULL, false, %s, %s),"
         " ('INT-100-2-0-26', 3, 'holding', 'C', 'CHE', NULL, NULL, false, %s, %s),"
         " ('INT-300-3-0-52', 3, 'retirement', 'R', 'CHE', 2021, 2030, true, %s, %s)", (THEN,) * 6),
        ("INSERT INTO cooperative_approach (code, title, parties) VALUES ('CA0001', 'Old', '{GHA,CHE}')", ()),
        ("INSERT INTO party_authorization (code, version, party, cooperative_approach_id, authorized_on, quantity,"
         " purposes, recorded_at) VALUES ('GHA-1', 1, 'GHA', 1, '2025-01-01', 50, 'NDC', %s)", (THEN,)),
        ("INSERT INTO activity (code, party, title) VALUES ('77', 'GHA', 'Stoves')", ()),
        ("INSERT INTO series (registry, party, top) VALUES ('GHA01', 'GHA', 100)", ()),
        ("INSERT INTO ledger_transaction (type, status, section_id, source_id, target_id, quantity, terms, proposed_by,"
         " proposed_at, decided_by, decided_at) VALUES ('issuance', 'completed', 2, NULL, 1, 100, %s, 1, %s, 1, %s),"
         " ('authorization', 'completed', 2, 1, 1, 40, %s, 1, %s, 1, %s),"
         " ('international_transfer', 'completed', 2, 1, 2, 10, NULL, 1, %s, 2, %s)",
         (Jsonb({"digest": digest.hex()}), THEN, THEN, Jsonb({"authorization": "GHA-1"}), *(THEN,) * 4)),
        ("INSERT INTO batch (series_id, lo, hi, unit_type, party, vintage_year, mitigation_type, issued_at,"
         " transaction_id, digest) VALUES (1, 1, 100, 'MO', 'GHA', 2023, 'Emission reductions', %s, 1, %s)",
         (THEN, digest)),
        ("INSERT INTO entry (transaction_id, series_id, lo, hi, fork, from_id, to_id, batch_id, authorization_id,"
         " is_first_transfer) VALUES (1, 1, 1, 100, serial_fork(1, 100), NULL, 1, 1, NULL, false),"
         " (2, 1, 1, 40, serial_fork(1, 40), 1, 1, 1, 1, false),"
         " (3, 1, 1, 10, serial_fork(1, 10), 1, 2, 1, 1, true)", ()),
        ("INSERT INTO audit_event (at, person_id, action, subject) SELECT decided_at, 1, type || '.completed',"
         " 'transaction:' || id FROM ledger_transaction", ()),
        ("INSERT INTO block (series_id, hi, lo, account_id, batch_id, authorization_id, first_transfer_id)"
         " VALUES (1, 10, 1, 2, 1, 1, 3), (1, 40, 11, 1, 1, 1, NULL), (1, 100, 41, 1, 1, NULL, NULL)", ()),
    ]  # fmt: skip
    for text, parameters in several:
        owner.execute(text, parameters)


# What else a database of that version holds.
MORE = {
    "0003_mechanism": [
        "INSERT INTO activity_participant (activity_id, party, name, version, is_authorized, reference, recorded_at)"
        " VALUES (1, 'CHE', 'Alp AG', 1, true, 'LoA', now())",
        "INSERT INTO host_statement (activity_id, version, statement, stated_on, reference, recorded_at)"
        " VALUES (1, 1, 'does_not_authorize', '2025-01-01', 'L', now())",
        "INSERT INTO fee_invoice (activity_id, fee, quantity, lines, amount_cents, is_waived, schedule, invoiced_at)"
        " VALUES (1, 'issuance', 5, '[]', 100, false, '7/CMA.4', now())",
        "INSERT INTO fee_payment (invoice_id, amount_cents, paid_on, reference, recorded_at)"
        " VALUES (1, 100, '2025-01-01', 'wire', now())",
    ],
    "0004_authorizations": ["UPDATE authorization_count SET units = 40"],
    "0005_values": [
        "INSERT INTO nomenclature_value (list, value, version, labels, valid_from, source, recorded_at)"
        " VALUES ('metric', 'GHG', 1, '{}', '2021-01-01', 'built in', now())"
    ],
}


@pytest.mark.parametrize("version", LANDED)
def test_a_registry_with_data_is_migrated_to_the_last_version_and_goes_on(
    empty_database: Database, version: str
) -> None:
    migrate(version)
    with psycopg.connect(empty_database.owner_url) as owner:
        filled(owner)
        for name in LANDED:
            if name <= version:
                for text in MORE.get(name, []):
                    owner.execute(text)
    migrate()
    audit_is_clean()
    assert one("SELECT units FROM authorization_count WHERE code = 'GHA-1'") == (40,)
    before = units.unit("GHA01", "GHA", 5)
    assert before is not None
    assert [each["type"] for each in before.history] == ["issuance", "authorization", "international_transfer"]
    root = PersonId(1)
    sent = Order(
        "international_transfer", "INT-100-1-0-29", "INT-100-2-0-26", ranges=(SeriesRange(1, 11, 30),)
    )  # fmt: skip
    proposed = transactions.propose(sent, by=root, now=NOW)
    transactions.approve(proposed.transaction_id, by=PersonId(2), now=NOW)
    use = Order("use_ndc", "INT-100-2-0-26", "INT-300-3-0-52", 15, terms={"use_year": 2024})
    used = transactions.propose(use, by=root, now=NOW)
    transactions.approve(used.transaction_id, by=PersonId(2), now=NOW)
    laid = Order(
        "authorization", "INT-100-1-0-29", "INT-100-1-0-29", ranges=(SeriesRange(1, 41, 50),),
        terms={"authorization": "GHA-1"},
    )  # fmt: skip
    transactions.propose(laid, by=root, now=NOW)
    assert rows("SELECT lo, hi, account_id, first_transfer_id IS NOT NULL, is_final FROM block ORDER BY hi") == [
        (1, 10, 3, True, True), (11, 15, 3, True, True), (16, 30, 2, True, False), (31, 50, 1, False, False),
        (51, 100, 1, False, False),
    ]  # fmt: skip
    assert one("SELECT units FROM authorization_count WHERE code = 'GHA-1'") == (50,)
    audit_is_clean()


def test_migrating_again_changes_nothing(empty_database: Database) -> None:
    migrate()
    before = rows("SELECT app, name FROM django_migrations ORDER BY id")
    migrate()
    assert rows("SELECT app, name FROM django_migrations ORDER BY id") == before
    assert [name for app, name in before if app == "store"] == names()
