"""What is sent and answered about Parties, their obligations and their entities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Path
from pydantic import BaseModel, Field, StringConstraints

from article6.api.fields import Day
from article6.api.inputs import Flag, GivenName, GivenReason, Name, PartyCode, Reason, Request, Year

EntityInPath = Annotated[str, Path(max_length=40, pattern=r"^[A-Z0-9-]+$")]
EntityCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z0-9][A-Z0-9-]{0,39}$")]
Sha256 = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]
StateWanted = Literal["due", "overdue", "done"]
VersionNumber = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]


class NdcIn(Request):
    """An NDC or, with the next `version` under its `code`, an updated one. No `metric_unit`: t CO2 eq."""

    code: GivenName
    version: VersionNumber = 1
    year_first: Year
    year_last: Year
    target: Literal["single-year", "multi-year"] = "multi-year"
    metric_unit: Name = ""
    method: Literal["trajectory", "averaging"] = "trajectory"
    sectors: Annotated[list[GivenName], Field(max_length=50)] = []
    communicated_on: Day
    reference: Name = ""
    is_withdrawn: Flag = False


class AuthorityIn(Request):
    """A designated national authority: an office, not a person."""

    name: GivenName
    address: Reason = ""
    email: Name = ""
    telephone: Name = ""


class PartyReportIn(Request):
    """What a Party submitted: an (updated) initial report on approaches, or the annual information on a year."""

    report: Literal["initial_report", "updated_initial_report", "annual_information"]
    reference: GivenName
    version: VersionNumber = 1
    submitted_on: Day
    approaches: Annotated[list[GivenName], Field(max_length=500)] = []
    year: Year | None = None
    is_withdrawn: Flag = False


class DemandIn(Request):
    """Whether an authorization is refused while no NDC of its Party is on record; no `party`: for all Parties."""

    party: PartyCode | None = None
    is_demanded: Flag
    reason: GivenReason


class DemandOut(BaseModel):
    party: str | None
    demands_ndc: bool


class NdcOut(BaseModel):
    """A version of an NDC; no sectors: all."""

    party: str
    code: str
    version: int
    year_first: int
    year_last: int
    target: str
    metric: str
    metric_unit: str
    method: str
    communicated_on: date
    sectors: list[str]
    reference: str
    is_withdrawn: bool


class AuthorityOut(BaseModel):
    version: int
    name: str
    address: str
    email: str
    telephone: str


class PartyReportOut(BaseModel):
    """A version of the record of a submission."""

    party: str
    report: str
    reference: str
    version: int
    submitted_on: date
    approaches: list[str]
    year: int | None
    is_withdrawn: bool


class ParticipationOut(BaseModel):
    """A Party with what is recorded of its participation, in the latest versions."""

    code: str
    name: str
    is_ldc: bool
    is_sids: bool
    authority: AuthorityOut | None
    demands_ndc: bool
    ndcs: list[NdcOut]
    reports: list[PartyReportOut]


class ObligationOut(BaseModel):
    """One thing owed since a day, by a day (included); `subject` is an approach, a year or a period."""

    party: str
    duty: str
    subject: str
    since: date
    due_on: date
    state: str
    detail: str
    title: str
    clause: str


class EntityDocumentIn(Request):
    """A document by which an entity was identified, and the SHA-256 of its file."""

    kind: GivenName
    reference: GivenName
    sha256: Sha256


class EntityCheckIn(Request):
    """A check that the caller did."""

    kind: GivenName
    is_passed: Flag = True
    remark: Reason = ""


Documents = Annotated[list[EntityDocumentIn], Field(max_length=100)]
Checks = Annotated[list[EntityCheckIn], Field(max_length=100)]


class EntityIn(Request):
    """An entity to register; `valid_until` is the last day on which its identification holds."""

    code: EntityCode
    name: GivenName
    country: PartyCode
    identification: GivenName
    valid_until: Day
    documents: Documents = []
    checks: Checks = []


class RenewalIn(Request):
    """A new identification; what is left out of name, country and number stays."""

    valid_until: Day
    documents: Documents = []
    checks: Checks = []
    name: Name = ""
    country: PartyCode | None = None
    identification: Name = ""


class EntityStatusIn(Request):
    """An entity's new status, with the reason; `ended` is for good."""

    status: Literal["active", "suspended", "ended"]
    reason: GivenReason


class EntityDocumentOut(BaseModel):
    kind: str
    reference: str
    sha256: str


class EntityCheckOut(BaseModel):
    kind: str
    is_passed: bool
    person_id: int
    at: datetime
    remark: str


class EntityOut(BaseModel):
    """A version of an entity."""

    party: str
    code: str
    version: int
    name: str
    country: str
    identification: str
    documents: list[EntityDocumentOut]
    checks: list[EntityCheckOut]
    valid_until: date
    status: str
    reason: str
