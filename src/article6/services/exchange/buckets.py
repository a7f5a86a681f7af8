"""How much one sender may bring: a bucket of tokens each, so that one who floods takes nothing from the others.

A bucket is a sender's claimed code at a network address: who claims to be another from elsewhere empties only their
own.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

BUCKETS_AT_MOST = 10_000
BURST_S = 10.0
"""A full bucket is what may be sent in so many seconds, at least one full batch."""

LEAST = 100.0


@dataclass(slots=True)
class Buckets:
    """Buckets of one process. `per_minute` messages flow in; a request takes as many as it brings, or none."""

    per_minute: int
    _levels: OrderedDict[tuple[str, str], tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, sender: tuple[str, str], tokens: int, at_s: float | None = None) -> float:
        """Take tokens; 0.0, or the seconds after which there would be enough, in which case none were taken.

        `at_s` is a monotonic clock's seconds.
        """
        at = time.monotonic() if at_s is None else at_s
        rate = self.per_minute / 60
        full = max(rate * BURST_S, LEAST)
        wanted = min(float(tokens), full)
        with self._lock:
            level, since = self._levels.pop(sender, (full, at))
            level = min(full, level + (at - since) * rate)
            is_enough = level >= wanted
            self._levels[sender] = (level - wanted if is_enough else level, at)
            while len(self._levels) > BUCKETS_AT_MOST:
                self._levels.popitem(last=False)
        return 0.0 if is_enough else (wanted - level) / rate
