"""Registries as programs: a database server of their own, a database each, a server process each, a road to each."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from cli.processes import free_port, none_lives, run
from network.proxy import Proxy, Road
from psycopg import sql

from article6.gateways.postgres import EmbeddedServer

PEOPLE = Path(__file__).with_name("people.py")
PATIENCE_S = 90.0


@dataclass
class Program:
    """One registry. Its peers reach it by `proxy`."""

    code: str
    database: str
    owner_url: str
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    account: str = ""
    process: subprocess.Popen[bytes] | None = None
    proxy: Proxy = field(init=False)

    def __post_init__(self) -> None:
        self.proxy = Proxy(self.port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}/"

    def start(self) -> None:
        """Start the server; it answers some seconds later."""
        words = ["serve", "--port", str(self.port), "--workers", "1", "--quiet"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "article6", *words], env=self.environment, start_new_session=True,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/exchange/v1/keys", timeout=10) as answer:
                    answer.read()
                    return
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < end, f"{self.code} does not answer"
                time.sleep(0.2)

    def kill(self) -> None:
        """Kill the server and what it started, at once."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
            assert none_lives(self.process.pid)
            self.process = None

    def is_dead(self) -> bool:
        """Whether the server ended by itself, or was killed and not started again."""
        return self.process is None or self.process.poll() is not None

    def people(self, *words: str) -> Any:
        """Let the people of this registry do something, to its end."""
        done = subprocess.run(
            [sys.executable, str(PEOPLE), *words], env=self.environment, capture_output=True, text=True, timeout=240,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (self.code, words, done.stderr[-2000:])
        return json.loads(done.stdout)

    def people_go_on(self, *words: str) -> subprocess.Popen[str]:
        """The same, meanwhile; they stop when their standard input closes."""
        return subprocess.Popen(
            [sys.executable, str(PEOPLE), *words], env=self.environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def rows(self, statement: str) -> list[Any]:
        """What the owner of the database reads."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            return list(connection.execute(statement).fetchall())  # type: ignore[arg-type]  # our own text


@contextlib.contextmanager
def registries(folder: Path, *codes: str) -> Iterator[tuple[EmbeddedServer, dict[str, Program]]]:
    """Founded registries that know each other's keys and are connected, their servers running."""
    folder.chmod(0o711)  # as root, the database runs as another user, who has to pass through
    server = EmbeddedServer(folder / "home")
    with contextlib.ExitStack() as stack:
        server.start()
        stack.callback(server.stop, force=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ARTICLE6_")}
        template = "network_template"
        server.ensure_database(template)
        base = {
            **kept, "ARTICLE6_EXCHANGE_SECRET": "for tests only", "ARTICLE6_SECRET_KEY": "for tests only",
            "DJANGO_SETTINGS_MODULE": "article6.config.settings",
        }  # fmt: skip
        base |= {"DATABASE_URL": server.url(template), "ARTICLE6_HOME": str(folder / template)}
        migrated = run(base, "migrate")
        assert migrated.returncode == 0, migrated.stderr
        made: dict[str, Program] = {}
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            for code in codes:
                name = f"network_{code.lower()}"
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
                )
                url = server.url(name)
                environment = {**base, "DATABASE_URL": url, "ARTICLE6_HOME": str(folder / code)}
                made[code] = Program(code, name, url, environment)
        for each in made.values():
            stack.callback(each.proxy.close)
            stack.callback(each.kill)
            each.account = each.people("found", each.code)["account"]
            each.start()
        for each in made.values():
            each.wait()
        pairs = [(one, other) for one in made.values() for other in made.values() if one is not other]
        for one in made.values():
            one.people("connect", *(word for each, other in pairs if each is one for word in (other.code, other.url)))
        for one, other in pairs:
            becomes(one, f"SELECT status FROM exchange_peer WHERE code = '{other.code}'", "connected")
        yield server, made


def becomes(program: Program, statement: str, wanted: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until a query's one value is this."""
    end = time.monotonic() + patience_s
    while True:
        found = program.rows(statement)
        if found and str(found[0][0]) == wanted:
            return
        assert time.monotonic() < end, (program.code, statement, found, wanted)
        time.sleep(0.2)


def heal(programs: dict[str, Program]) -> None:
    """Open every road and start every server that is dead."""
    for each in programs.values():
        each.proxy.set(Road.OPEN)
        if each.is_dead():
            each.kill()
            each.start()
    for each in programs.values():
        each.wait()
