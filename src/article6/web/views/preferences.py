"""How a reader wants the pages: language, light or dark. Kept with the person who is signed in, and in the browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from article6.services import preferences as service
from article6.web.appearance import APPEARANCE, APPEARANCES
from article6.web.doors import reader

A_YEAR_S = 365 * 24 * 60 * 60


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen, and go back to the page it was chosen on."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    answer = redirect(target if is_ours else "home")
    language: str | None = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, str(language))
    else:
        language = None
    appearance = request.POST.get("appearance")
    if appearance in APPEARANCES:
        _keep(answer, APPEARANCE, str(appearance))
    elif appearance == "":
        answer.delete_cookie(APPEARANCE)
    else:
        appearance = None
    if (by := reader(request)) is not None:
        service.choose(by, language=language, appearance=appearance)
    return answer


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    is_secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(name, value, max_age=A_YEAR_S, secure=is_secure, httponly=True, samesite="Lax")
