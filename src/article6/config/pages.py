"""Django's middleware for sessions, forms and messages, for the pages alone.

The REST interface knows no cookie and no form: its requests pass by, and what they would cost is saved.
"""

from __future__ import annotations

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware import csrf
from django.utils.deprecation import MiddlewareMixin

API = ("/api/", "/exchange/")


class _PassesBy(MiddlewareMixin):
    """Hands requests of the REST interface, and of other registries, on untouched."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response if request.path_info.startswith(API) else super().__call__
        return answer(request)  # type: ignore[return-value]  # Django's may be asynchronous; ours is not


class SessionMiddleware(_PassesBy, sessions.SessionMiddleware):
    """Sessions, on pages."""


class CsrfViewMiddleware(_PassesBy, csrf.CsrfViewMiddleware):
    """Forms are our own, on pages. The views of the REST interface are exempt by a mark of their own."""


class AuthenticationMiddleware(_PassesBy, auth.AuthenticationMiddleware):
    """Who is signed in, on pages."""


class MessageMiddleware(_PassesBy, messages.MessageMiddleware):
    """What the next page tells."""
