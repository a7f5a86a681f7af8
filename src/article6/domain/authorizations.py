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


@dataclass(frozen=True, slots=True)
class Entity:
    """An authorized entity as the AEF names it (4/CMA.6 annex II, table 5)."""

    name: str
    country: str
    identification: str
    conditions: str = ""
    change_conditions: str = ""


@dataclass(frozen=True, slots=True)
class Authorization:
    """One version of one Party's authorization of the use of ITMOs (4/CMA.6 para 5).

    `quantity` in units; `parties` empty means any Party; `year_first` and `year_last` bound the vintages, both
    included, None where the authorization leaves them open.
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

    def covers_vintage(self, year: int | None) -> bool:
        if year is None:
            return self.year_first is None and self.year_last is None
        return (self.year_first or year) <= year <= (self.year_last or year)

    def covers_party(self, party: str) -> bool:
        return not self.parties or party in self.parties


_OIMP_EVENTS: Mapping[FirstTransferDefinition, Event] = MappingProxyType(
    {
        FirstTransferDefinition.AUTHORIZATION: Event.AUTHORIZATION,
        FirstTransferDefinition.ISSUANCE: Event.ISSUANCE,
        FirstTransferDefinition.USE_OR_CANCELLATION: Event.USE_OR_CANCELLATION_OIMP,
    }
)


def is_first_transfer(authorization: Authorization | None, event: Event) -> bool:
    """Whether this event is the first transfer of units that were not first transferred before.

    Where both an NDC and another purpose are covered, the earlier of the two events counts, which needs no rule of
    its own: the ledger records the first that occurs, once per serial.

    Source: 2/CMA.3 annex para 2; 4/CMA.6 paras 11-17.
    """
    if authorization is None:
        return False
    if event in (Event.CANCELLATION_OMGE, Event.TRANSFER_ADAPTATION_FUND):
        return True
    if event is Event.INTERNATIONAL_TRANSFER:
        return authorization.purposes.covers_ndc
    definition = authorization.first_transfer_oimp
    return authorization.purposes.covers_oimp and definition is not None and _OIMP_EVENTS[definition] is event
