"""The pages of a training: who takes part, the exercises, answers, feedback, how far everybody is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from web.sessions import as_

from article6.domain.training import CAST, EXERCISES, PASSWORD_IS
from article6.services import lookup, people
from article6.services.training import founding, progress

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def practice(database: object) -> None:
    founding.found(now=datetime.now(UTC))


def of(login: str) -> Client:
    return as_(people.person_by_login(login))


@pytest.mark.usefixtures("practice")
def test_a_stranger_is_told_who_takes_part_and_nothing_of_the_ledger() -> None:
    stranger = Client(SERVER_NAME="localhost")
    told = stranger.get("/training").content.decode()
    assert PASSWORD_IS in told
    assert all(each.login in told for each in CAST)
    assert stranger.get("/accounts").status_code == 302
    assert stranger.get("/training/everybody").status_code == 302


@pytest.mark.usefixtures("practice")
def test_every_exercise_leads_its_participant_to_an_open_page() -> None:
    for login in sorted({each.login for each in EXERCISES}):
        client = of(login)
        shown = client.get("/training").content.decode()
        for each in EXERCISES:
            assert (f'id="{each.code}"' in shown) == (each.login == login)
            if each.login == login:
                answer = client.get(each.page, follow=True)
                assert answer.status_code == 200, (each.code, each.page, answer.status_code)
                assert "/login" not in answer.request["PATH_INFO"]


@pytest.mark.usefixtures("practice")
def test_an_answer_is_compared_with_the_records() -> None:
    auditor = of("auditor")
    wrong = auditor.post("/training/answer", {"exercise": "auditor-3", "answer": "7"})
    assert wrong.status_code == 409
    assert "wrong-auditor-3" in wrong.content.decode()
    right = auditor.post("/training/answer", {"exercise": "auditor-3", "answer": "200"})
    assert right.status_code == 302
    done = progress.mine(by=people.person_by_login("auditor"), now=NOW)
    assert [each["code"] for each in done if each["done_at"]] == ["auditor-3"]
    assert of("reporter").post("/training/answer", {"exercise": "auditor-3", "answer": "200"}).status_code == 404


@pytest.mark.usefixtures("practice")
def test_feedback_needs_a_rating_and_is_shown_to_who_trains() -> None:
    reporter = of("reporter")
    assert reporter.post("/training/feedback", {"said": "x"}).status_code == 422
    assert reporter.post("/training/feedback", {"rating": "2", "said": "=1+1 <b>"}).status_code == 302
    shown = of("auditor").get("/training/everybody").content.decode()
    assert "=1+1 &lt;b&gt;" in shown
    assert reporter.get("/training/everybody").status_code == 403
    csv = of("auditor").get("/training/everybody?feedback-format=csv").content.decode()
    assert "'=1+1" in csv


@pytest.mark.usefixtures("practice")
def test_a_watermark_stands_on_every_page() -> None:
    client = of("administrator")
    for path in ("/", "/training", "/administration/people", "/workspace"):
        assert 'data-practice="Practice"' in client.get(path).content.decode()
    assert (lookup.registry() or {})["is_practice"] is True
