"""All checks, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from article6.services.doctor import database_checks as database
from article6.services.doctor import settings_checks as settings
from article6.services.doctor.findings import Finding, Level


def examine(now: datetime) -> list[Finding]:
    """What is found of this installation, the worst first; it looks and changes nothing."""
    order = list(reversed(Level))
    return sorted(_all(now), key=lambda each: order.index(each.level))


def _all(now: datetime) -> Iterator[Finding]:
    yield from settings.debug()
    yield from settings.secrets()
    yield from settings.transport()
    yield from settings.cookies()
    yield from settings.proxies()
    yield from settings.single_sign_on()
    yield from settings.backups(now)
    yield from settings.disk()
    behind = [*database.migrations()]
    yield from behind
    if any(each.level is Level.BAD for each in behind):
        return  # the tables of the other checks may not be there
    yield from database.people()
    yield from database.rights()
    yield from database.clock(now)
    yield from database.archiving()
    yield from database.queues(now)
    yield from database.keys(now)
