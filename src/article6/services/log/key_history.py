"""The log's own keys, for who looks after them: which, since when, until when, told to whom, cosigned by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from article6.services import sight
from article6.store.database import seeing
from article6.store.queries import log_key_history


def listed() -> list[dict[str, Any]]:
    """Our keys of both roles (`log`, `witness`), the newest first: role, vkey, since, retires_at (None: in force), told
    (registries that were sent the announcement of the next one), cosigned (witnesses under whose signature that
    announcement stands). Private parts are never shown."""
    with seeing(sight.EVERYTHING):
        found = log_key_history.keys()
        return [
            {**each, "cosigned": log_key_history.cosigned_beyond(each["position"])
             if each["position"] is not None else []}
            for each in found
        ]  # fmt: skip


def in_force_since() -> datetime | None:
    """Since when the log's key in force signs; None before the first signature."""
    with seeing(sight.EVERYTHING):
        return log_key_history.in_force_since()
