"""The inbox of approvals: everything that waits for a second person, looked at and decided."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_http_methods

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused
from article6.domain.texts import unfit
from article6.services.approvals import inbox
from article6.services.approvals.items import Decision, Item, Subject
from article6.web.doors import STATUSES, page, reader
from article6.web.tasks import review
from article6.web.tasks.model import KEY, sentence

REMARK_AT_MOST = 2000
AT_ONCE = 200


class MomentForm(forms.Form):
    """From when on it is in force; empty: at once."""

    moment = forms.DateTimeField(
        label=gettext_lazy("From (UTC)"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Left empty: at once."),
    )  # fmt: skip


class ThumbprintsForm(forms.Form):
    """The keys as the other registry's administrator told them."""

    kids = forms.CharField(
        label=gettext_lazy("Thumbprints that you were told"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One on a line, as the other administrator told you by telephone or letter. "
            "They are compared with those of the offer. Left empty, nothing is compared."
        ),
    )  # fmt: skip

    def clean_kids(self) -> list[str]:
        return self.cleaned_data["kids"].split()


FORMS: dict[str, type[forms.Form]] = {"moment": MomentForm, "kids": ThumbprintsForm}
"""How a page asks for the particulars that subjects ask for."""


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponseBase:
    """All that waits; several approved at once."""
    by = reader(request)
    if by is None:
        return redirect_to_login(request.get_full_path())
    if request.method == "POST":
        return _many(request, by)
    return _list(request, by)


def _list(request: HttpRequest, by: PersonId, told: Any = None, status: int = HTTPStatus.OK) -> HttpResponse:
    every = inbox.waiting(by)
    wanted = request.GET.get("subject", "")
    items = [each for each in every if not wanted or each.subject == wanted]
    counts = {name: sum(each.subject == name for each in every) for name in inbox.SUBJECTS}
    tabs = [
        {"title": _("All"), "href": "?", "is_current": not wanted, "count": len(every)},
        *({"title": _(inbox.SUBJECTS[name].title), "href": f"?subject={name}", "is_current": wanted == name,
           "count": many} for name, many in counts.items() if many),
    ]  # fmt: skip
    may_bulk = sum(each.may_bulk for each in items)
    return page(
        request, "approvals", status, items=items, tabs=tabs, told=told, may_bulk=may_bulk > 1,
        key=secrets.token_urlsafe(24),
    )  # fmt: skip


def _many(request: HttpRequest, by: PersonId) -> HttpResponse:
    """Approve those that were ticked, after one more look at the list of them."""
    chosen = [
        (parts[0], parts[1], parts[2]) for each in request.POST.getlist("chosen")[:AT_ONCE]
        if len(parts := each.split("|")) == 3
    ]  # fmt: skip
    if not chosen:
        messages.warning(request, _("Tick what is to be approved first."))
        return redirect("approvals")
    if request.POST.get("step") != "confirm":
        waiting = {(each.subject, each.number): each for each in inbox.waiting(by)}
        found = [waiting[one[:2]] for one in chosen if one[:2] in waiting]
        return page(request, "approvals_many", items=found, key=secrets.token_urlsafe(24))
    decision = Decision(True, "", by, datetime.now(UTC), _key(request))
    told = inbox.approve_many(chosen, decision)
    done = sum(not each.reasons for each in told)
    if done:
        words = ngettext("%(many)s was approved.", "%(many)s were approved.", done) % {"many": done}
        messages.success(request, words)
    refused = [
        {"subject": each.subject, "number": each.number, "why": [sentence(one) for one in each.reasons]}
        for each in told if each.reasons
    ]  # fmt: skip
    if not refused:
        return redirect("approvals")
    return _list(request, by, refused, HTTPStatus.CONFLICT)


