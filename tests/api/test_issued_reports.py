"""Reports over the interface, and at the shell."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
from api.doors import World
from cli.commands import article6

from article6.domain.refusals import Code


def test_a_report_is_issued_copied_and_verified(world: World) -> None:
    body = {"kind": "account_statement", "parameters": {"account": world.number("A")}}
    drawn = world.root.post("/reports/preview", body, key=None)
    assert drawn.status == 200, drawn.json
    assert drawn.json["content"]["kind"] == "account_statement"
    issued = world.root.post("/reports", body, key="r")
    assert issued.status == 201
    assert world.root.post("/reports", body, key="r").json == issued.json
    code = issued.json["code"]
    for form, begins in (("pdf", b"%PDF-1.7"), ("xlsx", b"PK"), ("csv", b"PK"), ("json", b"{")):
        copy = world.root.get(f"/reports/{code}/copy.{form}", language="fr")
        assert (copy.status, copy.response.content[: len(begins)]) == (200, begins)
    spanish = world.root.get(f"/reports/{code}/copy.csv", language="es").response.content
    assert zipfile.ZipFile(io.BytesIO(spanish)).read("report.csv").decode().startswith("Estado de cuenta,")
    assert world.root.get(f"/reports/{code}/copy.csv", language="de").codes == ["request.malformed"]
    archive = zipfile.ZipFile(io.BytesIO(world.root.get(f"/reports/{code}/copy.csv").response.content))
    assert archive.namelist() == ["report.csv", "holdings.csv", "movements.csv"]
    assert world.root.get(f"/reports/{code}").json["digest"] == issued.json["digest"]
    assert [each["code"] for each in world.ama.get("/reports").json["items"]] == [code]
    verified = world.nobody.get(f"/reports/verify/{code}", digest=issued.json["digest"]).json
    assert (verified["is_issued"], verified["is_same_today"], verified["is_copy"]) == (True, True, True)
    assert "parameters" not in verified
    assert world.nobody.get("/reports/verify/0000-0000-0000-0000").json["is_issued"] is False


def test_who_may_not_see_an_account_has_no_statement_of_it(world: World) -> None:
    body = {"kind": "account_statement", "parameters": {"account": world.number("A")}}
    code = world.root.post("/reports", body).json["code"]
    assert world.cy.post("/reports", body).codes == ["account.unknown"]
    assert world.cy.get(f"/reports/{code}").codes == ["report.unknown"]
    assert world.cy.get(f"/reports/{code}/copy.json").codes == ["report.unknown"]
    assert world.cy.get("/reports").json["items"] == []
    assert world.nobody.get("/reports").status == 401
    assert world.ama.post("/reports", {"kind": "access_changes"}).codes == ["person.not_permitted"]


def test_what_is_asked_wrongly_is_refused(world: World) -> None:
    post = world.root.post
    assert post("/reports", {"kind": "no_such"}).codes == [Code.REPORT_UNKNOWN]
    assert post("/reports", {"kind": "account_statement"}).codes == ["report.parameters"]
    assert post("/reports", {"kind": "issuance", "as_of": "2999-01-01T00:00:00Z"}).codes == ["report.as_of"]
    assert post("/reports", {"kind": "issuance", "as_of": "2026-01-01"}).codes == ["request.malformed"]
    assert post("/reports", {"kind": "issuance", "parameters": {"since": 3}}).codes == ["request.malformed"]
    assert post("/reports", {"kind": "issuance"}, key=None).codes == ["request.malformed"]
    assert world.root.get("/reports/verify/no_code").codes == ["request.malformed"]
    assert post("/reports/schedules/7/end").codes == ["schedule.unknown"]


def test_a_schedule_is_made_listed_and_ended(world: World) -> None:
    body = {"kind": "section_activity", "parameters": {"section": "GHA"}, "rhythm": "month", "section": "GHA",
            "role": "approver"}  # fmt: skip
    assert world.cy.post("/reports/schedules", body).codes == ["person.not_permitted"]
    made = world.root.post("/reports/schedules", body)
    assert (made.status, made.json["ended_at"]) == (201, None)
    assert [each["id"] for each in world.root.get("/reports/schedules").json] == [made.json["id"]]
    ended = world.root.post(f"/reports/schedules/{made.json['id']}/end")
    assert ended.json["ended_at"]


def test_the_kinds_of_report_are_listed(world: World) -> None:
    kinds = {each["kind"]: each for each in world.ama.get("/reports/kinds").json}
    assert "proceeds_and_omge" not in kinds  # of the mechanism registry
    assert kinds["block_history"]["needs"] == ["units"]


def test_reports_at_the_shell(world: World, tmp_path: Path) -> None:
    account = f"account={world.number('A')}"
    issued = article6("report", "issue", "account_statement", "--with", account, "--out", str(tmp_path), "--as", "root",
                      "--json")  # fmt: skip
    assert issued.code == 0, issued.err
    file = issued.json["file"]
    assert Path(file).read_bytes().startswith(b"%PDF")
    code = issued.json["code"]
    assert article6("report", "verify", code, file).code == 0
    for form in ("xlsx", "csv", "json"):
        copied = article6("report", "copy", code, "--format", form, "--out", str(tmp_path / form), "--as", "root")
        assert copied.code == 0, copied.err
        assert article6("report", "verify", code, str(tmp_path / form), "--json").json["is_copy"] is True
    arabic = tmp_path / "ar.xlsx"
    asked = ("report", "copy", code, "--format", "xlsx", "--language", "ar", "--out", str(arabic), "--as", "root")
    assert article6(*asked).code == 0
    assert openpyxl.load_workbook(arabic).worksheets[0]["A1"].value == "كشف حساب"
    assert article6("report", "verify", code, str(arabic), "--json").json["is_copy"] is True
    changed = json.loads((tmp_path / "json").read_bytes())
    changed["content"]["facts"][0]["value"] = "another"
    (tmp_path / "json").write_text(json.dumps(changed))
    assert article6("report", "verify", code, str(tmp_path / "json")).code == 1
    assert article6("report", "verify", "0000-0000-0000-0000").code == 1
    assert "account_statement" in article6("report", "list", "--as", "root").out
    assert "account_statement" in article6("report", "kinds").out
    assert "report.parameters" in article6("report", "issue", "issuance", "--with", "since", "--as", "root").err
    assert "report.parameters" in article6("report", "issue", "issuance", "--as-of", "soon", "--as", "root").err
    made = article6("report", "schedule", "issuance", "--every", "year", "--for", "auditor", "--section", "ADM", "--as",
                    "root", "--json")  # fmt: skip
    assert made.code == 0, made.err
    assert "Issuance" in article6("report", "schedules", "--as", "root").out
    assert article6("report", "end", str(made.json["id"]), "--as", "root").code == 0
    done = article6("worker", "--once", "--json").json
    assert set(done) >= {"expired", "kept", "made", "messages", "due"}
