"""The door through which a comparison with another registry goes on; what is added to it goes by `journal.insert`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from article6.store.database import refusals_translated, row


def go_on(peer: str, reconciliation_id: str, status: str, result: str, peer_result: str, at: datetime) -> None:
    """Give a comparison its next status and what was found.

    Raises:
        Refused: it has ended.
    """
    with refusals_translated():
        row(
            """UPDATE exchange_reconciliation SET status = %s, result = %s, peer_result = %s, changed_at = %s
               WHERE peer = %s AND reconciliation_id = %s RETURNING 1""",
            (status, result, peer_result, at, peer, reconciliation_id),
        )


def signed(
    of_id: int, by_us: bool, corrections: Sequence[Mapping[str, Any]], decided_by: str, message_id: str, at: datetime
) -> None:  # fmt: skip
    """Keep what a side signed about a case."""
    with refusals_translated():
        row(
            """INSERT INTO exchange_resolution (of_id, by_us, corrections, decided_by, message_id, at)
               VALUES (%s, %s, %s, %s, %s, %s) RETURNING 1""",
            (of_id, by_us, Jsonb([dict(each) for each in corrections]), decided_by, message_id, at),
        )
