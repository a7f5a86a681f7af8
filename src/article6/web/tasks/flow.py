"""The way of every task: form, review, act, result. Nothing typed is lost when a session ends on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.services import commands, drafts, possibilities, sight
from article6.web.doors import View, page, reader
from article6.web.kept_forms import NOT_KEPT, content
from article6.web.tasks import catalogue, review
from article6.web.tasks.model import Task, TaskForm, blame, sentence

TICKET = "article6.task.pass"
TICKET_AGE_S = 24 * 60 * 60


def task_for(request: HttpRequest, slug: str) -> Task:
    """The task before the person who is signed in.

    Raises:
        Http404: there is no such task in this kind of registry.
        Refused: it is not for this person.
    """
    kind = catalogue.BY_SLUG.get(slug)
    by = reader(request)
    if kind is None or by is None:
        raise Http404
    found = kind(possibilities.standing(by, datetime.now(UTC)))
    if not found.fits():
        raise Http404
    if why := found.why_not():
        raise refused(Code.PERSON_NOT_PERMITTED, slug, why)
    return found


def keeps_work(view: View) -> View:
    """A form that is sent after the session ended: what was typed is kept as a draft, and found again after signing in.

    Stands outside the door, which would turn the form away. The pass in the form says whose it is; whoever sends it
    later can add to that person's drafts and see nothing.
    """

    def kept_view(request: HttpRequest, slug: str) -> HttpResponseBase:
        if request.user.is_authenticated or request.method != "POST":
            return view(request, slug=slug)
        where = reverse("task", args=[slug])
        if (number := kept_as_draft(request, slug)) is None:
            return redirect_to_login(where)
        messages.info(request, _("Your session has ended. What you typed is kept; sign in to go on with it."))
        return redirect_to_login(f"{where}?draft={number}")

    return kept_view


def kept_as_draft(request: HttpRequest, slug: str) -> int | None:
    """Keep a task's form that came too late as a draft of whom its pass names; its number, None where it names none."""
    try:
        person, task = signing.loads(request.POST.get("who", ""), salt=TICKET, max_age=TICKET_AGE_S)
        if task != slug or slug not in catalogue.BY_SLUG:
            return None
        title = str(catalogue.BY_SLUG[slug].title)
        return drafts.keep(slug, title, content(request.POST), by=PersonId(person), now=datetime.now(UTC))
    except (signing.BadSignature, ValueError, TypeError, Refused):
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One task: the form, its review, its act."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = task_for(request, slug)
    if request.method != "POST":
        return _begun(request, found)
    steps: dict[str, Callable[[HttpRequest, Task, TaskForm], HttpResponseBase]] = {
        "edit": _edited, "keep": _kept, "confirm": _confirmed,
    }  # fmt: skip
    form = found.form(request.POST)
    form.files = request.FILES
    return steps.get(request.POST.get("step", ""), _reviewed)(request, found, form)


def _begun(request: HttpRequest, found: Task) -> HttpResponse:
    number = request.GET.get("draft", "")
    if number.isdecimal() and len(number) < 19:
        kept = drafts.draft(int(number), by=found.standing.by, now=found.standing.now)
        if kept["task"] == found.slug:
            typed: dict[str, list[str]] = kept["content"]
            initial: dict[str, Any] = {name: each if len(each) > 1 else each[0] for name, each in typed.items() if each}
            return _asked(request, found, found.form(initial={**initial, "draft": kept["id"]}))
    asked = {name: value for name, value in request.GET.items() if name not in NOT_KEPT}
    return _asked(request, found, found.form(initial=asked))


def _asked(request: HttpRequest, found: Task, form: TaskForm, status: int = HTTPStatus.OK) -> HttpResponse:
    return page(request, "tasks/form", status, task=found, form=form, steps=steps(0), who=_pass(found))


def _pass(found: Task) -> str:
    return signing.dumps([found.standing.by, found.slug], salt=TICKET)


def _edited(request: HttpRequest, found: Task, form: TaskForm) -> HttpResponse:
    return _asked(request, found, form)


def _kept(request: HttpRequest, found: Task, form: TaskForm) -> HttpResponse:
    given = request.POST.get("draft", "")
    number = int(given) if given.isdecimal() and len(given) < 19 else None
    data = request.POST.dict()
    drafts.keep(
        found.slug, found.draft_title(data), content(request.POST), by=found.standing.by, now=found.standing.now,
        section=found.section(data), number=number,
    )  # fmt: skip
    messages.success(request, _("Kept as a draft."))
    return redirect("drafts")


