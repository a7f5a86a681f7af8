"""The dashboard: pictures of where every tonne went, each with its table, its files and its own address."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from article6.services import public_figures
from article6.services.titles import party_name
from article6.web import table_files
from article6.web.doors import page
from article6.web.pictures.svg import Picture
from article6.web.public_charts import ACT_WORDS, CHARTS, ON_THE_MAP, Asked, Chart, in_words
from article6.web.tables import Table

FILTERS = ("party", "from", "to", "type", "show")
"""What an address may ask of a picture."""

BROAD = ("over-time", "flows", "whereabouts", "map")
"""The pictures that take the whole width of the dashboard."""

PALETTE = (
    ":root{--surface:#fff;--ink:#1b2326;--soft:#526068;--line:#dcdfdc;--faint:#eef0ed;--accent:#0f5c63;"
    "--c0:#1f6f8b;--c1:#b96a12;--c2:#4d8a4a;--c3:#a24c7f;--c4:#5a62b0;--c5:#868a86}"
)
"""The colours of a picture that stands alone, on white paper."""


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """All pictures, under one filter."""
    asked = _asked(request)
    shown = [_drawn(request, chart, asked) for chart in CHARTS.values()]
    return page(
        request,
        "public/dashboard",
        charts=[each for each in shown if each["pictures"]],
        empty=[each for each in shown if not each["pictures"]],
        sums=_sums(asked),
        **_filter_form(request, asked),
    )


@require_safe
def chart(request: HttpRequest, key: str) -> HttpResponse:
    """One picture with its table."""
    found = _found(key)
    asked = _asked(request)
    lines = found.lines(asked)
    table = Table(found.columns(asked, lines), lines, request, found.key, title=_(found.title), size=50)
    if file := table.file():
        return file
    shown = _drawn(request, found, asked, lines)
    forms = {"svg": "SVG", "csv": "CSV", "json": "JSON", "xlsx": "Excel (xlsx)"}
    downloads = [
        (title, f"{reverse('dashboard-chart-file', args=[key, form])}{_query(request)}")
        for form, title in forms.items()
        if form != "svg" or shown["pictures"]
    ]
    others = [
        {"title": _(each.title), "href": reverse("dashboard-chart", args=[each.key]) + _query(request)}
        for each in CHARTS.values()
        if each is not found
    ]
    return page(
        request,
        "public/chart",
        chart=shown,
        table=table,
        downloads=downloads,
        others=others,
        **_filter_form(request, asked, found),
    )


@require_safe
def chart_file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """A picture's numbers as a file (CSV, xlsx, JSON), or the picture itself (SVG)."""
    found = _found(key)
    asked = _asked(request)
    lines = found.lines(asked)
    if form in table_files.FORMS:
        return table_files.answer(found.key, found.columns(asked, lines), lines, form)
    drawn = found.drawn(asked, lines, _title(found, asked)) if form == "svg" else []
    if not drawn:
        raise Http404
    answer = HttpResponse(drawn[0].alone(PALETTE + _style()), content_type="image/svg+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.key}.svg"'
    return answer


def _found(key: str) -> Chart:
    found = CHARTS.get(key)
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest) -> Asked:
    given = {name: request.GET.get(name, "")[:40].strip() for name in FILTERS}
    show = given["show"] if given["show"] in ON_THE_MAP else "issued"
    return Asked(public_figures.wanted(given), show)


def _title(chart: Chart, asked: Asked) -> str:
    said = in_words(asked, chart)
    return f"{_(chart.title)} ({said})" if said else _(chart.title)


def _drawn(
    request: HttpRequest, chart: Chart, asked: Asked, lines: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """A chart as its template needs it."""
    found = chart.lines(asked) if lines is None else lines
    pictures: list[Picture] = chart.drawn(asked, found, _title(chart, asked)) if found else []
    return {
        "key": chart.key,
        "title": _(chart.title),
        "filter": in_words(asked, chart),
        "note": _(chart.note),
        "empty": _(chart.empty),
        "pictures": [each.written(chart.key) for each in pictures],
        "is_broad": chart.key in BROAD,
        "href": reverse("dashboard-chart", args=[chart.key]) + _query(request),
    }


def _sums(asked: Asked) -> list[dict[str, Any]]:
    """Totals over the years that are asked for, without those that are zero."""
    lines = public_figures.over_time(asked.wanted)
    totals = {act: sum(line[act] for line in lines) for act in public_figures.ACTS}
    return [{"title": _(ACT_WORDS[act]), "quantity": number} for act, number in totals.items() if number]


def _filter_form(request: HttpRequest, asked: Asked, chart: Chart | None = None) -> dict[str, Any]:
    """What the form of the filters offers, and what it is set to."""
    choices = public_figures.choices()
    names = {code: party_name(code) for code in choices["parties"]}
    shows = [(act, _(ACT_WORDS[act])) for act in ON_THE_MAP] if chart is None or chart.key == "map" else []
    return {
        "asked": asked,
        "is_filtered": asked.wanted != public_figures.Wanted(),
        "parties": sorted(names.items(), key=lambda each: each[1]),
        "years": choices["years"],
        "unit_types": choices["unit_types"],
        "shows": shows,
    }


def _query(request: HttpRequest) -> str:
    """The filters of this address, to go on with."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if value := request.GET.get(name, "").strip():
            kept[name] = value[:40]
    return f"?{kept.urlencode()}" if kept else ""


@lru_cache(maxsize=1)
def _style() -> str:
    """The rules by which pictures look as they do."""
    return (files("article6.web") / "static" / "article6" / "pictures.css").read_text(encoding="utf-8")
