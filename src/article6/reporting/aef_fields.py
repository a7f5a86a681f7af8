"""The 79 fields of the agreed electronic format, as data: one table drives every writer, the documentation
and the tests.

Labels, order and notes are those of 4/CMA.6 annex II; technical names, formats and requiredness those of
the common nomenclatures of 17 February 2026; `cad_trust_key` is the key under which CAD Trust's schema
(version 2) keeps the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType


class Table(Enum):
    """The five tables: number, heading in the sheet, name of the sheet (and CSV file), name in JSON."""

    SUBMISSION = (1, "Table 1: Submission", "Table 1 Submission", "submission")
    AUTHORIZATIONS = (2, "Table 2: Authorizations", "Table 2 Authorizations", "authorizations")
    ACTIONS = (3, "Table 3: Actions", "Table 3 Actions", "actions")
    HOLDINGS = (4, "Table 4: Holdings", "Table 4 Holdings", "holdings")
    ENTITIES = (5, "Table 5: Authorized entities", "Table 5 Auth. entities", "authorized_entities")

    def __init__(self, number: int, heading: str, sheet: str, key: str) -> None:
        self.number = number
        self.heading = heading
        self.sheet = sheet
        self.key = key


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `nomenclature` names a list of `aef_nomenclatures.VALUE_LISTS` (or cooperativeApproachId,
    which is registry data); `applies` says when the field applies, and the cell reads NA where it does not;
    `width` is in characters and ours.
    """

    technical_name: str
    label: str
    type: str
    required: bool = False
    format: str = ""
    nomenclature: str = ""
    applies: str = ""
    filled_by_carp: bool = False
    cad_trust_key: str = ""
    width: int = 16
    table: Table = Table.SUBMISSION
    position: int = 0


CARP_FIELD = "{Information in this field is populated by the CARP}"
CARP_LINK = "{Link to be produced by the CARP}"

_PARTY = "ISO 3166-1 alpha-3"
_PARTY_OR_FUND = "ISO 3166-1 alpha-3, or the identifier of the Adaptation Fund"
_DAY = "dd/mm/yyyy"
_AUTHORIZATION_ID = "^[A-Za-z0-9 -]+$"
_REGISTRY = "alpha-3 and two digits, as in VUT01"
_NON_GHG_ONLY = "only when the metric is non-GHG (else NA)"
_OIMP_ONLY = "only when the purpose includes OIMP, IMP or OP (else NA)"
_USE_OR_CANCELLATION = "only for Use, First transfer, Cancellation and Voluntary Cancellation (else NA)"
_UNDERLYING_ONLY = "NA if there is no underlying registry"

_SUBMISSION = (
    Field("ParticipatingParty", "Party", "string", True, _PARTY + " and reserved codes such as EUE"),
    Field("SubmissionVersion", "Version", "string", True, r"X.Y, first is 1.0  ^[1-9]\d*\.\d+$"),
    Field("ReportedYear", "Reported year", "integer", True, "1 January to 31 December of the year"),
    Field("DateOfSubmission", "Date of submission", "date", True, _DAY),
    Field("ReviewStatusOfInitialReport", "Review status of the initial report", "string", filled_by_carp=True),
    Field(
        "ResultOfConsistencyCheck",
        "Result of the consistency check of this AEF submission",
        "string",
        filled_by_carp=True,
    ),
    Field("FirstYearOfNDCPeriod", "First year of the NDC implementation period", "integer", True),
    Field("LastYearOfNDCPeriod", "Last year of the NDC implementation period", "integer", True),
    Field(
        "ReferenceToTerReport",
        "Reference to the Article 6 technical expert review report of the initial report",
        "string",
        format="hyperlink",
        filled_by_carp=True,
    ),
)

_APPROACH = Field(
    "CooperativeApproachID",
    "Cooperative approach ID",
    "string",
    True,
    "CANNNN",
    "cooperativeApproachId",
    width=13,
)
_AUTHORIZATION = Field("AuthorizationID", "Authorization ID", "string", True, _AUTHORIZATION_ID, width=18)
_METRIC = Field("Metric", "Metric", "string", True, nomenclature="metric", width=10)
_GWP = Field("GWPValues", "Applicable GWP value(s)", "string", applies="if non-CO2 gases are involved", width=24)
_NON_GHG = Field("Non-GHGMetric", "Applicable non-GHG metric", "string", applies=_NON_GHG_ONLY)
_REMARKS = Field("AdditionalExplanatoryInformation", "Additional explanatory information", "string", width=34)

