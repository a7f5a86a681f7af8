"""The types of messages, each with its version. A type once published keeps its meaning and its schema for ever."""

from __future__ import annotations

from enum import StrEnum

from article6.exchange.envelope import TYPE_BASE
from article6.exchange.problems import Objection, Problem, Rejected


class Type(StrEnum):
    """The types that this program reads and writes; the order is that of the reference page."""

    CONNECTION_OFFERED = "org.article6.connection.offered.v1"
    CONNECTION_AGREED = "org.article6.connection.agreed.v1"
    CONNECTION_TESTED = "org.article6.connection.tested.v1"
    CONNECTION_SUSPENDED = "org.article6.connection.suspended.v1"
    CONNECTION_RESUMED = "org.article6.connection.resumed.v1"
    CONNECTION_ENDED = "org.article6.connection.ended.v1"
    CONNECTION_KEY_ADDED = "org.article6.connection.key_added.v1"
    CLOCK_ASKED = "org.article6.clock.asked.v1"
    CLOCK_TOLD = "org.article6.clock.told.v1"
    TRANSFER_PROPOSED = "org.article6.transfer.proposed.v1"
    TRANSFER_ACCEPTED = "org.article6.transfer.accepted.v1"
    TRANSFER_REJECTED = "org.article6.transfer.rejected.v1"
    TRANSFER_CANCELLED = "org.article6.transfer.cancelled.v1"
    TRANSFER_COMPLETED = "org.article6.transfer.completed.v1"
    TRANSFER_CONFIRMED = "org.article6.transfer.confirmed.v1"
    TRANSFER_STATUS_ASKED = "org.article6.transfer.status_asked.v1"
    TRANSFER_STATUS_TOLD = "org.article6.transfer.status_told.v1"
    VIEW_ASKED = "org.article6.view.asked.v1"
    VIEW_TOLD = "org.article6.view.told.v1"
    INSTRUCTION_GIVEN = "org.article6.instruction.given.v1"
    INSTRUCTION_ANSWERED = "org.article6.instruction.answered.v1"
    RECORD_PUBLISHED = "org.article6.record.published.v1"
    RECONCILIATION_STARTED = "org.article6.reconciliation.started.v1"
    RECONCILIATION_TOTALS = "org.article6.reconciliation.totals.v1"
    RECONCILIATION_BLOCKS = "org.article6.reconciliation.blocks.v1"
    RECONCILIATION_TRAIL = "org.article6.reconciliation.trail.v1"
    RECONCILIATION_RESULT = "org.article6.reconciliation.result.v1"
    RECONCILIATION_RESOLVED = "org.article6.reconciliation.resolved.v1"
    CHECKPOINT_PUBLISHED = "org.article6.checkpoint.published.v1"
    CHECKPOINT_COSIGNED = "org.article6.checkpoint.cosigned.v1"
    LOG_KEY_ANNOUNCED = "org.article6.log.key_announced.v1"
    TRANSFER_TOLD = "org.article6.transfer.told.v1"


_WITHOUT_VERSION = frozenset(each.rpartition(".v")[0] for each in Type)


def known(message_type: str) -> Type:
    """The type of a message.

    Raises:
        Rejected: `message.version_unknown` where the type is known in another version, `message.type_unknown` else.
    """
    try:
        return Type(message_type)
    except ValueError as error:
        is_named = message_type.rpartition(".v")[0] in _WITHOUT_VERSION
        problem = Problem.MESSAGE_VERSION if is_named else Problem.MESSAGE_TYPE
        raise Rejected(Objection(problem, message_type.removeprefix(TYPE_BASE)[:80])) from error
