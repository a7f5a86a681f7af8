"""One sender's part of a batch while it is taken in: which numbers and identifiers are used, and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from article6.exchange.books import Incoming, Memory, Peer
from article6.exchange.envelope import Envelope
from article6.exchange.problems import Objection, Problem, Rejected


@dataclass(frozen=True, slots=True)
class Read:
    """An authentic message, and what is wrong with it whenever it arrives; `late` stands against it where it comes for
    the first time only."""

    message: Envelope
    objections: tuple[Objection, ...]
    late: Objection | None = None


@dataclass(slots=True)
class Arrivals:
    """A sender, locked, with the messages that are kept under the identifiers and numbers of the batch; those that are
    new are written once, by `close`."""

    peer: Peer
    asked: frozenset[int]
    by_id: dict[str, Incoming]
    by_number: dict[int, Incoming]
    new: list[Incoming] = field(default_factory=list)
    received: int = 0

    @classmethod
    def of(cls, peer: Peer, messages: Sequence[Envelope], books: Memory) -> Arrivals:
        """`messages` are those of the batch that this peer, which is locked, has signed."""
        numbers = frozenset(each.sequence for each in messages)
        kept = books.arrived(peer.code, [each.id for each in messages], sorted(numbers))
        by_id, by_number = {each.id: each for each in kept}, {each.sequence: each for each in kept}
        return cls(peer, numbers, by_id, by_number, received=peer.received)

    def require_number(self, sequence: int, gap: int) -> None:
        """Refuse a number that was used, or is too far ahead of the one up to which all have come."""
        if sequence <= self.received or sequence in self.by_number:
            raise Rejected(Objection(Problem.SEQUENCE_REUSED, str(sequence)))
        if sequence > self.received + gap:
            raise Rejected(Objection(Problem.SEQUENCE_TOO_FAR, str(sequence), f"after {self.received}"))

    def add(self, message: Incoming, books: Memory) -> None:
        """Count a new message, and those after it that came before it."""
        self.new.append(message)
        self.by_id[message.id] = self.by_number[message.sequence] = message
        while self._has(self.received + 1, books):
            self.received += 1

    def close(self, books: Memory) -> None:
        """Write what is new."""
        if self.new:
            books.keep(self.new)
        if self.received != self.peer.received:
            books.save_peer(replace(self.peer, received=self.received))

    def _has(self, sequence: int, books: Memory) -> bool:
        if sequence not in self.asked and sequence not in self.by_number:
            self.by_number |= {each.sequence: each for each in books.arrived(self.peer.code, (), (sequence,))}
            self.asked |= {sequence}
        return sequence in self.by_number
