"""Where an NDC would stand if more units were transferred, or used: a form whose answer stands in the address."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.ndcs import Ndc
from article6.domain.parties import party as known_party
from article6.domain.refusals import Refused
from article6.reporting.structured_summary import Summary
from article6.services import balances, sight, wording
from article6.web import balance_chart
from article6.web.acts import offer
from article6.web.balance_chart import shown
from article6.web.doors import STATUSES, page

UNITS_AT_MOST = 10**15


class WhatIfForm(forms.Form):
    """How many more units: first transferred of a vintage, or used for a year."""

    ndc = forms.ChoiceField(label=gettext_lazy("NDC"), required=False)
    export = forms.IntegerField(
        label=gettext_lazy("Units first transferred, more than now"), required=False, min_value=0,
        max_value=UNITS_AT_MOST,
    )  # fmt: skip
    vintage = forms.ChoiceField(label=gettext_lazy("of the vintage"), required=False)
    use = forms.IntegerField(
        label=gettext_lazy("Units used towards the NDC, more than now"), required=False, min_value=0,
        max_value=UNITS_AT_MOST,
    )  # fmt: skip
    year = forms.ChoiceField(label=gettext_lazy("for the year"), required=False)

    def __init__(self, ndcs: list[Ndc], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        years = sorted({year for each in ndcs for year in range(each.year_first, each.year_last + 1)})
        choices = [("", _("choose")), *((str(year), str(year)) for year in years)]
        offer(self, "vintage", choices)
        offer(self, "year", choices)
        offer(self, "ndc", [(each.code, each.code) for each in ndcs])
        if len(ndcs) < 2:
            del self.fields["ndc"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for units, year, said in (
            ("export", "vintage", _("Choose the vintage of the units.")),
            ("use", "year", _("Choose the year for which they are used.")),
        ):
            if given.get(units) and not given.get(year):
                self.add_error(year, said)
        return given


def what_if(request: HttpRequest, code: str) -> HttpResponse:
    """The form, and, where it is filled in, the chart and figures of before and after."""
    party = known_party(code)
    if party is None:
        raise Http404
    sight.see_for_report(code)
    ndcs = balances.ndcs(code)
    asked = {name: value for name, value in request.GET.items() if value}
    form = WhatIfForm(ndcs, request.GET if asked.keys() & {"export", "use"} else None, initial=asked)
    context: dict[str, Any] = {"party": party, "ndcs": ndcs, "form": form, "found": None}
    if not form.is_bound:
        return page(request, "what_if", **context)
    if not form.is_valid():
        return page(request, "what_if", HTTPStatus.UNPROCESSABLE_ENTITY, **context)
    given = form.cleaned_data
    try:
        found = balances.what_if(
            code, now=datetime.now(UTC), ndc=given.get("ndc") or None,
            export=given["export"] or 0, vintage=_year(given, "export", "vintage"),
            use=given["use"] or 0, year=_year(given, "use", "year"),
        )  # fmt: skip
    except Refused as no:
        for reason in no.reasons:
            told = wording.told(reason)
            form.add_error(None, f"{told['sentence']} ({': '.join(filter(None, (told['code'], told['detail'])))})")
        status = STATUSES.get(no.reasons[0].code, HTTPStatus.UNPROCESSABLE_ENTITY)
        return page(request, "what_if", status, **context)
    return page(
        request, "what_if",
        **{**context, "found": found, "charts": balance_chart.drawings(found.after, found.before),
           "rows": _rows(found.before, found.after), "ends": _ends(found.before, found.after),
           "unit": found.before.unit},
    )  # fmt: skip


def _year(given: dict[str, Any], units: str, name: str) -> int | None:
    """The year of units that are asked for; without units none."""
    return int(given[name]) if given[units] and given[name] else None


def _rows(before: Summary, after: Summary) -> list[dict[str, Any]]:
    """A line a year: adjustment, balance and margin, each as it stands and as it would."""
    return [
        {
            "year": was.year,
            "pairs": [
                {"before": shown(old), "after": shown(new), "is_changed": old != new}
                for old, new in ((was.adjustment, now.adjustment), (was.balance, now.balance), (was.margin, now.margin))
            ],
        }
        for was, now in zip(before.years, after.years, strict=True)
    ]  # fmt: skip


def _ends(before: Summary, after: Summary) -> list[dict[str, Any]]:
    """What stands at the end of the period: label, before, after."""
    return [
        {"label": label, "before": shown(old) or "–", "after": shown(new) or "–", "is_changed": old != new}
        for label, old, new in (
            (_("Level that would just meet the target"), before.allowance, after.allowance),
            (_("Margin at the end of the period"), before.achievement.margin, after.achievement.margin),
        )
    ]  # fmt: skip
