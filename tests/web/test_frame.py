"""The frame of every page: language, light and dark, navigation, what a practice registry says."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from web import sample

pytestmark = pytest.mark.usefixtures("database")

STATIC = "/static/article6/"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def choose(client: Client, page: str, **chosen: str) -> str:
    """Choose on a page, and come back to it."""
    answer = client.post("/preferences", {"next": page, **chosen})
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    return text(client, page)


def test_a_language_is_chosen_on_any_page_and_kept(client: Client) -> None:
    sample.crediting()
    assert '<html lang="en" dir="ltr">' in text(client, "/parties")
    assert '<html lang="ar" dir="rtl">' in choose(client, "/parties?sort=name", language="ar")
    assert '<html lang="ar" dir="rtl">' in text(client, "/")
    french = choose(client, "/parties", language="fr")
    assert re.search(r'<button[^>]*value="fr"[^>]*aria-pressed="true">Français', french)
    assert '<html lang="fr"' in choose(client, "/parties", language="tlh")  # unknown: the one before stays
    for code, _title in settings.LANGUAGES:
        assert f'name="language" value="{code}"' in french


def test_light_or_dark_is_chosen_kept_and_left_to_the_machine_again(client: Client) -> None:
    sample.crediting()
    assert "data-theme" not in text(client, "/")
    assert 'data-theme="dark"' in choose(client, "/accounts", appearance="dark")
    assert 'data-theme="light"' in choose(client, "/accounts", appearance="light")
    assert 'data-theme="light"' in choose(client, "/accounts", appearance="purple")
    assert "data-theme" not in choose(client, "/accounts", appearance="")


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org", ""]
)
def test_choosing_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    sample.crediting()
    assert client.post("/preferences", {"next": elsewhere, "language": "fr"}).headers["Location"] == "/"
    assert client.get("/preferences").status_code == 405


def test_the_page_where_one_is_stands_out_in_the_navigation(client: Client) -> None:
    sample.crediting()
    wanted = {"/": "Overview", "/parties/IND": "Parties", "/transactions/1": "Explore", "/aef": "Reports"}
    for path, title in wanted.items():
        here = re.findall(r'aria-current="page">([^<]+)</a></li>', text(client, path))
        assert set(here) == {title}, path
    assert "Submissions" not in re.findall(r'">([^<]+)</a></li>', text(client, "/"))


def test_work_and_administration_are_offered_to_whom_they_are_for(client: Client) -> None:
    sample.crediting()
    assert "/desk" not in text(client, "/")
    client.post("/login", {"username": "bo", "password": sample.PASSWORD})
    shown = text(client, "/")
    assert 'href="/desk"' in shown
    assert 'href="/administration"' not in shown
    assert "Bo Approver" in shown


def test_a_practice_registry_says_so_on_every_page(client: Client) -> None:
    sample.crediting()
    for path in ("/", "/parties", "/transactions/1", "/login", "/nowhere"):
        shown = client.get(path).content.decode()
        assert "A practice registry: nothing in it counts." in shown, path
        assert 'data-practice="Practice"' in shown, path


def test_style_sheets_are_few_and_small_and_name_no_side_but_for_arabic(client: Client) -> None:
    sample.crediting()
    sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', text(client, "/styleguide"))
    assert [each.removeprefix(STATIC) for each in sheets] == ["style.css", "parts.css", "pages.css"]
    for each in sheets:
        content = b"".join(client.get(each).streaming_content).decode()  # type: ignore[attr-defined]
        assert len(content) < 40_000, each
        assert not re.search(r"(?:margin|padding|border|inset)-(?:left|right)\b|[{;]\s*(?:left|right):", content), each
