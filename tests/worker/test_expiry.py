"""The clockwork: overdue proposals release their units, and nothing stops the clock."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connections
from ledger.books import NOW, Books, audit_is_clean, found_registry

from article6.domain.refusals import Code, refused
from article6.services import lookup, transactions
from article6.worker import expiry


@pytest.fixture
def books(database: object) -> Books:
    books = found_registry()
    books.open("A", needs_approval=True)
    books.open("B")
    books.issue("A", 100)
    return books


def test_what_is_overdue_expires_and_what_is_not_stays(books: Books) -> None:
    old = books.move("A", "B", 40)
    order = books.order("A", "B", 60)
    fresh = transactions.propose(order, by=books.ama, now=NOW + timedelta(days=15))
    later = NOW + timedelta(days=31)
    books_of = {each["id"]: each["status"] for each in lookup.transactions().items}
    assert books_of[old.transaction_id] == books_of[fresh.transaction_id] == "proposed"
    assert expiry.turn(later) == 1
    assert lookup.transaction(old.transaction_id)["status"] == "expired"
    assert lookup.transaction(fresh.transaction_id)["status"] == "proposed"
    assert expiry.turn(later) == 0
    audit_is_clean()


def running(stop: threading.Event) -> threading.Thread:
    def run() -> None:
        try:
            expiry.run(stop, every_s=0.05)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_the_clock_runs_until_it_is_stopped(books: Books) -> None:
    stop = threading.Event()
    thread = running(stop)
    try:
        order = books.order("A", "B", 40)
        old = transactions.propose(order, by=books.ama, now=datetime.now(UTC) - timedelta(days=31))
        end = time.monotonic() + 20
        while lookup.transaction(old.transaction_id)["status"] == "proposed" and time.monotonic() < end:
            time.sleep(0.05)
        assert lookup.transaction(old.transaction_id)["status"] == "expired"
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_trouble_is_met_again_at_the_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def troubled(now: object) -> int:
        seen.append(now)
        if len(seen) == 1:
            raise psycopg.OperationalError("gone")
        if len(seen) == 2:
            raise refused(Code.LEDGER_BUSY)
        return 0

    monkeypatch.setattr(transactions, "expire_due", troubled)
    stop = threading.Event()
    thread = running(stop)
    end = time.monotonic() + 10
    while len(seen) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    stop.set()
    thread.join(10)
    assert len(seen) >= 3


def test_a_backlog_is_worked_off_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = []
    monkeypatch.setattr(transactions, "expire_due", lambda now: turns.append(now) or 1000)
    stop = threading.Event()
    thread = running(stop)
    end = time.monotonic() + 10
    while len(turns) <= expiry.TURNS_AT_ONCE and time.monotonic() < end:
        time.sleep(0.01)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
