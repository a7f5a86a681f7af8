"""Light or dark, as a reader chose: what the person keeps, and else the browser's cookie."""

from __future__ import annotations

from django.http import HttpRequest

APPEARANCE = "appearance"
"""The cookie's name."""

APPEARANCES = ("light", "dark")


def remember(request: HttpRequest, appearance: str | None) -> None:
    """The person who asks for this page wants it so; None: never chose."""
    vars(request)["appearance"] = appearance


def chosen(request: HttpRequest | None) -> str:
    """light or dark; empty where the reader left it to the machine."""
    if request is None:
        return ""
    found = vars(request).get("appearance")
    if found is None:
        found = request.COOKIES.get(APPEARANCE, "")
    return found if found in APPEARANCES else ""
