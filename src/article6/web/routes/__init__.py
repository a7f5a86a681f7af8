"""Where the pages stand, by topic: each module has one list, `ROUTES`."""

from __future__ import annotations

from django.urls import URLPattern, path

from article6.web.doors import View, guarded


def behind_door(route: str, view: View, name: str) -> URLPattern:
    """A page behind the door: a closed registry shows it to nobody who is not signed in."""
    return path(route, guarded(view), name=name)
