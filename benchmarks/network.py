"""Transfers between two registries: two servers as `article6 serve` starts them, two databases, HTTP between them.

What is to be sent is written first and held back; the clock runs from when it may go until both sides have it all.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

from benchmarks.contenders import TRANSFERS, Bench
from benchmarks.figures import Figure
from benchmarks.pool import Pool, repeat
from benchmarks.server import MeasuringFailure, use

GIVER, TAKER = "GHA01", "CHE01"
PARTIES = {GIVER: "GHA", TAKER: "CHE"}
UNITS = 10_000_000
BLOCKS = 1_000
PATIENCE_S = 1_800.0


@dataclass(slots=True)
class Side:
    """One registry: its database, its people (Root, Ana who agrees, Ama who proposes, Bo who approves), its accounts
    and the port of its server."""

    code: str
    database: str
    people: dict[str, Any]
    accounts: list[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


def network(bench: Bench) -> Figure:
    """Transfers settled per second beside local transfers by one process; a large transfer; a backlog."""
    giver, taker = (_founded(bench, code) for code in (GIVER, TAKER))
    _issue(bench, giver)
    with contextlib.ExitStack() as stack:
        for side in (giver, taker):
            stack.enter_context(_serving(bench, side))
        _connect(bench, giver, taker)
        pool = stack.enter_context(Pool(bench.server, giver.database, 1, lambda _number: giver))
        pool.rate(_local, 0.5)
        parts: dict[str, float] = {}
        parts["1,000 blocks: proposed and approved, s"], parts["1,000 blocks: settled after, s"] = _large(
            bench, giver, taker
        )
        pairs = []
        for _round in range(bench.scale.rounds):
            alone = pool.rate(_local, bench.scale.seconds)
            pairs.append((alone, _transfers(bench, giver, taker)))
        parts |= _backlog(bench, giver, pool)
    return Figure(
        "network", median(rate for _, rate in pairs), TRANSFERS, median(alone for alone, _ in pairs),
        median(rate / alone for alone, rate in pairs), parts=parts,
    )  # fmt: skip


# What is measured ----------------------------------------------------------------------------------------------------


def _transfers(bench: Bench, giver: Side, taker: Side) -> float:
    """So many transfers, approved and held back, from when they may go until they are settled; per second."""
    wanted = bench.scale.transfers
    with _held_back(bench, giver), _at(bench, giver):
        before = _count("SELECT count(*) FROM exchange_transfer WHERE status = 'settled'")
        for _each in range(wanted):
            _give(giver, taker, 1)
    begun = time.perf_counter()
    _until(bench, giver, "SELECT count(*) FROM exchange_transfer WHERE status = 'settled'", before + wanted)
    return wanted / (time.perf_counter() - begun)


def _large(bench: Bench, giver: Side, taker: Side) -> tuple[float, float]:
    """One transfer of a thousand blocks: seconds to propose and approve it, and until it is settled."""
    from article6.domain.orders import Order
    from article6.domain.serials import SeriesRange
    from article6.services.transactions import propose

    with _at(bench, giver):
        series_id = _count("SELECT id FROM series")
        every_other = tuple(SeriesRange(series_id, UNITS - 2 * each, UNITS - 2 * each) for each in range(BLOCKS))
        order = Order("transfer", giver.accounts[0], giver.accounts[1], BLOCKS, every_other[::-1])
        propose(order, by=giver.people["ama"], now=_now())
        before = _count("SELECT count(*) FROM exchange_transfer WHERE status = 'settled'")
        begun = time.perf_counter()
        _give(giver, taker, None, source=1, ranges=every_other[::-1])
        proposed = time.perf_counter() - begun
    _until(bench, giver, "SELECT count(*) FROM exchange_transfer WHERE status = 'settled'", before + 1)
    return proposed, time.perf_counter() - begun - proposed


def _backlog(bench: Bench, giver: Side, pool: Pool) -> dict[str, float]:
    """A backlog drains, each message answered by another, while the giver's people go on with local transfers."""
    from article6.exchange.message_types import Type
    from article6.exchange.moments import written
    from article6.services.exchange import desks
    from article6.store import journal

    wanted = bench.scale.messages
    alone = pool.rate(_local, bench.scale.seconds)
    # Numbers have no gaps, so that nobody has to count a hundred thousand rows twenty times a second.
    answered = f"SELECT received FROM exchange_peer WHERE code = '{TAKER}'"
    with _held_back(bench, giver), _at(bench, giver):
        before = _count(answered)
        with journal.database_transaction():
            channel = desks.channel(_now())
            for _each in range(wanted):
                channel.send(TAKER, Type.CLOCK_ASKED, {"asked_at": written(_now())}, _now())
    begun, is_over = time.perf_counter(), threading.Event()
    meanwhile: list[float] = []

    def work() -> None:
        while not is_over.is_set():
            meanwhile.append(pool.rate(_local, 1.0))

    local = threading.Thread(target=work)
    local.start()
    try:
        _until(bench, giver, answered, before + wanted)
        seconds = time.perf_counter() - begun
    finally:
        is_over.set()
        local.join()
    return {
        "backlog: messages": wanted,
        "backlog: messages/s, each answered": wanted / seconds,
        "backlog: local transfers/s meanwhile, of those without it": median(meanwhile) / alone,
    }


def _local(side: Side, begin_at: float, seconds: float) -> tuple[int, float]:
    """Local transfers to and fro between two accounts."""
    from article6.domain.orders import Order
    from article6.services.transactions import propose

    def once() -> None:
        order = Order("transfer", side.accounts[2], side.accounts[3], 1)
        propose(order, by=side.people["ama"], now=_now())

    return repeat(once, begin_at, seconds)


