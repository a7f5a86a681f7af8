"""The notes to the five tables of 4/CMA.6 annex II, field by field, as the decision prints them (shortened where it
repeats itself)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from article6.reporting.aef_fields import Table

_NO_UNDERLYING = (
    "This field should be reported as 'Not applicable' (NA) if the cooperative approach does not use an underlying "
    "cooperative approach registry."
)
_GWP = (
    "If the mitigation outcome involves a non-CO2 greenhouse gas(es), the global warming potential (GWP) value(s) "
    "applied, consistent with the relevant CMA decisions (e.g. '100-year values from 5th assessment report by the "
    "IPCC')."
)
_NON_GHG = (
    "Type of non-GHG metric applied (e.g. 'megawatt hours of renewable electricity generation'). This field should be "
    "reported as 'Not applicable' (NA) if the ITMOs are in a GHG metric."
)
_ELSE_NA = "In other cases, this field is reported as 'Not applicable' (NA)."
_ADDITIONAL = "This field is optional. The Party may use this field to provide any additional information."
_APPROACH = "Unique identifier of the cooperative approach as per common nomenclatures."
_AUTHORIZATION = "Authorization ID as assigned by the reporting Party."

_BLOCK: Mapping[str, str] = {
    "CooperativeApproachID": _APPROACH,
    "AuthorizationID": _AUTHORIZATION,
    "FirstTransferringPartyID": "Unique identifier of the participating Party in which the authorized mitigation "
    "outcome "
    "occurred as per common nomenclatures.",
    "FirstID": "Refers to the first unique identifier of the ITMO block; the unique identifier of the ITMO as per "
    "decision "
    "6/CMA.4, annex I, para. 5.",
    "LastID": "Refers to the last unique identifier of the ITMO block.",
    "UnderlyingUnitRegistryID": "Unique identifier of the underlying cooperative approach registry as per common "
    f"nomenclatures. {_NO_UNDERLYING}",
    "UnderlyingUnitFirstUnitID": f"Refers to the first unique identifier of the underlying unit block. "
    f"{_NO_UNDERLYING}",
    "UnderlyingUnitLastUnitID": f"Refers to the last unique identifier of the underlying unit block. {_NO_UNDERLYING}",
    "GWPValues": _GWP,
    "Non-GHGMetric": _NON_GHG,
    "QuantityCO2": "Quantity of ITMOs in tons of CO2 equivalent.",
    "QuantityNon-GHG": "Quantity of ITMOs in the respective non-GHG metric. This field should be reported as 'Not "
    "applicable' (NA) if the ITMOs are in a GHG metric.",
    "Vintage": "Calendar year in which the mitigation outcome occurred.",
}

_SUBMISSION: Mapping[str, str] = {
    "ParticipatingParty": "Reporting Party as per common nomenclatures.",
    "ReportedYear": "The annual period from 1 January to 31 December during which actions occurred.",
    "ReviewStatusOfInitialReport": "Review status as per paragraph 37. This field is populated by the CARP as a "
    "result of "
    "the review of the initial report.",
    "ResultOfConsistencyCheck": "Result of the consistency check as per paragraph 29. Information in this field is "
    "populated by the CARP as a result of the consistency check procedure.",
    "ReferenceToTerReport": "Hyperlink to the Article 6 technical expert review report of the initial report. This "
    "field "
    "is populated by the CARP as a result of the review of the initial report.",
}

_AUTHORIZATIONS: Mapping[str, str] = {
    "AuthorizationID": _AUTHORIZATION,
    "DateOfAuthorization": "Date on which the authorization was issued.",
    "CooperativeApproachID": _APPROACH,
    "AuthorizedQuantity": "This field is optional. It may be used to specify the maximum quantity of mitigation "
    "outcomes "
    "that are authorized for use towards an NDC and/or OIMP.",
    "GWPValues": _GWP,
    "Non-GHGMetric": _NON_GHG,
    "Sectors": "Sector(s) in which the mitigation outcome occurred as per common nomenclatures.",
    "ActivityType": "Description of the mitigation activity type(s) as per common nomenclatures.",
    "AuthorizedPartyIDs": "Parties may authorize mitigation outcomes for use by any Party or for a specific "
    "Party(ies). "
    "Where a specific Party(ies) is specified, the unique identifier of that Party(ies) is entered here as per common "
    "nomenclatures.",
    "AuthorizedEntityIDs": "Unique identifier of the entities that are authorized as per common nomenclatures, if "
    "applicable.",
    "OIMPAuthorized": "This field is only applicable if the authorization is for OIMP. This field specifies the other "
    "international mitigation purpose (OIMP), which may be an international mitigation purpose (IMP) or other purpose "
    "(OP). The specific purpose (e.g. use under the Carbon Offsetting and Reduction Scheme for International "
    "Aviation) is "
    "entered in this field.",
    "AuthorizedTimeframe": "This field is optional. It may be filled to specify the timeframe for which mitigation "
    "outcomes "
    "may occur (e.g. from 2021 to 2030) that are covered under the authorization and/or the time frame in which the "
    "mitigation outcomes may be used (e.g. from 2021 to 2030).",
    "AuthorizationT&Cs": "This field is optional. It may be completed to specify the terms and conditions under "
    "which the "
    "authorization is provided.",
    "AuthorizationDocumentation": "This field is populated by the CARP and includes a hyperlink to the relevant "
    "documentation for this authorization.",
    "FirstTransferDefnForOIMP": "This field is only applicable to authorizations for use towards OIMP. This field "
    "specifies "
    "the first transfer definition used by the Party pursuant to decision 2/CMA.3, annex, para. 2(b). In other "
    "cases, this "
    "field is reported as 'Not applicable' (NA).",
    "AdditionalExplanatoryInformation": _ADDITIONAL,
}

_ACTIONS: Mapping[str, str] = {
    **_BLOCK,
    "ActionDateTime": "Date on which the action was executed in the Party ITMO registry.",
    "ActionType": "Action type as per decision 2/CMA.3, annex, para. 20(a).",
    "PartyITMORegistryID": "Unique identifier of the Party ITMO registry in which the reported action has been "
    "tracked as "
    "per common nomenclatures.",
    "TransferringPartyID": "Unique identifier of the transferring participating Party or, where the transfer occurs "
    "from "
    "the Adaptation Fund to a Party, a unique identifier for the Adaptation Fund, as per common nomenclatures. This "
    "field "
    f"is only applicable to the action type 'acquisition'. {_ELSE_NA}",
    "AcquiringPartyID": "Unique identifier of the acquiring participating Party, or where the acquisition occurs by "
    "the "
    "Adaptation Fund, a unique identifier for the Adaptation Fund, as per common nomenclatures. This field is "
    "applicable to "
    f"the actions type 'first transfer' and 'transfer'. {_ELSE_NA}",
    "PurposeITMOUsedForOIMP": "This field is completed to specify the purpose for which the ITMO has been first "
    "transferred "
    "for use towards international mitigation purposes (IMP), cancelled for other purposes (OP) or cancelled for "
    "purposes "
    "referred to in paragraph 20(a), annex, decision 2/CMA.3. This field is only applicable to the action types 'use', "
    f"'first transfer' and 'cancellation'. {_ELSE_NA}",
    "Using/cancellingPartyID": "Unique identifier of the using or cancelling participating Party as per common "
    f"nomenclatures. This field is only applicable to report a use for IMP or cancellation for OP. {_ELSE_NA}",
    "Using/cancellingEntityID": "Unique identifier of the using or cancelling authorized entity as per common "
    "nomenclatures. This field is only applicable to report the use or cancellation of authorized mitigation "
    "outcomes or "
    f"ITMOs by authorized entities. {_ELSE_NA}",
    "YearITMOUsedTowardsNDC": "The calendar year for which the ITMOs are used towards an NDC. This field is only "
    "applicable "
    f"for use of ITMOs towards the Party's NDC. {_ELSE_NA}",
    "ResultOfConsistencyChecks": "Shows the result of the consistency check on the reported action as per decision "
    "2/CMA.3, annex, para. 33(a). Information in this field is populated by the CARP as a result of the consistency "
    "check "
    "procedure.",
    "AdditionalExplanatoryInformation": _ADDITIONAL,
}

_HOLDINGS: Mapping[str, str] = {
    **_BLOCK,
    "PartyITMORegistryID": "Unique identifier of the Party ITMO registry in which the ITMOs are held.",
}

_ENTITIES: Mapping[str, str] = {
    "DateOfAuthorization": "Date on which the authorization was issued.",
    "AuthorizedEntityID": "Identification number in the country of incorporation.",
    "CooperativeApproachID": _APPROACH,
    "AuthorizedEntityConditions": "This field is optional. The conditions under which the authorization was "
    "provided, as "
    "applicable.",
    "AuthorizedEntityChangeConditions": "This field is optional. Whether the authorization could be changed or "
    "revoked and "
    "under which conditions.",
    "AdditionalExplanatoryInformation": _ADDITIONAL,
}

NOTES: Mapping[Table, Mapping[str, str]] = MappingProxyType(
    {
        Table.SUBMISSION: _SUBMISSION,
        Table.AUTHORIZATIONS: _AUTHORIZATIONS,
        Table.ACTIONS: _ACTIONS,
        Table.HOLDINGS: _HOLDINGS,
        Table.ENTITIES: _ENTITIES,
    }
)
