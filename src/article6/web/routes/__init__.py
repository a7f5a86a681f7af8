"""Where the pages stand, by topic: each module has one list, `ROUTES`."""

from __future__ import annotations

from django.urls import URLPattern, path

from article6.web.doors import View, guarded
from article6.web.kept_forms import keeps_form


def behind_door(route: str, view: View, name: str) -> URLPattern:
    """A page behind the door: a closed registry shows it to nobody who is not signed in. No form is lost."""
    return path(route, keeps_form(guarded(view)), name=name)
