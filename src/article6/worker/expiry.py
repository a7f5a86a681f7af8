"""Proposals whose time is over release their units."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import psycopg
from django.db.utils import Error as DjangoDatabaseError

from article6.domain.refusals import Refused
from article6.services import transactions
from article6.store import database

EVERY_S = 30.0
"""Seconds between two turns."""

TURNS_AT_ONCE = 100
"""A backlog is worked off in that many turns at most before the clock is looked at again."""

log = logging.getLogger(__name__)


def turn(now: datetime | None = None) -> int:
    """Expire what is overdue, as much as one call does; how many proposals that were."""
    return transactions.expire_due(now or datetime.now(UTC))


def run(stop: threading.Event, every_s: float = EVERY_S) -> None:
    """Expire what is overdue every so many seconds, until told to stop.

    A database that does not answer, and units that others hold locked, are met again at the next turn.
    """
    try:
        while not stop.is_set():
            _work_off(stop)
            stop.wait(every_s)
    finally:
        database.close()


def _work_off(stop: threading.Event) -> None:
    try:
        for _ in range(TURNS_AT_ONCE):
            if stop.is_set() or not turn():
                return
    except Refused as no:
        log.warning("a proposal could not expire now: %s", no)
    except (psycopg.Error, DjangoDatabaseError) as error:
        log.warning("the database did not answer: %s", type(error).__name__)
        database.close()