def _reviewed(request: HttpRequest, found: Task, form: TaskForm) -> HttpResponseBase:
    if not form.is_valid():
        return _asked(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        if commands.was_answered(found.standing.by, form.cleaned_data["key"]):
            return _acted(request, found, form)
        preview = found.preview(form.cleaned_data)
    except Refused as no:
        return _refused(request, found, form, no)
    return _shown(request, found, form, preview)


def _shown(request: HttpRequest, found: Task, form: TaskForm, preview: Any, changes: Any = None) -> HttpResponse:
    status = HTTPStatus.CONFLICT if changes else HTTPStatus.OK
    return page(
        request, "tasks/review", status, task=found, form=form, steps=steps(1), changes=changes, who=_pass(found),
        review=review.review(found, form, form.cleaned_data, preview), blocks=review.blocks(preview),
        rows=review.rows(preview), rows_total=preview.rows_total, seen=review.seal(preview), waits=preview.waits,
    )  # fmt: skip


def _confirmed(request: HttpRequest, found: Task, form: TaskForm) -> HttpResponseBase:
    if not form.is_valid():
        return _asked(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    by, key = found.standing.by, form.cleaned_data["key"]
    try:
        if commands.was_answered(by, key):
            return _acted(request, found, form)
        if not found.is_compared:
            return _acted(request, found, form)
        preview = found.preview(form.cleaned_data)
        changes = review.changed(preview, request.POST.get("seen", ""))
        if changes is None or commands.was_answered(by, key):
            return _acted(request, found, form)
    except Refused as no:
        if commands.was_answered(by, key):
            return _acted(request, found, form)
        return _refused(request, found, form, no)
    return _shown(request, found, form, preview, changes)


def _acted(request: HttpRequest, found: Task, form: TaskForm) -> HttpResponseBase:
    """Do it; the same form sent again gets the same answer."""
    try:
        with sight.seeing(sight.EVERYTHING):
            done = found.act(form.cleaned_data, form.cleaned_data["key"])
    except Refused as no:
        return _refused(request, found, form, no)
    if number := form.cleaned_data.get("draft"):
        drafts.give_up(number, by=found.standing.by)
    return redirect("task-done", found.slug, done.ref)


def _refused(request: HttpRequest, found: Task, form: TaskForm, no: Refused) -> HttpResponse:
    if Code.IDEMPOTENCY_CONTENT_DIFFERS in no.codes:
        form.add_error(None, _("This form was sent before, with other content. Look at what came of it on your desk, "
                               "or begin anew."))  # fmt: skip
        return _asked(request, found, form, HTTPStatus.CONFLICT)
    blame(found, form, no)
    codes = {Code.PERSON_NOT_PERMITTED: HTTPStatus.FORBIDDEN, Code.LEDGER_BUSY: HTTPStatus.SERVICE_UNAVAILABLE}
    return _asked(request, found, form, codes.get(no.reasons[0].code, HTTPStatus.UNPROCESSABLE_ENTITY))


def done(request: HttpRequest, slug: str, ref: str) -> HttpResponseBase:
    """What came of a task, as it stands now, and what happens next."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    kind, by = catalogue.BY_SLUG.get(slug), reader(request)
    if kind is None or by is None:
        raise Http404
    found = kind(possibilities.standing(by, datetime.now(UTC)))
    return page(request, "tasks/done", task=found, told=found.told(ref), steps=steps(2))


def steps(now: int) -> list[dict[str, str]]:
    """Where the person is."""
    titles = (_("Say what"), _("Look it over"), _("Done"))
    return [
        {"title": title, "state": "done" if place < now else "now" if place == now else "next"}
        for place, title in enumerate(titles)
    ]


def listed(request: HttpRequest) -> HttpResponseBase:
    """All tasks of this kind of registry, those that the person may begin first."""
    by = reader(request)
    if by is None:
        return redirect_to_login(request.get_full_path())
    standing = possibilities.standing(by, datetime.now(UTC))
    groups: dict[str, list[dict[str, Any]]] = {}
    for kind in catalogue.TASKS:
        one = kind(standing)
        if one.fits():
            groups.setdefault(str(one.group), []).append({"task": one, "why_not": one.why_not()})
    for found in groups.values():
        found.sort(key=lambda each: bool(each["why_not"]))
    ordered = sorted(groups.items(), key=lambda each: all(one["why_not"] for one in each[1]))
    return page(request, "tasks/list", task_groups=dict(ordered))


__all__ = ["done", "keeps_work", "listed", "sentence", "task"]
