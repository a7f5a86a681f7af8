"""The explorer: everything public that has an identity, each on a page of its own, and lists of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from article6.domain.kinds import Kind
from article6.domain.refusals import N_
from article6.domain.roles import Right
from article6.services import lookup, public_figures, recorded, searching
from article6.services.paging import Page
from article6.services.titles import party_name
from article6.store.queries import registries
from article6.web import holding_tables
from article6.web.acts import may
from article6.web.columns import Column
from article6.web.doors import page
from article6.web.tables import Asked, Source, Table
from article6.web.tasks import catalogue
from article6.web.templatetags.shown import day, units

ACTS = ("lay", "authorization-change", "authorization-withdraw", "authorization-revoke")
TOPICS = (
    (
        N_("What was done"),
        (
            ("dashboard", N_("Dashboard"), N_("Pictures of where every unit went, with tables and files.")),
            ("projects", N_("Projects"), N_("Activities, what was issued for them and where it is now.")),
            ("explore-cancellations", N_("Uses and cancellations"), N_("By purpose, Party and year.")),
            ("transactions", N_("Transactions"), N_("Everything that moved units, newest first.")),
            ("accounts", N_("Accounts"), N_("Where units stand.")),
        ),
    ),
    (
        N_("Under what agreement"),
        (
            ("explore-approaches", N_("Cooperative approaches"), N_("Which Parties work together, on what.")),
            ("explore-authorizations", N_("Authorizations"), N_("What may be used, for what, in every version.")),
            ("explore-entities", N_("Authorized entities"), N_("Whom authorizations name.")),
            ("parties", N_("Parties"), N_("Their sections, units and balances.")),
        ),
    ),
    (
        N_("What was reported"),
        (
            ("aef", N_("Annual reports (AEF)"), N_("Each Party's report of a year, and its versions.")),
            ("submissions", N_("Submissions"), N_("What Parties submitted, and the results of the checks.")),
            ("issued-reports", N_("Reports"), N_("What this registry publishes, with codes to check copies.")),
        ),
    ),
    (
        N_("How to check it"),
        (
            ("explore-log", N_("Transparency log"), N_("What was recorded, in an order that cannot be changed.")),
            ("verify", N_("Check a certificate"), N_("In your browser; the file is sent nowhere.")),
            ("explore-rules", N_("Rules"), N_("What this registry refuses, and why.")),
            ("explore-nomenclatures", N_("Nomenclatures"), N_("Lists of values that records are made of.")),
            ("explore-glossary", N_("Glossary"), N_("The words of Article 6 in plain language.")),
            ("advisor", N_("Which registry fits?"), N_("Ten questions for Parties that have none yet.")),
        ),
    ),
)
"""What the explorer leads to: groups of places, each with its route, its name and what it has."""


@require_safe
def explore(request: HttpRequest) -> HttpResponse:
    """Where everything is to be found."""
    registry: dict[str, Any] = lookup.registry() or {}
    return page(request, "public/explore", topics=_groups(str(registry.get("kind", ""))))


def _groups(kind: str) -> list[dict[str, Any]]:
    """The explorer's index: groups of places that this kind of registry has."""
    return [
        {
            "title": _(title),
            "places": [
                {"title": _(name), "text": _(text), "href": reverse(route)}
                for route, name, text in places
                if route != "submissions" or kind == Kind.INTERNATIONAL
            ],
        }
        for title, places in TOPICS
    ]


# --- Cooperative approaches


@require_safe
def approaches(request: HttpRequest) -> HttpResponse:
    """All cooperative approaches."""
    columns = [
        Column("code", _("Identifier"), "id", href=lambda row: reverse("explore-approach", args=[row["code"]])),
        Column("title", _("Title")),
        Column("parties", _("Parties"), value=lambda row: ", ".join(party_name(each) for each in row["parties"])),
        Column("sectors", _("Sectors"), value=lambda row: ", ".join(row["sectors"]), is_minor=True),
        Column("documents", _("Documents"), "number", value=lambda row: len(row["documents"])),
    ]
    source = Source(lambda asked: recorded.approaches(asked.after, asked.limit))
    nothing = {"title": _("No cooperative approach is recorded yet."), "text": _("Parties record theirs here.")}

    def caption(count: int) -> str:
        return ngettext("%s cooperative approach", "%s cooperative approaches", count) % units(count)

    table = Table(
        columns, source, request, "approaches", title=_("Cooperative approaches"), caption=caption, empty=nothing
    )
    return table.file() or page(
        request, "public/list", table=table, heading=_("Cooperative approaches"),
        lead=_("The arrangements between Parties under which mitigation outcomes are transferred."),
    )  # fmt: skip


