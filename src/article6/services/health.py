"""Whether the registry can answer at all."""

from __future__ import annotations

import psycopg
from django.db import Error

from article6.services import sight
from article6.services.log import continuity
from article6.store.database import row


def is_database_there() -> bool:
    """Whether the database answers a question."""
    try:
        return row("SELECT 1") == (1,)
    except (Error, psycopg.Error):
        return False


def is_log_stopped() -> bool:
    """Whether the transparency log does not have what the registry published, and so has stopped."""
    try:
        with sight.seeing(sight.EVERYTHING):
            return continuity.lost() is not None
    except (Error, psycopg.Error):
        return False
