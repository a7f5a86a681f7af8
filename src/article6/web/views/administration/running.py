"""How the registry runs: fees, jobs and schedules, the log and its witnesses, the audit trail, notices."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from article6.domain.fees import FEE_TITLES, Fee
from article6.domain.orders import PersonId
from article6.domain.refusals import N_
from article6.domain.roles import Right
from article6.services import audit_events, jobs, lookup, notices, recorded
from article6.services.audit_events import Search
from article6.services.log import status as log_status
from article6.services.paging import Page
from article6.services.reports import scheduling
from article6.web.acts import for_right, may, signed_in
from article6.web.columns import Column
from article6.web.tables import Asked, Source, Table
from article6.web.templatetags.shown import moment
from article6.web.views.administration import pages
from article6.web.views.administration.pages import Action, Facts, Listing, Notice, Words

LINKED = {"transaction": "transaction", "submission": "submission"}
"""Subjects of the audit trail that have a page under their number."""

NOTICE = Words({"open": N_("Not read yet"), "read": N_("Read")}, {"open": "warn", "read": "good"})


def _by(request: HttpRequest) -> PersonId:
    return signed_in(request)


# --- Fees


def _dollars(cents: int | None) -> str:
    return "" if cents is None else f"USD {cents // 100:,}.{cents % 100:02d}"


@for_right(Right.INSPECT)
def fees(request: HttpRequest) -> HttpResponse:
    """Invoices, with what was paid and given back."""

    def read(asked: Asked) -> Page:
        return recorded.invoices(asked.after, asked.limit, by=_by(request))

    table = Table(
        [
            Column("id", _("Invoice"), "number", href=lambda row: reverse("admin-fee", args=[row["id"]])),
            Column("fee", _("Fee"), value=lambda row: _(FEE_TITLES[Fee(row["fee"])])),
            Column("activity", _("Activity")), Column("party", _("Party")),
            Column("amount", _("Amount"), value=lambda row: _dollars(row["amount_cents"])),
            Column("paid", _("Paid"), value=lambda row: _dollars(row["paid_cents"])),
            Column("standing", _("Standing"), "badge", value=_paid,
                   choices={"waived": _("Waived"), "paid": _("Paid in full"), "due": _("Due")},
                   tones={"paid": "good", "due": "warn", "waived": "info"}),
            Column("invoiced_at", _("Invoiced"), "moment", is_minor=True),
        ],
        Source(read), request, "fees", title=_("Invoices"), prefix="",
        empty={"title": _("There is no invoice."), "text": _("Fees are those of the mechanism (7/CMA.4).")},
    )  # fmt: skip
    return pages.shown(
        request,
        _("Fees"),
        [Listing(_("Invoices"), table)],
        actions=[Action(reverse("admin-fee-new"), _("Invoice a fee"))]
        if may(request, Right.INSTRUCT_MECHANISM)
        else [],
    )


def _paid(row: dict[str, Any]) -> str:
    return "waived" if row["is_waived"] else "paid" if row["paid_cents"] >= row["amount_cents"] else "due"


@for_right(Right.INSPECT)
def fee(request: HttpRequest, number: int) -> HttpResponse:
    """One invoice with its lines, payments and refunds."""
    found = recorded.invoice(number, by=signed_in(request))
    columns = [
        Column("cents", _("Amount"), value=lambda row: _dollars(row["cents"])), Column("reference", _("Reference")),
        Column("recorded_at", _("Recorded"), "moment"),
    ]  # fmt: skip
    payments = Table([*columns, Column("paid_on", _("Paid on"), "day")], found["payments"], request, "payments",
                     title=_("Payments"), empty={"title": _("Nothing was paid yet.")})  # fmt: skip
    refunds = Table([*columns, Column("refunded_on", _("On"), "day"), Column("reason", _("Reason"))], found["refunds"],
                    request, "refunds", title=_("Refunds"), empty={"title": _("Nothing was given back.")})  # fmt: skip
    actions = []
    if may(request, Right.INSTRUCT_MECHANISM):
        actions = [
            Action(reverse("admin-fee-pay", args=[number]), _("Record a payment")),
            Action(reverse("admin-fee-refund", args=[number]), _("Record a refund"), is_grave=True),
        ]
    return pages.shown(
        request, _("Invoice %(number)s") % {"number": number},
        [
            Facts(_("Particulars"), [
                (_("Fee"), _(FEE_TITLES[Fee(found["fee"])])), (_("Activity"), found.get("activity")),
                (_("Party"), found.get("party")), (_("Quantity"), found["quantity"]),
                *((str(line[0]), _dollars(line[1])) for line in found["lines"]),
                (_("Amount"), _dollars(found["amount_cents"])), (_("Paid"), _dollars(found["paid_cents"])),
                (_("Given back"), _dollars(found["refunded_cents"])), (_("Schedule"), found["schedule"]),
                (_("Invoiced"), moment(found["invoiced_at"])),
            ]),
            Listing(_("Payments"), payments, is_plain=True), Listing(_("Refunds"), refunds, is_plain=True),
        ],
        actions=actions, crumb=Action(reverse("admin-fees"), _("Fees")),
    )  # fmt: skip


# --- Jobs and schedules


@for_right(Right.INSPECT)
def work(request: HttpRequest) -> HttpResponse:
    """What runs by the clock with what waits for it, and scheduled reports."""
    waiting = Table(
        [
            Column("title", _("Job")), Column("rhythm", _("Looks")), Column("waits", _("Waits"), "units"),
            Column("oldest", _("Oldest since"), "moment"),
            Column("standing", _("Standing"), "badge", value=lambda row: "late" if row["is_late"] else "well",
                   choices={"late": _("Late"), "well": _("Well")}, tones={"late": "bad", "well": "good"}),
        ],
        jobs.standing(by=_by(request), now=datetime.now(UTC)), request, "jobs", title=_("Jobs"),
    )  # fmt: skip
    schedules = Table(
        [
            Column("title", _("Report")), Column("rhythm", _("Each")), Column("section", _("For the section")),
            Column("role", _("For the role")), Column("created_at", _("Since"), "moment"),
            Column("ended_at", _("Ended"), "moment"),
            Column("end", pgettext("to do", "Act"), "link", value=lambda row: "" if row["ended_at"] else _("End"),
                   is_sortable=False,
                   href=lambda row: "" if row["ended_at"] else reverse("admin-schedule-end", args=[row["id"]])),
        ],
        scheduling.listed(by=_by(request)), request, "schedules", title=_("Scheduled reports"),
        empty={"title": _("No report is scheduled.")},
    )  # fmt: skip
    return pages.shown(
        request, _("Jobs and schedules"),
        [Listing(_("Jobs"), waiting, _("They run with the pages, or by `article6 worker`."), is_plain=True),
         Listing(_("Scheduled reports"), schedules)],
        actions=[Action(reverse("admin-schedule-new"), _("Schedule a report"))]
        if may(request, Right.SCHEDULE_REPORT) else [],
    )  # fmt: skip


# --- The log


@for_right(Right.INSPECT)
def log(request: HttpRequest) -> HttpResponse:
    """How far the tamper-evident log is, who cosigned it, and what was doubted."""
    found = log_status.now()
    parts: list[pages.Part] = []
    if found.doubts:
        parts.append(
            Notice("bad", _("There are doubts about a log."), _("The evidence is kept; ask the other administrator."))
        )
    signed = found.checkpoint
    parts += [
        Facts(
            _("This log"),
            [
                (_("Origin"), found.origin),
                (_("Leaves"), f"{found.size:,}"),
                (_("Waiting to become leaves"), found.waiting),
                (_("Behind by"), _("%(seconds)s seconds") % {"seconds": round(found.behind_s)}),
                (_("Newest checkpoint"), moment(signed.at) if signed else _("none yet")),
                (_("Of so many leaves"), f"{signed.size:,}" if signed else ""),
                (_("Root"), signed.root if signed else ""),
                (_("Key of the log"), found.log_key),
                (_("Key as a witness"), found.witness_key),
            ],
        ),
        *_witnesses(request, found),
    ]
    if found.doubts:
        parts += [
            Facts(_("Doubt %(number)s") % {"number": place}, [(name, str(value)[:400]) for name, value in each.items()])
            for place, each in enumerate(found.doubts, 1)
        ]
    return pages.shown(
        request,
        _("Log and witnesses"),
        parts,
        badge=("bad", _("Doubted"))
        if found.doubts
        else ("good", _("Well"))
        if found.behind_s < 60
        else ("warn", _("Behind")),
        lead=_("Whatever happens becomes a leaf of a tree that nobody can change without its being seen."),
    )


def _witnesses(request: HttpRequest, found: log_status.Status) -> list[pages.Part]:
    witnesses = Table(
        [Column("name", _("Witness")), Column("size", _("Up to leaf"), "units"), Column("at", _("Signed"), "moment")],
        found.witnesses,
        request,
        "witnesses",
        title=_("Witnesses of this log"),
        empty={
            "title": _("Nobody witnesses this log yet."),
            "text": _("Connected registries are asked by themselves."),
        },
    )
    witnessed = Table(
        [Column("name", _("Log")), Column("size", _("Up to leaf"), "units"), Column("at", _("Seen"), "moment")],
        found.witnessed, request, "witnessed", title=_("Logs witnessed here"),
        empty={"title": _("This registry witnesses no other log.")},
    )  # fmt: skip
    return [
        Listing(_("Witnesses of this log"), witnesses, is_plain=True),
        Listing(_("Logs witnessed here"), witnessed, is_plain=True),
    ]


# --- The audit trail


@for_right(Right.INSPECT)
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, when, about what: searched."""
    by = _by(request)

    def read(asked: Asked) -> Page:
        since, until = asked.filters.get("at", (None, None))
        search = Search(
            person=asked.filters.get("login", ""), action=asked.filters.get("kind", ""),
            subject=asked.filters.get("subject", ""), section=asked.filters.get("section", ""),
            since=None if since is None else datetime.combine(since, time(), UTC),
            until=None if until is None else datetime.combine(until + timedelta(days=1), time(), UTC),
        )  # fmt: skip
        return audit_events.found(search, by=by, after=asked.after, limit=asked.limit)

    kinds = {f"{each}.": each for each in audit_events.kinds(by=by)}
    table = Table(
        [
            Column("at", _("When"), "moment", filter="range"),
            Column("login", _("Who"), filter="text", value=lambda row: row["login"] or _("the program"),
                   note=lambda row: row["name"]),
            Column("action", _("What")),
            Column("kind", _("Kind"), value=lambda row: f"{row['action'].partition('.')[0]}.", choices=kinds,
                   filter="choice", is_shown=False),
            Column("subject", _("About"), filter="text", href=_subject_href),
            Column("section", _("Section"), filter="choice",
                   choices={each["code"]: each["code"] for each in lookup.sections()}),
            Column("id", _("Number"), "number", is_shown=False),
        ],
        Source(read), request, "audit", title=_("Events"), prefix="",
        empty={"title": _("Nothing happened yet.")},
    )  # fmt: skip
    return pages.shown(
        request,
        _("Audit trail"),
        [Listing(_("Events"), table)],
        lead=_("Nothing is ever changed or deleted here. Search by person, kind, subject, section and time."),
    )


