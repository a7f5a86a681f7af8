"""Drafts: what a person began and did not send yet, kept as it was typed; judged when it is sent, and not before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.services import sight
from article6.store import drafts
from article6.store.queries import facts, registries

ENDS_AFTER = timedelta(days=90)
AT_MOST = 100
"""Drafts that a person has at once; the oldest make room."""

Content = Mapping[str, list[str]]


def keep(
    task: str,
    title: str,
    content: Content,
    *,
    by: PersonId,
    now: datetime,
    section: str = "",
    number: int | None = None,
) -> int:
    """Keep what was typed so far, in the draft of this number where it is the person's; its number.

    `section` is the code of the section that it is about, '' where that is not known yet.

    Raises:
        Refused: the person is unknown or suspended, or it is too large.
    """
    facts.actor(by)
    section_id = _section(section, by)
    values = (section_id, title[:200], content, now, now + ENDS_AFTER)
    if number is not None and drafts.change(number, by, *values):
        return number
    made = drafts.keep(by, section_id, task, title[:200], content, now, now + ENDS_AFTER)
    drafts.oldest_beyond(by, AT_MOST)
    return made


def _section(code: str, by: PersonId) -> int | None:
    """Where the draft stands: in the section named if it is one of the person's, else in the first of these."""
    known = registries.sections()
    with sight.seeing(sight.of(by)):
        own = [each for each in known.values() if sight.shows(each)]
    wanted = known.get(code)
    return wanted if wanted in own else min(own, default=None)


def listed(by: PersonId, now: datetime) -> list[dict[str, Any]]:
    """The person's drafts, the latest first; none of a section that the person has nothing to do with any more."""
    found = drafts.of_person(by, now)
    with sight.seeing(sight.of(by)):
        return [each for each in found if each["section_id"] is None or sight.shows(each["section_id"])]


def draft(number: int, *, by: PersonId, now: datetime) -> dict[str, Any]:
    """One of them.

    Raises:
        Refused: the person has none of this number.
    """
    found = next((each for each in listed(by, now) if each["id"] == number), None)
    if found is None:
        raise refused(Code.DRAFT_UNKNOWN, str(number))
    return found


def give_up(number: int, *, by: PersonId) -> None:
    """Delete a draft of the person's; one that is not there is gone already."""
    drafts.give_up(number, by)


def end_due(now: datetime) -> int:
    """Delete the drafts whose time is over; how many."""
    return drafts.end_due(now)
