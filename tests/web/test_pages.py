"""The pages: who may see them, what they show, how they answer bad input."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
from django.test import Client
from django.urls import URLPattern
from house import bodies
from web import sample

from article6.services import lookup
from article6.web.urls import urlpatterns

pytestmark = pytest.mark.usefixtures("database")

OPEN_TO_ALL = {
    "login", "logout", "account_login", "account_logout", "invitation", "openid_connect_login",
    "openid_connect_callback", "socialaccount_login_cancelled", "advisor", "healthz", "log-file", "preferences",
    "verify",
}  # fmt: skip


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def example(pattern: URLPattern) -> str:
    """An address that the pattern fits, whether or not anything is there."""
    values = {
        "registry": "CDM",
        "party": "IND",
        "serial": "1",
        "number": "1",
        "code": "IND",
        "year": "2024",
        "form": "xlsx",
        "version": "1.0",
        "whose": "public",
        "what": "summary",
    }
    return "/" + bodies.address(str(pattern.pattern), values)


def test_a_closed_registry_shows_strangers_nothing_but_the_sign_in_page(client: Client) -> None:
    sample.crediting(is_public=False)
    for pattern in urlpatterns:
        if pattern.name not in OPEN_TO_ALL:
            answer = client.get(example(pattern))
            assert (answer.status_code, answer.headers.get("Location", "").partition("?")[0]) == (302, "/login"), (
                pattern
            )
    shown = text(client, "/login?next=/accounts")
    assert "not open to the public" in shown
    assert "/transactions" not in shown


def test_who_signs_in_sees_the_registry_and_comes_back_to_the_page_asked_for(client: Client) -> None:
    sample.crediting(is_public=False)
    wrong = client.post("/login", {"username": "bo", "password": "wrong"})
    assert "No person has this login and password" in wrong.content.decode()
    answer = client.post("/login", {"username": "bo", "password": sample.PASSWORD, "next": "/accounts"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts")
    seen = client.get("/accounts")
    assert seen.status_code == 200
    assert "no-store" in seen.headers["Cache-Control"]
    assert client.get("/logout").status_code == 302
    assert client.get("/accounts").status_code == 200
    assert client.post("/logout").status_code == 302
    assert client.get("/accounts").status_code == 302


def test_signing_in_never_leads_to_another_site(client: Client) -> None:
    sample.crediting(is_public=False)
    named = {"username": "bo", "password": sample.PASSWORD, "next": "https://example.org/"}
    assert client.post("/login", named).headers["Location"] == "/"


def test_every_page_of_a_public_registry_is_shown_with_its_remark(client: Client) -> None:
    where = sample.crediting().accounts
    for path in (
        "/",
        "/?by=type",
        "/?all",
        "/search",
        "/search?q=1",
        "/parties",
        "/parties/IND",
        "/parties/FJI",
        "/projects",
        "/projects?party=IND",
        "/projects/IND/1",
        "/batches/1",
        "/accounts",
        "/accounts?section=IND",
        f"/accounts/{where['india']}",
        f"/accounts/{where['cancelled']}",
        "/transactions",
        "/transactions?status=completed",
        f"/transactions?account={where['india']}",
        "/transactions/1",
        "/units/CDM/IND/160",
        "/aef",
        "/aef/fields",
        "/reports",
        "/login",
    ):
        shown = text(client, path)
        assert "Sample data, made for tests." in shown, path
        assert "style=" not in shown, path
        assert not re.search(r"<script(?![^>]*(?: src=|application/json))", shown), path
        assert shown.count("<h1") == 1, path
        assert "<angle>" not in shown, path


def test_a_unit_page_tells_where_the_unit_is_and_how_it_got_there(client: Client) -> None:
    where = sample.international().accounts
    shown = text(client, "/units/GHA01/GHA/100")
    assert "CA0001-GHA01-GHA-100-2023" in shown
    steps = [
        "Issuance of mitigation outcomes",
        "Authorization of units",
        "International transfer",
        "Use towards the NDC",
    ]
    places = [shown.index(step, shown.index("How it got there")) for step in steps]
    assert places == sorted(places)
    assert where["used"] in shown
    assert "Year of use: 2025" in shown
    assert shown.count(">First transfer</span>") == 1
    assert "MO-GHA01-GHA-900-2023" in text(client, "/units/GHA01/GHA/900")
    assert "Reserved by transaction 5" in text(client, "/units/GHA01/GHA/650")


def test_the_search_box_leads_to_units_projects_parties_accounts_and_transactions(client: Client) -> None:
    where = sample.crediting().accounts
    assert client.get("/search?q=IN+1,160").headers["location"] == "/units/CDM/IND/1160"
    assert "same Party and number" in text(client, "/search?q=IN-5-1160-1-1-0-43")
    assert "/projects/BRA/2569" in text(client, "/search?q=2569")
    assert "/parties/BRA" in text(client, "/search?q=braz")
    assert client.get("/search?q=brazil").headers["location"] == "/parties/BRA"
    assert client.get("/search?q=holding+account+of+india").headers["location"] == f"/accounts/{where['india']}"
    assert "/transactions/2" in text(client, "/search?q=2")


@pytest.mark.parametrize("typed", ["zzz", "IN 0", "XX 1", "%", "_", "'; DROP", "9" * 500, "<script>", "IN 99,99"])
def test_what_cannot_be_found_is_answered_with_what_can_be_typed(client: Client, typed: str) -> None:
    sample.crediting()
    answer = client.get("/search", {"q": typed})
    assert answer.status_code == 200
    assert "Nothing fits." in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_what_is_not_there_is_said_to_be_missing(client: Client) -> None:
    sample.crediting()
    for path in (
        "/nowhere",
        "/units/CDM/IND/99",
        "/units/CDM/IND/" + "9" * 40,
        "/units/X/Y/1",
        "/batches/99",
        "/batches/" + "9" * 30,
        "/projects/IND/none",
        "/parties/XXX",
        "/aef/IND/2024.pdf",
        "/aef/IND/1990.xlsx",
        "/units/CDM/IND/-1",
    ):
        assert "Not found" in text(client, path, 404), path
    refused = text(client, "/accounts/CDM-100-9999-0-1", 404)
    assert "account.unknown" in refused
    assert "check the number" in refused
    assert "transaction.unknown" in text(client, "/transactions/99999999999999999999999", 404)
    assert "request.malformed" in text(client, "/transactions?after=x", 400)
    text(client, "/search?q=%00", 400)
    text(client, "/accounts/%00", 400)


def test_a_database_without_a_registry_says_what_to_do(client: Client) -> None:
    assert "article6 init" in text(client, "/", 503)
    assert "article6 init" in text(client, "/accounts", 503)
    text(client, "/nowhere", 404)
    text(client, "/login")


def test_the_health_check_asks_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert text(client, "/healthz") == "ok\n"
    monkeypatch.setattr("article6.services.health.is_database_there", lambda: False)
    assert text(client, "/healthz", 503) == "no database\n"


def test_a_form_without_its_token_is_refused(database: object) -> None:
    sample.crediting()
    answer = Client(enforce_csrf_checks=True, SERVER_NAME="localhost").post(
        "/login", {"username": "bo", "password": sample.PASSWORD}
    )
    assert answer.status_code == 403
    assert "had expired" in answer.content.decode()


def test_people_are_named_to_those_concerned_only(client: Client) -> None:
    sample.international()
    assert "Bo Approver" not in text(client, "/transactions/4")
    client.post("/login", {"username": "bo", "password": sample.PASSWORD})
    shown = text(client, "/transactions/4")
    assert shown.index("Bo Approver") < shown.index("Journal")


def test_the_aef_is_downloaded_in_three_forms(client: Client) -> None:
    sample.international()
    assert "/aef/GHA/2025.xlsx" in text(client, "/aef")
    for ending, start in (("xlsx", b"PK"), ("csv.zip", b"PK"), ("json", b"{")):
        answer = client.get(f"/aef/GHA/2025.{ending}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert content.startswith(start)
        if ending == "csv.zip":
            names = zipfile.ZipFile(BytesIO(content)).namelist()
            assert (len(names), names[-1]) == (6, "Notes.txt")


def test_the_chart_and_its_table_say_the_same(client: Client) -> None:
    sample.crediting()
    shown = text(client, "/")
    for said in ("2007, India: 300 units issued", "2012, India: 50 units cancelled or retired"):
        assert shown.count(said) == 2  # one drawing for wide screens, one for narrow ones
    assert shown.count("<svg") == 2
    assert "CER: 1\u202f200 units issued" in text(client, "/?by=type")


def test_a_page_is_walked_by_its_links(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.crediting()
    paged = lookup.transactions
    monkeypatch.setattr(lookup, "transactions", lambda after, limit=3, **named: paged(after, 3, **named))
    seen, path = 0, "/transactions?status=completed"
    while True:
        shown = text(client, path)
        seen += shown.count('data-label="Status"')
        onward = re.search(r'class="onward" rel="next" href="(\?[^"]+)"', shown)
        if onward is None:
            break
        path = "/transactions" + onward[1].replace("&amp;", "&")
        assert "status=completed" in path
    assert seen == lookup.transactions(None, status="completed").total
