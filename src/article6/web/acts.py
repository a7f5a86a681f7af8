"""Acts on pages: a form, a review that says what will happen, and the act itself, done once.

A page says what is asked for and calls a service, which decides. What the review showed and has changed since is shown
again with the difference; the same form sent twice does the act once.
"""

from __future__ import annotations

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, ClassVar

from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.domain.roles import Right
from article6.services import people, sight, wording
from article6.web.doors import STATUSES, View, page, reader
from article6.web.kept_forms import filled_again, pass_of
from article6.web.sign_in.recency import is_recent

Text = str | Promise
Row = tuple[str, str]
KEY = re.compile(r"[0-9a-f]{32}")
SALT = "article6.act"


class NoParticulars(forms.Form):
    """The form of an act that asks for nothing more."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of what an act is about, as the reader saw it and as it is now."""

    label: str
    before: str
    now: str


class Act(ABC):
    """One act: subclasses say what it is called, what it asks for, what it is about, and which service does it.

    `named` are the names in the address. `standing` is what the act is about as it is now: what the reader decides on.
    """

    title: ClassVar[Text] = ""
    about: ClassVar[Text] = ""
    submit: ClassVar[Text] = gettext_lazy("Confirm")
    done: ClassVar[Text] = ""
    right: ClassVar[Right | None] = None
    form_class: ClassVar[type[forms.Form]] = NoParticulars
    is_grave: ClassVar[bool] = False
    is_approval: ClassVar[bool] = False
    """Whether a second person decides by it, who shows again who it is."""
    has_files: ClassVar[bool] = False

    def __init__(self, request: HttpRequest, by: PersonId, named: Mapping[str, Any]) -> None:
        self.request, self.by, self.named = request, by, named

    def require(self) -> None:
        """Who may not even ask is refused here; the service decides all else."""
        if self.right is not None:
            people.require(self.by, self.right, ANY_SECTION)

    def standing(self) -> list[Row]:
        return []

    def initial(self) -> dict[str, Any]:
        return {}

    def form(self, given: Any = None) -> forms.Form:
        return self.form_class(given, initial=self.initial())

    def rows(self, given: Mapping[str, Any]) -> list[Row]:
        """What the reader asks for, in words."""
        form = self.form()
        return [
            (str(form.fields[name].label or name), said(form.fields[name], value))
            for name, value in given.items()
            if value not in (None, "", [], ()) and not form.fields[name].widget.is_hidden
        ]

    def aids(self) -> list[Row]:
        """What helps to fill in the form; shown under it."""
        return []

    def consequences(self, given: Mapping[str, Any]) -> list[str]:
        """What will follow, in sentences."""
        return []

    @abstractmethod
    def perform(self, given: Mapping[str, Any], *, now: datetime, key: str) -> str:
        """Do it; the address of the page to show then."""

    @abstractmethod
    def back(self) -> str:
        """The address of the page that the reader comes from."""


