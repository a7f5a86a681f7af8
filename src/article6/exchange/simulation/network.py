"""A network that loses, doubles, reorders and delays, and falls apart for hours; by a seed. Times in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Partition:
    """Between `since` and `until` nothing passes between these registries and the others."""

    cut_off: frozenset[str]
    since: int
    until: int

    def parts(self, one: str, other: str, at: int) -> bool:
        return self.since <= at < self.until and (one in self.cut_off) != (other in self.cut_off)


class Network:
    """Says when what is sent arrives: never, once or more often. Once it is calm it only takes its time."""

    def __init__(self, random: Random, codes: Sequence[str], until: int) -> None:
        self._random = random
        self._lost = random.choice([0.0, 0.0, 0.1, 0.25])
        self._doubled = random.choice([0.0, 0.0, 0.15])
        self._late = random.choice([0.0, 0.02, 0.08])
        self.partitions = [self._partition(codes, until) for _ in range(random.choice([0, 0, 1, 2]))]
        self.is_calm = False

    def arrivals(self, sender: str, recipient: str, at: int) -> list[int]:
        """The moments at which copies of something sent now arrive."""
        if self.is_calm:
            return [at + self._random.randrange(20, 500)]
        copies = 2 if self._random.random() < self._doubled else 1
        return [
            at + self._delay()
            for _ in range(copies)
            if self._random.random() >= self._lost
            and not any(each.parts(sender, recipient, at) for each in self.partitions)
        ]

    def _delay(self) -> int:
        if self._random.random() < self._late:
            return self._random.randrange(HOUR, 3 * DAY)
        if self._random.random() < 0.05:
            return self._random.randrange(MINUTE, 30 * MINUTE)
        return self._random.randrange(20, 5 * SECOND)

    def _partition(self, codes: Sequence[str], until: int) -> Partition:
        since = self._random.randrange(until)
        cut_off = self._random.sample(sorted(codes), self._random.randint(1, max(1, len(codes) // 2)))
        return Partition(frozenset(cut_off), since, since + self._random.randrange(10 * MINUTE, DAY + DAY // 2))
