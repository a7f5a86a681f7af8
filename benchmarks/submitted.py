"""An Article 6 database to measure on: every Party of the Agreement, ten years, and as many rows as asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.server import Server, use

NOW = datetime(2031, 4, 15, 12, 0, tzinfo=UTC)
FIRST_YEAR, YEARS = 2021, 10
SQL = Path(__file__).with_suffix(".sql")
ACTIONS_PER_LOT = 4.4
"""Of the pattern in `submitted.sql`: a hundred lots have about 440 actions."""

LOTS_AT_ONCE = 500_000

BEFORE = (
    "ALTER TABLE submission_row DROP CONSTRAINT submission_row_submission, DROP CONSTRAINT submission_row_section,"
    " DROP CONSTRAINT submission_row_identity",
    "DROP INDEX submission_row_by_approach, submission_row_by_series",
    "ALTER TABLE submission_row SET UNLOGGED",
)
AFTER = (
    "CREATE INDEX submission_row_by_series ON submission_row (first_party, lo) WHERE table_number IN (3, 4)",
    "CREATE INDEX submission_row_by_approach ON submission_row (approach, submission_id)",
    "ALTER TABLE submission_row ADD CONSTRAINT submission_row_identity"
    " UNIQUE (submission_id, table_number, number, shown_to)",
    "ALTER TABLE submission_row ADD CONSTRAINT submission_row_submission FOREIGN KEY (submission_id)"
    " REFERENCES submission NOT VALID, ADD CONSTRAINT submission_row_section FOREIGN KEY (section_id)"
    " REFERENCES section NOT VALID",
)
"""Indexes and what is compared with them come back before anything is measured; the rows are read alike whether or not
they were written to the log."""


def fill(server: Server, template: str, database: str, actions: int) -> str:
    """A database with about so many actions, reported truly by everybody; its name."""
    from article6.domain.kinds import Kind
    from article6.domain.parties import paris_parties
    from article6.services import registry
    from article6.store import journal
    from article6.store.database import see_everything_in_this_process

    server.create(database, template=template)
    use(server.name(database))
    see_everything_in_this_process()
    identity = registry.RegistryIdentity(Kind.INTERNATIONAL, "INT", "Benchmark")
    by = registry.init(identity, administrator=("root", "Root"), now=NOW)
    parties = [each.code for each in paris_parties(date(2026, 1, 1))]
    sections = registry.add_sections(parties, by=by, now=NOW)
    with journal.database_transaction():
        known = [
            (place, party, sections[party], year, _submit(party, sections[party], year, int(by), place, parties))
            for place, party in enumerate(parties)
            for year in range(YEARS)
        ]
    use(server.name("none"))
    with psycopg.connect(server.url(database)) as connection:
        for each in BEFORE:
            connection.execute(each)
        _fill(connection, known, len(parties), int(actions / ACTIONS_PER_LOT))
        for each in AFTER:
            connection.execute(each)
        connection.execute("SELECT group_submissions(ARRAY(SELECT id FROM submission))")
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM (ANALYZE) submission_row")
    return database


def _fill(connection: psycopg.Connection[Any], known: list[tuple[Any, ...]], parties: int, lots: int) -> None:
    connection.execute(
        "CREATE TEMPORARY TABLE bench_submission (place integer, party text, section_id smallint, year integer,"
        " submission_id bigint)"
    )
    connection.cursor().executemany("INSERT INTO bench_submission VALUES (%s, %s, %s, %s, %s)", known)
    connection.execute("CREATE TEMPORARY TABLE bench_party AS SELECT DISTINCT place, party FROM bench_submission")
    connection.execute("ANALYZE bench_submission")
    statement: Any = SQL.read_text(encoding="utf-8")
    for since in range(0, lots, LOTS_AT_ONCE):
        until = min(since + LOTS_AT_ONCE, lots) - 1
        given = {"parties": parties, "years": YEARS, "first_year": FIRST_YEAR, "since": since, "until": until}
        connection.execute(statement, given)


def _submit(party: str, section_id: int, year: int, by: int, place: int, parties: list[str]) -> int:
    """A submission without its actions and holdings, kept as the portal keeps it."""
    from article6.reporting import submitted
    from article6.reporting.aef_json import write_json
    from article6.reporting.reading.reader import read
    from article6.services import submission_checks
    from article6.store import journal

    text = io.StringIO()
    write_json(_aef(party, FIRST_YEAR + year, place, parties), text)
    reading = read(io.BytesIO(text.getvalue().encode()), f"{party} {FIRST_YEAR + year} 1.0")
    content = f"{party} {year}".encode()
    file_id = journal.insert(
        "submission_file", {"section_id": section_id, "sha256": _sha256(content), "content": content}
    )
    number = journal.insert(
        "submission",
        {"section_id": section_id, "party": party, "reported_year": FIRST_YEAR + year, "major": 1, "minor": 0,
         "entered": "form_passed", "file_id": file_id, "file_name": "benchmark.json", "form": "json",
         "size_bytes": len(content), "submitted_by": by, "received_at": NOW},
    )  # fmt: skip
    for act in ("form_passed", "found_consistent"):
        submission_checks.write_act(number, section_id, act, NOW)  # type: ignore[arg-type]
    kept = submitted.kept(reading)
    for layout in kept.layouts:
        journal.insert(
            "submission_layout",
            {"submission_id": number, "section_id": section_id, "table_number": layout.table.number,
             "sheet": layout.sheet, "layout": layout.as_json()},
        )  # fmt: skip
    columns = (
        "submission_id",
        "section_id",
        "table_number",
        "number",
        "shown_to",
        "record_id",
        "cells",
        *submitted.TYPED,
    )
    journal.insert_many("submission_row", columns, _lines(number, section_id, kept))
    return number


def _sha256(content: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(content).digest()


def _lines(number: int, section_id: int, kept: Any) -> Iterator[list[Any]]:
    from article6.reporting import submitted

    for row, understood in kept.rows:
        if row.table.number in (3, 4):
            continue
        values = submitted.typed(understood)
        head = [number, section_id, row.table.number, row.number, "all", None, row.cells]
        yield [*head, *(values[name] for name in submitted.TYPED)]


def _aef(party: str, year: int, place: int, parties: list[str]) -> Any:
    """With one action and one holding, so that their columns are there; neither is kept."""
    from article6.domain.authorizations import Purpose
    from article6.domain.identifiers import UnitIdentifier
    from article6.domain.units import UnitType
    from article6.reporting import aef_records as records
    from article6.reporting.aef_nomenclatures import ActionType, MitigationType

    approach = f"CA{place + 1:04d}"
    identifier = UnitIdentifier(
        unit_type=UnitType.ITMO, cooperative_approach=approach, registry=f"{party}01", party=party, serial_first=1,
        serial_last=10, vintage_year=FIRST_YEAR,
    )  # fmt: skip
    block = records.ItmoBlock(
        identifier=identifier,
        authorization_id=f"{party} A1",
        mitigation_type=MitigationType.REDUCTIONS,
        quantity_tco2e=10,
    )
    given = records.Authorization(
        authorization_id=f"{party} A1", authorized_on=date(FIRST_YEAR, 1, 5), cooperative_approach=approach, version=1,
        sectors=("Energy generation",), activity_types=("Solar",), purpose=Purpose.NDC, quantity_max=10_000_000_000,
        authorized_parties=tuple(parties[(place + step) % len(parties)] for step in range(1, 11)),
    )  # fmt: skip
    moment = datetime(year, 1, 1, tzinfo=UTC)
    action = records.Action(executed_at=moment, type=ActionType.USE, itmos=block, registry=f"{party}01", year_used=year)
    return records.Aef(
        submission=records.Submission(
            party=party, version="1.0", reported_year=year, submitted_on=date(year + 1, 4, 15), ndc_first_year=2021,
            ndc_last_year=2030,
        ),
        authorizations=lambda: (given,),
        actions=lambda: (action,),
        holdings=lambda: (records.Holding(itmos=block, registry=f"{party}01"),),
    )  # fmt: skip
