"""The page that says where an NDC would stand: a form whose answer stands in the address."""

from __future__ import annotations

import pytest
from django.test import Client
from web import sample

WHERE = "/parties/GHA/balance/what-if"


@pytest.fixture
def client(database: object) -> Client:
    sample.with_balances(sample.international())
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    shown = answer.content.decode()
    assert "style=" not in shown
    return shown


def test_more_exports_move_the_level_that_would_just_meet_the_target(client: Client) -> None:
    assert f'{WHERE}?ndc=first%20NDC"' in page(client, "/parties/GHA/balance")
    assert "<svg" not in page(client, WHERE)
    shown = page(client, f"{WHERE}?ndc=first+NDC&export=400&vintage=2024&use=&year=")
    # 600 units leave 60 less of the target, 1 000 leave 100 less.
    assert "now 1\u202f240" in shown
    assert "<strong>1\u202f200</strong>" in shown
    assert shown.count('class="ghost"') >= 1
    assert "<mark>" in shown


def test_what_is_missing_is_named_at_its_field(client: Client) -> None:
    shown = page(client, f"{WHERE}?export=400", 422)
    assert 'href="#id_vintage"' in shown
    assert 'href="#id_export"' in page(client, f"{WHERE}?export=-1&vintage=2024", 422)
    assert 'href="#id_export"' in page(client, f"{WHERE}?export=1e3&vintage=2024", 422)
    assert "request.malformed" in page(client, f"{WHERE}?ndc=first+NDC&export=1&vintage=2033", 400)


def test_no_party_no_page(client: Client) -> None:
    page(client, "/parties/XXX/balance/what-if", 404)
