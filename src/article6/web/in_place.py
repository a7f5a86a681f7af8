"""Pages in place: htmx asks for a page and puts what stands in its `main` into the page that is open.

The links and forms are the same with and without a script; a request of htmx's is told by its headers alone, and is
answered by the same view with the same data, without the frame around it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

QUIET = "Article6-Quiet"
"""The header of a request that nobody made: the page asks again by itself."""

STOP_ASKING = 286
"""htmx's own status: what asks again by itself stops."""


def is_part(request: HttpRequest) -> bool:
    """Whether only what stands in `main` is wanted; a step back in the browser wants the whole page."""
    asked = HtmxDetails(request)
    return bool(asked) and not asked.history_restore_request


def is_quiet(request: HttpRequest) -> bool:
    """Whether the page asked again by itself: that is no use of the session, and does not make it last."""
    return QUIET in request.headers


def quietly(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view of something small that asks again by itself on every page. When it leads elsewhere, because the session
    has ended, it stops; the page, and what is typed there, stays."""

    @wraps(view)
    def quiet(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        response = view(request, *args, **named)
        is_there = response.status_code == HTTPStatus.OK
        return response if is_there or not is_part(request) else HttpResponse(status=STOP_ASKING)

    return quiet


def watched(request: HttpRequest, response: HttpResponse, *, is_over: bool) -> HttpResponse:
    """The page of work that goes on: what shows how far it is asks again by itself, and loads the page at the end."""
    if not (is_over and is_part(request) and is_quiet(request)):
        return response
    refresh = HttpResponseClientRefresh()
    patch_cache_control(refresh, private=True, no_store=True)
    return refresh


class InPlace:
    """Middleware: what leads to another page leads there as a whole, so that none is put into another; and answers with
    and without the frame are kept apart by whoever keeps copies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_part(request) and "Location" in response.headers:
            elsewhere = HttpResponseClientRedirect(response.headers["Location"])
            elsewhere.cookies = response.cookies
            # Kept, it would stand as an empty page under this address.
            patch_cache_control(elsewhere, private=True, no_store=True)
            response = elsewhere
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("HX-Request",))
        return response
