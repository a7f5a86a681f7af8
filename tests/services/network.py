"""Registries in databases of their own, spoken for by one process: Ghana's, GHA01, and Switzerland's, CHE01, and where
a third one is asked for, Thailand's, THA01.

Each has its administrators Root and Ana, Ama who proposes and Bo who approves. Their doors are functions of this
process in place of the network; `online` says which of them answer.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import conftest
from conftest import Database
from ledger.books import Books
from ledger.programme import found_programme

from article6.domain.authorizations import Purpose
from article6.domain.kinds import Kind, Role
from article6.domain.orders import Account, Issuance, PersonId
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes, UnitType
from article6.gateways import GatewayFailure
from article6.gateways import peers as gateway
from article6.services import accounts, authorization_acts, authorizations, issuance, people, registry
from article6.services.exchange import clockwork, door, own_keys, peers, pump, transfers
from article6.services.exchange.transfers import NewTransfer, Standing
from article6.store.database import rows

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ITMO = ("transfer_itmo", "reconciliation")
BOTH = ("GHA01", "CHE01")
PARTY = {"GHA01": "GHA", "CHE01": "CHE", "THA01": "THA", "JCM": "MNG"}
URL = {code: f"http://127.0.0.1:1/{party.lower()}/" for code, party in PARTY.items()}


@dataclass
class Registry:
    """A registry's people and its one holding account."""

    code: str
    database: Database
    root: PersonId
    ana: PersonId
    ama: PersonId
    bo: PersonId
    account: Account


@dataclass
class Network:
    """The registries, the one clock, and what reaches whom."""

    registries: dict[str, Registry]
    now: datetime = START
    away: set[str] = field(default_factory=set)
    at_door: list[tuple[str, bytes]] = field(default_factory=list)
    _here: str = ""

    def __getitem__(self, code: str) -> Registry:
        return self.registries[code]

    @contextlib.contextmanager
    def at(self, code: str) -> Iterator[Registry]:
        """Act within one registry."""
        before, self._here = self._here, code
        conftest._use(self.registries[code].database.name)
        try:
            yield self.registries[code]
        finally:
            self._here = before
            if before:
                conftest._use(self.registries[before].database.name)

    def code_of(self, url: str) -> str:
        code = next(each for each, address in URL.items() if address == url)
        if code in self.away:
            raise GatewayFailure(f"{code} does not answer")
        return code

    # As `gateways.peers.Peers`.
    def read(self, url: str, what: str) -> bytes:
        with self.at(self.code_of(url)):
            return json.dumps(peers.described() if what == gateway.REGISTRY else own_keys.published()).encode()

    def post(self, url: str, body: bytes) -> bytes:
        code = self.code_of(url)
        self.at_door.append((code, body))
        with self.at(code):
            taken = door.receive(body, "127.0.0.1", self.now)
        if taken.objections:
            raise GatewayFailure("answers 400")
        return taken.answer

    def connect(self, *services: str) -> None:
        """Both make a key, offer, agree, and tell each other."""
        for code in self.registries:
            with self.at(code) as side:
                own_keys.make(by=side.root, now=self.now)
        pairs = list(itertools.permutations(self.registries, 2))
        for here, there in pairs:
            with self.at(here) as side:
                peers.offer(there, URL[there], services or ITMO, by=side.root, now=self.now)
        for here, there in pairs:
            with self.at(here) as side:
                peers.agree(there, by=side.ana, now=self.now)
        self.settle()

    def settle(self, **later: int) -> None:
        """Time passes, and everything that can be done is done."""
        self.now += timedelta(**later) if later else timedelta(seconds=1)
        for _ in range(12):
            if not sum(self.turn(code) for code in self.registries):
                break

    def turn(self, code: str) -> int:
        with self.at(code):
            return clockwork.tick(self.now) + pump.turn_all(self.now, turns=1)

    def send(
        self, quantity: int, *, approve: bool = True, target: str = "", giver: str = "GHA01", peer: str = "CHE01",
        **more: Any,
    ) -> Standing:  # fmt: skip
        """Ama of one registry, Ghana's, proposes units to another, Switzerland's, and Bo approves."""
        with self.at(giver) as side:
            new = NewTransfer(
                peer, side.account.number, target or self[peer].account.number, PARTY[peer], quantity, **more
            )
            done = transfers.propose(new, by=side.ama, now=self.now)
            return transfers.approve(done.transfer_id, by=side.bo, now=self.now) if approve else done

    def status(self, code: str, transfer_id: str) -> str:
        with self.at(code):
            found = rows("SELECT status FROM exchange_transfer WHERE transfer_id = %s", (transfer_id,))
            return str(found[0][0]) if found else ""

    def held(self, code: str, type_: str = "holding") -> int:
        with self.at(code):
            found = rows(
                """SELECT sum(b.hi - b.lo + 1) FROM block b JOIN account a ON a.id = b.account_id WHERE a.type = %s""",
                (type_,),
            )
            return int(found[0][0] or 0)


