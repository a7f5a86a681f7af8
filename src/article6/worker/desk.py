"""What people's desks need of the clock: files go on line by line, mail is sent, drafts and runs end."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

import psycopg
from django.db.utils import Error as DjangoDatabaseError

from article6.domain.refusals import Refused
from article6.services import bulk, drafts, kept_forms, mailing
from article6.store import database

EVERY_S = 1.0
"""Seconds between two looks for files that were begun."""

SELDOM_S = 300.0
"""Seconds between two turns of mail and of what ends."""

log = logging.getLogger(__name__)


def turn(now: datetime | None = None) -> int:
    """Go on with what was begun, as much as one call does; how many lines that were."""
    return bulk.go_on(now or datetime.now(UTC))


def seldom(now: datetime | None = None) -> None:
    """Tell by mail what waits; end drafts and runs whose time is over."""
    at = now or datetime.now(UTC)
    mailing.tell(at)
    drafts.end_due(at)
    kept_forms.end_due(at)
    bulk.end_due(at)


def run(stop: threading.Event, every_s: float = EVERY_S) -> None:
    """Do so until told to stop. A database that does not answer is met again at the next turn."""
    due = time.monotonic()
    try:
        while not stop.is_set():
            try:
                while turn() and not stop.is_set():
                    pass
                if time.monotonic() >= due:
                    seldom()
                    due = time.monotonic() + SELDOM_S
            except Refused as no:
                log.warning("a file could not go on now: %s", no)
            except (psycopg.Error, DjangoDatabaseError) as error:
                log.warning("the database did not answer: %s", type(error).__name__)
                database.close()
            stop.wait(every_s)
    finally:
        database.close()
