"""Whole conversations of transfers between three registries in memory, word for word the same every time."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from exchange.wire import GHANA, NOW, SINCE, SWITZERLAND

from article6.exchange import envelope, keys
from article6.exchange.books import Peer, PeerStatus, Side, Transfer, TransferStatus
from article6.exchange.desk import Desk
from article6.exchange.facts import INFORMATION, Proposed, Serials
from article6.exchange.keys import Signer
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.simulation.informed import Informed
from article6.exchange.simulation.ledger import USED, AccountStatus
from article6.exchange.simulation.memory import MemoryBooks
from article6.exchange.simulation.storage import Storage

THAILAND = Signer("THA01", b"t" * 32, SINCE)
SIGNERS = {each.registry: each for each in (GHANA, SWITZERLAND, THAILAND)}
SERVICE = "transfer_itmo"
BATCH = {"unit_type": "ITMO", "cooperative_approach": "CA0001", "vintage_year": 2024}


@dataclass
class Network:
    """Three registries that are all connected; every request with its answer is written down."""

    now: datetime = NOW
    said: list[dict[str, Any]] = field(default_factory=list)
    desks: dict[str, Desk] = field(default_factory=dict)
    informed: dict[str, Informed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for code, signer in SIGNERS.items():
            numbers = itertools.count(1)
            books = MemoryBooks(code, Storage(), lambda code=code, numbers=numbers: f"{code}-{next(numbers)}")
            self.informed[code] = Informed(books)
            self.desks[code] = Desk(books, signer, subjects=[self.informed[code].subject()])
            with books.transaction():
                books.set_account(f"{code}-A", AccountStatus.OPEN)
                for other in SIGNERS.values():
                    if other is not signer:
                        services = frozenset({SERVICE, INFORMATION})
                        peer = Peer(other.registry, PeerStatus.CONNECTED, services, (other.public,))
                        books.save_peer(peer)

    def books(self, code: str) -> MemoryBooks:
        books = self.desks[code].books
        assert isinstance(books, MemoryBooks)
        return books

    def issue(self, code: str, first: int, last: int) -> None:
        with self.books(code).transaction():
            self.books(code).issue(Serials(code, code[:3], first, last), f"{code}-A", BATCH)

    def propose(
        self, transfer_id: str, source: str, target: str, serials: Serials, account: str = "", service: str = SERVICE,
        **terms: str,
    ) -> None:  # fmt: skip
        """Reserve and announce; `account` is the target's own where it is not said."""
        books = self.books(source)
        with books.transaction():
            block = books.reserve(transfer_id, serials)
            proposed = Proposed(
                transfer_id, service, f"{source}-A", account or f"{target}-A", serials.count, (block,), "", terms
            )
            transfer = Transfer(proposed, Side.SENDER, target, TransferStatus.WAITING, self.now, self.now)
            books.save_transfer(transfer)
            self.desks[source].announce(transfer, self.now)

    def instruct(self, code: str, first: int, last: int, act: str, target: str = "") -> None:
        """Have something done with units that a registry was told of."""
        books = self.books(code)
        with books.transaction():
            told = next(each for each in books.told_units() if each.serials.first <= first <= each.serials.last)
            part = replace(told.serials, first=first, last=last)
            asked = self.informed[code].instruction(told, part, act, target, self.now, code[:3])
            self.desks[code].channel.send(told.peer, Type.INSTRUCTION_GIVEN, asked, self.now)

    def send(self, source: str, target: str) -> bool:
        """One batch and its answer; whether there was anything to send."""
        request = self.desks[source].to_send(target, self.now)
        if request is None:
            return False
        answer = self.desks[target].receive(request, self.now)
        self.desks[source].take_receipts(target, answer, self.now)
        self.said.append({
            "at": written(self.now), "from": source, "to": target, "says": list(types(request)),
            "request": request.decode(), "answer": answer.decode(),
        })  # fmt: skip
        return True

    def handle(self, code: str, peer: str) -> None:
        self.desks[code].handle(peer, self.now)

    def settle(self) -> None:
        """Send and handle until nobody has anything to say."""
        pairs = list(itertools.permutations(SIGNERS, 2))
        while sum(self.send(one, other) for one, other in pairs):
            for one, other in pairs:
                self.handle(one, other)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)
        for desk in self.desks.values():
            desk.tick(self.now)

    def status(self, code: str, transfer_id: str) -> str:
        found = self.books(code).transfer(transfer_id)
        return str(found.status) if found else "unknown"


