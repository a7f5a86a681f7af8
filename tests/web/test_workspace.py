"""The workspace of a Party's reports: tables with findings, explanations, versions, submission, files by hand."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from services.frozen_reports import There, ghana_sent
from services.reports import Portal, found_portal
from web.sessions import act, as_, hidden

from article6.services import aef_files, aef_versions, aef_workspace, sight, submissions

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WHERE = "/workspace/GHA/2025"


@pytest.fixture
def there(database: object) -> There:
    return ghana_sent()


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    shown = answer.content.decode()
    assert answer.status_code == status, (path, answer.status_code, shown)
    assert "style=" not in shown, path
    assert shown.count("<h1") == 1, path
    return shown


def test_only_people_of_the_section_come_in_and_see_their_reports(there: There) -> None:
    assert "GHA 2025" in page(as_(there.efua), "/workspace")
    assert "GHA 2025" not in page(as_(there.nils), "/workspace")
    assert "person.not_permitted" in page(as_(there.nils), WHERE, 403)
    assert Client(SERVER_NAME="localhost").get(WHERE).status_code == 302
    page(as_(there.efua), "/workspace/GHA/1999", 404)


def test_the_tables_stand_as_the_ledger_has_them_page_by_page(there: There) -> None:
    for _time in range(30):
        there.send(1, datetime(2025, 7, 1, tzinfo=UTC))
    efua = as_(there.efua)
    for table in ("submission", "authorizations", "holdings", "authorized_entities"):
        page(efua, f"{WHERE}?table={table}")
    first = page(efua, f"{WHERE}?table=actions&size=25")
    assert first.count('data-label="First ID"') == 25
    assert "after=25" in first
    assert page(efua, f"{WHERE}?table=actions&size=25&after=25").count('data-label="First ID"') == 6


def test_no_more_rows_than_a_page_are_read(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(12):
        there.send(1, datetime(2025, 7, 1, tzinfo=UTC))
    read: list[str] = []
    whole = aef_versions.keyed_rows

    def counted(found: object, table: object) -> object:
        for each in whole(found, table):  # type: ignore[arg-type]
            read.append(each[0])
            yield each

    monkeypatch.setattr(aef_versions, "keyed_rows", counted)
    rows, following = aef_workspace.rows(
        "GHA", 2025, "now", aef_workspace.TABLE_BY_KEY["actions"], by=there.efua, now=NOW, after=2, limit=3
    )  # fmt: skip
    assert ([each["place"] for each in rows], following, len(read)) == ([3, 4, 5], 5, 6)


def test_a_finding_stands_beside_its_cell(there: There) -> None:
    efua = as_(there.efua)
    found = aef_workspace.findings("GHA", 2025, "now", by=there.efua, now=datetime.now(UTC))
    assert found.rows == {("authorizations", 1): {"Sectors": ["Sector(s) is missing. (F03)"]}}
    beside = page(efua, f"{WHERE}?table=authorizations&check=1")
    cell = beside.partition('data-label="Sector(s)"')[2].partition("</td>")[0]
    assert "<li>Sector(s) is missing. (F03)</li>" in cell
    assert "1 check finds something" in beside
    assert "cell-findings" not in page(efua, f"{WHERE}?table=authorizations")


def test_what_others_keep_confidential_is_not_found_out_by_a_check(there: There) -> None:
    with_eyes = []
    asked = aef_workspace.inconsistencies.precheck

    def noted(name: str, content: bytes) -> object:
        with_eyes.append(sight.is_whole())
        return asked(name, content)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(aef_workspace.inconsistencies, "precheck", noted)
        page(as_(there.efua), f"{WHERE}/check")
    assert with_eyes == [False]


def test_a_row_is_explained_and_the_text_is_in_the_report(there: There) -> None:
    efua = as_(there.efua)
    row = aef_workspace.rows(
        "GHA", 2025, "now", aef_workspace.TABLE_BY_KEY["actions"], by=there.efua, now=NOW
    )[0][0]["key"]  # fmt: skip
    done = act(efua, f"{WHERE}/explain?table=actions&row={row}", text="Sent under the agreement of 2024")
    assert done.status_code == 302, done.content.decode()
    assert "Sent under the agreement of 2024" in page(efua, f"{WHERE}?table=actions")
    long = efua.post(f"{WHERE}/explain?table=actions&row={row}", {"text": "x" * 2001, "step": "sign"})
    assert long.status_code == 422


def test_a_version_is_frozen_compared_and_submitted(there: There) -> None:
    efua = as_(there.efua)
    assert act(efua, f"{WHERE}/freeze").status_code == 302
    there.send(5, datetime(2025, 8, 1, tzinfo=UTC))
    assert "Version 1.0" in page(efua, f"{WHERE}/versions")
    compared = page(efua, f"{WHERE}/compare?before=1.0&after=now")
    assert "added" in compared
    assert "was recorded later" in compared
    page(efua, f"{WHERE}?of=1.0&table=actions")
    checked = page(efua, f"{WHERE}/check?of=1.0")
    assert "Nothing is kept." in checked
    before = len(submissions.listed(party="GHA").items)
    done = act(efua, f"{WHERE}/submit/1.0")
    assert done.status_code == 302, done.content.decode()
    [made] = submissions.listed(party="GHA").items
    assert (before, made["version"], done.headers["Location"]) == (0, "1.0", f"/submissions/{made['id']}")
    assert "submission.wrong_state" in act(efua, f"/submissions/{made['id']}/withdraw", reason="Wrong").content.decode()


def test_a_submission_is_withdrawn_by_who_submits_for_the_party(portal: Portal) -> None:
    made = portal.submit("GHA 2023", by=portal.ama)
    where = f"/submissions/{made['id']}/withdraw"
    assert as_(portal.lea).get(where).status_code == 403
    assert act(as_(portal.ama), where, reason="Wrong year").status_code == 302
    assert submissions.one(made["id"])["state"] == "withdrawn"


def test_a_year_that_is_not_over_has_no_versions(there: There) -> None:
    year = datetime.now(UTC).year
    there.send(1, datetime.now(UTC))
    assert "The year is not over" in page(as_(there.efua), f"/workspace/GHA/{year}")
    refused = act(as_(there.efua), f"/workspace/GHA/{year}/freeze")
    assert "aef.year_open" in refused.content.decode()


def test_something_is_marked_as_confidential(there: There) -> None:
    efua = as_(there.efua)
    row = aef_workspace.rows(
        "GHA", 2025, "now", aef_workspace.TABLE_BY_KEY["actions"], by=there.efua, now=NOW
    )[0][0]["key"]  # fmt: skip
    given = {
        "table": "actions",
        "row": row,
        "field": "actions.AuthorizationID",
        "is_confidential": "yes",
        "reason": "Asked",
    }
    assert act(efua, f"{WHERE}/mark", **given).status_code == 302
    assert [(each.row_key, each.field) for each in aef_versions.confidential_now("GHA", 2025)] == [
        (row, "AuthorizationID")
    ]
    wrong = efua.post(f"{WHERE}/mark", {**given, "field": "holdings.AuthorizationID", "key": "", "step": "review"})
    assert wrong.status_code == 422


# --- Files by hand


@pytest.fixture
def portal(database: object) -> Portal:
    return found_portal()


def file_of(portal: Portal, name: str = "GHA 2023") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.json", json.dumps(portal.given[name]).encode(), "application/json")


def test_a_file_is_looked_at_then_submitted(portal: Portal) -> None:
    lea = as_(portal.ama)
    looked = lea.post("/workspace/upload", {"file": file_of(portal), "step": "look"})
    told = looked.content.decode()
    assert looked.status_code == 200
    assert "What the checks would say" in told
    assert "How the file was read, cell by cell" in told
    assert submissions.listed().total == 0
    sent = {"sha256": hidden(looked, "sha256"), "key": hidden(looked, "key"), "step": "submit"}
    for _twice in range(2):
        done = lea.post("/workspace/upload", {**sent, "file": file_of(portal)})
        assert done.status_code == 302, done.content.decode()
    assert submissions.listed().total == 1
    other = file_of(portal, "CHE 2023")
    refused = lea.post("/workspace/upload", {**sent, "file": other})
    assert refused.status_code == 409
    assert "another file" in refused.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.xlsx", b"", "empty"),
        ("x.json", b"{", "submission.unreadable"),
        ("x.csv", b"a,b\n1,2\n", "submission.unreadable"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(portal: Portal, name: str, content: bytes, said: str) -> None:
    answer = as_(portal.ama).post("/workspace/upload", {"file": SimpleUploadedFile(name, content), "step": "look"})
    assert answer.status_code in (409, 422)
    assert said in answer.content.decode()
    assert 'href="#id_file"' in answer.content.decode()


def test_a_workbook_with_odd_cells_is_told_cell_by_cell(there: There) -> None:
    from openpyxl import load_workbook

    file = io.BytesIO()
    aef_files.write(aef_versions.draft("GHA", 2025, now=NOW), "xlsx", file)
    book = load_workbook(file)
    sheet = book[aef_workspace.TABLE_BY_KEY["actions"].sheet]
    odd = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "CA0001")
    odd.value = " ca0001 "
    changed = io.BytesIO()
    book.save(changed)
    upload = SimpleUploadedFile("GHA-2025-1.0.xlsx", changed.getvalue())
    answer = as_(there.efua).post("/workspace/upload", {"file": upload, "step": "look"})
    assert answer.status_code == 200, answer.content.decode()
    assert odd.coordinate in answer.content.decode()
