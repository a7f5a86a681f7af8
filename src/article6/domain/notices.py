"""Notices to sections: what a registry tells the people of a section without being asked, as codes with sentences."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from article6.domain.refusals import N_


class NoticeCode(StrEnum):
    """What a notice announces. Public and permanent, as refusals are."""

    CORRECTION_OPENED = "correction.opened"
    CORRECTION_PROPOSED = "correction.proposed"
    CORRECTION_CONFIRMED = "correction.confirmed"
    CORRECTION_REJECTED = "correction.rejected"
    CORRECTION_WITHDRAWN = "correction.withdrawn"
    CORRECTION_LAPSED = "correction.lapsed"
    ACCOUNT_STATUS = "account.status"
    AUTHORIZATION_CHANGED = "authorization.changed"
    AUTHORIZATION_REVOKED = "authorization.revoked"
    PROPOSAL_EXPIRED = "proposal.expired"
    TRANSFER_RECEIVED = "transfer.received"
    AMOUNTS_TOLD = "amounts.told"
    SUBMISSION_INCONSISTENT = "submission.inconsistent"
    SUBMISSION_CONSISTENT = "submission.consistent"
    SUBMISSION_WITHDRAWN = "submission.withdrawn"
    REVIEW_RECORDED = "review.recorded"


SENTENCES: Mapping[NoticeCode, str] = MappingProxyType(
    {
        NoticeCode.CORRECTION_OPENED: N_(
            "Corrective action %(case)s was opened on %(quantity)s units that concern you: %(finding)s (%(reason)s)."
        ),
        NoticeCode.CORRECTION_PROPOSED: N_(
            "Corrective action %(case)s: a remedy is proposed (%(remedy)s). A second administrator decides."
        ),
        NoticeCode.CORRECTION_CONFIRMED: N_(
            "Corrective action %(case)s was confirmed (%(remedy)s). Look at your accounts and at your reports."
        ),
        NoticeCode.CORRECTION_REJECTED: N_("Corrective action %(case)s was rejected: %(remark)s."),
        NoticeCode.CORRECTION_WITHDRAWN: N_("Corrective action %(case)s was withdrawn: %(remark)s."),
        NoticeCode.CORRECTION_LAPSED: N_(
            "Corrective action %(case)s: nobody decided on the proposal in time; its units are free again."
        ),
        NoticeCode.ACCOUNT_STATUS: N_("Account %(account)s is now %(status)s: %(reason)s."),
        NoticeCode.AUTHORIZATION_CHANGED: N_(
            "%(party)s changed authorization %(authorization)s, under which %(quantity)s units in your section stood: "
            "%(reason)s."
        ),
        NoticeCode.AUTHORIZATION_REVOKED: N_(
            "%(party)s revoked authorization %(authorization)s, under which %(quantity)s units in your section stood: "
            "%(reason)s."
        ),
        NoticeCode.PROPOSAL_EXPIRED: N_(
            "Transaction %(transaction)s was not decided in time; its units are free again."
        ),
        NoticeCode.TRANSFER_RECEIVED: N_(
            "%(quantity)s units came into account %(account)s from another Party (transaction %(transaction)s)."
        ),
        NoticeCode.AMOUNTS_TOLD: N_(
            "%(peer)s holds %(quantity)s units for you, told for account %(account)s (transfer %(transfer)s). "
            "Instruct it on what is to be done with them."
        ),
        NoticeCode.SUBMISSION_INCONSISTENT: N_(
            "The consistency check of %(submission)s found %(count)s inconsistencies that concern rows of yours "
            "(%(checks)s). Compare, and submit a revised report where yours is wrong."
        ),
        NoticeCode.SUBMISSION_CONSISTENT: N_(
            "%(submission)s was checked again: no inconsistencies are identified any more."
        ),
        NoticeCode.SUBMISSION_WITHDRAWN: N_("%(submission)s was withdrawn: %(reason)s."),
        NoticeCode.REVIEW_RECORDED: N_("Technical expert review of %(party)s (%(approach)s): %(status)s."),
    }
)
