"""What the answers look like: for the description of the interface. Tests hold the answers to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

Item = TypeVar("Item")


class RefusalOut(BaseModel):
    """One reason: its permanent code, what it concerns, what to do about it, where the rule comes from."""

    code: str
    subject: str
    detail: str
    sentence: str
    clause: str = ""


class ProblemOut(BaseModel):
    """Problem details (RFC 9457). `refusals` lists every reason, most important first."""

    type: str
    title: str
    status: int
    refusals: list[RefusalOut] = []


class PageOut(BaseModel, Generic[Item]):
    """Part of a list. `next` goes back in as `after`, null at the end; a total above a million may be an estimate."""

    items: list[Item]
    total: int
    is_estimate: bool
    next: str | None


class RegistryOut(BaseModel):
    kind: str
    code: str
    name: str
    operator: str
    is_public: bool
    is_practice: bool
    remark: str
    created_at: datetime


class PartyOut(BaseModel):
    """A Party to the Convention; `is_paris_party` today."""

    code: str
    alpha2: str
    name: str
    is_paris_party: bool
    is_ldc: bool
    is_sids: bool


class SectionOut(BaseModel):
    code: str
    party: str | None
    name: str
    itmo_registry: str


class AccountTypeOut(BaseModel):
    code: str
    number: int
    title: str
    holds: list[str]
    is_terminal: bool
    is_declared: bool
    is_retired: bool


class TransactionTypeOut(BaseModel):
    code: str
    title: str
    sources: list[str]
    targets: list[str]
    crosses: bool | None
    four_eyes: bool
    terms: list[str]
    proposers: list[str]
    source_clause: str
    is_declared: bool


class AccountOut(BaseModel):
    number: str
    type: str
    type_title: str
    name: str
    holder: str
    party: str
    section: str
    status: str
    status_reason: str
    status_since: datetime
    is_terminal: bool
    needs_approval: bool
    period_first: int | None
    period_last: int | None
    metric: str
    purpose: str
    sub_purpose: str
    opened_at: datetime
    quantity: int


class AccountRefOut(BaseModel):
    """What never changes of an account."""

    number: str
    name: str
    type: str
    type_title: str
    section: str
    party: str
    is_terminal: bool
    holder: str


class HoldingOut(BaseModel):
    """Units of one unit type, Party, vintage and state in an account."""

    unit_type: str
    unit_type_shown: str
    party: str
    vintage_year: int | None
    is_authorized: bool
    is_first_transferred: bool
    quantity: int
    reserved: int
    blocks: int


class BlockOut(BaseModel):
    """Consecutive units; serials are whole numbers up to 2^62, read them exactly."""

    registry: str
    party: str
    first: int
    last: int
    quantity: int
    identifier_first: str
    identifier_last: str
    unit_type: str
    unit_type_shown: str
    vintage_year: int | None
    activity: str | None
    cooperative_approach: str | None
    authorization: str | None
    first_transfer_transaction: int | None
    reserved_by: int | None
    is_final: bool
    batch_id: int


class BatchOut(BaseModel):
    """What was issued or recorded together: attributes that never change."""

    id: int
    registry: str
    party: str
    first: int
    last: int
    quantity: int
    unit_type: str
    cooperative_approach: str | None
    activity: str | None
    activity_title: str | None
    vintage_year: int | None
    metric: str
    metric_unit: str
    conversion_numerator: int | None
    conversion_denominator: int | None
    gwp: str
    mitigation_type: str
    sectors: list[str]
    activity_types: list[str]
    underlying_registry: str
    underlying_series: str
    underlying_lo: int | None
    underlying_hi: int | None
    underlying_status: str | None
    original_serial: str
    conversion_method: str
    quantity_tco2e: int | str | None
    attributes: dict[str, Any]
    attributes_schema: str
    issued_at: datetime
    transaction_id: int


class UnitBlockOut(BaseModel):
    """The block in which a unit stands."""

    first: int
    last: int
    quantity: int
    account: AccountRefOut
    reserved_by: int | None
    is_final: bool
    authorization: str | None
    first_transfer_transaction: int | None


class EventOut(BaseModel):
    """A step in the history of a unit."""

    transaction_id: int
    type: str
    type_title: str
    at: datetime
    from_account: AccountRefOut | None
    to_account: AccountRefOut
    first: int
    last: int
    is_first_transfer: bool
    terms: dict[str, Any]


class LabelOut(BaseModel):
    """A label that stands on serials `first` to `last`: who says so, and on which day."""

    label: str
    first: int
    last: int
    source: str
    stated_on: date


class UnitOut(BaseModel):
    """Where a unit is, and how it got there, oldest step first. `labels` are those of a crediting programme."""

    identifier: str
    registry: str
    party: str
    serial: int
    unit_type_shown: str
    block: UnitBlockOut
    batch: BatchOut
    history: list[EventOut]
    labels: list[LabelOut]


class TransactionOut(BaseModel):
    id: int
    type: str
    type_title: str
    status: str
    source: AccountRefOut | None
    target: AccountRefOut | None
    quantity: int
    terms: dict[str, Any]
    proposed_at: datetime
    expires_at: datetime | None
    decided_at: datetime | None
    decision_reason: str | None


class EntryOut(BaseModel):
    """A line of the journal: this block went from this account to that one."""

    registry: str
    party: str
    first: int
    last: int
    quantity: int
    identifier_first: str
    identifier_last: str
    from_account: AccountRefOut | None
    to_account: AccountRefOut
    batch_id: int
    authorization: str | None
    is_first_transfer: bool


class TransactionWithEntriesOut(TransactionOut):
    """A transaction and its journal; people are named to those who have a role in it, and to nobody else."""

    entries: list[EntryOut]
    entries_total: int
    entries_next: str | None
    proposed_by_name: str = ""
    decided_by_name: str = ""


class OutcomeOut(BaseModel):
    """A transaction's number and its status now."""

    id: int
    status: str


class IssuedOut(BaseModel):
    """A batch that now exists."""

    transaction_id: int
    batch_id: int
    first: int
    last: int


class ReportedOut(BaseModel):
    """A Party and year that have something to report, and where the files are."""

    party: str
    year: int
    files: dict[str, str]


class TotalOut(BaseModel):
    """Units of one Party: `cancelled` and `retired` stand in terminal accounts, `remaining` elsewhere."""

    party: str
    name: str
    issued: int
    cancelled: int
    retired: int
    remaining: int
    blocks: int


class TimelineOut(BaseModel):
    """What one Party issued, cancelled and used in a year, by unit type."""

    year: int
    party: str
    unit_type: str
    issued: int
    cancelled: int
    retired: int


class FigureOut(BaseModel):
    """The registry in figures, now and over the years."""

    computed_on: date
    parties: list[TotalOut]
    timeline: list[TimelineOut]
