"""The server that is measured: an embedded one in a folder of its own, or the one DATABASE_URL names.

Databases are made for the run and dropped after it; no other database of the server is touched.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from article6.gateways.postgres import EmbeddedServer, ensure_database
from article6.gateways.postgres_setup import wheel_folder

APP_ROLE = "article6_app"
SOURCE_FILES = "ARTICLE6_DATA"


class MeasuringFailure(Exception):
    """A measurement came to nothing; the text says why."""


class Server:
    """Databases of this run, and pgbench on them."""

    def __init__(self, home: Path, url: str, embedded: EmbeddedServer | None) -> None:
        self.home = home
        self.embedded = embedded
        self._parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
        self._prefix = f"article6_bench_{secrets.token_hex(4)}"

    def name(self, database: str) -> str:
        """A database of this run as the server knows it."""
        return f"{self._prefix}_{database}"

    def url(self, database: str) -> str:
        """The address of a database of this run, as its owner."""
        parts = {key: value for key, value in self._parts.items() if key != "dbname"}
        return f"postgresql:///{quote(self.name(database))}?{urlencode(parts, quote_via=quote)}"

    def owner(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of its own to a database of this run, as its owner."""
        return psycopg.connect(self.url(database), autocommit=True)

    def administer(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection to the database that was there before."""
        return psycopg.connect(make_conninfo("", **self._parts), autocommit=True)

    def create(self, database: str, template: str | None = None) -> None:
        """Make a database, empty or as a copy of another of this run."""
        if template is None:
            ensure_database(self.url(database))
            return
        with self.administer() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(self.name(database)), sql.Identifier(self.name(template))
                )
            )

    def migrate(self, database: str) -> None:
        """Make a database with the program's tables."""
        from django.core.management import call_command

        self.create(database)
        use(self.name(database))
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        use(self.name("none"))

    def drop_all(self) -> None:
        """Drop the databases of this run."""
        with self.administer() as connection:
            like = self._prefix.replace("_", r"\_") + r"\_%"
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (like,)).fetchall()
            for (name,) in found:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(str(name))))

    def checkpoint(self, database: str) -> None:
        """Write what was loaded before anything is measured; a login that may not ask for it goes without."""
        with self.owner(database) as connection, contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute("CHECKPOINT")

    def settings(self) -> dict[str, str]:
        """What the figures depend on."""
        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")
        with self.administer() as connection:
            return {name: str((connection.execute(f"SHOW {name}").fetchone() or ("",))[0]) for name in names}

    # --- pgbench

    def make_tpcb(self, scale: int) -> None:
        """The yardstick's tables."""
        self.create("tpcb")
        self._run_pgbench(["-i", "-q", "-I", "dtGvp", "-s", str(scale), self.url("tpcb")], {})
        self.checkpoint("tpcb")

    def tpcb(self, clients: int, seconds: float) -> float:
        """Transactions per second of pgbench's TPC-B-like script."""
        return self.pgbench("tpcb", clients, seconds)

    def pgbench(self, database: str, clients: int, seconds: float, script: str | None = None) -> float:
        """Transactions per second of a script, in the program's restricted role; without one, of the yardstick."""
        length = str(max(1, round(seconds)))  # pgbench counts whole seconds
        words = ["-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)), "-T", length]
        environment: dict[str, str] = {}
        with tempfile.TemporaryDirectory() as folder:
            if script is not None:
                path = Path(folder) / "script.sql"
                path.write_text(script, encoding="utf-8")
                words += ["-f", str(path)]
                environment["PGOPTIONS"] = f"-c role={APP_ROLE}"
            printed = self._run_pgbench([*words, self.url(database)], environment)
        found = re.search(r"^tps = ([0-9.]+)", printed, re.MULTILINE)
        if found is None:
            raise MeasuringFailure(f"pgbench said nothing of its rate: {printed[-500:]}")
        return float(found[1])

    def _run_pgbench(self, words: list[str], environment: Mapping[str, str]) -> str:
        program = self.embedded.bin("pgbench") if self.embedded else wheel_folder() / "pginstall" / "bin" / "pgbench"
        done = subprocess.run(
            [str(program), *words], capture_output=True, text=True, check=False, env={**os.environ, **environment}
        )
        if done.returncode or "abort" in done.stderr:
            raise MeasuringFailure(f"pgbench failed: {done.stderr.strip()[-800:]}")
        return done.stdout


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A server for this run, with Django set up to use it; all of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="article6-bench-", dir=_disk()))
    folder.chmod(0o711)  # as root, the server runs as another user, who has to pass through
    given = os.environ.get("ARTICLE6_OWNER_URL") or os.environ.get("DATABASE_URL")
    embedded = None if given else EmbeddedServer(folder / "home")
    try:
        if embedded is not None:
            embedded.start()
        server = Server(folder, given or (embedded.url("postgres") if embedded else ""), embedded)
        _set_up_django(server)
        try:
            yield server
        finally:
            _disconnect()
            server.drop_all()
    finally:
        if embedded is not None:
            embedded.stop(force=True)
        shutil.rmtree(folder, ignore_errors=True)


def _disk() -> str | None:
    # /tmp is memory on many machines, where a commit costs nothing.
    chosen = os.environ.get("TMPDIR")
    return chosen or ("/var/tmp" if os.access("/var/tmp", os.W_OK) else None)


def _set_up_django(server: Server) -> None:
    for name in [name for name in os.environ if name.startswith("ARTICLE6_") and name != SOURCE_FILES]:
        del os.environ[name]
    os.environ["ARTICLE6_HOME"] = str(server.home / "home")
    os.environ["ARTICLE6_SECRET_KEY"] = secrets.token_urlsafe(32)
    os.environ["DATABASE_URL"] = server.url("none")
    os.environ["DJANGO_SETTINGS_MODULE"] = "article6.config.settings"
    import django

    django.setup()
    from article6.store.database import see_everything_in_this_process

    see_everything_in_this_process()


def use(server_name: str) -> None:
    """Point this process's connections at a database, by the name the server knows it under."""
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = server_name


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()
