"""The registry as a whole: its front page, the search box, its health."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from article6.services import health, lookup, searching
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
    """Whatever a person types; what names one thing leads straight to it."""
    text = request.GET.get("q", "")[:200].strip()
    found = searching.search(text)
    if (only := searching.only_one(text, found)) is not None:
        return redirect(_page_of(*only))
    return page(request, "search", text=text, found=found, is_empty=not any(found[kind] for kind in searching.KINDS))


def _page_of(kind: str, found: Any) -> str:
    """Where a thing that was found has its page."""
    if kind == "ranges":
        return reverse("explore-serials", args=[found.registry, found.party, found.first, found.last])
    if kind == "units":
        return reverse("unit", args=[found.registry, found.party, found.serial])
    if kind == "certificates":
        return f"{reverse('verify')}?code={found['code']}"
    if kind == "entities":
        [first, *_others] = found["authorizations"]
        return reverse("explore-authorization", args=[first["party"], first["code"]])
    routes = {
        "projects": ("project", ("party", "code")),
        "parties": ("party", ("code",)),
        "accounts": ("account", ("number",)),
        "transactions": ("transaction", ("id",)),
        "authorizations": ("explore-authorization", ("party", "code")),
        "approaches": ("explore-approach", ("code",)),
    }
    route, keys = routes[kind]
    return reverse(route, args=[found[key] for key in keys])


def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers; for whoever watches over the process. What needs a person is a further line: to
    start the process anew would not help."""
    if health.is_database_there():
        stopped = "the transparency log has stopped\n" if health.is_log_stopped() else ""
        return HttpResponse(f"ok\n{stopped}", content_type="text/plain")
    return HttpResponse("no database\n", status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain")