def view_of(kind: type[Act]) -> View:
    """The page of an act."""

    def view(request: HttpRequest, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        act = kind(request, signed_in(request), named)
        act.require()
        if request.method != "POST":
            return _asked(act, filled_again(request, act.form()), new_key())
        return _answered(act, request)

    view.__name__ = kind.__name__
    return view


def _answered(act: Act, request: HttpRequest) -> HttpResponseBase:
    key = request.POST.get("key", "")
    key = key if KEY.fullmatch(key) else new_key()
    form, step = act.form(request.POST), request.POST.get("step", "review")
    if step == "edit":
        return _asked(act, form, key)
    if not form.is_valid():
        return _asked(act, form, key, HTTPStatus.UNPROCESSABLE_ENTITY)
    if step != "sign":
        return _reviewed(act, form, key)
    if changes := _changes(act, request.POST.get("seen", "")):
        return _reviewed(act, form, key, changes)
    if act.is_approval and not is_recent(request):
        raise ReauthenticationRequired  # the form is kept, and sent again after that
    try:
        # An act is judged on all of the registry; the service asks who may.
        with sight.seeing(sight.EVERYTHING):
            where = act.perform(form.cleaned_data, now=datetime.now(UTC), key=key)
    except Refused as no:
        for reason in no.reasons:
            told = wording.told(reason)
            form.add_error(None, f"{told['sentence']} ({': '.join(filter(None, (told['code'], told['detail'])))})")
        return _asked(act, form, key, STATUSES.get(no.reasons[0].code, HTTPStatus.CONFLICT))
    if act.done:
        messages.success(request, str(act.done))
    return redirect(where)


def _asked(act: Act, form: forms.Form, key: str, status: int = HTTPStatus.OK) -> HttpResponse:
    steps = _steps(0)
    return page(
        act.request, "acts/form", status, act=act, form=form, key=key, standing=act.standing(), steps=steps,
        who=pass_of(act.request),
    )  # fmt: skip


def _reviewed(act: Act, form: forms.Form, key: str, changes: list[Change] | None = None) -> HttpResponse:
    status = HTTPStatus.CONFLICT if changes else HTTPStatus.OK
    standing = act.standing()
    sections = [
        {"title": _("As it stands now"), "rows": _labelled(standing)},
        {"title": _("What you ask for"), "rows": _labelled(act.rows(form.cleaned_data))},
    ]
    review = {
        "sections": [each for each in sections if each["rows"]],
        "warnings": act.consequences(form.cleaned_data),
    }
    return page(
        act.request, "acts/review", status, act=act, form=form, key=key, review=review, steps=_steps(1),
        changes=changes or [], seen=signing.dumps(standing, salt=SALT, compress=True), who=pass_of(act.request),
    )  # fmt: skip


def _labelled(rows: list[Row]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in rows]


def _changes(act: Act, seen: str) -> list[Change]:
    """What is otherwise than when the reader saw the review; an unreadable token counts as all of it."""
    now = act.standing()
    try:
        before = [(str(label), str(value)) for label, value in signing.loads(seen, salt=SALT, max_age=24 * 60 * 60)]
    except (signing.BadSignature, ValueError, TypeError):
        before = [("", "")]
    if before == now:
        return []
    was, is_now = dict(before), dict(now)
    labels = [*is_now, *(label for label in was if label and label not in is_now)]
    found = [
        Change(label, was.get(label, ""), is_now.get(label, ""))
        for label in labels if was.get(label, "") != is_now.get(label, "")
    ]  # fmt: skip
    return found or [Change(_("Time"), _("too long ago"), _("now"))]


def _steps(now: int) -> list[dict[str, str]]:
    titles = (_("Say what"), _("Look it over"), _("Done"))
    return [
        {"title": title, "state": "done" if place < now else "now" if place == now else "next"}
        for place, title in enumerate(titles)
    ]


def new_key() -> str:
    """The key of one act: the same form sent twice has the same."""
    return secrets.token_hex(16)


def said(field: forms.Field, value: Any) -> str:
    """A value as the form's own words have it."""
    choices = getattr(field, "choices", None)
    if choices is not None:
        titles = {str(code): str(title) for code, title in _flat(choices)}
        if isinstance(value, list | tuple):
            return ", ".join(titles.get(str(each), str(each)) for each in value)
        return titles.get(str(value), str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for code, title in choices:
        found += _flat(title) if isinstance(title, list | tuple) else [(code, title)]
    return found


def signed_in(request: HttpRequest) -> PersonId:
    """Who is signed in, on a page that nobody else is shown."""
    found = reader(request)
    if found is None:
        raise refused(Code.PERSON_NOT_PERMITTED, request.path)
    return found


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Give a field of a form its choices."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers nothing to choose among")
    field.choices = list(choices)


def may(request: HttpRequest, right: Right, section_id: int = ANY_SECTION) -> bool:
    """Whether the reader has a right: for what a page offers. What is asked for is judged by the service."""
    if not request.user.is_authenticated:
        return False
    try:
        people.require(signed_in(request), right, section_id)
    except Refused:
        return False
    return True


def for_right(right: Right | None) -> Callable[[View], View]:
    """A page for those who have a right in all of the registry; strangers sign in first. None: for everybody who is
    signed in."""

    def decorate(view: View) -> View:
        def held(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if right is not None:
                people.require(signed_in(request), right, ANY_SECTION)
            return view(request, *args, **named)

        return held

    return decorate
