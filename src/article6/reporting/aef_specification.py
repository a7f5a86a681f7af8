"""The whole specification of a field, as data: what the reader, the validator, the pages and the API go by.

`aef_fields` has labels, order and formats, `aef_nomenclatures` the lists; here stand requiredness, applicability as a
condition that a program can ask, the kind of value, the legal note, and where the sources contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from article6.domain.refusals import N_
from article6.reporting.aef_fields import FIELDS, Field, Table
from article6.reporting.aef_nomenclatures import VALUE_LISTS
from article6.reporting.aef_notes import NOTES

ANNEX = "4/CMA.6 annex II"


class Requiredness(StrEnum):
    """Whether a field has to be filled in, and by whom."""

    MANDATORY = "mandatory"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"
    PLATFORM = "platform"


class Condition(StrEnum):
    """When a field applies. What does not apply reads NA."""

    ALWAYS = "always"
    NON_GHG = "non_ghg"
    OIMP = "oimp"
    UNDERLYING = "underlying"
    ACQUISITION = "acquisition"
    SENDING = "sending"
    USE_OR_CANCELLATION = "use_or_cancellation"
    USE = "use"


class Kind(StrEnum):
    """What a cell holds, and so how it is read."""

    TEXT = "text"
    PARTY = "party"
    COUNTRY = "country"
    PARTIES = "parties"
    PARTY_OR_FUND = "party_or_fund"
    VERSION = "version"
    YEAR = "year"
    YEARS = "years"
    DATE = "date"
    MOMENT = "moment"
    WHOLE = "whole"
    QUANTITY = "quantity"
    DECIMAL = "decimal"
    APPROACH = "approach"
    AUTHORIZATION = "authorization"
    REGISTRY = "registry"
    ITMO = "itmo"
    UNIT = "unit"
    CHOICE = "choice"
    CHOICES = "choices"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Specification:
    """A field with everything that is known about it.

    A conditional field has to be filled in where its condition holds; an optional one with a condition may be.
    """

    field: Field
    kind: Kind
    requiredness: Requiredness
    condition: Condition
    values: tuple[str, ...]
    note: str

    @property
    def source(self) -> str:
        return f"{ANNEX}, table {self.field.table.number}, field {self.field.position}"


_KINDS: Mapping[str, Kind] = {
    "ParticipatingParty": Kind.PARTY,
    "FirstTransferringPartyID": Kind.PARTY,
    "AuthorizedEntityCountryOfIncorporation": Kind.COUNTRY,
    "Using/cancellingPartyID": Kind.PARTY,
    "TransferringPartyID": Kind.PARTY_OR_FUND,
    "AcquiringPartyID": Kind.PARTY_OR_FUND,
    "AuthorizedPartyIDs": Kind.PARTIES,
    "SubmissionVersion": Kind.VERSION,
    "ReportedYear": Kind.YEAR,
    "FirstYearOfNDCPeriod": Kind.YEAR,
    "LastYearOfNDCPeriod": Kind.YEAR,
    "Vintage": Kind.YEAR,
    "YearITMOUsedTowardsNDC": Kind.YEAR,
    "AuthorizedTimeframe": Kind.YEARS,
    "DateOfSubmission": Kind.DATE,
    "DateOfAuthorization": Kind.DATE,
    "ActionDateTime": Kind.MOMENT,
    "AuthorizationVersion": Kind.WHOLE,
    "AuthorizedQuantity": Kind.WHOLE,
    "QuantityCO2": Kind.QUANTITY,
    "QuantityNon-GHG": Kind.DECIMAL,
    "CooperativeApproachID": Kind.APPROACH,
    "AuthorizationID": Kind.AUTHORIZATION,
    "PartyITMORegistryID": Kind.REGISTRY,
    "FirstID": Kind.ITMO,
    "LastID": Kind.ITMO,
    "UnderlyingUnitFirstUnitID": Kind.UNIT,
    "UnderlyingUnitLastUnitID": Kind.UNIT,
    "Sectors": Kind.CHOICES,
    "ActivityType": Kind.CHOICES,
}

_CONDITIONS: Mapping[str, Condition] = {
    "Non-GHGMetric": Condition.NON_GHG,
    "QuantityNon-GHG": Condition.NON_GHG,
    "OIMPAuthorized": Condition.OIMP,
    "FirstTransferDefnForOIMP": Condition.OIMP,
    "UnderlyingUnitRegistryID": Condition.UNDERLYING,
    "UnderlyingUnitFirstUnitID": Condition.UNDERLYING,
    "UnderlyingUnitLastUnitID": Condition.UNDERLYING,
    "TransferringPartyID": Condition.ACQUISITION,
    "AcquiringPartyID": Condition.SENDING,
    "PurposeITMOUsedForOIMP": Condition.USE_OR_CANCELLATION,
    "Using/cancellingPartyID": Condition.USE_OR_CANCELLATION,
    "Using/cancellingEntityID": Condition.USE_OR_CANCELLATION,
    "YearITMOUsedTowardsNDC": Condition.USE,
}

# Filled in wherever the condition holds; the other conditional fields may stay NA.
_NEEDED = frozenset({"Non-GHGMetric", "QuantityNon-GHG", "OIMPAuthorized", "FirstTransferDefnForOIMP"}) | {
    "TransferringPartyID"
}


def _specified(field: Field) -> Specification:
    name = field.technical_name
    kind = _KINDS.get(name, Kind.CHOICE if field.nomenclature else Kind.TEXT)
    if field.filled_by_carp:
        kind, requiredness = Kind.PLATFORM, Requiredness.PLATFORM
    elif field.required:
        requiredness = Requiredness.MANDATORY
    else:
        requiredness = Requiredness.CONDITIONAL if name in _NEEDED else Requiredness.OPTIONAL
    return Specification(
        field=field,
        kind=kind,
        requiredness=requiredness,
        condition=_CONDITIONS.get(name, Condition.ALWAYS),
        values=tuple(str(each) for each in VALUE_LISTS.get(field.nomenclature, ())),
        note=NOTES[field.table].get(name, ""),
    )


SPECIFICATION: Mapping[Table, tuple[Specification, ...]] = MappingProxyType(
    {table: tuple(_specified(field) for field in FIELDS[table]) for table in Table}
)


@cache
def positions(table: Table) -> Mapping[str, int]:
    """Technical name -> place in a row, from 0."""
    return {field.technical_name: field.position - 1 for field in FIELDS[table]}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where the decision, the nomenclatures and others write a thing differently, and what the reader takes; `fields`
    are the technical names concerned, none where it is all of them."""

    topic: str
    annex: str
    nomenclatures: str
    others: str
    reader: str
    fields: tuple[str, ...] = ()


