"""A file brought by hand: how it was read, cell by cell, what the checks would say of it; and submitting it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.refusals import Refused
from article6.reporting.checks.results import Result
from article6.services import aef_workspace, inconsistencies, sight, submissions, wording
from article6.services.submissions import LIMITS, Upload
from article6.web import tables
from article6.web.acts import KEY, for_right, signed_in
from article6.web.acts import new_key as fresh_key
from article6.web.columns import Column
from article6.web.doors import STATUSES, page

REMARKS_SHOWN = 1_000
"""How many remarks on cells a page lists; the count tells of the others."""


class UploadForm(forms.Form):
    """The file; and, to submit it, that it is the one that was looked at."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=200,
        help_text=gettext_lazy("A workbook (xlsx), a zip archive of CSV files, one CSV file, or JSON."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.zip,.csv,.json"}),
    )  # fmt: skip

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > LIMITS.file_bytes:
            raise forms.ValidationError(_("The file is too large; at most %(size)s MiB are read.")
                                        % {"size": LIMITS.file_bytes // 2**20})  # fmt: skip
        return given


@for_right(None)
def upload(request: HttpRequest) -> HttpResponseBase:
    """Look at a file, or submit the one that was looked at."""
    submissions.require_here()
    if request.method != "POST":
        return _asked(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _asked(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data["file"]
    name, content = given.name, given.read()
    try:
        if request.POST.get("step") == "submit":
            return _submitted(request, form, name, content)
        return _looked_at(request, name, content)
    except Refused as no:
        for reason in no.reasons:
            told = wording.told(reason)
            form.add_error("file", f"{told['sentence']} ({': '.join(filter(None, (told['code'], told['detail'])))})")
        return _asked(request, form, STATUSES.get(no.reasons[0].code, HTTPStatus.CONFLICT))


def _asked(request: HttpRequest, form: forms.Form, status: int = HTTPStatus.OK) -> HttpResponse:
    return page(request, "workspace/upload", status, form=form, looked=None, key=fresh_key())


def _looked_at(request: HttpRequest, name: str, content: bytes) -> HttpResponse:
    looked = aef_workspace.read_report(name, content)
    said = inconsistencies.precheck(name, content)
    remarks = tables.Table(
        [
            Column("cell", _("Cell"), value=lambda row: f"{row['sheet']} {row['cell']}".strip()),
            Column("field", _("Field")), Column("said", _("How it was read")),
            Column("is_unread", _("Standing"), "badge", value=lambda row: "unread" if row["is_unread"] else "read",
                   choices={"unread": _("Not understood"), "read": _("Understood")},
                   tones={"unread": "bad", "read": "warn"}),
        ],
        looked["remarks"][:REMARKS_SHOWN], request, "remarks", title=_("Cells written otherwise"), size=REMARKS_SHOWN,
        empty={"title": _("Every cell is written as prescribed.")},
    )  # fmt: skip
    return page(
        request, "workspace/upload", form=UploadForm(), looked=looked, said=said, remarks=remarks, key=fresh_key(),
        remarks_count=len(looked["remarks"]), sha256=hashlib.sha256(content).hexdigest(),
        is_consistent=said["result"] == Result.CONSISTENT,
        telling=[each for each in said["checks"] if each["result"] != Result.CONSISTENT],
    )  # fmt: skip


def _submitted(request: HttpRequest, form: forms.Form, name: str, content: bytes) -> HttpResponseBase:
    if hashlib.sha256(content).hexdigest() != request.POST.get("sha256"):
        form.add_error("file", _("This is another file than the one that you looked at. Nothing was submitted."))
        return _asked(request, form, HTTPStatus.CONFLICT)
    key = request.POST.get("key", "")
    # An act is judged on all of the registry; the service asks who may.
    with sight.seeing(sight.EVERYTHING):
        made = submissions.submit(
            Upload(name, content), by=signed_in(request), now=datetime.now(UTC),
            key=key if KEY.fullmatch(key) else None,
        )  # fmt: skip
    messages.success(request, _("The report is submitted. Here is what the checks say."))
    return redirect(reverse("submission", args=[made["id"]]))
