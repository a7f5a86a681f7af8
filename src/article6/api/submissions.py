"""The Article 6 database: submit to it, read it, check against it."""

from __future__ import annotations

import io
import json
import tempfile
from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from pydantic import ValidationError

from article6.api import problems
from article6.api import submission_shapes as shapes
from article6.api.access import administering, caller, now, proposing, reading
from article6.api.answers import answer, created, page
from article6.api.inputs import After, Id, IdempotencyKey, Limit, RejectionIn, Request
from article6.api.outputs import PageOut
from article6.domain.refusals import Code, refused
from article6.domain.submissions import REVIEW_KEYS, Mark, State
from article6.reporting.aef_fields import Table
from article6.services import aef_files, aef_uploads, inconsistencies, reviews, submission_tables, submissions
from article6.services.reviews import NewStatus
from article6.services.submissions import Upload

router = Router(auth=reading, tags=["Article 6 database"])
Format = Literal["xlsx", "csv", "json"]
TABLES = {each.key: each for each in Table}
IN_MEMORY_BYTES = 1_000_000
Party = Annotated[str | None, Query(pattern=r"^[A-Z]{3}$", description="Only of this Party.")]
Year = Annotated[int | None, Query(ge=1990, le=2199, description="Only on this year.")]
TheFile = Annotated[UploadedFile, File(description="The report: xlsx, JSON, CSV, or a zip archive of CSV files.")]


class MarkIn(Request):
    """A confidential item: a cell; without `field` a row, without `row` a column."""

    table: Literal["authorizations", "actions", "holdings", "authorized_entities"]
    row: int | None = None
    field: str | None = None


class VersionIn(Request):
    """A frozen version of a Party's report in this registry."""

    party: str
    year: int
    version: str


@router.get("/submissions", response=PageOut[shapes.SubmissionOut], operation_id="list_submissions")
def list_submissions(
    request: HttpRequest, after: After = None, limit: Limit = 50, party: Party = None, year: Year = None,
    state: Annotated[shapes.StateCode | None, Query(description="Only in this state.")] = None,
) -> HttpResponse:  # fmt: skip
    """What Parties submitted, newest first; what failed the form and duplicates are for the Party itself."""
    wanted = None if state is None else State(state)
    return page(submissions.listed(after=after, limit=limit, party=party, year=year, state=wanted))


@router.post("/submissions", response={problems.CREATED: shapes.SubmissionOut}, operation_id="submit", auth=proposing)
def submit(
    request: HttpRequest, file: TheFile, idempotency_key: IdempotencyKey,
    confidential: Annotated[str, Form(description="Confidential items: a JSON list of {table, row, field}.")] = "[]",
) -> HttpResponse:  # fmt: skip
    """Submit a report, as `multipart/form-data`. Needs the scope `propose`, and a representative of its Party."""
    given = Upload(str(file.name), _content(file), _marks(confidential))
    done = submissions.submit(given, by=caller(request), now=now(), key=idempotency_key)
    return created(done, f"{request.path}/{done['id']}")


@router.post("/submissions/version", response={problems.CREATED: shapes.SubmissionOut},
             operation_id="submit_version", auth=proposing)  # fmt: skip
