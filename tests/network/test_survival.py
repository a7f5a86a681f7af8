"""Three registries pass units on, round and round, while everything under them is killed, cut and slowed."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from network import auditor
from network.people import UNITS
from network.programs import Program, becomes, heal, registries
from network.proxy import Road

from article6.gateways.postgres import EmbeddedServer

FAULTS_S = 15.0
"""Seconds of faults; NETWORK_FAULTS_S in the environment makes it longer."""

SETTLED_S = 90.0
CRASHES_OF_POSTGRES = 2

RING = (("GHA01", "CHE01"), ("CHE01", "THA01"), ("THA01", "GHA01"))
"""Who gives to whom: what Ghana issued comes home by way of the two others, or starts anew."""

Network = tuple[EmbeddedServer, dict[str, Program]]


@pytest.fixture
def network() -> Iterator[Network]:
    folder = Path(tempfile.mkdtemp(prefix="article6-network-"))
    try:
        with registries(folder, *(giver for giver, _ in RING)) as three:
            yield three
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_unit_is_in_one_place_after_kills_cuts_and_crashes(network: Network) -> None:
    server, programs = network
    seconds = float(os.environ.get("NETWORK_FAULTS_S", FAULTS_S))
    givers = [
        programs[one].people_go_on("give", other, programs[other].account, "600", f"{seed}")
        for seed, (one, other) in enumerate(RING)
    ]
    for one, other in RING:
        becomes(programs[one], SETTLED.format(other), "True")
    worst = Worst(server, programs, random.Random(7))  # the order of faults, the same each time
    end = time.monotonic() + seconds
    while time.monotonic() < end or (set(worst.done) != set(worst.acts) and time.monotonic() < end + 3 * seconds):
        time.sleep(worst.chance.uniform(0.5, 1.5))
        worst.do_something()
        for each in givers:
            assert each.poll() is None, each.communicate()[1][-2000:]
    given = [json.loads(each.communicate(timeout=120)[0]) for each in givers]
    heal(programs)
    settle(programs)

    assert sum(len(each["given"]) for each in given) > 10, given
    assert min(len(each["given"]) for each in given) >= 1, given
    assert set(worst.done) == set(worst.acts), worst.done
    books = [auditor.read(each) for each in programs.values()]
    units = [("GHA01-GHA", number) for number in range(1, UNITS + 1)]
    assert auditor.faults(books, units) == []
    for each, told in zip(books, given, strict=True):
        ours = {name for name, row in each.transfers.items() if row["side"] == "sender"}
        assert set(told["given"]) <= ours
    moved = [row for each in books for row in each.transfers.values() if row["status"] == "settled"]
    assert moved
    assert {row["peer"] for row in moved} == set(programs), "units did not go round"
    assert any(titles for (titles,) in programs["THA01"].rows(TITLES)), "nobody gave on what another had given"
    for program in programs.values():
        assert program.rows("SELECT 1 FROM exchange_transfer WHERE status = 'disputed'") == []
        assert program.rows("SELECT body FROM exchange_evidence WHERE objections::text LIKE '%signature%'") == []


class Worst:
    """What may happen to two registries on a bad day."""

    def __init__(self, server: EmbeddedServer, programs: dict[str, Program], chance: random.Random) -> None:
        self.server, self.programs, self.chance = server, programs, chance
        self.done: dict[str, int] = {}
        self.acts: dict[str, Callable[[Program], None]] = {
            "a server is killed": self._kill,
            "connections of the database end": self._terminate,
            "a process of the database is killed": self._crash,
            **{f"the road is {road}": lambda program, road=road: program.proxy.set(road) for road in Road},
        }

    def do_something(self) -> None:
        """One fault; first each of them once, then any. Servers that were killed before are started again."""
        for each in self.programs.values():
            if each.is_dead():
                each.kill()
                each.start()
        new = [name for name in self.acts if name not in self.done]
        name = self.chance.choice(new or list(self.acts))
        self.done[name] = self.done.get(name, 0) + 1
        self.acts[name](self.chance.choice(list(self.programs.values())))
        if self.chance.random() < 0.5:
            self.chance.choice(list(self.programs.values())).proxy.set(Road.OPEN)

    def _kill(self, program: Program) -> None:
        program.kill()

    def _terminate(self, program: Program) -> None:
        for pid in self._backends(program):
            if self.chance.random() < 0.7:
                self._ask(f"SELECT pg_terminate_backend({pid})")

    def _crash(self, program: Program) -> None:
        """One process killed with -9: PostgreSQL ends all of them and recovers."""
        found = self._backends(program)
        if found and self.done["a process of the database is killed"] <= CRASHES_OF_POSTGRES:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.chance.choice(found), signal.SIGKILL)

    def _backends(self, program: Program) -> list[int]:
        return [
            row[0] for row in self._ask(
                "SELECT pid FROM pg_stat_activity"
                f" WHERE backend_type = 'client backend' AND datname = '{program.database}' ORDER BY pid"
            )
        ]  # fmt: skip

    def _ask(self, statement: str) -> list[tuple[int]]:
        end = time.monotonic() + 30
        while True:
            try:
                with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
                    return list(connection.execute(statement).fetchall())  # type: ignore[arg-type]  # our own text
            except psycopg.Error:  # it recovers
                assert time.monotonic() < end, "the database does not come back"
                time.sleep(0.2)


TITLES = """SELECT jsonb_array_length(b -> 'provenance') FROM exchange_transfer t,
    jsonb_array_elements(t.proposed::jsonb -> 'blocks') b
    WHERE t.side = 'acquirer' AND t.status IN ('completed', 'settled')"""
"""How many titles came with each block that was taken in."""

SETTLED = "SELECT count(*) >= 2 FROM exchange_transfer WHERE side = 'sender' AND peer = '{}' AND status = 'settled'"
WAITS = """SELECT (SELECT count(*) FROM exchange_outgoing o WHERE NOT EXISTS (
        SELECT 1 FROM exchange_receipt r WHERE r.outgoing_id = o.id))
    + (SELECT count(*) FROM exchange_incoming i WHERE NOT EXISTS (
        SELECT 1 FROM exchange_handled h WHERE h.incoming_id = i.id))
    + (SELECT count(*) FROM exchange_transfer t WHERE t.status IN ('proposed', 'accepted')
        OR (t.status = 'completed' AND t.side = 'sender'))"""
"""Messages without receipt or not handled, and transfers under way; waiting ones are nobody's but their proposer's."""


def settle(programs: dict[str, Program]) -> None:
    """Wait until nothing is under way anywhere, which needs nobody's help."""
    end = time.monotonic() + SETTLED_S
    while waits := {each.code: each.rows(WAITS)[0][0] for each in programs.values() if each.rows(WAITS)[0][0]}:
        assert time.monotonic() < end, waits
        time.sleep(0.3)
