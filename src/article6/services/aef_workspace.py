"""The workspace of a Party's reports: the five tables as they stand, with what the checks say of their rows and cells.

For people with a role in the Party's section. Tables are read a page at a time. What the checks would say of a report
is asked with the reader's own eyes, so that nobody finds out by trying what other Parties keep confidential.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from article6.domain.kinds import Kind
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.domain.submissions import CURRENT, State
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_records import Aef
from article6.reporting.aef_rows import keyed_rows, submission_row
from article6.reporting.aef_versions import TABLE_BY_KEY, TABLES
from article6.reporting.checks.results import Result
from article6.services import aef, aef_files, aef_versions, figures, inconsistencies, sight, submissions
from article6.store.database import EVERYTHING, one_moment, seeing
from article6.store.queries import registries

NOW = "now"
"""The name of the report as the ledger has it now, among the names of its versions."""

CHECKED_AT_MOST = 10_000
"""Rows of a report that is checked while a page waits; a longer one is checked when it is submitted."""

_CELL = re.compile(r"\[([0-9]+)\](?:\.(.+))?")


@dataclass(frozen=True, slots=True)
class Findings:
    """What the checks say of a report. `rows`: by table and place of the row, by field ('' the row as a whole), the
    sentences; `tables`: of a table as a whole. `is_too_long`: nobody asked, the report is longer than
    CHECKED_AT_MOST rows."""

    checks: tuple[Mapping[str, Any], ...] = ()
    rows: Mapping[tuple[str, int], Mapping[str, list[str]]] = field(default_factory=dict)
    tables: Mapping[str, list[str]] = field(default_factory=dict)
    compared_with: tuple[str, ...] = ()
    result: str = ""
    version_refused: str | None = None
    is_too_long: bool = False

    @property
    def wrong(self) -> list[Mapping[str, Any]]:
        """The checks that found something."""
        return [each for each in self.checks if each["result"] == Result.INCONSISTENT]

    def of_table(self, table: Table) -> int:
        """How many rows of a table have something said of them."""
        return sum(key == table.key for key, _row in self.rows)


def is_here() -> bool:
    """Whether this registry keeps an Article 6 database, against which reports are checked."""
    return (registries.identity() or {}).get("kind") == Kind.INTERNATIONAL


def listed(*, by: PersonId, now: datetime) -> list[dict[str, Any]]:
    """The reports of Parties in whose section the person has a role, newest year first: party, year, is_provisional,
    due_on (15 April after the year), frozen (the newest version, None), state and submission_id (of what counts in the
    Article 6 database, None), version (of that).

    Source of the day: 2/CMA.3 annex para 20.
    """
    frozen = aef_versions.newest()
    counting: dict[tuple[str, int], dict[str, Any]] = {}
    parties = [each["party"] for each in registries.section_list() if each["party"]]
    members = {party for party in parties if aef_versions.may_read_all(by, party)}
    if is_here():
        for party in sorted(members):
            for each in submissions.listed(party=party, limit=200).items:
                if State(each["state"]) in CURRENT:
                    counting.setdefault((party, each["year"]), each)
    return [
        {
            "party": party, "year": year, "is_provisional": year >= now.year, "due_on": date(year + 1, 4, 15),
            "frozen": frozen.get((party, year)),
            **_counted(counting.get((party, year))),
        }
        for party, year in sorted(aef.reported(), key=lambda each: (-each[1], each[0])) if party in members
    ]  # fmt: skip


def _counted(found: Mapping[str, Any] | None) -> dict[str, Any]:
    if found is None:
        return {"state": None, "submission_id": None, "version": None}
    return {"state": str(found["state"]), "submission_id": found["id"], "version": found["version"]}


def is_newer(version: str, than: str | None) -> bool:
    """Whether a version comes after another; after none, it does."""
    return than is None or aef_versions.named(version) > aef_versions.named(than)


def version_after_what_was_submitted(party: str, year: int) -> str:
    """The version to freeze where one above all those frozen here was submitted already, from a file; '' where the
    versions go on by themselves."""
    sent = [each["version"] for each in submissions.listed(party=party, year=year, limit=200).items if each["version"]]
    newest = max(map(aef_versions.named, sent), default=None)
    frozen = aef_versions.listed(party, year, is_all=True)
    if not is_here() or newest is None or (frozen and aef_versions.named(frozen[0]["version"]) >= newest):
        return ""
    return str(newest.next())


def require(party: str, year: int, *, by: PersonId | None) -> None:
    """Who has no role in the Party's section is refused; so is a year without a report.

    Raises:
        Refused: no such section, nothing to report for the year, or `by` has no role in the section.
    """
    aef_versions.require_member(by, party)
    if (party, year) not in aef.reported():
        raise refused(Code.AEF_VERSION_UNKNOWN, f"{party} {year}")


def report(party: str, year: int, of: str, *, by: PersonId, now: datetime) -> Aef:
    """The whole report: as the ledger has it (`of` NOW), or one of its versions. It is read within `seeing`.

    Raises:
        Refused: as for `require`; no such version.
    """
    require(party, year, by=by)
    with seeing(EVERYTHING):
        if of == NOW:
            return aef_versions.draft(party, year, now=now)
        return aef_versions.full_copy(aef_versions.frozen(party, year, aef_versions.named(of)))


def head(party: str, year: int, of: str, *, by: PersonId, now: datetime) -> list[tuple[str, Any]]:
    """Table 1 of a report: label and value of each field.

    Raises:
        Refused: as for `report`.
    """
    row = submission_row(report(party, year, of, by=by, now=now).submission)
    return [(each.label, value) for each, value in zip(FIELDS[Table.SUBMISSION], row, strict=True)]


def rows(
    party: str, year: int, of: str, table: Table, *, by: PersonId, now: datetime, after: int = 0, limit: int = 50
) -> tuple[list[dict[str, Any]], int | None]:
    """Rows of one of the tables 2 to 5 beyond the first `after`: place (from 1), key, cells by technical name; and
    after which row the next page begins, None at the end. No more rows than these are kept in memory.

    Raises:
        Refused: as for `report`.
    """
    found = report(party, year, of, by=by, now=now)
    with seeing(EVERYTHING):
        lines = aef_versions.rows(found, table, after=after, limit=limit + 1)
    return lines[:limit], after + limit if len(lines) > limit else None


def count(party: str, year: int, of: str, table: Table, *, by: PersonId, now: datetime) -> tuple[int, bool]:
    """How many rows a table of a report has, and whether there are more than were counted (CHECKED_AT_MOST).

    Raises:
        Refused: as for `report`.
    """
    if of != NOW:
        require(party, year, by=by)
        with seeing(EVERYTHING):
            return aef_versions.frozen(party, year, aef_versions.named(of)).row_counts.get(table.key, 0), False
    found = report(party, year, of, by=by, now=now)
    with seeing(EVERYTHING), one_moment():
        counted = sum(1 for _line in islice(keyed_rows(found, table), CHECKED_AT_MOST + 1))
    return min(counted, CHECKED_AT_MOST), counted > CHECKED_AT_MOST


def one_row(party: str, year: int, table: Table, key: str, *, by: PersonId, now: datetime) -> dict[str, Any] | None:
    """The row with a key as the ledger has it now: cells by technical name; None where there is none.

    Raises:
        Refused: as for `report`.
    """
    found = report(party, year, NOW, by=by, now=now)
    names = [each.technical_name for each in FIELDS[table]]
    with seeing(EVERYTHING), one_moment():
        for own, row in keyed_rows(found, table):
            if own == key:
                return dict(zip(names, row, strict=True))
    return None


def findings(party: str, year: int, of: str, *, by: PersonId, now: datetime) -> Findings:
    """What the checks would say of the report if it were submitted now; remembered for some seconds.

    Raises:
        Refused: as for `report`; the registry keeps no Article 6 database.
    """
    submissions.require_here()
    require(party, year, by=by)
    return figures.kept(f"aef findings {party} {year} {of} {by}", lambda: _findings(party, year, of, by, now))


def _findings(party: str, year: int, of: str, by: PersonId, now: datetime) -> Findings:
    found = report(party, year, of, by=by, now=now)
    file = io.BytesIO()
    with seeing(EVERYTHING):
        with one_moment():
            lines = (line for table in TABLES for line in keyed_rows(found, table))
            if sum(1 for _line in islice(lines, CHECKED_AT_MOST + 1)) > CHECKED_AT_MOST:
                return Findings(is_too_long=True)
        aef_files.write(found, "json", file)
    with seeing(sight.of(by)):
        said = inconsistencies.precheck(aef_files.file_name(party, year, "json"), file.getvalue())
    return placed(said)


def placed(said: Mapping[str, Any]) -> Findings:
    """What `inconsistencies.precheck` said of a JSON file, by rows and cells."""
    by_row: dict[tuple[str, int], dict[str, list[str]]] = {}
    by_table: dict[str, list[str]] = {}
    for check in said["checks"]:
        for each in check["findings"]:
            for place in each["places"]:
                if place["file"] != said["file"]:
                    continue
                text = f"{each['said']} ({check['code']})"
                table, at = _table(place["sheet"]), _CELL.fullmatch(place["cell"])
                if at is None:
                    _add(by_table.setdefault(table, []), text)
                else:
                    cells = by_row.setdefault((table, int(at[1])), {})
                    _add(cells.setdefault(at[2] or "", []), text)
    return Findings(
        tuple(said["checks"]), by_row, by_table, tuple(said["compared_with"]), said["result"], said["version_refused"]
    )


def _add(sentences: list[str], text: str) -> None:
    if text not in sentences:
        sentences.append(text)


def _table(sheet: str) -> str:
    """The key of the table whose sheet, or member of the JSON file, has this name."""
    if sheet in TABLE_BY_KEY:
        return sheet
    return next((table.key for table in Table if sheet in (table.sheet, table.heading)), sheet)


# --- A file that somebody brings


def read_report(name: str, content: bytes) -> dict[str, Any]:
    """How a file was read, cell by cell: file, form, party, year, version, tables (heading, rows), remarks (sheet,
    cell, field, said, is_unread).

    Raises:
        Refused: it cannot be read, or does not say whose it is.
    """
    found, party, year = submissions.read_upload(name, content)
    labels = {each.technical_name: each.label for table in Table for each in FIELDS[table]}
    row = found.submission
    return {
        "file": found.file,
        "form": found.form,
        "party": party,
        "year": year,
        "version": None if row is None else row.get("SubmissionVersion"),
        "tables": [(table.heading, len(found.rows(table))) for table in Table],
        "remarks": [
            {
                "sheet": each.place.sheet,
                "cell": each.place.cell,
                "field": labels.get(each.name, each.name),
                "said": submissions.said(each.said),
                "is_unread": each.is_unread,
            }
            for each in found.remarks
        ],
    }


def deadline_days(due_on: date, now: datetime) -> int:
    """Days until the day, below zero when it is past."""
    return (due_on - now.astimezone(UTC).date()).days
