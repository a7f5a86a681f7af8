"""The messages about transfers, and what handles each: the subject that every desk has."""

from __future__ import annotations

from types import MappingProxyType

from article6.exchange import acquiring, sending
from article6.exchange.message_types import Type
from article6.exchange.turns import Subject

TRANSFERS = Subject(
    handlers=MappingProxyType({
        Type.TRANSFER_PROPOSED: acquiring.proposed,
        Type.TRANSFER_ACCEPTED: sending.accepted,
        Type.TRANSFER_REJECTED: sending.rejected,
        Type.TRANSFER_COMPLETED: acquiring.completed,
        Type.TRANSFER_TOLD: acquiring.completed,
        Type.TRANSFER_CONFIRMED: sending.confirmed,
        Type.TRANSFER_CANCELLED: acquiring.cancelled,
        Type.TRANSFER_STATUS_ASKED: sending.status_asked,
        Type.TRANSFER_STATUS_TOLD: acquiring.status_told,
    }),
    together=frozenset({
        Type.TRANSFER_PROPOSED, Type.TRANSFER_ACCEPTED, Type.TRANSFER_COMPLETED, Type.TRANSFER_CONFIRMED,
    }),
    not_taken=MappingProxyType({
        Type.TRANSFER_PROPOSED: sending.proposal_not_taken,
        Type.TRANSFER_COMPLETED: sending.completion_not_taken,
        Type.TRANSFER_TOLD: sending.completion_not_taken,
    }),
)  # fmt: skip
