"""The workspace of a Party's reports: tables with findings beside their cells, versions, comparisons, checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from article6.domain.orders import PersonId
from article6.domain.roles import Right
from article6.domain.submissions import STATE_TITLES, State
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_versions import TABLE_BY_KEY, TABLES
from article6.reporting.checks.results import Result
from article6.services import aef_remarks, aef_revisions, aef_versions, aef_workspace, sight, submissions
from article6.services.aef_workspace import NOW, Findings
from article6.web import tables
from article6.web.acts import for_right, may, signed_in
from article6.web.columns import Column
from article6.web.doors import View, page
from article6.web.views import workspace_table

DIFFERENCES_SHOWN = 200


def member(view: Callable[..., HttpResponseBase]) -> View:
    """A page about one report: for people with a role in the Party's section."""

    def held(request: HttpRequest, party: str, year: int, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        aef_workspace.require(party, year, by=signed_in(request))
        return view(request, party, year, **named)

    return held


def _by(request: HttpRequest) -> PersonId:
    return signed_in(request)


@for_right(None)
def workspace(request: HttpRequest) -> HttpResponse:
    """The reports of the reader's Parties, with what is next for each."""
    now = datetime.now(UTC)
    found = aef_workspace.listed(by=_by(request), now=now)
    table = tables.Table(
        [
            Column("report", _("Report"), "link", value=lambda row: f"{row['party']} {row['year']}",
                   href=lambda row: reverse("workspace-report", args=[row["party"], row["year"]])),
            Column("party", _("Party"), filter="choice"), Column("year", _("Year"), "number", filter="choice"),
            Column("frozen", _("Newest version")),
            Column("state", _("In the Article 6 database"), "badge",
                   choices={str(state): _(title) for state, title in STATE_TITLES.items()},
                   tones={State.CONSISTENT: "good", State.INCONSISTENT: "bad", State.FORM_PASSED: "info"},
                   note=lambda row: row["version"] or ""),
            Column("due_on", _("Due"), "day", note=lambda row: _due(row, now)),
            Column("next", _("Next"), value=_next),
        ],
        found, request, "reports", title=_("Reports"), prefix="",
        empty={"title": _("There is nothing to report yet."),
               "text": _("A report begins with a Party's first authorization or action.")},
    )  # fmt: skip
    return table.file() or page(request, "workspace/list", table=table, is_here=aef_workspace.is_here())


def _due(row: Mapping[str, Any], now: datetime) -> str:
    days = aef_workspace.deadline_days(row["due_on"], now)
    if row["submission_id"] or days > 366:
        return ""
    return _("in %(days)s days") % {"days": days} if days >= 0 else _("%(days)s days ago") % {"days": -days}


def _next(row: Mapping[str, Any]) -> str:
    if row["is_provisional"]:
        return _("The year is not over: explain rows, look at the checks.")
    if row["frozen"] is None and row["submission_id"] is None:
        return _("Freeze version 1.0.")
    if row["frozen"] is not None and aef_workspace.is_newer(row["frozen"], row["version"]):
        return _("Submit the version.") if aef_workspace.is_here() else _("Submit the file to the Article 6 database.")
    if row["state"] == State.INCONSISTENT:
        return _("Look at the findings.")
    return _("Nothing.")


# --- One report


@member
def report(request: HttpRequest, party: str, year: int) -> HttpResponse:
    """A table of a report as it stands, or of a version; findings beside the rows and cells they are about."""
    by, now, of = _by(request), datetime.now(UTC), request.GET.get("of") or NOW
    table = TABLE_BY_KEY.get(request.GET.get("table", ""), Table.ACTIONS)
    is_checked = request.GET.get("check") == "1" and aef_workspace.is_here()
    findings = aef_workspace.findings(party, year, of, by=by, now=now) if is_checked else Findings()
    context: dict[str, Any] = {
        **frame(request, party, year, of, now),
        "table": table, "findings": findings, "is_checked": is_checked,
        "is_consistent": findings.result == Result.CONSISTENT,
        "said_of_table": findings.tables.get(table.key, []),
        "tabs": [
            {"title": each.heading, "href": _to(request, table=each.key), "is_current": each is table,
             "count": findings.of_table(each) or None}
            for each in Table
        ],
        "check_href": _to(request, check="1"), "uncheck_href": _to(request, check=None),
    }  # fmt: skip
    if table is Table.SUBMISSION:
        return page(request, "workspace/report", head=aef_workspace.head(party, year, of, by=by, now=now), **context)
    lines = workspace_table.lines(request, party, year, of, table, findings, now)
    if (file := lines.file()) is not None:
        return file
    texts = [each for each in aef_remarks.explanations(party, year) if each["table"] == table.key and not each["row"]]
    return page(request, "workspace/report", lines=lines, table_text=texts[0] if texts else None, **context)


def frame(request: HttpRequest, party: str, year: int, of: str, now: datetime) -> dict[str, Any]:
    """What every page of a report has around it."""
    section = aef_versions.section_of(party)
    versions = aef_versions.listed(party, year, is_all=True)
    sent = submissions.listed(party=party, year=year, limit=50).items if aef_workspace.is_here() else []
    titles = {str(state): _(title) for state, title in STATE_TITLES.items()}
    return {
        "party": party, "year": year, "of": of, "is_now": of == NOW, "is_provisional": year >= now.year,
        "is_here": aef_workspace.is_here(), "versions": versions,
        "submissions": [{**each, "title": titles[str(each["state"])], "tone": _tone(each["state"])} for each in sent],
        "may_freeze": may(request, Right.FREEZE_REPORT, section),
        "may_submit": may(request, Right.SUBMIT_REPORT, section),
        "sources": [
            {"title": _("The ledger now"), "href": _to(request, of=NOW), "is_current": of == NOW},
            *({"title": _("Version %(version)s") % {"version": each["version"]},
               "href": _to(request, of=each["version"]), "is_current": of == each["version"]} for each in versions),
        ],
    }  # fmt: skip


def _tone(state: str) -> str:
    return {State.CONSISTENT: "good", State.INCONSISTENT: "bad", State.FORM_FAILED: "bad"}.get(State(state), "quiet")


def _to(request: HttpRequest, **changed: str | None) -> str:
    """The address with names changed; a page of another table begins at its first row."""
    query = request.GET.copy()
    for name in [each for each in query if each not in ("of", "table", "check")]:
        del query[name]
    for name, value in changed.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


@member
def versions(request: HttpRequest, party: str, year: int) -> HttpResponse:
    """The versions of a report, what is said of it, and what is confidential in it."""
    now = datetime.now(UTC)
    around = frame(request, party, year, NOW, now)
    found = [{**each, "rows": [(table.heading, each["row_counts"].get(table.key, 0)) for table in TABLES]}
             for each in around["versions"]]  # fmt: skip
    texts = tables.Table(
        [
            Column("text", _("Explanation")), Column("table", _("Table"), value=_heading),
            Column("row", _("Row"), "id"), Column("person", _("By"), is_minor=True),
            Column("at", _("When"), "moment", is_minor=True),
        ],
        aef_remarks.explanations(party, year), request, "texts", title=_("Explanations"),
        empty={"title": _("Nothing is explained yet.")},
    )  # fmt: skip
    secret = tables.Table(
        [
            Column("row", _("Row"), "id"), Column("table", _("Table"), value=_heading),
            Column("field", _("Field"), value=lambda row: _label(row) or _("the whole row")),
            Column("reason", _("Reason")), Column("person", _("By"), is_minor=True),
            Column("at", _("When"), "moment", is_minor=True),
        ],
        aef_remarks.confidential(party, year), request, "confidential", title=_("Confidential"),
        empty={"title": _("Nothing is marked as confidential.")},
    )  # fmt: skip
    file = texts.file() or secret.file()
    context = {**around, "found": found, "texts": texts, "secret": secret}
    return file or page(request, "workspace/versions", **context)


def _heading(row: Mapping[str, Any]) -> str:
    return TABLE_BY_KEY[row["table"]].heading


def _label(row: Mapping[str, Any]) -> str:
    fields = FIELDS[TABLE_BY_KEY[row["table"]]]
    return next((each.label for each in fields if each.technical_name == row["field"]), row["field"])


@member
def compare(request: HttpRequest, party: str, year: int) -> HttpResponse:
    """What differs from one version to another, or to the ledger now, row by row, and why."""
    now = datetime.now(UTC)
    around = frame(request, party, year, NOW, now)
    numbers = [each["version"] for each in around["versions"]]
    before = request.GET.get("before") or (numbers[0] if numbers else "")
    after = request.GET.get("after") or NOW
    context = {**around, "numbers": numbers, "before": before, "after": after, "shown_at_most": DIFFERENCES_SHOWN}
    if not before:
        return page(request, "workspace/compare", found=None, **context)
    older = aef_versions.frozen(party, year, aef_versions.named(before))
    newer = None if after == NOW else aef_versions.frozen(party, year, aef_versions.named(after))
    # The report is drawn from the whole ledger; it is the Party's own.
    with sight.seeing(sight.EVERYTHING):
        found = aef_revisions.differing(older, newer, now=now, at_most=DIFFERENCES_SHOWN)
    labels = {each.technical_name: each.label for table in Table for each in FIELDS[table]}
    for row in found["rows"]:
        row["heading"] = TABLE_BY_KEY[row["table"]].heading
        row["changed"] = [{**each, "label": labels.get(each["field"], each["field"])} for each in row["changed"]]
        row["facts"] = [(labels.get(name, name), value) for name, value in row["cells"].items() if value is not None]
    for each in found["counts"]:
        each["heading"] = TABLE_BY_KEY[each["table"]].heading
    return page(request, "workspace/compare", found=found, **context)


@member
def check(request: HttpRequest, party: str, year: int) -> HttpResponse:
    """What every check says of the report against what is recorded, before it is submitted."""
    now, of = datetime.now(UTC), request.GET.get("of") or NOW
    found = aef_workspace.findings(party, year, of, by=_by(request), now=now)
    return page(
        request, "workspace/check", findings=found, is_consistent=found.result == Result.CONSISTENT,
        telling=[each for each in found.checks if each["result"] != Result.CONSISTENT],
        quiet=[each for each in found.checks if each["result"] == Result.CONSISTENT],
        **frame(request, party, year, of, now),
    )  # fmt: skip
