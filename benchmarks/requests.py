"""Transfers over HTTP: the server as `article6 serve` starts it, and a client that is no bottleneck."""

from __future__ import annotations

import contextlib
import json
import os
import random
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.contenders import TRANSFERS, Bench
from benchmarks.figures import Figure, of_pairs
from benchmarks.ledgers import Ledger
from benchmarks.server import MeasuringFailure, use
from benchmarks.work import QUANTITY

SERVER_WORKERS = 2
START_TIMEOUT_S = 30
ANSWER_TIMEOUT_S = 30
ADDRESS = "/api/v1/transactions"


def http(bench: Bench) -> Figure:
    """POST of a transfer with token and idempotency key over kept-alive connections."""
    ledger = bench.few
    token = _token(bench, ledger)
    with _serving(bench, ledger) as port:
        load = Load(ledger, port, token, bench.scale.clients)
        load.rate(0.5)
        pairs = bench.turns(lambda: bench.tpcb(bench.scale.clients), lambda: load.rate(bench.scale.seconds))
    return of_pairs("http", pairs, TRANSFERS)


def _token(bench: Bench, ledger: Ledger) -> str:
    from article6.domain.orders import PersonId
    from article6.services.people import create_token

    use(bench.server.name(ledger.database))
    by = PersonId(ledger.administrator)
    text = create_token(PersonId(ledger.person), "benchmark", ["propose"], by=by, now=datetime.now(UTC))
    use(bench.server.name("none"))
    return text


@contextlib.contextmanager
def _serving(bench: Bench, ledger: Ledger) -> Iterator[int]:
    """`article6 serve` on a free port, for as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = ("serve", "--quiet", "--until-stdin-closes", "--workers", str(SERVER_WORKERS), "--port", str(port))
    environment = {**os.environ, "DATABASE_URL": bench.server.url(ledger.database)}
    serving = subprocess.Popen(
        [sys.executable, "-m", "article6", *words], env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        _await(serving, port)
        yield port
    finally:
        if serving.stdin is not None:
            serving.stdin.close()
        try:
            serving.wait(timeout=20)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()


def _await(serving: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if serving.poll() is not None:
            raise MeasuringFailure(f"`article6 serve` ended with code {serving.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise MeasuringFailure("`article6 serve` does not listen")


@dataclass(slots=True)
class Caller:
    """One connection, and what has arrived of the answer it waits for."""

    link: socket.socket
    arrived: bytes = b""


@dataclass(slots=True)
class Load:
    """The client: one process that keeps so many connections busy, each with one request at a time."""

    ledger: Ledger
    port: int
    token: str
    connections: int
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    sent: int = 0

    def rate(self, seconds: float) -> float:
        """Completed transfers per second.

        Raises:
            MeasuringFailure: an answer was no transfer, or none came.
        """
        with selectors.DefaultSelector() as waiting:
            callers = [
                Caller(socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_TIMEOUT_S))
                for _ in range(self.connections)
            ]
            for caller in callers:
                waiting.register(caller.link, selectors.EVENT_READ, caller)
            try:
                return self._rate(waiting, callers, seconds)
            finally:
                for caller in callers:
                    caller.link.close()

    def _rate(self, waiting: selectors.BaseSelector, callers: list[Caller], seconds: float) -> float:
        begun = time.perf_counter()
        until = begun + seconds
        for caller in callers:
            caller.link.sendall(self._request())
        busy, count = len(callers), 0
        while busy:
            ready = waiting.select(ANSWER_TIMEOUT_S)
            if not ready:
                raise MeasuringFailure("the server does not answer")
            for key, _ in ready:
                caller = key.data
                caller.arrived += caller.link.recv(65536)
                if not _is_whole(caller.arrived):
                    continue
                if not caller.arrived.startswith(b"HTTP/1.1 201"):
                    raise MeasuringFailure(f"the server answered: {caller.arrived[:600].decode(errors='replace')}")
                caller.arrived = b""
                count += 1
                if time.perf_counter() < until:
                    caller.link.sendall(self._request())
                else:
                    busy -= 1
        return count / (time.perf_counter() - begun)

    def _request(self) -> bytes:
        source, target = self.chance.sample(self.ledger.holders[: self.ledger.spread], 2)
        body = json.dumps({"type": "transfer", "source": source[1], "target": target[1], "quantity": QUANTITY}).encode()
        self.sent += 1
        head = (
            f"POST {ADDRESS} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Idempotency-Key: {time.time_ns()}-{self.sent}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def _is_whole(arrived: bytes) -> bool:
    head, separator, body = arrived.partition(b"\r\n\r\n")
    if not separator:
        if arrived:
            return False
        raise MeasuringFailure("the server closed the connection")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.partition(b":")[2])
    raise MeasuringFailure("an answer without its length")
