"""Sums of the journal are kept up, from which pictures and totals are drawn."""

from __future__ import annotations

import logging
import threading

import psycopg
from django.db.utils import Error as DjangoDatabaseError

from article6.services import figures
from article6.store import database

EVERY_S = 15.0
"""Seconds between two turns."""

log = logging.getLogger(__name__)


def turn() -> int:
    """Add what was booked; how many lines of the journal."""
    return figures.keep_up()


def run(stop: threading.Event, every_s: float = EVERY_S) -> None:
    """Keep the sums up every so many seconds, until told to stop. A database that does not answer is met again."""
    try:
        while not stop.is_set():
            try:
                turn()
            except (psycopg.Error, DjangoDatabaseError) as error:
                log.warning("the database did not answer: %s", type(error).__name__)
                database.close()
            stop.wait(every_s)
    finally:
        database.close()
