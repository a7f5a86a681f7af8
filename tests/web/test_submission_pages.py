"""The pages of the Article 6 database: the list, a submission, the tables, and what strangers see of them."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from services.reports import DAY, Portal, found_portal
from web import sample

from article6.domain.kinds import Role
from article6.domain.submissions import Mark, ReviewStatus
from article6.services import people, reviews, submission_tables, submissions
from article6.services.reviews import NewStatus

PASSWORD = "correct horse battery"


@pytest.fixture
def portal(database: object) -> Portal:
    return found_portal(is_public=True)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    shown = answer.content.decode()
    assert "style=" not in shown, path
    assert re.findall(r"<script(?![^>]* src=)", shown) == [], path
    assert shown.count("<h1") == 1, path
    return shown


def content(client: Client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert "attachment" in answer.headers["Content-Disposition"], path
    return answer.getvalue()


def contradict(portal: Portal) -> int:
    """Ghana's report, which Switzerland's contradicts; its row that says so is confidential."""
    number = portal.submit("GHA 2023", marks=(Mark("actions", 1),))["id"]
    portal.given["CHE 2023"]["actions"].clear()
    portal.given["CHE 2023"]["holdings"].clear()
    portal.submit("CHE 2023")
    return int(number)


def test_the_list_says_state_result_and_since_when_it_is_inconsistent(portal: Portal, client: Client) -> None:
    contradict(portal)
    portal.submit("VUT 2023")
    shown = page(client, "/submissions")
    assert "3 submissions, newest first" in shown
    assert shown.count(">Checked, inconsistencies identified</td>") == 2
    assert shown.count(">Checked, no inconsistencies identified</td>") == 1
    assert shown.count("3 Apr 2026</time></td>") == 2
    portal.revise("CHE 2023", "1.1", lambda each: each.update(remark="still wrong"))
    swiss = page(client, "/submissions?party=CHE&year=2023&state=inconsistent")
    assert "1 submission, newest first" in swiss
    assert "3 Apr 2026</time></td>" in swiss, "a new version that is as wrong does not begin anew"
    assert 'quiet">Obsolete: a newer version took its place' in page(client, "/submissions?state=obsolete")
    assert "Nothing fits these filters." in page(client, "/submissions?year=1999")


def test_what_cannot_be_asked_for_is_said_to_be_so(portal: Portal, client: Client) -> None:
    portal.submit("GHA 2023")
    for path in ("/submissions?state=x", "/submissions?year=20", "/submissions?year=%D9%A1%D9%A2%D9%A3%D9%A4",
                 "/submissions/summary?year=1e3", "/submissions?after=x", "/submissions/summary?after=x"):  # fmt: skip
        assert "request.malformed" in page(client, path, 400), path
    for path in ("/submissions/99", "/submissions/99/public.xlsx", "/submissions/99/file"):
        assert "submission.unknown" in page(client, path, 404), path
    for path in ("/submissions/" + "9" * 30, "/submissions/1/public.pdf", "/submissions/total", "/submissions/x.csv",
                 "/submissions/summary.xlsx"):  # fmt: skip
        assert "Not found" in page(client, path, 404), path


def test_another_kind_of_registry_has_no_such_pages(database: object, client: Client) -> None:
    sample.crediting()
    for path in ("/submissions", "/submissions/1", "/submissions/summary", "/submissions/summary.csv"):
        assert "submission.not_here" in page(client, path, 404), path
    assert 'href="/submissions"' not in page(client, "/")


def test_a_submission_says_what_is_wrong_since_when_and_what_to_do(portal: Portal, client: Client) -> None:
    portal.submit("GHA 2023")
    portal.given["CHE 2023"]["actions"].clear()
    portal.given["CHE 2023"]["holdings"].clear()
    portal.submit("CHE 2023")
    shown = page(client, "/submissions/1")
    for said in ("What one Party sends, the other receives", "X1 · 6/CMA.4 annex I para 39", "Cross-Party",
                 "What to do:", "[1]", "the Party has not responded", "Found inconsistent",
                 "Checked, inconsistencies identified", "No status of a review"):  # fmt: skip
        assert said in shown, said
    portal.revise("GHA 2023", "1.1", lambda each: each.update(remark="the same again"))
    assert "the Party submitted 1 version since" in page(client, "/submissions/3")
    older = page(client, "/submissions/1")
    assert "A newer version took its place" in older
    assert "GHA 2023 1.1" in older
    assert older.index('href="/submissions/3">1.1</a>') > older.index("Version after")


def test_the_status_of_reviews_stands_beside_the_result(portal: Portal, client: Client) -> None:
    portal.submit("GHA 2023")
    new = NewStatus("GHA", ReviewStatus.PERSISTENT, "CA0001", "https://example.org/report", "Second time")
    reviews.record(new, by=portal.root, now=DAY)
    shown = page(client, "/submissions/1")
    assert "Review finalized and persistent inconsistencies identified" in shown
    assert 'href="https://example.org/report"' in shown


def test_what_is_confidential_is_not_shown_to_strangers(portal: Portal, client: Client) -> None:
    number = contradict(portal)
    shown = page(client, f"/submissions/{number}")
    assert "This rests on information that GHA marked as confidential." in shown
    assert "1-1,000" not in shown
    assert "rows 1, cells 0" in shown
    assert "The file as received" not in shown
    assert "Ama" not in shown
    page(client, f"/submissions/{number}/file", 403)
    copies = {form: content(client, f"/submissions/{number}/public.{form}") for form in ("xlsx", "csv.zip", "json")}
    assert copies["xlsx"][:2] == copies["csv.zip"][:2] == b"PK"
    assert len(json.loads(copies["json"])["actions"]) == 1, "one row of two is left out"
    efua = people.add_person("efua", "Efua", by=portal.root, now=DAY, password=PASSWORD)
    people.give_role(efua, portal.sections["GHA"], Role.AUDITOR, by=portal.root, now=DAY)
    client.post("/login", {"username": "efua", "password": PASSWORD})
    own = page(client, f"/submissions/{number}")
    assert "1-1,000" in own
    assert "The file as received" in own
    assert json.loads(content(client, f"/submissions/{number}/file"))["submission"]["ParticipatingParty"] == "GHA"


def test_a_failed_form_and_a_duplicate_are_for_the_party_itself(portal: Portal, client: Client) -> None:
    portal.submit("GHA 2023")
    portal.submit("GHA 2023")
    portal.given["VUT 2023"]["authorizations"][0]["DateOfAuthorization"] = "soon"
    portal.submit("VUT 2023")
    assert "1 submission, newest first" in page(client, "/submissions")
    page(client, "/submissions/2", 404)
    page(client, "/submissions/3", 404)
    efua = people.add_person("efua", "Efua", by=portal.root, now=DAY, password=PASSWORD)
    for party in ("GHA", "VUT"):
        people.give_role(efua, portal.sections[party], Role.AUDITOR, by=portal.root, now=DAY)
    client.post("/login", {"username": "efua", "password": PASSWORD})
    assert "3 submissions, newest first" in page(client, "/submissions")
    assert 'href="/submissions/1">the first one</a>' in page(client, "/submissions/2")
    failed = page(client, "/submissions/3")
    assert "Every cell can be read" in failed
    assert "Public copy" not in failed
    assert "submission.unknown" in page(client, "/submissions/3/public.json", 404)


def test_a_withdrawn_report_says_why(portal: Portal, client: Client) -> None:
    portal.submit("GHA 2023")
    submissions.withdraw(1, reason="Wrong year", by=portal.root, now=DAY + timedelta(days=9))
    shown = page(client, "/submissions/1")
    assert "Wrong year" in shown
    assert "it does not count" in shown


def test_the_tables_are_shown_walked_and_downloaded(
    portal: Portal, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.all()
    shown = page(client, "/submissions/summary?party=GHA&year=2023")
    assert "1\u202f020" in shown, "first transferred"
    assert 'href="/submissions/summary.csv?party=GHA&amp;year=2023"' in shown
    sums = list(csv.DictReader(io.StringIO(content(client, "/submissions/summary.csv").decode())))
    assert [each["first_transferred"] for each in sums if (each["party"], each["year"]) == ("GHA", "2023")] == ["1020"]
    assert json.loads(content(client, "/submissions/summary.json"))[0]["party"] == "CHE"
    lines = json.loads(content(client, "/submissions/disaggregated.json?party=SWE"))
    assert {each["party"] for each in lines} == {"SWE"}
    assert "megawatt hours" in page(client, "/submissions/disaggregated?party=SWE")
    paged = submission_tables.page
    monkeypatch.setattr(submission_tables, "page", lambda *given, **named: paged(*given, **{**named, "limit": 3}))
    first = page(client, "/submissions/disaggregated?party=SWE")
    assert f"{len(lines)} lines" in first
    assert 'href="?party=SWE&amp;after=3#disaggregated"' in first
    assert first.count("<tr>") == 4
    last = page(client, f"/submissions/disaggregated?party=SWE&after={len(lines) - 1}")
    assert (last.count("<tr>"), 'rel="next"' in last) == (2, False)


def test_strangers_see_nothing_of_a_closed_registry(database: object, client: Client) -> None:
    found_portal().submit("GHA 2023")
    for path in ("/submissions", "/submissions/1", "/submissions/1/public.json", "/submissions/summary.csv"):
        assert client.get(path).headers["Location"].startswith("/login"), path
