"""Training: the exercises of who is signed in, ticked by the registry's records; what participants say; who trains."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.refusals import Code, Refused, refused
from article6.domain.roles import Right
from article6.domain.training import CAST, PASSWORD_IS
from article6.services import lookup, wording
from article6.services.training import progress
from article6.web.acts import Act, for_right, may, offer, signed_in
from article6.web.columns import Column
from article6.web.doors import guarded, page, remember_registry
from article6.web.tables import Table

RATINGS = [(5, gettext_lazy("5: very good")), (4, "4"), (3, "3"), (2, "2"), (1, gettext_lazy("1: of no use"))]


class AnswerForm(forms.Form):
    """An answer to an exercise."""

    exercise = forms.SlugField(widget=forms.HiddenInput)
    answer = forms.CharField(max_length=100)


class FeedbackForm(forms.Form):
    """What a participant thinks of an exercise, or of the whole."""

    exercise = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    rating = forms.TypedChoiceField(
        label=gettext_lazy("How good was it?"), choices=RATINGS, coerce=int, widget=forms.RadioSelect
    )
    said = forms.CharField(
        label=gettext_lazy("What was hard? What is missing?"), required=False, max_length=progress.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, exercises: list[dict[str, Any]], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        titles = [(each["code"], each["title"]) for each in exercises]
        offer(self, "exercise", [("", _("the training as a whole")), *titles])


def begin(request: HttpRequest) -> HttpResponseBase:
    """Who takes part, with the password; or, for who is signed in, the own exercises."""
    if request.user.is_authenticated or not progress.is_here():
        return guarded(mine)(request)
    remember_registry(request, lookup.registry())
    cast = [{"login": each.login, "job": _(each.job)} for each in CAST]
    return page(request, "training/cast", cast=cast, password=PASSWORD_IS)


@for_right(None)
def mine(request: HttpRequest, status: int = HTTPStatus.OK, wrong: Mapping[str, str] | None = None) -> HttpResponse:
    """The reader's exercises, each with what to do, where, and whether it is done."""
    found = progress.mine(by=signed_in(request), now=datetime.now(UTC))
    done = sum(each["done_at"] is not None for each in found)
    following = next((each["code"] for each in found if each["done_at"] is None), "")
    return page(
        request, "training/mine", status, exercises=found, done=done, next=following, wrong=wrong or {},
        form=FeedbackForm(found), trains=may(request, Right.INSPECT), cast=[
            {"login": each.login, "job": _(each.job)} for each in CAST if each.login != request.user.get_username()
        ],
    )  # fmt: skip


@for_right(None)
def answer(request: HttpRequest) -> HttpResponseBase:
    """An answer to an exercise that asks something."""
    form = AnswerForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("training")
    code = form.cleaned_data["exercise"]
    try:
        progress.answer(code, form.cleaned_data["answer"], by=signed_in(request), now=datetime.now(UTC))
    except Refused as no:
        if no.codes != (Code.TRAINING_ANSWER_WRONG,):
            raise
        return mine(request, HTTPStatus.CONFLICT, {code: wording.told(no.reasons[0])["sentence"]})
    messages.success(request, _("That is right."))
    return redirect(f"{reverse('training')}#{code}")


@for_right(None)
def feedback(request: HttpRequest) -> HttpResponseBase:
    """What a participant thinks."""
    found = progress.mine(by=signed_in(request), now=datetime.now(UTC))
    form = FeedbackForm(found, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
        return page(request, "training/feedback", status, form=form)
    given = form.cleaned_data
    progress.say(
        given["rating"], given["said"], by=signed_in(request), now=datetime.now(UTC), exercise=given["exercise"]
    )
    messages.success(request, _("Thank you. It is kept for who trains."))
    return redirect("training")


@for_right(Right.INSPECT)
def everybody(request: HttpRequest) -> HttpResponse:
    """For who trains: how far everybody is, and what was said; as files, too."""
    found = progress.everybody(by=signed_in(request))
    participants = Table(
        [
            Column("login", _("Login")), Column("job", _("Who this is")),
            Column("done", _("Done"), "units", note=lambda row: _("of %(number)s") % {"number": row["exercises"]}),
            Column("last_at", _("Last"), "moment"),
        ],
        found["participants"], request, "participants", title=_("Participants"),
    )  # fmt: skip
    done = Table(
        [
            Column("title", _("Exercise")), Column("login", _("Login"), filter="choice"),
            Column("run", _("Run"), "number", filter="choice"), Column("done_at", _("Done"), "moment"),
            Column("exercise", _("Code"), is_shown=False),
        ],
        found["progress"], request, "progress", title=_("What was done"), sort="-done_at",
        empty={"title": _("No exercise is done yet.")},
    )  # fmt: skip
    said = Table(
        [
            Column("said", _("What was said")), Column("rating", _("Rating"), "number"),
            Column("exercise", _("Exercise"), filter="choice"), Column("login", _("Login"), filter="choice"),
            Column("run", _("Run"), "number"), Column("at", _("When"), "moment"),
        ],
        found["feedback"], request, "feedback", title=_("Feedback"), sort="-at",
        empty={"title": _("Nobody said anything yet.")},
    )  # fmt: skip
    for table in (participants, done, said):
        if (file := table.file()) is not None:
            return file
    return page(
        request, "training/everybody", run=found["run"], participants=participants, progress=done, said=said,
        may_reset=may(request, Right.OPEN_SECTION),
    )  # fmt: skip


class Reset(Act):
    title = gettext_lazy("Put the registry back")
    about = gettext_lazy("The registry is as it was at its beginning within seconds. Progress and feedback are kept.")
    submit = gettext_lazy("Put it back")
    done = gettext_lazy("It is asked for. Wait some seconds, then sign in again.")
    right = Right.OPEN_SECTION
    is_grave = True

    def require(self) -> None:
        if not progress.is_here():
            raise refused(Code.TRAINING_NOT_HERE)
        super().require()

    def consequences(self, given: Mapping[str, Any]) -> list[str]:
        return [_("All that participants did in the ledger is gone, and everybody is signed out.")]

    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        progress.ask_reset(by=self.by)
        return self.back()

    def back(self) -> str:
        return reverse("training-everybody")
