"""Who is signed in, on pages: sessions that have lasted too long end, what people sign in with comes into sight, and
pages are as the person wants them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from article6.config.pages import API
from article6.store.database import EVERYTHING, people_in_sight
from article6.web import own_pages
from article6.web.sign_in import lasting

DOORS = ("/login", "/invitation/")
"""Where somebody signs in of whom it is not known yet who it is."""


class SignedIn:
    """Stands after Django's own middleware of sessions and people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API):
            return self.get_response(request)
        if lasting.is_over(request, datetime.now(UTC)):
            lasting.forget(request)
            logout(request)
        whose = EVERYTHING if request.path_info.startswith(DOORS) else str(request.user.pk or "")
        with people_in_sight(whose):
            own_pages.follow(request)
            return self.get_response(request)
