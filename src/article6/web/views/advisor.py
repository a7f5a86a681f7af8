"""The registry options advisor: ten questions, and which registry fits. Open to all; it needs no registry."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from article6.domain.registry_advice import Advice, Fit, Reason, advise, read
from article6.domain.registry_options import QUESTIONS, SHEETS, SOURCES, Answer, Source
from article6.services import lookup
from article6.web.doors import page, remember_registry


@require_safe
def advisor(request: HttpRequest) -> HttpResponse:
    """The questions, and below them what the answers in the address come to."""
    known = lookup.registry()
    if known is not None and (known["is_public"] or request.user.is_authenticated):
        remember_registry(request, known)
    given = read({question.code: request.GET.get(question.code, "")[:20] for question in QUESTIONS})
    advice = advise(given)
    return page(
        request,
        "public/advisor",
        questions=[_question(number, given) for number in range(len(QUESTIONS))],
        answered=advice.answered,
        total=len(QUESTIONS),
        fits=_fits(advice) if given else [],
        close=[_(SHEETS[each.option].title) for each in advice.close],
        sources=[_source(each) for each in Source],
    )


def _question(number: int, given: dict[str, Answer]) -> dict[str, Any]:
    question = QUESTIONS[number]
    chosen = given.get(question.code)
    return {
        "number": number + 1,
        "code": question.code,
        "title": _(question.title),
        "hint": _(question.hint),
        "is_answered": chosen is not None,
        "answers": [
            {"code": each.code, "title": _(each.title), "is_chosen": each is chosen} for each in question.answers
        ],
    }


def _fits(advice: Advice) -> list[dict[str, Any]]:
    """The options as their template shows them; the bar of the best is as long as there is room."""
    highest = max(advice.best.points, 1)
    return [_fit(each, max(each.points, 0) * 100 // highest, is_best=each is advice.best) for each in advice.fits]


def _fit(fit: Fit, percent: int, *, is_best: bool) -> dict[str, Any]:
    sheet = SHEETS[fit.option]
    return {
        "code": str(fit.option),
        "is_best": is_best,
        "title": _(sheet.title),
        "what": _(sheet.what),
        "points": fit.points,
        "percent": percent,
        "speaks_for": [_reason(each) for each in fit.speaks_for],
        "speaks_against": [_reason(each) for each in fit.speaks_against],
        "costs": [
            {"about": _(each.about), "text": _(each.text), "source": _source(each.source) if each.source else None}
            for each in sheet.costs
        ],
        "first": [_(each) for each in sheet.first],
        "examples": sheet.examples,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "question": _(reason.question.title),
        "answer": _(reason.answer.title),
        "text": _(reason.answer.reason),
        "source": _source(reason.answer.source),
        "weight": abs(reason.weight),
    }


def _source(source: Source) -> dict[str, Any]:
    return {"number": list(Source).index(source) + 1, "text": SOURCES[source]}
