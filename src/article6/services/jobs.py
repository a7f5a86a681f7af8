"""What runs by the clock, and what waits for it: for administrators and auditors, who see when it stands still."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.orders import PersonId
from article6.services import people, sight
from article6.services.log import status
from article6.store.queries import exchange
from article6.store.queries import jobs as reading

LATE = timedelta(minutes=10)
"""What waits longer than this, the clockwork has left lying."""


def standing(*, by: PersonId, now: datetime) -> list[dict[str, Any]]:
    """Each job: title, rhythm (how often it looks), waits, oldest (since when, None: nothing waits), is_late.

    Raises:
        Refused: `by` is no administrator or auditor of the registry.
    """
    people.require_inspector(by)
    with sight.seeing(sight.EVERYTHING):
        overdue, first = reading.overdue(now)
        queues = exchange.queues().values()
    log = status.now()
    unsent = min((each["oldest"] for each in queues if each["oldest"]), default=None)
    behind = now - timedelta(seconds=log.behind_s) if log.waiting else None
    return [
        _job(_("Let overdue proposals expire"), _("every 30 seconds"), overdue, first, now),
        _job(
            _("Send messages to other registries"), _("at once"), sum(each["to_send"] for each in queues), unsent, now
        ),
        _job(
            _("Handle messages of other registries"), _("at once"), sum(each["to_handle"] for each in queues), None, now
        ),
        _job(_("Append to the log"), _("every 2 seconds"), log.waiting, behind, now),
    ]


def _job(title: str, rhythm: str, waits: int, oldest: datetime | None, now: datetime) -> dict[str, Any]:
    is_late = oldest is not None and now - oldest > LATE
    return {"title": title, "rhythm": rhythm, "waits": waits, "oldest": oldest, "is_late": is_late}
