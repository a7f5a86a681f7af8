"""Moments in messages: RFC 3339 in UTC with six decimals and a Z, the one way in which they are written."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from article6.exchange.problems import Objection, Problem, Rejected

MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"


def written(moment: datetime) -> str:
    """As in `2026-11-20T13:53:11.000000Z`."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def moment(text: object) -> datetime:
    """The moment that a message names.

    Raises:
        Rejected: written in any other way.
    """
    try:
        if isinstance(text, str) and re.fullmatch(MOMENT, text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise Rejected(Objection(Problem.MESSAGE_MALFORMED, "time", f"no moment as in {written(EXAMPLE)}: {text!s:.40}"))


EXAMPLE = datetime(2026, 11, 20, 13, 53, 11, tzinfo=UTC)
