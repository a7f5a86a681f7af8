"""The log's public files: open to all, of a closed registry too, with the headers that caches go by."""

from __future__ import annotations

import pytest
from django.test import Client
from ledger.books import NOW, Books, found_registry

from article6.services import sight
from article6.services.log import keeping, sequencer
from article6.services.log.keeping import Role
from article6.store.database import seeing
from article6.transparency import auditing, tiles
from article6.transparency.auditing import State


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


@pytest.fixture
def books(database: object) -> Books:
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.issue("A", 1_000)
    for _ in range(200):
        books.move("A", "B", 1)
    return books


class Pages:
    """The log as a stranger's program reads it over HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def read(self, path: str) -> bytes | None:
        answer = self.client.get(f"/log/{path}")
        assert answer.status_code in (200, 404), (path, answer.status_code)
        return answer.content if answer.status_code == 200 else None


def test_before_the_first_checkpoint_there_is_nothing(database: object, client: Client) -> None:
    found_registry()
    for path in ("checkpoint", "key", "tile/0/000", "tile/entries/000.p/1"):
        assert client.get(f"/log/{path}").status_code == 404


def test_a_stranger_audits_the_log_of_a_closed_registry(books: Books, client: Client) -> None:
    sequencer.run_down(NOW)
    [log] = keeping.verifiers(Role.LOG)
    first = auditing.audit(Pages(client), log)
    assert first.is_clean
    assert first.until > tiles.WIDTH
    books.move("A", "B", 1)
    sequencer.run_down(NOW)
    assert auditing.audit(Pages(client), log, State(log.name, checkpoint=first.note)).is_clean
    assert str(log) in client.get("/log/key").content.decode()


def test_what_never_changes_is_kept_and_the_checkpoint_is_not(books: Books, client: Client) -> None:
    sequencer.run_down(NOW)
    with seeing(sight.NOTHING):
        tile = client.get("/log/tile/0/000")
        entries = client.get("/log/tile/entries/000")
        checkpoint = client.get("/log/checkpoint")
    for each in (tile, entries):
        assert each["Content-Type"] == "application/octet-stream"
        assert "immutable" in each["Cache-Control"]
        assert "max-age=31536000" in each["Cache-Control"]
    assert checkpoint["Content-Type"] == "text/plain; charset=utf-8"
    assert "max-age=2" in checkpoint["Cache-Control"]
    assert "Set-Cookie" not in checkpoint.headers
    assert client.head("/log/checkpoint").status_code == 200
    assert client.post("/log/checkpoint").status_code in (403, 405)


@pytest.mark.parametrize(
    "path",
    ["", "tile", "tile/", "tile/0/0", "tile/0/999", "tile/1/000", "tile/63/000", "tile/entries/999", "secrets",
     "tile/0/000.p/0", "tile/0/000.p/256", "checkpoint/", "tile/0/000%00", "tile/0/x999/x999/x999/x999/x999/x999/999"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(books: Books, client: Client, path: str) -> None:
    sequencer.run_down(NOW)
    assert client.get(f"/log/{path}").status_code == 404


def test_every_partial_tile_that_a_checkpoint_needed_stays_there(books: Books, client: Client) -> None:
    sequencer.run_down(NOW)
    for width in (1, 100, 255):
        assert len(client.get(f"/log/tile/0/000.p/{width}").content) == 32 * width
        assert tiles.entries_in(client.get(f"/log/tile/entries/000.p/{width}").content, width)