_AUTHORIZATIONS = (
    _AUTHORIZATION,
    Field("DateOfAuthorization", "Date of authorization", "date", True, _DAY, width=13),
    _APPROACH,
    Field("AuthorizationVersion", "Version of the authorization", "integer", True, width=13),
    Field("AuthorizedQuantity", "Authorized quantity", "integer", format="optional maximum"),
    _METRIC,
    _GWP,
    _NON_GHG,
    Field("Sectors", "Sector(s)", "string", True, nomenclature="sectors", width=22),
    Field(
        "ActivityType",
        "Activity type(s)",
        "string",
        nomenclature="activityType",
        applies="sources contradict each other on required and applicable",
        width=22,
    ),
    Field(
        "PurposeForAuthorization",
        "Purposes for authorization",
        "string",
        True,
        nomenclature="purposeForAuthorization",
    ),
    Field("AuthorizedPartyIDs", "Authorized Party(ies) ID", "string", format=_PARTY),
    Field("AuthorizedEntityIDs", "Authorized entity(ies) ID", "string", width=22),
    Field("OIMPAuthorized", "OIMP authorized by the Party", "string", applies=_OIMP_ONLY, width=20),
    Field("AuthorizedTimeframe", "Authorized timeframe", "string", format="dddd - dddd"),
    Field("AuthorizationT&Cs", "Authorization terms and conditions", "string", width=34),
    Field(
        "AuthorizationDocumentation",
        "Authorization documentation",
        "string",
        format="hyperlink",
        filled_by_carp=True,
    ),
    Field(
        "FirstTransferDefnForOIMP",
        "First transfer definition for OIMP",
        "string",
        nomenclature="firstTransferDefnForOimp",
        applies=_OIMP_ONLY,
        width=18,
    ),
    _REMARKS,
)

_FIRST_PARTY = Field("FirstTransferringPartyID", "First transferring participating Party ID", "string", True, _PARTY)
_ITMO_REGISTRY = Field("PartyITMORegistryID", "Party ITMO registry ID", "string", True, _REGISTRY, width=13)
_ITMO_IDS = (
    Field("FirstID", "First ID", "integer", True, "first number of the ITMO block", width=14),
    Field("LastID", "Last ID", "integer", True, "last number of the ITMO block", width=14),
)
_UNDERLYING = (
    Field(
        "UnderlyingUnitRegistryID",
        "Underlying unit registry ID",
        "string",
        nomenclature="underlyingUnitRegistryId",
        applies=_UNDERLYING_ONLY,
    ),
    Field("UnderlyingUnitFirstUnitID", "First unit ID", "integer", applies=_UNDERLYING_ONLY, width=14),
    Field("UnderlyingUnitLastUnitID", "Last unit ID", "integer", applies=_UNDERLYING_ONLY, width=14),
)
_AMOUNTS = (
    _METRIC,
    _GWP,
    _NON_GHG,
    Field("QuantityCO2", "Quantity (t CO2 eq)", "number", True, width=14),
    Field("QuantityNon-GHG", "Quantity (in non-GHG metric)", "string", applies=_NON_GHG_ONLY),
)
_KIND = (
    Field("MitigationType", "Mitigation type", "string", True, nomenclature="mitigationType", width=20),
    Field(
        "Vintage",
        "Vintage",
        "integer",
        True,
        "calendar year in which the mitigation outcome occurred",
        width=10,
    ),
)

_ACTIONS = (
    Field(
        "ActionDateTime",
        "Action date",
        "datetime",
        True,
        "ISO 8601 UTC yyyy-mm-ddThh:mm:ss.sssZ (the annex prints dd/mm/yyyy)",
        width=26,
    ),
    Field("ActionType", "Action type", "string", True, nomenclature="actionType"),
    Field(
        "ActionSubtype",
        "Action subtype",
        "string",
        nomenclature="actionSubtype",
        applies="depends on the action type",
        width=30,
    ),
    _APPROACH,
    _AUTHORIZATION,
    _FIRST_PARTY,
    _ITMO_REGISTRY,
    *_ITMO_IDS,
    *_UNDERLYING,
    *_AMOUNTS,
    *_KIND,
    Field(
        "TransferringPartyID",
        "Transferring participating Party ID",
        "string",
        format=_PARTY_OR_FUND,
        applies="only for Acquisition (else NA)",
    ),
    Field(
        "AcquiringPartyID",
        "Acquiring participating Party ID",
        "string",
        format=_PARTY_OR_FUND,
        applies="only for First transfer and Transfer (else NA)",
    ),
    Field(
        "PurposeITMOUsedForOIMP",
        "Purpose for which the ITMO has been used towards or cancelled for OIMP",
        "string",
        applies=_USE_OR_CANCELLATION,
        width=26,
    ),
    Field(
        "Using/cancellingPartyID",
        "Using/cancelling participating Party ID",
        "string",
        format=_PARTY,
        applies=_USE_OR_CANCELLATION,
        width=18,
    ),
    Field(
        "Using/cancellingEntityID",
        "Using/cancelling authorized entity ID",
        "string",
        applies=_USE_OR_CANCELLATION,
        width=22,
    ),
    Field(
        "YearITMOUsedTowardsNDC",
        "Calendar year for which the ITMOs are used towards the Party's NDC",
        "integer",
        applies="only for Use towards the NDC (else NA)",
        width=22,
    ),
    Field(
        "ResultOfConsistencyChecks",
        "Result of the consistency checks",
        "string",
        filled_by_carp=True,
        width=22,
    ),
    _REMARKS,
)

