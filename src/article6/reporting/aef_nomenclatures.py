"""Value lists of the AEF: the common nomenclatures under Article 6, paragraph 2, of 17 February 2026.

Spelling is the source's, also where it is odd ("C02 usage" has a digit zero; one list says Authorisation),
because values are compared exactly. Where 4/CMA.6 annex II prints another spelling, `spelled` gives the one
of the profile.

Source: UNFCCC, List of common nomenclatures under Article 6, paragraph 2, 17 February 2026, as transcribed
in the open-source national carbon registry of UNDP (second hand; the original was not seen).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from article6.domain.authorizations import FirstTransferDefinition, Purpose

NOT_APPLICABLE = "NA"
ADAPTATION_FUND = "AF"
"""Where a Party's code would stand. The notes to 4/CMA.6 annex II ask for an identifier from the common nomenclatures;
the transcription has none, so this one is ours."""

ADOPTED = "2026-02-17"


class Profile(StrEnum):
    """Which of the disagreeing sources a report follows: the platform's nomenclatures or the annex. That of CAD Trust
    is the platform's, with CAD Trust's keys in JSON.
    """

    CARP_2026_02 = "carp-2026-02"
    CMA6_ANNEX = "cma6-annex"
    CAD_TRUST_V2 = "cad-trust-v2"


class Metric(StrEnum):
    """Nomenclature table 12."""

    GHG = "GHG"
    NON_GHG = "non-GHG"


class ActionType(StrEnum):
    """Nomenclature table 25."""

    AUTHORIZATION = "Authorization"
    FIRST_TRANSFER = "First transfer"
    TRANSFER = "Transfer"
    ACQUISITION = "Acquisition"
    USE = "Use"
    CANCELLATION = "Cancellation"
    VOLUNTARY_CANCELLATION = "Voluntary Cancellation"


class ActionSubtype(StrEnum):
    """Nomenclature table 26."""

    TO_ANOTHER_PARTY = "First transfer to another Party"
    AUTHORIZATION = "Authorization"
    ISSUANCE = "Issuance"
    USE_OR_CANCELLATION = "Use or cancellation"
    ADAPTATION_FUND_MANDATORY = "Mandatory transfer to the Adaptation Fund (A6.4 ERs)"
    ADAPTATION_FUND_VOLUNTARY = "Voluntary transfer to the Adaptation Fund (A6.4 ERs)"
    OMGE_MANDATORY = "Mandatory cancellation to deliver OMGE"
    OMGE_VOLUNTARY = "Voluntary cancellation to deliver OMGE"
    OTHER_CANCELLATIONS = "Other cancellations"
    NOT_YET_DEFINED = "Not yet defined"


class MitigationType(StrEnum):
    """Nomenclature table 36; the annex has no value for both."""

    REDUCTIONS = "Emission reductions"
    REMOVALS = "Removals"
    REDUCTIONS_AND_REMOVALS = "Emission reductions and removals"


_CANCELLATION_SUBTYPES = (
    ActionSubtype.OMGE_MANDATORY,
    ActionSubtype.OMGE_VOLUNTARY,
    ActionSubtype.OTHER_CANCELLATIONS,
    ActionSubtype.NOT_YET_DEFINED,
)

SUBTYPES: Mapping[ActionType, tuple[ActionSubtype, ...]] = MappingProxyType(
    {
        ActionType.FIRST_TRANSFER: (
            ActionSubtype.TO_ANOTHER_PARTY,
            ActionSubtype.AUTHORIZATION,
            ActionSubtype.ISSUANCE,
            ActionSubtype.USE_OR_CANCELLATION,
            *_CANCELLATION_SUBTYPES,
        ),
        ActionType.TRANSFER: (
            ActionSubtype.ADAPTATION_FUND_MANDATORY,
            ActionSubtype.ADAPTATION_FUND_VOLUNTARY,
            ActionSubtype.NOT_YET_DEFINED,
        ),
        ActionType.CANCELLATION: _CANCELLATION_SUBTYPES,
        ActionType.VOLUNTARY_CANCELLATION: _CANCELLATION_SUBTYPES,
    }
)

SECTORS = (
    "Agriculture",
    "Building and construction",
    "Cross-sectoral mechanisms",
    "Energy generation",
    "Forestry and land use",
    "Industrial processes",
    "Transportation",
    "Urban development",
    "Waste management",
)

ACTIVITY_TYPES = (
    "Afforestation",
    "Agriculture",
    "Biogas",
    "Biomass Energy",
    "Cement",
    "C02 usage",
    "Coal bed/mine methane",
    "Energy distribution",
    "Energy Efficiency households",
    "Energy Efficiency Industry",
    "Energy Efficiency own generation",
    "Energy Efficiency service",
    "Energy Efficiency supply side",
    "Fossil fuel switch",
    "Fugitive",
    "Geothermal",
    "Hydro",
    "Landfill gas",
    "Methane avoidance",
    "N2O",
    "PFCs and SF6",
    "Reforestation",
    "Solar",
    "Tidal",
    "Transport",
    "Waste",
    "Wind",
)

UNDERLYING_REGISTRIES = (
    "VCS",
    "GS",
    "CAR",
    "ACR",
    "ART",
    "GCC",
    "Cercarbono",
    "Isometric",
    "ISFL",
    "FCPF",
    "T-VER",
    "JCM",
)

# The meaning of most of these codes was not in the source: 200 is use towards the NDC.
ACCOUNT_TYPES = ("100", "200", "210", "300", "310", "320", "330")
UNIT_TYPES = ("1", "2", "3", "4", "5", "6")

# First transfer definitions, nomenclature table 22. The domain keeps them by its own codes.
_PLATFORM: Mapping[StrEnum, str] = {
    FirstTransferDefinition.AUTHORIZATION: "Authorisation",
    FirstTransferDefinition.ISSUANCE: "Issuance",
    FirstTransferDefinition.USE_OR_CANCELLATION: "Use or Cancellation",
}

VALUE_LISTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "metric": tuple(Metric),
        "sectors": SECTORS,
        "purposeForAuthorization": tuple(Purpose),
        "firstTransferDefnForOimp": tuple(_PLATFORM.values()),
        "actionType": tuple(ActionType),
        "actionSubtype": tuple(ActionSubtype),
        "underlyingUnitRegistryId": UNDERLYING_REGISTRIES,
        "mitigationType": tuple(MitigationType),
        "activityType": ACTIVITY_TYPES,
        "accountType": ACCOUNT_TYPES,
        "unitType": UNIT_TYPES,
    }
)

# 4/CMA.6 annex II knows five action types and prints one of them with a slip of the pen, which the profile
# keeps.
_ANNEX: Mapping[StrEnum, str] = {
    FirstTransferDefinition.AUTHORIZATION: "Authorization",
    FirstTransferDefinition.ISSUANCE: "Issuance",
    FirstTransferDefinition.USE_OR_CANCELLATION: "Use or cancellation",
    ActionType.ACQUISITION: "Aquisition",
    ActionType.VOLUNTARY_CANCELLATION: "Cancellation",
}

# Other spellings of the same values: the annex's, and those of the secretariat's prototype.
ALSO_SPELLED: Mapping[str, str] = MappingProxyType(
    {
        "Aquisition": ActionType.ACQUISITION,
        "Non-GHG": Metric.NON_GHG,
        "Authorization": _PLATFORM[FirstTransferDefinition.AUTHORIZATION],
        "Use or cancellation": _PLATFORM[FirstTransferDefinition.USE_OR_CANCELLATION],
        "Use of cancellation": _PLATFORM[FirstTransferDefinition.USE_OR_CANCELLATION],
        "CO2 usage": "C02 usage",
    }
)


def spelled(value: StrEnum, profile: Profile) -> str:
    """The value as the profile writes it. The metric depends on the table too: see `spelled_metric`."""
    spelling = _ANNEX if profile is Profile.CMA6_ANNEX else _PLATFORM
    return spelling.get(value, value.value)


def spelled_metric(value: Metric, profile: Profile, *, in_actions: bool) -> str:
    """The metric; the annex writes "Non-GHG" in tables 2 and 4, but "non-GHG" in table 3."""
    if profile is Profile.CMA6_ANNEX and value is Metric.NON_GHG and not in_actions:
        return "Non-GHG"
    return value.value
