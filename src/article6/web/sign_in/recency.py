"""Who approves shows again who it is, where the last time is more than five minutes ago."""

from __future__ import annotations

import time
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponseBase

from article6.domain.orders import PersonId
from article6.services.sign_in import standing
from article6.web.sign_in.kinds import View

READING = frozenset({"GET", "HEAD", "OPTIONS"})
SECOND = "article6.second_factor"
"""In a session: the number of the person whose second factor the provider of single sign-on has asked for."""

STRONG = frozenset({"mfa", "socialaccount"})


def is_recent(request: HttpRequest) -> bool:
    """Whether the person showed within five minutes who it is: with the second factor, where there is one."""
    if not request.user.is_authenticated:
        return False
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    lately = {each["method"] for each in get_authentication_records(request, request.user) if each["at"] > since}
    if not lately:
        return False
    by_provider = request.session.get(SECOND) == request.user.pk
    if by_provider or standing.has_second_factor(PersonId(request.user.pk)):
        return bool(lately & (STRONG if by_provider else STRONG - {"socialaccount"}))
    return True


def recently_authenticated(view: View) -> View:
    """The view, which acts only for who showed lately who it is. What was sent is kept, and done after that."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if request.method not in READING and not is_recent(request):
            raise ReauthenticationRequired
        return view(request, *args, **named)

    return asked
