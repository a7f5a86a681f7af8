"""The advisor: every answer counts as it says, more of what an option needs never speaks against it."""

from __future__ import annotations

import random
from itertools import product

from article6.domain.registry_advice import Advice, advise, read
from article6.domain.registry_options import QUESTIONS, SHEETS, SOURCES, Answer, Option, Source

LIMITED = {
    "purpose": "article6", "existing": "none", "staff": "none", "money": "none", "approaches": "one",
    "control": "shared", "support": "none", "time": "now", "market": "none", "links": "none",
}  # fmt: skip
FULL = {
    "purpose": "pricing", "existing": "registry", "staff": "enough", "money": "lasting", "approaches": "many",
    "control": "own", "support": "none", "time": "later", "market": "much", "links": "close",
}  # fmt: skip
PARTNERED = {
    "purpose": "several", "existing": "reporting", "staff": "some", "money": "setup", "approaches": "few",
    "control": "shared", "support": "offered", "time": "soon", "market": "some", "links": "files",
}  # fmt: skip
CONTRACTED = {
    "staff": "some",
    "control": "outside",
    "support": "none",
    "time": "now",
    "market": "much",
    "links": "none",
}


def advised(given: dict[str, str]) -> Advice:
    return advise(read(given))


def points(advice: Advice, option: Option) -> int:
    return next(each.points for each in advice.fits if each.option is option)


def lead(advice: Advice) -> int:
    """How far an own registry is before the best of the others."""
    return points(advice, Option.OWN) - max(points(advice, each) for each in Option if each is not Option.OWN)


def some_answers(seed: int) -> dict[str, str]:
    chosen = random.Random(seed)
    return {each.code: chosen.choice(each.answers).code for each in QUESTIONS}


def test_there_are_ten_questions_and_every_answer_speaks_for_something() -> None:
    assert len(QUESTIONS) == 10
    for question in QUESTIONS:
        assert len({each.code for each in question.answers}) == len(question.answers) == 3
        for answer in question.answers:
            assert any(weight > 0 for weight in answer.weights.values()), (question.code, answer.code)
            assert all(-3 <= weight <= 3 and weight for weight in answer.weights.values())
            assert answer.source in SOURCES


def test_the_circumstances_that_the_sources_name_lead_to_the_registry_that_they_name() -> None:
    assert advised(LIMITED).best.option is Option.INTERNATIONAL
    assert advised(FULL).best.option is Option.OWN
    assert advised(PARTNERED).best.option is Option.OTHER
    assert advised(CONTRACTED).best.option is Option.THIRD_PARTY


def test_an_answer_adds_its_weights_and_nothing_else() -> None:
    for question in QUESTIONS:
        for answer in question.answers:
            for seed in range(20):
                others = {code: value for code, value in some_answers(seed).items() if code != question.code}
                before, after = advised(others), advised({**others, question.code: answer.code})
                for option in Option:
                    assert points(after, option) - points(before, option) == answer.weights.get(option, 0)


def test_every_question_can_change_the_advice() -> None:
    for question in QUESTIONS:
        found = False
        for seed in range(500):
            others = some_answers(seed)
            best = {advised({**others, question.code: each.code}).best.option for each in question.answers}
            found = found or len(best) > 1
        assert found, question.code


def test_more_staff_more_money_more_approaches_and_closer_links_never_speak_against_an_own_registry() -> None:
    for code in ("existing", "staff", "money", "approaches", "time", "links"):
        question = next(each for each in QUESTIONS if each.code == code)
        for seed in range(50):
            others = some_answers(seed)
            found = [advised({**others, code: each.code}) for each in question.answers]
            own = [points(each, Option.OWN) for each in found]
            assert own == sorted(own), code
            international = [points(each, Option.INTERNATIONAL) for each in found]
            assert international == sorted(international, reverse=True), code
            assert lead(found[0]) < lead(found[-1]), code


def test_the_reasons_told_add_up_to_the_points() -> None:
    for given in (LIMITED, FULL, PARTNERED, {"staff": "none"}, *map(some_answers, range(30))):
        for fit in advised(given).fits:
            assert sum(each.weight for each in (*fit.speaks_for, *fit.speaks_against)) == fit.points
            weights = [each.weight for each in fit.speaks_for]
            assert weights == sorted(weights, reverse=True)
            assert all(each.weight < 0 for each in fit.speaks_against)


def test_what_is_no_answer_counts_for_nothing() -> None:
    assert read({"staff": "nonsense", "nonsense": "none", "money": ""}) == {}
    nothing = advise({})
    assert nothing.answered == 0
    assert {each.points for each in nothing.fits} == {0}
    assert {each.option for each in nothing.fits} == set(Option)


def test_every_combination_of_two_answers_is_advised_without_a_tie_being_broken_by_chance() -> None:
    first, second = QUESTIONS[0], QUESTIONS[2]
    for one, other in product(first.answers, second.answers):
        given: dict[str, Answer] = {first.code: one, second.code: other}
        assert advise(given) == advise(dict(reversed(given.items())))


def test_a_close_second_is_named() -> None:
    advice = advised({"support": "asked"})
    assert advice.best.option is Option.OTHER
    assert {each.option for each in advice.close} == {Option.OWN, Option.INTERNATIONAL, Option.THIRD_PARTY}
    assert Option.THIRD_PARTY not in {each.option for each in advised(FULL).close}


def test_every_option_has_a_sheet_with_money_time_and_staff_and_says_where_no_figure_is_known() -> None:
    for option in Option:
        sheet = SHEETS[option]
        assert {"Money", "Time", "Staff"} <= {each.about for each in sheet.costs}
        assert len(sheet.first) >= 4
        for each in sheet.costs:
            has_figure = any(character.isdigit() for character in each.text)
            assert each.source in Source if has_figure else True, each.text
