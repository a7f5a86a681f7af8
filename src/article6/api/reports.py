"""The agreed electronic format (AEF) of each Party and year, computed from the ledger."""

from __future__ import annotations

import tempfile
from typing import Literal

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Router

from article6.api import outputs
from article6.api.access import now, reading
from article6.api.answers import answer
from article6.api.inputs import PartyInPath, YearInPath
from article6.services import aef as reporting
from article6.services import aef_files, sight

router = Router(auth=reading, tags=["reports"])
Format = Literal["xlsx", "csv", "json"]
IN_MEMORY_BYTES = 1_000_000


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
    """One AEF: the workbook, an archive of CSV files, or JSON."""
    sight.see_for_report(party)
    report = reporting.aef(party, year, now=now())
    # The answer closes the file, and with it the file is gone.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
    aef_files.write(report, form, file)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=aef_files.file_name(party, year, form),
        content_type=aef_files.FORMATS[form][1],
    )
