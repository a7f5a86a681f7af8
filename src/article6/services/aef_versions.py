"""Versions of a Party's AEF: drawn from the ledger, frozen when the Party's administrator says so, never changed.

A year that is not over has no versions: its report is drawn anew each time and says that it is provisional. Rows are
kept as they are spelled in the files, some thousands a record, compressed; neither freezing nor writing holds more of
them in memory.

Source: 4/CMA.6 annex II; 2/CMA.3 annex paras 20, 24, 34.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from article6.domain import roles
from article6.domain.orders import PersonId
from article6.domain.refusals import Code, invariant, refused
from article6.domain.roles import Right
from article6.domain.submissions import Version
from article6.reporting import aef_versions as law
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_records import Aef, ConfidentialItem, Keyed
from article6.reporting.aef_rows import keyed_rows
from article6.reporting.aef_versions import TABLE_BY_KEY, TABLES, Head
from article6.services import aef, people, sight
from article6.services.commands import command, once
from article6.store import journal
from article6.store.database import EVERYTHING, one_moment, seeing, written_at_one_moment
from article6.store.queries import aef as drawn
from article6.store.queries import aef_versions as reading
from article6.store.queries import facts, registries
from article6.store.queries.aef_versions import Frozen

Progress = Callable[[int], None]

ROWS_A_PART = 5_000
_COMPRESSION = 3
"""A sixteenth of the size, in under a second for a million rows; level 6 takes twice as long for a tenth less."""


def section_of(party: str) -> int:
    """The Party's section.

    Raises:
        Refused: the registry has none.
    """
    found = registries.sections().get(party)
    if found is None:
        raise refused(Code.SECTION_UNKNOWN, party)
    return found


def named(text: str) -> Version:
    """The version that a text names.

    Raises:
        Refused: it names none.
    """
    found = law.version(text)
    if found is None:
        raise refused(Code.REQUEST_MALFORMED, text[:20], "write a version as two numbers, the first one being 1.0")
    return found


def may_read_all(by: PersonId | None, party: str) -> bool:
    """Whether the person may read what is confidential in the Party's reports: who has a role in its section."""
    return by is not None and roles.may(facts.actor(by), Right.READ, section_of(party))


def require_member(by: PersonId | None, party: str) -> None:
    """Only who has a role in the Party's section reads what is confidential in its reports, and who said so.

    Raises:
        Refused: `by` has none, or is a stranger.
    """
    if by is None:
        raise refused(Code.PERSON_NOT_PERMITTED, party, Right.READ)
    people.require(by, Right.READ, section_of(party))


# --- The report as the ledger has it now


def draft(party: str, year: int, *, now: datetime) -> Aef:
    """The report as the ledger has it, with the texts that explain it; its number is that of the version it would be.

    Raises:
        Refused: as for `aef.aef`.
    """
    found = aef.aef(party, year, now=now)
    before = reading.versions(party, year)
    number = before[-1].version.next() if before else law.FIRST
    texts = {
        (TABLE_BY_KEY[each["table_key"]], each["row_key"]): each["explanation"]
        for each in reading.explanations(party, year)
    }
    numbered = replace(found, submission=replace(found.submission, version=str(number)))
    return replace(law.explained(numbered, texts), confidential=confidential_now(party, year))


def confidential_now(party: str, year: int) -> tuple[ConfidentialItem, ...]:
    """What the Party has marked confidential, as it stands now."""
    return tuple(
        ConfidentialItem(TABLE_BY_KEY[each["table_key"]], each["row_key"], each["field"], each["reason"])
        for each in reading.confidential(party, year)
    )


def for_reader(party: str, year: int, *, by: PersonId | None, now: datetime) -> Aef:
    """The report as the ledger has it now; whoever has no role in the Party's section gets the public copy.

    Raises:
        Refused: as for `aef.aef`.
    """
    found = draft(party, year, now=now)
    return found if may_read_all(by, party) else law.public(found, found.confidential)


# --- Freezing


