"""How large, how deep, how late and how often: the limits of the exchange. Both sides of a connection keep the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from article6.domain.canonical import DEPTH_LIMIT

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits as the protocol has them; a registry may change the deadline and the waits between attempts.

    `message_bytes` counts the compact JWS, `batch_bytes` the body of a request. `gap` is by how much a number may be
    ahead of the one up to which all have come. `skew` is how far a sender's clock may be ahead. `key_grace` is how long
    after the end of its key a message may arrive that was signed before. `retry_first` doubles up to `retry_most`.
    After `ask_after` without news an acquirer asks the sender about a transfer that it accepted, and so on.
    `peer_messages_per_minute` is what one peer may send before it is told to wait.
    """

    batch_messages: int = 100
    batch_bytes: int = 8 * MIB
    message_bytes: int = 4 * MIB
    transfer_blocks: int = 1_000
    nesting: int = DEPTH_LIMIT
    gap: int = 10_000
    skew: timedelta = timedelta(minutes=5)
    key_grace: timedelta = timedelta(days=30)
    deadline: timedelta = timedelta(hours=24)
    ask_after: timedelta = timedelta(hours=1)
    retry_first: timedelta = timedelta(seconds=1)
    retry_most: timedelta = timedelta(hours=1)
    peer_messages_per_minute: int = 60_000

    def wait(self, failures: int, spread: float = 1.0) -> timedelta:
        """How long to wait before the next attempt after so many failures in a row.

        `spread` in [0, 1] takes up to half of the wait away, so that many senders do not come back at one moment.
        """
        if failures <= 0:
            return timedelta()
        longest: timedelta = min(self.retry_first * (1 << min(failures - 1, 30)), self.retry_most)
        return longest / 2 + longest / 2 * spread
