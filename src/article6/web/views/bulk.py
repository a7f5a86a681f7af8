"""Many transfers, cancellations or uses from a file: read, looked at line by line, done, and told of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from article6.domain.orders import PersonId
from article6.domain.refusals import Refused
from article6.services import bulk, bulk_files, possibilities
from article6.services.bulk import Finding, Line
from article6.services.possibilities import because_no_account
from article6.web import in_place, table_files
from article6.web.columns import Column
from article6.web.doors import page, reader
from article6.web.forms import fields
from article6.web.tasks.model import sentence
from article6.web.templatetags.shown import word

TITLES = {
    "transfer": gettext_lazy("Transfers within this registry"),
    "cancel": gettext_lazy("Cancellations"),
    "retire": gettext_lazy("Uses towards an NDC"),
}


class FileForm(forms.Form):
    """What the file holds, and the file."""

    def __init__(self, tasks: list[tuple[str, Any]], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["task"] = fields.choice(_("What it holds"), tasks)
        self.fields["file"] = forms.FileField(
            label=_("File"), max_length=200, allow_empty_file=False,
            help_text=_("CSV or xlsx, a line for each; 500 lines and 1 MB at most."),
            widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        )  # fmt: skip


class LineForm(forms.Form):
    """One line of a file, read as the forms of tasks read it."""

    from_account = fields.LatinCode(max_length=60)
    to_account = fields.LatinCode(max_length=60)
    units = fields.Whole(required=False)
    serials = fields.Serials(required=False)
    use_year = fields.Whole(least=1990, most=2199, required=False)
    purpose = fields.Words(required=False)
    beneficiary = fields.Words(required=False)
    entity = fields.Words(required=False)
    reason = fields.Words(required=False, max_length=2000)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponseBase:
    """The form for the file, and the person's runs."""
    by = reader(request)
    if by is None:
        return redirect_to_login(request.get_full_path())
    now = datetime.now(UTC)
    standing = possibilities.standing(by, now)
    tasks = [(each, TITLES[each]) for each in bulk.TASKS if standing.sources(bulk.types(each, standing))]
    why_not = "" if tasks else because_no_account()
    form = FileForm(tasks, *((request.POST, request.FILES) if request.method == "POST" else ()))
    found: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            lines, found = _read(form.cleaned_data["file"])
            if not found:
                name = form.cleaned_data["file"].name
                return redirect("bulk-run", bulk.keep(form.cleaned_data["task"], name, lines, by=by, now=now))
        except Refused as no:
            form.add_error("file", " ".join(sentence(each) for each in no.reasons))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    runs = [{**each, "title": TITLES[each["task"]]} for each in bulk.runs(by)]
    return page(
        request, "bulk", status, form=form, runs=runs, why_not=why_not, unreadable=found[:100],
        unreadable_total=len(found), templates=[(each, TITLES[each]) for each, _title in tasks],
    )  # fmt: skip


def _read(file: Any) -> tuple[list[Line], list[dict[str, Any]]]:
    """The lines of a file; and of those that cannot be read, why."""
    lines: list[Line] = []
    wrong: list[dict[str, Any]] = []
    for number, cells in bulk_files.rows(file.read(bulk_files.BYTES_AT_MOST + 1), file.name):
        form = LineForm(cells)
        if form.is_valid():
            lines.append(_line(number, form.cleaned_data))
        else:
            wrong.append({"number": number, "why": [f"{name}: {each}" for name, found in form.errors.items()
                                                    for each in found]})  # fmt: skip
    return lines, wrong


def _line(number: int, given: Mapping[str, Any]) -> Line:
    names = ("use_year", "purpose", "beneficiary", "entity", "reason")
    terms = {name: given[name] for name in names if given[name] not in (None, "")}
    serials = tuple(str(each) for each in given["serials"])
    return Line(number, given["from_account"], given["to_account"], given["units"], serials, terms)


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, number: int) -> HttpResponseBase:
    """One file: each line with what it comes to; then how far it is; then what became of it."""
    by = reader(request)
    if by is None:
        return redirect_to_login(request.get_full_path())
    found = bulk.run(number, by)
    if request.method == "POST":
        return _started(request, number, by)
    now = datetime.now(UTC)
    is_looked_at = found["state"] == "looked"
    results = bulk.looked_at(found["task"], found["lines"], by=by, now=now) if is_looked_at else found["results"]
    rows = [_shown(each) for each in results]
    bad = sum(bool(each.reasons) for each in results)
    answer = page(
        request, "bulk_run", run=found, title=TITLES[found["task"]], rows=rows, bad=bad, good=len(rows) - bad,
        is_looked_at=is_looked_at, total=len(found["lines"]),
    )  # fmt: skip
    return in_place.watched(request, answer, is_over=found["state"] != "running")


def _started(request: HttpRequest, number: int, by: PersonId) -> HttpResponse:
    mode = request.POST.get("mode", "")
    if mode not in ("all", "good"):
        messages.warning(request, _("Choose whether all lines are done or none, or those that can be."))
    elif bulk.start(number, is_whole=mode == "all", by=by):
        messages.success(request, _("It has begun. You can leave this page and come back."))
    return redirect("bulk-run", number)


def _shown(finding: Finding) -> dict[str, Any]:
    line = finding.line
    return {
        "number": line.number, "source": line.source, "target": line.target, "quantity": line.quantity,
        "serials": "; ".join(line.serials),
        "terms": "; ".join(f"{name}: {value}" for name, value in line.terms.items()),
        "status": finding.status, "transaction": finding.transaction_id,
        "why": " ".join(sentence(each) for each in finding.reasons),
    }  # fmt: skip


@require_safe
def result(request: HttpRequest, number: int, form: str) -> HttpResponseBase:
    """What became of each line, as a file."""
    by = reader(request)
    if by is None:
        return redirect_to_login(request.get_full_path())
    if form not in table_files.FORMS:
        raise Http404
    rows = [_shown(each) for each in bulk.run(number, by)["results"]]
    columns = [
        Column("number", _("Line"), "number"), Column("source", _("From account")), Column("target", _("To account")),
        Column("quantity", _("Units"), "units"), Column("serials", _("Serials")), Column("terms", _("Particulars")),
        Column("status", _("Status"), value=lambda row: word(row["status"])),
        Column("transaction", _("Transaction"), "number"), Column("why", _("Why not")),
    ]  # fmt: skip
    return table_files.answer(f"run-{number}", columns, rows, form)


@require_safe
def template(request: HttpRequest, task: str) -> HttpResponseBase:
    """An empty file with the columns."""
    if task not in bulk_files.TEMPLATE:
        raise Http404
    columns = [Column(each, each) for each in bulk_files.TEMPLATE[task]]
    return table_files.answer(task, columns, [], "csv")
