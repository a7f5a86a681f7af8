"""Who waits for messages hears of them when they are committed, wherever that was done; it looks by itself besides."""

from __future__ import annotations

from collections.abc import Iterator

from article6.store.database import connection

CHANNEL = "article6_exchange"
"""What is said there is `send PEER` (messages wait for a peer) or `handle PEER` (messages of a peer have come)."""


def listen() -> None:
    """Hear on this connection, until it is closed, what is said from now on."""
    connection().execute(f"LISTEN {CHANNEL}")


def heard(timeout_s: float) -> Iterator[str]:
    """What is said meanwhile; nothing is asked of the database."""
    for each in connection().notifies(timeout=timeout_s):
        yield each.payload
