"""The submission portal of the Article 6 database: take a Party's annual information in, keep it as received, and
say what became of it.

A file is read and its form checked before anything is written; then one submission after the other is entered, checked
against what is recorded and told about, each in one database transaction: all of it, or nothing.

Source: 2/CMA.3 annex paras 32-34; 6/CMA.4 annex I paras 32-40; 4/CMA.6 paras 28-32.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import roles
from article6.domain import submissions as law
from article6.domain.kinds import Kind
from article6.domain.notices import NoticeCode
from article6.domain.orders import PersonId
from article6.domain.parties import PARTIES
from article6.domain.refusals import Code, Refused, refused
from article6.domain.roles import Right
from article6.domain.submissions import Act, Mark, State, Version
from article6.reporting import submitted
from article6.reporting.aef_fields import Table
from article6.reporting.checks import catalogue
from article6.reporting.checks.catalogue import Report
from article6.reporting.reading.grids import Limits, Unreadable
from article6.reporting.reading.reader import Reading, read
from article6.reporting.said import Said
from article6.reporting.submitted import TYPED, KeptFile
from article6.services import notices, people, submission_checks
from article6.services.commands import command, once
from article6.services.paging import Page, below, cursor
from article6.store import journal
from article6.store.queries import facts, registries
from article6.store.queries import submissions as reading

TURN = "submissions"
"""Submissions are entered one after the other: each is compared with all before it."""

LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name, its bytes, and what the Party marks as confidential in it."""

    name: str
    content: bytes
    marks: tuple[Mark, ...] = ()

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


@dataclass(frozen=True, slots=True)
class _Received:
    """A file that was read: whose it is, and what the checks of form say."""

    upload: Upload
    reading: Reading
    party: str
    year: int
    section_id: int
    version: Version | None
    form: Report
    kept: KeptFile | None
    hidden: dict[tuple[Table, int], frozenset[str] | None]

    @property
    def has_passed(self) -> bool:
        return self.kept is not None

    @property
    def name(self) -> str:
        return law.name(self.party, self.year, self.version) if self.version else f"{self.party} {self.year}"


