"""Forms that were sent after their session had ended: what was typed is there again after signing in, for a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from article6.domain.orders import PersonId
from article6.store import kept_forms
from article6.store.queries import facts

LASTS = timedelta(days=1)
AT_MOST = 20
"""Forms of one person at a time; the oldest make room."""


def keep(path: str, content: Mapping[str, list[str]], *, by: PersonId, now: datetime) -> int:
    """Keep what a person typed at a page; its number.

    Raises:
        Refused: the person is unknown or suspended, or it is too large.
    """
    facts.actor(by)
    number = kept_forms.keep(by, path, content, now + LASTS)
    kept_forms.oldest_beyond(by, AT_MOST)
    return number


def found(number: int, path: str, *, by: PersonId, now: datetime) -> dict[str, list[str]] | None:
    """What the person typed at this page; None where nothing of that number is kept."""
    return kept_forms.found(number, by, path, now)


def end_due(now: datetime) -> int:
    """Forget what was kept for a day; how many."""
    return kept_forms.end_due(now)
