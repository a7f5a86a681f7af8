"""One registry of the simulation: what is on its disk, what is in its process, and what its people do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from article6.exchange.books import Books, Peer, PeerStatus, PinnedKey, Side, Transfer, TransferStatus
from article6.exchange.desk import Desk
from article6.exchange.facts import INFORMATION, Proposed, Serials
from article6.exchange.keys import Signer
from article6.exchange.limits import Limits
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.simulation.informed import Informed
from article6.exchange.simulation.ledger import AccountStatus, Told
from article6.exchange.simulation.memory import MemoryBooks
from article6.exchange.simulation.signatures import NotedSigner
from article6.exchange.simulation.storage import Storage
from article6.exchange.turns import Subject

SERVICE = "transfer"
KEYS_AGE = timedelta(days=30)
UNDONE_EVERY = 3
"""Batches of messages of which one is undone after its last write, and handled one by one."""

DeskMaker = Callable[[Books, Signer, Limits, Sequence[Subject]], Desk]


class Registry:
    """`skew` is by how much its clock is ahead of the world's; `make_desk` may plant a desk with a fault."""

    is_liar = False

    def __init__(
        self, code: str, seed: bytes, start: datetime, skew: timedelta, limits: Limits, make_desk: DeskMaker = Desk
    ) -> None:
        self.code = code
        self.skew = skew
        self.signer = NotedSigner(code, seed, start - KEYS_AGE)
        self.storage = Storage()
        self.books = MemoryBooks(code, self.storage, self._new_id)
        self.informed = Informed(self.books)
        self.books.undone_every = UNDONE_EVERY
        self.issued: list[Serials] = []
        self.is_up = True
        self._limits = limits
        self._make_desk = make_desk
        self._ids = 0
        self.restart()

    def restart(self) -> None:
        """A new process over what is on disk."""
        self.desk = self._make_desk(self.books, self.signer, self._limits, self.subjects())
        self.is_up = True

    def subjects(self) -> Sequence[Subject]:
        """What the desk handles besides transfers, or otherwise than it should."""
        return [self.informed.subject()]

    def pin(self, keys: Mapping[str, PinnedKey], accounts: Sequence[str]) -> None:
        """Connect with all others and open accounts."""
        with self.books.transaction():
            for code, key in keys.items():
                if code != self.code:
                    self.books.save_peer(Peer(code, PeerStatus.CONNECTED, frozenset({SERVICE, INFORMATION}), (key,)))
            for account in accounts:
                self.books.set_account(account, AccountStatus.OPEN)

    def issue(self, party: str, first: int, count: int, account: str) -> Serials:
        """Units of an own series, with a vintage."""
        serials = Serials(self.code, party, first, first + count - 1)
        with self.books.transaction():
            self.books.issue(serials, account, self.looks(first))
        self.issued.append(serials)
        return serials

    def looks(self, first: int) -> dict[str, Any]:
        """The attributes of a batch of ours that begins with this serial."""
        return {"unit_type": "ITMO", "vintage_year": 2021 + first % 7}

    def instruct(self, told: Told, part: Serials, act: str, target: str, now: datetime) -> None:
        """Have a peer do something with a part of what it told us of."""
        with self.books.transaction():
            asked = self.informed.instruction(told, part, act, target, now)
            self.desk.channel.send(told.peer, Type.INSTRUCTION_GIVEN, asked, now)

    def propose(
        self, peer: str, parts: Sequence[Serials], source: str, target: str, now: datetime, service: str = SERVICE
    ) -> Transfer:  # fmt: skip
        """The first person's part: units reserved, a transfer that waits."""
        transfer_id = f"T-{self._new_id()}"
        with self.books.transaction():
            blocks = tuple(self.books.reserve(transfer_id, each) for each in parts)
            content = Proposed(
                transfer_id=transfer_id,
                service=service,
                source_account=source,
                target_account=target,
                quantity=sum(each.count for each in parts),
                blocks=blocks,
                deadline=written(now + self._limits.deadline),
            )
            waiting = TransferStatus.WAITING
            transfer = Transfer(content, Side.SENDER, peer, waiting, now + self._limits.deadline, now)
            self.books.save_transfer(transfer)
        return transfer

    def peers(self) -> list[str]:
        return list(self.storage.table("peers"))

    def _new_id(self) -> str:
        self._ids += 1
        return f"{self.code}-{self._ids}"
