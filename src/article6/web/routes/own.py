"""Pages of signing in: not behind the door of the registry, for who has no second factor yet comes no further."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.cache import patch_cache_control

from article6.domain.refusals import Refused
from article6.services import lookup, sight
from article6.web.doors import View, reader, refusal_page


def at_door(view: View) -> View:
    """A page at which somebody gets in: kept by no cache, and there once the registry is founded."""

    @wraps(view)
    def at_door_view(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if "\0" in request.path or any("\0" in value for _, values in request.GET.lists() for value in values):
            raise BadRequest("No text of a registry has a NUL in it, and PostgreSQL takes none.")
        registry = lookup.registry()
        if registry is None:
            return render(request, "web/no_registry.html", {"registry": None}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        vars(request)["registry"] = registry  # read again by `page`
        try:
            sight.see_as(reader(request))
            answer = view(request, *args, **named)
        except Refused as no:
            answer = refusal_page(request, no)
        patch_cache_control(answer, private=True, no_store=True)
        return answer

    return at_door_view


def own(route: str, view: View, name: str) -> list[URLPattern]:
    """A page of what is one's own: only for who is signed in."""
    return [path(route, at_door(login_required(view)), name=name)]
