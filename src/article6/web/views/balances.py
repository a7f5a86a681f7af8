"""A Party's corresponding adjustments and balance."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from article6.domain.adjustments import METHODS, Method
from article6.domain.levels import TITLES, LevelKind
from article6.domain.parties import party as known_party
from article6.reporting.summary_files import SHARE_TITLES
from article6.services import balance_files, balances, sight
from article6.web import balance_chart
from article6.web.balance_chart import shown
from article6.web.doors import page


def balance(request: HttpRequest, code: str) -> HttpResponse:
    """Where the Party's NDC stands: the chart, the table behind it, the breakdown."""
    party = known_party(code)
    if party is None:
        raise Http404
    sight.see_for_report(code)
    ndcs = balances.ndcs(code)
    if not ndcs:
        return page(request, "balance", party=party, found=None)
    found = balances.balance(code, now=datetime.now(UTC), ndc=request.GET.get("ndc") or None)
    summary = found.summary
    return page(
        request,
        "balance",
        party=party,
        ndcs=ndcs,
        found=found,
        summary=summary,
        method=_(METHODS[summary.plan.method][0]),
        is_multi_year=summary.plan.method is Method.MULTI_YEAR,
        target=shown(summary.target),
        allowance=shown(summary.allowance),
        cumulative=shown(summary.years[-1].cumulative if summary.years else 0),
        charts=balance_chart.drawings(summary),
        rows=balance_chart.rows(summary),
        shares=[
            {"share": each, "title": _(SHARE_TITLES[each.what]), "quantity": shown(each.quantity)}
            for each in summary.tallied.shares
        ],
        sources=[(_(TITLES[LevelKind(kind)][0]), source) for kind, source in sorted(found.sources.items())],
    )


def download(request: HttpRequest, code: str) -> HttpResponse:
    """The structured summary as a workbook."""
    if known_party(code) is None:
        raise Http404
    sight.see_for_report(code)
    found = balances.balance(code, now=datetime.now(UTC), ndc=request.GET.get("ndc") or None)
    answer = HttpResponse(balance_files.content(found, "xlsx"), content_type=balance_files.FORMATS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{balance_files.file_name(found, "xlsx")}"'
    return answer
