"""What a movement of authorized units is in the agreed electronic format, for the Party that reports it.

Source: 4/CMA.6 paras 11-17 and annex II, table 3; 7/CMA.4 annex I paras 36, 39-41, 46.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from article6.domain import corrections, exchanges
from article6.domain.authorizations import FirstTransferDefinition, Purpose
from article6.reporting.aef_nomenclatures import ADAPTATION_FUND, ActionSubtype, ActionType
from article6.store.queries.aef import Movement

CROSSING = frozenset(
    {
        "international_transfer",
        "forwarding_international",
        "authorization_later_abroad",
        "transfer_proceeds",
        "correction",
        *exchanges.CROSSING,
    }
)
"""By these types units come from one Party's hands (or the Adaptation Fund's) into another's: both report."""

_TO_THE_FUND: Mapping[str, ActionSubtype] = MappingProxyType(
    {
        "share_of_proceeds": ActionSubtype.ADAPTATION_FUND_MANDATORY,
        "authorization_back_proceeds": ActionSubtype.ADAPTATION_FUND_MANDATORY,
        "transfer_adaptation": ActionSubtype.ADAPTATION_FUND_VOLUNTARY,
    }
)

GIVING = frozenset({"use_ndc", *_TO_THE_FUND})
"""What the Party reports from whose section units go; cancellations too."""

_OMGE = frozenset({"cancellation_omge", "cancellation_omge_voluntary", "authorization_back_omge"})

_BY_DEFINITION: Mapping[str, ActionSubtype] = MappingProxyType(
    {
        FirstTransferDefinition.AUTHORIZATION: ActionSubtype.AUTHORIZATION,
        FirstTransferDefinition.ISSUANCE: ActionSubtype.ISSUANCE,
        FirstTransferDefinition.USE_OR_CANCELLATION: ActionSubtype.USE_OR_CANCELLATION,
    }
)


def type_of(moved: Movement, party: str) -> tuple[ActionType, ActionSubtype | None]:
    """The action, and its subtype where it has one."""
    if moved.is_first_transfer and moved.block.party == party:
        return ActionType.FIRST_TRANSFER, _first_transfer_subtype(moved)
    if moved.type in CROSSING:
        return (ActionType.TRANSFER if moved.from_party == party else ActionType.ACQUISITION), None
    if moved.type in _TO_THE_FUND:
        return ActionType.TRANSFER, _TO_THE_FUND[moved.type]
    if moved.type == "use_ndc":
        return ActionType.USE, None
    if moved.type in _OMGE:
        return ActionType.CANCELLATION, _omge_subtype(moved)
    voluntary = moved.type == "cancellation_voluntary"
    type_ = ActionType.VOLUNTARY_CANCELLATION if voluntary else ActionType.CANCELLATION
    return type_, ActionSubtype.OTHER_CANCELLATIONS


def _first_transfer_subtype(moved: Movement) -> ActionSubtype:
    if moved.type in _TO_THE_FUND:
        return _TO_THE_FUND[moved.type]
    if moved.type in _OMGE:
        return _omge_subtype(moved)
    if moved.type == "authorization_later_abroad":
        # Of the two events at one moment the definition's comes first: the authorization makes the transfer one.
        by_definition = Purpose(moved.purposes).covers_oimp and moved.definition not in (
            None,
            FirstTransferDefinition.USE_OR_CANCELLATION,
        )
        return _BY_DEFINITION[moved.definition or ""] if by_definition else ActionSubtype.TO_ANOTHER_PARTY
    if moved.type in CROSSING:
        return ActionSubtype.TO_ANOTHER_PARTY
    return _BY_DEFINITION.get(moved.definition or "", ActionSubtype.NOT_YET_DEFINED)


def _omge_subtype(moved: Movement) -> ActionSubtype:
    # In a Party's section units are cancelled by choice, whatever the type is called; the levy leaves pending.
    is_levied = moved.type == "authorization_back_omge" or moved.from_type == "pending"
    return ActionSubtype.OMGE_MANDATORY if is_levied else ActionSubtype.OMGE_VOLUNTARY


def parties(moved: Movement, type_: ActionType) -> tuple[str | None, str | None]:
    """The transferring Party of an acquisition, the acquiring one of a transfer; the Adaptation Fund's code for it."""
    if type_ is ActionType.ACQUISITION:
        return (ADAPTATION_FUND if moved.type == "transfer_proceeds" else moved.from_party or None), None
    if moved.type in _TO_THE_FUND:
        return None, ADAPTATION_FUND
    return None, (moved.to_party or None) if moved.type in CROSSING else None


def purpose(moved: Movement) -> str | None:
    """The purpose, other than an NDC, for which units were used or cancelled; an NDC shows in the year of use."""
    if moved.type in ("cancellation_oimp", "cancellation_voluntary"):
        purpose, sub_purpose = moved.terms.get("purpose"), moved.terms.get("sub_purpose")
        return f"{purpose}: {sub_purpose}" if purpose and sub_purpose else purpose
    return "OMGE" if moved.type in _OMGE else None


def remarks(moved: Movement) -> str | None:
    """For whom units were cancelled, where that is recorded; which corrective action an action is part of."""
    if moved.type in corrections.TYPES:
        told = {"case": moved.terms.get("case"), "reason": moved.terms.get("reason")}
        return _("Corrective action %(case)s: %(reason)s") % told
    beneficiary = moved.terms.get("beneficiary")
    return _("Beneficiary: %(name)s") % {"name": beneficiary} if beneficiary else None
