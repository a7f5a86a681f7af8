"""Scheduled reports are made when their month or year is over; holdings of the past are kept."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import psycopg
from django.db.utils import Error as DjangoDatabaseError

from article6.domain.refusals import Refused
from article6.services import as_of
from article6.services.reports import scheduling
from article6.store import database

EVERY_S = 600.0
"""Seconds between two turns; looking for holdings to keep reads every transaction once."""

log = logging.getLogger(__name__)


def turn(now: datetime | None = None) -> dict[str, int]:
    """What is due now: how many holdings were kept and how many reports made."""
    moment = now or datetime.now(UTC)
    return {"kept": as_of.keep_due(moment), "made": scheduling.make_due(moment)}


def run(stop: threading.Event, every_s: float = EVERY_S) -> None:
    """Do what is due every so many seconds, until told to stop; a database that does not answer is met again."""
    try:
        while not stop.is_set():
            try:
                turn()
            except Refused as no:
                log.warning("reports could not be made now: %s", no)
            except (psycopg.Error, DjangoDatabaseError) as error:
                log.warning("the database did not answer: %s", type(error).__name__)
                database.close()
            stop.wait(every_s)
    finally:
        database.close()
