"""Versions of a Party's AEF: freeze, read, compare; explain it, and mark what of it is confidential."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router
from pydantic import BaseModel

from article6.api import problems
from article6.api.access import administering, caller, inspecting, now, reader, reading
from article6.api.answers import answer, created
from article6.api.files import file_answer
from article6.api.inputs import GivenName, GivenReason, IdempotencyKey, Name, PartyInPath, Reason, Request, YearInPath
from article6.api.openapi import CLOSED
from article6.reporting.aef_records import ConfidentialItem
from article6.services import aef_files, aef_remarks, aef_revisions, aef_versions, sight
from article6.services.aef_versions import Frozen

router = Router(auth=reading, tags=["reports"])
VersionInPath = Annotated[str, Path(max_length=13, pattern=r"^[1-9][0-9]{0,5}\.(0|[1-9][0-9]{0,5})$")]
VersionAsked = Annotated[str, Query(max_length=13, pattern=r"^[1-9][0-9]{0,5}\.(0|[1-9][0-9]{0,5})$")]
TableKey = Literal["authorizations", "actions", "holdings", "authorized_entities"]
AnyTableKey = Literal["submission", "authorizations", "actions", "holdings", "authorized_entities"]
Place = Annotated[int, Query(ge=0, le=10_000_000, description="Leave out so many rows.")]
RowsAtMost = Annotated[int, Query(ge=1, le=5_000, description="Rows at most.")]


class AefFreezeIn(Request):
    """The number of the version, where it is not the next one, and why there is a new one."""

    version: Name = ""
    reason: Reason = ""


class ConfidentialOut(BaseModel):
    """A cell, or (with an empty field) a row, that is confidential."""

    table: str
    row: str
    field: str
    reason: str


class AefVersionOut(BaseModel):
    """A version as it was frozen; who froze it, its digest and `confidential` are for people of the Party's section."""

    party: str
    year: int
    version: str
    reason: str
    frozen_at: datetime
    row_counts: dict[str, int]
    confidential_count: int
    frozen_by_name: str | None = None
    sha256: str | None = None
    confidential: list[ConfidentialOut] | None = None


class AefRowOut(BaseModel):
    """A row with its place (from 1) and key, its cells by technical name."""

    place: int
    key: str
    cells: dict[str, Any]


class AefCountOut(BaseModel):
    table: str
    change: Literal["added", "removed", "changed"]
    rows: int


class AefCellChangeOut(BaseModel):
    field: str
    before: Any
    after: Any


class AefDifferenceOut(BaseModel):
    """A row that is in one of the two only (with its cells), or differs (with what changed), and why."""

    table: str
    row: str
    change: Literal["added", "removed", "changed"]
    cells: dict[str, Any]
    changed: list[AefCellChangeOut]
    why: list[str]


class AefDifferencesOut(BaseModel):
    """What differs between a version and a later one (null: the ledger now); `rows` are the first of `total`."""

    before: str
    after: str | None
    total: int
    counts: list[AefCountOut]
    rows: list[AefDifferenceOut]


class AefExplanationIn(Request):
    """A text for a row, or (without one) a table; an empty text takes back what was said."""

    table: AnyTableKey
    row: Name = ""
    field: Name = ""
    text: Reason


class AefExplanationOut(BaseModel):
    table: str
    row: str
    text: str
    person: str
    at: datetime


class ConfidentialIn(Request):
    """A cell, or (without a field) a row, and why it is confidential, or is so no longer."""

    table: TableKey
    row: GivenName
    field: Name = ""
    reason: GivenReason


class ConfidentialMarkOut(ConfidentialOut):
    person: str
    at: datetime


@router.get("/aef/{party}/{year}/versions", response=list[AefVersionOut], operation_id="list_aef_versions")
def listed(request: HttpRequest, party: PartyInPath, year: YearInPath) -> HttpResponse:
    """The versions of a report, newest first."""
    sight.see_for_report(party)
    is_all = aef_versions.may_read_all(reader(request), party)
    return answer(aef_versions.listed(party, year, is_all=is_all))


