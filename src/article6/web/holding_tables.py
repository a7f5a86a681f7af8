"""The tables of holdings that several pages have: accounts, transactions, blocks, batches, projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from article6.domain.orders import Status
from article6.services.titles import account_title, account_types, transaction_title
from article6.web.tables import Column, Row, Source, Table
from article6.web.templatetags.shown import STATUS_WORDS, party_name, unit_title, units

STATUS_TONES = {
    "completed": "good", "open": "good", "proposed": "warn", "blocked": "warn", "blocked_debit": "warn",
    "rejected": "bad", "cancelled": "bad", "expired": "bad", "closed": "bad",
}  # fmt: skip
ADMINISTRATOR = "ADM"
"""The section of the registry's administrator."""

ACCOUNT_STATES = ("open", "blocked_debit", "blocked", "closed")


def status(key: str, title: str, states: Sequence[str]) -> Column:
    """The status of a transaction or an account, in a word of its colour."""
    words = {state: _(STATUS_WORDS[state]) for state in states}
    return Column(key, title, "badge", choices=words, tones=STATUS_TONES, filter="choice")


def party(key: str = "party", title: str = "", *, choices: Sequence[str] = (), none: str = "") -> Column:
    """A Party by its name, leading to its page; `none` stands where there is no Party."""
    return Column(
        key, title or _("Party"), "link", value=lambda row: row[key] or none or None,
        says=lambda code: none if code == none else party_name(code),
        href=lambda row: reverse("party", args=[row[key]]) if row[key] else "",
        choices={code: party_name(code) for code in choices}, filter="choice" if choices else "",
    )  # fmt: skip


def side(key: str, title: str, none: str) -> Column:
    """An account by its name, with its number below."""

    def name(row: Row) -> str:
        return row[key]["name"] or row[key]["number"] if row[key] else none

    def number(row: Row) -> str:
        found = row[key]
        return found["number"] if found and found["name"] else ""

    return Column(
        key, title, "link", value=name, note=number, filter="text",
        href=lambda row: reverse("account", args=[row[key]["number"]]) if row[key] else "",
        written=lambda row: f"{row[key]['number']} {row[key]['name']}" if row[key] else None,
    )  # fmt: skip


def serials(row: Row) -> str:
    """The first and the last unit of a block, or its only one."""
    first, last = row["identifier_first"], row["identifier_last"]
    return str(first) if row["first"] == row["last"] else f"{first} – {last}"


def first_and_last() -> list[Column]:
    """The first and the last unit of a block, by their identifiers, leading to their pages."""

    def page(end: str) -> Any:
        return lambda row: reverse("unit", args=[row["registry"], row["party"], row[end]])

    return [
        Column("first", _("First unit"), "id", value=lambda row: row["identifier_first"], href=page("first")),
        Column("last", _("Last unit"), "id", value=lambda row: row["identifier_last"], href=page("last")),
    ]


def unit_type(key: str = "unit_type") -> Column:
    """A unit type and its vintage."""
    return Column("unit_type", _("Type"), value=lambda row: row[key], note=lambda row: unit_title(row[key]))


def vintage() -> Column:
    """The year in which the outcomes occurred."""
    return Column("vintage", _("Vintage"), "number", value=lambda row: row["vintage_year"])


def project() -> Column:
    """The project for which units were issued."""
    return Column(
        "project", _("Project"), "link", value=lambda row: row["activity"],
        href=lambda row: reverse("project", args=[row["party"], row["activity"]]) if row["activity"] else "",
        note=lambda row: row.get("activity_title") or "",
    )  # fmt: skip


def batch(key: str, title: str) -> Column:
    """The number of a batch, leading to its page."""
    return Column(
        "batch", title, "link", value=lambda row: row[key], href=lambda row: reverse("batch", args=[row[key]]),
    )  # fmt: skip


# --- Tables


