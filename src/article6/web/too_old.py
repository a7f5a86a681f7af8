"""A form from before its person signed in again, in another tab: its token counts no more; what was typed is kept."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from article6.web import kept_forms
from article6.web.tasks import flow


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing is done. Who has the form's pass finds it again, filled in; anybody else is told to try again.

    A pass is signed and stands in no other site's form.
    """
    where = _kept(request) if request.method == "POST" else None
    if where is None:
        return csrf_failure(request, reason=reason)
    messages.warning(request, _("The form was from before you signed in. Look it over, and send it again."))
    return redirect(where) if request.user.is_authenticated else redirect_to_login(where)


def _kept(request: HttpRequest) -> str | None:
    match = request.resolver_match
    if match is not None and match.url_name == "task":
        slug = str(match.kwargs["slug"])
        number = flow.kept_as_draft(request, slug)
        return f"{reverse('task', args=[slug])}?draft={number}" if number is not None else None
    return kept_forms.kept(request)
