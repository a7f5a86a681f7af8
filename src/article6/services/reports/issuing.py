"""Issues reports: each is kept with its content, its digest and a code, by which anybody who has it can verify it."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused, invariant, refused
from article6.domain.report_kinds import AUDIENCES, REPORTS, ReportKind, as_of_refusals
from article6.reporting.documents import model
from article6.reporting.documents.files import EXTENSIONS, FORMATS, write_csv, write_json, write_xlsx
from article6.reporting.documents.model import Issue, Report
from article6.reporting.documents.typeset import ROWS_AT_MOST, LettersMissing, write_pdf
from article6.services.commands import command, once
from article6.services.notices import below
from article6.services.paging import Page
from article6.services.reports import drawing, rights
from article6.store import journal
from article6.store.database import EVERYTHING, seeing
from article6.store.queries import facts
from article6.store.queries import reports as reading

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as a number."""


def _write_pdf(report: Report, issue: Issue, file: BinaryIO) -> None:
    write_pdf(report, issue, file, [settings.ARTICLE6_FONTS] if settings.ARTICLE6_FONTS else [])


WRITERS = {"pdf": _write_pdf, "xlsx": write_xlsx, "csv": write_csv, "json": write_json}
invariant(set(WRITERS) == set(FORMATS), "every format has its writer")


def kinds() -> list[dict[str, Any]]:
    """The reports of this kind of registry: kind, title, about, audience, audience_title, clause, needs, may."""
    return [
        {
            "kind": each.code, "title": _(each.title), "about": _(each.about), "audience": str(each.audience),
            "audience_title": _(AUDIENCES[each.audience]), "clause": each.clause, "needs": list(each.needs),
            "may": list(each.may),
        }
        for each in REPORTS.values() if drawing.is_here(each)
    ]  # fmt: skip


def drawn(
    kind_code: str, given: Mapping[str, str], *, by: PersonId | None, now: datetime, as_of: datetime | None = None
) -> dict[str, Any]:
    """A report that is not issued: `content`, and the `digest` that issuing it would give.

    Raises:
        Refused: no such report, wrong parameters, a moment in the future, or `by` may not have it.
    """
    kind, named, at = _asked(kind_code, given, as_of, now)
    rights.judge(kind, named, by)
    report = drawing.draw(kind, named, at)
    return {"content": model.as_plain(report), "digest": model.digest(model.content(report)).hex()}