CONFLICTS = (
    Conflict(N_("Acquisition"), "Aquisition", "Acquisition", "", N_("both"), ("ActionType",)),
    Conflict(
        N_("Action date"),
        "dd/mm/yyyy",
        "yyyy-mm-ddThh:mm:ss.sssZ",
        "secretariat's prototype: dd/mm/yyyy",
        N_("both; a date without time leaves the order within the day open"),
        ("ActionDateTime",),
    ),
    Conflict(
        N_("First and last ID"),
        "the unique identifier of the ITMO",
        "integers",
        "secretariat's prototype: CA0001-CHE01-GHA-1,234-2023",
        N_("both, thousands commas allowed"),
        ("FirstID", "LastID"),
    ),
    Conflict(
        N_("Metric that is not a greenhouse gas"),
        "Non-GHG (tables 2, 4), non-GHG (table 3)",
        "non-GHG",
        "",
        N_("both"),
        ("Metric",),
    ),
    Conflict(
        N_("First transfer definition"),
        "Authorization; Issuance; Use or cancellation",
        "Authorisation; Issuance; Use or Cancellation",
        "secretariat's prototype: Use of cancellation",
        N_("all, and in any case"),
        ("FirstTransferDefnForOIMP",),
    ),
    Conflict(
        N_("Authorization ID"),
        "any text",
        "letters, digits, spaces, hyphens",
        "secretariat's prototype: also slashes and points",
        N_("letters, digits, spaces, hyphens, slashes, points"),
        ("AuthorizationID",),
    ),
    Conflict(
        N_("Authorized timeframe"),
        "a text",
        "2021 - 2030",
        "secretariat's prototype: Occurred: from ... to .... Use: from ... to ...",
        N_("all; of two time frames the first, in which outcomes occur"),
        ("AuthorizedTimeframe",),
    ),
    Conflict(
        N_("Action types"),
        "five",
        "seven: also Authorization, Voluntary Cancellation",
        "",
        N_("seven"),
        ("ActionType",),
    ),
    Conflict(
        N_("Mitigation type"),
        "Emission reductions; Removals",
        "also Emission reductions and removals",
        "",
        N_("three"),
        ("MitigationType",),
    ),
    Conflict(
        N_("Activity type(s)"),
        "a field of table 2",
        "required, and not applicable",
        "",
        N_("optional"),
        ("ActivityType",),
    ),
    Conflict(
        N_("Keys of JSON"),
        "none",
        "technical names",
        "CAD Trust v2: aefT3ActionsItmoFirstId and so on, with its slip aefT2AuthorizationsAuthoziedEntityId",
        N_("technical names, labels and CAD Trust's keys"),
    ),
)
