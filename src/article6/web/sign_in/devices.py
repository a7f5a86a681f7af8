"""Which browser this is: as it calls itself, and by the mark that it keeps in a cookie."""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

A_YEAR_S = 365 * 24 * 60 * 60
MARK = re.compile(r"[\w-]{43}", re.ASCII)


def mark(request: HttpRequest, response: HttpResponse) -> str:
    """The mark of the browser, which is kept in it for another year; a new one where there is none."""
    found = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    if not MARK.fullmatch(found):
        found = secrets.token_urlsafe(32)
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME, found, max_age=A_YEAR_S, secure=settings.SESSION_COOKIE_SECURE,
        httponly=True, samesite="Lax",
    )  # fmt: skip
    return found


def device(user_agent: str) -> str:
    """A browser and a system, in the words of the reader where nothing can be told."""
    return named(user_agent) or _("Another device")


def named(user_agent: str) -> str:
    """A browser and a system, as well as they can be told from what the browser says of itself; '' where it says
    nothing. The same in every language."""
    browsers = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
                ("Safari/", "Safari"))  # fmt: skip
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
               ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
    browser = next((name for sign, name in browsers if sign in user_agent), "")
    system = next((name for sign, name in systems if sign in user_agent), "")
    return " · ".join(filter(None, (browser, system)))
