"""Ledgers to measure on: founded through the services, then filled in bulk, so that ten million blocks take minutes.

A filled ledger is one that the services could have made: batches issued through the service, then moved out by
transactions of `BLOCKS_PER_TRANSACTION` blocks. No two blocks side by side stand in one account, so none could merge.
The audit passes on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import psycopg

from benchmarks.server import Server, use

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PARTY, REGISTRY, OTHER_PARTY = "GHA", "GHA01", "CHE"
UNITS_PER_BLOCK = 1_000
BLOCKS_PER_BATCH = 1_000
BLOCKS_PER_TRANSACTION = 10
ABROAD = 10
HOT_UNITS = 1_000_000_000
BATCHES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger at hand: its database, the person who may move units, and its accounts as (id, number).

    `holders` are the accounts with blocks (all of them, or the first `spread`); `hot` holds one large block. `abroad`
    are accounts of another Party. `authorization`, if there is one, is that of the units, dealt out by first transfers.
    """

    database: str
    person: int
    issuer: tuple[int, str]
    holders: tuple[tuple[int, str], ...]
    abroad: tuple[tuple[int, str], ...]
    hot: tuple[int, str]
    section_id: int
    administrator: int
    authorization: int | None = None
    blocks: int = 0
    spread: int = 0
    series_id: int = 0
    batches: tuple[int, ...] = ()


def found(server: Server, accounts: int) -> Ledger:
    """A registry with its people and empty accounts, from which the others are copied."""
    from article6.domain.kinds import Kind, Role
    from article6.services import declarations, people, registry
    from article6.services.accounts import NewAccount, open_account

    server.create("founded", template="migrated")
    use(server.name("founded"))
    identity = registry.RegistryIdentity(Kind.INTERNATIONAL, "INT", "Benchmark")
    administrator = registry.init(identity, administrator=("root", "Root"), now=NOW)
    sections = registry.add_sections((PARTY, OTHER_PARTY), by=administrator, now=NOW)
    person = people.add_person("ama", "Ama", by=administrator, now=NOW)
    people.give_role(person, 0, Role.REPRESENTATIVE, by=administrator, now=NOW)
    # Parties have outcomes recorded as units here by agreement only.
    for section in (PARTY, OTHER_PARTY):
        declarations.agree_on_service(section, asked_by=person, by=administrator, now=NOW)

    def opened(name: str, party: str = PARTY) -> tuple[int, str]:
        account = open_account(NewAccount("holding", party, name), by=administrator, now=NOW)
        return int(account.id), account.number

    issuer, hot = opened("Issuer"), opened("Hot")
    holders = tuple(opened(f"Holder {number}") for number in range(accounts))
    abroad = tuple(opened(f"Abroad {number}", OTHER_PARTY) for number in range(ABROAD))
    use(server.name("none"))
    return Ledger("founded", int(person), issuer, holders, abroad, hot, sections[PARTY], int(administrator))


