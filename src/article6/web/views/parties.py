"""Parties and their projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from article6.domain.parties import party as known_party
from article6.services import listings, lookup
from article6.web import holding_tables
from article6.web.doors import page
from article6.web.tables import Column, Source, Table, first_file
from article6.web.templatetags.shown import units

SHOWN = 25
"""Lines of each table on a page of several."""


def parties(request: HttpRequest) -> HttpResponse:
    """The registry's sections and what their Parties issued."""
    sums = {line["party"]: line for line in lookup.totals()}
    sections = [{**each, "totals": sums.pop(each["party"], None)} for each in lookup.sections() if each["party"]]
    # A Party whose units are recorded here need not have a section.
    others = [{"party": code, "name": line["name"], "totals": line} for code, line in sums.items()]
    table = _parties(sorted([*sections, *others], key=lambda each: each["name"]), request)
    return table.file() or page(request, "parties", table=table)


def _parties(found: list[dict[str, Any]], request: HttpRequest) -> Table:
    def total(key: str, title: str, **more: Any) -> Column:
        value = _total(key)
        return Column(key, title, "units", value=value, filter="range", **more)

    columns = [
        Column("name", _("Party"), "link", href=lambda row: reverse("party", args=[row["party"]]), filter="text"),
        Column("code", _("Code"), value=lambda row: row["party"]),
        total("issued", _("Issued")),
        total("cancelled", _("Cancelled"), is_shown=False),
        total("retired", _("Used towards NDCs"), is_shown=False),
        total("remaining", _("Remaining")),
    ]

    def caption(count: int) -> str:
        return ngettext("%s Party", "%s Parties", count) % units(count)

    nothing = {"title": _("No Party is here yet."), "text": _("An administrator opens a section for each Party.")}
    return Table(
        columns, found, request, "parties", title=_("Parties"), caption=caption, prefix="", size=250, empty=nothing
    )


def _total(key: str) -> Callable[[dict[str, Any]], int]:
    return lambda row: row["totals"][key] if row["totals"] else 0


def party(request: HttpRequest, code: str) -> HttpResponse:
    """One Party: its section's accounts, its units, its projects."""
    found = known_party(code)
    if found is None:
        raise Http404
    totals = next((line for line in lookup.totals() if line["party"] == code), None)
    accounts = holding_tables.accounts(
        Source(lambda asked: lookup.accounts(asked.after, asked.limit, section=code)), request, size=SHOWN
    )
    projects = holding_tables.projects(
        Source(lambda asked: lookup.projects(asked.after, asked.limit, party=code)), request, size=SHOWN
    )
    batches = holding_tables.batches(
        Source(lambda asked: lookup.batches(asked.after, asked.limit, party=code)), request, size=SHOWN
    )
    return first_file(accounts, projects, batches) or page(
        request,
        "party",
        party=found,
        totals=totals,
        has_section=any(each["party"] == code for each in lookup.sections()),
        accounts=accounts,
        projects=projects,
        batches=batches,
    )


def projects(request: HttpRequest) -> HttpResponse:
    """All projects, or those of one Party."""
    known = sorted({line["party"] for line in lookup.totals()})
    source = Source(listings.projects, listings.SORTS["projects"])
    nothing = {"title": _("No project is recorded yet."), "text": _("Projects are recorded before units are issued.")}
    table = holding_tables.projects(source, request, known, prefix="", empty=nothing)
    return table.file() or page(request, "projects", table=table, party=request.GET.get("party", ""))


def project(request: HttpRequest, party: str, code: str) -> HttpResponse:
    """One project: what was issued for it, and where that is now."""
    found = lookup.project(party, code)
    if found is None:
        raise Http404
    source = Source(lambda asked: lookup.batches(asked.after, asked.limit, party=party, activity=code))
    batches = holding_tables.batches(source, request, size=SHOWN)
    standing = holding_tables.standing(found["standing"], request)
    return first_file(batches, standing) or page(request, "project", project=found, batches=batches, standing=standing)