def _give(giver: Side, taker: Side, quantity: int | None, source: int = 0, ranges: tuple[Any, ...] = ()) -> None:
    from article6.services.exchange import transfers

    new = transfers.NewTransfer(
        TAKER, giver.accounts[source], taker.accounts[0], PARTIES[TAKER], quantity, ranges
    )  # fmt: skip
    waiting = transfers.propose(new, by=giver.people["ama"], now=_now())
    transfers.approve(waiting.transfer_id, by=giver.people["bo"], now=_now())


# The registries ------------------------------------------------------------------------------------------------------


def _founded(bench: Bench, code: str) -> Side:
    from article6.domain.kinds import Kind, Role
    from article6.services import accounts, people, registry
    from article6.services.exchange import own_keys

    database = f"network_{code.lower()}"
    bench.server.create(database, template=bench.migrated())
    use(bench.server.name(database))
    now = _now()
    root = registry.init(registry.RegistryIdentity(Kind.PARTY, code, code), administrator=("root", "Root"), now=now)
    registry.add_sections([PARTIES[code]], by=root, now=now)
    who: dict[str, Any] = {"root": root}
    # Ana last: from then on two administrators have to agree on roles.
    for name, role in (("ama", Role.REPRESENTATIVE), ("bo", Role.APPROVER), ("ana", Role.ADMINISTRATOR)):
        who[name] = people.add_person(name, name, by=root, now=now)
        people.give_role(who[name], 0, role, by=root, now=now)
    opened = [
        accounts.open_account(accounts.NewAccount("holding", PARTIES[code], f"{number}"), by=root, now=now).number
        for number in range(4)
    ]
    own_keys.make(by=root, now=now)
    use(bench.server.name("none"))
    return Side(code, database, who, opened, _free_port())


def _issue(bench: Bench, giver: Side) -> None:
    from article6.domain.authorizations import Purpose
    from article6.domain.orders import Issuance
    from article6.domain.serials import SeriesRange
    from article6.domain.units import BatchAttributes, UnitType
    from article6.services import authorization_acts, authorizations, issuance

    with _at(bench, giver):
        now, root = _now(), giver.people["root"]
        approach = authorizations.NewApproach("CA0001", "Stoves", tuple(PARTIES.values()))
        authorizations.record_approach(approach, by=root, now=now)
        laid = authorizations.NewAuthorization("GHA-1", "GHA", "CA0001", now.date(), Purpose.NDC)
        authorizations.record_authorization(laid, by=root, now=now)
        batch = BatchAttributes(UnitType.MO, vintage_year=now.year - 1)
        for target in (2, 0):
            wanted = Issuance(giver.accounts[target], GIVER, "GHA", UNITS // 2, batch)
            issuance.issue(wanted, by=root, now=now)
        series_id = _count("SELECT id FROM series")
        authorization_acts.authorize_units("GHA-1", [SeriesRange(series_id, 1, UNITS)], by=root, now=now)


def _connect(bench: Bench, giver: Side, taker: Side) -> None:
    from article6.services.exchange import peers

    for here, there in ((giver, taker), (taker, giver)):
        with _at(bench, here):
            peers.offer(there.code, there.url, ("transfer_itmo",), by=here.people["root"], now=_now())
            peers.agree(there.code, by=here.people["ana"], now=_now())
    for here in (giver, taker):
        _until(bench, here, "SELECT count(*) FROM exchange_peer WHERE status = 'connected'", 1)


@contextlib.contextmanager
def _serving(bench: Bench, side: Side) -> Iterator[None]:
    words = ("serve", "--quiet", "--until-stdin-closes", "--workers", "1", "--port", str(side.port))
    environment = {**os.environ, "DATABASE_URL": bench.server.url(side.database), "ARTICLE6_EXCHANGE_RATE": "600000"}
    serving = subprocess.Popen(
        [sys.executable, "-m", "article6", *words], env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        _await(side)
        yield
    finally:
        if serving.stdin is not None:
            serving.stdin.close()
        try:
            serving.wait(timeout=20)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()


def _await(side: Side) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", side.port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise MeasuringFailure(f"the server of {side.code} does not answer") from None
            time.sleep(0.1)
        else:
            return


@contextlib.contextmanager
def _held_back(bench: Bench, side: Side) -> Iterator[None]:
    """Nothing is sent meanwhile, as if the peer had not answered for long."""
    with bench.server.owner(side.database) as connection:
        connection.execute("UPDATE exchange_peer SET retry_at = now() + interval '1 day'")
        try:
            yield
        finally:
            connection.execute("UPDATE exchange_peer SET retry_at = NULL")


def _until(bench: Bench, side: Side, statement: str, wanted: int) -> None:
    end = time.monotonic() + PATIENCE_S
    with bench.server.owner(side.database) as connection:
        while True:
            found = connection.execute(statement).fetchone()
            if found is not None and int(str(found[0])) >= wanted:
                return
            if time.monotonic() > end:
                raise MeasuringFailure(f"{side.code}: {found} of {wanted}: {statement}")
            time.sleep(0.05)


@contextlib.contextmanager
def _at(bench: Bench, side: Side) -> Iterator[None]:
    use(bench.server.name(side.database))
    try:
        yield
    finally:
        use(bench.server.name("none"))


def _count(statement: str) -> int:
    from article6.store.database import one

    return int(one(statement)[0])


def _now() -> datetime:
    return datetime.now(UTC)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