def _key(request: HttpRequest) -> str:
    given = request.POST.get("key", "")
    return given if KEY.fullmatch(given) else secrets.token_urlsafe(24)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, subject: str, number: str) -> HttpResponseBase:
    """One thing that waits: what would change, and the decision."""
    by = reader(request)
    if by is None:
        return redirect_to_login(request.get_full_path())
    if subject not in inbox.SUBJECTS:
        raise Http404
    if request.method == "POST":
        return _decided(request, subject, number, by)
    return _shown(request, inbox.item(subject, number, by), by, _new_key())


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _shown(
    request: HttpRequest, item: Item, by: PersonId, key: str, *, errors: list[str] | None = None, remark: str = "",
    changes: list[dict[str, str]] | None = None, status: int = HTTPStatus.OK, asked: forms.Form | None = None,
) -> HttpResponse:  # fmt: skip
    preview, stands_against = None, []
    try:
        preview = inbox.preview(item, by, datetime.now(UTC))
    except Refused as no:
        stands_against = [sentence(each) for each in no.reasons]
    context: dict[str, Any] = {"seen": ""}
    if preview is not None:
        context = {
            "blocks": review.blocks(preview), "rows": review.rows(preview), "rows_total": preview.rows_total,
            "consequences": [*_then(item), *review.consequences(preview, is_decided=True)],
            "seen": review.seal(preview),
        }  # fmt: skip
    proposal = [
        {"label": each.label, "value": each.value, "before": each.before, "href": each.href} for each in item.lines
    ]  # fmt: skip
    return page(
        request, "approval", status, item=item, key=key, errors=errors or [], changes=changes, remark=remark,
        review={"sections": [{"title": _("What is proposed"), "rows": proposal}], "warnings": stands_against},
        stands_against=stands_against, subject=inbox.SUBJECTS[item.subject],
        asked=asked if asked is not None else _asked(inbox.SUBJECTS[item.subject]), **context,
    )  # fmt: skip


def _then(item: Item) -> list[tuple[str, str]]:
    """What comes between an approval and what it does."""
    if item.subject == "transfer_out":
        then = _("The other registry is asked; what follows is done when it accepts.")
        return [(pgettext("what comes before", "First"), then)]
    return []


def _decided(request: HttpRequest, subject: str, number: str, by: PersonId) -> HttpResponseBase:
    approve = request.POST.get("decision") == "approve"
    remark, key = request.POST.get("remark", "").strip(), _key(request)
    asked = _asked(inbox.SUBJECTS[subject], request.POST)
    decision = Decision(approve, remark, by, datetime.now(UTC), key)
    if approve and not asked.is_valid():
        return _shown(request, inbox.item(subject, number, by), by, _new_key(), remark=remark, asked=asked,
                      status=HTTPStatus.UNPROCESSABLE_ENTITY)  # fmt: skip
    if approve:
        given = asked.cleaned_data
        decision = replace(decision, moment=given.get("moment"), kids=tuple(given.get("kids", ())))
    if wrong := _wrong(remark, approve=approve):
        return _shown(request, inbox.item(subject, number, by), by, _new_key(), errors=[wrong], remark=remark,
                      status=HTTPStatus.UNPROCESSABLE_ENTITY)  # fmt: skip
    try:
        if approve and (changes := _changes(request, subject, number, by, decision)):
            return _shown(request, inbox.item(subject, number, by), by, key, changes=changes, remark=remark,
                          status=HTTPStatus.CONFLICT)  # fmt: skip
        inbox.decide(subject, number, decision, request.POST.get("token", ""))
    except Refused as no:
        return _not_decided(request, subject, number, by, no, remark)
    messages.success(request, _("Approved.") if approve else _("Rejected."))
    return redirect("approvals")


def _asked(subject: Subject, given: Any = None) -> forms.Form:
    """What an approval can name besides a comment."""
    return next((FORMS[each] for each in subject.asks), forms.Form)(given)


def _wrong(remark: str, *, approve: bool) -> str:
    if len(remark) > REMARK_AT_MOST:
        return _("The comment is too long; 2,000 characters are the most.")
    if found := unfit(remark, has_lines=True):
        return _("This has a character that is refused (%(point)s): type the text anew, without copying it.") % {
            "point": found
        }
    return "" if approve or remark else _("Say why it is rejected; who proposed it reads this.")


def _changes(
    request: HttpRequest, subject: str, number: str, by: PersonId, decision: Decision
) -> list[dict[str, str]] | None:
    """What an approval would do otherwise than was shown; None of what moves no units, or was decided by this form."""
    if not (seen := request.POST.get("seen", "")):
        return None
    found = inbox.waiting(by, subject, number)
    preview = inbox.preview(found[0], by, decision.now) if found else None
    return review.changed(preview, seen) if preview is not None else None


def _not_decided(
    request: HttpRequest, subject: str, number: str, by: PersonId, no: Refused, remark: str
) -> HttpResponse:  # fmt: skip
    """Why it was not decided: beside the item where it still waits, else on the list."""
    status = STATUSES.get(no.reasons[0].code, HTTPStatus.CONFLICT)
    why = [sentence(each) for each in no.reasons]
    try:
        item = inbox.item(subject, number, by)
    except Refused:
        gone = _("It waits no more: somebody decided it meanwhile, it was withdrawn, or its time is over.")
        return _list(request, by, [{"subject": subject, "number": number, "why": [gone, *why]}], HTTPStatus.CONFLICT)
    if Code.PREVIEW_OUTDATED in no.codes:
        status = HTTPStatus.CONFLICT
    return _shown(request, item, by, _new_key(), errors=why, remark=remark, status=status)
