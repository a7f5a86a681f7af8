"""The log's pump: what was done becomes leaves, a checkpoint is signed over them, and witnesses are asked."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import psycopg
from django.db.utils import Error as DjangoDatabaseError

from article6.domain.refusals import Refused
from article6.services.exchange import offering
from article6.services.log import sequencer
from article6.store import database

EVERY_S = 2.0
"""Seconds between two turns, and so how far the log is behind when little happens."""

TURNS_AT_ONCE = 50
"""A backlog is worked off in that many turns at most before the clock is looked at again."""

log = logging.getLogger(__name__)


def turn(now: datetime | None = None) -> dict[str, int]:
    """Append what is done: how many leaves that were, and to how many witnesses it was offered."""
    moment = now or datetime.now(UTC)
    return {"logged": sequencer.run_down(moment), "offered": offering.offer_due(moment)}


def run(stop: threading.Event, every_s: float = EVERY_S) -> None:
    """Append what is done every so many seconds, until told to stop; a database that does not answer is met again."""
    try:
        said = ""
        while not stop.is_set():
            said = _work_off(stop, said)
            stop.wait(every_s)
    finally:
        database.close()


def _work_off(stop: threading.Event, said: str = "") -> str:
    """Work off what is there; why the log could not grow, '' where it could. The same is `said` once."""
    try:
        for _ in range(TURNS_AT_ONCE):
            if stop.is_set():
                return ""
            if not sequencer.turn(datetime.now(UTC)).is_behind:
                break
        offering.offer_due(datetime.now(UTC))
    except Refused as no:
        if str(no) != said:
            log.warning("the log could not grow now: %s", no)
        return str(no)
    except (psycopg.Error, DjangoDatabaseError) as error:
        log.warning("the database did not answer: %s", type(error).__name__)
        database.close()
    return ""
