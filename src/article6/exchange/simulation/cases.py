"""Reconciliation in the simulation: flows are the transfers that moved units, and cases are rows of the storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from article6.exchange import envelope, keys
from article6.exchange.books import Side, Transfer
from article6.exchange.cases import Reconciliation, Signature, Status, TrailEntry
from article6.exchange.comparing import Difference, Flow, Settled, Way, overlap
from article6.exchange.facts import Serials
from article6.exchange.simulation.memory import MemoryBooks


class MemoryCases:
    """`CaseBooks` over a registry's books in memory; what is held is noted, and holds nothing up."""

    def __init__(self, books: MemoryBooks) -> None:
        self.books = books
        self.storage = books.storage

    def flows(self, peer: str, as_of: datetime) -> list[Flow]:
        done = [(each.completed_at, each) for each in self.books.transfers() if each.completed_at is not None]
        moved = [(at, each) for at, each in done if each.peer == peer and at <= as_of]
        return [
            Flow(block.serials, str(block.batch.get("unit_type", "")), _way(each), at, each.id)
            for at, each in sorted(moved, key=lambda row: row[0])
            for block in each.proposed.blocks
        ]

    def used(self, serials: Sequence[Serials]) -> list[Serials]:
        return []

    def trail(self, serials: Sequence[Serials]) -> list[TrailEntry]:
        found = []
        for each in self.books.transfers():
            own = self.books.own(each.completion_message_id)
            evidence = each.completion or (own.jws if own else "")
            for block in each.proposed.blocks if each.completed_at is not None else ():
                if overlap(block.serials, serials) and each.completed_at is not None:
                    action = str(_way(each))
                    found.append(TrailEntry(block.serials, each.completed_at, each.id, action, each.id, evidence))
        return found

    def said(self, peer: str, reconciliation_id: str, message_type: str, last: int) -> list[Mapping[str, Any]]:
        came = sorted(self.storage.table(f"incoming {peer}").values(), key=lambda each: int(each.sequence))
        read = [envelope.kept(keys.content(each.jws)) for each in came if each.sequence <= last and not each.objections]
        return [
            each.data
            for each in read
            if each.type == message_type and each.data["reconciliation_id"] == reconciliation_id
        ]

    def reconciliation(self, reconciliation_id: str, peer: str, *, lock: bool = False) -> Reconciliation | None:
        return self.storage.table("cases").get((peer, reconciliation_id))

    def save(self, found: Reconciliation) -> None:
        self.storage.put("cases", (found.peer, found.id), found)

    def open_cases(self, peer: str) -> list[Reconciliation]:
        return [each for each in self.cases() if each.peer == peer and each.status is Status.BY_HAND]

    def add_differences(self, reconciliation_id: str, peer: str, found: Sequence[Difference]) -> None:
        self.storage.put("differences", (peer, reconciliation_id), tuple(found))

    def differences(self, reconciliation_id: str, peer: str) -> list[Difference]:
        return list(self.storage.table("differences").get((peer, reconciliation_id), ()))

    def hold(self, reconciliation_id: str, peer: str, serials: Sequence[Serials], at: datetime) -> list[Serials]:
        self.storage.append("held", (peer, tuple(serials)))
        return []

    def release(self, peer: str, serials: Sequence[Serials] | None, at: datetime) -> None:
        self.storage.append("released", (peer, serials and tuple(serials)))

    def sign(self, reconciliation_id: str, peer: str, signature: Signature) -> None:
        signed = (*self.signatures(reconciliation_id, peer), signature)
        self.storage.put("signatures", (peer, reconciliation_id), signed)

    def signatures(self, reconciliation_id: str, peer: str) -> list[Signature]:
        return list(self.storage.table("signatures").get((peer, reconciliation_id), ()))

    def settled(self, peer: str) -> list[Settled]:
        return []

    def cases(self) -> list[Reconciliation]:
        """All comparisons, in the order in which they were begun."""
        return list(self.storage.table("cases").values())


def _way(transfer: Transfer) -> Way:
    return Way.GIVEN if transfer.side is Side.SENDER else Way.TAKEN
