"""A registry that is put back from a backup older than what it published: its log stops, and says so."""

from __future__ import annotations

import logging
import shutil
import threading
from pathlib import Path

import psycopg
import pytest
from cli.commands import article6
from django.conf import settings
from django.test import Client
from ledger.books import NOW, Books
from services.logs import Served, run, with_units

from article6.domain.refusals import Code, Refused
from article6.services.exchange import overview
from article6.services.log import continuity, keeping, sequencer, status, witnesses
from article6.services.log.keeping import Role
from article6.store.database import rows
from article6.store.queries import log as queries
from article6.transparency import auditing, checkpoints
from article6.worker import log as worker

TABLES = ("log_cosignature", "log_checkpoint", "log_tile", "log_secret", "log_leaf", "log_cursor")


@pytest.fixture
def books(database: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Books:
    monkeypatch.setattr(settings, "ARTICLE6_HOME", tmp_path)
    return with_units()


class Backup:
    """The log's tables as they were, to be put back by whoever has the disk."""

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url) as owner:
            for table in TABLES:
                owner.execute(f"CREATE TABLE backup_{table} AS SELECT * FROM {table}")

    def restore(self) -> None:
        with psycopg.connect(self.url) as owner:
            owner.execute("SET LOCAL session_replication_role = replica")
            owner.execute(f"TRUNCATE {', '.join(TABLES)}")
            for table in reversed(TABLES):
                columns = ", ".join(
                    name
                    for (name,) in owner.execute(
                        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", (table,)
                    )
                )
                owner.execute(
                    f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM backup_{table}"
                )


@pytest.fixture
def backup(books: Books, database: object) -> Backup:
    run()
    return Backup(database.owner_url)  # type: ignore[attr-defined]


def published() -> tuple[int, str]:
    found = queries.checkpoint()
    assert found is not None
    return found.size, found.note


def test_the_log_stops_with_a_plain_sentence_and_nothing_that_contradicts_is_published(
    books: Books, backup: Backup, caplog: pytest.LogCaptureFixture
) -> None:
    before = published()
    books.move("A", "B", 1)
    run()
    later, note = published()
    backup.restore()
    for turn in range(3):
        books.move("A", "B", 2)  # the registry itself goes on, and its log would have another leaf in the same place
        with pytest.raises(Refused) as no:
            sequencer.turn(NOW)
        [reason] = no.value.reasons
        assert reason.code is Code.LOG_DISCONTINUED
        assert f"checkpoint of {later} leaves" in str(no.value), turn
        assert "Traceback" not in str(no.value)
    assert (published(), queries.size()) == (before, before[0])
    assert auditing.audit(Served(), keeping.verifiers(Role.LOG)[0]).is_clean
    found = status.now().stopped
    assert found is not None
    assert (found.size, found.leaves, found.held_by) == (later, before[0], "")
    assert found.root in note
    # Said once by the worker, not every two seconds; one alert for administrators.
    stop = threading.Event()
    with caplog.at_level(logging.WARNING):
        said = worker._work_off(stop)
        assert worker._work_off(stop, said) == said != ""
    assert len([each for each in caplog.records if "could not grow" in each.message]) == 1
    assert all(each.exc_info is None for each in caplog.records)
    assert rows("SELECT peer, text FROM exchange_alert") == [("INT", continuity.STOPPED)]


def test_who_cosigned_what_was_lost_is_told(books: Books, backup: Backup) -> None:
    books.move("A", "B", 1)
    run()
    offer = witnesses.offer("INT", NOW)  # the registry as its own peer
    assert offer is not None
    witnesses.take("INT", witnesses.cosign("INT", offer, NOW), NOW)
    run()
    backup.restore()
    found = status.now().stopped
    assert found is not None
    assert found.cosigned_by == ("article6/INT/witness",)
    assert "article6/INT/witness" in article6("log", "status").out


def test_it_is_told_wherever_the_registry_is_looked_at(books: Books, backup: Backup) -> None:
    client = Client(SERVER_NAME="localhost")
    assert client.get("/healthz").content == b"ok\n"
    assert "STOPPED" not in overview.OWN_LINES["log"]()
    books.move("A", "B", 1)
    run()
    backup.restore()
    told = article6("log", "status")
    assert told.code == 0
    assert "STOPPED" in told.out
    assert "restore-and-the-log.md" in told.out
    assert article6("log", "status", "--json").json["stopped"]["size"] == published()[0] + 1
    assert "STOPPED" in overview.OWN_LINES["log"]()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\nthe transparency log has stopped\n")


def test_once_a_later_state_is_restored_the_log_goes_on(books: Books, backup: Backup, database: object) -> None:
    books.move("A", "B", 1)
    run()
    with psycopg.connect(database.owner_url) as owner:  # type: ignore[attr-defined]
        for table in TABLES:
            owner.execute(f"ALTER TABLE backup_{table} RENAME TO early_{table}")
    late = Backup(database.owner_url)  # type: ignore[attr-defined]
    with psycopg.connect(database.owner_url) as owner:  # type: ignore[attr-defined]
        for table in TABLES:
            owner.execute(f"ALTER TABLE backup_{table} RENAME TO late_{table}")
            owner.execute(f"ALTER TABLE early_{table} RENAME TO backup_{table}")
    late.restore()
    with pytest.raises(Refused):
        run()
    with psycopg.connect(database.owner_url) as owner:  # type: ignore[attr-defined]
        for table in TABLES:
            owner.execute(f"DROP TABLE backup_{table}")
            owner.execute(f"ALTER TABLE late_{table} RENAME TO backup_{table}")
    late.restore()
    books.move("A", "B", 3)
    assert run() == 1
    assert status.now().stopped is None


def test_a_backup_that_is_newer_than_what_was_published_last_is_no_contradiction(
    books: Books, backup: Backup, tmp_path: Path
) -> None:
    kept = tmp_path / "log"
    shutil.copytree(kept, tmp_path / "earlier")
    books.move("A", "B", 1)
    run()
    shutil.rmtree(kept)
    (tmp_path / "earlier").rename(kept)
    books.move("A", "B", 1)
    assert run() == 1


def test_without_the_file_a_witness_brings_back_what_was_published(
    books: Books, backup: Backup, tmp_path: Path
) -> None:
    from article6.store import log as writing

    books.move("A", "B", 1)
    run()
    later, note = published()
    shutil.rmtree(tmp_path / "log")
    backup.restore()
    stranger = checkpoints.sign(
        checkpoints.Checkpoint("article6/INT", 10**6, bytes(32)),
        keeping.Signer("article6/INT", keeping.KeyType.ED25519, keeping.Ed25519PrivateKey.generate()),
    )
    writing.doubt("THA01", "told.checkpoint.shrunk", str(stranger), "x", NOW)  # not under our key: no evidence of ours
    assert continuity.lost() is None
    writing.doubt("CHE01", "told.checkpoint.shrunk", note, "x", NOW)
    with pytest.raises(Refused) as no:
        run()
    assert no.value.codes == (Code.LOG_DISCONTINUED,)
    found = continuity.lost()
    assert found is not None
    assert (found.size, found.held_by) == (later, "CHE01")


def test_where_nothing_can_be_kept_beside_the_database_the_log_goes_on_and_says_so(
    books: Books, backup: Backup, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(tmp_path / "log")
    (tmp_path / "log").write_text("no folder")
    books.move("A", "B", 1)
    assert run() == 1
    assert any("not kept beside the database" in each.message for each in caplog.records)
