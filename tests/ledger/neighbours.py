"""Registries with a ledger each, in databases of their own, that give each other units without a message between them.

What the desks would have carried is handed over in this process; the ledgers' side is all real.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import conftest
from conftest import Database
from ledger.books import Books

from article6.domain.authorizations import Purpose
from article6.domain.kinds import Kind, Role
from article6.domain.orders import TransactionId
from article6.domain.serials import SeriesRange
from article6.exchange.books import Side, Transfer, TransferStatus
from article6.exchange.envelope import Envelope, to_bytes
from article6.exchange.facts import Proposed
from article6.exchange.moments import written
from article6.exchange.problems import Objection
from article6.services import authorization_acts, authorizations, people, registry
from article6.services.exchange import leaving, telling
from article6.services.exchange.leaving import Leaving
from article6.services.exchange.ledger import LedgerBooks
from article6.store.database import row, rows

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DEADLINE = NOW + timedelta(days=1)
LEDGER = LedgerBooks()

Fresh = Callable[[], contextlib.AbstractContextManager[Database]]


@dataclass
class Neighbour(Books):
    """A registry with its code and its database."""

    code: str = ""
    database: Database | None = None


@dataclass
class Neighbourhood:
    """Registries by code; `at` says in which one the story goes on."""

    all: dict[str, Neighbour] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    here: str = ""

    @contextlib.contextmanager
    def at(self, code: str) -> Iterator[Neighbour]:
        before, self.here = self.here, code
        if before != code:
            _use(self.all[code])
        try:
            yield self.all[code]
        finally:
            self.here = before
            if before and before != code:
                _use(self.all[before])

    def leave(
        self, giver: str, taker: str, quantity: int | None = None, *serials: tuple[int, int], source: str = "A",
        target: str = "A", party: str | None = None, approve: bool = True, series_id: int = 1, **more: Any,
    ) -> TransactionId:  # fmt: skip
        """Ama proposes what leaves, and Bo approves; the transaction in the giver's ledger."""
        account = self.all[taker].accounts[target]
        acquirer = account.party if party is None else party
        ranges = tuple(SeriesRange(series_id, first, last) for first, last in serials)
        with self.at(giver) as side:
            new = Leaving(
                f"T{next(self.ids)}", side.accounts[source].number, taker, account.number, acquirer, quantity, ranges,
                **more,
            )  # fmt: skip
            number = leaving.propose_leaving(new, by=side.ama, now=NOW)
            if approve:
                leaving.approve_leaving(number, by=side.bo, now=NOW)
            return number

    def told(self, giver: str, number: TransactionId) -> Proposed:
        with self.at(giver):
            return telling.facts_of(number, service="transfer_itmo", deadline=DEADLINE)

    def accept(self, taker: str, giver: str, proposed: Proposed) -> list[Objection]:
        """The acquirer judges, and expects what it has nothing against."""
        with self.at(taker):
            return accepted(transfer(proposed, giver))

    def complete(self, giver: str, taker: str, number: TransactionId, proposed: Proposed, at: datetime = NOW) -> None:
        with self.at(giver):
            assert LEDGER.take_out(replace(transfer(proposed, taker), side=Side.SENDER, ledger_id=number), at) == []
        with self.at(taker):
            assert LEDGER.take_in(transfer(proposed, giver, at), at + timedelta(minutes=5)) == []

    def give(self, giver: str, taker: str, *args: Any, at: datetime = NOW, **more: Any) -> Proposed:
        """All of it: proposed, approved, accepted, completed, booked."""
        number = self.leave(giver, taker, *args, **more)
        proposed = self.told(giver, number)
        assert self.accept(taker, giver, proposed) == []
        self.complete(giver, taker, number, proposed, at)
        return proposed


def accepted(coming: Transfer) -> list[Objection]:
    """What the ledger has against a transfer; expected where that is nothing, in one database transaction."""
    from article6.store.journal import database_transaction

    with database_transaction():
        objections = LEDGER.judge(coming.proposed, coming.peer, NOW)
        if not objections:
            LEDGER.expect(coming, NOW)
    return objections


def transfer(proposed: Proposed, peer: str, completed_at: datetime | None = None) -> Transfer:
    """The transfer as its acquirer knows it; completed where the moment is given."""
    completion = _completion(peer, completed_at) if completed_at else ""
    status = TransferStatus.COMPLETED if completed_at else TransferStatus.ACCEPTED
    return Transfer(proposed, Side.ACQUIRER, peer, status, DEADLINE, NOW, completion=completion)


