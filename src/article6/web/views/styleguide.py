"""Every part that pages are made of, in every state, with the line that includes it. Its contents are made up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.web.doors import page
from article6.web.tables import Column, Table

COLOURS = (
    "paper", "surface", "faint", "line", "edge", "soft", "ink", "accent", "accent-soft", "good", "good-soft", "warn",
    "warn-soft", "bad", "bad-soft", "c0", "c1", "c2", "c3", "c4", "c5",
)  # fmt: skip


class Specimen(forms.Form):
    """A form with a field of each kind."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("As it is registered."))
    quantity = forms.IntegerField(label=gettext_lazy("Units"), min_value=1, help_text=gettext_lazy("Whole units."))
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        choices=[("ndc", gettext_lazy("Use towards the NDC")), ("oimp", gettext_lazy("Other purposes"))],
        widget=forms.RadioSelect,
    )
    account = forms.ChoiceField(
        label=gettext_lazy("Account"), choices=[("1", "GHA01-100-1-0-77"), ("2", "CHE01-100-2-0-5")]
    )
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    is_sure = forms.BooleanField(label=gettext_lazy("I have compared this with the letter"))


def styleguide(request: HttpRequest) -> HttpResponse:
    """The parts as they are."""
    columns = _columns()
    table = Table(columns, _rows(), request, "specimen", title=_("Blocks"), prefix="", size=25)
    if (file := table.file()) is not None:
        return file
    nothing = {
        "title": _("No accounts yet."),
        "text": _("Open the first one."),
        "href": "#empty",
        "action": _("Open an account"),
    }
    return page(
        request,
        "styleguide",
        colours=COLOURS,
        form=Specimen(prefix="good", initial={"purpose": "ndc"}),
        wrong=Specimen({"wrong-quantity": "-5", "wrong-remark": "-"}, prefix="wrong"),
        table=table,
        empty_table=Table(columns, [], request, "nothing", title=_("Accounts"), empty=nothing),
        kinds=[
            ("good", _("Completed")),
            ("warn", _("Waits")),
            ("bad", _("Rejected")),
            ("quiet", _("Final")),
            ("info", _("First transfer")),
        ],
        steps=[
            {"title": _("Units"), "state": "done"},
            {"title": _("Purpose"), "state": "done"},
            {"title": _("Review"), "state": "now"},
            {"title": _("Proposed"), "state": "next"},
        ],
        review=_review(),
        facts=[
            {"label": _("Account"), "value": "GHA01-100-1-0-77", "href": "#facts"},
            {"label": _("Opened"), "value": date(2024, 1, 10), "note": _("by Ama")},
            {"label": _("Closed"), "value": None},
        ],
        tabs=[
            {"title": _("All"), "href": "#tabs", "is_current": True, "count": None},
            {"title": _("Waiting"), "href": "#tabs", "is_current": False, "count": 3},
        ],
        crumbs=[{"title": _("Parties"), "href": "#crumbs"}, {"title": "Ghana", "href": "#crumbs"}],
    )  # fmt: skip


def _columns() -> list[Column]:
    states = {"open": _("Open"), "blocked": _("Blocked"), "closed": _("Closed")}
    return [
        Column("serial", _("First unit"), "id", href=lambda row: "#tables", filter="text"),
        Column("party", _("Party"), choices={"GHA": "Ghana", "CHE": "Switzerland"}, filter="choice"),
        Column("quantity", _("Units"), "units", filter="range"),
        Column("at", _("When"), "moment", filter="range"),
        Column("until", _("Until"), "day"),
        Column(
            "state", _("State"), "badge", choices=states, tones={"open": "good", "blocked": "warn", "closed": "bad"},
            filter="choice",
        ),
        Column("vintage", _("Vintage"), "number", is_minor=True),
        Column("remark", _("Remark"), is_shown=False),
    ]  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    """Sixty lines, enough for three pages."""
    return [
        {
            "serial": f"CA0001-GHA01-GHA-{at * 1250 + 1}-2023",
            "party": ("GHA", "CHE")[at % 2],
            "quantity": at * at * 1250 + 1,
            "at": datetime(2024, 1 + at % 12, 1 + at % 28, 9, at, tzinfo=UTC),
            "until": None if at % 4 else date(2026, 1 + at % 12, 1),
            "state": ("open", "blocked", "closed")[at % 3],
            "vintage": 2021 + at % 4,
            "remark": _("A longer text, which may go over several lines where there is no room for it in one."),
        }
        for at in range(60)
    ]


def _review() -> dict[str, Any]:
    return {
        "warnings": [_("This is the first transfer: Ghana will have to apply a corresponding adjustment.")],
        "sections": [
            {
                "title": _("What will happen"),
                "rows": [
                    {"label": _("Units"), "value": "600"},
                    {"label": _("From"), "value": "GHA01-100-1-0-77", "href": "#review"},
                    {"label": _("Status"), "value": _("Blocked"), "before": _("Open")},
                ],
                "note": _("Nothing is signed yet."),
            }
        ],
    }
