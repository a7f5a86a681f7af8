"""One PostgreSQL server for the whole test session, and a fresh database for every test that asks for one.

Ledger tests commit for real, so nothing is rolled back: a migrated template is cloned instead. Without
DATABASE_URL the server is the embedded one, in a folder of its own; with it, databases with a prefix of ours
are made on that server (its login must be allowed to create databases and roles) and dropped at the end.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from article6.gateways.postgres import EmbeddedServer, ensure_database

ROOM_BYTES = 4 << 30  # what the databases of a session and their logs may take
SESSION_PREFIX = "article6-tests-"
PREFIX = "ARTICLE6_TESTS_PREFIX"  # from the session to its workers and to nobody else
NOWHERE = "this_test_asks_for_no_database_fixture"


def _sessions() -> Path:
    """Where the server of a session lives: in memory where there is room; copying the template is a tenth there."""
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES:
        return memory
    return Path(tempfile.gettempdir())


SESSIONS = _sessions()


@dataclass(frozen=True)
class Database:
    """A database of its own: `app_url` logs in as the program does, `owner_url` as the tables' owner."""

    name: str
    app_url: str
    owner_url: str


class Session:
    """The server of this session; made by the controlling process, not by its workers."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.server: EmbeddedServer | None = None
        os.environ[PREFIX] = f"a6test_{secrets.token_hex(4)}"
        if not os.environ.get("DATABASE_URL"):
            _sweep()
            self.folder = Path(tempfile.mkdtemp(prefix=SESSION_PREFIX, dir=SESSIONS))
            # As root, the server runs as another user, who has to pass through.
            self.folder.chmod(0o711)
            self.server = EmbeddedServer(self.folder / "home")
            self.server.start()
            os.environ["DATABASE_URL"] = self.server.url("postgres")

    def end(self) -> None:
        if self.server and self.folder:
            self.server.stop(force=True)
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        with _administer() as connection:
            like = os.environ[PREFIX].replace("_", r"\_") + "%"
            left = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (like,)).fetchall()
            for (name,) in left:
                _drop(connection, name)


def _sweep() -> None:
    """Remove what a killed session left behind."""
    for folder in SESSIONS.glob(f"{SESSION_PREFIX}*"):
        # A session that has just begun has a folder and no server yet.
        is_old = time.time() - folder.lstat().st_mtime > 600
        if is_old and folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.geteuid():
            old = EmbeddedServer(folder / "home")
            old.stop()
            if not old.is_running():
                shutil.rmtree(folder, ignore_errors=True)


SESSION = pytest.StashKey[Session]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        for name in [name for name in os.environ if name.startswith("ARTICLE6_")]:
            del os.environ[name]
        config.stash[SESSION] = Session()
    os.environ["ARTICLE6_SECRET_KEY"] = "for tests only"
    os.environ["ARTICLE6_EXCHANGE_SECRET"] = "for tests only"
    os.environ["ARTICLE6_HOME"] = tempfile.mkdtemp(prefix="article6-home-")  # not the developer's own
    os.environ["LC_ALL"] = "C.UTF-8"  # tests read English, whatever the developer's terminal speaks
    os.environ["DJANGO_SETTINGS_MODULE"] = "article6.config.settings"

    import django

    from article6.store.database import see_everything_in_this_process

    django.setup()
    # The stories of the ledger are told by who sees all of it; tests of doors and of sight narrow it.
    see_everything_in_this_process()
    _use(NOWHERE)


def pytest_unconfigure(config: pytest.Config) -> None:
    if home := os.environ.get("ARTICLE6_HOME"):
        shutil.rmtree(home, ignore_errors=True)
    if SESSION in config.stash:
        config.stash[SESSION].end()


@pytest.fixture(scope="session")
def template() -> str:
    """The name of a migrated database without connections, made once for all workers."""
    name, unfinished = f"{os.environ[PREFIX]}_template", f"{os.environ[PREFIX]}_migrating"
    with _administer() as connection:
        connection.execute("SELECT pg_advisory_lock(6)")  # the connection's end releases it
        if not _exists(connection, name):
            if _exists(connection, unfinished):
                _drop(connection, unfinished)
            ensure_database(_url(unfinished))
            _use(unfinished)
            try:
                from django.core.management import call_command

                call_command("migrate", database="owner", verbosity=0, interactive=False)
            finally:
                _use(NOWHERE)
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
            )
    return name


@pytest.fixture
def database(template: str) -> Iterator[Database]:
    """A fresh migrated database; Django's `default` is the application's role, `owner` the tables' owner."""
    with _clone(template) as clone:
        yield clone


@pytest.fixture
def fresh_database(template: str) -> Callable[[], contextlib.AbstractContextManager[Database]]:
    """What makes a fresh database: for tests that need one for each of many examples."""
    return lambda: _clone(template)


@contextlib.contextmanager
def _clone(template: str) -> Iterator[Database]:
    name = f"{os.environ[PREFIX]}_{secrets.token_hex(6)}"
    with _administer() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    _use(name)
    try:
        yield Database(name, app_url=_url(name, options="-c role=article6_app"), owner_url=_url(name))
    finally:
        _use(NOWHERE)
        with _administer() as connection:
            _drop(connection, name)


@pytest.fixture
def empty_database() -> Iterator[Database]:
    """A database without tables, for tests that migrate it themselves."""
    name = f"{os.environ[PREFIX]}_{secrets.token_hex(6)}"
    ensure_database(_url(name))
    _use(name)
    try:
        yield Database(name, app_url=_url(name, options="-c role=article6_app"), owner_url=_url(name))
    finally:
        _use(NOWHERE)
        with _administer() as connection:
            _drop(connection, name)


@pytest.fixture
def database_urls(database: Database) -> tuple[str, str]:
    """The addresses (application, owner) of the test's database; as DATABASE_URL and ARTICLE6_OWNER_URL."""
    return database.app_url, database.owner_url


@pytest.fixture
def process_environment(database_urls: tuple[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment in which to start `article6` as a process of its own, on the test's database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARTICLE6_")}
    app_url, owner_url = database_urls
    return {
        **kept,
        "DATABASE_URL": app_url,
        "ARTICLE6_OWNER_URL": owner_url,
        "ARTICLE6_HOME": str(tmp_path / "home"),
    }


def _use(name: str) -> None:
    """Point Django's connections at a database; the connections of all threads share these dictionaries."""
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections.settings[alias]["NAME"] = name


def _administer() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def _exists(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def _drop(connection: psycopg.Connection[tuple[object, ...]], name: object) -> None:
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(str(name)))
    for _ in range(40):
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            # The server's own vacuum is in it, which a login that is no superuser cannot send away.
            time.sleep(0.25)
        else:
            return
    connection.execute(statement)


def _url(name: str, **more: str) -> str:
    parts = {key: str(value) for key, value in conninfo_to_dict(os.environ["DATABASE_URL"]).items()}
    del parts["dbname"]
    return f"postgresql:///{quote(name)}?{urlencode({**parts, **more}, quote_via=quote)}"
