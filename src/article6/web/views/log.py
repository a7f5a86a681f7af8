"""The public files of the transparency log, without a door: of no registry do they tell what is confidential."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from article6.domain.refusals import Code, Refused
from article6.services.log import files

FRESH_S = 2
KEPT_S = 365 * 24 * 60 * 60


@require_safe
def file(request: HttpRequest, path: str) -> HttpResponse:
    """`checkpoint`, `key`, and the tiles and bundles below `tile/`."""
    try:
        found = files.file(path)
    except Refused as no:
        status = HTTPStatus.SERVICE_UNAVAILABLE if no.reasons[0].code is Code.REGISTRY_MISSING else HTTPStatus.CONFLICT
        return HttpResponse(f"{no}\n", content_type=files.TEXT, status=status)
    if found is None:
        answer = HttpResponse("404\n", content_type=files.TEXT, status=HTTPStatus.NOT_FOUND)
        patch_cache_control(answer, public=True, max_age=FRESH_S)
        return answer
    answer = HttpResponse(found.content, content_type=found.type)
    if found.is_final:
        patch_cache_control(answer, public=True, immutable=True, max_age=KEPT_S)
    else:
        patch_cache_control(answer, public=True, max_age=FRESH_S)
    # Verifiers in other people's pages may read what everybody may read.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
