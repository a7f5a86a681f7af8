"""Which registry fits: the answers' weights added up, with the reasons that counted.

Unanswered questions count for nothing. The advice orders the options; it decides nothing for a Party.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from article6.domain.registry_options import QUESTIONS, Answer, Option, Question

CLOSE = 3
"""Options within so many points of the first fit about as well."""


@dataclass(frozen=True, slots=True)
class Reason:
    """An answer that counted for (or against) an option, and how much."""

    question: Question
    answer: Answer
    weight: int


@dataclass(frozen=True, slots=True)
class Fit:
    """An option with its points, and the reasons for and against it, the weightiest first."""

    option: Option
    points: int
    speaks_for: tuple[Reason, ...]
    speaks_against: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """The options from the best fit down; `answered` is how many questions were answered."""

    fits: tuple[Fit, ...]
    answered: int

    @property
    def best(self) -> Fit:
        return self.fits[0]

    @property
    def close(self) -> tuple[Fit, ...]:
        """The options that fit about as well as the best."""
        return tuple(each for each in self.fits[1:] if self.best.points - each.points <= CLOSE)


def read(given: Mapping[str, str]) -> dict[str, Answer]:
    """The answers by the question's code; what is no answer of a question is left out."""
    found = {}
    for question in QUESTIONS:
        for answer in question.answers:
            if given.get(question.code) == answer.code:
                found[question.code] = answer
    return found


def advise(answers: Mapping[str, Answer]) -> Advice:
    """The options in order of their points; of equal ones, that which has less against it comes first."""
    counted = [(question, answers[question.code]) for question in QUESTIONS if question.code in answers]
    fits = [_fit(option, counted) for option in Option]
    order = sorted(fits, key=lambda fit: (-fit.points, -sum(each.weight for each in fit.speaks_against)))
    return Advice(tuple(order), len(counted))


def _fit(option: Option, counted: list[tuple[Question, Answer]]) -> Fit:
    reasons = [
        Reason(question, answer, answer.weights[option]) for question, answer in counted if option in answer.weights
    ]
    return Fit(
        option,
        sum(each.weight for each in reasons),
        tuple(sorted((each for each in reasons if each.weight > 0), key=lambda each: -each.weight)),
        tuple(sorted((each for each in reasons if each.weight < 0), key=lambda each: each.weight)),
    )
