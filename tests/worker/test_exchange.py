"""The pump runs by itself: what is written goes out, what came is handled, and a peer's threads are renewed."""

from __future__ import annotations

import threading
import time

import pytest
from conftest import Database
from ledger.books import found_registry

from article6.domain.refusals import BrokenInvariant
from article6.services.exchange import pump
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
