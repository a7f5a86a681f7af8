"""What people ask the ledger to do, and the facts by which it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

from article6.domain.authorizations import Authorization, Covered
from article6.domain.declarations import Law
from article6.domain.entities import Standing
from article6.domain.kinds import KINDS, Kind, KindRules, Role
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType

PersonId = NewType("PersonId", int)
AccountId = NewType("AccountId", int)
TransactionId = NewType("TransactionId", int)

ANY_SECTION = 0
"""The section id under which a role holds in every section."""


class Status(StrEnum):
    """The life of a transaction. All but `proposed` are final."""

    PROPOSED = "proposed"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which units to take when only a quantity is given; None admits all. Lowest serial first."""

    unit_type: UnitType | None = None
    vintage_year: int | None = None
    activity: str | None = None
    party: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A transaction as it is asked for.

    Accounts are named by number. Units by `ranges`, or by `quantity` and `filter`; when `ranges` and `quantity` are
    both given they must agree. `terms` are the type's particulars (`use_year`, `purpose`, `reason`, ...).
    """

    type: str
    source: str
    target: str
    quantity: int | None = None
    ranges: tuple[SeriesRange, ...] = ()
    filter: Filter = Filter()
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Issuance:
    """A batch to issue or record in `target`.

    `first` None takes the next serials of the series (`registry`, `party`); `last`, where given, must agree with the
    quantity. `authorization` is the identifier of one that covers the units from the start.
    """

    target: str
    registry: str
    party: str
    quantity: int
    batch: BatchAttributes
    first: int | None = None
    last: int | None = None
    authorization: str | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """An account, as far as rules need it. `party` is the Party of its section, empty for the administrator's.

    `holder` identifies the entity that holds it, empty where that is the section's Party; `entity` is that entity in
    the register, None where it is not in it. `period_known` False: the Party has NDCs on record, and the account's
    period is none of theirs. `metric` is the non-GHG metric of the units it holds, empty for t CO2 eq; `purpose` and
    `sub_purpose` are what units are cancelled for in it.
    """

    id: AccountId
    number: str
    type: str
    section_id: int
    party: str
    status: str
    needs_approval: bool
    period_first: int | None = None
    period_last: int | None = None
    holder: str = ""
    metric: str = ""
    purpose: str = ""
    sub_purpose: str = ""
    entity: Standing | None = None
    period_known: bool = True


@dataclass(frozen=True, slots=True)
class Lot:
    """Units the order would take: a part of one block, with what the rules need of its batch."""

    series_id: int
    first: int
    last: int
    account_id: int | None
    reserved_by: int | None
    batch_id: int | None
    unit_type: UnitType | None
    party: str
    vintage_year: int | None
    authorization_id: int | None
    is_first_transferred: bool
    metric: str = ""

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person and the roles the person has, as (section id or ANY_SECTION, role)."""

    person_id: PersonId
    name: str
    roles: frozenset[tuple[int, Role]]
    is_active: bool = True
    is_machine: bool = False

    def has(self, role: Role, section_id: int) -> bool:
        return (section_id, role) in self.roles or (ANY_SECTION, role) in self.roles


@dataclass(frozen=True, slots=True)
class Facts:
    """All that judging an order needs, read at one moment.

    `lots` are the units named, or the lowest that fit the filter until the quantity is reached; `available` counts
    those. `authorizations` are those of the lots, by id; `named` is the one the terms name, in force now, with
    `named_section`, the section of its Party (0: the registry has none), and `covered`, the lots as its scope sees
    them. `today` is the day on which the order is judged. `is_representative` says whether the actor is an active
    representative of the source (None: it has no representatives), `is_trusted` whether the target is on the source's
    list of trusted accounts (None: the source asks for none). `law` is the kind's rules with what administrators
    declared, None where nobody ever did. `takes_part` False: the source's holder takes no part in the activity of some
    of the units, and here only participants cancel.
    """

    kind: Kind
    actor: Actor
    source: Account | None
    target: Account | None
    lots: tuple[Lot, ...]
    available: int
    authorizations: Mapping[int, Authorization]
    named: Authorization | None = None
    named_section: int = ANY_SECTION
    covered: tuple[Covered, ...] = ()
    today: date | None = None
    is_representative: bool | None = None
    is_trusted: bool | None = None
    law: Law | None = None
    takes_part: bool = True

    @property
    def rules(self) -> KindRules:
        """The rules in force."""
        return self.law.rules if self.law is not None else KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed transaction that waits for its second person; `is_representative` as in `Facts`, of who decides."""

    id: TransactionId
    type: str
    status: Status
    section_id: int
    proposed_by: PersonId
    expires_at: datetime | None
    is_representative: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a command: its transaction, and whether the answer is one given before (idempotency)."""

    transaction_id: TransactionId
    status: Status
    is_repeat: bool = False
