"""The program as a process: its exit codes, its pipes, its server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.commands import article6
from cli.processes import Environment, fetched, free_port, living, none_lives, run
from psycopg.conninfo import make_conninfo

from article6.cli import exits


@pytest.fixture
def founded(process_environment: Environment) -> Environment:
    said = article6("init", "--kind", "party", "--code", "GHA01", "--name", "Ghana", "--public", "--admin-login", "ama",
                    "--admin-name", "Ama", "--remark", "synthetic")  # fmt: skip
    assert said.code == exits.OK, said.err
    return process_environment


@pytest.fixture
def server(founded: Environment) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    served = subprocess.Popen(
        [sys.executable, "-m", "article6", "serve", "--port", str(port), "--workers", "1", "--until-stdin-closes"],
        env=founded, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    yield served, f"http://127.0.0.1:{port}/"
    for each in living(served.pid):
        os.kill(each, signal.SIGKILL)
    served.wait()


def test_a_command_as_a_process(founded: Environment) -> None:
    shown = run(founded, "registry", "show", "--json")
    assert (shown.returncode, json.loads(shown.stdout)["code"]) == (exits.OK, "GHA01")
    refused = run(founded, "account", "show", "nowhere")
    assert (refused.returncode, refused.stdout) == (exits.REFUSED, "")
    assert "account.unknown" in refused.stderr


def test_a_reader_that_goes_away_is_no_fault(founded: Environment) -> None:
    writing = subprocess.Popen(
        [sys.executable, "-m", "article6", "openapi"], env=founded, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writing.stdout is not None
    assert writing.stderr is not None
    writing.stdout.close()
    assert writing.wait(60) in (exits.OK, exits.BROKEN_PIPE)
    assert b"Traceback" not in writing.stderr.read()


def test_the_interface_is_described_without_a_database(process_environment: Environment) -> None:
    nowhere = {**process_environment, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    told = run(nowhere, "--registry", "other", "openapi")
    assert (told.returncode, json.loads(told.stdout)["info"]["title"]) == (exits.OK, "article6")
    own = {name: value for name, value in nowhere.items() if name not in ("DATABASE_URL", "ARTICLE6_OWNER_URL")}
    assert run(own, "openapi").returncode == exits.OK
    assert not Path(own["ARTICLE6_HOME"]).exists()


def test_a_database_without_tables_says_how_to_begin(process_environment: Environment) -> None:
    # Named after the session's databases, so that the session drops it at its end.
    url = make_conninfo(os.environ["DATABASE_URL"], dbname=os.environ["ARTICLE6_TESTS_PREFIX"])
    other = {**process_environment, "DATABASE_URL": url, "ARTICLE6_REGISTRY": "empty"}
    del other["ARTICLE6_OWNER_URL"]
    said = run(other, "registry", "show")
    assert said.returncode == exits.MISCONFIGURED
    assert "article6 init" in said.stderr
    assert run(other, "migrate").returncode == exits.OK
    assert run(other, "registry", "show").returncode == exits.REFUSED


def test_a_database_that_does_not_answer(founded: Environment) -> None:
    nowhere = {**founded, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "ARTICLE6_OWNER_URL": ""}
    said = run(nowhere, "registry", "show")
    assert said.returncode == exits.UNAVAILABLE
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serving_until_it_is_told_to_stop(server: tuple[subprocess.Popen[str], str], stop: signal.Signals) -> None:
    served, url = server
    assert json.loads(fetched(f"{url}api/v1/registry"))["remark"] == "synthetic"
    assert b"Ghana" in fetched(url)
    port = url.rpartition(":")[2].strip("/")
    taken = article6("serve", "--port", port)
    assert (taken.code, "taken" in taken.err) == (exits.UNAVAILABLE, True)
    served.send_signal(stop)
    assert served.wait(30) == 0
    assert none_lives(served.pid)


def test_serving_stops_with_the_program_that_started_it(server: tuple[subprocess.Popen[str], str]) -> None:
    served, url = server
    fetched(f"{url}api/v1/registry")
    assert served.stdin is not None
    served.stdin.close()
    assert served.wait(30) == 0
    assert none_lives(served.pid)


def test_a_killed_server_leaves_nobody_behind(server: tuple[subprocess.Popen[str], str]) -> None:
    served, url = server
    fetched(f"{url}api/v1/registry")
    served.kill()
    served.wait()
    assert none_lives(served.pid)
