"""What people do in the simulated registries: trade on, send back, cross each other, withdraw, block and close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from random import Random
from typing import Protocol

from article6.exchange.facts import INFORMATION, Serials
from article6.exchange.simulation.ledger import USED, AccountStatus, Holding, Told
from article6.exchange.simulation.network import DAY, HOUR, MINUTE
from article6.exchange.simulation.registry import SERVICE, Registry

DAYS = 2 * DAY - HOUR
ACCOUNTS = ("1", "2")


class Stage(Protocol):
    """What people need of the world: its registries, its time and its chance."""

    random: Random
    registries: dict[str, Registry]
    is_calm: bool

    def later(self, delay: int, event: Callable[[], None]) -> None: ...
    def act(self, code: str, what: str, deed: Callable[[Registry, datetime], object]) -> None: ...
    def note(self, text: str) -> None: ...


class People:
    """Everybody's plans, made before the world begins; what is possible is seen when the time comes."""

    def __init__(self, world: Stage) -> None:
        self._world = world
        self._random = world.random

    def plan(self) -> None:
        codes = list(self._world.registries)
        for _ in range(self._random.randint(2, 6)):
            self._world.later(self._random.randrange(DAYS), partial(self._trade, self._random.choice(codes)))
        if self._random.random() < 0.5:
            one, other = self._random.sample(codes, 2)
            moment = self._random.randrange(DAYS)
            self._world.later(moment, partial(self._trade, one, other))
            self._world.later(moment, partial(self._trade, other, one))
        if self._random.random() < 0.5:
            self._pass_on(codes)
        for _ in range(self._random.choice([0, 0, 1, 3])):
            self._world.later(self._random.randrange(DAYS), partial(self._manage_account, self._random.choice(codes)))
        self._plan_information(codes)

    def _plan_information(self, codes: Sequence[str]) -> None:
        """Now and then amounts are told, the liar too where there is one, and then it is instructed what is done."""
        liars = [code for code in codes if self._world.registries[code].is_liar]
        honest = [code for code in codes if code not in liars]
        told = [(self._random.choice(codes), "") for _ in range(self._random.choice([0, 1, 1, 2]))]
        told += [(self._random.choice(honest), liars[0])] if liars and self._random.random() < 0.7 else []
        for code, peer in told:
            self._world.later(self._random.randrange(DAYS // 2), partial(self._trade, code, peer, INFORMATION))
            for _ in range(self._random.randint(1, 3)):
                self._world.later(self._random.randrange(HOUR, DAYS), self._instruct)

    def _pass_on(self, codes: Sequence[str]) -> None:
        """From hand to hand, through the liar where there is one, and back to the beginning perhaps."""
        hands = self._random.sample(codes, min(3, len(codes)))
        liars = [code for code in codes if self._world.registries[code].is_liar]
        if liars and liars[0] in hands:
            hands.remove(liars[0])
            hands.insert(1, liars[0])
        moment = self._random.randrange(3 * HOUR)
        for one, other in pairwise([*hands, hands[0]]):
            self._world.later(moment, partial(self._trade, one, other))
            moment += self._random.randrange(HOUR, 10 * HOUR)

    def _trade(self, code: str, peer: str = "", service: str = SERVICE) -> None:
        """Reserve some units for a peer; a second person approves, or somebody changes their mind."""
        self._world.act(code, "reserves units", lambda registry, now: self._reserve(registry, peer, service, now))

    def _reserve(self, registry: Registry, peer: str, service: str, now: datetime) -> None:
        first, second = self._random.sample(ACCOUNTS, 2)
        account = first if any(self._is_foreign(each, registry) for each in registry.books.free(first)) else second
        free = registry.books.free(account)
        if not free or registry.books.accounts()[account] != AccountStatus.OPEN:
            return
        foreign = [each for each in free if self._is_foreign(each, registry)]
        chosen = self._random.sample(free, min(len(free), self._random.choice([1, 1, 2, 3])))
        if foreign and self._random.random() < 0.7:
            chosen = [self._random.choice(foreign)]
        parts = [self._part(each.serials) for each in chosen]
        target = self._random.choice(["1", "1", "1", "1", "2", "2", "2", "9"])
        transfer = registry.propose(peer or self._to_whom(registry, parts), parts, account, target, now, service)
        delay = self._random.choice([0, 10, MINUTE, self._random.randrange(3 * HOUR)])
        change_of_mind = self._random.random()
        if change_of_mind < 0.06:
            self._world.later(delay, partial(self._withdraw, registry.code, transfer.id))
            return
        self._world.later(delay, partial(self._approve, registry.code, transfer.id))
        if change_of_mind > 0.94:
            moment = delay + self._random.randrange(2 * HOUR)
            self._world.later(moment, partial(self._withdraw, registry.code, transfer.id))

    def _instruct(self) -> None:
        """Have something done with what a peer told of, wherever some of it is free."""
        registries = self._world.registries
        could = [code for code, each in registries.items() if each.is_up and self._free(each)]
        if could:
            self._world.act(self._random.choice(could), "instructs", self._ask)

    def _free(self, registry: Registry) -> list[Told]:
        return [each for each in registry.books.told_units() if not (each.act or each.asked)]

    def _ask(self, registry: Registry, now: datetime) -> None:
        told = self._random.choice(self._free(registry))
        act, target = self._random.choice([USED, "given"]), self._random.choice(["1", "2", "9"])
        registry.instruct(told, self._part(told.serials), act, target, now)

    def _is_foreign(self, holding: Holding, registry: Registry) -> bool:
        return holding.serials.registry != registry.code

    def _part(self, serials: Serials) -> Serials:
        """All of some serials, or a part from their midst."""
        if self._random.random() < 0.5:
            return serials
        first = self._random.randint(serials.first, serials.last)
        return Serials(serials.registry, serials.party, first, self._random.randint(first, serials.last))

    def _to_whom(self, registry: Registry, parts: Sequence[Serials]) -> str:
        """Often home, to the registry that issued them."""
        home = parts[0].registry
        peers = registry.peers()
        return home if home in peers and self._random.random() < 0.35 else self._random.choice(peers)

    def _approve(self, code: str, transfer_id: str) -> None:
        def approve(registry: Registry, now: datetime) -> None:
            transfer = registry.books.transfer(transfer_id)
            if transfer is not None:
                registry.desk.announce(transfer, now)

        self._again_if_down(code, f"approves {transfer_id}", partial(self._approve, code, transfer_id))
        self._world.act(code, f"approves {transfer_id}", approve)

    def _again_if_down(self, code: str, what: str, deed: partial[None]) -> None:
        if not self._world.registries[code].is_up and not self._world.is_calm:
            self._world.note(f"{code} is down: {what} later")
            self._world.later(HOUR, deed)

    def _withdraw(self, code: str, transfer_id: str) -> None:
        self._world.act(
            code, f"withdraws {transfer_id}", lambda registry, now: registry.desk.withdraw(transfer_id, now)
        )

    def _manage_account(self, code: str) -> None:
        status = self._random.choice([AccountStatus.BLOCKED, AccountStatus.CLOSED])
        account = self._random.choice(ACCOUNTS)
        self._set(code, account, status)
        if status == AccountStatus.BLOCKED:
            self._world.later(self._random.randrange(12 * HOUR), partial(self._set, code, account, AccountStatus.OPEN))

    def _set(self, code: str, account: str, status: AccountStatus) -> None:
        def change(registry: Registry, now: datetime) -> None:
            with registry.books.transaction():
                registry.books.set_account(account, status)

        self._world.act(code, f"sets account {account} {status}", change)
