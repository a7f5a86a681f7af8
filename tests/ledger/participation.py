"""NDCs and entities of Ghana, for stories of participation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from ledger.books import NOW, Books

from article6.domain.entities import Document, RegisteredEntity
from article6.domain.ndcs import Method, Ndc, Report, ReportKind, Target
from article6.services import entities, parties
from article6.services.entities import CheckDone, NewEntity, Renewal

NDC = Ndc("CHE", "first", 1, 2021, 2030, Target.MULTI_YEAR, "GHG", "", Method.TRAJECTORY, date(2021, 1, 1))
INITIAL = Report("GHA", ReportKind.INITIAL, "IR", 1, date(2023, 5, 1), ("CA0001",))
EXTRACT = Document("extract", "Register, 3 May 2025", "ab" * 32)
CHECKED = (CheckDone("extract"),)
AIR_GHANA = NewEntity("GHA", "E1", "Air Ghana", "GHA", "GHA-77", date(2026, 12, 31), (EXTRACT,), CHECKED)
LATER = datetime(2027, 1, 1, tzinfo=NOW.tzinfo)
"""The first day on which Air Ghana's identification has lapsed."""


def record_ndc(books: Books, **more: Any) -> Ndc:
    return parties.record_ndc(replace(NDC, **more), by=books.admin, now=NOW)


def record_report(books: Books, **more: Any) -> Report:
    return parties.record_report(replace(INITIAL, **more), by=books.admin, now=NOW)


def register(books: Books, **more: Any) -> RegisteredEntity:
    return entities.register(replace(AIR_GHANA, **more), by=books.admin, now=NOW)


def renew(books: Books, now: datetime = LATER, **more: Any) -> RegisteredEntity:
    renewal = replace(Renewal(date(2029, 12, 31), (EXTRACT,), CHECKED), **more)
    return entities.renew("GHA", "E1", renewal, by=books.admin, now=now)
