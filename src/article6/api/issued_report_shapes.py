"""Shapes of reports for stakeholders."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from article6.api.fields import Moment
from article6.api.inputs import PRINTABLE, GivenName, Request

Parameters = Annotated[
    dict[
        Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")],
        Annotated[str, StringConstraints(strict=True, max_length=200, pattern=PRINTABLE)],
    ],
    Field(max_length=20),
]


class ReportIn(Request):
    """A report as of a moment (default: now); `parameters` as `/reports/kinds` lists them."""

    kind: GivenName
    parameters: Parameters = {}
    as_of: Moment | None = None


class ReportScheduleIn(Request):
    """A report to be made after each month or year, for who has the role in the section."""

    kind: GivenName
    rhythm: Literal["month", "year"]
    section: GivenName
    role: Literal[
        "administrator", "party_administrator", "representative", "approver", "auditor", "reviewer", "trustee",
        "secretariat",
    ]  # fmt: skip
    parameters: Parameters = {}


class ReportKindOut(BaseModel):
    """A kind of report: the parameters it needs, and those it may have."""

    kind: str
    title: str
    about: str
    audience: str
    audience_title: str
    clause: str
    needs: list[str]
    may: list[str]


class IssuedReportOut(BaseModel):
    """A report that was issued. `role` is that of its recipients in `section`, where it was made by the clock."""

    code: str
    section: str
    kind: str
    title: str
    parameters: dict[str, str]
    as_of: datetime
    at: datetime
    digest: str
    role: str | None
    is_scheduled: bool


class DrawnReportOut(BaseModel):
    """A report's canonical content as JSON, and the SHA-256 of it."""

    content: dict[str, Any]
    digest: str


class VerifiedReportOut(BaseModel):
    """Whether a report was issued; of what was not, all but `code` is null. `is_same_today`: drawn again, it is so.
    `is_copy`: the digest given is its own; null where none was given."""

    code: str
    is_issued: bool
    kind: str | None
    title: str | None
    registry: str | None
    as_of: datetime | None
    issued_at: datetime | None
    digest: str | None
    is_same_today: bool | None
    is_copy: bool | None


class ReportScheduleOut(BaseModel):
    """A report that is made by the clock until `ended_at`."""

    id: int
    section: str
    role: str
    kind: str
    title: str
    parameters: dict[str, str]
    rhythm: Literal["month", "year"]
    created_at: datetime
    ended_at: datetime | None