def transactions(rows: Source | Sequence[Row], request: HttpRequest, types: Sequence[str] = (), **named: Any) -> Table:
    """Transactions; `types` are those that a filter offers, which only a source or a whole list can do."""
    is_whole = bool(types)
    columns = [
        Column(
            "number", _("Number"), "link", value=lambda row: row["id"],
            href=lambda row: reverse("transaction", args=[row["id"]]),
        ),
        Column("when", _("When"), "moment", value=lambda row: row["decided_at"] or row["proposed_at"]),
        Column("type", _("What"), says=transaction_title, choices={each: transaction_title(each) for each in types}),
        Column("quantity", _("Units"), "units"),
        side("source", _("From"), _("newly issued")),
        side("target", _("To"), ""),
        status("status", _("Status"), list(Status)),
    ]  # fmt: skip
    filters = {"when": "range", "type": "choice", "quantity": "range", "source": "text", "target": "text"}
    columns = [replace(each, filter=filters.get(each.key, each.filter) if is_whole else "") for each in columns]

    def caption(total: int) -> str:
        return ngettext("%s transaction", "%s transactions", total) % units(total)

    return Table(columns, rows, request, "transactions", **{"title": _("Transactions"), "caption": caption, **named})


def accounts(rows: Source | Sequence[Row], request: HttpRequest, sections: Sequence[str] = (), **named: Any) -> Table:
    """Accounts; `sections` are those that a filter offers."""
    columns = [
        Column(
            "number", _("Account"), "id", href=lambda row: reverse("account", args=[row["number"]]), filter="text",
        ),
        Column("name", _("Name"), filter="text"),
        Column("type", _("Type"), says=account_title, choices=_titles(account_types()), filter="choice"),
        replace(party("section", _("Section"), none=ADMINISTRATOR), value=lambda row: row["section"],
                says=section_name, href=lambda row: reverse("party", args=[row["party"]]) if row["party"] else "",
                choices={each: section_name(each) for each in sections}, filter="choice" if sections else ""),
        Column("quantity", _("Units"), "units", filter="range"),
        status("status", _("Status"), ACCOUNT_STATES),
        Column("opened", _("Opened"), "day", value=lambda row: row["opened_at"], filter="range", is_shown=False),
    ]  # fmt: skip
    if not sections:
        columns = [replace(each, filter="") for each in columns]

    def caption(total: int) -> str:
        return ngettext("%s account", "%s accounts", total) % units(total)

    return Table(columns, rows, request, "accounts", **{"title": _("Accounts"), "caption": caption, **named})


def projects(rows: Source | Sequence[Row], request: HttpRequest, parties: Sequence[str] = (), **named: Any) -> Table:
    """Projects; `parties` are those that a filter offers."""
    columns = [
        Column(
            "code", _("Project"), "link", href=lambda row: reverse("project", args=[row["party"], row["code"]]),
            filter="text",
        ),
        Column("title", _("Title"), filter="text"),
        party(choices=parties),
        Column("issued", _("Issued"), "units", filter="range"),
        Column("batches", _("Batches"), "units", is_minor=True),
        Column("methodology", _("Methodology"), is_shown=False),
    ]  # fmt: skip
    if not parties:
        columns = [replace(each, filter="") for each in columns]

    def caption(total: int) -> str:
        return ngettext("%s project", "%s projects", total) % units(total)

    return Table(columns, rows, request, "projects", **{"title": _("Projects"), "caption": caption, **named})


def batches(rows: Source | Sequence[Row], request: HttpRequest, **named: Any) -> Table:
    """Batches, in order of issuance."""

    def unit_page(end: str) -> Any:
        return lambda row: reverse("unit", args=[row["registry"], row["party"], row[end]])

    columns = [
        batch("id", _("Batch")),
        Column("issued", _("Issued"), "day", value=lambda row: row["issued_at"]),
        unit_type(),
        vintage(),
        Column("quantity", _("Units"), "units"),
        Column("first", _("First serial"), "units", href=unit_page("first")),
        Column("last", _("Last serial"), "units", href=unit_page("last")),
        project(),
    ]

    def caption(total: int) -> str:
        return ngettext("%s batch issued", "%s batches issued", total) % units(total)

    return Table(columns, rows, request, "batches", **{"title": _("Batches"), "caption": caption, **named})


