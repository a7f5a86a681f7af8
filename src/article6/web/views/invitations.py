"""Getting in by an invitation: a password, then the second factor."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from article6.domain.refusals import Code, Refused, refused
from article6.services.sign_in import invitations
from article6.store import persons
from article6.web.doors import page
from article6.web.sign_in.forms import NewPasswordForm


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest, text: str) -> HttpResponse:
    """Set the password by a link, which is used up by it, and go on to the second factor.

    Only looking at the link does not use it up: programs look at links in letters.
    """
    now = datetime.now(UTC)
    person_id = invitations.invited_by_link(text, now)
    if person_id is None:
        raise refused(Code.INVITATION_ENDED)
    person = persons.person(person_id)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.take_up(text, form.cleaned_data["password1"], now=now)
        except Refused as no:
            if no.reasons[0].code != Code.REQUEST_MALFORMED:
                raise
            form.add_error("password1", no.reasons[0].detail)
        else:
            logout(request)
            login = Login(user=persons.person(person_id), redirect_url=reverse("mfa_index"))
            answer: HttpResponse = perform_password_login(request, {"username": person.login}, login)
            return answer
    return page(request, "invitation", form=form, person=person)
