"""What callers send: strictly typed, whole numbers only, no field that is not described."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Header, Path, Query
from ninja.parser import Parser
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from article6.domain.serials import SERIAL_LIMIT

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
RANGES_AT_MOST = 10_000
DIGITS = re.compile(r"[0-9]{1,19}")
ID_LIMIT = 2**63 - 1


class StrictJson(Parser):
    """JSON as the standard has it: no NaN, no name twice in one object."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The request's body.

        Raises:
            ValueError: it is not such JSON.
        """
        body: dict[str, Any] = json.loads(request.body, parse_constant=_no_constant, object_pairs_hook=_no_name_twice)
        return body


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return named


def digits(text: Any) -> Any:
    """Whole numbers in addresses are digits and nothing else."""
    if isinstance(text, str) and not DIGITS.fullmatch(text):
        raise ValueError("give a whole number, in digits")
    return text


def _text(longest: int, shortest: int = 0) -> Any:
    return StringConstraints(strict=True, min_length=shortest, max_length=longest, pattern=PRINTABLE)


Name = Annotated[str, _text(200)]
GivenName = Annotated[str, _text(200, 1)]
Reason = Annotated[str, _text(2000)]
GivenReason = Annotated[str, _text(2000, 1)]
PartyCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]
RegistryCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z0-9]{2,8}$")]
Units = Annotated[int, Field(strict=True, ge=1, le=SERIAL_LIMIT)]
Serial = Annotated[int, Field(strict=True, ge=1, le=SERIAL_LIMIT)]
Year = Annotated[int, Field(strict=True, ge=1900, le=2199)]
UnitTypeCode = Literal["A6.4ER", "ITMO", "MO", "CER", "tCER", "lCER", "CREDIT"]
Whole = Annotated[int, Field(strict=True, ge=-SERIAL_LIMIT, le=SERIAL_LIMIT)]
Flag = Annotated[bool, Field(strict=True)]
TermName = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Terms = Annotated[dict[TermName, Flag | Whole | Reason], Field(max_length=50)]

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key and content gets the first answer again; the same key with other content is refused.",
    ),
]
Id = Annotated[int, BeforeValidator(digits), Path(ge=1, le=ID_LIMIT)]
SerialInPath = Annotated[int, BeforeValidator(digits), Path(ge=1, le=SERIAL_LIMIT)]
YearInPath = Annotated[int, BeforeValidator(digits), Path(ge=2000, le=2199)]
NumberInPath = Annotated[str, Path(max_length=60, pattern=r"^[A-Z0-9-]+$")]
PartyInPath = Annotated[str, Path(pattern=r"^[A-Z]{3}$")]
RegistryInPath = Annotated[str, Path(pattern=r"^[A-Z0-9]{2,8}$")]
After = Annotated[
    str | None, Query(max_length=60, pattern=r"^[0-9]+(-[0-9]+)?$", description="`next` of the page before.")
]
Limit = Annotated[int, BeforeValidator(digits), Query(50, ge=1, le=500, description="Items at most.")]
Wanted = Annotated[str | None, Query(max_length=100, pattern=PRINTABLE)]


class Request(BaseModel):
    """A body; a field that is not described is an error and not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SerialsIn(Request):
    """Serials `first` to `last` of a Party's series; `registry` may be left out where the Party has one series only."""

    party: PartyCode
    first: Serial
    last: Serial
    registry: RegistryCode | None = None


class FilterIn(Request):
    """Which units to take when a quantity is given; lowest serial first."""

    unit_type: UnitTypeCode | None = None
    vintage_year: Year | None = None
    activity: Name | None = None
    party: PartyCode | None = None


class TransactionIn(Request):
    """A transaction: units by `serials`, or by `quantity` and `filter`; both given, they must agree."""

    type: GivenName
    source: GivenName
    target: GivenName
    quantity: Units | None = None
    serials: Annotated[list[SerialsIn], Field(max_length=RANGES_AT_MOST)] = []
    filter: FilterIn | None = None
    terms: Terms = {}


class RejectionIn(Request):
    """Why a proposal is turned down."""

    reason: GivenReason


class CancellationIn(Request):
    """Why a proposal is withdrawn."""

    reason: Reason = ""


class BatchIn(Request):
    """A batch to issue into `target`. Without `first` the next serials of the series are taken.

    `underlying_serial`, a programme's own, names registry, series and units that the batch rests on.
    """

    target: GivenName
    party: PartyCode
    quantity: Units
    unit_type: UnitTypeCode
    vintage_year: Year | None = None
    registry: RegistryCode | None = None
    first: Serial | None = None
    last: Serial | None = None
    activity: GivenName | None = None
    activity_title: Name = ""
    approach: GivenName | None = None
    authorization: GivenName | None = None
    metric: Literal["GHG", "non-GHG"] = "GHG"
    metric_unit: Name = ""
    conversion: Annotated[list[Units], Field(min_length=2, max_length=2)] | None = None
    conversion_method: Name = ""
    gwp: Name = ""
    mitigation_type: Name = "Emission reductions"
    sectors: Annotated[list[GivenName], Field(max_length=50)] = []
    activity_types: Annotated[list[GivenName], Field(max_length=50)] = []
    underlying_serial: Name = ""
    underlying_registry: Name = ""
    underlying_series: Name = ""
    underlying_first: Serial | None = None
    underlying_last: Serial | None = None
    original_serial: Name = ""
    attributes: Terms = {}
    attributes_schema: Name = ""
    terms: Terms = {}


class AccountIn(Request):
    """An account to open; the registry gives the number. A retirement account has the period of its NDC."""

    type: GivenName
    section: GivenName
    name: GivenName
    holder: Name = ""
    needs_approval: Flag = False
    period_first: Year | None = None
    period_last: Year | None = None
    metric: Name = ""
    purpose: Name = ""
    sub_purpose: Name = ""
    trusted_only: Flag = False
    attributes: Terms = {}
    attributes_schema: Name = ""


class AccountStatusIn(Request):
    """An account's new status, with the reason."""

    status: Literal["open", "blocked_debit", "blocked", "closed"]
    reason: GivenReason
