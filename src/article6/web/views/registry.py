"""The registry as a whole: its front page, the search box, its health."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from article6.services import health, lookup
from article6.web import charts
from article6.web.doors import page

PARTIES_SHOWN = 20


def home(request: HttpRequest) -> HttpResponse:
    """Totals, the chart, a table per Party."""
    totals, lines = lookup.totals(), lookup.timeline()
    by = "type" if request.GET.get("by") == "type" else "party"
    key = "unit_type" if by == "type" else "party"
    named = {line["party"]: line["name"] for line in totals} if by == "party" else {}
    series = charts.series(lines, key, named, _("Other Parties"))
    return page(
        request,
        "home",
        sums={what: sum(line[what] for line in totals) for what in ("issued", "cancelled", "retired", "remaining")},
        totals=totals[: None if "all" in request.GET else PARTIES_SHOWN],
        parties=len(totals),
        has_retired=any(line["retired"] for line in totals),
        by=by,
        series=series,
        rows=charts.rows(series),
        charts=[charts.chart(series, size) for size in charts.SIZES],
    )


def search(request: HttpRequest) -> HttpResponse:
    """Whatever a person types; what names one unit and nothing else leads straight to it."""
    text = request.GET.get("q", "")[:200].strip()
    found: dict[str, Any] = lookup.search(text) if text else {}
    kinds = ("units", "projects", "parties", "accounts", "transactions")
    if [kind for kind in kinds if found.get(kind)] == ["units"] and len(found["units"]) == 1 and not found["is_near"]:
        [unit] = found["units"]
        return redirect("unit", unit.registry, unit.party, unit.serial)
    return page(request, "search", text=text, found=found, is_empty=not any(found.get(kind) for kind in kinds))


def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers; for whoever watches over the process. What needs a person is a further line: to
    start the process anew would not help."""
    if health.is_database_there():
        stopped = "the transparency log has stopped\n" if health.is_log_stopped() else ""
        return HttpResponse(f"ok\n{stopped}", content_type="text/plain")
    return HttpResponse("no database\n", status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain")