Fresh = Callable[[], contextlib.AbstractContextManager[Database]]
"""What makes a database of its own: the fixture `fresh_database`."""


@contextlib.contextmanager
def network(fresh_database: Fresh, *codes: str) -> Iterator[Network]:
    """Both registries founded, or those named; Ghana's has 1,000 units authorized for Switzerland."""
    with contextlib.ExitStack() as stack:
        made = {}
        for code in codes or BOTH:
            made[code] = _founded(code, stack.enter_context(fresh_database()))
        both = Network(made)
        with both.at("GHA01") as side:
            _issued(side)
        conftest._use(conftest.NOWHERE)
        with gateway.instead(both):
            yield both


@contextlib.contextmanager
def with_programme(
    fresh_database: Callable[[], contextlib.AbstractContextManager[Database]],
) -> Iterator[tuple[Network, Books]]:
    """A crediting programme's registry, JCM, and Switzerland's."""
    with contextlib.ExitStack() as stack:
        made = {"CHE01": _founded("CHE01", stack.enter_context(fresh_database()))}
        database = stack.enter_context(fresh_database())
        books = found_programme()
        made["JCM"] = Registry("JCM", database, books.admin, books.bo, books.ama, books.bo, books.accounts["host"])
        both = Network(made)
        conftest._use(conftest.NOWHERE)
        with gateway.instead(both):
            yield both, books


def _founded(code: str, database: Database) -> Registry:
    party = PARTY[code]
    identity = registry.RegistryIdentity(Kind.PARTY, code, f"Registry of {party}")
    root = registry.init(identity, administrator=("root", "Root"), now=START)
    registry.add_sections([party], by=root, now=START)
    ana, ama, bo = (people.add_person(name.lower(), name, by=root, now=START) for name in ("Ana", "Ama", "Bo"))
    people.give_role(ama, 0, Role.REPRESENTATIVE, by=root, now=START)
    people.give_role(bo, 0, Role.APPROVER, by=root, now=START)
    people.give_role(ana, 0, Role.ADMINISTRATOR, by=root, now=START)
    account = accounts.open_account(accounts.NewAccount("holding", party, "Holding"), by=root, now=START)
    return Registry(code, database, root, ana, ama, bo, account)


def _issued(side: Registry) -> None:
    new = authorizations.NewApproach("CA0001", "Stoves", ("GHA", "CHE"))
    authorizations.record_approach(new, by=side.root, now=START)
    laid = authorizations.NewAuthorization("GHA-1", "GHA", "CA0001", START.date(), Purpose.NDC)
    authorizations.record_authorization(laid, by=side.root, now=START)
    batch = BatchAttributes(UnitType.MO, vintage_year=2024)
    issuance.issue(
        Issuance(side.account.number, "GHA01", "GHA", 1000, batch), by=side.root, now=START
    )  # fmt: skip
    authorization_acts.authorize_units("GHA-1", [SeriesRange(1, 1, 1000)], by=side.root, now=START)
