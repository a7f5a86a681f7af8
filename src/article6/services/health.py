"""Whether the registry can answer at all."""

from __future__ import annotations

import psycopg
from django.db import Error

from article6.store.database import row


def is_database_there() -> bool:
    """Whether the database answers a question."""
    try:
        return row("SELECT 1") == (1,)
    except (Error, psycopg.Error):
        return False
