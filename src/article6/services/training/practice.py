"""The registry for practice as a whole: founded, kept as it began, put back to that within seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connections

from article6.gateways import database_copies
from article6.services.training import founding, progress
from article6.store.queries import registries
from article6.store.queries import training as reading


def _url() -> str:
    """The address of this registry's database, as its owner."""
    from psycopg.conninfo import make_conninfo

    given = connections["owner"].get_connection_params()
    named = ("dbname", "user", "password", "host", "port")
    return make_conninfo("", **{name: given[name] for name in named if given.get(name)})


def forget() -> None:
    """Delete the registry, its copy, and all that participants did and said; its empty database is made anew."""
    from article6.gateways import postgres

    url = _url()
    connections.close_all()
    database_copies.drop(url)
    postgres.ensure_database(url)


def prepare(*, now: datetime, is_reset: bool, fresh_days: int, migrate: Callable[[], None]) -> int:
    """Found the registry where there is none, and keep it as it begins; put it back where that is asked. Which run
    goes on.

    What waits in it expires: a beginning that is older than so many days is made anew.
    """
    url = _url()
    if registries.identity() is None:
        founding.found(now=now)
        connections.close_all()
        database_copies.keep(url)
    elif is_reset:
        _put_back(url, now, fresh_days, migrate)
    found = reading.run()
    return int(found["number"]) if found else 0


def _put_back(url: str, now: datetime, fresh_days: int, migrate: Callable[[], None]) -> None:
    before = progress.kept()
    began = min((each["began_at"] for each in before["runs"]), default=now)
    connections.close_all()
    if database_copies.is_kept(url) and now - began < timedelta(days=fresh_days):
        database_copies.put_back(url)
        migrate()
    else:
        forget()
        migrate()
        founding.found(now=now)
        connections.close_all()
        database_copies.keep(url)
    progress.carry_over(before, now)
