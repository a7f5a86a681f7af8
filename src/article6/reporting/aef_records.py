"""What an AEF reports, as typed values: dates, integers, codes. `aef_rows` turns them into cells.

Nothing here says NA: a value that does not exist is None, and the field rules decide how an absent value
reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.domain.identifiers import UnitIdentifier
from article6.domain.parties import party
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import (
    ActionSubtype,
    ActionType,
    Metric,
    MitigationType,
)

_VERSION = re.compile(r"[1-9][0-9]*\.[0-9]+")

Cell = str | int | Decimal | None
Row = tuple[Cell, ...]
Keyed = tuple[str, Row]
"""A row, and the key that names it among those of its table for as long as the ledger tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Table 1. `party` is the reporting Party (AEF code); the year runs from 1 January to 31 December, UTC. The last
    three are filled in by the platform, in its own copy.

    Raises:
        ValueError: a Party, version or period that no platform would take.
    """

    party: str
    version: str
    reported_year: int
    submitted_on: date
    ndc_first_year: int
    ndc_last_year: int
    review_status: str | None = None
    check_result: str | None = None
    review_report: str | None = None

    def __post_init__(self) -> None:
        if party(self.party) is None:
            raise ValueError(f"Party {self.party!r} is not known. Give its three-letter code, for example CHE or EUE.")
        if not _VERSION.fullmatch(self.version):
            raise ValueError(f"Version {self.version!r}: write it as two numbers, the first version being 1.0.")
        if self.ndc_first_year > self.ndc_last_year:
            raise ValueError("The NDC implementation period ends before it begins. Exchange the two years.")

    @property
    def file_name(self) -> str:
        """The name that the secretariat's checks expect, without extension: `CHE 2024 1.0`."""
        return f"{self.party} {self.reported_year} {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """Table 2, one version of one authorization. `quantity_max` is the optional ceiling; `timeframe` is two
    years, both included.
    """

    authorization_id: str
    authorized_on: date
    cooperative_approach: str
    version: int
    sectors: tuple[str, ...]
    activity_types: tuple[str, ...]
    purpose: Purpose
    quantity_max: int | None = None
    metric: Metric = Metric.GHG
    gwp_values: str | None = None
    non_ghg_metric: str | None = None
    authorized_parties: tuple[str, ...] = ()
    authorized_entities: tuple[str, ...] = ()
    oimp: str | None = None
    timeframe: tuple[int, int] | None = None
    terms: str | None = None
    first_transfer_definition: FirstTransferDefinition | None = None
    remarks: str | None = None


@dataclass(frozen=True, slots=True)
class UnderlyingBlock:
    """Units of a crediting registry that the ITMOs stand for; ids are numbers or texts, as it has them."""

    registry: str
    first: int | str
    last: int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItmoBlock:
    """Consecutive ITMOs that share every attribute: the part that tables 3 and 4 have in common.

    `identifier` carries cooperative approach, originating registry, first transferring Party, vintage and
    serials, and the received texts where the block came from elsewhere. `quantity_tco2e` is in t CO2 eq and
    None under a non-GHG metric that has no equivalent; `quantity_non_ghg` is a decimal number as text, in
    the unit of `non_ghg_metric`.

    Raises:
        ValueError: the identifier lacks the cooperative approach, Party or vintage that every row shows.
    """

    identifier: UnitIdentifier
    authorization_id: str
    mitigation_type: MitigationType
    quantity_tco2e: int | Decimal | None
    metric: Metric = Metric.GHG
    gwp_values: str | None = None
    non_ghg_metric: str | None = None
    quantity_non_ghg: str | None = None
    underlying: UnderlyingBlock | None = None

    def __post_init__(self) -> None:
        block = self.identifier
        if block.cooperative_approach is None or block.party is None or block.vintage_year is None:
            raise ValueError("An ITMO block needs its cooperative approach, first transferring Party and vintage.")
        if self.metric is Metric.GHG and self.quantity_tco2e is None:
            raise ValueError("A block in a GHG metric needs its quantity in t CO2 eq.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Table 3, one action on one block. `executed_at` is UTC; `registry` is the one in which the action was
    tracked.

    Parties are AEF codes (or the Adaptation Fund's identifier); `key` is no field of the format: it names the
    transaction and the units. A field that does not apply to the type is
    left None; if it is given nevertheless, the row shows NA.

    Raises:
        ValueError: the moment has no time zone.
    """

    executed_at: datetime
    type: ActionType
    itmos: ItmoBlock
    registry: str
    subtype: ActionSubtype | None = None
    transferring_party: str | None = None
    acquiring_party: str | None = None
    purpose: str | None = None
    using_party: str | None = None
    using_entity: str | None = None
    year_used: int | None = None
    remarks: str | None = None
    key: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.executed_at.tzinfo is None:
            raise ValueError("The moment of an action needs a time zone. Give it in UTC.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Table 4, one block held at the end of 31 December; `registry` is the one in which it is held."""

    itmos: ItmoBlock
    registry: str


_Record = TypeVar("_Record", bound=Action | Holding)


class Alike(NamedTuple, Generic[_Record]):
    """A record told by another one: it is `like` that one in all but its units, the moment of an action, and its key.

    Of a million actions nearly all are like one of a few. Where units are not counted in t CO2 eq one by one, a record
    is only like itself. `executed_at` is None of a holding; `underlying_first` is the first of the underlying units.
    """

    like: _Record
    key: str
    first: int
    last: int
    underlying_first: int | None
    executed_at: datetime | None = None


def action_of(alike: Alike[Action]) -> Action:
    """The action that is so told."""
    like = alike.like
    return replace(like, executed_at=alike.executed_at or like.executed_at, itmos=_itmos(alike), key=alike.key)


def holding_of(alike: Alike[Holding]) -> Holding:
    """The holding that is so told."""
    return replace(alike.like, itmos=_itmos(alike))


@dataclass(frozen=True, slots=True)
class Likened(Generic[_Record]):
    """A table of records told by others; called, it starts reading the records themselves.

    `record_of` makes one of what is told: `action_of` or `holding_of`.
    """

    alike: Callable[[], Iterable[Alike[_Record]]]
    record_of: Callable[[Alike[_Record]], _Record]

    def __call__(self) -> Iterator[_Record]:
        return map(self.record_of, self.alike())


def _itmos(alike: Alike[Action] | Alike[Holding]) -> ItmoBlock:
    like, first, last, count = alike.like.itmos, alike.first, alike.last, alike.last - alike.first + 1
    if (first, last) == (like.identifier.serial_first, like.identifier.serial_last):
        return like
    start, underlying = alike.underlying_first, like.underlying
    if underlying is not None and start is not None:
        underlying = UnderlyingBlock(underlying.registry, start, start + count - 1)
    identifier = replace(like.identifier, serial_first=first, serial_last=last)
    return replace(like, identifier=identifier, quantity_tco2e=count, underlying=underlying)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizedEntity:
    """Table 5. `country` is where the entity is incorporated (alpha-3), `identification` its number there; `key` names
    the authorization and the place in it.
    """

    authorized_on: date
    name: str
    country: str
    identification: str
    cooperative_approach: str
    conditions: str | None = None
    change_conditions: str | None = None
    remarks: str | None = None
    key: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ConfidentialItem:
    """A cell that a Party has marked confidential, or (without a field) a whole row, with the reason."""

    table: Table
    row_key: str
    field: str
    reason: str


CONFIDENTIAL = "Confidential"
"""What a cell reads in a public copy, of a frozen AEF and of a submission, where the Party has marked it."""


def _nothing() -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aef:
    """One submission with its tables. A table is a callable that starts reading it: a report of millions of
    rows is never held in memory, and can be written in several formats. `remark` is printed above every
    table, `remarks` above the one that it is about.

    Rows of actions and holdings are drawn faster where their table is a `Likened` one.

    Where `written` is given, it has the rows as they are kept, cells that are spelled already, and the records are not
    asked. `confidential` lists what the Party has marked so; `written_at` makes the files of a version the same
    whenever they are written.
    """

    submission: Submission
    authorizations: Callable[[], Iterable[Authorization]] = _nothing
    actions: Callable[[], Iterable[Action]] | Likened[Action] = _nothing
    holdings: Callable[[], Iterable[Holding]] | Likened[Holding] = _nothing
    entities: Callable[[], Iterable[AuthorizedEntity]] = _nothing
    remark: str | None = None
    remarks: Mapping[Table, str] = field(default_factory=dict)
    confidential: tuple[ConfidentialItem, ...] = ()
    written: Callable[[Table], Iterator[Keyed]] | None = None
    written_at: datetime | None = None

    def remark_above(self, table: Table) -> str | None:
        """What is printed above a table."""
        return " ".join(filter(None, (self.remark, self.remarks.get(table)))) or None
