"""The simulated disk: all of a transaction or nothing, wherever the process crashes."""

from __future__ import annotations

import pytest

from article6.exchange.simulation.storage import Crash, Storage


def write_three(storage: Storage) -> None:
    with storage.transaction():
        storage.put("a", 1, "new")
        storage.put("a", 2, "new")
        storage.remove("a", 3)


@pytest.fixture
def storage() -> Storage:
    storage = Storage()
    with storage.transaction():
        storage.put("a", 1, "old")
        storage.put("a", 3, "old")
    return storage


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_a_crash_before_the_commit_leaves_no_trace(storage: Storage, after: int) -> None:
    storage.crash_after = after
    with pytest.raises(Crash):
        write_three(storage)
    assert storage.table("a") == {1: "old", 3: "old"}


def test_a_crash_after_the_commit_loses_nothing(storage: Storage) -> None:
    storage.crash_after, storage.is_before_commit = 4, False
    with pytest.raises(Crash):
        write_three(storage)
    assert storage.table("a") == {1: "new", 2: "new"}


def test_without_a_crash_all_is_there(storage: Storage) -> None:
    storage.crash_after = 5
    write_three(storage)
    assert storage.table("a") == {1: "new", 2: "new"}


def test_an_inner_transaction_is_undone_alone(storage: Storage) -> None:
    with storage.transaction():
        storage.put("a", 1, "outer")
        with pytest.raises(ValueError, match="inner"), storage.transaction():
            storage.put("a", 1, "inner")
            raise ValueError("inner")
    assert storage.table("a")[1] == "outer"


def test_nothing_is_written_outside_of_a_transaction(storage: Storage) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        storage.put("a", 1, "lost")