_HOLDINGS = (
    _APPROACH,
    _AUTHORIZATION,
    _FIRST_PARTY,
    _ITMO_REGISTRY,
    *_ITMO_IDS,
    *_UNDERLYING,
    *_AMOUNTS,
    *_KIND,
)

_ENTITIES = (
    Field("DateOfAuthorization", "Date of the authorization", "date", True, _DAY, width=14),
    Field("AuthorizedEntityName", "Name", "string", True, width=34),
    Field("AuthorizedEntityCountryOfIncorporation", "Country of incorporation", "string", True, _PARTY),
    Field(
        "AuthorizedEntityID",
        "Identification number",
        "string",
        True,
        "number in the country of incorporation",
        width=22,
    ),
    _APPROACH,
    Field("AuthorizedEntityConditions", "Conditions", "string", width=34),
    Field("AuthorizedEntityChangeConditions", "Change and revocation conditions", "string", width=34),
    _REMARKS,
)

_CAD_TRUST = {
    Table.SUBMISSION: (
        "aefT1Submission",
        "Party Version ReportYear SubmissionDate ReviewStatus ResultCheck NdcFirstYear "
        "NdcLastYear ReferenceReviewReport",
    ),
    # "AuthoziedEntityId" is CAD Trust's spelling.
    Table.AUTHORIZATIONS: (
        "aefT2Authorizations",
        "Id Date CooperativeApproachId Version Quantity Metric GwpValue "
        "ApplicableNonGhgMetric Sector ActivityType PurposesForAuthorization "
        "AuthorizedPartyId AuthoziedEntityId OimpAuthorizedParty AuthorizedTimeframe "
        "AuthorizationTerms AuthorizationDocumentation FirstTransferDefinitionOimp "
        "AdditionalInformation",
    ),
    Table.ACTIONS: (
        "aefT3Actions",
        "Date Type Subtype CooperativeApproachId AuthorizationId FirstTransferringPartyId "
        "PartyItmoRegistryId ItmoFirstId ItmoLastId UnitRegistryId UnitFirstId UnitLastId "
        "Metric GwpValue ApplicableNonGhgMetric QuantityTCo2 QuantityNonGhg MitigationType "
        "VintageYear TransferringPartyId AcquiringPartyId PurposeOfUseOimp "
        "UsingParticipatingPartyId UsingAuthorizedEntityId ItmoUsedYear "
        "ConsistencyCheckResult AdditionalInformation",
    ),
    Table.HOLDINGS: (
        "aefT4Holdings",
        "CooperativeApproachId AuthorizationId FirstTransferringPartyId PartyItmoRegistryId "
        "ItmoFirstId ItmoLastId UnitRegistryId UnitFirstId UnitLastId Metric GwpValue "
        "ApplicableNonGhgMetric QuantityTCo2 QuantityNonGhg MitigationType VintageYear",
    ),
    Table.ENTITIES: (
        "aefT5AuthorizedEntities",
        "AuthorizationDate Name IncorporationCountry Id CooperativeApproachId Conditions "
        "ChangeConditions AdditionalInformation",
    ),
}


def _placed(table: Table, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    prefix, keys = _CAD_TRUST[table]
    return tuple(
        replace(field, table=table, position=position, cad_trust_key=prefix + key)
        for position, (field, key) in enumerate(zip(fields, keys.split(), strict=True), start=1)
    )


FIELDS: Mapping[Table, tuple[Field, ...]] = MappingProxyType(
    {
        Table.SUBMISSION: _placed(Table.SUBMISSION, _SUBMISSION),
        Table.AUTHORIZATIONS: _placed(Table.AUTHORIZATIONS, _AUTHORIZATIONS),
        Table.ACTIONS: _placed(Table.ACTIONS, _ACTIONS),
        Table.HOLDINGS: _placed(Table.HOLDINGS, _HOLDINGS),
        Table.ENTITIES: _placed(Table.ENTITIES, _ENTITIES),
    }
)
