"""What every page of the administration is made of: a heading, what can be done, and parts one under the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from article6.domain.refusals import N_
from article6.domain.roles import Right
from article6.services import own_rights
from article6.services.approvals import inbox
from article6.web import doors
from article6.web.doors import reader
from article6.web.tables import Table


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values; a row whose value is empty is left out."""

    title: str
    rows: Sequence[tuple[str, Any]]
    kind: Literal["facts"] = "facts"

    @property
    def given(self) -> list[tuple[str, Any]]:
        return [(label, value) for label, value in self.rows if value not in (None, "", [], ())]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with its heading; `about` is a sentence over it. `is_plain`: a short one, without tools."""

    title: str
    table: Table
    about: str = ""
    is_plain: bool = False
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True, slots=True)
class Source:
    """A text as it is: a message, an expression."""

    title: str
    text: str
    about: str = ""
    kind: Literal["source"] = "source"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the reader has to know; `tone` is good, warn, bad, quiet or info."""

    tone: str
    title: str
    text: str = ""
    kind: Literal["notice"] = "notice"


Part = Facts | Listing | Source | Notice


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done from a page, and where."""

    href: str
    title: str
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the administration: its first page, who may see it (None: who is signed in), and its other pages.
    `is_by_section`: who has the right in one section only sees what is of that section."""

    name: str
    title: str
    about: str
    right: Right | None
    pages: tuple[str, ...] = ()
    is_by_section: bool = False


AREAS = (
    Area(
        "admin-people", N_("People"), N_("Who may act here, and in which roles."), Right.ADMIT_PERSON, ("admin-person",)
    ),
    Area(
        "admin-role-changes",
        N_("Changes of roles"),
        N_("What was asked for, and waits for a second person."),
        Right.CHANGE_ROLE,
        ("admin-role-change",),
        is_by_section=True,
    ),
    Area("admin-sections", N_("Sections"), N_("The parts of this registry that belong to Parties."), None),
    Area(
        "admin-types",
        N_("Account types and flows"),
        N_("What this kind of registry has, and what administrators declared besides."),
        Right.INSPECT,
        ("admin-declaration",),
    ),
    Area(
        "admin-nomenclatures",
        N_("Nomenclatures"),
        N_("Lists of values, their versions, and what a new file changes."),
        None,
        ("admin-nomenclature",),
    ),
    Area(
        "admin-rules",
        N_("Rules"),
        N_("Rules in force and drafted, and what they would have refused."),
        Right.INSPECT,
        ("admin-rule",),
    ),
    Area(
        "admin-network",
        N_("Other registries"),
        N_("Connections, keys, queues, and what needs a person."),
        Right.CONNECT,
        ("admin-peer",),
    ),
    Area(
        "admin-messages",
        N_("Messages"),
        N_("What went out and came in, with signatures and receipts."),
        Right.CONNECT,
        ("admin-message", "admin-evidence"),
    ),
    Area(
        "admin-reconciliations",
        N_("Reconciliations"),
        N_("Books compared with other registries, and open cases."),
        Right.CONNECT,
        ("admin-reconciliation",),
    ),
    Area(
        "admin-alerts", N_("Alerts"), N_("What other registries' messages left for a person to look at."), Right.CONNECT
    ),
    Area(
        "admin-fees", N_("Fees"), N_("Invoices of the mechanism, payments and refunds."), Right.INSPECT, ("admin-fee",)
    ),
    Area("admin-jobs", N_("Jobs and schedules"), N_("What runs by the clock, and what waits for it."), Right.INSPECT),
    Area(
        "admin-log",
        N_("Log and witnesses"),
        N_("How far the tamper-evident log is, and who cosigned it."),
        Right.INSPECT,
    ),
    Area("admin-keys", N_("Keys"), N_("What signs for this registry, since when, and what follows."), Right.INSPECT),
    Area("admin-audit", N_("Audit trail"), N_("Who did what, when, about what."), Right.INSPECT),
    Area("admin-notices", N_("Notices"), N_("What the registry told the sections of your roles."), None),
)


def areas(request: HttpRequest) -> list[dict[str, Any]]:
    """The parts of the administration that the reader may see; which of them this page is in."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    by = reader(request)
    everywhere, anywhere = own_rights.everywhere(by), own_rights.anywhere(by)
    return [
        {"href": reverse(each.name), "title": _(each.title), "about": _(each.about),
         "is_here": here == each.name or here in each.pages}
        for each in AREAS if each.right is None or each.right in (anywhere if each.is_by_section else everywhere)
    ]  # fmt: skip


def to_decide(request: HttpRequest, subject: str, number: str) -> list[Action]:
    """The way to what waits in the inbox of approvals, for a reader who may decide it."""
    by = reader(request)
    if by is None or not inbox.waits_for(by, subject, number):
        return []
    return [Action(reverse("approval", args=[subject, number]), _("Decide it among the approvals"))]


def shown(
    request: HttpRequest, title: str, parts: Sequence[Part], *, lead: str = "", actions: Sequence[Action] = (),
    badge: tuple[str, str] | None = None, crumb: Action | None = None,
) -> HttpResponse:  # fmt: skip
    """The page; or, where its address asks for one, a table of it as a file.

    `badge` is a tone and a word beside the heading; `crumb` leads to the page above.
    """
    for part in parts:
        if isinstance(part, Listing) and (file := part.table.file()) is not None:
            return file
    return doors.page(
        request, "administration/page", title=title, parts=parts, lead=lead, actions=actions, badge=badge, crumb=crumb,
        areas=areas(request),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """Codes in words, with the tones of their badges; a word with a context is lazily translated already."""

    choices: Mapping[str, str | Promise] = field(default_factory=dict)
    tones: dict[str, str] = field(default_factory=dict)

    def translated(self) -> dict[str, str]:
        return {code: str(text) if isinstance(text, Promise) else _(text) for code, text in self.choices.items()}
