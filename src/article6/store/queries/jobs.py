"""What waits for the clockwork."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from article6.store.database import one


def overdue(now: datetime) -> tuple[int, datetime | None]:
    """Proposals in sight whose time is over and that did not expire yet, and when the first of them should have."""
    found: tuple[Any, ...] = one(
        "SELECT count(*), min(expires_at) FROM ledger_transaction WHERE status = 'proposed' AND expires_at <= %s",
        (now,),
    )
    return int(found[0]), found[1]
