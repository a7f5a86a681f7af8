"""The embedded server: shared, private, and safe to kill."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from article6.gateways import GatewayFailure
from article6.gateways.postgres import EmbeddedServer, PostgresFailure

HOLD = """
import sys, time
from pathlib import Path
from article6.gateways.postgres import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
print(server._postmaster_pid(), flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="a6-home-"))
    folder.chmod(0o711)  # as root, the server's own user has to pass through
    yield folder / "home"
    EmbeddedServer(folder / "home").stop(force=True)
    shutil.rmtree(folder, ignore_errors=True)


def holder(home: Path) -> subprocess.Popen[str]:
    """Another process that holds the server until its standard input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def server_pid(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    return int(process.stdout.readline())


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        for statement in query.split("; "):
            row = connection.execute(statement.encode())
        found = row.fetchone()
    return found[0] if found else None


def test_it_is_a_durable_server_without_a_network_port(home: Path) -> None:
    with EmbeddedServer(home) as server:
        server.ensure_database("ledger")
        url = server.url("ledger")
        assert value(url, "SHOW fsync") == value(url, "SHOW data_checksums") == "on"
        assert value(url, "SHOW synchronous_commit") == "on"
        assert value(url, "SHOW listen_addresses") == ""
        assert value(url, "SELECT datcollate FROM pg_database WHERE datname = 'ledger'") == "C"
        value(url, "CREATE EXTENSION btree_gist; SELECT 1")
    assert not server.is_running()


def test_only_the_servers_user_can_enter_its_folders(home: Path) -> None:
    with EmbeddedServer(home) as server:
        pid = server._postmaster_pid()
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        for folder in (server._data, server._socket_folder, server._cluster):
            assert folder.stat().st_mode & 0o077 == 0
            assert folder.stat().st_uid == Path(f"/proc/{pid}").stat().st_uid


def test_the_last_one_out_stops_it(home: Path) -> None:
    first, second = EmbeddedServer(home), EmbeddedServer(home)
    first.start()
    second.start()
    first.stop()
    assert second.is_running()
    first.stop()  # a second time: its hold is gone already, the other's stands
    assert second.is_running()
    second.stop()
    assert not second.is_running()


def test_force_stops_it_for_everybody(home: Path) -> None:
    other = holder(home)
    server_pid(other)
    EmbeddedServer(home).stop(force=True)
    assert not EmbeddedServer(home).is_running()
    other.communicate("")


def test_eight_processes_that_start_at_once_share_one_server(home: Path) -> None:
    processes = [holder(home) for _ in range(8)]
    assert len({server_pid(process) for process in processes}) == 1
    for process in processes:
        process.communicate("")
        assert process.returncode == 0
    assert not EmbeddedServer(home).is_running()


def test_what_was_committed_survives_a_kill_of_the_server(home: Path) -> None:
    with EmbeddedServer(home) as server:
        server.ensure_database("ledger")
        url = server.url("ledger")
        value(url, "CREATE TABLE units (n int); INSERT INTO units VALUES (1916); SELECT 1")
        pid = server._postmaster_pid()
        assert pid
        os.kill(pid, signal.SIGKILL)
        with EmbeddedServer(home) as again:
            assert again._postmaster_pid() != pid
            assert value(url, "SELECT n FROM units") == 1916


def test_the_server_of_a_killed_program_is_taken_over_and_stopped(home: Path) -> None:
    killed = holder(home)
    pid = server_pid(killed)
    killed.kill()
    killed.communicate()
    with EmbeddedServer(home) as server:
        assert server._postmaster_pid() == pid
    assert not server.is_running()


def test_the_servers_number_may_belong_to_another_process_by_now(home: Path) -> None:
    with EmbeddedServer(home) as server:
        assert server._user
    stranger = subprocess.Popen(["sleep", "60"], user=server._user.uid if os.geteuid() == 0 else None)
    stale = server._data / "postmaster.pid"
    stale.write_text(f"{stranger.pid}\n{server._data}\n1700000000\n5432\n\n\n\nready   \n")
    if os.geteuid() == 0:
        os.chown(stale, server._user.uid, server._user.gid)
    try:
        with EmbeddedServer(home) as again:
            assert again.is_running()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_terminals_interrupt_does_not_reach_it(home: Path) -> None:
    with EmbeddedServer(home) as server:
        pid = server._postmaster_pid()
        assert pid
        assert os.getsid(pid) != os.getsid(0)


def test_a_forked_child_cannot_let_go_of_its_parents_hold(home: Path) -> None:
    with EmbeddedServer(home) as server:
        child = multiprocessing.get_context("fork").Process(target=server.stop)
        child.start()
        child.join()
        assert server.is_running()


def test_a_cluster_that_was_half_made_is_made_anew(home: Path) -> None:
    with EmbeddedServer(home) as server:
        pass
    server._data.rename(server._data.with_name("data.new"))
    with EmbeddedServer(home) as again:
        assert again.is_running()


def test_a_database_may_be_asked_for_by_many_at_once(home: Path) -> None:
    with EmbeddedServer(home) as server:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(server.ensure_database, ["ledger"] * 12))
        assert value(server.url("ledger"), "SELECT current_database()") == "ledger"


def test_a_very_long_home_gets_a_short_private_socket(home: Path) -> None:
    with EmbeddedServer(home / ("a-long-name-" * 10)) as server:
        assert server.is_running()
        assert len(str(server._socket_folder)) < 60
        shared = server._socket_folder
    shutil.rmtree(shared)
    shared.mkdir()
    shared.chmod(0o777)
    try:
        with pytest.raises(PostgresFailure, match="private folder"):
            EmbeddedServer(home / ("a-long-name-" * 10)).start()
    finally:
        shutil.rmtree(shared)


def test_a_home_that_cannot_be_used_is_told_with_what_to_do(home: Path) -> None:
    home.write_text("a file, not a folder")
    with pytest.raises(GatewayFailure, match=r"ARTICLE6_HOME.*DATABASE_URL"):
        EmbeddedServer(home).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user to pass")
def test_a_home_behind_a_closed_door_is_told_and_the_door_stays_closed(home: Path) -> None:
    home.parent.chmod(0o700)
    with pytest.raises(PostgresFailure, match="chmod o\\+x"):
        EmbeddedServer(home).start()
    assert home.parent.stat().st_mode & 0o777 == 0o700


def test_its_log_holds_neither_statements_nor_values(home: Path) -> None:
    with EmbeddedServer(home) as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
            for _ in range(2):
                try:
                    connection.execute("INSERT INTO person VALUES (%s)", ("Ama Secret",))
                except psycopg.errors.UniqueViolation:
                    refused = True
        assert refused
        time.sleep(0.2)
        logs = [path.read_text() for path in (server._cluster / "log").iterdir()]
    assert any("duplicate key" in log for log in logs)
    assert not any("Ama Secret" in log or "INSERT" in log for log in logs)
