"""The review: what a preview found, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core import signing
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from article6.services.rehearsals import Adjustment, Preview
from article6.services.titles import party_name
from article6.web.tasks.model import Given, Task, TaskForm, sentence
from article6.web.templatetags.shown import amount, units, units_word

SALT = "article6.task.review"
BLOCKS_SHOWN = 25

Section = dict[str, Any]


def review(task: Task, form: TaskForm, given: Given, preview: Preview) -> dict[str, Any]:
    """Sections of labels and values, and warnings, as `parts/review.html` draws them."""
    sections = [
        {"title": _("What you ask for"), "rows": [_row(*each) for each in form.visible_rows()]},
        {"title": _("What will happen"), "rows": [_row(*each) for each in consequences(preview)]},
    ]
    warnings = [
        *(_("As things stand, the second person's approval would be refused: %(why)s") % {"why": sentence(each)}
          for each in preview.refused_later),
        *task.warnings(given, preview),
    ]  # fmt: skip
    return {"sections": [each for each in sections if each["rows"]], "warnings": warnings}


def _row(label: str, value: str, note: str = "") -> dict[str, str]:
    return {"label": label, "value": value, "note": note}


def consequences(preview: Preview, *, is_decided: bool = False) -> list[tuple[str, str]]:
    """What follows, in words: what moves, who decides (unless it is decided), first transfer, adjustments, reports."""
    found: list[tuple[str, str]] = []
    for each in preview.transactions:
        way = _way(_account(each["source"]), _account(each["target"]))
        found.append((each["type_title"], f"{units_word(each['quantity'])}: {way}"))
    found += [(label, value) for label, value in preview.more.items()]
    if not is_decided and (preview.transactions or preview.waits):
        found.append((_("Who decides"), _decides(waits=preview.waits)))
    if preview.transactions:
        found.append((_("First transfer"), _first(preview)))
        found.append((_("Corresponding adjustment"), _adjusted(preview.adjustments)))
        found.append((_("Rows in reports"), _reported(preview)))
    return found


def _way(source: str, target: str) -> str:
    """From where to where; read from the right, each name is set apart, lest two Latin ones turn around the arrow."""
    return f"\u2068{source}\u2069 ← \u2068{target}\u2069" if get_language_bidi() else f"{source} → {target}"


def _account(account: Mapping[str, Any] | None) -> str:
    if account is None:
        return _("newly issued")
    return f"{account['name']} ({account['number']})" if account["name"] else str(account["number"])


def _decides(*, waits: bool) -> str:
    if waits:
        return _("A second person. Until then the units are reserved and nothing else changes.")
    return _("Nobody else: it is done at once.")


def _first(preview: Preview) -> str:
    many = preview.first_transferred
    if not many:
        return _("No.")
    return _("Yes, of %(units)s.") % {"units": units_word(many)}


def _adjusted(adjustments: Sequence[Adjustment]) -> str:
    if not adjustments:
        return _("None by this.")
    sentences = []
    for each in adjustments:
        told = {"party": party_name(each.party), "year": each.year}
        if each.first_transferred:
            added = {**told, "amount": _level(each.first_transferred)}
            sentences.append(_("%(party)s adds %(amount)s t CO2 eq to its balance for %(year)s.") % added)
        if each.used:
            taken = {**told, "amount": _level(each.used)}
            sentences.append(_("%(party)s takes %(amount)s t CO2 eq off its balance for %(year)s.") % taken)
    return " ".join(sentences)


def _level(value: Any) -> str:
    return units(value) if isinstance(value, int) else str(value)


def _reported(preview: Preview) -> str:
    if not preview.concerned:
        return _("None.")
    names = ", ".join(party_name(each) for each in preview.concerned)
    told = {"rows": units(preview.rows_total)}
    rows = ngettext("%(rows)s row of actions", "%(rows)s rows of actions", preview.rows_total) % told
    if not preview.rows:
        return _("In the annual information of %(parties)s.") % {"parties": names}
    return _("%(rows)s in the annual information; concerned: %(parties)s.") % {"rows": rows, "parties": names}


def blocks(preview: Preview) -> dict[str, Any]:
    """The units block by block, the first ones, as the review lists them."""
    entries = [entry for each in preview.transactions for entry in each["entries"]]
    total = sum(each["entries_total"] for each in preview.transactions)
    return {"shown": entries[:BLOCKS_SHOWN], "total": total, "more": max(0, total - BLOCKS_SHOWN)}


def rows(preview: Preview) -> list[dict[str, Any]]:
    """The rows that follow in reports, as the review lists them."""
    return [
        {"party": party_name(each.party), "year": each.year, "type": each.type, "subtype": each.subtype,
         "first": each.first, "last": each.last, "quantity": "" if each.quantity is None else amount_of(each.quantity),
         "other": party_name(each.other_party) if each.other_party else "", "purpose": each.purpose,
         "year_used": each.year_used}
        for each in preview.rows
    ]  # fmt: skip


def amount_of(value: Any) -> str:
    return amount(value if isinstance(value, int) else str(value))


def seal(preview: Preview) -> str:
    """What the person was shown, to be held against what would happen when it is confirmed."""
    return signing.dumps([preview.token, _lines(preview)], salt=SALT, compress=True)


def _lines(preview: Preview) -> list[list[str]]:
    found = [list(each) for each in consequences(preview)]
    found += [
        [_("Units"), f"{each['identifier_first']} – {each['identifier_last']}"] for each in blocks(preview)["shown"]
    ]
    return found


def changed(preview: Preview, sealed: str) -> list[dict[str, str]] | None:
    """What would happen otherwise than was shown: label, before, value. None where it is just that."""
    try:
        token, before = signing.loads(sealed, salt=SALT, max_age=24 * 60 * 60)
    except (signing.BadSignature, ValueError, TypeError):
        return [{"label": _("Time"), "before": _("looked at long ago"), "value": _("now")}]
    if token == preview.token:
        return None
    return _differences([tuple(each) for each in before], [tuple(each) for each in _lines(preview)])


def _differences(before: Iterable[tuple[str, ...]], now: Iterable[tuple[str, ...]]) -> list[dict[str, str]]:
    was: dict[str, list[str]] = {}
    is_: dict[str, list[str]] = {}
    for found, lines in ((was, before), (is_, now)):
        for label, value in lines:
            found.setdefault(label, []).append(value)
    return [
        {"label": label, "before": "; ".join(was.get(label, ())) or "–", "value": "; ".join(is_.get(label, ())) or "–"}
        for label in {**was, **is_} if was.get(label) != is_.get(label)
    ]  # fmt: skip
