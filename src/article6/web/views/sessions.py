"""Signing in and out, and the sessions that are open."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, cast

from allauth.account.views import LoginView, password_change
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from article6.domain.orders import PersonId
from article6.domain.refusals import invariant
from article6.services.sign_in import noting, single_sign_on
from article6.services.sign_in import sessions as service
from article6.store.models import Person
from article6.web.doors import page, reader
from article6.web.sign_in import lasting
from article6.web.sign_in.devices import device


class SignIn(LoginView):
    """The only page that a closed registry shows to strangers."""

    template_name = "account/login.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**named)
        provider = reverse("openid_connect_login", args=[single_sign_on.provider_id()]) if _has_provider() else ""
        return {**found, "provider": provider, "next": self.get_next_url() or ""}


class SignOut(LogoutView):
    """Ends the session; a link followed by accident does not."""

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method == "GET":
            return redirect("home")
        if request.user.is_authenticated:
            lasting.forget(request)
            noting.ended(PersonId(request.user.pk), datetime.now(UTC))
        return super().dispatch(request, *args, **named)


sign_in = SignIn.as_view()
sign_out = SignOut.as_view(http_method_names=["get", "post", "options"])


def change_password(request: HttpRequest) -> HttpResponse:
    """Another password; who has none is told so, and how one gets in without."""
    if not cast(Person, request.user).has_usable_password():
        why = _("You have no password here: you sign in with a passkey, or with single sign-on.")
        return render(request, "account/refused.html", {"why": why}, status=HTTPStatus.CONFLICT)
    return cast(HttpResponse, password_change(request))


def _has_provider() -> bool:
    return single_sign_on.is_configured()


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in, and since when."""
    found = service.mine(_person(request), datetime.now(UTC))
    listed = [
        {**each, "device": device(each["user_agent"]), "is_this": each["session_key"] == request.session.session_key}
        for each in found
    ]
    return page(request, "me/sessions", sessions=listed)


@require_POST
def end_mine(request: HttpRequest, number: int) -> HttpResponse:
    """End one of the own sessions."""
    service.end_mine(_person(request), number, now=datetime.now(UTC))
    return redirect("usersessions_list")


@require_POST
def end_my_others(request: HttpRequest) -> HttpResponse:
    """End all own sessions but this one."""
    service.end_my_others(_person(request), request.session.session_key, now=datetime.now(UTC))
    return redirect("usersessions_list")


def _person(request: HttpRequest) -> PersonId:
    found = reader(request)
    invariant(found is not None, "the route lets in who is signed in")
    return cast(PersonId, found)
