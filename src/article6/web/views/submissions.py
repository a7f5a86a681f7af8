"""The Article 6 database: what Parties submitted, what the checks say of it, and the tables made of it."""

from __future__ import annotations

import io
import json
import tempfile
from datetime import UTC, datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from article6.domain.refusals import N_, Code, refused
from article6.domain.roles import Right
from article6.domain.submissions import CURRENT, STATE_TITLES, State, read_version
from article6.reporting import aef_fields
from article6.reporting.checks.results import Result
from article6.services import aef_files, inconsistencies, submission_tables, submissions
from article6.services.aef_versions import section_of
from article6.services.paging import Asked, Page
from article6.web.acts import may
from article6.web.doors import page
from article6.web.tables import Column, Source, Table
from article6.web.templatetags.shown import metric, party_name, units

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
"""Short headings of the summary's columns."""

STATE_TONES = {
    str(state): tone
    for state, tone in (
        (State.CONSISTENT, "good"),
        (State.INCONSISTENT, "bad"),
        (State.FORM_FAILED, "bad"),
        (State.FORM_PASSED, "warn"),
    )
}


def listed(request: HttpRequest) -> HttpResponse:
    """What Parties submitted, newest first."""
    _party(request), _year(request)
    wanted = request.GET.get("state") or None
    if wanted is not None and wanted not in set(State):
        raise refused(Code.REQUEST_MALFORMED, "state", _("no submission comes to this"))

    def found(asked: Asked) -> Page:
        state = asked.filters.get("state")
        return inconsistencies.listed(
            after=asked.after, limit=asked.limit, party=asked.filters.get("party"), year=_asked_year(asked),
            state=None if state is None else State(state),
        )  # fmt: skip

    parties, years = _reported()
    columns = [
        Column(
            "party", _("Party"), "link", says=party_name, href=lambda row: reverse("submission", args=[row["id"]]),
            choices=parties, filter="choice",
        ),
        Column("year", _("Year"), "number", choices=years, filter="choice"),
        Column("version", _("Version")),
        Column("received", _("Received"), "moment", value=lambda row: row["received_at"]),
        Column(
            "state", _("State"), "badge", choices={each: _(STATE_TITLES[each]) for each in list(State)[1:]},
            tones=STATE_TONES, filter="choice",
        ),
        Column("result", _("Result of the checks"), says=_, is_minor=True),
        Column("since", _("Inconsistent since"), "day", value=lambda row: row["inconsistent_since"]),
    ]  # fmt: skip

    def caption(total: int) -> str:
        return ngettext("%s submission, newest first", "%s submissions, newest first", total) % units(total)

    nothing = {"title": _("Nothing was submitted yet."), "text": _("Parties submit their annual information here.")}
    table = Table(
        columns, Source(found), request, "submissions", title=_("Submissions"), caption=caption, prefix="",
        empty=nothing,
    )  # fmt: skip
    return table.file() or page(request, "submissions", table=table)


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
        tables=[(table.heading, found["rows"][table.key]) for table in aef_fields.Table],
        versions=versions if len(versions) > 1 else [],
        before=before,
        after=after,
        is_public=found["state"] not in (State.FORM_FAILED, State.DUPLICATE),
        counts=found["state"] in CURRENT,
        may_withdraw=found["state"] in CURRENT and may(request, Right.SUBMIT_REPORT, section_of(found["party"])),
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
    _party(request), _year(request)

    def found(asked: Asked) -> Page:
        party, year = asked.filters.get("party"), _asked_year(asked)
        return submission_tables.page(what, party, year, after=asked.after, limit=asked.limit)

    if what == "summary":
        columns, title = _summary(), _("Summary table")
    else:
        columns, title = _disaggregated(), _("Disaggregated table")

    def caption(total: int) -> str:
        if what == "summary":
            said = ngettext(
                "%s line: a Party, a year and a metric", "%s lines: a Party, a year and a metric each", total
            )
            return said % units(total)
        return ngettext("%s line", "%s lines", total) % units(total)

    nothing = {"title": _("Nothing counts yet."), "text": _("Lines appear when a submission has passed the form.")}
    shown = Table(
        columns, Source(found), request, what, title=title, caption=caption, prefix="", size=100, empty=nothing
    )
    return shown.file() or page(request, "submissions_table", table=shown, what=what)


def _party_and_year() -> list[Column]:
    parties, years = _reported()
    address = reverse("submissions")
    return [
        Column(
            "party", _("Party"), "link", says=party_name, choices=parties, filter="choice",
            href=lambda row: f"{address}?party={row['party']}&year={row['year']}",
        ),
        Column("year", _("Year"), "number", choices=years, filter="choice"),
    ]  # fmt: skip


def _summary() -> list[Column]:
    amounts = [Column(key, _(SHORT.get(key, title)), "units") for key, title in submission_tables.INFORMATION.items()]
    return [*_party_and_year(), Column("metric", _("Metric"), value=metric), *amounts]


def _disaggregated() -> list[Column]:
    said = {key: _(title) for key, title in submission_tables.INFORMATION.items()}
    return [
        *_party_and_year(),
        Column("information", _("What"), says=said.__getitem__),
        Column("amount", _("Amount"), "units"),
        Column("metric", _("Metric"), value=metric),
        Column("approach", _("Approach")),
        Column("authorization", _("Authorization")),
        Column("first_party", _("First transferring Party")),
        Column("counterpart", _("Counterpart")),
        Column("vintage", _("Vintage"), "number"),
        Column("purpose", _("Purpose")),
        Column("rows", _("Rows"), "units"),
    ]


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


def _reported() -> tuple[dict[str, str], dict[str, str]]:
    """The Parties and the years of which there is something, for the filters of a table."""
    reported = submissions.reported()
    parties = {each: party_name(each) for each in sorted({each for each, _year in reported})}
    return parties, {str(each): str(each) for each in sorted({each for _party, each in reported}, reverse=True)}


def _asked_year(asked: Asked) -> int | None:
    year = asked.filters.get("year")
    return None if year is None else int(year)


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
