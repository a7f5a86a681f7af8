"""The Article 6 database at the interface."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from api.doors import Answer, Caller, caller
from django.core.files.uploadedfile import SimpleUploadedFile
from services.reports import Portal, found_portal

from article6.domain.kinds import Kind
from article6.services import submissions


@pytest.fixture
def portal(database: object) -> Portal:
    return found_portal(is_public=True)


def send(
    by: Caller, path: str, document: Any, *, name: str = "report.json", key: str | None = "k", **more: str
) -> Answer:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = {"Authorization": f"Bearer {by.token}"} if by.token else {}
    if key is not None:
        headers["Idempotency-Key"] = key
    given = by.client.post(f"/api/v1{path}", {"file": SimpleUploadedFile(name, data), **more}, headers=headers)
    return Answer(given, "post", path)


def test_from_the_upload_to_the_public_copy(portal: Portal) -> None:
    ama, nobody = caller(portal.ama), Caller()
    marks = json.dumps([{"table": "actions", "row": 2, "field": "PurposeITMOUsedForOIMP"}])
    made = send(ama, "/submissions", portal.given["GHA 2023"], confidential=marks)
    assert (made.status, made.json["state"], made.json["hidden_cells"]) == (201, "consistent", 1)
    assert made.headers["Location"] == f"/api/v1/submissions/{made.json['id']}"
    assert send(ama, "/submissions", portal.given["GHA 2023"], confidential=marks).json["id"] == made.json["id"]
    path = f"/submissions/{made.json['id']}"
    assert nobody.get("/submissions", party="GHA", state="consistent").json["total"] == 1
    shown = nobody.get(path).json
    assert (shown["state"], shown["rows"]["actions"], shown["initial_report"]) == ("consistent", 2, False)
    assert {each["code"] for each in nobody.get(f"{path}/results").json} >= {"F01", "X1", "II02"}
    cells = nobody.get(f"{path}/rows/actions").json["items"][1]["cells"]
    assert cells["PurposeITMOUsedForOIMP"] == "Confidential"
    assert ama.get(f"{path}/rows/actions").json["items"][1]["cells"]["PurposeITMOUsedForOIMP"] == "OMGE"
    copy = nobody.get(f"{path}/public.json").response
    assert json.loads(b"".join(copy.streaming_content))["actions"][1]["PurposeITMOUsedForOIMP"] == "Confidential"
    assert nobody.get(f"{path}/file").codes == ["person.not_permitted"]
    assert json.loads(ama.get(f"{path}/file").response.content) == portal.given["GHA 2023"]


def test_what_is_wrong_with_an_upload_is_told(portal: Portal) -> None:
    ama = caller(portal.ama)
    broken = send(ama, "/submissions", b"PK no archive", name="x.xlsx")
    assert (broken.status, broken.codes) == (400, ["submission.unreadable"])
    assert send(ama, "/submissions", portal.given["CHE 2023"], key="2").codes == ["person.not_permitted"]
    for marks in ("no list", "{}", '[{"table": "colours"}]', '[{"table": "actions", "row": 77}]', "[1]"):
        answer = send(ama, "/submissions", portal.given["GHA 2023"], key="3", confidential=marks)
        assert answer.codes == ["submission.confidential"], marks
    assert send(ama, "/submissions", portal.given["GHA 2023"], key=None).codes == ["request.malformed"]
    assert Caller().get("/submissions/7").codes == ["submission.unknown"]
    assert send(Caller(), "/submissions", portal.given["GHA 2023"]).status == 401
    assert submissions.listed().items == []


def test_a_preview_keeps_nothing_and_needs_no_key(portal: Portal) -> None:
    portal.submit("GHA 2023")
    portal.given["CHE 2023"]["actions"].clear()
    found = send(Caller(), "/submissions/preview", portal.given["CHE 2023"], key=None)
    assert found.json["result"] == "Checked, inconsistencies identified"
    assert found.json["compared_with"] == ["GHA 2023 1.0"]
    assert len(submissions.listed().items) == 1


def test_inconsistencies_stand_until_a_revision_or_a_withdrawal(portal: Portal) -> None:
    lea, nobody = caller(portal.lea), Caller()
    portal.submit("GHA 2023")
    portal.given["CHE 2023"]["actions"].clear()
    number = send(lea, "/submissions", portal.given["CHE 2023"]).json["id"]
    assert {each["party"] for each in nobody.get("/submissions/inconsistencies").json} == {"CHE", "GHA"}
    assert nobody.get("/submissions/inconsistencies", party="CHE", year="2023").json[0]["is_cross_party"]
    done = lea.post(f"/submissions/{number}/withdraw", {"reason": "Wrong file"})
    assert (done.status, done.json["state"]) == (200, "withdrawn")
    assert lea.post(f"/submissions/{number}/withdraw", {"reason": "again"}).codes == ["submission.wrong_state"]
    assert nobody.get("/submissions/inconsistencies").json == []
    history = nobody.get(f"/submissions/{number}/results", history="true").json
    assert any(each["result"] == "Checked, inconsistencies identified" for each in history)


def test_tables_as_json_and_csv(portal: Portal) -> None:
    portal.submit("GHA 2023")
    [line] = Caller().get("/submissions/summary", party="GHA").json
    assert (line["first_transferred"], line["omge"]) == (1020, 20)
    assert len(Caller().get("/submissions/disaggregated", year="2023").json) == 4
    text = Caller().get("/submission-tables/summary.csv").response.content.decode()
    assert text.splitlines()[0].startswith("party,year,metric")
    assert io.StringIO(text).readlines()[1].startswith("GHA,2023,GHG")


def test_reviews_are_recorded_and_shown(portal: Portal) -> None:
    body = {"party": "GHA", "status": "significant", "approach": "CA0001"}
    made = caller(portal.root).post("/reviews", body)
    assert (made.status, made.json["status"]) == (201, "Review finalized and significant inconsistencies identified")
    assert Caller().get("/reviews", party="GHA").json[0]["approach"] == "CA0001"
    assert caller(portal.ama).post("/reviews", body).codes == ["person.not_permitted"]
    assert caller(portal.root).post("/reviews", {**body, "approach": "x"}).codes == ["submission.review"]


def test_another_kind_of_registry_keeps_no_database(database: object) -> None:
    portal = found_portal(Kind.PARTY, is_public=True)
    assert Caller().get("/submissions").codes == ["submission.not_here"]
    assert send(caller(portal.ama), "/submissions", portal.given["GHA 2023"]).codes == ["submission.not_here"]


def test_a_frozen_version_of_the_ledgers_report_is_submitted(portal: Portal) -> None:
    answer = caller(portal.ama).post("/submissions/version", {"party": "GHA", "year": 2023, "version": "1.0"})
    assert answer.codes == ["aef.version_unknown"]
    lea = caller(portal.lea)
    frozen = lea.post("/aef/CHE/2023/versions", {})
    assert frozen.status == 201, frozen.json
    made = lea.post("/submissions/version", {"party": "CHE", "year": 2023, "version": "1.0"})
    assert (made.status, made.json["state"]) == (201, "consistent")
    assert caller(portal.ama).post("/submissions/version", {"party": "CHE", "year": 2023, "version": "1.0"}).codes == [
        "person.not_permitted"
    ]