def submit(upload: Upload, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Take a report in; the submission as `store.queries.submissions.submission` shows it.

    What fails the form is kept as a file, with the findings; what has the version or the bytes of an earlier one is a
    duplicate of it. Otherwise its rows are recorded, it takes the place of an older version, and all of which the
    checks may now say something else is checked anew.

    Raises:
        Refused: the registry keeps no such database, the file cannot be read or does not say whose it is, the version
            goes backwards, a mark names nothing, or `by` is no representative of the Party. Nothing was kept.
    """
    content = [upload.name, upload.sha256.hex(), [[each.table, each.row, each.field] for each in upload.marks]]
    given = command(by, key, "submit_report", content)

    def act() -> dict[str, Any]:
        require_here()
        _require_submitter(by)
        received = _received(upload, by)
        with journal.database_transaction():
            journal.wait_for_turn(TURN)
            number = _enter(received, by, now)
            journal.note(given, "submission.received", f"submission:{number}", now, [number],
                         section_id=received.section_id)  # fmt: skip
        return one(number)

    return once(given, act, lambda answer: one(answer.ids[0]))


def require_here() -> None:
    """Only the international registry has an Article 6 database.

    Raises:
        Refused: this registry is of another kind.
    """
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    if identity["kind"] != Kind.INTERNATIONAL:
        raise refused(Code.SUBMISSION_NOT_HERE, identity["kind"])


def _require_submitter(by: PersonId) -> None:
    """Whoever submits for no Party at all is turned away before the file is opened."""
    actor = facts.actor(by)
    if not any(role in roles.HOLDERS[Right.SUBMIT_REPORT] for _section, role in actor.roles):
        raise refused(Code.PERSON_NOT_PERMITTED, actor.name, Right.SUBMIT_REPORT)


def said(sentence: Said) -> str:
    """A sentence of the reporting room in the reader's language."""
    return _(sentence.text) % sentence.values if sentence.values else _(sentence.text)


def read_upload(name: str, content: bytes) -> tuple[Reading, str, int]:
    """The reading of a file, with the Party and the year that it reports on.

    Raises:
        Refused: it cannot be read, or does not say whose it is.
    """
    try:
        found = read(io.BytesIO(content), _plain_name(name), LIMITS)
    except Unreadable as no:
        raise refused(Code.SUBMISSION_UNREADABLE, _plain_name(name), said(no.said)) from no
    row = found.submission
    party, year = (row.get("ParticipatingParty"), row.get("ReportedYear")) if row is not None else (None, None)
    if not isinstance(party, str) or not isinstance(year, int):
        raise refused(Code.SUBMISSION_UNNAMED, _plain_name(name))
    return found, party, year


def _plain_name(name: str) -> str:
    """A file's own name, without folders and without what no text has."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in bare if each.isprintable())[:200] or "file"


def _received(upload: Upload, by: PersonId) -> _Received:
    found, party, year = read_upload(upload.name, upload.content)
    if party not in PARTIES:
        raise refused(Code.PARTY_UNKNOWN, party)
    section_id = registries.sections().get(party)
    if section_id is None:
        raise refused(Code.SECTION_UNKNOWN, party)
    people.require(by, Right.SUBMIT_REPORT, section_id)
    form = catalogue.check([found], checks=submission_checks.ON_FORM)
    row = found.submission
    version = law.read_version(str(row.get("SubmissionVersion") if row is not None else ""))
    kept = None
    if not form.findings and version is not None:
        try:
            kept = submitted.kept(found)
        except Unreadable as no:
            raise refused(Code.SUBMISSION_UNREADABLE, _plain_name(upload.name), said(no.said)) from no
    try:
        hidden = submitted.hidden(kept, upload.marks) if kept is not None else {}
    except ValueError as no:
        raise refused(Code.SUBMISSION_CONFIDENTIAL, str(no)) from no
    return _Received(upload, found, party, year, section_id, version, form, kept, hidden)


# --- Entering it


def _enter(it: _Received, by: PersonId, now: datetime) -> int:
    if not it.has_passed or it.version is None:
        number = _insert(it, Act.FORM_FAILED, by, now)
        submission_checks.form_results(_item(number, it), it.form.outcomes, now)
        return number
    original = reading.original(it.party, it.year, it.version, it.upload.sha256)
    if original is not None:
        return _insert(it, Act.DUPLICATE, by, now, original)
    newest = reading.newest_version(it.party, it.year)
    if reasons := list(law.refusals_of_version(it.version, newest, it.name)):
        raise Refused(reasons)
    older = reading.current_of(it.party, it.year)
    number = _insert(it, Act.FORM_PASSED, by, now)
    _keep(number, it)
    submission_checks.form_results(_item(number, it), it.form.outcomes, now)
    if older is not None:
        submission_checks.write_act(older, it.section_id, Act.SUPERSEDED, now, remark=it.name)
    submission_checks.recompute(it.party, [number] if older is None else [number, older], number, now)
    return number


def _item(number: int, it: _Received) -> dict[str, Any]:
    return {"id": number, "section_id": it.section_id, "party": it.party}


def _insert(it: _Received, act: Act, by: PersonId, now: datetime, original: int | None = None) -> int:
    file_id = reading.file_id(it.section_id, it.upload.sha256)
    if file_id is None:
        file_id = journal.insert(
            "submission_file",
            {"section_id": it.section_id, "sha256": it.upload.sha256, "content": it.upload.content},
        )
    number = journal.insert(
        "submission",
        {
            "section_id": it.section_id, "party": it.party, "reported_year": it.year,
            "major": it.version.major if it.version else None, "minor": it.version.minor if it.version else None,
            "entered": str(act), "duplicate_of": original, "file_id": file_id,
            "file_name": _plain_name(it.upload.name), "form": it.reading.form, "size_bytes": len(it.upload.content),
            "submitted_by": by, "received_at": now,
            "hidden_rows": sum(fields is None for fields in it.hidden.values()),
            "hidden_cells": sum(len(fields or ()) for fields in it.hidden.values()),
        },
    )  # fmt: skip
    submission_checks.write_act(number, it.section_id, act, now, by=by)
    return number


def _keep(number: int, it: _Received) -> None:
    kept = it.kept or KeptFile(())
    for layout in kept.layouts:
        journal.insert(
            "submission_layout",
            {"submission_id": number, "section_id": it.section_id, "table_number": layout.table.number,
             "sheet": layout.sheet, "layout": layout.as_json()},
        )  # fmt: skip
    columns = ("submission_id", "section_id", "table_number", "number", "shown_to", "record_id", "cells", *TYPED)
    journal.insert_many("submission_row", columns, _lines(number, it, kept))
    tables = {each.key: each.number for each in Table}
    for mark in it.upload.marks:
        journal.insert(
            "submission_mark",
            {"submission_id": number, "section_id": it.section_id, "table_number": tables[mark.table],
             "number": mark.row, "field": mark.field},
        )  # fmt: skip


def _lines(number: int, it: _Received, kept: KeptFile) -> Iterator[list[Any]]:
    """The rows as the database keeps them: what has confidential items once whole, once as the public sees it."""
    for row, understood in kept.rows:
        place = (row.table, row.number)
        head = [number, it.section_id, row.table.number, row.number]
        values = submitted.typed(understood)
        if place not in it.hidden:
            yield [*head, "all", row.record_id, row.cells, *(values[name] for name in TYPED)]
            continue
        yield [*head, "own", row.record_id, row.cells, *(values[name] for name in TYPED)]
        fields = it.hidden[place]
        if fields is not None:
            values = submitted.typed(understood, fields)
            cells = submitted.public(row.cells, fields)
            yield [*head, "public", row.record_id, cells, *(values[name] for name in TYPED)]


def withdraw(number: int, *, reason: str, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Withdraw a submission that counts; what it was compared with is checked anew. Its version stays used, and an
    older one does not come back: the Party submits a newer one.

    Raises:
        Refused: no such submission in the sections for which `by` submits, it does not count any more, or no reason.
    """
    given = command(by, key, "withdraw_submission", [number, reason])

    def act() -> dict[str, Any]:
        require_here()
        with journal.database_transaction():
            journal.wait_for_turn(TURN)
            found = _found(number)
            people.require(by, Right.SUBMIT_REPORT, found["section_id"])
            if not reason.strip():
                raise refused(Code.REQUEST_MALFORMED, "reason", _("say why it is withdrawn"))
            name = f"{found['party']} {found['year']} {found['version'] or ''}".strip()
            if reasons := list(law.refusals_of_act(Act.WITHDRAWN, State(found["state"]), name)):
                raise Refused(reasons)
            submission_checks.write_act(number, found["section_id"], Act.WITHDRAWN, now, by=by, remark=reason)
            submission_checks.recompute(found["party"], [number], number, now)
            notices.tell([found["section_id"]], NoticeCode.SUBMISSION_WITHDRAWN, f"submission:{number}", now,
                         submission=name, reason=reason)  # fmt: skip
            journal.note(given, "submission.withdrawn", f"submission:{number}", now, [number],
                         section_id=found["section_id"])  # fmt: skip
        return one(number)

    return once(given, act, lambda answer: one(answer.ids[0]))


# --- Reading


def _found(number: int) -> dict[str, Any]:
    found = reading.submission(number)
    if found is None:
        raise refused(Code.SUBMISSION_UNKNOWN, str(number))
    return found


def one(number: int) -> dict[str, Any]:
    """A submission: what it is, and what it has come to.

    Raises:
        Refused: there is none in sight.
    """
    found = _found(number)
    return {name: value for name, value in found.items() if name not in ("section_id", "entered")}


def listed(
    *, after: str | None = None, limit: int = 50, party: str | None = None, year: int | None = None,
    state: State | None = None,
) -> Page:  # fmt: skip
    """Submissions in sight, newest first, as `one`.

    Raises:
        Refused: the registry keeps no such database, or `after` is no cursor.
    """
    require_here()
    found = reading.page(below(after), limit + 1, party, year, state)
    items = [{name: each[name] for name in each if name not in ("section_id", "entered")} for each in found]
    following = str(items[limit - 1]["id"]) if len(items) > limit else None
    return Page(items[:limit], reading.count(party, year, state), following)


def reported() -> list[tuple[str, int]]:
    """The Parties and years of which there are submissions in sight.

    Raises:
        Refused: the registry keeps no such database.
    """
    require_here()
    return reading.reported()


def rows(number: int, table: Table, *, after: str | None = None, limit: int = 50) -> Page:
    """Rows of a submission as received, as far as they are for the reader's eyes: number (of the row in the sheet),
    cells by technical name, record_id, is_confidential.

    Raises:
        Refused: there is no such submission in sight, or `after` is no cursor.
    """
    require_here()
    _found(number)
    begins = cursor(after, 1)[0] if after is not None else -1
    found = reading.rows_page(number, table, min(begins, 2**31 - 1), limit + 1)
    for each in found:
        each["cells"] = {name: submitted.shown(value) for name, value in each["cells"].items()}
    following = str(found[limit - 1]["number"]) if len(found) > limit else None
    return Page(found[:limit], reading.rows_count(number)[table.key], following)


def file(number: int) -> tuple[str, bytes]:
    """Name and bytes of the file as it was received, for people of the Party's section.

    Raises:
        Refused: there is no such submission, or its file is not for the reader's eyes.
    """
    require_here()
    found, kept = _found(number), reading.file_of(number)
    if kept is None:
        raise refused(Code.PERSON_NOT_PERMITTED, str(number))
    return found["file_name"], kept[1]