def submit_version(request: HttpRequest, body: VersionIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Submit a frozen version of the report drawn from this registry's ledger, with what is marked confidential in it.
    Needs the scope `propose`."""
    given = aef_uploads.of_version(body.party, body.year, body.version, by=caller(request))
    done = submissions.submit(given, by=caller(request), now=now(), key=idempotency_key)
    return created(done, f"{request.path.rpartition('/')[0]}/{done['id']}")


def _content(file: UploadedFile) -> bytes:
    limit = submissions.LIMITS.file_bytes
    if (file.size or 0) > limit:
        raise refused(Code.SUBMISSION_UNREADABLE, str(file.name)[:100], f"{file.size:,} bytes; at most {limit:,}")
    return bytes(file.read())


def _marks(text: str) -> tuple[Mark, ...]:
    try:
        items = json.loads(text)
        if not isinstance(items, list):
            raise refused(Code.SUBMISSION_CONFIDENTIAL, "confidential", "give a list")
        read = [MarkIn.model_validate(each) for each in items]
    except (json.JSONDecodeError, RecursionError) as error:
        raise refused(Code.SUBMISSION_CONFIDENTIAL, "confidential", str(error)[:200]) from error
    except ValidationError as error:
        raise refused(Code.SUBMISSION_CONFIDENTIAL, "confidential", str(error.errors()[0]["msg"])) from error
    return tuple(Mark(each.table, each.row, each.field) for each in read)


@router.post("/submissions/preview", response=shapes.PrecheckOut, operation_id="preview_submission")
def precheck(request: HttpRequest, file: TheFile) -> HttpResponse:
    """Check a report against what is recorded before it is submitted, as `multipart/form-data`; nothing is kept, and no
    key is needed. It is compared with what the caller may see."""
    return answer(inconsistencies.precheck(str(file.name), _content(file)))


@router.get("/submissions/inconsistencies", response=list[shapes.AefStandingOut], operation_id="list_inconsistencies")
def standing(request: HttpRequest, party: Party = None, year: Year = None) -> HttpResponse:
    """Every inconsistency that stands now: since when, whether the Party has responded, single-Party or cross-Party."""
    return answer(inconsistencies.standing(now=now(), party=party, year=year))


@router.get("/submissions/summary", response=list[shapes.SummaryOut], operation_id="submission_summary")
def summary(request: HttpRequest, party: Party = None, year: Year = None) -> HttpResponse:
    """What each Party reported on each year, without what is confidential (4/CMA.6 para 22)."""
    return answer(submission_tables.lines("summary", party, year))


@router.get("/submissions/disaggregated", response=list[shapes.DisaggregatedOut],
            operation_id="submission_disaggregated")  # fmt: skip
def disaggregated(request: HttpRequest, party: Party = None, year: Year = None) -> HttpResponse:
    """The same by approach, Parties, authorization, vintage and purpose (4/CMA.6 para 22)."""
    return answer(submission_tables.lines("disaggregated", party, year))


@router.get("/submission-tables/{what}.csv", operation_id="submission_table_csv")
def table_as_csv(
    request: HttpRequest, what: Literal["summary", "disaggregated"], party: Party = None, year: Year = None
) -> HttpResponse:
    """The summary or the disaggregated table as CSV; no cell of it is taken for a formula."""
    text = io.StringIO(newline="")
    submission_tables.write_csv(what, text, party, year)
    said = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    said.headers["Content-Disposition"] = f'attachment; filename="{what}.csv"'
    return said


@router.get("/submissions/{number}", response=shapes.SubmissionShownOut, operation_id="get_submission")
def get_submission(request: HttpRequest, number: Id) -> HttpResponse:
    """One submission: what was done with it, and the inconsistencies that it has now."""
    return answer(inconsistencies.shown(number, now=now()))


@router.get("/submissions/{number}/results", response=list[shapes.CheckedOut], operation_id="submission_results")
def results(
    request: HttpRequest, number: Id,
    history: Annotated[bool, Query(description="All that the checks ever said of it, in the order of time.")] = False,
) -> HttpResponse:  # fmt: skip
    """What each check says of a submission, with the evidence."""
    return answer(inconsistencies.checked(number, history=history))


@router.get(
    "/submissions/{number}/rows/{table}", response=PageOut[shapes.SubmittedRowOut], operation_id="submission_rows"
)
def rows(
    request: HttpRequest, number: Id, table: shapes.TableKey, after: After = None, limit: Limit = 50
) -> HttpResponse:
    """Rows of a submission as received, as far as they are for the caller's eyes."""
    return page(submissions.rows(number, TABLES[table], after=after, limit=limit))


@router.get("/submissions/{number}/public.{form}", operation_id="submission_public")
def public(request: HttpRequest, number: Id, form: Format) -> HttpResponseBase:
    """The public copy, without what is confidential: the workbook, an archive of CSV files, or JSON."""
    name = submission_tables.public_name(number, form)
    # The answer closes the file, and with it the file is gone.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
    submission_tables.write_public(number, form, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=aef_files.FORMATS[form][1])


@router.get("/submissions/{number}/file", operation_id="submission_file")
def received_file(request: HttpRequest, number: Id) -> HttpResponse:
    """The file as it was received, for people of the Party's section."""
    name, content = submissions.file(number)
    said = HttpResponse(content, content_type="application/octet-stream")
    said.headers["Content-Disposition"] = f'attachment; filename="submission-{number}"'
    said.headers["X-File-Name"] = name.encode("ascii", "replace").decode()
    return said


@router.post("/submissions/{number}/withdraw", response=shapes.SubmissionOut, operation_id="withdraw_submission",
             auth=proposing)  # fmt: skip
def withdraw(request: HttpRequest, number: Id, body: RejectionIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Withdraw a submission; its version stays used. Needs the scope `propose`, and a representative of its Party."""
    return answer(submissions.withdraw(number, reason=body.reason, **_who(request, idempotency_key)))


@router.get("/reviews", response=list[shapes.ReviewOut], operation_id="list_reviews")
def list_reviews(
    request: HttpRequest, party: Party = None,
    history: Annotated[bool, Query(description="All that was ever recorded, newest first.")] = False,
) -> HttpResponse:  # fmt: skip
    """The status of the technical expert reviews (4/CMA.6 para 37)."""
    return answer(inconsistencies.reviews_of(party, history=history))


@router.post("/reviews", response={problems.CREATED: shapes.ReviewOut}, operation_id="record_review",
             auth=administering)  # fmt: skip
def record_review(request: HttpRequest, body: shapes.ReviewIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Record the status of a review. Needs the scope `administer`, and the secretariat's or a reviewer's role."""
    new = NewStatus(body.party, REVIEW_KEYS[body.status], body.approach, body.report_url, body.remark)
    return created(reviews.record(new, **_who(request, idempotency_key)), request.path)


def _who(request: HttpRequest, key: str) -> dict[str, Any]:
    return {"by": caller(request), "now": now(), "key": key}
