"""What callers send to a crediting programme's registry, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from article6.api.inputs import (
    RANGES_AT_MOST,
    Flag,
    GivenName,
    GivenReason,
    Name,
    PartyCode,
    Request,
    SerialsIn,
    Units,
    Year,
)
from article6.domain.crediting import EXACT, exact


def _day(text: Any) -> Any:
    if not isinstance(text, str):
        raise ValueError("give a day as a text, as in 2026-03-31")
    return date.fromisoformat(text)


def _fraction(text: Any) -> Any:
    if not isinstance(text, str):
        raise ValueError("give a number as a text, as in 2.5 or 1/3")
    return exact(text)


Day = Annotated[date, BeforeValidator(_day)]
Exact = Annotated[
    Fraction,
    BeforeValidator(_fraction),
    WithJsonSchema({"type": "string", "pattern": f"^{EXACT}$", "description": "An exact number: `2.5` or `1/3`."}),
]
Serials = Annotated[list[SerialsIn], Field(max_length=RANGES_AT_MOST)]


class ShareIn(Request):
    """A holder's part: a quantity, or a ratio of what the buffer leaves; alone it may have neither."""

    account: GivenName
    quantity: Units | None = None
    ratio: Exact | None = None
    issued_on: Day | None = None


class CreditsIn(Request):
    """An issuance under a programme's rules; `quantity` includes the buffer's `buffer_percent`."""

    programme: GivenName
    party: PartyCode
    activity: GivenName
    quantity: Units
    vintage_year: Year
    monitoring_start: Day
    monitoring_end: Day
    reference: GivenReason
    shares: Annotated[list[ShareIn], Field(min_length=1, max_length=20)]
    methodology: Name = ""
    buffer_percent: Exact = Fraction(0)
    mitigation_type: Name = "Emission reductions"


class LockIn(Request):
    """Credits to lock: where and under which record they are ITMOs. By `serials`, or by `quantity`."""

    account: GivenName
    itmo_registry: GivenName
    itmo_record: GivenName
    quantity: Units | None = None
    serials: Serials = []


class ReleaseIn(Request):
    """Why locked credits are released; `serials` of the lock (none: all), `to` another account than they came from."""

    reason: GivenReason
    serials: Serials = []
    to: GivenName | None = None


class ConversionIn(Request):
    """Which of a lock's credits are cancelled into its ITMOs; none: all."""

    serials: Serials = []


class LabelIn(Request):
    """A statement: the label stands on serials or on a batch, or (`stands` false) no more."""

    label: GivenName
    source: GivenReason
    stated_on: Day
    serials: Serials = []
    batch: Units | None = None
    stands: Flag = True


class CreditPartOut(BaseModel):
    transaction_id: int
    type: str
    batch_id: int
    account: str
    registry: str
    party: str
    first: int
    last: int
    quantity: int
    issued_at: datetime


class CreditedOut(BaseModel):
    """An issuance of credits with its parts; the buffer's is the last."""

    transaction_id: int
    quantity: int
    withheld: int
    parts: list[CreditPartOut]


class LockOut(BaseModel):
    """A lock; `held` of its `quantity` are still locked."""

    transaction_id: int
    quantity: int
    held: int
    account: str
    locked_account: str
    section: str
    itmo_registry: str
    itmo_record: str
    locked_at: datetime


class LabelledOut(BaseModel):
    """The numbers of the statements recorded, one for each range."""

    ids: list[int]


class LabelStatementOut(BaseModel):
    """What was said of serials `first` to `last`, oldest first."""

    id: int
    label: str
    stands: bool
    first: int
    last: int
    source: str
    stated_on: date