@require_safe
def approach(request: HttpRequest, code: str) -> HttpResponse:
    """One cooperative approach: its Parties, its documents, the authorizations under it."""
    found = recorded.approach(code)
    if found is None:
        raise Http404
    table = _authorizations(
        request, Source(lambda asked: recorded.authorizations(asked.after, asked.limit, approach=code))
    )
    return table.file() or page(request, "public/approach", approach=found, table=table)


# --- Authorizations


def _authorizations(request: HttpRequest, source: Source, *, with_filters: bool = False) -> Table:
    columns = [
        Column("code", _("Identifier"), "id",
               href=lambda row: reverse("explore-authorization", args=[row["party"], row["code"]]),
               note=lambda row: _("Revoked") if row["is_revoked"] else ""),
        holding_tables.party(choices=_parties() if with_filters else ()),
        Column("approach", _("Cooperative approach"), "link",
               href=lambda row: reverse("explore-approach", args=[row["approach"]])),
        Column("authorized_on", _("Authorized on"), "day"),
        Column("purposes", _("For"), value=lambda row: str(row["purposes"])),
        Column("quantity", _("At most"), "units"),
        Column("version", _("Version"), "number", is_minor=True),
    ]  # fmt: skip
    nothing = {"title": _("No authorization is recorded yet."), "text": _("A Party's administrator records them.")}

    def caption(count: int) -> str:
        return ngettext("%s authorization", "%s authorizations", count) % units(count)

    return Table(columns, source, request, "authorizations", title=_("Authorizations"), caption=caption, empty=nothing)


def _parties() -> list[str]:
    return public_figures.choices()["parties"]


@require_safe
def authorizations(request: HttpRequest) -> HttpResponse:
    """All authorizations, each in its latest version."""

    def rows(asked: Asked) -> Page:
        return recorded.authorizations(asked.after, asked.limit, party=asked.filters.get("party") or None)

    table = _authorizations(request, Source(rows), with_filters=True)
    return table.file() or page(
        request, "public/list", table=table, heading=_("Authorizations"),
        lead=_("What Parties allow to be used towards NDCs and for other international mitigation purposes."),
    )  # fmt: skip


@require_safe
def authorization(request: HttpRequest, party: str, code: str) -> HttpResponse:
    """One authorization: what it says, in every version, and what stands under it."""
    found = recorded.authorization(party, code)
    if found is None:
        raise Http404
    versions = [{**each, "facts": _facts(each)} for each in reversed(recorded.versions(party, code))]
    approach = recorded.approach(found["approach"])
    documents = approach["documents"] if approach else []
    return page(
        request, "public/authorization", authorization=found, versions=versions, approach=approach,
        documents=documents, acts=_acts(request, found),
    )  # fmt: skip


def _acts(request: HttpRequest, found: dict[str, Any]) -> list[tuple[str, str]]:
    """What the reader may do with an authorization: titles and addresses of tasks, filled in."""
    section = registries.sections().get(found["party"])
    if found["is_revoked"] or section is None or not may(request, Right.AUTHORIZE, section):
        return []
    query = urlencode({"party": found["party"], "code": found["code"]})
    return [(str(catalogue.BY_SLUG[slug].title), f"{reverse('task', args=[slug])}?{query}") for slug in ACTS]


def _facts(version: dict[str, Any]) -> list[dict[str, Any]]:
    """What a version says, element by element (4/CMA.6 para 5); what it leaves open is left out by the template."""
    duration, basis, changes, scope = (version[name] for name in ("duration", "basis", "changes", "scope"))
    said = [
        (_("Authorized on"), day(version["authorized_on"])),
        (_("For"), str(version["purposes"])),
        (_("Other international mitigation purpose"), version["oimp"]),
        (_("First transfer of such units"), version["first_transfer_oimp"]),
        (_("At most"), None if version["quantity"] is None else units(version["quantity"])),
        (_("Parties that may use"), ", ".join(party_name(each) for each in version["parties"])),
        (_("Entities"), ", ".join(each["name"] for each in version["entities"])),
        (_("Vintages"), _span(version["year_first"], version["year_last"])),
        (_("Further vintages"), ", ".join(str(each) for each in scope["vintages"])),
        (_("Sectors"), ", ".join(version["sectors"])),
        (_("Types of activity"), ", ".join(version["activity_types"])),
        (_("Activities"), ", ".join(scope["activities"])),
        (_("Gases"), ", ".join(scope["gases"])),
        (_("Metric"), ", ".join(filter(None, (version["metric"], version["metric_unit"], version["gwp"])))),
        (_("Ends on"), day(duration["ends_on"])),
        (_("Issue until"), day(duration["issue_until"])),
        (_("Use until"), day(duration["use_until"])),
        (_("Frameworks"), ", ".join(basis["frameworks"])),
        (_("Methodologies"), ", ".join(basis["methodologies"])),
        (_("Underlying registries"), ", ".join(basis["underlying_registries"])),
        (_("When it may be changed"), changes["circumstances"]),
        (_("How it is changed"), changes["process"]),
        (_("Registry of the ITMOs"), version["itmo_registry"]),
        (_("Terms"), version["terms"]),
        (_("Remark"), version["remark"]),
    ]
    return [{"label": label, "value": value} for label, value in said]


