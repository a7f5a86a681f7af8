"""What callers send and get about people, roles, requests for accounts and who acts for an account."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from article6.api.inputs import Flag, GivenName, Name, PartyCode, Reason, Request, Year

Login = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=150, pattern=r"^[^\x00-\x20\x7f]+$")]
Logins = Annotated[list[Login], Field(max_length=50)]
Sha256 = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]
RoleName = Literal[
    "administrator",
    "party_administrator",
    "representative",
    "approver",
    "auditor",
    "reviewer",
    "trustee",
    "secretariat",
]
Moment = Annotated[AwareDatetime, Field(strict=False)]


class PersonIn(Request):
    """Somebody to admit; roles and tokens are given after that."""

    login: Login
    name: GivenName
    is_machine: Flag = False


class RoleChangeIn(Request):
    """A role to give or to take; without `section` in every section. A reviewer's role needs `until`."""

    change: Literal["give", "take"]
    login: Login
    role: RoleName
    section: GivenName | None = None
    until: Moment | None = None


class DecisionReasonIn(Request):
    """Why something that was asked for is rejected."""

    reason: Reason = ""


class DocumentIn(Request):
    """A document, by reference and SHA-256; the file itself is not taken."""

    kind: GivenName
    reference: GivenName
    sha256: Sha256


class AccountRequestIn(Request):
    """An account to ask for, what identifies its holder, and who is to act for it."""

    type: GivenName
    section: GivenName
    name: GivenName
    legal_name: GivenName
    country: PartyCode
    identification_number: GivenName
    documents: Annotated[list[DocumentIn], Field(max_length=50)]
    representatives: Logins = []
    needs_approval: Flag = False
    trusted_only: Flag = False
    period_first: Year | None = None
    period_last: Year | None = None
    metric: Name = ""
    purpose: Name = ""
    sub_purpose: Name = ""


class RepresentativesIn(Request):
    """Who is added, removed, suspended and reinstated, in one act."""

    add: Logins = []
    remove: Logins = []
    suspend: Logins = []
    reinstate: Logins = []


class TrustedIn(Request):
    """A change of the list (`account` named), or whether transfers go to accounts on it only."""

    change: Literal["trust", "distrust", "demand", "waive"]
    account: GivenName | None = None


class PersonOut(BaseModel):
    """Somebody who may act here; roles are `section:role`, `*` being every section."""

    id: int
    login: str
    name: str
    is_active: bool
    is_machine: bool
    roles: list[str]


class AdmittedOut(BaseModel):
    id: int
    login: str


class ShutOutOut(BaseModel):
    id: int
    is_active: bool


class AskedOut(BaseModel):
    """What was asked for: `approved` (in force), `proposed` or `rejected`; `id` is null where nothing had to change."""

    id: int | None
    status: str


class RequestedOut(BaseModel):
    """A request for an account, and the number of the account once it is open."""

    id: int
    status: str
    account: str | None


class RoleChangeOut(BaseModel):
    id: int
    change: str
    role: str | None
    section_id: int
    section: str
    person_id: int
    login: str
    until: datetime | None
    proposed_by: int
    proposed_by_login: str
    proposed_at: datetime
    status: str
    decided_by: int | None
    decided_by_login: str | None
    decided_at: datetime | None
    reason: str


class AccountRequestOut(BaseModel):
    id: int
    type: str
    name: str
    section: str
    particulars: dict[str, object]
    proposed_by: int
    proposed_at: datetime
    status: str
    decided_by: int | None
    decided_at: datetime | None
    reason: str
    account: str | None
    representatives: list[str]


class DocumentOut(BaseModel):
    kind: str
    reference: str
    sha256: str


class IdentifiedRequestOut(AccountRequestOut):
    """With what identifies the holder; to who asked and to who may decide."""

    legal_name: str
    country: str
    identification_number: str
    documents: list[DocumentOut]


class RepresentativeOut(BaseModel):
    person_id: int
    login: str
    name: str
    status: str
    since: datetime


class ChangeOut(BaseModel):
    """A change that was asked for, and how it stands."""

    id: int
    proposed_by: int
    proposed_at: datetime
    status: str
    decided_by: int | None
    decided_at: datetime | None
    reason: str


class RepresentativeChangeOut(ChangeOut):
    """The numbers of the people whom the change concerns."""

    added: list[int]
    removed: list[int]
    suspended: list[int]
    reinstated: list[int]


class TrustedChangeOut(ChangeOut):
    change: str
    trusted: str | None


class RepresentativesOut(BaseModel):
    representatives: list[RepresentativeOut]
    changes: list[RepresentativeChangeOut]


class TrustedOut(BaseModel):
    trusted_only: bool
    accounts: list[str]
    changes: list[TrustedChangeOut]
