"""Light or dark, as a reader chose: the cookie that keeps it, and what may stand in it."""

from __future__ import annotations

from django.http import HttpRequest

APPEARANCE = "appearance"
"""The cookie's name."""

APPEARANCES = ("light", "dark")


def chosen(request: HttpRequest | None) -> str:
    """light or dark; empty where the reader left it to the machine."""
    found = request.COOKIES.get(APPEARANCE, "") if request is not None else ""
    return found if found in APPEARANCES else ""