def freeze(
    party: str, year: int, *, by: PersonId, now: datetime, version: Version | None = None, reason: str = "",
    key: str | None = None, progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Freeze a version of the report: its rows, of one moment of the ledger, are kept for ever. The version as `shown`.

    Without a version: 1.0, and afterwards the smallest revision. `progress` is told how many rows were kept since it
    was last told. Of two people who freeze at once, one is refused.

    Raises:
        Refused: the year is not over, the version is not above the newest one, or `by` may not freeze reports of
            the Party.
    """
    given = command(by, key, "freeze_aef", [party, year, version and str(version), reason])

    def act() -> dict[str, Any]:
        section_id = section_of(party)
        people.require(by, Right.FREEZE_REPORT, section_id)
        if now < drawn.year_bounds(year)[1]:
            raise refused(Code.AEF_YEAR_OPEN, f"{party} {year}")
        with written_at_one_moment():
            before = reading.versions(party, year)
            found = draft(party, year, now=now)
            number = version or named(found.submission.version)
            if before and number <= before[-1].version:
                raise refused(Code.AEF_VERSION_BACKWARDS, str(number), f"the newest is {before[-1].version}")
            found = replace(found, submission=replace(found.submission, version=str(number)))
            entry, authorization, explanation = reading.last_records()
            head = Head(found.submission, found.remark, found.remarks, found.confidential)
            version_id = journal.insert(
                "aef_version",
                {
                    "section_id": section_id, "party": party, "year": year, "major": number.major,
                    "minor": number.minor, "follows": before[-1].id if before else None, "head": head.as_json(),
                    "reason": reason, "last_entry": entry, "last_authorization": authorization,
                    "last_explanation": explanation, "frozen_by": by, "frozen_at": now,
                },
            )  # fmt: skip
            _keep(_Kept(version_id, section_id, progress or (lambda _rows: None)), head, found)
            journal.note(given, "aef.frozen", f"aef:{party}:{year}:{number}", now, [version_id], section_id=section_id)
        return shown(reading.by_id(version_id), is_all=True)

    return once(given, act, lambda answer: shown(reading.by_id(answer.ids[0]), is_all=True))


@dataclass(slots=True)
class _Kept:
    """A version that is being written: how many parts there are, and the digest so far."""

    version_id: int
    section_id: int
    progress: Progress
    parts: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)


def _keep(kept: _Kept, head: Head, found: Aef) -> None:
    kept.digest.update(law.line(head.as_json()))
    for table in TABLES:
        kept.counts[table.key] = 0
        lines = law.row_lines(found, table)
        while part := list(islice(lines, ROWS_A_PART)):
            content = b"".join(part)
            kept.digest.update(content)
            kept.parts += 1
            kept.counts[table.key] += len(part)
            journal.insert(
                "aef_version_part",
                {
                    "version_id": kept.version_id, "section_id": kept.section_id, "number": kept.parts,
                    "table_key": table.key, "row_count": len(part),
                    "content": zlib.compress(content, _COMPRESSION),
                },
            )  # fmt: skip
            kept.progress(len(part))
    journal.insert(
        "aef_version_seal",
        {
            "version_id": kept.version_id, "section_id": kept.section_id, "parts": kept.parts,
            "row_counts": kept.counts, "sha256": kept.digest.digest(),
        },
    )  # fmt: skip


# --- Reading what was frozen


def frozen(party: str, year: int, version: Version) -> Frozen:
    """A version as it was frozen.

    Raises:
        Refused: there is none of this number.
    """
    found = reading.version(party, year, version)
    if found is None:
        raise refused(Code.AEF_VERSION_UNKNOWN, f"{party} {year}", str(version))
    return found


def full_copy(version: Frozen) -> Aef:
    """All that was frozen, for the Party and whom it gives the report to."""
    head = law.head_of(version.head)
    return head.aef(lambda table: _rows(version.id, table), version.frozen_at)


def public_copy(version: Frozen) -> Aef:
    """The copy for everybody, without what was confidential when it was frozen or has been marked so since."""
    found = full_copy(version)
    items = dict.fromkeys((*found.confidential, *confidential_now(version.party, version.year)))
    return law.public(found, list(items))


def copy_for(version: Frozen, *, by: PersonId | None, is_public: bool) -> Aef:
    """The public copy, or all of it for who has a role in the Party's section.

    Raises:
        Refused: `by` asks for all of it and has none.
    """
    if is_public:
        return public_copy(version)
    require_member(by, version.party)
    return full_copy(version)


def _rows(version_id: int, table: Table) -> Iterator[Keyed]:
    with one_moment():
        yield from law.rows_of(reading.content(version_id, table.key))


def content(version: Frozen) -> Iterator[bytes]:
    """The canonical content, line by line; its SHA-256 is the version's."""
    yield law.line(version.head)
    with one_moment():
        for table in TABLES:
            for kept in reading.content(version.id, table.key):
                yield kept + reading.SEPARATOR


def is_intact(version: Frozen) -> bool:
    """Whether the content is still what was frozen."""
    digest = hashlib.sha256()
    for kept in content(version):
        digest.update(kept)
    return digest.digest() == version.sha256


def listed(party: str, year: int, *, is_all: bool) -> list[dict[str, Any]]:
    """The versions of a report as `shown`, newest first.

    Raises:
        Refused: the registry has no section of this Party.
    """
    section_of(party)
    return [shown(each, is_all=is_all) for each in reversed(reading.versions(party, year))]


def newest() -> dict[tuple[str, int], str]:
    """The newest version of each report of a section in sight, by Party and year."""
    in_sight = {party for party, section_id in registries.sections().items() if sight.shows(section_id)}
    with seeing(EVERYTHING):  # that there is a version is no secret where its Party's reports are none
        found = reading.newest()
    return {key: str(each) for key, each in found.items() if key[0] in in_sight}


def shown(version: Frozen, *, is_all: bool) -> dict[str, Any]:
    """A version without its rows; `is_all` says whether what is the Party's own is told: what is confidential and why,
    who froze it, and the digest of all of it, by which a short confidential cell could be guessed."""
    head = law.head_of(version.head)
    found = {
        "party": version.party,
        "year": version.year,
        "version": str(version.version),
        "reason": version.reason,
        "frozen_at": version.frozen_at,
        "row_counts": version.row_counts,
        "confidential_count": len(head.confidential),
    }
    if not is_all:
        return found
    own = {"frozen_by_name": version.frozen_by_name, "sha256": version.sha256.hex()}
    return {**found, **own, "confidential": [said(each) for each in head.confidential]}


def said(item: ConfidentialItem) -> dict[str, str]:
    """A confidential item: table, row, field (empty: the whole row), reason."""
    return {"table": item.table.key, "row": item.row_key, "field": item.field, "reason": item.reason}


def rows(found: Aef, table: Table, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Rows of a table of a report, beyond the first `after`: place (from 1), key, and cells by technical name."""
    invariant(table in TABLES, f"{table.heading} has no rows with keys")
    names = [each.technical_name for each in FIELDS[table]]
    with one_moment():
        kept: Iterable[tuple[int, Keyed]] = islice(enumerate(keyed_rows(found, table), 1), after, after + limit)
        return [{"place": place, "key": key, "cells": dict(zip(names, row, strict=True))} for place, (key, row) in kept]
