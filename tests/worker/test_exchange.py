"""The pump runs by itself: what is written goes out, what came is handled, and a peer's threads are renewed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from conftest import Database
from ledger.books import found_registry

from article6.domain.refusals import BrokenInvariant
from article6.services.exchange import pump
from article6.store import journal, messages
from article6.worker import exchange


def test_a_registry_that_knows_nobody_has_nothing_to_do(database: Database) -> None:
    found_registry()
    assert exchange.turn() == {"messages": 0, "due": 0}


def test_a_fault_ends_a_turn_and_not_the_work(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    found_registry()
    calls: list[str] = []

    def broken(code: str) -> int:
        calls.append(code)
        raise BrokenInvariant("ours")

    monkeypatch.setattr(pump, "talking", lambda: ["CHE01"])
    monkeypatch.setattr(exchange, "WORK", {"handle": broken})
    monkeypatch.setattr(exchange, "LOOK_S", 0.05)
    monkeypatch.setattr(threading, "excepthook", lambda _fault: None)
    stop = threading.Event()
    thread = threading.Thread(target=exchange.run, args=(stop,))
    thread.start()
    end = time.monotonic() + 30
    while len(calls) < 3 and time.monotonic() < end:
        time.sleep(0.05)
    stop.set()
    thread.join(30)
    assert len(calls) >= 3
    assert not thread.is_alive()


def test_who_waits_is_woken_by_what_is_committed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    found_registry()
    calls: list[str] = []
    bells = exchange.Bells()

    def send(code: str) -> int:
        calls.append(code)
        return 0

    monkeypatch.setattr(pump, "talking", lambda: ["CHE01"])
    monkeypatch.setattr(exchange, "Bells", lambda: bells)
    monkeypatch.setattr(exchange, "WORK", {"send": send})
    monkeypatch.setattr(exchange, "IDLE_S", 60.0)
    stop = threading.Event()
    thread = threading.Thread(target=exchange.run, args=(stop,))
    thread.start()
    try:
        _until(lambda: bells.is_heard and bool(calls))
        time.sleep(1.0)  # it looks once more when it begins to listen
        before = len(calls)
        messages.add_peer("CHE01")
        with journal.database_transaction():
            messages.outgoing([messages.Outgoing("m-1", "CHE01", "t", "{}", "", "", datetime.now(UTC))])
            time.sleep(0.3)
            assert len(calls) == before
        _until(lambda: len(calls) > before)
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


def _until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not is_so() and time.monotonic() < end:
        time.sleep(0.02)
    assert is_so()
