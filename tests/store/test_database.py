"""The connection survives its server."""

import psycopg
import pytest
from conftest import Database

from article6.store.database import connection, database_transaction, one


def cut(database: Database) -> None:
    """End this process's connection from the server's side."""
    pid = connection().info.backend_pid
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s)", (pid,))


def test_after_a_lost_connection_the_next_statement_finds_a_new_one(database: Database) -> None:
    assert one("SELECT 1") == (1,)
    cut(database)
    with pytest.raises(psycopg.OperationalError):
        one("SELECT 1")
    assert one("SELECT 1") == (1,)


def test_a_database_transaction_that_lost_its_connection_is_not_continued_on_another(database: Database) -> None:
    with pytest.raises(Exception, match=r"closed|terminat|lost") as lost, database_transaction():
        one("SELECT 1")
        cut(database)
        for _ in range(2):
            with pytest.raises(psycopg.OperationalError):
                one("SELECT 1")
        one("SELECT 1")
    assert lost.type.__module__.startswith(("psycopg", "django"))
    assert one("SELECT 1") == (1,)
