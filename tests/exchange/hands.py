"""Registries that hand their messages to each other at once, so that a story can stop them at any point.

Ghana (GHA01) issues 100 units, Switzerland (CHE01) and Thailand (THA01) trade on; everybody has pinned everybody.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from article6.exchange.books import PeerStatus, Side, Transfer
from article6.exchange.facts import INFORMATION, Proposed, Serials, UnitBlock
from article6.exchange.facts_json import proposed_json
from article6.exchange.keys import Signer
from article6.exchange.limits import Limits
from article6.exchange.message_types import Type
from article6.exchange.moments import written
from article6.exchange.problems import Problem
from article6.exchange.simulation.registry import SERVICE, Registry

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CODES = ("GHA01", "CHE01", "THA01")
LIMITS = Limits()


class Hands:
    """`at` is everybody's clock; it moves by a second with every delivery, and with `wait`."""

    def __init__(self) -> None:
        self.at = NOW
        self._offers = itertools.count(1)
        self.registries = {
            code: Registry(code, code.encode().ljust(32, b"."), NOW, timedelta(), LIMITS) for code in CODES
        }
        pinned = {code: each.signer.public for code, each in self.registries.items()}
        for each in self.registries.values():
            each.pin(pinned, ["1", "2"])
        self.units = self["GHA01"].issue("GHA", 1, 100, "1")

    def __getitem__(self, code: str) -> Registry:
        return self.registries[code]

    def wait(self, **time: int) -> None:
        self.at += timedelta(**time)

    def serials(self, first: int, last: int) -> Serials:
        return Serials("GHA01", "GHA", first, last)

    def reserve(self, sender: str, peer: str, first: int = 1, last: int = 10, target: str = "1") -> Transfer:
        """The first person's part."""
        source = next(
            each.account
            for each in self[sender].books.holdings()
            if each.is_live and each.serials.first <= first and last <= each.serials.last
        )
        return self[sender].propose(peer, [self.serials(first, last)], source, target, self.at)

    def propose(self, sender: str, peer: str, first: int = 1, last: int = 10, target: str = "1") -> str:
        """Reserve and announce; the transfer's id."""
        transfer = self.reserve(sender, peer, first, last, target)
        return self[sender].desk.announce(transfer, self.at).id

    def deliver(self, sender: str, recipient: str) -> None:
        """Everything that one has for the other now, with the receipts, handled."""
        while body := self[sender].desk.to_send(recipient, self.at):
            self.at += timedelta(seconds=1)
            answer = self[recipient].desk.receive(body, self.at)
            self[recipient].desk.handle(sender, self.at)
            self[sender].desk.take_receipts(recipient, answer, self.at)

    def settle(self) -> None:
        """Until nobody has anything to say."""
        while any(each.books.has_to_send(peer) for each in self.registries.values() for peer in each.peers()):
            for code in self.registries:
                for peer in self[code].peers():
                    self.deliver(code, peer)

    def transfer(self, sender: str, peer: str, first: int = 1, last: int = 10) -> str:
        """A whole transfer."""
        transfer_id = self.propose(sender, peer, first, last)
        self.settle()
        return transfer_id

    def tell(self, sender: str, peer: str, first: int = 1, last: int = 10) -> str:
        """A whole transfer by which amounts are told, and the units stay."""
        transfer = self[sender].propose(peer, [self.serials(first, last)], "1", "1", self.at, INFORMATION)
        self[sender].desk.announce(transfer, self.at)
        self.settle()
        return transfer.id

    def status(self, code: str, transfer_id: str) -> str:
        transfer = self[code].books.transfer(transfer_id)
        return str(transfer.status) if transfer else ""

    def standing(self, code: str) -> list[tuple[int, int]]:
        """Serials in live accounts of a registry, siblings joined."""
        joined: list[tuple[int, int]] = []
        for each in self[code].books.holdings():
            if each.is_live and joined and joined[-1][1] + 1 == each.serials.first:
                joined[-1] = (joined[-1][0], each.serials.last)
            elif each.is_live:
                joined.append((each.serials.first, each.serials.last))
        return joined

    def say(self, sender: str, peer: str, message_type: str, **said: object) -> None:
        """Something that the desk would not say, with a true signature and number; handled at once."""
        registry = self[sender]
        with registry.books.transaction():
            registry.desk.channel.send(peer, message_type, said, self.at)
        self.deliver(sender, peer)

    def offer(self, peer: str, blocks: Sequence[UnitBlock], sender: str = "GHA01", **other: Any) -> str:
        """A proposal as it may please a sender, whatever stands in its books; the transfer's id."""
        transfer_id = f"O-{sender}-{next(self._offers)}"
        deadline = written(self.at + LIMITS.deadline)
        quantity = sum(each.serials.count for each in blocks)
        offer = Proposed(transfer_id, SERVICE, "1", "1", quantity, tuple(blocks), deadline)
        self.say(sender, peer, Type.TRANSFER_PROPOSED, **proposed_json(replace(offer, **other)))
        return transfer_id

    def turned_down(self, code: str, peer: str) -> list[Problem]:
        """Why messages of a peer were turned down when they were handled."""
        kept = self[code].storage.table(f"incoming {peer}").values()
        return [objection.problem for each in kept for objection in each.objections]

    def objections(self, code: str, transfer_id: str) -> list[Problem]:
        transfer = self[code].books.transfer(transfer_id)
        return [each.problem for each in transfer.objections] if transfer else []

    def alerts(self, code: str) -> list[str]:
        return [each.subject for each in self[code].books.alerts()]

    def set_peer(self, code: str, peer: str, status: PeerStatus) -> None:
        found = self[code].books.peer(peer)
        assert found is not None
        with self[code].books.transaction():
            self[code].books.save_peer(replace(found, status=status))

    def title(self, code: str, transfer_id: str) -> str:
        """The completion of a transfer, as the acquirer has it."""
        transfer = self[code].books.transfer(transfer_id)
        assert transfer is not None
        assert transfer.side == Side.ACQUIRER
        return transfer.completion

    def stranger(self, code: str) -> Signer:
        """A key that nobody has pinned, in a registry's name."""
        return Signer(code, b"x" * 32, NOW - timedelta(days=1))
