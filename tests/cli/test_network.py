"""Two registries as two servers in two databases, over HTTP on this machine: connect, transfer, be killed, settle."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import conftest
import pytest
from cli.processes import free_port, none_lives, run
from ledger.books import audit_is_clean
from services import network
from services.network import Registry

from article6.domain.refusals import Refused
from article6.services.exchange import initial_tests, own_keys, peers, transfers
from article6.services.exchange.transfers import NewTransfer
from article6.store.database import rows

PATIENCE_S = 90.0


@dataclass
class Server:
    """A registry's server process, which can be killed and started again."""

    side: Registry
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "article6", "serve", "--port", str(self.port), "--workers", "1", "--quiet"],
            env=self.environment, start_new_session=True,
        )  # fmt: skip
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                peers.published_by(self.url)
                return
            except Refused:
                assert time.monotonic() < end, "the server does not answer"
                time.sleep(0.2)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            self.process.wait(30)
            assert none_lives(self.process.pid)
            self.process = None

    @contextlib.contextmanager
    def books(self) -> Iterator[Registry]:
        """Act within this registry's database, as its commands would."""
        conftest._use(self.side.database.name)
        try:
            yield self.side
        finally:
            conftest._use(conftest.NOWHERE)


@pytest.fixture
def servers(
    fresh_database: Callable[[], contextlib.AbstractContextManager[conftest.Database]], tmp_path: Path
) -> Iterator[dict[str, Server]]:
    with contextlib.ExitStack() as stack:
        made: dict[str, Server] = {}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ARTICLE6_")}
        for code in ("GHA01", "CHE01"):
            side = network._founded(code, stack.enter_context(fresh_database()))
            environment = {
                **kept, "DATABASE_URL": side.database.app_url, "ARTICLE6_OWNER_URL": side.database.owner_url,
                "ARTICLE6_HOME": str(tmp_path / code), "ARTICLE6_EXCHANGE_SECRET": "for tests only",
                "ARTICLE6_EXCHANGE_RATE": "6000",
            }  # fmt: skip
            made[code] = Server(side, environment)
            with made[code].books():
                own_keys.make(by=side.root, now=now())
                if code == "GHA01":
                    network._issued(side)
            stack.callback(made[code].kill)
            made[code].start()
        yield made


def now() -> datetime:
    return datetime.now(UTC)


def connect(servers: dict[str, Server]) -> None:
    for here, there in (("GHA01", "CHE01"), ("CHE01", "GHA01")):
        with servers[here].books() as side:
            peers.offer(there, servers[there].url, network.ITMO, by=side.root, now=now())
            peers.agree(there, by=side.ana, now=now())
    for here, there in (("GHA01", "CHE01"), ("CHE01", "GHA01")):
        becomes(servers[here], "SELECT status FROM exchange_peer WHERE code = %s", there, "connected")


def becomes(server: Server, statement: str, given: str, wanted: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while True:
        with server.books():
            found = rows(statement, (given,))
        if found and str(found[0][0]) == wanted:
            return
        assert time.monotonic() < end, (statement, found, wanted)
        time.sleep(0.2)


def send(servers: dict[str, Server], quantity: int) -> str:
    with servers["GHA01"].books() as side:
        new = NewTransfer("CHE01", side.account.number, servers["CHE01"].side.account.number, "CHE", quantity)
        waiting = transfers.propose(new, by=side.ama, now=now())
        return transfers.approve(waiting.transfer_id, by=side.bo, now=now()).transfer_id


STATUS = "SELECT status FROM exchange_transfer WHERE transfer_id = %s"
HELD = "SELECT sum(b.hi - b.lo + 1) FROM block b JOIN account a ON a.id = b.account_id WHERE a.type = %s"


@pytest.mark.slow
def test_two_servers_connect_transfer_and_survive_being_killed(servers: dict[str, Server]) -> None:
    ghana, swiss = servers["GHA01"], servers["CHE01"]
    connect(servers)
    with ghana.books() as side:
        found = {each.test: (each.passed, each.detail) for each in initial_tests.run("CHE01", by=side.root)}
        assert all(passed for passed, _detail in found.values()), found
    settled = send(servers, 10)
    becomes(ghana, STATUS, settled, "settled")

    # The acquirer dies with a transfer on its way, then the sender.
    swiss.kill()
    second = send(servers, 20)
    time.sleep(1)
    swiss.start()
    ghana.kill()
    ghana.start()
    becomes(ghana, STATUS, second, "settled")
    becomes(swiss, STATUS, second, "completed")

    # Both die again and again while transfers run.
    under_way = []
    for victim in (ghana, swiss, ghana, swiss):
        under_way.append(send(servers, 5))
        time.sleep(0.3)
        victim.kill()
        victim.start()
    for each in under_way:
        becomes(ghana, STATUS, each, "settled")
    becomes(swiss, HELD, "holding", "50")
    becomes(ghana, HELD, "elsewhere", "50")
    for server in (ghana, swiss):
        with server.books():
            audit_is_clean()
            assert rows('SELECT 1 FROM exchange_evidence WHERE objections @> \'[{"code": "signature.wrong"}]\'') == []
    shown = run(ghana.environment, "network", "status", "--json")
    assert shown.returncode == 0, shown.stderr
    [peer] = json.loads(shown.stdout)["peers"]
    assert (peer["code"], peer["status"], peer["to_send"], peer["to_handle"]) == ("CHE01", "connected", 0, 0)
