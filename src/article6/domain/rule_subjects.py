"""What each built-in rule applies to, for the published table of rules; those not named apply to every transaction."""

from collections.abc import Mapping
from types import MappingProxyType

from article6.domain.refusals import N_, Code

EVERY = N_("every transaction")
_INTERNATIONAL = N_("international transfers, use towards the NDC, other purposes, transfers to the Adaptation Fund")
_LAYING = N_("authorizing units")

APPLIES_TO: Mapping[Code, str] = MappingProxyType(
    {
        Code.AUTHORIZATION_UNKNOWN: _LAYING,
        Code.AUTHORIZATION_WOULD_REACH_BACK: N_("withdrawing an authorization from units"),
        Code.UNIT_NOT_AUTHORIZED: _INTERNATIONAL,
        Code.AUTHORIZATION_PARTY_NOT_COVERED: _INTERNATIONAL,
        Code.AUTHORIZATION_EXPIRED: N_("whatever uses or first transfers units that stand under an authorization"),
        Code.AUTHORIZATION_ENTITY_NOT_COVERED: N_("use for other purposes of units whose authorization names entities"),
        Code.USE_BY_OWN_PARTY: N_("use towards the NDC"),
        Code.USE_OUTSIDE_PERIOD: N_("use towards the NDC"),
        Code.CER_NOT_FIRST_NDC: N_("use of CERs towards the NDC"),
        Code.OMGE_NOT_ADJUSTED: N_("voluntary cancellation for overall mitigation in the mechanism registry"),
        Code.TRANSACTION_NOT_ALONE: N_("authorizing A6.4ERs in the mechanism registry"),
    }
)


def applies_to(code: Code) -> str:
    """What the rule with this code applies to, in English; the doors translate it."""
    return APPLIES_TO.get(code, EVERY)
