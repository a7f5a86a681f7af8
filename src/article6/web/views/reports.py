"""Reports: the agreed electronic format with its fields and versions, and what was issued to stakeholders."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from article6.domain.refusals import Code, Refused
from article6.reporting import aef_words
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import ADOPTED, SUBTYPES
from article6.reporting.aef_records import Aef
from article6.reporting.aef_specification import CONFLICTS, SPECIFICATION, Kind, Specification
from article6.reporting.documents.files import FORMATS as COPIES
from article6.services import aef, aef_files, aef_versions, sight
from article6.services.reports import issuing
from article6.web.doors import page, reader

ENDINGS = {ending: form for form, (ending, _) in aef_files.FORMATS.items()}
IN_MEMORY_BYTES = 2**20


def reports(request: HttpRequest) -> HttpResponse:
    """Which Party has something to report for which year."""
    this_year = datetime.now(UTC).year
    frozen = aef_versions.newest()
    parties = [
        {
            "party": code,
            "years": [
                {"year": year, "is_provisional": year >= this_year, "frozen": frozen.get((code, year))}
                for _, year in years
            ],
        }
        for code, years in groupby(sorted(aef.reported()), key=lambda each: each[0])
    ]
    return page(request, "aef", parties=parties)


def report(request: HttpRequest, party: str, year: int) -> HttpResponse:
    """One Party's AEF of a year: the ledger as it is now, and every version that was frozen."""
    _require_reported(party, year)
    sight.see_for_report(party)
    is_all = aef_versions.may_read_all(reader(request), party)
    versions = [
        {**each, "rows": [(table.heading, each["row_counts"][table.key]) for table in aef_versions.TABLES]}
        for each in aef_versions.listed(party, year, is_all=is_all)
    ]
    is_provisional = year >= datetime.now(UTC).year
    return page(
        request, "aef_report", party=party, year=year, versions=versions, is_all=is_all, is_provisional=is_provisional
    )


def download(request: HttpRequest, party: str, year: int, form: str) -> FileResponse:
    """One AEF as a file. It is written to disk first, so that a report of any length is sent whole or not at all."""
    now = datetime.now(UTC)
    if form not in ENDINGS:
        raise Http404
    _require_reported(party, year)
    sight.see_for_report(party)
    name = aef_files.file_name(party, year, ENDINGS[form])
    if year >= now.year:
        name = name.replace(".", "-provisional.", 1)
    return _file(aef_versions.for_reader(party, year, by=reader(request), now=now), form, name)


def version_file(request: HttpRequest, party: str, year: int, version: str, whose: str, form: str) -> FileResponse:
    """A frozen version: the public copy, or all of it for people of the Party's section."""
    if form not in ENDINGS or whose not in ("public", "full"):
        raise Http404
    _require_reported(party, year)
    sight.see_for_report(party)
    frozen = aef_versions.frozen(party, year, aef_versions.named(version))
    is_public = whose == "public"
    found = aef_versions.copy_for(frozen, by=reader(request), is_public=is_public)
    name = aef_files.file_name(party, year, ENDINGS[form], version=str(frozen.version), is_public=is_public)
    return _file(found, form, name)


def _require_reported(party: str, year: int) -> None:
    if (party, year) not in aef.reported():
        raise Http404


def _file(found: Aef, form: str, name: str) -> FileResponse:
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  # the response closes it
    aef_files.write(found, ENDINGS[form], file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=aef_files.FORMATS[ENDINGS[form]][1])


# --- What each field means


def fields(request: HttpRequest) -> HttpResponse:
    """Every field of the five tables, from the specification that also reads, writes and checks them."""
    tables = [(table, [_field(each) for each in SPECIFICATION[table]]) for table in Table]
    return page(
        request, "aef_fields", tables=tables, conflicts=list(enumerate(CONFLICTS, 1)), subtypes=SUBTYPES.items(),
        adopted=ADOPTED,
    )  # fmt: skip


def _field(each: Specification) -> dict[str, Any]:
    name = each.field.technical_name
    return {
        "it": each,
        "anchor": f"table-{each.field.table.number}-{name}",
        "required": aef_words.REQUIREDNESS[each.requiredness],
        "applies": aef_words.CONDITIONS[each.condition],
        "kind": aef_words.KINDS[each.kind],
        "format": "" if each.kind is Kind.PLATFORM else each.field.format,
        "conflicts": [(at, each) for at, each in enumerate(CONFLICTS, 1) if name in each.fields],
    }


# --- Reports for stakeholders


def issued_reports(request: HttpRequest) -> HttpResponse:
    """What was issued and is for the reader, and which reports there are."""
    found = issuing.listed(by=reader(request), after=request.GET.get("after"))
    return page(request, "issued_reports", found=found, kinds=issuing.kinds(), copies=list(COPIES))


def issued_report(request: HttpRequest) -> HttpResponse:
    """Whether a report with this code was issued here and still says the same, and its copies for whom it is for."""
    code = request.GET.get("code", "")[:60].strip()
    found = issuing.verify(code, now=datetime.now(UTC))
    try:
        own = issuing.shown(code, by=reader(request))
    except Refused as no:
        if no.codes != (Code.REPORT_UNKNOWN,):
            raise
        own = None
    status = HTTPStatus.OK if found["is_issued"] else HTTPStatus.NOT_FOUND
    return page(request, "issued_report", status, found=found, own=own, code=code, copies=list(COPIES))


def issued_copy(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A copy of a report that was issued."""
    if form not in COPIES:
        raise Http404
    name, content = issuing.copy(code, form, by=reader(request))
    answer = HttpResponse(content, content_type=COPIES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
