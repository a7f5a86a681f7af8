"""All that the desk needs of this registry: what is remembered, and the ledger."""

from __future__ import annotations

from article6.services.exchange.ledger import LedgerBooks
from article6.services.exchange.memory import KeptMemory


class KeptBooks(KeptMemory, LedgerBooks):
    """`exchange.books.Books` on PostgreSQL."""
