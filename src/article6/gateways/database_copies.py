"""Copies of a whole database on its own server: what a registry for practice is put back to.

A copy takes seconds, since the server copies files. Nobody may be connected to what is copied or replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from article6.gateways.postgres_setup import PostgresFailure

FRESH = "_fresh"
"""The name of the copy: that of the database, and this."""


def keep(url: str) -> None:
    """Keep the database as it is now as the copy to which it is put back; a copy from before is replaced.

    Raises:
        PostgresFailure: the server does not answer, or the login may not create databases.
    """
    name = _name(url)
    _replace(url, source=name, target=name + FRESH)


def put_back(url: str) -> None:
    """Put the database back to what was kept; whoever is connected to it is sent away.

    Raises:
        PostgresFailure: nothing was kept, the server does not answer, or the login may not create databases.
    """
    name = _name(url)
    _replace(url, source=name + FRESH, target=name)


def is_kept(url: str) -> bool:
    """Whether there is a copy to put the database back to.

    Raises:
        PostgresFailure: the server does not answer.
    """
    with _server(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_name(url) + FRESH,)).fetchone()
        return found is not None


def drop(url: str) -> None:
    """Remove the database and its copy.

    Raises:
        PostgresFailure: the server does not answer.
    """
    with _server(url) as connection:
        for name in (_name(url), _name(url) + FRESH):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _replace(url: str, *, source: str, target: str) -> None:
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    away = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    try:
        with _server(url) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(target)))
            connection.execute(away, (source,))
            connection.execute(copy.format(sql.Identifier(target), sql.Identifier(source)))
    except psycopg.errors.InvalidCatalogName as error:
        raise PostgresFailure(f"There is no database {source} to copy.") from error
    except psycopg.Error as error:
        raise PostgresFailure(f"The database {source} cannot be copied: {str(error).strip()}") from error


def _server(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    try:
        return psycopg.connect(make_conninfo("", **{**_parts(url), "dbname": "postgres"}), autocommit=True)
    except psycopg.Error as error:
        raise PostgresFailure(f"The PostgreSQL server does not let us in: {str(error).strip()}") from error


def _name(url: str) -> str:
    return str(_parts(url)["dbname"])


def _parts(url: str) -> Mapping[str, Any]:
    parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    parts.pop("options", None)
    return parts
