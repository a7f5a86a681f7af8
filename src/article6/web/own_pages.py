"""Pages in the language and the colours of who is signed in, at every browser. Strangers have their browser's."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation

from article6.domain.orders import PersonId
from article6.services import preferences
from article6.web.appearance import remember


def follow(request: HttpRequest) -> None:
    """What the person chose goes before the browser's cookies, and those before what the browser asks for."""
    if not request.user.is_authenticated:
        return
    wanted = preferences.of(PersonId(request.user.pk))
    remember(request, wanted.appearance)
    if wanted.language and wanted.language != translation.get_language():
        translation.activate(wanted.language)
        request.LANGUAGE_CODE = translation.get_language()
