"""Nothing typed is lost when a session ends before a form is sent: it is kept, and there again after signing in.

The pass in a form says whose it is. Whoever sends it later can add to what that person finds, and see nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

from article6.domain.orders import PersonId
from article6.domain.refusals import Refused
from article6.services import kept_forms
from article6.web.doors import View, reader

PASS, NUMBER = "who", "kept"
"""The field of the form with its pass; in an address, the number of what was kept."""

SALT = "article6.form.pass"
PASS_AGE_S = 24 * 60 * 60
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "step", "seen", "key", "draft", PASS})
KEPT_CHARACTERS = 200_000


def pass_of(request: HttpRequest) -> str:
    """What the form of this page carries, for who is signed in."""
    return signing.dumps([reader(request), request.path], salt=SALT)


def keeps_form(view: View) -> View:
    """The view, outside of its door: the door would turn the form away, and what was typed would be lost."""

    @wraps(view)
    def kept_view(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated and PASS in request.POST:
            where = kept(request)
            if where is not None:
                said = _("Your session has ended. What you typed is kept; sign in to go on with it.")
                messages.info(request, said)
            return redirect_to_login(where or request.get_full_path())
        return view(request, *args, **named)

    return kept_view


def kept(request: HttpRequest) -> str | None:
    """Keep a form that came too late for whom its pass names; the address at which it is there again, None where the
    pass names nobody."""
    asked = request.GET.copy()
    asked.pop(NUMBER, None)
    try:
        person, path = signing.loads(request.POST.get(PASS, ""), salt=SALT, max_age=PASS_AGE_S)
        if path != request.path or not isinstance(person, int):
            return None
        number = kept_forms.keep(path, content(request.POST), by=PersonId(person), now=datetime.now(UTC))
    except (signing.BadSignature, ValueError, TypeError, Refused):
        return None
    asked[NUMBER] = str(number)
    return f"{request.path}?{asked.urlencode()}"


def filled_again(request: HttpRequest, form: forms.Form) -> forms.Form:
    """The form, with what its person typed before the session ended, where the address says so."""
    number, by = request.GET.get(NUMBER, ""), reader(request)
    if by is None or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return form
    typed = kept_forms.found(int(number), request.path, by=by, now=datetime.now(UTC))
    if typed is None:
        return form
    form.initial.update({name: each if len(each) > 1 else each[0] for name, each in typed.items() if each})
    if any(isinstance(field, forms.FileField) for field in form.fields.values()):
        messages.warning(request, _("Files are not kept. Choose the file again."))
    return form


def content(data: QueryDict) -> dict[str, list[str]]:
    """What was typed, to be kept: every field, nothing judged, nothing beyond bounds."""
    found: dict[str, list[str]] = {}
    left = KEPT_CHARACTERS
    for name, values in data.lists():
        # PostgreSQL keeps neither NUL nor half a surrogate pair; no field's name has one.
        if name in NOT_KEPT or len(name) > 60 or len(found) >= 200 or not name.isprintable():
            continue
        kept = [each.replace("\0", "").encode("utf-8", "ignore").decode() for each in values[:500]]
        left -= sum(map(len, kept))
        if left < 0:
            break
        found[name] = kept
    return found
