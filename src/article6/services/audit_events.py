"""Searching the audit trail: for administrators and auditors of the whole registry.

Source: 6/CMA.4 annex I para 21.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from article6.domain.orders import PersonId
from article6.services import people
from article6.services.paging import Page, below, page
from article6.store.queries import audit_events as reading


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is empty does not narrow. `person` is a part of a login or name, `action` and `subject`
    are how these begin, [since, until) is a stretch of time."""

    person: str = ""
    action: str = ""
    subject: str = ""
    section: str = ""
    since: datetime | None = None
    until: datetime | None = None


def found(search: Search, *, by: PersonId, after: str | None = None, limit: int = 50) -> Page:
    """Events, newest first: id, at, action, subject, login, name, section.

    Raises:
        Refused: `by` is no administrator or auditor of the registry, or `after` is no cursor.
    """
    people.require_inspector(by)
    wanted = {name: value for name, value in asdict(search).items() if value}
    lines = reading.page(wanted, below(after), limit + 1)
    return page(lines, limit, lambda each: f"{each['id']}", reading.count(wanted))


def kinds(*, by: PersonId) -> list[str]:
    """What there is to look for: the first words of actions.

    Raises:
        Refused: `by` is no administrator or auditor of the registry.
    """
    people.require_inspector(by)
    return reading.kinds()
