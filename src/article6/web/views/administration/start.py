"""Where the administration begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from article6.web.acts import for_right
from article6.web.doors import page
from article6.web.views.administration.pages import areas


@for_right(None)
def start(request: HttpRequest) -> HttpResponse:
    """What the reader's roles let them see and do."""
    return page(request, "administration/home", areas=areas(request))