def types(request: bytes) -> Iterator[str]:
    for jws in json.loads(request)["messages"]:
        yield envelope.from_bytes(keys.content(jws)).type


def completed() -> Network:
    """Ghana gives 60 units to Switzerland, which gives 20 of them on to Thailand, which gives 5 back to Ghana."""
    network = Network()
    network.issue("GHA01", 1, 100)
    network.propose("T1", "GHA01", "CHE01", Serials("GHA01", "GHA", 1, 60))
    network.settle()
    network.wait(hours=1)
    network.propose("T2", "CHE01", "THA01", Serials("GHA01", "GHA", 41, 60))
    network.settle()
    network.wait(hours=1)
    network.propose("T3", "THA01", "GHA01", Serials("GHA01", "GHA", 56, 60))
    network.settle()
    return network


def rejected() -> Network:
    """Ghana proposes to an account that Switzerland does not have."""
    network = Network()
    network.issue("GHA01", 1, 100)
    network.propose("T1", "GHA01", "CHE01", Serials("GHA01", "GHA", 1, 60), "CHE01-B")
    network.settle()
    return network


def cancelled() -> Network:
    """Switzerland's acceptance lies for a day; by then Ghana has cancelled by rule, and says so."""
    network = Network()
    network.issue("GHA01", 1, 100)
    network.propose("T1", "GHA01", "CHE01", Serials("GHA01", "GHA", 1, 60))
    network.send("GHA01", "CHE01")
    network.handle("CHE01", "GHA01")
    network.wait(hours=24)
    network.settle()
    return network


def asked() -> Network:
    """Switzerland has heard nothing since it accepted, and asks; the completion and the answer come together."""
    network = Network()
    network.issue("GHA01", 1, 100)
    network.propose("T1", "GHA01", "CHE01", Serials("GHA01", "GHA", 1, 60))
    network.send("GHA01", "CHE01")
    network.handle("CHE01", "GHA01")
    network.wait(hours=2)
    network.settle()
    return network


def told() -> Network:
    """Ghana tells Switzerland of 60 units that stay with it; 20 of them are used and 10 given back, as instructed."""
    network = Network()
    network.issue("GHA01", 1, 100)
    network.propose("T1", "GHA01", "CHE01", Serials("GHA01", "GHA", 1, 60), service=INFORMATION,
                    transferring_party="GHA", acquiring_party="CHE")  # fmt: skip
    network.settle()
    network.wait(hours=1)
    network.instruct("CHE01", 1, 20, USED)
    network.instruct("CHE01", 51, 60, "given", "GHA01-A")
    network.settle()
    return network


CONVERSATIONS = {"completed": completed, "rejected": rejected, "cancelled": cancelled, "asked": asked, "told": told}
OUTCOMES = {
    "completed": {("GHA01", "T1"): "settled", ("CHE01", "T1"): "completed", ("CHE01", "T2"): "settled",
                  ("THA01", "T2"): "completed", ("THA01", "T3"): "settled", ("GHA01", "T3"): "completed"},
    "rejected": {("GHA01", "T1"): "rejected", ("CHE01", "T1"): "rejected"},
    "cancelled": {("GHA01", "T1"): "cancelled", ("CHE01", "T1"): "cancelled"},
    "asked": {("GHA01", "T1"): "settled", ("CHE01", "T1"): "completed"},
    "told": {("GHA01", "T1"): "settled", ("CHE01", "T1"): "completed"},
}  # fmt: skip
"""The status of each transfer at the end, by registry."""
