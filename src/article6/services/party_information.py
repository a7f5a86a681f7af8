"""A Party's reports on its participation, pre-filled with what the registry knows (2/CMA.3 annex paras 18-23)."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.refusals import Code, Refused
from article6.reporting import information_files
from article6.reporting import party_information as content
from article6.reporting.party_information import REPORTS, Known
from article6.services import aef, balances, parties
from article6.services.balances import Balance
from article6.store.database import one_moment
from article6.store.queries import aef as queries
from article6.store.queries import levels, registries
from article6.store.queries import parties as party_records


def information(party: str, report: str, *, now: datetime, year: int | None = None) -> dict[str, Any]:
    """A report's items, of a year (None: last year), as plain values in the reader's language.

    Raises:
        Refused: no such Party, or no section for it.
    """
    of = now.year - 1 if year is None else year
    title, items = REPORTS[report]
    found = items(_known(party, of, now))
    return {
        "party": party,
        "report": report,
        "title": _(title),
        "year": of,
        "items": [
            {
                "clause": f"2/CMA.3 annex para {each.clause}", "title": _(each.title), "is_filled": bool(each.lines),
                "lines": [_told(dict(line)) for line in each.lines],
            }
            for each in found
        ],
    }  # fmt: skip


def workbook(found: dict[str, Any]) -> bytes:
    """The report, as `information` tells it, as a workbook (xlsx)."""
    file = io.BytesIO()
    information_files.write_xlsx(found, file, _, str((registries.identity() or {}).get("remark", "")))
    return file.getvalue()


def file_name(found: dict[str, Any]) -> str:
    """The name of the workbook, as in `initial-GHA-2025.xlsx`."""
    return f"{found['report']}-{found['party']}-{found['year']}.xlsx"


def _told(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "title": _(line["title"])} if "title" in line else line


def _known(party: str, year: int, now: datetime) -> Known:
    who = parties.party(party)
    parties.section(party)
    balance = _balance(party, year, now)
    with one_moment():
        report = aef.aef(party, year, now=now)
        contributed: dict[str, Counter[str]] = {}
        for code, each in aef.reported():
            if code == party and each <= year:
                for approach, units in content.contributions(aef.aef(party, each, now=now).actions()).items():
                    contributed.setdefault(approach, Counter()).update(units)
        return Known(
            party=party,
            year=year,
            is_paris_party=who.is_paris_party(date(year, 12, 31)),
            registry=queries.itmo_registry(party) or "",
            ndc=balance.ndc if balance else None,
            levels=levels.series(party),
            reports=party_records.reports([party]).get(party, []),
            authorizations=list(report.authorizations()),
            entities=list(report.entities()),
            acted=content.counted_actions(report.actions()),
            held=content.in_hand(report.holdings()),
            contributed=contributed,
            summary=balance.summary if balance else None,
        )


def _balance(party: str, year: int, now: datetime) -> Balance | None:
    """The balance of the NDC whose period the year is in; None where none is on record."""
    of = next((each.code for each in balances.ndcs(party) if each.covers(year)), None)
    try:
        return balances.balance(party, now=now, ndc=of, through=year)
    except Refused as no:
        if no.codes != (Code.BALANCE_NO_NDC,):
            raise
        return None
