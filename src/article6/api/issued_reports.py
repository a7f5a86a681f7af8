"""Reports for stakeholders: what there is, issue one, take copies, verify; and have them made by the clock."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from article6.api import problems
from article6.api.access import administering, caller, inspecting, now, reader, reading
from article6.api.answers import answer, created, page
from article6.api.inputs import After, Id, IdempotencyKey, Limit
from article6.api.issued_report_shapes import (
    DrawnReportOut,
    IssuedReportOut,
    ReportIn,
    ReportKindOut,
    ReportScheduleIn,
    ReportScheduleOut,
    VerifiedReportOut,
)
from article6.api.openapi import CLOSED
from article6.api.outputs import PageOut
from article6.domain.kinds import Role
from article6.domain.report_kinds import Rhythm
from article6.reporting.documents.files import FORMATS
from article6.services.reports import issuing, scheduling
from article6.services.reports.scheduling import NewSchedule

router = Router(auth=reading, tags=["reports"])

CodeInPath = Annotated[str, Path(max_length=40, pattern=r"^[0-9A-Za-z-]+$")]
Format = Literal["pdf", "xlsx", "csv", "json"]
Language = Annotated[
    Literal["ar", "zh-hans", "en", "fr", "ru", "es"] | None, Query(description="Of the copy; default: as accepted.")
]
Digest = Annotated[
    str | None, Query(pattern=r"^[0-9a-fA-F]{64}$", description="SHA-256 of a content, to compare with the report's.")
]


@router.get("/reports/kinds", response=list[ReportKindOut], operation_id="list_report_kinds")
def list_kinds(request: HttpRequest) -> HttpResponse:
    """The reports that this registry makes: with which parameters, for whom, by which clause."""
    return answer(issuing.kinds())


@router.get("/reports", response=PageOut[IssuedReportOut], operation_id="list_reports")
def list_reports(request: HttpRequest, after: After = None, limit: Limit = 50) -> HttpResponse:
    """Reports that were issued and that the caller may have, newest first; `total` counts those of the page."""
    return page(issuing.listed(by=reader(request), after=after, limit=limit))


@router.post("/reports", response={problems.CREATED: IssuedReportOut}, operation_id="issue_report", auth=inspecting)
def issue_report(request: HttpRequest, body: ReportIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Issue a report as of a moment; it is kept, and its code verifies it."""
    issued = issuing.issue(
        body.kind, body.parameters, by=caller(request), now=now(), as_of=body.as_of, key=idempotency_key
    )
    return created(issued, f"{request.path}/{issued['code']}")


@router.post("/reports/preview", response=DrawnReportOut, operation_id="preview_report")
def draw_report(request: HttpRequest, body: ReportIn) -> HttpResponse:
    """Draw a report without issuing it: its content, and the digest that issuing it would give."""
    return answer(issuing.drawn(body.kind, body.parameters, by=reader(request), now=now(), as_of=body.as_of))


@router.get("/reports/verify/{code}", response=VerifiedReportOut, operation_id="verify_report", auth=None)
def verify_report(request: HttpRequest, code: CodeInPath, digest: Digest = None) -> HttpResponse:
    """Whether a report with this code was issued here, and whether drawing it today gives the same; for everybody."""
    return answer(issuing.verify(code, now=now(), digest=digest))


@router.get(
    "/reports/schedules", response=list[ReportScheduleOut], operation_id="list_report_schedules", auth=inspecting,
    openapi_extra=CLOSED,
)  # fmt: skip
def list_schedules(request: HttpRequest) -> HttpResponse:
    """Reports that are made by the clock for people of the sections that the caller sees."""
    return answer(scheduling.listed(by=caller(request)))


@router.post("/reports/schedules", response={problems.CREATED: ReportScheduleOut}, operation_id="schedule_report",
             auth=administering)  # fmt: skip
def schedule_report(request: HttpRequest, body: ReportScheduleIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Have a report made after each month or year, for who has a role in a section. Needs the scope `administer`."""
    new = NewSchedule(body.kind, Rhythm(body.rhythm), body.section, Role(body.role), body.parameters)
    made = scheduling.schedule(new, by=caller(request), now=now(), key=idempotency_key)
    return created(made, request.path)


@router.post("/reports/schedules/{schedule_id}/end", response=ReportScheduleOut, operation_id="end_report_schedule",
             auth=administering)  # fmt: skip
def end_schedule(request: HttpRequest, schedule_id: Id, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Have a report made no more. Needs the scope `administer`."""
    return answer(scheduling.end(schedule_id, by=caller(request), now=now(), key=idempotency_key))


@router.get("/reports/{code}/copy.{form}", operation_id="get_report_copy")
def get_copy(request: HttpRequest, code: CodeInPath, form: Format, language: Language = None) -> HttpResponse:
    """A copy of a report that was issued: PDF, workbook, archive of CSV files, or JSON."""
    name, content = issuing.copy(code, form, by=reader(request), language=language)
    said = HttpResponse(content, content_type=FORMATS[form])
    said.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    said.headers["Cache-Control"] = "no-store"
    return said


@router.get("/reports/{code}", response=IssuedReportOut, operation_id="get_report")
def get_report(request: HttpRequest, code: CodeInPath) -> HttpResponse:
    """A report that was issued, without its content."""
    return answer(issuing.shown(code, by=reader(request)))
