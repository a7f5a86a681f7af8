"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Login and password, in the words of this registry."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("No person has this login and password. Check both; capital letters count."),
    }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["username"].label = _("Login")
        self.fields["username"].widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True, "required": True}
        )


class SignIn(LoginView):
    """The only page that a closed registry shows to strangers."""

    template_name = "web/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Ends the session; a link followed by accident does not."""

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method == "GET":
            return redirect("home")
        return super().dispatch(request, *args, **named)


sign_in = SignIn.as_view()
sign_out = SignOut.as_view(http_method_names=["get", "post", "options"])
