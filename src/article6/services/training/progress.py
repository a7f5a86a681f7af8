"""What participants of a training did and say. That an exercise is done is asked of the registry's own records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.roles import Right
from article6.domain.training import BY_CODE, CAST, EXERCISES, Exercise
from article6.gateways import practice_folder
from article6.services import people
from article6.store import journal
from article6.store.database import EVERYTHING, seeing
from article6.store.queries import training as reading

LONGEST = 4_000
"""Characters of what a participant says."""


def is_here() -> bool:
    """Whether this registry is one for training."""
    return reading.run() is not None


def _run() -> dict[str, Any]:
    found = reading.run()
    if found is None:
        raise refused(Code.TRAINING_NOT_HERE)
    return found


def begin(run: int, now: datetime) -> None:
    """A run of the training begins, in a registry for practice.

    Raises:
        Refused: the registry is none.
    """
    with journal.database_transaction():
        journal.insert("training_run", {"number": run, "began_at": now})


def mine(*, by: PersonId, now: datetime) -> list[dict[str, Any]]:
    """The participant's exercises in their order, what was done just now noticed: code, title, why, steps, page, asks,
    done_at (None: not yet).

    Raises:
        Refused: there is no training here.
    """
    run, login = _run(), _login(by)
    with seeing(EVERYTHING):
        for each in EXERCISES:
            is_open = each.login == login and not each.asks
            is_new = is_open and not reading.is_done(run["number"], login, each.code)
            if is_new and reading.holds(each.question, by, run["began_at"]):
                _tick(run["number"], login, each.code, now)
        done = {each["exercise"]: each["done_at"] for each in reading.progress(login, run["number"])}
    return [{**_shown(each), "done_at": done.get(each.code)} for each in EXERCISES if each.login == login]


def _shown(each: Exercise) -> dict[str, Any]:
    return {
        "code": each.code, "title": _(each.title), "why": _(each.why), "steps": [_(step) for step in each.steps],
        "page": each.page, "asks": _(each.asks) if each.asks else "",
    }  # fmt: skip


def answer(code: str, given: str, *, by: PersonId, now: datetime) -> None:
    """Answer an exercise that asks something; the registry's records say whether it is right.

    Raises:
        Refused: no such exercise of this participant, it asks nothing, or the answer is wrong.
    """
    run, login, exercise = _run(), _login(by), BY_CODE.get(code)
    if exercise is None or exercise.login != login or not exercise.asks:
        raise refused(Code.TRAINING_EXERCISE_UNKNOWN, code[:40])
    with seeing(EVERYTHING):
        if not reading.holds(exercise.question, by, run["began_at"], given.strip()[:100]):
            raise refused(Code.TRAINING_ANSWER_WRONG, code)
        if not reading.is_done(run["number"], login, code):
            _tick(run["number"], login, code, now)


def _tick(run: int, login: str, code: str, now: datetime) -> None:
    with journal.database_transaction():
        journal.wait_for_turn(f"training {login}")
        if not reading.is_done(run, login, code):
            journal.insert(
                "training_progress", {"run": run, "login": login, "exercise": code, "done_at": now}
            )  # fmt: skip


def say(rating: int, said: str, *, by: PersonId, now: datetime, exercise: str = "") -> None:
    """What a participant thinks, from 1 (of no use) to 5 (very good): of an exercise, or of the whole.

    Raises:
        Refused: there is no training here, no such exercise or rating, or too long a text.
    """
    run = _run()
    if exercise and exercise not in BY_CODE:
        raise refused(Code.TRAINING_EXERCISE_UNKNOWN, exercise[:40])
    if not 1 <= rating <= 5 or len(said) > LONGEST:
        raise refused(Code.REQUEST_MALFORMED, "rating", f"1 to 5, and at most {LONGEST} characters")
    values = {
        "run": run["number"],
        "login": _login(by),
        "exercise": exercise,
        "rating": rating,
        "said": said,
        "at": now,
    }
    with seeing(EVERYTHING), journal.database_transaction():
        journal.insert("training_feedback", values)


def everybody(*, by: PersonId | None) -> dict[str, Any]:
    """For who trains: `participants` (login, job, done, exercises, last_at) of the run that goes on, `progress` and
    `feedback` of every run, `runs`, and the `run`.

    Raises:
        Refused: there is no training here, or `by` is no administrator or auditor (None: an operator at the shell).
    """
    run = _run()
    people.require_inspector_or_shell(by)
    with seeing(EVERYTHING):
        done, said = reading.progress(), reading.feedback()
    participants = []
    for each in CAST:
        own = [line for line in done if line["login"] == each.login and line["run"] == run["number"]]
        asked = [exercise for exercise in EXERCISES if exercise.login == each.login]
        participants.append(
            {"login": each.login, "job": _(each.job), "done": len(own), "exercises": len(asked),
             "last_at": max((line["done_at"] for line in own), default=None)}
        )  # fmt: skip
    titled = [{**line, "title": _(BY_CODE[line["exercise"]].title)} for line in done if line["exercise"] in BY_CODE]
    return {
        "run": run, "runs": reading.runs(), "participants": participants, "progress": titled, "feedback": said,
    }  # fmt: skip


def ask_reset(*, by: PersonId) -> None:
    """Ask that the registry is put back to its beginning; `article6 train`, which serves it, does so within seconds.

    Raises:
        Refused: there is no training here, or `by` is no administrator.
    """
    _run()
    people.require(by, Right.OPEN_SECTION, ANY_SECTION)
    practice_folder.ask_reset(settings.ARTICLE6_HOME)


def kept() -> dict[str, list[dict[str, Any]]]:
    """What a reset carries over: runs, progress, feedback."""
    with seeing(EVERYTHING):
        return {"runs": reading.runs(), "progress": reading.progress(), "feedback": reading.feedback()}


def carry_over(before: dict[str, list[dict[str, Any]]], now: datetime) -> int:
    """Write what was kept into the registry that is as it was at its beginning, and begin the next run; its number."""
    with seeing(EVERYTHING), journal.database_transaction():
        known = {each["number"] for each in reading.runs()}
        tables = (
            ("training_run", ("number", "began_at"), [each for each in before["runs"] if each["number"] not in known]),
            ("training_progress", ("run", "login", "exercise", "done_at"), before["progress"]),
            ("training_feedback", ("run", "login", "exercise", "rating", "said", "at"), before["feedback"]),
        )
        for table, columns, lines in tables:
            journal.insert_many(table, columns, [[line[name] for name in columns] for line in lines])
        number = 1 + max((each["number"] for each in before["runs"]), default=0)
        journal.insert("training_run", {"number": number, "began_at": now})
    return number


def _login(person_id: PersonId) -> str:
    with seeing(EVERYTHING):
        return reading.login(person_id)