def _subject_href(row: dict[str, Any]) -> str:
    kind, _colon, number = row["subject"].partition(":")
    if kind in LINKED and number.isascii() and number.isdecimal() and len(number) < 19:
        return reverse(LINKED[kind], args=[int(number)])
    return ""


# --- Notices


@for_right(None)
def told(request: HttpRequest) -> HttpResponse:
    """Notices to the sections of the reader's roles, newest first."""
    is_all, by = request.GET.get("all") == "1", _by(request)

    def read(asked: Asked) -> Page:
        return notices.listed(
            by=by,
            after=asked.after,
            limit=asked.limit,
            section=asked.filters.get("section") or None,
            is_open=not is_all,
        )

    table = Table(
        [
            Column("sentence", _("What"), href=lambda row: "" if row["acknowledged_at"] else reverse(
                "admin-notice-read", args=[row["id"]])),
            Column("section", _("Section"), filter="choice",
                   choices={each["code"]: each["code"] for each in lookup.sections()}),
            Column("at", _("When"), "moment"),
            Column("standing", _("Standing"), "badge", choices=NOTICE.translated(), tones=NOTICE.tones,
                   value=lambda row: "read" if row["acknowledged_at"] else "open"),
            Column("acknowledged_by", _("Read by"), is_minor=True), Column("subject", _("About"), href=_subject_href),
        ],
        Source(read), request, "notices", title=_("Notices"), prefix="",
        empty={"title": _("There is nothing to take note of.")},
    )  # fmt: skip
    shift = Action("?", _("Show those not read yet")) if is_all else Action("?all=1", _("Show those read, too"))
    return pages.shown(
        request, _("Notices"), [Listing(_("All notices") if is_all else _("Not read yet"), table)], actions=[shift],
        lead=_("Open one to say that it was read."),
    )  # fmt: skip