@router.post(
    "/aef/{party}/{year}/versions", response={problems.CREATED: AefVersionOut}, operation_id="freeze_aef",
    auth=administering,
)  # fmt: skip
def freeze(
    request: HttpRequest, party: PartyInPath, year: YearInPath, body: AefFreezeIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Freeze a version of the report of a year that is over, as the Party's administrator. Needs `administer`."""
    wanted = aef_versions.named(body.version) if body.version else None
    done = aef_versions.freeze(
        party, year, by=caller(request), now=now(), version=wanted, reason=body.reason, key=idempotency_key
    )
    return created(done, f"{request.path}/{done['version']}")


@router.get("/aef/{party}/{year}/versions/{version}", response=AefVersionOut, operation_id="get_aef_version")
def shown(request: HttpRequest, party: PartyInPath, year: YearInPath, version: VersionInPath) -> HttpResponse:
    """One version."""
    found = _frozen(party, year, version)
    return answer(aef_versions.shown(found, is_all=aef_versions.may_read_all(reader(request), party)))


@router.get("/aef/{party}/{year}/versions/{version}/{whose}.{form}", operation_id="get_aef_version_file")
def file(
    request: HttpRequest, party: PartyInPath, year: YearInPath, version: VersionInPath,
    whose: Literal["full", "public"], form: Literal["xlsx", "csv", "json"],
) -> HttpResponseBase:  # fmt: skip
    """The file of a version: `public`, without what is confidential, or `full`, for people of the Party's section."""
    is_public = whose == "public"
    found = aef_versions.copy_for(_frozen(party, year, version), by=reader(request), is_public=is_public)
    return file_answer(found, form, aef_files.file_name(party, year, form, version=version, is_public=is_public))


@router.get(
    "/aef/{party}/{year}/differences", response=AefDifferencesOut, operation_id="compare_aef", auth=inspecting,
    openapi_extra=CLOSED,
)  # fmt: skip
def differences(
    request: HttpRequest, party: PartyInPath, year: YearInPath, before: VersionAsked,
    after: VersionAsked | None = None, limit: RowsAtMost = 100,
) -> HttpResponse:  # fmt: skip
    """What differs from a version to a later one, or to the ledger now, and why; for people of the Party's section."""
    _members_only(request, party)
    old = _frozen(party, year, before)
    new = None if after is None else _frozen(party, year, after)
    return answer(aef_revisions.differing(old, new, now=now(), at_most=limit))


@router.get(
    "/aef/{party}/{year}/rows/{table}", response=list[AefRowOut], operation_id="list_aef_rows", auth=inspecting,
    openapi_extra=CLOSED,
)  # fmt: skip
def rows(
    request: HttpRequest, party: PartyInPath, year: YearInPath, table: TableKey, version: VersionAsked | None = None,
    after: Place = 0, limit: RowsAtMost = 100,
) -> HttpResponse:  # fmt: skip
    """Rows of a table with their keys, of a version or of the ledger now; for people of the Party's section."""
    _members_only(request, party)
    if version is None:
        report = aef_versions.draft(party, year, now=now())
    else:
        report = aef_versions.full_copy(_frozen(party, year, version))
    return answer(aef_versions.rows(report, aef_remarks.table_named(table), after=after, limit=limit))


@router.get(
    "/aef/{party}/{year}/explanations", response=list[AefExplanationOut], operation_id="list_aef_explanations",
    auth=inspecting, openapi_extra=CLOSED,
)  # fmt: skip
def explanations(request: HttpRequest, party: PartyInPath, year: YearInPath) -> HttpResponse:
    """The texts that explain the report, with who gave them and when; for people of the Party's section."""
    _members_only(request, party)
    return answer(aef_remarks.explanations(party, year))


@router.post(
    "/aef/{party}/{year}/explanations", response=list[AefExplanationOut], operation_id="explain_aef", auth=administering
)
def explain(
    request: HttpRequest, party: PartyInPath, year: YearInPath, body: AefExplanationIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Explain a row or a table of the report, as the Party's administrator. Needs the scope `administer`."""
    table = aef_remarks.table_named(body.table)
    return answer(aef_remarks.explain(
        party, year, table, body.text, row=body.row, field=body.field, by=caller(request), now=now(),
        key=idempotency_key,
    ))  # fmt: skip


@router.get(
    "/aef/{party}/{year}/confidential", response=list[ConfidentialMarkOut], operation_id="list_aef_confidential",
    auth=inspecting, openapi_extra=CLOSED,
)  # fmt: skip
def confidential(request: HttpRequest, party: PartyInPath, year: YearInPath) -> HttpResponse:
    """What of the report is confidential now; for people of the Party's section."""
    _members_only(request, party)
    return answer(aef_remarks.confidential(party, year))


@router.post(
    "/aef/{party}/{year}/confidential", response=list[ConfidentialMarkOut], operation_id="mark_aef_confidential",
    auth=administering,
)  # fmt: skip
def mark(
    request: HttpRequest, party: PartyInPath, year: YearInPath, body: ConfidentialIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Mark a cell or a row as confidential, as the Party's administrator. Needs the scope `administer`."""
    return _mark(request, party, year, body, idempotency_key, is_confidential=True)


@router.post(
    "/aef/{party}/{year}/confidential/lift", response=list[ConfidentialMarkOut], operation_id="lift_aef_confidential",
    auth=administering,
)  # fmt: skip
def lift(
    request: HttpRequest, party: PartyInPath, year: YearInPath, body: ConfidentialIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Say that a cell or a row is no longer confidential. Needs the scope `administer`."""
    return _mark(request, party, year, body, idempotency_key, is_confidential=False)


def _mark(
    request: HttpRequest, party: str, year: int, body: ConfidentialIn, key: str, *, is_confidential: bool
) -> HttpResponse:  # fmt: skip
    item = ConfidentialItem(aef_remarks.table_named(body.table), body.row, body.field, body.reason)
    return answer(aef_remarks.mark(
        party, year, item, is_confidential=is_confidential, by=caller(request), now=now(), key=key
    ))  # fmt: skip


def _frozen(party: str, year: int, version: str) -> Frozen:
    sight.see_for_report(party)
    return aef_versions.frozen(party, year, aef_versions.named(version))


def _members_only(request: HttpRequest, party: str) -> None:
    sight.see_everything()
    aef_versions.require_member(caller(request), party)
