"""What the specification of the agreed electronic format says of a field, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from article6.domain.refusals import N_
from article6.reporting.aef_specification import Condition, Kind, Requiredness

REQUIREDNESS: Mapping[Requiredness, str] = MappingProxyType(
    {
        Requiredness.MANDATORY: N_("Required"),
        Requiredness.CONDITIONAL: N_("Required where it applies"),
        Requiredness.OPTIONAL: N_("Optional"),
        Requiredness.PLATFORM: N_("Left to the platform"),
    }
)

CONDITIONS: Mapping[Condition, str] = MappingProxyType(
    {
        Condition.ALWAYS: N_("in every row"),
        Condition.NON_GHG: N_("where the metric is no greenhouse gas; else NA"),
        Condition.OIMP: N_("where the purpose includes other international mitigation purposes; else NA"),
        Condition.UNDERLYING: N_("where the units stand for units of an underlying registry; else NA"),
        Condition.ACQUISITION: N_("for acquisitions; else NA"),
        Condition.SENDING: N_("for transfers and first transfers; else NA"),
        Condition.USE_OR_CANCELLATION: N_("for use, first transfer and cancellation; else NA"),
        Condition.USE: N_("for use towards an NDC; else NA"),
    }
)

KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TEXT: N_("a text"),
        Kind.PARTY: N_("a Party, by its code of three letters, as in GHA"),
        Kind.COUNTRY: N_("a country, by its code of three letters, as in GHA"),
        Kind.PARTIES: N_("Parties, by their codes of three letters, with semicolons between them"),
        Kind.PARTY_OR_FUND: N_("a Party, by its code of three letters, or the Adaptation Fund: AF"),
        Kind.VERSION: N_("a version: two whole numbers with a point between them, the first one being 1.0"),
        Kind.YEAR: N_("a year, as in 2025"),
        Kind.YEARS: N_("first and last year, as in 2021 - 2030"),
        Kind.DATE: N_("a date, as in 31/12/2025"),
        Kind.MOMENT: N_("a date with its time in UTC"),
        Kind.WHOLE: N_("a whole number"),
        Kind.QUANTITY: N_("a whole number of t CO2 eq"),
        Kind.DECIMAL: N_("a number, with decimals where there are any"),
        Kind.APPROACH: N_("a cooperative approach: CA and four digits"),
        Kind.AUTHORIZATION: N_("an authorization, by the identifier that its Party gave it"),
        Kind.REGISTRY: N_("a registry: a Party's code and two digits, as in VUT01"),
        Kind.ITMO: N_("the first or last number of a block, or the whole identifier"),
        Kind.UNIT: N_("a unit of the underlying registry, by that registry's identifier"),
        Kind.CHOICE: N_("one of the list"),
        Kind.CHOICES: N_("one or several of the list, with semicolons between them"),
        Kind.PLATFORM: N_("nothing: the centralized accounting and reporting platform fills it in"),
    }
)
