"""Cooperative approaches and authorizations by Parties, and when a first transfer happens under them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Purpose(StrEnum):
    """Purposes for authorization, as the common nomenclatures of February 2026 spell them."""

    NDC = "NDC"
    OIMP = "OIMP"
    IMP = "IMP"
    OP = "OP"
    NDC_AND_OIMP = "NDC and OIMP"
    NDC_AND_IMP = "NDC and IMP"
    NDC_AND_OP = "NDC and OP"

    @property
    def covers_ndc(self) -> bool:
        return self.value.startswith("NDC")

    @property
    def covers_oimp(self) -> bool:
        """Other international mitigation purposes in the wide sense: IMP, OP, or both."""
        return self is not Purpose.NDC


class FirstTransferDefinition(StrEnum):
    """What a Party may specify as the first transfer for OIMP, uniformly per approach (2/CMA.3 annex para 2(b))."""

    AUTHORIZATION = "authorization"
    ISSUANCE = "issuance"
    USE_OR_CANCELLATION = "use_or_cancellation"


class Event(StrEnum):
    """What happens to units, as far as the first transfer is concerned."""

    NONE = "none"
    ISSUANCE = "issuance"
    AUTHORIZATION = "authorization"
    INTERNATIONAL_TRANSFER = "international_transfer"
    USE_NDC = "use_ndc"
    USE_OR_CANCELLATION_OIMP = "use_or_cancellation_oimp"
    CANCELLATION_OMGE = "cancellation_omge"
    TRANSFER_ADAPTATION_FUND = "transfer_adaptation_fund"
    AUTHORIZATION_WITHDRAWAL = "authorization_withdrawal"


@dataclass(frozen=True, slots=True)
class Entity:
    """An authorized entity as the AEF names it (4/CMA.6 annex II, table 5).

    `code` is that of the Party's register of entities, empty where it is not in it.
    """

    name: str
    country: str
    identification: str
    conditions: str = ""
    change_conditions: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Duration:
    """How long an authorization lasts; every day is included, None where it is open (4/CMA.6 para 5(c)).

    `ends_on`: the authorization itself; `issue_until` and `use_until`: the final date for outcomes to be issued, and
    to be used or cancelled.
    """

    ends_on: date | None = None
    issue_until: date | None = None
    use_until: date | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What underlies the approach: frameworks and standards, methodologies, registries (4/CMA.6 para 5(f), (j))."""

    frameworks: tuple[str, ...] = ()
    methodologies: tuple[str, ...] = ()
    underlying_registries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeTerms:
    """When the authorization may be changed, and how that is managed (4/CMA.6 para 5(g)).

    `may_reach_back`: the terms say that a change may apply to units that were already first transferred (para 7).
    """

    circumstances: str = ""
    process: str = ""
    may_reach_back: bool = False


