"""What callers send and get about authorizations."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from article6.api.fields import ActivityCode, Day, Text
from article6.api.inputs import (
    RANGES_AT_MOST,
    Flag,
    GivenName,
    GivenReason,
    Name,
    PartyCode,
    RegistryCode,
    Request,
    Serial,
    SerialsIn,
    Units,
    Year,
)
from article6.domain.authorizations import (
    Basis,
    ChangeTerms,
    CoveredSerials,
    Duration,
    Entity,
    Purpose,
    Scope,
)
from article6.services.authorizations import NewAuthorization

Names = Annotated[list[GivenName], Field(max_length=200)]


class AuthorizedEntityIn(Request):
    """An authorized entity: its country of incorporation, its identification number, conditions."""

    name: GivenName
    country: PartyCode
    identification: GivenName
    conditions: Text = ""
    change_conditions: Text = ""


class DurationIn(Request):
    """How long it lasts; every day is included, null where it is open."""

    ends_on: Day | None = None
    issue_until: Day | None = None
    use_until: Day | None = None


class BasisIn(Request):
    """What underlies the approach."""

    frameworks: Names = []
    methodologies: Names = []
    underlying_registries: Names = []


class ChangeTermsIn(Request):
    """When it may be changed and how; `may_reach_back`: also for units that were already first transferred."""

    circumstances: Text = ""
    process: Text = ""
    may_reach_back: Flag = False


class CoveredSerialsIn(Request):
    """Serials of one series, both ends included."""

    registry: RegistryCode
    party: PartyCode
    first: Serial
    last: Serial


class ScopeIn(Request):
    """Which units are covered, where narrower than Party and time frame; an empty list is no limit of that sort."""

    vintages: Annotated[list[Year], Field(max_length=200)] = []
    gases: Names = []
    activities: Annotated[list[ActivityCode], Field(max_length=200)] = []
    serials: Annotated[list[CoveredSerialsIn], Field(max_length=RANGES_AT_MOST)] = []


class AuthorizationIn(Request):
    """A version of an authorization by `party`; `quantity` in units is the ceiling over all versions.

    `parties` empty: any Party may take the units. The elements are those of 4/CMA.6 paragraph 5.
    """

    code: Annotated[GivenName, Field(max_length=100)]
    party: PartyCode
    approach: GivenName
    authorized_on: Day
    purposes: Annotated[Purpose, Field(strict=False)]
    version: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 1
    quantity: Units | None = None
    parties: Annotated[list[PartyCode], Field(max_length=200)] = []
    entities: Annotated[list[AuthorizedEntityIn], Field(max_length=200)] = []
    registered_entities: Annotated[
        list[Annotated[GivenName, Field(max_length=40)]],
        Field(max_length=200, description="Entities by their codes in the Party's register, which has all else."),
    ] = []
    oimp: Text = ""
    year_first: Year | None = None
    year_last: Year | None = None
    sectors: Names = []
    activity_types: Names = []
    metric: Name = "GHG"
    gwp: Name = ""
    metric_unit: Name = ""
    terms: Text = ""
    remark: Text = ""
    duration: DurationIn = DurationIn()
    basis: BasisIn = BasisIn()
    changes: ChangeTermsIn = ChangeTermsIn()
    scope: ScopeIn = ScopeIn()
    itmo_registry: Name = ""
    conversion: Text = ""

    def as_new(self) -> NewAuthorization:
        """The version as the service takes it."""
        given: dict[str, Any] = self.model_dump()
        for name in ("parties", "sectors", "activity_types"):
            given[name] = tuple(given[name])
        registered = [Entity("", "", "", code=each) for each in given.pop("registered_entities")]
        given["entities"] = (*(Entity(**each) for each in given["entities"]), *registered)
        given["duration"] = Duration(**given["duration"])
        given["basis"] = Basis(**{name: tuple(each) for name, each in given["basis"].items()})
        given["changes"] = ChangeTerms(**given["changes"])
        scope = {name: tuple(each) for name, each in given["scope"].items()}
        given["scope"] = Scope(**{**scope, "serials": tuple(CoveredSerials(**each) for each in scope["serials"])})
        return NewAuthorization(**given)


class ChangePreviewIn(Request):
    """The version that would be recorded; `reach_back`: for first transferred units too, where the terms say so."""

    version: AuthorizationIn
    reach_back: Flag = False


class ChangeIn(Request):
    """The version to record and carry units over to, with the reason; `token` is that of the preview agreed to."""

    version: AuthorizationIn
    reason: GivenReason
    token: GivenName
    reach_back: Flag = False


class RevocationPreviewIn(Request):
    """Whether first transferred units would lose it too, where the terms say so."""

    reach_back: Flag = False


class RevocationIn(Request):
    """Why it is revoked; `token` is that of the preview agreed to."""

    reason: GivenReason
    token: GivenName
    reach_back: Flag = False


class UnitsIn(Request):
    """Units by their serials, in whichever accounts they stand."""

    serials: Annotated[list[SerialsIn], Field(min_length=1, max_length=RANGES_AT_MOST)]


class WithdrawalIn(UnitsIn):
    """Units that lose the authorization, and why."""

    reason: GivenReason


class AuthorizedEntityOut(BaseModel):
    """An authorized entity; `code` is that of the Party's register, empty where it is not in it."""

    name: str
    country: str
    identification: str
    conditions: str
    change_conditions: str
    code: str


class DurationOut(BaseModel):
    ends_on: date | None
    issue_until: date | None
    use_until: date | None


class BasisOut(BaseModel):
    frameworks: list[str]
    methodologies: list[str]
    underlying_registries: list[str]


class ChangeTermsOut(BaseModel):
    circumstances: str
    process: str
    may_reach_back: bool


class CoveredSerialsOut(BaseModel):
    registry: str
    party: str
    first: int
    last: int


class ScopeOut(BaseModel):
    vintages: list[int]
    gases: list[str]
    activities: list[str]
    serials: list[CoveredSerialsOut]


class AuthorizationOut(BaseModel):
    """One version of a Party's authorization. A revocation is a version too."""

    code: str
    version: int
    party: str
    approach: str
    authorized_on: date
    purposes: str
    quantity: int | None
    parties: list[str]
    entities: list[AuthorizedEntityOut]
    oimp: str
    first_transfer_oimp: str | None
    year_first: int | None
    year_last: int | None
    sectors: list[str]
    activity_types: list[str]
    metric: str
    gwp: str
    metric_unit: str
    terms: str
    remark: str
    duration: DurationOut
    basis: BasisOut
    changes: ChangeTermsOut
    scope: ScopeOut
    itmo_registry: str
    conversion: str
    is_revoked: bool


class AuthorizationWithUnitsOut(AuthorizationOut):
    """An authorization in its latest version; `units` stand under it over all versions."""

    units: int


class PartOut(BaseModel):
    """Consecutive serials of one series in one account."""

    account: str
    registry: str
    party: str
    first: int
    last: int
    quantity: int


class ChangePreviewOut(BaseModel):
    """What a change would do to the units under the authorization; `token` stands for exactly this.

    `carried` come under the new version, `withdrawn` lose their authorization, `untouched` were first transferred (or
    are final), `reached_back` were first transferred and come under the new version, `reserved` wait for a decision
    and stand in the way.
    """

    code: str
    version: int
    carried: list[PartOut]
    withdrawn: list[PartOut]
    untouched: list[PartOut]
    reached_back: list[PartOut]
    reserved: list[PartOut]
    token: str


class TransactionsOut(BaseModel):
    """The transactions of an act, one for each account that holds some of the units."""

    transactions: list[int]