def issue(
    kind_code: str,
    given: Mapping[str, str],
    *,
    by: PersonId,
    now: datetime,
    as_of: datetime | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """Issue a report as of a moment (by default: now): code, section, kind, title, parameters, as_of, at, digest, role.

    Raises:
        Refused: as for `drawn`.
    """
    request = command(by, key, "issue_report", [kind_code, dict(given), as_of])

    def act() -> dict[str, Any]:
        kind, named, at = _asked(kind_code, given, as_of, now)
        section_id = rights.judge(kind, named, by)
        report = drawing.draw(kind, named, at)
        with seeing(EVERYTHING), journal.database_transaction():
            number = keep(report, section_id, now, person_id=by)
            journal.note(request, "report.issued", f"report:{number}", now, [number], section_id=section_id)
            return _told(_row(number))

    def repeat(report_id: int) -> dict[str, Any]:
        with seeing(EVERYTHING):
            return _told(_row(report_id))

    return once(request, act, lambda answer: repeat(answer.ids[0]))


def _asked(
    kind_code: str, given: Mapping[str, str], as_of: datetime | None, now: datetime
) -> tuple[ReportKind, dict[str, str], datetime]:
    kind = drawing.kind_of(kind_code)
    named = drawing.parameters(kind, given)
    at = as_of or now
    if reasons := list(as_of_refusals(at, now)):
        raise Refused(reasons)
    return kind, named, at


def keep(
    report: Report, section_id: int, now: datetime, *, person_id: PersonId | None = None, schedule_id: int | None = None
) -> int:
    """Write a report down for good. Needs a database transaction around it."""
    canonical = model.content(report)
    return journal.insert(
        "report_issued",
        {
            "code": _code(),
            "section_id": section_id,
            "is_open": REPORTS[report.kind].is_open,
            "kind": report.kind,
            "parameters": reading.as_json(report.parameters),
            "as_of": report.as_of,
            "content": canonical,
            "digest": model.digest(canonical),
            "at": now,
            "person_id": person_id,
            "schedule_id": schedule_id,
        },
    )


def _code() -> str:
    return normal("".join(secrets.choice(ALPHABET) for _each in range(16)))


def _row(report_id: int) -> dict[str, Any]:
    found = reading.by_id(report_id)
    if found is None:
        raise refused(Code.REPORT_UNKNOWN, str(report_id))
    return found


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    names = ("code", "section", "kind", "parameters", "as_of", "at", "role")
    return {
        **{name: found[name] for name in names},
        "title": _(REPORTS[found["kind"]].title),
        "digest": bytes(found["digest"]).hex(),
        "is_scheduled": found["schedule_id"] is not None,
    }


def listed(*, by: PersonId | None, after: str | None = None, limit: int = 50) -> Page:
    """Reports issued that the person may have, newest first; `total` counts those of the page."""
    items: list[dict[str, Any]] = []
    at = below(after)
    following = None
    while following is None and (found := reading.page(at, limit)):
        for each in found:
            at = each["id"]
            if _may(each, by):
                items.append(each)
            if len(items) > limit:
                following = str(items[limit - 1]["id"])
                break
    return Page([_told(each) for each in items[:limit]], len(items[:limit]), following)


def shown(code: str, *, by: PersonId | None) -> dict[str, Any]:
    """A report that was issued, as `issue` told it.

    Raises:
        Refused: there is none with this code that the person may have.
    """
    return _told(_by_code(code, by))


def _by_code(code: str, by: PersonId | None) -> dict[str, Any]:
    found = reading.by_code(normal(code))
    if found is None or not _may(found, by):
        raise refused(Code.REPORT_UNKNOWN, code[:40])
    return found


def _may(found: Mapping[str, Any], by: PersonId | None) -> bool:
    """Whether the person may have this kind of report, or is one of those whom its schedule makes it for."""
    if found["role"] is not None and by is not None:
        with seeing(EVERYTHING):
            if (found["section_id"], found["role"]) in {(at, str(role)) for at, role in facts.actor(by).roles}:
                return True
    try:
        rights.judge(REPORTS[found["kind"]], found["parameters"], by)
    except Refused:
        return False
    return True


def normal(code: str) -> str:
    """A code as it is kept, from what a person typed: small letters, no hyphens, O for 0, I and L for 1."""
    text = code.strip().upper().replace("-", "").replace(" ", "").replace("O", "0").replace("I", "1").replace("L", "1")
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def file_name(found: Mapping[str, Any], form: str) -> str:
    """The name of a copy: `account_statement-2026-01-01-K7QF.pdf`."""
    return f"{found['kind']}-{found['as_of']:%Y-%m-%d}-{found['code'][:4]}.{EXTENSIONS[form]}"


def copy(code: str, form: str, *, by: PersonId | None, language: str | None = None) -> tuple[str, bytes]:
    """A copy of a report that was issued, in a format and a language (by default: the reader's): file name and bytes.

    Raises:
        Refused: there is none with this code that the person may have, or a PDF cannot show it: too many rows, or a
            letter that no font here has.
    """
    found = _by_code(code, by)
    report = model.read(reading.content(found["id"]))
    if form == "pdf" and report.rows > ROWS_AT_MOST:
        raise refused(Code.REPORT_TOO_LONG, found["code"], f"{report.rows:,} rows, at most {ROWS_AT_MOST:,}")
    try:
        written = _written(found, report, form, language or translation.get_language() or "en")
    except LettersMissing as no:
        raise refused(Code.REPORT_LETTERS, found["code"], " ".join(no.letters[:20])) from no
    return file_name(found, form), written


def _written(found: Mapping[str, Any], report: Report, form: str, language: str) -> bytes:
    file = io.BytesIO()
    with translation.override(language):
        # A copy says which language it is in: English where nobody has translated it.
        spoken = language if _(report.title) != report.title else "en"
        digest = bytes(found["digest"]).hex()
        where = f"/api/v1/reports/verify/{found['code']}"
        WRITERS[form](report, Issue(found["code"], digest, found["at"], spoken, _, where), file)
    return file.getvalue()


# --- Verification


def verify(code: str, *, now: datetime, copy_of_it: bytes | None = None, digest: str | None = None) -> dict[str, Any]:
    """Whether such a report was issued, and whether drawing it today gives the same content; for everybody.

    Returns: code, is_issued; kind, title, registry, as_of, issued_at, digest and is_same_today (None where none was
    issued), and is_copy: whether the copy or the digest given is the report's (None: none was given, or it cannot be
    told). Neither the parameters nor the content is told.
    """
    with seeing(EVERYTHING):
        found = reading.by_code(normal(code))
        if found is None:
            unknown = ("kind", "title", "registry", "as_of", "issued_at", "digest", "is_same_today", "is_copy")
            return {"code": normal(code)[:40], "is_issued": False, **dict.fromkeys(unknown)}
        canonical = reading.content(found["id"])
        kept = bytes(found["digest"])
        report = model.read(canonical)
        is_copy = None if digest is None else digest.lower() == kept.hex()
        if copy_of_it is not None:
            is_copy = _is_copy(found, report, copy_of_it)
        return {
            "code": found["code"],
            "is_issued": True,
            "kind": found["kind"],
            "title": _(report.title),
            "registry": report.registry,
            "as_of": found["as_of"],
            "issued_at": found["at"],
            "digest": kept.hex(),
            "is_same_today": _is_same(found, kept),
            "is_copy": is_copy,
        }


def _is_same(found: Mapping[str, Any], kept: bytes) -> bool:
    try:
        again = drawing.draw(REPORTS[found["kind"]], found["parameters"], found["as_of"])
    except Refused:
        return False
    return model.digest(model.content(again)) == kept


def _is_copy(found: Mapping[str, Any], report: Report, given: bytes) -> bool | None:
    """Whether the bytes are a copy: by its content for JSON, else by being what is written again, in some language.

    Of a PDF that differs nothing is said: another machine's fonts, or another version, make other bytes.
    """
    if given.lstrip()[:1] == b"{":
        return _is_content(found, given)
    form = "pdf" if given.startswith(b"%PDF") else "xlsx" if b"xl/workbook.xml" in given else "csv"
    if form == "pdf" and report.rows > ROWS_AT_MOST:
        return False
    for language, _title in settings.LANGUAGES:
        try:
            if given == _written(found, report, form, language):
                return True
        except LettersMissing:
            continue
    return None if form == "pdf" else False


def _is_content(found: Mapping[str, Any], given: bytes) -> bool:
    try:
        return model.digest(model.canonical(json.loads(given)["content"])) == bytes(found["digest"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
