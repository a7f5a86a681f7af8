"""Reads of the log's own keys: since when, replaced by which, who was told, who cosigned it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from article6.store.database import one, records


def keys() -> list[dict[str, Any]]:
    """Our keys of both roles, the newest first: role, vkey, since, retires_at, position of the leaf that announced the
    one after (None: not yet, or none follows), told (registries), and rotation (the request's number)."""
    return records(
        """SELECT k.role, k.vkey, k.since, a.retires_at, a.rotation_id AS rotation, l.position,
                  ARRAY(SELECT t.peer FROM log_key_told t WHERE t.announcement_id = a.id ORDER BY t.peer) AS told
           FROM log_key k LEFT JOIN log_key_announcement a ON a.old_vkey = k.vkey
           LEFT JOIN log_leaf l ON l.kind = 'log_key' AND l.subject = a.id::text
           ORDER BY k.role, k.id DESC"""
    )


def cosigned_beyond(position: int) -> list[str]:
    """The witnesses that cosigned a checkpoint in which the leaf at this position stands."""
    found = records("SELECT DISTINCT witness FROM log_cosignature WHERE size > %s ORDER BY witness", (position,))
    return [str(each["witness"]) for each in found]


def in_force_since() -> datetime | None:
    """Since when the log's key in force signs; None before the first signature."""
    found = one("SELECT (SELECT k.since FROM log_key k WHERE k.role = 'log' ORDER BY k.id DESC LIMIT 1)")[0]
    return found if isinstance(found, datetime) else None