def blocks(rows: Source | Sequence[Row], request: HttpRequest, *, with_account: bool, **named: Any) -> Table:
    """Blocks, in serial order."""
    columns = [
        *first_and_last(),
        Column("quantity", _("Units"), "units"),
        unit_type("unit_type_shown"),
        vintage(),
        party(),
        *([side("account", _("Account"), "")] if with_account else []),
        project(),
        batch("batch_id", _("Batch")),
        Column(
            "state", _("State"), "badge", value=_state,
            choices={"reserved": _("Reserved"), "final": _("Final"), "free": _("Free")},
            tones={"reserved": "warn", "free": "good"},
            href=lambda row: reverse("transaction", args=[row["reserved_by"]]) if row["reserved_by"] else "",
            note=lambda row: _("Authorized") if row["authorization"] else "",
        ),
        Column("authorization", _("Authorization"), is_shown=False),
    ]  # fmt: skip

    def caption(total: int) -> str:
        return ngettext("%s block, in serial order", "%s blocks, in serial order", total) % units(total)

    return Table(columns, rows, request, "blocks", **{"title": _("Blocks"), "caption": caption, **named})


def standing(rows: Sequence[Row], request: HttpRequest) -> Table:
    """Where the units of a batch or a project are now."""
    columns = [
        side("account", _("Account"), ""),
        Column("type", _("Type"), value=lambda row: row["account"]["type_title"], filter="choice"),
        Column("quantity", _("Units"), "units", filter="range"),
        Column("blocks", _("Blocks"), "units"),
    ]

    def caption(total: int) -> str:
        return ngettext("%s account has them now", "%s accounts have them now", total) % units(total)

    nothing = {"title": _("Nothing has been issued yet.")}
    return Table(
        columns, rows, request, "standing", title=_("Where the units are now"), caption=caption, size=25, empty=nothing
    )


def holdings(rows: Sequence[Row], request: HttpRequest, *, is_crediting: bool) -> Table:
    """What an account holds, by type of unit and Party."""
    columns = [
        unit_type("unit_type_shown"),
        party(),
        *([] if is_crediting else [vintage()]),
        Column("quantity", _("Units"), "units"),
        Column("reserved", _("Reserved"), "units"),
        Column("blocks", _("Blocks"), "units", is_minor=True),
        *([] if is_crediting else [Column("is_authorized", _("Authorized"), says=_yes_or_no)]),
    ]

    def caption(total: int) -> str:
        return ngettext(
            "%s line: a type of unit and a Party", "%s lines: a type of unit and a Party each", total
        ) % units(total)

    nothing = {"title": _("The account is empty.")}
    return Table(columns, rows, request, "holdings", title=_("Holdings"), caption=caption, size=25, empty=nothing)


def _yes_or_no(value: Any) -> str:
    return _("yes") if value else _("no")


def journal(rows: Source, request: HttpRequest) -> Table:
    """The lines of a transaction in the journal."""
    columns = [
        *first_and_last(),
        Column("quantity", _("Units"), "units"),
        batch("batch_id", _("Batch")),
        Column("authorization", _("Authorization")),
        Column(
            "is_first_transfer", _("First transfer"), "badge",
            value=lambda row: "yes" if row["is_first_transfer"] else None,
            choices={"yes": _("First transfer")}, tones={"yes": "info"},
        ),
    ]  # fmt: skip

    def caption(total: int) -> str:
        return ngettext("%s entry", "%s entries", total) % units(total)

    nothing = {"title": _("Nothing has moved."), "text": _("Units move when the transaction is completed.")}
    return Table(columns, rows, request, "journal", title=_("Journal"), caption=caption, size=100, empty=nothing)


def _state(row: Row) -> str:
    return "reserved" if row["reserved_by"] else "final" if row["is_final"] else "free"


def _titles(types: Sequence[str]) -> dict[str, str]:
    return {each: account_title(each) for each in types}


def section_name(code: str) -> str:
    """A section by its Party's name."""
    return _("Administrator") if code == ADMINISTRATOR else party_name(code)
