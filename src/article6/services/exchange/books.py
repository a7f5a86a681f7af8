"""All that the desk needs of this registry: what is remembered, and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from article6.exchange.facts import Proposed
from article6.services.exchange.ledger import LedgerBooks
from article6.services.exchange.memory import KeptMemory, Pending
from article6.services.exchange.several import Work


class KeptBooks(KeptMemory, LedgerBooks):
    """`exchange.books.Books` on PostgreSQL."""

    def begin(self, transfer_ids: Sequence[str], offers: Sequence[Proposed]) -> Pending:
        """As `KeptMemory.begin`, with what the ledger needs."""
        pending = super().begin(transfer_ids, offers)
        self.work = Work([each for each in pending.transfers.values() if each is not None], offers)
        return pending

    def end(self, pending: Pending, at: datetime) -> None:
        """As `KeptMemory.end`, the ledger first."""
        if self.work is not None:
            self.work.write(at)
        super().end(pending, at)

    def leave(self) -> None:
        """As `KeptMemory.leave`."""
        super().leave()
        self.work = None