@dataclass(frozen=True, slots=True)
class CoveredSerials:
    """Serials of one series, first and last included."""

    registry: str
    party: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Which units are covered, where narrower than Party and time frame; empty means no limit of that sort.

    `vintages` is a set of years beside the range that the authorization has; `gases` are recorded, not judged: units
    are measured in t CO2 eq. (4/CMA.6 para 5(k)-(n)).
    """

    vintages: tuple[int, ...] = ()
    gases: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    serials: tuple[CoveredSerials, ...] = ()


@dataclass(frozen=True, slots=True)
class Covered:
    """Units as an authorization's scope sees them: their serials, and what their batch says."""

    registry: str
    first: int
    last: int
    vintage_year: int | None
    activity: str | None
    metric: str
    sectors: tuple[str, ...] = ()
    activity_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authorization:
    """One version of one Party's authorization of the use of ITMOs (4/CMA.6 para 5).

    `quantity` in units, the ceiling over all versions; `parties` empty means any Party; `year_first` and `year_last`
    bound the vintages, both included, None where the authorization leaves them open. A revocation is a version too.
    """

    id: int
    code: str
    version: int
    party: str
    approach: str
    authorized_on: date
    purposes: Purpose
    quantity: int | None = None
    parties: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    oimp: str = ""
    first_transfer_oimp: FirstTransferDefinition | None = None
    year_first: int | None = None
    year_last: int | None = None
    sectors: tuple[str, ...] = ()
    activity_types: tuple[str, ...] = ()
    metric: str = "GHG"
    gwp: str = ""
    metric_unit: str = ""
    terms: str = ""
    remark: str = ""
    duration: Duration = Duration()
    basis: Basis = Basis()
    changes: ChangeTerms = ChangeTerms()
    scope: Scope = Scope()
    itmo_registry: str = ""
    conversion: str = ""
    is_revoked: bool = False

    def covers_vintage(self, year: int | None) -> bool:
        if year is None:
            return self.year_first is None and self.year_last is None and not self.scope.vintages
        within = (self.year_first or year) <= year <= (self.year_last or year)
        return within and (not self.scope.vintages or year in self.scope.vintages)

    def is_same_as(self, other: "Authorization") -> bool:
        """Whether both are versions of one authorization."""
        return (self.party, self.code) == (other.party, other.code)

    def names_holder(self, holder: str, code: str = "") -> bool:
        """Whether an account's holder, in the register `code`, is one of the authorized entities; by code, number or
        name."""
        return bool(holder) and any(
            holder in (each.identification, each.name) or bool(code and code == each.code) for each in self.entities
        )

    def outside(self, units: Covered) -> str:
        """What of the scope does not cover the units, vintage apart; empty when all does.

        Sectors and activity types are judged where both sides name them.
        """
        scope = self.scope
        if scope.activities and units.activity not in scope.activities:
            return f"activity {units.activity or 'not recorded'}"
        if self.sectors and units.sectors and not set(self.sectors) & set(units.sectors):
            return f"sector {', '.join(units.sectors)}"
        if self.activity_types and units.activity_types and not set(self.activity_types) & set(units.activity_types):
            return f"activity type {', '.join(units.activity_types)}"
        if units.metric != self.metric:
            return f"metric {units.metric}"
        return f"serials {units.first}-{units.last}" if not self._covers_serials(units) else ""

    def _covers_serials(self, units: Covered) -> bool:
        reached = units.first
        for each in sorted(self.scope.serials, key=lambda one: one.first):
            if (each.registry, each.party) == (units.registry, self.party) and each.first <= reached <= each.last:
                reached = each.last + 1
        return not self.scope.serials or reached > units.last

    def covers_party(self, party: str) -> bool:
        return not self.parties or party in self.parties


# Units authorized after they were issued: both conditions of "issuance" are met at the authorization.
_OIMP_EVENTS: Mapping[FirstTransferDefinition, frozenset[Event]] = MappingProxyType(
    {
        FirstTransferDefinition.AUTHORIZATION: frozenset({Event.AUTHORIZATION}),
        FirstTransferDefinition.ISSUANCE: frozenset({Event.ISSUANCE, Event.AUTHORIZATION}),
        FirstTransferDefinition.USE_OR_CANCELLATION: frozenset({Event.USE_OR_CANCELLATION_OIMP}),
    }
)


def is_first_transfer(authorization: Authorization | None, event: Event) -> bool:
    """Whether this event is the first transfer of units that were not first transferred before.

    Where both an NDC and another purpose are covered, the earlier of the two events counts, which needs no rule of
    its own: the ledger records the first that occurs, once per serial.

    Source: 2/CMA.3 annex para 2; 4/CMA.6 paras 11-17.
    """
    if authorization is None or authorization.is_revoked:
        return False
    if event in (Event.CANCELLATION_OMGE, Event.TRANSFER_ADAPTATION_FUND):
        return True
    if event is Event.INTERNATIONAL_TRANSFER:
        return authorization.purposes.covers_ndc
    definition = authorization.first_transfer_oimp
    return authorization.purposes.covers_oimp and definition is not None and event in _OIMP_EVENTS[definition]
