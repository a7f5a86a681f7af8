"""Reports: the agreed electronic format, to be downloaded."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from itertools import groupby

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from article6.services import aef, aef_files, sight
from article6.web.doors import page

ENDINGS = {ending: form for form, (ending, _) in aef_files.FORMATS.items()}
IN_MEMORY_BYTES = 2**20


def reports(request: HttpRequest) -> HttpResponse:
    """Which Party has something to report for which year."""
    this_year = datetime.now(UTC).year
    reported = sorted(aef.reported())
    parties = [
        {"party": code, "years": [{"year": year, "is_provisional": year >= this_year} for _, year in years]}
        for code, years in groupby(reported, key=lambda each: each[0])
    ]
    return page(request, "aef", parties=parties, endings=list(ENDINGS))


def download(request: HttpRequest, party: str, year: int, form: str) -> FileResponse:
    """One AEF as a file. It is written to disk first, so that a report of any length is sent whole or not at all."""
    now = datetime.now(UTC)
    if form not in ENDINGS or (party, year) not in aef.reported():
        raise Http404
    sight.see_for_report(party)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  # the response closes it
    aef_files.write(aef.aef(party, year, now=now), ENDINGS[form], file)
    file.seek(0)
    name = aef_files.file_name(party, year, ENDINGS[form])
    if year >= now.year:
        name = name.replace(".", "-provisional.", 1)
    return FileResponse(file, as_attachment=True, filename=name, content_type=aef_files.FORMATS[ENDINGS[form]][1])
