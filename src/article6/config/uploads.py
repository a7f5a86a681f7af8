"""How much may be sent to a page. The REST interface and other registries have limits of their own."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from article6.config.pages import API
from article6.services.submissions import LIMITS

ROOM_BYTES = 1 << 20
"""For the other fields of a form that sends a file."""


class UploadLimit:
    """Turns away what is larger than the largest file that is read, before any of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.headers.get("Content-Length") or "0"
        if not request.path_info.startswith(API) and (
            not length.isdecimal()
            or int(length) > LIMITS.file_bytes + ROOM_BYTES
            or "Transfer-Encoding" in request.headers
        ):
            said = render_to_string("413.html", {"most": LIMITS.file_bytes >> 20})
            return HttpResponse(said, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)
