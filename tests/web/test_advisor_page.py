"""The advisor's page: open to all, in one address, with reasons and sources, with and without a registry."""

from __future__ import annotations

import pytest
from django.test import Client
from web import sample

from article6.domain.registry_options import QUESTIONS

pytestmark = pytest.mark.usefixtures("database")

LIMITED = "purpose=article6&staff=none&money=none&approaches=one"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_it_asks_ten_questions_and_advises_nothing_before_an_answer(client: Client) -> None:
    shown = text(client, "/advisor")
    assert shown.count("<fieldset") == len(QUESTIONS) == 10
    assert shown.count('type="radio"') == 40
    assert 'id="best"' not in shown


def test_the_address_holds_the_answers_and_the_page_says_why(client: Client) -> None:
    shown = text(client, f"/advisor?{LIMITED}")
    assert '<h2 id="best" class="advice-title">The international registry</h2>' in shown
    assert "After 4 of 10 answers" in shown
    assert "With limited capacity, the international registry asks for the least." in shown
    assert "World Bank" in shown
    assert "the sources give no number of people".casefold() in shown.casefold()
    assert '<input type="radio" name="staff" value="none" checked' in shown


def test_what_is_no_answer_is_not_shown(client: Client) -> None:
    shown = text(client, "/advisor?staff=%3Cscript%3E&nonsense=1")
    assert 'id="best"' not in shown
    assert "<script>" not in shown


def test_it_is_open_to_strangers_of_a_closed_registry_and_tells_them_nothing_of_it(client: Client) -> None:
    sample.international(is_public=False)
    shown = text(client, f"/advisor?{LIMITED}")
    assert "Sample international registry" not in shown
    assert 'href="/parties"' not in shown


def test_a_public_registry_frames_it_like_its_other_pages(client: Client) -> None:
    sample.international()
    assert "Sample international registry" in text(client, "/advisor")
