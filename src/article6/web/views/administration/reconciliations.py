"""Books compared with other registries: the list, and a case with the evidence of both sides."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from article6.domain.refusals import N_
from article6.domain.roles import Right
from article6.exchange.cases import COMPARING, Status
from article6.exchange.comparing import Way
from article6.services.exchange import message_reading, peers, reconciling
from article6.services.exchange.own_code import own_code
from article6.services.paging import Page
from article6.web.acts import for_right, signed_in
from article6.web.columns import Column
from article6.web.tables import Asked, Source, Table
from article6.web.templatetags.shown import moment, units
from article6.web.views.administration import pages
from article6.web.views.administration.pages import Action, Facts, Listing, Notice, Words

STATUS = Words(
    {
        Status.CONFIRMED: N_("Begun by the other registry"), Status.INITIATED: N_("Begun here"),
        Status.TOTALS_DIFFER: N_("Totals differ"), Status.BLOCKS_DIFFER: N_("Differs as an open case says"),
        Status.COMPLETED: N_("Agrees"), Status.COMPLETED_BY_HAND: N_("Agrees after a correction"),
        Status.DENIED: N_("Not taken by the other registry"), Status.BY_HAND: N_("With the administrators"),
    },
    {
        Status.COMPLETED: "good", Status.COMPLETED_BY_HAND: "good", Status.BY_HAND: "bad", Status.DENIED: "warn",
        Status.TOTALS_DIFFER: "warn", Status.BLOCKS_DIFFER: "warn",
    },
)  # fmt: skip
REASONS = {"daily": N_("Daily"), "on_demand": N_("Asked for")}


@for_right(Right.CONNECT)
def listed(request: HttpRequest) -> HttpResponse:
    """Comparisons, newest first."""
    by, is_open = signed_in(request), request.GET.get("open") == "1"

    def read(asked: Asked) -> Page:
        return reconciling.listed(asked.after, asked.limit, asked.filters.get("peer"), is_open=is_open, by=by)

    known = {each["code"]: each["code"] for each in peers.listed()}
    table = Table(
        [
            Column("reconciliation_id", _("Comparison"), "link",
                   href=lambda row: reverse("admin-reconciliation", args=[row["reconciliation_id"]])),
            Column("peer", _("With"), choices=known, filter="choice"), Column("as_of", _("As of"), "moment"),
            Column("status", _("Standing"), "badge", choices=STATUS.translated(), tones=STATUS.tones),
            Column("reason", _("Reason"), choices={code: _(text) for code, text in REASONS.items()}, is_minor=True),
            Column("changed_at", _("Last step"), "moment", is_minor=True),
        ],
        Source(read), request, "reconciliations", title=_("Comparisons of books"), prefix="",
        empty={"title": _("No books were compared yet."),
               "text": _("Registries compare by themselves once a day; open a connection to compare now."),
               "href": reverse("admin-network"), "action": _("Other registries")},
    )  # fmt: skip
    shift = Action("?", _("Show all")) if is_open else Action("?open=1", _("Show open cases only"))
    return pages.shown(
        request, _("Reconciliations"), [Listing(_("Open cases") if is_open else _("All comparisons"), table)],
        actions=[shift],
    )  # fmt: skip


@for_right(Right.CONNECT)
def case(request: HttpRequest, case: str) -> HttpResponse:
    """One comparison: what differs, what is held for it, what each side signed, every message."""
    found = reconciling.shown(case, by=signed_in(request))
    status = str(found["status"])
    is_ours_to_sign, is_theirs_waiting = status == Status.BY_HAND and not found["is_agreed"], _theirs(found)
    actions = []
    if is_theirs_waiting:
        actions.append(Action(reverse("admin-reconciliation-sign", args=[case]), _("Sign what they signed")))
    if is_ours_to_sign:
        actions.append(Action(reverse("admin-reconciliation-resolve", args=[case]), _("Sign a resolution")))
    parts: list[pages.Part] = []
    if status == Status.BY_HAND:
        text = _("Units that differ are held. The administrators of both registries sign how it is resolved.")
        title = _("Both have signed the same.") if found["is_agreed"] else _("The books differ.")
        parts.append(Notice("warn" if found["is_agreed"] else "bad", title, text))
    elif status in COMPARING:
        parts.append(Notice("info", _("The comparison goes on."), _("Look again in a moment.")))
    return pages.shown(
        request, _("Comparison of books with %(peer)s") % {"peer": found["peer"]},
        [*parts, _facts(found), *_tables(request, found)], actions=actions, lead=found["reconciliation_id"],
        badge=(STATUS.tones.get(status, "quiet"), STATUS.translated().get(status, status)),
        crumb=Action(reverse("admin-reconciliations"), _("Reconciliations")),
    )  # fmt: skip


def _theirs(found: dict[str, Any]) -> bool:
    """Whether the peer signed last and we have not signed the same."""
    signed = found["resolutions"]
    return bool(signed) and not found["is_agreed"] and not signed[-1]["by_us"]


def _facts(found: dict[str, Any]) -> Facts:
    reason = REASONS.get(found["reason"])
    return Facts(_("Particulars"), [
        (_("As of"), moment(found["as_of"])),
        (_("Begun by"), own_code() if found["is_ours"] else found["peer"]),
        (_("Reason"), _(reason) if reason else found["reason"]),
        (_("Begun"), moment(found["started_at"])), (_("Last step"), moment(found["changed_at"])),
        (_("We found"), found["result"]), (_("The other registry found"), found["peer_result"]),
    ])  # fmt: skip


def _tables(request: HttpRequest, found: dict[str, Any]) -> list[pages.Part]:
    peer = found["peer"]
    ways = {str(Way.GIVEN): _("given"), str(Way.TAKEN): _("taken"), str(Way.UNDONE): _("taken back")}
    differences = Table(
        [
            Column("serials", _("Serials"), "id", value=_serials),
            Column("quantity", _("Units"), "units", value=lambda row: row["last"] - row["first"] + 1),
            Column("unit_type", _("Type")), Column("way", _("As"), choices=ways),
            Column("books", _("In the books of"), value=lambda row: own_code() if row["is_ours"] else peer),
        ],
        found["differences"], request, "differences", title=_("What differs"), empty={"title": _("Nothing differs.")},
    )  # fmt: skip
    holds = Table(
        [
            Column("transaction_id", _("Transaction"), "link",
                   href=lambda row: reverse("transaction", args=[row["transaction_id"]])),
            Column("account", _("Account"), "id"), Column("quantity", _("Units"), "units"),
            Column("status", _("Status")), Column("at", _("Since"), "moment"),
        ],
        found["holds"], request, "holds", title=_("Held for this case"), empty={"title": _("Nothing is held.")},
    )  # fmt: skip
    signed = Table(
        [
            Column("decided_by", _("Signed by")),
            Column("by_us", _("For"), value=lambda row: own_code() if row["by_us"] else peer),
            Column("at", _("When"), "moment"), Column("corrections", _("What is done"), value=_corrections),
        ],
        found["resolutions"], request, "resolutions", title=_("Signed resolutions"),
        empty={"title": _("Nobody signed a resolution.")},
    )  # fmt: skip
    numbers = message_reading.numbers_here(each["message_id"] for each in found["messages"])
    said = Table(
        [
            Column("message_id", _("Message"), "link",
                   href=lambda row: _message_href(row, numbers)),
            Column("direction", _("Direction"), choices={"out": _("sent"), "in": _("received")}),
            Column("type", _("Type"), value=lambda row: row["type"].removeprefix("org.article6.")),
            Column("at", _("When"), "moment"),
        ],
        found["messages"], request, "said", title=_("Messages of both sides"),
    )  # fmt: skip
    return [
        Listing(_("What differs"), differences),
        Listing(_("Held for this case"), holds, is_plain=True),
        Listing(_("Signed resolutions"), signed, is_plain=True),
        Listing(_("Messages of both sides"), said, is_plain=True),
    ]


def _message_href(row: dict[str, Any], numbers: dict[tuple[str, str], int]) -> str:
    number = numbers.get((row["direction"], row["message_id"]))
    return "" if number is None else reverse("admin-message", args=[row["direction"], number])


def _serials(row: dict[str, Any]) -> str:
    return f"{row['registry']}-{row['party']}:{row['first']}-{row['last']}"


def _corrections(row: dict[str, Any]) -> str:
    found = [
        f"{each['registry']}: {each['action']} ({each['reason']})" for each in row["corrections"]
    ]  # fmt: skip
    shown = list(dict.fromkeys(found))
    return "; ".join(shown[:5]) + (f" … {units(len(shown))}" if len(shown) > 5 else "")
