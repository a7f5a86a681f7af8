"""Versions of reports, what is confidential in them, and the texts that explain them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain.refusals import invariant
from article6.domain.submissions import Version
from article6.store.database import one, records, rows, stream

SEPARATOR = b"\n"

_VERSION = """SELECT v.id, v.section_id, v.party, v.year, v.major, v.minor, v.head, v.reason, v.last_entry,
    v.last_authorization, v.last_explanation, v.frozen_by, p.name AS frozen_by_name, v.frozen_at, s.parts,
    s.row_counts, s.sha256
    FROM aef_version v JOIN aef_version_seal s ON s.version_id = v.id LEFT JOIN store_person p ON p.id = v.frozen_by"""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A version as it was frozen; the `last_` numbers say up to where the registry's records were read for it."""

    id: int
    section_id: int
    party: str
    year: int
    version: Version
    head: dict[str, Any]
    reason: str
    last_entry: int
    last_authorization: int
    last_explanation: int
    frozen_by: int
    frozen_by_name: str
    frozen_at: datetime
    parts: int
    row_counts: dict[str, int]
    sha256: bytes


def _frozen(found: dict[str, Any]) -> Frozen:
    return Frozen(version=Version(found.pop("major"), found.pop("minor")), **found)


def versions(party: str, year: int) -> list[Frozen]:
    """Every version of a report, oldest first."""
    found = records(f"{_VERSION} WHERE v.party = %s AND v.year = %s ORDER BY v.major, v.minor", (party, year))
    return [_frozen(each) for each in found]


def version(party: str, year: int, number: Version) -> Frozen | None:
    """One version of a report."""
    found = records(
        f"{_VERSION} WHERE v.party = %s AND v.year = %s AND v.major = %s AND v.minor = %s",
        (party, year, number.major, number.minor),
    )
    return _frozen(found[0]) if found else None


def newest() -> dict[tuple[str, int], Version]:
    """The newest version in sight of each report, by Party and year."""
    found = rows("SELECT DISTINCT ON (party, year) party, year, major, minor FROM aef_version "
                 "ORDER BY party, year, major DESC, minor DESC")  # fmt: skip
    return {(party, year): Version(major, minor) for party, year, major, minor in found}


def by_id(version_id: int) -> Frozen:
    """The version with this id, which exists."""
    return _frozen(records(f"{_VERSION} WHERE v.id = %s", (version_id,))[0])


def last_records() -> tuple[int, int, int]:
    """The last line of the journal, the last authorization, the last explanatory text."""
    entry, authorization, explanation = one(
        """SELECT COALESCE((SELECT max(id) FROM entry), 0), COALESCE((SELECT max(id) FROM party_authorization), 0),
           COALESCE((SELECT max(id) FROM aef_explanation), 0)"""
    )
    return int(entry), int(authorization), int(explanation)


def content(version_id: int, table_key: str) -> Iterator[bytes]:
    """The rows of a table of a version, as lines without their ends. Needs a database transaction around it."""
    kept = stream(
        "SELECT content, row_count FROM aef_version_part WHERE version_id = %s AND table_key = %s ORDER BY number",
        (version_id, table_key),
        size=1,
    )
    for packed, count in kept:
        lines = zlib.decompress(packed).split(SEPARATOR)
        invariant(len(lines) == count + 1, f"rows of version {version_id}")
        yield from lines[:-1]


# --- What people said of a report


def confidential(party: str, year: int) -> list[dict[str, Any]]:
    """What is confidential now: table_key, row_key, field, reason, and who said so when."""
    return records(
        """SELECT * FROM (
               SELECT DISTINCT ON (c.table_key, c.row_key, c.field) c.id, c.table_key, c.row_key, c.field, c.reason,
                      c.is_confidential, p.name AS person, c.at
               FROM aef_confidential c LEFT JOIN store_person p ON p.id = c.person_id
               WHERE c.party = %s AND c.year = %s
               ORDER BY c.table_key, c.row_key, c.field, c.id DESC) last
           WHERE is_confidential ORDER BY id""",
        (party, year),
    )


def explanations(party: str, year: int) -> list[dict[str, Any]]:
    """The texts in force: table_key, row_key (empty: the table's), explanation, and who said so when."""
    return records(
        """SELECT * FROM (
               SELECT DISTINCT ON (e.table_key, e.row_key) e.id, e.table_key, e.row_key, e.explanation,
                      p.name AS person, e.at
               FROM aef_explanation e LEFT JOIN store_person p ON p.id = e.person_id
               WHERE e.party = %s AND e.year = %s
               ORDER BY e.table_key, e.row_key, e.id DESC) last
           WHERE explanation <> '' ORDER BY id""",
        (party, year),
    )


# --- Why a report differs from an earlier one; each looks at what was recorded after one number and up to another


def later_transactions(ids: list[int], after: int, up_to: int | None) -> dict[int, dict[str, Any]]:
    """Of these transactions those whose lines of the journal are later: type and moment of decision."""
    found = records(
        """SELECT DISTINCT t.id, t.type, t.decided_at FROM ledger_transaction t
           JOIN entry e ON e.transaction_id = t.id
           WHERE t.id = ANY (%s) AND e.id > %s AND (%s::bigint IS NULL OR e.id <= %s)""",
        (ids, after, up_to, up_to),
    )
    return {each.pop("id"): each for each in found}


def series_moved_later(until: datetime, after: int, up_to: int | None) -> set[str]:
    """The series, as `registry/party`, of which units moved before a moment by later lines of the journal."""
    found = rows(
        """SELECT DISTINCT r.registry || '/' || r.party FROM entry e JOIN series r ON r.id = e.series_id
           JOIN ledger_transaction t ON t.id = e.transaction_id
           WHERE e.id > %s AND (%s::bigint IS NULL OR e.id <= %s) AND t.decided_at < %s""",
        (after, up_to, up_to, until),
    )
    return {each for (each,) in found}


def authorizations_later(after: int, up_to: int | None) -> dict[str, tuple[int, datetime]]:
    """The authorizations of which versions were recorded later: by code the newest version, and when."""
    found = rows(
        """SELECT DISTINCT ON (code) code, version, recorded_at FROM party_authorization
           WHERE id > %s AND (%s::bigint IS NULL OR id <= %s) ORDER BY code, id DESC""",
        (after, up_to, up_to),
    )
    return {code: (number, at) for code, number, at in found}


def explained_later(
    party: str, year: int, after: int, up_to: int | None
) -> dict[tuple[str, str], tuple[str, datetime]]:
    """The rows whose explanatory text was given later: by table and row, by whom and when."""
    found = rows(
        """SELECT DISTINCT ON (e.table_key, e.row_key) e.table_key, e.row_key, COALESCE(p.name, ''), e.at
           FROM aef_explanation e LEFT JOIN store_person p ON p.id = e.person_id
           WHERE e.party = %s AND e.year = %s AND e.id > %s AND (%s::bigint IS NULL OR e.id <= %s)
           ORDER BY e.table_key, e.row_key, e.id DESC""",
        (party, year, after, up_to, up_to),
    )
    return {(table, key): (name, at) for table, key, name, at in found}
