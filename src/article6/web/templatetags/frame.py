"""What the frame of every page asks for: its navigation, its languages, light or dark."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language_info

from article6.web import navigation
from article6.web.appearance import chosen

register = template.Library()


@register.simple_tag(takes_context=True)
def places(context: template.Context) -> list[list[dict[str, Any]]]:
    """The navigation's groups; none for whom the registry is closed to."""
    request, registry = context.get("request"), context.get("registry")
    if request is None or not registry or not (registry["is_public"] or request.user.is_authenticated):
        return []
    return navigation.groups(request, registry["kind"])


@register.simple_tag(takes_context=True)
def appearance(context: template.Context) -> str:
    """light or dark, as the reader chose; empty where that is left to the machine."""
    return chosen(context.get("request"))


@register.simple_tag
def own_pages() -> list[tuple[str, str]]:
    """The pages about the person who is signed in."""
    return navigation.own()


@register.simple_tag
def languages() -> list[dict[str, str]]:
    """The languages of the pages, each by its own name."""
    return [
        {"code": code, "name": get_language_info(code)["name_local"].capitalize()} for code, _ in settings.LANGUAGES
    ]
