"""What is law here: sections, account types and flows, nomenclatures, rules by administrators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from article6.domain.business_rules import FACTS
from article6.domain.declarations import Subject
from article6.domain.kinds import KindRules
from article6.domain.nomenclatures import Value
from article6.domain.refusals import N_, Code, refused
from article6.domain.roles import Right
from article6.services import business_rules, declarations, lookup, nomenclatures, wording
from article6.services.approvals.law import declaration_number, rule_number
from article6.web.acts import for_right, may, signed_in
from article6.web.columns import Column
from article6.web.tables import Table
from article6.web.templatetags.shown import moment
from article6.web.views.administration import pages
from article6.web.views.administration.pages import Action, Facts, Listing, Notice, Words

STANDING = Words(
    {"drafted": N_("Drafted"), "approved": N_("In force"), "later": N_("In force later"),
     "retired": pgettext_lazy("rule", "Retired"),
     "superseded": N_("Superseded")},
    {"drafted": "warn", "approved": "good", "later": "info"},
)  # fmt: skip
SUBJECTS = {
    Subject.ACCOUNT_TYPE: N_("Account type"), Subject.FLOW: N_("Flow"), Subject.SWITCH: N_("Switch"),
}  # fmt: skip


# --- Sections


@for_right(None)
def sections(request: HttpRequest) -> HttpResponse:
    """The sections of this registry."""
    table = Table(
        [
            Column("code", _("Section"), "link",
                   href=lambda row: reverse("party", args=[row["party"]]) if row["party"] else ""),
            Column("name", _("Name"), filter="text"), Column("itmo_registry", _("Code in identifiers")),
        ],
        lookup.sections(), request, "sections", title=_("Sections"), prefix="",
    )  # fmt: skip
    may_open = may(request, Right.OPEN_SECTION)
    return pages.shown(
        request, _("Sections"), [Listing(_("All sections"), table)],
        lead=_("A section is the part of this registry that belongs to one Party, or to the administrator."),
        actions=[Action(reverse("admin-section-open"), _("Open a section"))] if may_open else [],
    )  # fmt: skip


# --- Account types, flows, switches


@for_right(Right.INSPECT)
def types(request: HttpRequest) -> HttpResponse:
    """What this kind of registry has, and what administrators declared besides."""
    now, by = datetime.now(UTC), signed_in(request)
    law = declarations.current(now).rules
    found = [{**each, "standing": standing(each, now)} for each in declarations.listed(by=by)]
    declared = Table(
        [
            Column("name", _("Name"), "link", href=lambda row: reverse("admin-declaration", args=[
                row["subject"], row["name"], row["version"]])),
            Column("subject", _("What"), choices={each: _(text) for each, text in SUBJECTS.items()}, filter="choice"),
            Column("version", _("Version"), "number"),
            Column("standing", _("Standing"), "badge", choices=STANDING.translated(), tones=STANDING.tones,
                   filter="choice"),
            Column("drafted_by", _("Drafted by")), Column("approved_by", _("Approved by")),
        ],
        found, request, "declarations", title=_("Declarations"),
        empty={"title": _("Nothing is declared."),
               "text": _("Account types, flows and switches can be declared without a release of the program.")},
    )  # fmt: skip
    switches = Table(
        [
            Column("title", _("Switch"), value=lambda row: _(row["title"])),
            Column("party", _("Party")), Column("value", _("Stands at")), Column("clause", _("Source")),
        ],
        declarations.switches(now), request, "switches", title=_("Switches"),
        empty={"title": _("This kind of registry has no switches.")},
    )  # fmt: skip
    may_declare = may(request, Right.CHANGE_RULES)
    return pages.shown(
        request, _("Account types and flows"),
        [
            Listing(_("Declared here"), declared, is_plain=True), Listing(_("Switches"), switches, is_plain=True),
            *_of_the_kind(request, law),
        ],
        actions=[Action(reverse("admin-declaration-new"), _("Declare something"))] if may_declare else [],
    )  # fmt: skip


def _of_the_kind(request: HttpRequest, law: KindRules) -> list[pages.Part]:
    """The account types and transaction types in force, built in and declared."""
    accounts = Table(
        [
            Column("title", _("Account type"), value=lambda each: _(each.title)), Column("code", _("Code"), "id"),
            Column("number", _("Number"), "number"),
            Column("holds", _("Holds"), value=lambda each: ", ".join(sorted(map(str, each.holds)))),
            Column("is_terminal", _("Final"), value=lambda each: _("yes") if each.is_terminal else _("no")),
        ],
        list(law.accounts.values()), request, "accounts", title=_("Account types"),
    )  # fmt: skip
    flows = Table(
        [
            Column("title", _("Transaction type"), value=lambda each: _(each.title)),
            Column("code", _("Code"), "id"),
            Column(
                "four_eyes",
                _("Second person"),
                value=lambda each: _("always") if each.four_eyes else _("as the account asks"),
            ),
            Column("terms", _("Particulars"), value=lambda each: ", ".join(each.terms)),
            Column("source_clause", _("Source")),
        ],
        list(law.transactions.values()),
        request,
        "flows",
        title=_("Transaction types"),
    )
    return [
        Listing(_("Account types"), accounts, is_plain=True), Listing(_("Transaction types"), flows, is_plain=True),
    ]  # fmt: skip


def standing(row: dict[str, Any], now: datetime) -> str:
    """How a version of a rule or declaration stands."""
    if row.get("retired_from") is not None and row["retired_from"] <= now:
        return "retired"
    if row.get("in_force_from") is None:
        return "drafted"
    return "later" if row["in_force_from"] > now else "approved"


@for_right(Right.INSPECT)
def declaration(request: HttpRequest, subject: str, name: str, version: int) -> HttpResponse:
    """One version of a declaration, and what can be done with it."""
    found = next(
        (each for each in declarations.listed(by=signed_in(request))
         if (str(each["subject"]), each["name"], each["version"]) == (subject, name, version)), None
    )  # fmt: skip
    if found is None:
        raise refused(Code.DECLARATION_UNKNOWN, name[:60], str(version))
    stands, actions = standing(found, datetime.now(UTC)), []
    if may(request, Right.CHANGE_RULES):
        actions += pages.to_decide(request, "declaration", declaration_number(subject, name, version))
        if stands in ("approved", "later"):
            where = reverse("admin-declaration-retire", args=[subject, name, version])
            actions.append(Action(where, _("Retire"), is_grave=True))
    return pages.shown(
        request, name,
        [
            Facts(_("Particulars"), [
                (_("What"), _(SUBJECTS[Subject(subject)])), (_("Version"), version),
                *((key, _plain(value)) for key, value in found["content"].items()),
            ]),
            Facts(_("Who"), [
                (_("Drafted by"), found["drafted_by"]), (_("Drafted at"), moment(found.get("drafted_at"))),
                (_("Approved by"), found["approved_by"]), (_("In force from"), moment(found.get("in_force_from"))),
                (_("Retired by"), found["retired_by"]), (_("Retired from"), moment(found.get("retired_from"))),
            ]),
        ],
        badge=(STANDING.tones.get(stands, "quiet"), STANDING.translated()[stands]), actions=actions,
        crumb=Action(reverse("admin-types"), _("Account types and flows")),
    )  # fmt: skip


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


# --- Nomenclatures


@for_right(None)
def lists(request: HttpRequest) -> HttpResponse:
    """Every list of values."""
    today = datetime.now(UTC).date()
    found = [
        {"name": each.name, "today": sum(value.holds(today) for value in each.values.values()),
         "ever": len(each.values), "last": max((value.valid_from for value in each.values.values()), default=None)}
        for each in nomenclatures.all_lists().values()
    ]  # fmt: skip
    table = Table(
        [
            Column("name", _("List"), "link", filter="text",
                   href=lambda row: reverse("admin-nomenclature", args=[row["name"]])),
            Column("today", _("Values today"), "units"), Column("ever", _("Values ever"), "units"),
            Column("last", _("Last addition"), "day"),
        ],
        found, request, "lists", title=_("Nomenclatures"), prefix="", sort="name",
    )  # fmt: skip
    may_change = may(request, Right.CHANGE_VALUES)
    return pages.shown(
        request, _("Nomenclatures"), [Listing(_("All lists"), table)],
        lead=_("A value in use is never altered: what is withdrawn stays valid on older records."),
        actions=[Action(reverse("admin-nomenclature-import"), _("Compare with a file, and take it over"))]
        if may_change else [],
    )  # fmt: skip


@for_right(None)
def one_list(request: HttpRequest, name: str) -> HttpResponse:
    """Every value that a list ever had."""
    today = datetime.now(UTC).date()

    def holds(each: Value) -> str:
        return "today" if each.holds(today) else "later" if today < each.valid_from else "withdrawn"

    table = Table(
        [
            Column("value", _("Value"), filter="text"),
            Column(
                "standing",
                _("Standing"),
                "badge",
                value=holds,
                filter="choice",
                choices={"today": _("Valid"), "later": _("Valid later"), "withdrawn": _("Withdrawn")},
                tones={"today": "good", "later": "info"},
            ),
            Column("valid_from", pgettext("day", "From"), "day"),
            Column("valid_until", _("Until before"), "day"),
            Column("replaced_by", _("Replaced by")),
            Column(
                "labels",
                _("Labels"),
                value=lambda each: "; ".join(f"{code}: {text}" for code, text in each.labels.items()),
                is_minor=True,
            ),
            Column("version", _("Version"), "number", is_minor=True),
            Column("source", _("Source"), is_minor=True),
        ],
        list(nomenclatures.named(name).values.values()),
        request,
        "values",
        title=name,
        prefix="",
        sort="value",
    )
    return pages.shown(
        request, name, [Listing(_("Values"), table)], crumb=Action(reverse("admin-nomenclatures"), _("Nomenclatures"))
    )


# --- Rules


@for_right(Right.INSPECT)
def rules(request: HttpRequest) -> HttpResponse:
    """Rules by administrators, and those that are built in."""
    now = datetime.now(UTC)
    found = [{**each, "standing": standing(each, now)} for each in business_rules.listed(by=signed_in(request))]
    table = Table(
        [
            Column(
                "name", _("Rule"), "link", href=lambda row: reverse("admin-rule", args=[row["name"], row["version"]])
            ),
            Column("version", _("Version"), "number"),
            Column(
                "standing", _("Standing"), "badge", choices=STANDING.translated(), tones=STANDING.tones, filter="choice"
            ),
            Column("message", _("Message"), filter="text"),
            Column(
                "would_refuse",
                _("Would have refused"),
                "units",
                note=lambda row: _("of %(number)s") % {"number": row["of_transactions"]} if row["tried_at"] else "",
            ),
            Column("drafted_by", _("Written by"), is_minor=True),
            Column("approved_by", _("Approved by"), is_minor=True),
        ],
        found,
        request,
        "rules",
        title=_("Rules by administrators"),
        prefix="",
        empty={
            "title": _("Nobody wrote a rule yet."),
            "text": _("A rule refuses what it describes, once a second administrator approved it."),
        },
    )
    built_in = Table(
        [Column("sentence", _("Built-in rule"), value=lambda row: row.get("sentence")), Column("code", _("Code"), "id"),
         Column("clause", _("Source"))],
        wording.built_in_rules(), request, "built-in", title=_("Built-in rules"),
    )  # fmt: skip
    may_write = may(request, Right.CHANGE_RULES)
    return pages.shown(
        request, _("Rules"),
        [Listing(_("Rules by administrators"), table), Listing(_("Built-in rules"), built_in, is_plain=True)],
        actions=[Action(reverse("admin-rule-new"), _("Write a rule"))] if may_write else [],
    )  # fmt: skip


@for_right(Right.INSPECT)
def rule(request: HttpRequest, name: str, version: int) -> HttpResponse:
    """One version of a rule: what it refuses, what it would have refused, who stands for it."""
    now, by = datetime.now(UTC), signed_in(request)
    found = next(
        (each for each in business_rules.listed(by=by) if (each["name"], each["version"]) == (name, version)), None
    )
    if found is None:
        raise refused(Code.RULE_UNKNOWN, name[:60], str(version))
    stands, actions = standing(found, now), []
    if may(request, Right.CHANGE_RULES):
        if stands == "drafted":
            actions.append(Action(reverse("admin-rule-try", args=[name, version]), _("Try it on the past")))
            actions += pages.to_decide(request, "rule", rule_number(name, version))
        if stands in ("approved", "later"):
            actions.append(Action(reverse("admin-rule-retire", args=[name, version]), _("Retire"), is_grave=True))
        actions.append(Action(f"{reverse('admin-rule-new')}?from={name}", _("Write a new version")))
    return pages.shown(
        request, name, [*_tried(request, found), *_described(found)], actions=actions,
        badge=(STANDING.tones.get(stands, "quiet"), STANDING.translated()[stands]),
        lead=_("Version %(version)s") % {"version": version}, crumb=Action(reverse("admin-rules"), _("Rules")),
    )  # fmt: skip


def _described(found: dict[str, Any]) -> list[pages.Part]:
    return [
        pages.Source(_("It refuses when"), found["refuses_when"]),
        Facts(_("Particulars"), [
            (_("Message"), found["message"]), (_("Clause"), found["clause"]),
            (_("Written by"), found["drafted_by"]), (_("Written at"), moment(found["drafted_at"])),
            (_("Tried at"), moment(found["tried_at"])), (_("Approved by"), found["approved_by"]),
            (_("In force from"), moment(found["in_force_from"])), (_("Retired by"), found["retired_by"]),
            (_("Retired from"), moment(found["retired_from"])),
        ]),
    ]  # fmt: skip


def _tried(request: HttpRequest, found: dict[str, Any]) -> list[pages.Part]:
    if found["tried_at"] is None:
        return [Notice("info", _("Nobody tried it yet."), _("A rule is tried on the past before it is approved."))]
    counts = {"refuse": found["would_refuse"], "fail": found["would_fail"], "all": found["of_transactions"]}
    text = _(
        "Of %(all)s transactions of the past it would have refused %(refuse)s; for %(fail)s it cannot be worked out."
    )
    tone = "bad" if found["would_fail"] else "warn" if found["would_refuse"] else "good"
    parts: list[pages.Part] = [Notice(tone, _("Tried on the past"), text % counts)]
    examples = [part for part in request.GET.get("examples", "").split(",") if part.isascii() and part.isdecimal()][:20]
    if examples:
        table = Table(
            [Column("number", _("Transaction"), "link", href=lambda row: reverse("transaction", args=[row["number"]]))],
            [{"number": int(each)} for each in examples], request, "examples", title=_("Examples"),
        )  # fmt: skip
        parts.append(Listing(_("Transactions that it would have refused"), table, is_plain=True))
    return parts


def vocabulary() -> list[tuple[str, str]]:
    """The names that an expression knows, with their types and what they are."""
    return [(each.name, f"{_(each.sentence)} ({each.type})") for each in FACTS]
