"""The agreed electronic format (AEF) of each Party and year, computed from the ledger."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Router

from article6.api import outputs
from article6.api.access import now, reader, reading
from article6.api.answers import answer
from article6.api.files import file_answer
from article6.api.inputs import PartyInPath, YearInPath
from article6.services import aef as reporting
from article6.services import aef_files, aef_versions, sight

router = Router(auth=reading, tags=["reports"])
Format = Literal["xlsx", "csv", "json"]


@router.get("/aef", response=list[outputs.ReportedOut], operation_id="list_aef")
def reported(request: HttpRequest) -> HttpResponse:
    """The Parties and years that have something to report."""
    return answer([
        {
            "party": party,
            "year": year,
            "files": {form: reverse("api-1:aef", args=[party, year, form]) for form in aef_files.FORMATS},
        }
        for party, year in reporting.reported()
    ])  # fmt: skip


@router.get("/aef/{party}/{year}.{form}", operation_id="get_aef", url_name="aef")
def get_aef(request: HttpRequest, party: PartyInPath, year: YearInPath, form: Format) -> HttpResponseBase:
    """One AEF from the ledger now: the workbook, an archive of CSV files, or JSON; all of it for people of the Party's
    section, and for everybody else what is not confidential."""
    sight.see_for_report(party)
    report = aef_versions.for_reader(party, year, by=reader(request), now=now())
    return file_answer(report, form, aef_files.file_name(party, year, form))
