"""What comes by time alone: deadlines pass, questions are asked, what the ledger released is closed."""

from __future__ import annotations

from datetime import UTC, datetime

from article6.services.exchange import desks, instructions, own_keys, publishing, reconciling, transfers
from article6.store import messages


def tick(now: datetime | None = None) -> int:
    """Do what is due; how many transfers and messages that concerned. Of a registry one process at a time does it."""
    moment = now or datetime.now(UTC)
    if not messages.try_turn("tick"):
        return 0
    try:
        lapsed = transfers.lapse(moment)
        if not own_keys.is_there(moment):
            return lapsed
        told = instructions.follow(moment) + publishing.publish(moment) + reconciling.daily(moment)
        return lapsed + told + desks.desk(moment).tick(moment)
    finally:
        messages.end_turn("tick")
