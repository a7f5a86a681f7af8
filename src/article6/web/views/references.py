"""What the registry is made of, for who checks it: the log, its proofs, rules, nomenclatures, glossary."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from article6.domain.glossary import TERMS, Term
from article6.domain.glossary import term as known_term
from article6.domain.refusals import Code, Refused
from article6.services import business_rules, lookup, nomenclatures, wording
from article6.services.log import browsing, proving, status
from article6.transparency.leaves import Kind
from article6.web.columns import Column
from article6.web.doors import page
from article6.web.tables import Asked, Source, Table
from article6.web.templatetags.shown import units


def _kinds() -> dict[str, str]:
    return {
        Kind.TRANSACTION: _("Transaction"),
        Kind.AUTHORIZATION: _("Authorization"),
        Kind.NOMENCLATURE: _("Nomenclature"),
        Kind.MESSAGE_RECEIVED: _("Message received"),
        Kind.MESSAGE_SENT: _("Message sent"),
    }


# --- The log


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """How the log stands, and its leaves, newest first."""
    columns = [
        Column("position", _("Position"), "number", href=lambda row: reverse("explore-leaf", args=[row["position"]])),
        Column("at", _("Recorded"), "moment"),
        Column("kind", _("What"), choices=_kinds(), filter="choice"),
        Column("subject", _("Of"), href=_subject_page),
        Column("hash", _("Hash (SHA-256)"), "id", is_minor=True),
    ]

    def rows(asked: Asked) -> Any:
        return browsing.leaves(asked.after, asked.limit, asked.filters.get("kind"))

    def caption(count: int) -> str:
        return ngettext("%s leaf", "%s leaves", count) % units(count)

    nothing = {"title": _("The log is empty."), "text": _("The log's worker adds what is done; start it.")}
    table = Table(columns, Source(rows), request, "leaves", title=_("Leaves"), caption=caption, empty=nothing)
    return table.file() or page(request, "public/log", table=table, standing=status.now())


def _subject_page(leaf: dict[str, Any]) -> str:
    subject = leaf["subject"]
    if leaf["kind"] == Kind.TRANSACTION and subject.isdecimal():
        return reverse("transaction", args=[int(subject)])
    return ""


@require_safe
def leaf(request: HttpRequest, position: int) -> HttpResponse:
    """One leaf, with its proof where what it is about is public."""
    found = browsing.leaf(position)
    if found is None:
        raise Http404
    kind = _kinds().get(found["kind"], found["kind"])
    proof = _proof(found["kind"], found["subject"]) if found["subject"] else None
    return page(
        request, "public/leaf", leaf=found, kind=kind, href=_subject_page(found),
        proof=json.dumps(proof, ensure_ascii=False, indent=1) if proof else "",
    )  # fmt: skip


@require_safe
def proof(request: HttpRequest, kind: str, subject: str) -> HttpResponse:
    """The proof that something public stands in the log, as a file."""
    if kind == Kind.TRANSACTION and subject.isdecimal():
        lookup.transaction(int(subject), limit=1)  # told to nobody from whom the transaction is withheld
    elif kind not in browsing.TOLD:
        raise Http404
    found = _proof(kind, subject)
    if found is None:
        raise Http404
    answer = HttpResponse(json.dumps(found, ensure_ascii=False, indent=1), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="proof-{kind}-{subject[:20]}.json"'
    return answer


def _proof(kind: str, subject: str) -> dict[str, Any] | None:
    try:
        return proving.as_json(proving.prove(kind, subject))
    except Refused as no:
        if Code.LOG_LEAF_UNKNOWN not in no.codes:
            raise
        return None


# --- Rules


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every refusal with its sentence and legal basis; and the rules that administrators added."""
    found = [{**each, "is_rule": "clause" in each} for each in wording.refusal_codes()]
    columns = [
        Column("code", _("Code"), "id", href=lambda row: reverse("explore-rule", args=[row["code"]]), filter="text"),
        Column("sentence", _("What it says"), filter="text"),
        Column("clause", _("Legal basis"), filter="text"),
    ]
    table = Table(columns, found, request, "rules", title=_("Refusals"), size=100)
    added = business_rules.published(datetime.now(UTC))
    return table.file() or page(request, "public/rules", table=table, added=added)


@require_safe
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One refusal: what it says, why, and of what it is asked."""
    found = next((each for each in wording.refusal_codes() if each["code"] == code), None)
    if found is None:
        raise Http404
    applies = [each["applies_to"] for each in wording.built_in_rules() if each["code"] == code]
    return page(request, "public/rule", rule=found, applies=applies)


# --- Nomenclatures


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Every list of values."""
    today = datetime.now(UTC).date()
    found = [
        {
            "name": each.name,
            "values": sum(value.holds(today) for value in each.values.values()),
            "ever": len(each.values),
        }
        for each in nomenclatures.all_lists().values()
    ]
    columns = [
        Column(
            "name",
            _("List"),
            "link",
            href=lambda row: reverse("explore-nomenclature", args=[row["name"]]),
            filter="text",
        ),
        Column("values", _("Values today"), "units"),
        Column("ever", _("Values ever"), "units"),
    ]
    nothing = {"title": _("No list is kept."), "text": _("An administrator takes lists over.")}
    table = Table(columns, found, request, "nomenclatures", title=_("Nomenclatures"), size=100, empty=nothing)
    return table.file() or page(
        request, "public/list", table=table, heading=_("Nomenclatures"),
        lead=_("The lists of values that records are made of, with every value that ever held."),
    )  # fmt: skip


@require_safe
def values(request: HttpRequest, name: str) -> HttpResponse:
    """One list with its values."""
    kept = nomenclatures.all_lists().get(name)
    if kept is None:
        raise Http404
    today = datetime.now(UTC).date()
    found = [
        {
            "value": each.value, "state": "holds" if each.holds(today) else "ended", "from": each.valid_from,
            "until": each.valid_until, "replaced_by": each.replaced_by, "source": each.source, "version": each.version,
        }
        for each in kept.values.values()
    ]  # fmt: skip
    columns = [
        Column("value", _("Value"), filter="text"),
        Column("state", _("Holds today"), "badge", choices={"holds": _("Yes"), "ended": _("No")},
               tones={"holds": "good"}, filter="choice"),
        Column("from", pgettext("day", "From"), "day"),
        Column("until", _("Until, not including"), "day"),
        Column("replaced_by", _("Now"), is_minor=True),
        Column("source", _("Source"), is_minor=True),
        Column("version", _("Version"), "number", is_shown=False),
    ]  # fmt: skip
    table = Table(columns, found, request, "values", title=name, size=250)
    return table.file() or page(
        request, "public/list", table=table, heading=name, lead=_("A nomenclature: a list of values."),
        up=(reverse("explore-nomenclatures"), _("Nomenclatures")),
    )  # fmt: skip


# --- Glossary


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Every term, in the reader's alphabet."""
    shown = sorted((_term(each) for each in TERMS), key=lambda each: each["title"].casefold())
    return page(request, "public/glossary", terms=shown)


@require_safe
def term(request: HttpRequest, code: str) -> HttpResponse:
    """One term, with those to read with it."""
    found = known_term(code)
    if found is None:
        raise Http404
    return page(request, "public/term", term=_term(found))


def _term(found: Term) -> dict[str, Any]:
    also = [known_term(each) for each in found.also]
    return {
        "code": found.code,
        "title": _(found.title),
        "meaning": _(found.meaning),
        "clause": found.clause,
        "also": [{"code": each.code, "title": _(each.title)} for each in also if each],
    }
