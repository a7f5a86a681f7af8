"""What the Article 6 database answers, and what it takes besides files."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from article6.api.inputs import Name, PartyCode, Reason, Request

StateCode = Literal[
    "received", "form_failed", "form_passed", "consistent", "inconsistent", "obsolete", "duplicate", "withdrawn"
]
ResultValue = Literal[
    "Checked, no inconsistencies identified",
    "Checked, inconsistencies identified",
    "Null, information for check not available",
]
TableKey = Literal["submission", "authorizations", "actions", "holdings", "authorized_entities"]
StatusKey = Literal["pending", "none", "some", "significant", "persistent", "different", "both"]


class ReviewIn(Request):
    """The status of a review by the letter of 4/CMA.6 para 37: pending (a), none (b), some (c), significant (d),
    persistent (e), different (f), both (g). Without an approach it is the review of the initial report."""

    party: PartyCode
    status: StatusKey
    approach: Name = ""
    report_url: Name = ""
    remark: Reason = ""


class ReviewOut(BaseModel):
    """The status of a review as it was recorded, in the decision's words."""

    id: int
    party: str
    approach: str
    status: str
    report_url: str
    remark: str
    at: datetime
    recorded_by: str | None


class SubmissionOut(BaseModel):
    """A submission, and what it has come to. `hidden_rows` and `hidden_cells` count its confidential items.

    `sha256` and `submitted_by` are for who sees the Party's section.
    """

    id: int
    party: str
    year: int
    version: str | None
    state: StateCode
    since: datetime
    duplicate_of: int | None
    file_name: str
    form: str
    size_bytes: int
    sha256: str | None
    hidden_rows: int
    hidden_cells: int
    submitted_by: str | None
    received_at: datetime


class SubmissionActOut(BaseModel):
    """What happened to a submission; `person` is null where a check or another submission did it, and for who does not
    see the Party's section."""

    act: str
    at: datetime
    person: str | None
    remark: str


class AefCheckOut(BaseModel):
    """A check: its code, what it is and what to do."""

    code: str
    title: str
    legal_basis: str
    advice: str


class LastingOut(AefCheckOut):
    """An inconsistency that stands now: since when and for how many days, over how many versions, how many versions the
    Party submitted since (none: it has not responded), and whether several Parties' rows are concerned."""

    since: datetime
    days: int
    count: int
    versions: int
    versions_since: int
    is_cross_party: bool


class AefStandingOut(LastingOut):
    """The same, with the submission in which it stands."""

    submission_id: int
    party: str
    year: int
    version: str


class SubmissionShownOut(SubmissionOut):
    """A submission with all that is shown of it."""

    state_title: str
    result: ResultValue | None
    acts: list[SubmissionActOut]
    rows: dict[str, int]
    inconsistencies: list[LastingOut]
    initial_report: bool
    reviews: list[ReviewOut]


class EvidenceOut(BaseModel):
    """A cell or row in a submission."""

    submission_id: int | None
    submission: str
    table: str
    sheet: str
    row: int
    cell: str


class FindingOut(BaseModel):
    """What was found, and the rows that show it; `is_redacted` where it rests on others' confidential items."""

    said: str
    parties: list[str]
    is_cross_party: bool
    is_redacted: bool
    places: list[EvidenceOut]


class CheckedOut(AefCheckOut):
    """What a check says of a submission, since when, and the submission that made it say so."""

    scope: str
    result: ResultValue
    since: datetime
    cause_id: int | None
    count: int
    findings: list[FindingOut]
    unavailable: list[str]


class SubmittedRowOut(BaseModel):
    """A row as received: cells by technical name, `Confidential` where they are; `is_confidential` if any is."""

    number: int
    record_id: str | None
    is_confidential: bool
    cells: dict[str, Any]


class PrecheckPlaceOut(BaseModel):
    file: str
    sheet: str
    cell: str


class PrecheckFindingOut(BaseModel):
    said: str
    places: list[PrecheckPlaceOut]


class PrecheckedOut(AefCheckOut):
    scope: str
    result: ResultValue
    findings: list[PrecheckFindingOut]
    unavailable: list[str]


class PrecheckOut(BaseModel):
    """What the checks say of a file against what is recorded; `version_refused` is the newest version on record
    where the file's own is not above it."""

    file: str
    party: str
    year: int
    version: str | None
    result: ResultValue
    version_refused: str | None
    compared_with: list[str]
    checks: list[PrecheckedOut]


class SummaryOut(BaseModel):
    """What a Party reported on a year in one metric: t CO2 eq, or units of the metric. Null where nothing is said; a
    text where it is no whole number."""

    party: str
    year: int
    metric: str
    metric_unit: str
    authorized: int | str | None
    authorized_oimp: int | str | None
    first_transferred: int | str | None
    transferred: int | str | None
    acquired: int | str | None
    held: int | str | None
    used_ndc: int | str | None
    used_oimp: int | str | None
    cancelled_voluntarily: int | str | None
    adaptation: int | str | None
    omge: int | str | None


class DisaggregatedOut(BaseModel):
    """The same, by approach, Parties, authorization, vintage and purpose."""

    party: str
    year: int
    approach: str | None
    information: str
    first_party: str | None
    counterpart: str | None
    authorization: str | None
    vintage: int | None
    metric: str
    metric_unit: str
    purpose: str | None
    rows: int
    amount: int | str | None