def _span(first: int | None, last: int | None) -> str:
    if first is None and last is None:
        return ""
    return f"{first or ''}–{last or ''}"


# --- Entities


@require_safe
def entities(request: HttpRequest) -> HttpResponse:
    """Entities that authorizations in force name."""
    columns = [
        Column("name", _("Name"), filter="text"),
        Column("country", _("Country"), filter="choice"),
        Column("authorizations", _("Named in"), "template", template="web/public/_named_in.html", is_sortable=False,
               value=lambda row: ", ".join(each["code"] for each in row["authorizations"])),
    ]  # fmt: skip
    nothing = {"title": _("No authorization names an entity."), "text": _("Entities appear here as soon as one does.")}
    table = Table(columns, searching.entities(), request, "entities", title=_("Authorized entities"), empty=nothing)
    return table.file() or page(
        request, "public/list", table=table, heading=_("Authorized entities"),
        lead=_("Entities that Parties name in authorizations in force."),
    )  # fmt: skip


# --- Uses and cancellations


@require_safe
def cancellations(request: HttpRequest) -> HttpResponse:
    """Uses and cancellations, newest first, by account type, purpose, Party and year."""
    groups = public_figures.by_purpose(public_figures.Wanted())
    types = {each["account_type"]: each["account_title"] for each in groups}
    purposes = {each["purpose"]: each["purpose"] for each in groups if each["purpose"]}
    columns = [
        Column("id", _("Transaction"), "number", href=lambda row: reverse("transaction", args=[row["id"]])),
        Column("at", _("When"), "moment"),
        Column("account_type", _("What for"), choices=types, filter="choice"),
        Column("purpose", _("Purpose"), choices=purposes, filter="choice"),
        holding_tables.party(choices=_parties()),
        Column("quantity", _("Units"), "units"),
        Column(
            "account", _("Account"), "id", href=lambda row: reverse("account", args=[row["account"]]), is_minor=True
        ),
    ]

    def rows(asked: Asked) -> Page:
        wanted = public_figures.Wanted(party=asked.filters.get("party") or None)
        return public_figures.cancellations(
            wanted, asked.after, asked.limit, asked.filters.get("account_type"), asked.filters.get("purpose")
        )

    nothing = {"title": _("Nothing was used or cancelled yet.")}
    table = Table(columns, Source(rows), request, "cancellations", title=_("Uses and cancellations"), empty=nothing)
    shown = [{**each, "href": f"{request.path}?{_of_purpose(each)}#cancellations"} for each in groups]
    return table.file() or page(request, "public/cancellations", table=table, kinds=shown)


def _of_purpose(group: dict[str, Any]) -> str:
    wanted = {"cancellations-account_type": group["account_type"]}
    if group["purpose"]:
        wanted["cancellations-purpose"] = group["purpose"]
    return urlencode(wanted)


# --- Serials


@require_safe
def serials(request: HttpRequest, registry: str, party: str, first: int, last: int) -> HttpResponse:
    """A range of serials of a series: in which blocks they stand, and where."""
    series = searching.series_of(registry, party) if 1 <= first <= last < 2**62 else None
    if series is None or first > series.top:
        raise Http404
    source = Source(lambda asked: lookup.blocks_of_range(series, first, last, asked.after, asked.limit))
    table = holding_tables.blocks(source, request, with_account=True)
    if not table.total:
        raise Http404
    return table.file() or page(
        request, "public/serials", table=table, registry_code=registry, party=party, first=first, last=last,
        quantity=last - first + 1,
    )  # fmt: skip