def fill(server: Server, empty: Ledger, database: str, blocks: int, spread: int, *, is_abroad: bool = False) -> Ledger:
    """A copy of the founded ledger with so many blocks, dealt out in turn to the first `spread` of its accounts.

    Args:
        is_abroad: the accounts are another Party's, and each transaction is an authorized first transfer to it.
    """
    server.create(database, template="founded")
    use(server.name(database))
    ledger = replace(empty, database=database, blocks=blocks, spread=spread)
    if is_abroad:
        ledger = replace(ledger, holders=ledger.abroad, authorization=_authorize(ledger))
    batches = _issue(ledger, -(-blocks // BLOCKS_PER_BATCH))
    with server.owner(database) as connection:
        [series_id] = _one(connection, "SELECT id FROM series")
        [last] = _one(connection, "SELECT max(id) FROM ledger_transaction")
        ledger = replace(ledger, series_id=int(series_id), batches=batches)
        _deal_out(connection, ledger, int(last))
    _issue_hot(ledger)
    with server.owner(database) as connection:
        connection.execute("VACUUM (ANALYZE)")
    use(server.name("none"))
    server.checkpoint(database)
    return ledger


def _authorize(ledger: Ledger) -> int:
    from article6.domain.authorizations import FirstTransferDefinition, Purpose
    from article6.domain.orders import PersonId
    from article6.services.authorizations import (
        NewApproach,
        NewAuthorization,
        record_approach,
        record_authorization,
    )

    by = PersonId(ledger.administrator)
    uses = FirstTransferDefinition.USE_OR_CANCELLATION
    record_approach(NewApproach("CA0001", "Benchmark", (PARTY, OTHER_PARTY), uses), by=by, now=NOW)
    new = NewAuthorization(
        f"{OTHER_PARTY} {PARTY} 1", PARTY, "CA0001", NOW.date(), Purpose.NDC, parties=(OTHER_PARTY,),
        year_first=2021, year_last=2030, sectors=("Energy generation",),
        activity_types=("Energy Efficiency households",),
        terms="as agreed", gwp="100-year values from 5th assessment report by the IPCC",
    )  # fmt: skip
    return record_authorization(new, by=by, now=NOW).id


def _issue(ledger: Ledger, batches: int) -> tuple[int, ...]:
    from article6.domain.orders import Issuance, PersonId
    from article6.domain.units import BatchAttributes, UnitType
    from article6.services.issuance import issue_many

    attributes = BatchAttributes(UnitType.MO, vintage_year=2023)
    one = Issuance(ledger.issuer[1], REGISTRY, PARTY, UNITS_PER_BLOCK * BLOCKS_PER_BATCH, attributes)
    ids: list[int] = []
    while len(ids) < batches:
        portion = [(one, NOW)] * min(BATCHES_AT_ONCE, batches - len(ids))
        ids += [each.batch_id for each in issue_many(portion, by=PersonId(ledger.administrator))]
    if ids != list(range(ids[0], ids[0] + batches)):
        raise ValueError("batches are not numbered in a row")
    return tuple(ids)


def _issue_hot(ledger: Ledger) -> None:
    from article6.domain.orders import Issuance, PersonId
    from article6.domain.units import BatchAttributes, UnitType
    from article6.services.issuance import issue

    batch = BatchAttributes(UnitType.MO, vintage_year=2023)
    wanted = Issuance(ledger.hot[1], REGISTRY, PARTY, HOT_UNITS, batch)
    issue(wanted, by=PersonId(ledger.administrator), now=NOW)


TRANSACTIONS = """
    INSERT INTO ledger_transaction (id, type, status, section_id, source_id, target_id, quantity, proposed_by,
                                    proposed_at, decided_by, decided_at) OVERRIDING SYSTEM VALUE
    SELECT %(last)s::bigint + k + 1, %(type)s, 'completed', %(section)s::smallint, %(issuer)s::bigint,
           %(first)s::bigint + k %% %(spread)s::bigint,
           %(units)s::bigint * LEAST(%(each)s::bigint, %(mine)s::bigint - k / %(spread)s::bigint * %(each)s::bigint),
           %(person)s::integer, %(now)s::timestamptz, %(person)s::integer, %(now)s::timestamptz
    FROM generate_series(0::bigint, %(count)s::bigint - 1) k"""

EVENTS = """
    INSERT INTO audit_event (at, person_id, action, subject, idempotency_key, request_hash, answer)
    SELECT proposed_at, proposed_by, type || '.completed', 'transaction:' || id, md5(id::text),
           sha256(id::text::bytea), jsonb_build_array(id)
    FROM ledger_transaction WHERE id > %(last)s::bigint ORDER BY id"""

TRANSACTION_OF = """%(last)s::bigint + i / %(spread)s::bigint / %(each)s::bigint * %(spread)s::bigint
        + i %% %(spread)s::bigint + 1"""

BLOCKS = f"""
    INSERT INTO block (series_id, hi, lo, account_id, batch_id, authorization_id, first_transfer_id)
    SELECT %(series)s::integer, (i + 1) * %(units)s::bigint, i * %(units)s::bigint + 1,
           %(first)s::bigint + i %% %(spread)s::bigint, %(batch)s::bigint + i / %(per_batch)s::bigint,
           %(authorization)s::bigint, CASE WHEN %(authorization)s::bigint IS NOT NULL THEN {TRANSACTION_OF} END
    FROM generate_series(0::bigint, %(blocks)s::bigint - 1) i"""

ENTRIES = f"""
    INSERT INTO entry (transaction_id, series_id, lo, hi, fork, from_id, to_id, batch_id, authorization_id,
                       is_first_transfer)
    SELECT {TRANSACTION_OF}, series_id, lo, hi, serial_fork(lo, hi), %(issuer)s::bigint, account_id, batch_id,
           authorization_id, authorization_id IS NOT NULL
    FROM (SELECT *, lo / %(units)s::bigint AS i FROM block ORDER BY hi) b"""


def _deal_out(connection: psycopg.Connection[Any], ledger: Ledger, last: int) -> None:
    mine = ledger.blocks // ledger.spread
    if ledger.blocks % ledger.spread or ledger.blocks % BLOCKS_PER_BATCH:
        raise ValueError("blocks must be a multiple of the accounts and of a batch")
    values = {
        "type": "international_transfer" if ledger.authorization else "transfer", "authorization": ledger.authorization,
        "last": last, "section": ledger.section_id, "issuer": ledger.issuer[0], "first": ledger.holders[0][0],
        "spread": ledger.spread, "units": UNITS_PER_BLOCK, "each": BLOCKS_PER_TRANSACTION, "mine": mine,
        "person": ledger.person, "now": NOW, "count": -(-mine // BLOCKS_PER_TRANSACTION) * ledger.spread,
        "series": ledger.series_id, "batch": ledger.batches[0], "per_batch": BLOCKS_PER_BATCH, "blocks": ledger.blocks,
    }  # fmt: skip
    tables = ("block", "entry", "ledger_transaction", "audit_event")
    with connection.transaction():
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        connection.execute("ALTER TABLE block DISABLE TRIGGER USER")
        connection.execute("TRUNCATE block")
        rebuild = _take_indexes_away(connection, tables)
        # Rows made by the server itself: no row crosses the wire.
        for statement in (TRANSACTIONS, EVENTS, BLOCKS, ENTRIES):
            psycopg.ClientCursor(connection).execute(statement, values)
        for statement in rebuild:
            connection.execute(statement)
        connection.execute("ALTER TABLE block ENABLE TRIGGER USER")
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('ledger_transaction', 'id'), max(id)) FROM ledger_transaction"
        )


def _take_indexes_away(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[str]:
    """Drop the tables' indexes, and what refers to them; the statements that make exactly them again."""
    # Keys last to come back: foreign ones, which need the others.
    constraints = connection.execute(
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE (conrelid = ANY (%(tables)s::regclass[]) AND contype IN ('p', 'u'))
              OR (confrelid = ANY (%(tables)s::regclass[]) AND contype = 'f')
           ORDER BY contype = 'f', conrelid, conname""",
        {"tables": list(tables)},
    ).fetchall()
    indexes = connection.execute(
        """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
           WHERE i.indrelid = ANY (%s::regclass[])
             AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)""",
        (list(tables),),
    ).fetchall()
    for table, name, _ in reversed(constraints):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    again = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in constraints]
    return again + [definition for _, definition in indexes]


def _one(connection: psycopg.Connection[Any], statement: str) -> tuple[Any, ...]:
    found_row = connection.execute(statement).fetchone()
    if found_row is None:
        raise ValueError(statement)
    return tuple(found_row)
