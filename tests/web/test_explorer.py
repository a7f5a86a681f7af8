"""The explorer and the search box: a page for everything that has an identity, and the way to it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from web import sample

from article6.domain.glossary import TERMS
from article6.services.log import checkpointing, sequencer

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 2, 3, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def leads_to(client: Client, typed: str) -> str:
    answer = client.get("/search", {"q": typed})
    assert answer.status_code == 302, typed
    return str(answer.headers["location"])


def _recorded_in_the_log() -> None:
    sequencer.run_down(NOW)
    checkpointing.publish(NOW)


def test_the_index_leads_to_pages_that_are_there(client: Client) -> None:
    sample.international()
    shown = text(client, "/explore")
    places = re.findall(r'<li><a href="(/[^"]*)"><strong>', shown)
    assert len(places) >= 17
    for path in places:
        text(client, path)
    assert "/submissions" in places


def test_what_names_one_thing_leads_straight_to_it(client: Client) -> None:
    made = sample.international()
    assert leads_to(client, "CA0001") == "/approaches/CA0001"
    assert leads_to(client, "gha-a-1") == "/authorizations/GHA/GHA-A-1"
    assert leads_to(client, "GHA") == "/parties/GHA"
    assert leads_to(client, "Switzerland") == "/parties/CHE"
    assert leads_to(client, "GHA 100") == "/units/GHA01/GHA/100"
    assert leads_to(client, "CA0001-GHA01-GHA-100-2023") == "/units/GHA01/GHA/100"
    assert leads_to(client, made.accounts["used"]) == f"/accounts/{made.accounts['used']}"
    assert leads_to(client, "cookstoves") == "/projects/GHA/ICF01"


@pytest.mark.parametrize(
    "typed",
    [
        "GHA 101-700", "GHA 101 - 700", "gha 101 – 700", "GH 101..700", "GHA 101 to 700",
        "CA0001-GHA01-GHA-101-2023 – CA0001-GHA01-GHA-700-2023", "CA0001-GHA01-GHA-101-2023 - 700",
    ],
)  # fmt: skip
def test_a_range_leads_to_its_blocks(client: Client, typed: str) -> None:
    sample.international()
    assert leads_to(client, typed) == "/units/GHA01/GHA/101-700"


def test_a_range_shows_every_block_that_has_any_of_it(client: Client) -> None:
    sample.international()
    shown = text(client, "/units/GHA01/GHA/200-700")
    assert "501 serials" in shown
    assert "3 blocks" in shown  # used until 250, Switzerland's until 600, reserved of Ghana's from there on
    assert "blocks" in text(client, "/units/GHA01/GHA/1-1000")


@pytest.mark.parametrize(
    "path",
    [
        "/units/GHA01/GHA/700-200", "/units/GHA01/GHA/0-5", "/units/NONE/GHA/1-5", "/units/GHA01/GHA/2000-3000",
        f"/units/GHA01/GHA/1-{10**30}", "/approaches/CA9999", "/authorizations/GHA/nothing",
        "/authorizations/XXX/GHA-A-1",
        "/rules/nothing.such", "/nomenclatures/nothing", "/glossary/nothing", "/leaves/999999", f"/leaves/{10**30}",
        "/proofs/message_sent/1", "/proofs/nothing/1", "/proofs/transaction/999999", "/proofs/transaction/x",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    sample.international()
    text(client, path, 404)


@pytest.mark.parametrize(
    "typed", ["GHA 700-101", "GHA 0-5", "1-2-3", "GHA 5000-6000", "IN 1-99999999999999999999", "– –"]
)
def test_what_is_no_range_finds_nothing_and_says_what_can_be_typed(client: Client, typed: str) -> None:
    sample.international()
    answer = client.get("/search", {"q": typed})
    assert answer.status_code == 200
    assert "two identifiers with a dash between" in answer.content.decode()


def test_an_authorization_shows_what_it_says_and_what_stands_under_it(client: Client) -> None:
    sample.international()
    shown = text(client, "/authorizations/GHA/GHA-A-1")
    for expected in (
        "Version 1",
        "5 Jan 2024",
        "NDC",
        "Switzerland",
        "2021–2030",
        "/approaches/CA0001",
        ">1\u202f000<",
    ):
        assert expected in shown, expected
    assert "/authorizations/GHA/GHA-A-1" in text(client, "/authorizations")
    assert "/authorizations/GHA/GHA-A-1" in text(client, "/approaches/CA0001")
    assert "/authorizations/GHA/GHA-A-1" not in text(client, "/authorizations?authorizations-party=CHE")


def test_uses_are_listed_and_filtered(client: Client) -> None:
    sample.international()
    assert "250" in text(client, "/cancellations")
    found = json.loads(text(client, "/cancellations?cancellations-format=json"))
    assert [each["quantity"] for each in found] == [250]
    assert "Nothing fits these filters." in text(client, "/cancellations?cancellations-party=GHA")


def test_a_unit_shows_its_life_with_its_proofs_and_they_can_be_checked(client: Client) -> None:
    sample.international()
    assert "Proof: leaf" not in text(client, "/units/GHA01/GHA/100")
    _recorded_in_the_log()
    shown = text(client, "/units/GHA01/GHA/100")
    assert 'id="life-wide-title"' in shown
    assert "The life of unit CA0001-GHA01-GHA-100-2023" in shown
    assert "split: 600 of 1\u202f000" in shown
    assert "split: 250 of 600" in shown
    assert shown.count("Proof: leaf") == 4
    proof = json.loads(text(client, "/proofs/transaction/3"))
    assert (proof["kind"], proof["subject"]) == ("transaction", "3")


def test_the_log_lists_its_leaves_and_tells_what_each_is_about(client: Client) -> None:
    sample.international()
    assert "The log is empty." in text(client, "/leaves")
    _recorded_in_the_log()
    shown = text(client, "/leaves?leaves-kind=transaction")
    assert 'href="/transactions/3"' in shown
    found = json.loads(text(client, "/leaves?leaves-kind=transaction&leaves-format=json"))
    assert {each["kind"] for each in found} == {"transaction"}
    assert "Take the proof along" in text(client, f"/leaves/{found[0]['position']}")


def test_rules_lists_and_words_have_pages(client: Client) -> None:
    sample.international()
    assert "/rules/accounts.same" in text(client, "/rules")
    assert "Legal basis" in text(client, "/rules/accounts.same")
    assert "/nomenclatures/cancellationPurpose" in text(client, "/nomenclatures")
    assert "CORSIA" in text(client, "/nomenclatures/cancellationPurpose")
    shown = text(client, "/glossary")
    for each in TERMS:
        assert f'id="{each.code}"' in shown
        text(client, f"/glossary/{each.code}")


def test_terms_lead_to_terms_that_are_there() -> None:
    codes = [each.code for each in TERMS]
    assert len(set(codes)) == len(codes)
    assert {other for each in TERMS for other in each.also} <= set(codes)


def test_bidi_overrides_and_marks_in_a_search_do_no_harm(client: Client) -> None:
    sample.international()
    for typed in ("\u202eGHA 1", "<b>GHA</b>", "'; DROP TABLE unit; --", "%_%", "\U0001f600" * 50, "A" * 5000):
        answer = client.get("/search", {"q": typed})
        assert answer.status_code in (200, 302), typed
        assert b"<b>GHA" not in answer.content
