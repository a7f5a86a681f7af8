"""The audit trail's end, by which one sees whether anything has happened since."""

from __future__ import annotations

from article6.store.database import row


def last() -> int:
    """The id of the last audit event; 0 when there is none."""
    found = row("SELECT COALESCE(max(id), 0) FROM audit_event")
    return int(found[0]) if found else 0
