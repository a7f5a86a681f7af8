"""kill -9 of the program and of the server, at random moments: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from article6.gateways.postgres import EmbeddedServer, ensure_database

ORDERS = 160
KILLS = 4

FOUND = """
import json
import django
django.setup()
from article6.store.database import see_everything_in_this_process
see_everything_in_this_process()
from django.core.management import call_command
call_command("migrate", database="owner", verbosity=0)
from ledger.books import found_registry
books = found_registry()
for name in ("A", "B", "C"):
    books.open(name)
books.issue("A", 1000)
print(json.dumps([books.ama, *[books.accounts[name].number for name in ("A", "B", "C")]]))
"""

WORK = """
import json, random, sys
import django
django.setup()
from article6.store.database import see_everything_in_this_process
see_everything_in_this_process()
from datetime import UTC, datetime
from article6.domain.orders import Order
from article6.domain.refusals import Refused
from article6.services import transactions
by, *accounts = json.loads(sys.argv[1])
chance = random.Random(6)
for turn in range(int(sys.argv[2])):
    a, b = chance.sample(accounts, 2)
    try:
        order = Order("transfer", a, b, chance.randint(1, 40))
        answer = transactions.propose(order, by=by, now=datetime.now(UTC), key=f"turn {turn}").transaction_id
    except Refused as no:
        answer = str(no.codes[0])
    print(json.dumps([turn, answer]), flush=True)
"""

CHECK = """
import json
import django
django.setup()
from article6.store.database import see_everything_in_this_process
see_everything_in_this_process()
from article6.services import audit
from article6.store.database import one, rows
assert [check for check in audit.run() if not check.ok] == []
print(json.dumps([
    [[key, answer[0]] for key, answer in rows(
        "SELECT idempotency_key, answer FROM audit_event WHERE idempotency_key ^@ 'turn ' ORDER BY id")],
    int(one("SELECT sum(hi - lo + 1) FROM block WHERE account_id IS NOT NULL")[0]),
]))
"""


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="article6-tests-crash-"))
    folder.chmod(0o711)
    yield folder
    server = EmbeddedServer(folder)
    server.start()
    server.stop(force=True)
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def start(home: Path, script: str, *arguments: str) -> subprocess.Popen[str]:
    url = EmbeddedServer(home).url("crash")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ARTICLE6_")},
        "DATABASE_URL": url,
        "ARTICLE6_HOME": str(home),
        "ARTICLE6_SECRET_KEY": "tests",
        "DJANGO_SETTINGS_MODULE": "article6.config.settings",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def kill_server(home: Path) -> None:
    """The postmaster first, then what it leaves: nothing gets to say goodbye."""
    with psycopg.connect(EmbeddedServer(home).url("postgres"), autocommit=True) as connection:
        backends = [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity")]
    [pid_file] = (home / "postgresql").glob("*/data/postmaster.pid")
    for pid in [int(pid_file.read_text().splitlines()[0]), *backends]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def note(acknowledged: dict[int, int], number: int, answer: int | str) -> None:
    """Keep what was acknowledged. A refusal wrote nothing, so the same key may fare better later."""
    if isinstance(answer, int):
        assert acknowledged.setdefault(number, answer) == answer
    else:
        assert number not in acknowledged


def test_kills_at_random_moments_lose_and_repeat_nothing(home: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    server = EmbeddedServer(home)
    server.start()
    ensure_database(server.url("crash"))
    people = finish(start(home, FOUND)).strip().splitlines()[-1]
    acknowledged: dict[int, int] = {}
    for turn in range(KILLS):
        worker = start(home, WORK, people, str(ORDERS))
        assert worker.stdout is not None
        lines = []
        for _ in range(chance.randint(1, ORDERS - 20)):
            lines.append(worker.stdout.readline())
        time.sleep(chance.random() / 50)
        if turn % 2:
            kill_server(home)
        else:
            worker.kill()
        rest, _ = worker.communicate(timeout=60)
        for line in [*lines, *rest.splitlines()]:
            if line.endswith(("]\n", "]")):
                note(acknowledged, *json.loads(line))
        server.start()
    for line in finish(start(home, WORK, people, str(ORDERS))).splitlines():
        note(acknowledged, *json.loads(line))
    written, units = json.loads(finish(start(home, CHECK)))
    assert units == 1000
    assert len({key for key, _ in written}) == len(written)
    assert {f"turn {number}": answer for number, answer in acknowledged.items()} == dict(written)
