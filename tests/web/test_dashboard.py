"""The dashboard: pictures with their tables and files, filters in the address, and nothing where there is nothing."""

from __future__ import annotations

import csv
import json
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.test import Client
from web import sample

from article6.web.public_charts import CHARTS, ON_THE_MAP

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def lines(client: Client, path: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(text(client, path))
    return found


def test_every_picture_has_a_page_a_table_and_files(client: Client) -> None:
    sample.international()
    overview = text(client, "/dashboard")
    for key, chart in CHARTS.items():
        assert f'href="/dashboard/{key}"' in overview
        shown = text(client, f"/dashboard/{key}")
        assert chart.title in shown
        assert f'id="{key}-wide-title"' in shown
        assert f'href="/dashboard/{key}.svg"' in shown
        assert "<table" in shown
        rows = list(csv.reader(StringIO(text(client, f"/dashboard/{key}.csv"))))
        assert len(rows) == len(lines(client, f"/dashboard/{key}.json")) + 1
        assert client.get(f"/dashboard/{key}.xlsx").content[:2] == b"PK"


def test_a_picture_as_a_file_stands_alone(client: Client) -> None:
    sample.international()
    for key in CHARTS:
        answer = client.get(f"/dashboard/{key}.svg?party=GHA" if key == "over-time" else f"/dashboard/{key}.svg")
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{key}.svg"'
        root = ElementTree.fromstring(answer.content)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert b"<style>" in answer.content
        assert b"http" not in answer.content.replace(b"http://www.w3.org/2000/svg", b"")


def test_the_address_holds_the_filter_and_hands_it_on(client: Client) -> None:
    sample.international()
    shown = text(client, "/dashboard/over-time?party=GHA&from=2024&to=2025&type=MO")
    assert "Ghana, 2024 to 2025, MO" in shown
    assert 'href="/dashboard/over-time.csv?party=GHA&amp;from=2024&amp;to=2025&amp;type=MO"' in shown
    assert '<option value="GHA" selected>' in shown
    assert [line["year"] for line in lines(client, "/dashboard/over-time.json?from=2025")] == [2025]
    assert lines(client, "/dashboard/over-time.json?party=CHE") == []
    assert lines(client, "/dashboard/flows.json?party=CHE") == [
        {"giver": "Ghana", "taker": "Switzerland", "quantity": 600}
    ]


def test_the_map_shows_what_is_chosen(client: Client) -> None:
    sample.international()
    for show in ON_THE_MAP:
        text(client, f"/dashboard/map?show={show}")
    assert "Switzerland: 250" in text(client, "/dashboard/map?show=used_ndc")
    assert "Ghana: 1\u202f000" in text(client, "/dashboard/map?show=nonsense")


def test_where_nothing_is_it_says_so(client: Client) -> None:
    sample.crediting()
    assert "Nothing to show yet." in text(client, "/dashboard?party=GHA")
    assert "Show all" in text(client, "/dashboard?party=GHA")
    assert "Nothing to draw." in text(client, "/dashboard/flows")
    text(client, "/dashboard/flows.svg", 404)
    assert lines(client, "/dashboard/flows.json") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dashboard/nothing", 404),
        ("/dashboard/nothing.csv", 404),
        ("/dashboard/flows.exe", 404),
        ("/dashboard?party=%3Cscript%3E", 404),
        ("/dashboard?from=20x5", 400),
        ("/dashboard?from=2025&to=2020", 200),
        ("/dashboard?type=%27%3BDROP+TABLE+batch", 200),
        ("/dashboard/map?show=%00", 400),
    ],
)
def test_bad_input_is_answered_in_words(client: Client, path: str, status: int) -> None:
    sample.crediting()
    shown = text(client, path, status)
    assert "<script>" not in shown
    assert "Traceback" not in shown


def test_a_post_is_no_way_to_read(client: Client) -> None:
    sample.crediting()
    assert client.post("/dashboard").status_code in (403, 405)
