"""What is sent and answered about levels and balances."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Path, Query
from pydantic import BaseModel, BeforeValidator, Field, PlainValidator, WithJsonSchema

from article6.api.inputs import PRINTABLE, Flag, GivenName, Name, PartyCode, Reason, Request, Year, digits
from article6.domain.levels import amount

ReportInPath = Annotated[Literal["initial", "updated", "annual", "regular"], Path()]
KindWanted = Literal["covered", "affected", "indicator", "budget", "target", "reference"]


def _amount(given: Any) -> Decimal:
    if isinstance(given, int) and not isinstance(given, bool):
        return amount(str(given))
    if isinstance(given, str):
        return amount(given)
    raise ValueError("give a whole number, or a text as in 12.5")


Amount = Annotated[
    Decimal,
    PlainValidator(_amount),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^-?[0-9]{1,18}(\.[0-9]{1,6})?$"}]}),
]
YearAsked = Annotated[
    Annotated[int, Field(ge=1990, le=2199)] | None, Query(description="A calendar year."), BeforeValidator(digits)
]
UnitsAsked = Annotated[int, BeforeValidator(digits), Query(0, ge=0, le=2**62)]
NdcAsked = Annotated[str | None, Query(max_length=200, pattern=PRINTABLE, description="The NDC's name.")]


class LevelIn(Request):
    """The amount of a calendar year: a whole number, or a decimal number as text."""

    year: Year
    amount: Amount


class LevelsIn(Request):
    """A series with its one source. No `unit`: t CO2 eq. Years that are not named stay as the version before has them,
    if that has the same source; `anew`: they fall away."""

    kind: KindWanted
    source: GivenName
    values: Annotated[list[LevelIn], Field(min_length=1, max_length=300)]
    unit: Name = ""
    remark: Reason = ""
    anew: Flag = False


class InventoriesIn(Request):
    """A CSV file with the columns iso2, year, t_co2e, datasource_id, as text; no `parties`: all with a section here."""

    content: Annotated[str, Field(strict=True, min_length=1, max_length=4 * 1024 * 1024)]
    kind: Literal["covered", "affected", "budget"] = "covered"
    parties: Annotated[list[PartyCode], Field(max_length=300)] = []


class LevelOut(BaseModel):
    year: int
    amount: str


class SeriesOut(BaseModel):
    """A version of a series; amounts are exact, as text."""

    party: str
    kind: str
    source: str
    unit: str
    remark: str
    version: int
    values: list[LevelOut]


class ImportedOut(BaseModel):
    """Series recorded; Parties whose series is as it was; Parties in the file that have no section here."""

    recorded: list[SeriesOut]
    unchanged: list[str]
    without_section: list[str]


class ExactOut(BaseModel):
    """A figure, exact (a whole number, or a fraction `n/d`) and rounded."""

    exact: str
    rounded: str


class RowOut(BaseModel):
    """A row of CTF table 4: a figure a year, or what is said in a row of the assessment."""

    key: str
    clause: str
    title: str
    unit: str
    figures: dict[str, ExactOut | None]
    said: ExactOut | str | None


class ShareOut(BaseModel):
    """A line of the breakdown of 2/CMA.3 annex para 23(j)."""

    what: str
    year: int
    cooperative_approach: str
    sectors: list[str]
    transferring_party: str
    using_party: str
    vintage: int | None
    quantity: ExactOut


class OimpAuthorizationOut(BaseModel):
    """By how much a version of an authorization changes what is authorized for other international mitigation purposes;
    null: it names no quantity."""

    authorization: str
    version: int
    year: int
    cooperative_approach: str
    quantity: int | None
    entities: list[str]


class AchievementOut(BaseModel):
    adjusted: ExactOut | None
    target: ExactOut | None
    margin: ExactOut | None
    is_final: bool


class BalanceOut(BaseModel):
    """The structured summary of an NDC. `allowance` is the level with which it would just end on its target."""

    ndc: str
    ndc_version: int
    sources: dict[str, str]
    party: str
    period: list[int]
    method: str
    method_title: str
    basis: str
    unit: str
    through: int
    rows: list[RowOut]
    breakdown: list[ShareOut]
    authorized_oimp: list[OimpAuthorizationOut]
    uncounted_rows: int
    target: ExactOut | None
    reference: ExactOut | None
    reference_year: int | None
    achievement: AchievementOut
    allowance: ExactOut | None


class WhatIfYearOut(BaseModel):
    year: int
    adjustment_before: ExactOut
    adjustment_after: ExactOut
    balance_before: ExactOut | None
    balance_after: ExactOut | None
    margin_before: ExactOut | None
    margin_after: ExactOut | None


class WhatIfOut(BaseModel):
    """Where an NDC stands and where it would stand, year by year and at the end of its period."""

    party: str
    ndc: str
    unit: str
    years: list[WhatIfYearOut]
    allowance_before: ExactOut | None
    allowance_after: ExactOut | None
    target_before: ExactOut | None
    target_after: ExactOut | None
    margin_before: ExactOut | None
    margin_after: ExactOut | None


class ItemOut(BaseModel):
    """What a report has to say under a paragraph; `lines` is what the registry knows of it, nothing: for the Party."""

    clause: str
    title: str
    is_filled: bool
    lines: list[dict[str, Any]]


class InformationOut(BaseModel):
    """The information of 2/CMA.3 annex paras 18-21, as far as a registry knows it."""

    party: str
    report: str
    title: str
    year: int
    items: list[ItemOut]
