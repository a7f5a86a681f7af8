"""How numbers, moments and the ledger's words are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from article6.domain.parties import party
from article6.domain.refusals import N_
from article6.domain.submissions import STATE_TITLES, Act, State
from article6.domain.units import UNIT_TITLES, UnitType
from article6.reporting.aef_nomenclatures import Metric
from article6.reporting.checks.results import Result, Scope
from article6.services import lookup

register = template.Library()

THIN = "\u202f"
"""A narrow space that does not break: between thousands, in every language alike (ISO 80000-1)."""

STATUS_WORDS = {
    "proposed": N_("Proposed"),
    "completed": N_("Completed"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "accepted": N_("Accepted"),
    "disputed": N_("Disputed"),
    "cancelled": N_("Withdrawn"),
    "expired": N_("Expired"),
    "open": N_("Open"),
    "blocked_debit": N_("Blocked for debits"),
    "blocked": N_("Blocked"),
    "closed": N_("Closed"),
}

TERM_WORDS = {
    "authorization": N_("Authorization"),
    "use_year": N_("Year of use"),
    "purpose": N_("Purpose"),
    "reason": N_("Reason"),
    "using_entity": N_("Using entity"),
    "remark": N_("Remark"),
    "commitment_period": N_("Commitment period"),
    "project_number": N_("Project number"),
    "monitoring_start": N_("Monitored from"),
    "monitoring_end": N_("Monitored until"),
    "issuance_process": N_("Issuance request"),
    "activity_kind": N_("Kind of activity"),
    "project_type": N_("Type of project"),
    "operational_entity": N_("Operational entity"),
}


RESULT_CLASSES = {Result.CONSISTENT: "consistent", Result.INCONSISTENT: "inconsistent"}

ACT_WORDS = {
    Act.FORM_FAILED: N_("The form failed"),
    Act.FORM_PASSED: N_("The form passed"),
    Act.DUPLICATE: N_("It was a duplicate"),
    Act.FOUND_CONSISTENT: N_("Found consistent"),
    Act.FOUND_INCONSISTENT: N_("Found inconsistent"),
    Act.SUPERSEDED: N_("A newer version took its place"),
    Act.WITHDRAWN: N_("Withdrawn by the Party"),
}


COMPACT_FROM = 10**6

DAYS = {"ar": "j F Y", "fr": "j F Y", "ru": "j E Y", "es": "j b Y", "zh-hans": "Y年n月j日"}
"""How a day is written in each language; in English as the United Nations do, 8 Jul 2025."""

BETWEEN_DAY_AND_TIME = {"ar": "، ", "zh-hans": " "}


@register.filter
def units(number: int | None) -> str:
    """A whole number with thin thousands separators."""
    return "" if number is None else f"{int(number):,}".replace(",", THIN)


@register.filter
def under_compact(number: int) -> str:
    """What stands under a heading's number: the exact one with its word; the word alone where that was exact."""
    return units_word(number) if number >= COMPACT_FROM else ngettext("unit", "units", number)


@register.filter
def compact(number: int) -> str:
    """A large number for a heading: 2.41 billion; below a million exactly."""
    for size, words in (
        (10**12, pgettext("number", "%s trillion")),
        (10**9, pgettext("number", "%s billion")),
        (10**6, pgettext("number", "%s million")),
    ):
        if number >= size:
            # Cut off, not rounded: a heading never claims more than there is.
            hundredths = number * 100 // size
            shown = f"{hundredths // 100}.{hundredths % 100:02d}" if hundredths < 10000 else f"{hundredths // 100}"
            return words % shown
    return units(number)


@register.filter
def moment(at: datetime | None) -> str | SafeString:
    """A moment in UTC, to the minute; exact in the element's attribute."""
    if at is None:
        return ""
    utc = at.astimezone(UTC)
    between = BETWEEN_DAY_AND_TIME.get(get_language() or "", ", ")
    text = f"{_day_in_words(utc)}{between}{utc:%H:%M}"
    return format_html('<time datetime="{}">{} <abbr>UTC</abbr></time>', utc.isoformat(), text)


@register.filter
def as_moment(text: str) -> str | SafeString:
    """A moment that is written as a text."""
    return moment(datetime.fromisoformat(text))


@register.filter
def day(at: datetime | date | None) -> str | SafeString:
    """A day in UTC."""
    if at is None:
        return ""
    shown = at.astimezone(UTC) if isinstance(at, datetime) else at
    return format_html('<time datetime="{}">{}</time>', shown.isoformat(), _day_in_words(shown))


def _day_in_words(at: date) -> str:
    return date_format(at, DAYS.get(get_language() or "", "j M Y"))


@register.filter
def identifier(text: str) -> SafeString:
    """An identifier or serial, in figures of one width; a line may end after each of its hyphens."""
    return format_html('<bdi class="id">{}</bdi>', SafeString(escape(text).replace("-", "-<wbr>")))


@register.filter
def word(code: str) -> str:
    """A status in words."""
    return _(STATUS_WORDS[code]) if code in STATUS_WORDS else code


@register.filter
def state(code: str) -> str:
    """What a submission has come to, in words."""
    return _(STATE_TITLES[State(code)])


@register.filter
def act(code: str) -> str:
    """What happened to a submission, in words."""
    return _(ACT_WORDS[Act(code)])


@register.filter
def scope(name: str) -> str:
    """How much a check needs, in words."""
    return _(Scope[name.upper()])


@register.filter
def result_class(result: str) -> str:
    """How a result is marked: consistent, inconsistent or unavailable."""
    return RESULT_CLASSES.get(Result(result), "unavailable")


@register.filter
def translated(text: str) -> str:
    """A message of an inner room in the reader's language."""
    return _(text) if text else ""


@register.filter
def amount(value: int | str | None) -> str:
    """An amount of a table: whole numbers with thin separators, other numbers as they are; a dash for none."""
    return "–" if value is None else units(value) if isinstance(value, int) else value


@register.filter
def metric(line: Mapping[str, Any]) -> str:
    """What the amounts of a line are: t CO2 eq, or units of its own metric."""
    return line["metric_unit"] or line["metric"] if line["metric"] == Metric.NON_GHG else _("t CO2 eq")


@register.filter
def item(found: Mapping[str, Any], key: str) -> Any:
    """The value of a name that is not known before."""
    return found.get(key, key)


@register.filter
def term(name: str) -> str:
    """The name of a transaction's particular, or of a batch's further attribute, in words."""
    return _(TERM_WORDS[name]) if name in TERM_WORDS else name.replace("_", " ").capitalize()


@register.filter
def party_name(code: str) -> str:
    """The Party's name; the code where there is no such Party."""
    found = party(code)
    return found.name if found else code


@register.filter
def unit_title(code: str) -> str:
    """A unit type in words."""
    try:
        return _(UNIT_TITLES[UnitType(code)])
    except ValueError:
        return code


@register.filter
def units_word(number: int) -> str:
    """`1 unit`, `5 units`."""
    return ngettext("%s unit", "%s units", number) % units(number)


@register.simple_tag(takes_context=True)
def registry_identity(context: template.Context) -> dict[str, Any] | None:
    """The registry that this page belongs to: from the view, else read (error pages)."""
    if "registry" in context:
        return context["registry"]
    return lookup.registry()
