"""The Article 6 database: what Parties submitted, what the checks say of it, and the tables made of it."""

from __future__ import annotations

import io
import json
import tempfile
from datetime import UTC, datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from article6.domain.refusals import N_, Code, refused
from article6.domain.submissions import CURRENT, State, read_version
from article6.reporting.aef_fields import Table
from article6.reporting.checks.results import Result
from article6.services import aef_files, inconsistencies, submission_tables, submissions
from article6.web.doors import page

ENDINGS = {ending: form for form, (ending, _) in aef_files.FORMATS.items()}
IN_MEMORY_BYTES = 2**20
VERSIONS_AT_MOST = 200
FINDINGS_SHOWN = 25
TABLES = {
    "summary": submission_tables.SUMMARY_COLUMNS,
    "disaggregated": submission_tables.DISAGGREGATED_COLUMNS,
}
SHORT = {
    "authorized_oimp": N_("Authorized for OIMP"),
    "held": N_("Held at the end"),
    "used_ndc": N_("Used for NDC"),
    "used_oimp": N_("Used for OIMP"),
    "adaptation": N_("For adaptation"),
    "omge": N_("OMGE"),
}
"""Short headings of the summary's columns; the whole one is beside them."""


def listed(request: HttpRequest) -> HttpResponse:
    """What Parties submitted, newest first."""
    party, year, state = _party(request), _year(request), request.GET.get("state") or None
    if state is not None and state not in set(State):
        raise refused(Code.REQUEST_MALFORMED, "state", _("no submission comes to this"))
    found = inconsistencies.listed(
        after=request.GET.get("after"), party=party, year=year, state=None if state is None else State(state)
    )
    return page(request, "submissions", found=found, wanted=state, states=list(State)[1:], **_filters(party, year))


def submission(request: HttpRequest, number: int) -> HttpResponse:
    """One submission: its status, what each check says of it, its reviews, its versions."""
    _require_number(number)
    found = inconsistencies.shown(number, now=datetime.now(UTC))
    lasting = {each["code"]: each for each in found["inconsistencies"]}
    checked = [{**each, "lasting": lasting.get(each["code"])} for each in inconsistencies.checked(number)]
    versions = submissions.listed(party=found["party"], year=found["year"], limit=VERSIONS_AT_MOST).items
    before, after = _beside(found, versions)
    return page(
        request,
        "submission",
        submission=found,
        since=min((each["since"] for each in found["inconsistencies"]), default=None),
        days=max((each["days"] for each in found["inconsistencies"]), default=0),
        telling=[each for each in checked if each["result"] != Result.CONSISTENT],
        quiet=[each for each in checked if each["result"] == Result.CONSISTENT],
        wrong=[each for each in checked if each["result"] == Result.INCONSISTENT],
        tally=[(result, sum(each["result"] == result for each in checked)) for result in Result],
        tables=[(table.heading, found["rows"][table.key]) for table in Table],
        versions=versions if len(versions) > 1 else [],
        before=before,
        after=after,
        is_public=found["state"] not in (State.FORM_FAILED, State.DUPLICATE),
        counts=found["state"] in CURRENT,
        endings=[("xlsx", _("Workbook (xlsx)")), ("csv.zip", "CSV (zip)"), ("json", "JSON")],
        shown_at_most=FINDINGS_SHOWN,
    )


def _beside(found: dict[str, Any], versions: list[dict[str, Any]]) -> tuple[dict[str, Any] | None, ...]:
    """The version before and the version after, of those that passed the form."""
    passed = {
        version: each
        for each in versions
        if each["state"] not in (State.FORM_FAILED, State.DUPLICATE)
        and (version := read_version(each["version"] or "")) is not None
    }
    own = read_version(found["version"] or "")
    if own is None:
        return None, None
    older, newer = [each for each in passed if each < own], [each for each in passed if each > own]
    return passed[max(older)] if older else None, passed[min(newer)] if newer else None


def public_copy(request: HttpRequest, number: int, form: str) -> FileResponse:
    """The public copy of a submission: all of it without what is confidential."""
    _require_number(number)
    if form not in ENDINGS:
        raise Http404
    name = submission_tables.public_name(number, ENDINGS[form])
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  # the response closes it
    submission_tables.write_public(number, ENDINGS[form], file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=aef_files.FORMATS[ENDINGS[form]][1])


def received_file(request: HttpRequest, number: int) -> FileResponse:
    """The file as it was received, for people of the Party's section."""
    _require_number(number)
    name, content = submissions.file(number)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type="application/octet-stream")


def table(request: HttpRequest, what: str) -> HttpResponse:
    """The summary or the disaggregated table of what Parties reported (4/CMA.6 para 22)."""
    if what not in TABLES:
        raise Http404
    party, year = _party(request), _year(request)
    found = submission_tables.page(what, party, year, after=request.GET.get("after"))
    titles = {key: _(title) for key, title in submission_tables.INFORMATION.items()}
    if what == "summary":
        for line in found.items:
            line["amounts"] = [line[key] for key in titles]
    heads = [(title, _(SHORT[key]) if key in SHORT else "") for key, title in titles.items()]
    return page(
        request, f"submissions_{what}", found=found, what=what, titles=titles, heads=heads, **_filters(party, year)
    )


def table_file(request: HttpRequest, what: str, form: str) -> HttpResponse:
    """The same as a file."""
    if what not in TABLES or form not in ("csv", "json"):
        raise Http404
    party, year = _party(request), _year(request)
    if form == "csv":
        text = io.StringIO(newline="")
        submission_tables.write_csv(what, text, party, year)
        answer = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    else:
        lines = submission_tables.lines(what, party, year)
        answer = HttpResponse(json.dumps(lines, ensure_ascii=False).encode(), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}.{form}"'
    return answer


# --- What a reader asks for


def _filters(party: str | None, year: int | None) -> dict[str, Any]:
    """What the form of a list offers: the Parties and years of which there is something."""
    reported = submissions.reported()
    return {
        "party": party,
        "year": year,
        "parties": sorted({each for each, _year in reported}),
        "years": sorted({each for _party, each in reported}, reverse=True),
    }


def _party(request: HttpRequest) -> str | None:
    return request.GET.get("party") or None


def _year(request: HttpRequest) -> int | None:
    given = request.GET.get("year") or None
    if given is None:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) == 4):
        raise refused(Code.REQUEST_MALFORMED, "year", _("give a year, as in 2025"))
    return int(given)


def _require_number(number: int) -> None:
    if number >= 2**63:
        raise Http404