def _completion(giver: str, at: datetime) -> str:
    """A completion as it is signed; that it is, the desk has seen."""
    said = Envelope("m1", giver, "ANY01", "org.article6.transfer.completed.v1", 1, at, {"completed_at": written(at)})
    return ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in (b"{}", to_bytes(said), b"s"))


def _use(side: Neighbour) -> None:
    assert side.database is not None
    conftest._use(side.database.name)


def sections_of(kind: Kind, code: str) -> tuple[str, ...]:
    return (code[:3],) if kind is Kind.PARTY else ("GHA", "CHE", "THA")


@contextlib.contextmanager
def neighbours(fresh: Fresh, **kinds: Kind) -> Iterator[Neighbourhood]:
    """Registries of these codes and kinds. Each has a holding account A in its (first) section."""
    with contextlib.ExitStack() as stack:
        them = Neighbourhood()
        for code, kind in kinds.items():
            database = stack.enter_context(fresh())
            them.all[code] = _founded(code, kind, database)
        conftest._use(conftest.NOWHERE)
        yield them


def _founded(code: str, kind: Kind, database: Database) -> Neighbour:
    identity = registry.RegistryIdentity(kind, code, f"Registry {code}")
    admin = registry.init(identity, administrator=("root", "Root"), now=NOW)
    registry.add_sections(sections_of(kind, code), by=admin, now=NOW)
    ama, bo, cy = (people.add_person(name.lower(), name, by=admin, now=NOW) for name in ("Ama", "Bo", "Cy"))
    people.give_role(ama, 0, Role.REPRESENTATIVE, by=admin, now=NOW)
    people.give_role(bo, 0, Role.APPROVER, by=admin, now=NOW)
    side = Neighbour(kind, admin, ama, bo, cy, code=code, database=database)
    side.open("A", section=sections_of(kind, code)[0])
    return side


def authorized(
    them: Neighbourhood,
    code: str = "GHA01",
    units: int = 1000,
    *,
    quantity: int | None = None,
    parties: Sequence[str] = (),
) -> None:
    """Ghana's registry issues units into A, under an approach with Switzerland and Thailand, all authorized."""
    with them.at(code) as side:
        new = authorizations.NewApproach("CA0001", "Stoves", ("GHA", "CHE", "THA"))
        authorizations.record_approach(new, by=side.admin, now=NOW)
        laid = authorizations.NewAuthorization(
            "GHA-1",
            "GHA",
            "CA0001",
            date(2023, 1, 1),
            Purpose.NDC,
            quantity=quantity,
            parties=tuple(parties),
            sectors=("Energy generation",),
            activity_types=("Biogas",),
        )
        authorizations.record_authorization(laid, by=side.admin, now=NOW)
        side.issue("A", units)
        authorization_acts.authorize_units("GHA-1", [SeriesRange(1, 1, units)], by=side.admin, now=NOW)


def holds(type_: str = "holding") -> list[tuple[int, int]]:
    """The blocks in accounts of a type, in serial order."""
    found = rows(
        """SELECT b.lo, b.hi FROM block b JOIN account a ON a.id = b.account_id WHERE a.type = %s
           ORDER BY b.series_id, b.hi""",
        (type_,),
    )
    return [(lo, hi) for lo, hi in found]


def stands(serial: int) -> tuple[str, str | None, bool]:
    """Of a serial of Ghana's series: its account's type, its authorization, and whether it is first transferred."""
    found = row(
        """SELECT a.type, u.code, b.first_transfer_id IS NOT NULL FROM block b JOIN series s ON s.id = b.series_id
           JOIN account a ON a.id = b.account_id LEFT JOIN party_authorization u ON u.id = b.authorization_id
           WHERE s.registry = 'GHA01' AND b.lo <= %s AND b.hi >= %s""",
        (serial, serial),
    )
    assert found is not None
    return found[0], found[1], found[2]


@contextlib.contextmanager
def beside(them: Neighbourhood, fresh: Fresh, code: str, make: Callable[[], Books]) -> Iterator[Neighbour]:
    """One more registry, as other stories make it, in a database of its own."""
    with fresh() as database:
        books = make()
        side = Neighbour(books.kind, books.admin, books.ama, books.bo, books.cy, books.accounts, code, database)
        them.all[code] = side
        conftest._use(conftest.NOWHERE)
        yield side
