"""The Article 6 database from the shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.commands import article6
from services.reports import Portal, found_portal

from article6.cli import exits


@pytest.fixture
def portal(database: object) -> Portal:
    return found_portal()


def written(portal: Portal, folder: Path, name: str) -> str:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(portal.given[name]), encoding="utf-8")
    return str(path)


def test_a_report_from_the_check_to_its_withdrawal(portal: Portal, tmp_path: Path) -> None:
    file = written(portal, tmp_path, "GHA 2023")
    checked = article6("submission", "check", file)
    assert (checked.code, "no inconsistencies identified" in checked.out) == (0, True)
    assert article6("submission", "list").out.count("GHA") == 0, "nothing is kept"
    said = article6("submission", "upload", file, "--as", "ama", "--confidential", "actions:2:PurposeITMOUsedForOIMP")
    assert "Submission 1 (GHA 2023 1.0): consistent." in said.out
    assert "duplicate" in article6("submission", "upload", file, "--as", "ama").out
    assert "consistent" in article6("submission", "list", "--party", "GHA", "--state", "consistent").out
    assert "form_passed" in article6("submission", "show", "1").out
    assert "First transfer" in article6("submission", "rows", "1", "actions").out
    assert "Null, information for check not available" in article6("submission", "results", "1").out
    copy = tmp_path / "copy.json"
    assert "Wrote" in article6("submission", "public", "1", "--format", "json", "--out", str(copy)).out
    assert json.loads(copy.read_text(encoding="utf-8"))["actions"][1]["PurposeITMOUsedForOIMP"] == "Confidential"
    received = tmp_path / "received.json"
    assert article6("submission", "file", "1", "--out", str(received), "--json").json["bytes"] > 0
    assert received.read_text(encoding="utf-8") == Path(file).read_text(encoding="utf-8")
    assert "withdrawn" in article6("submission", "withdraw", "1", "--reason", "Wrong", "--as", "ama").out
    assert article6("submission", "show", "9").code == exits.REFUSED


def test_what_the_checks_find_is_shown_with_its_duration(portal: Portal, tmp_path: Path) -> None:
    portal.submit("GHA 2023")
    portal.given["CHE 2023"]["actions"].clear()
    file = written(portal, tmp_path, "CHE 2023")
    before = article6("submission", "check", file)
    assert (before.code, "X1" in before.out) == (exits.REFUSED, True)
    said = article6("submission", "upload", file, "--as", "lea")
    assert "Next: article6 submission results 2" in said.out
    assert "X1" in article6("submission", "results", "2").out
    assert article6("submission", "results", "2", "--all", "--json").json
    assert "X1" in article6("submission", "show", "1").out
    lines = article6("submission", "inconsistencies", "--json").json
    assert {each["party"] for each in lines} == {"CHE", "GHA"}
    assert "CHE 2023 1.0" in article6("submission", "inconsistencies").out


def test_tables_and_reviews(portal: Portal, tmp_path: Path) -> None:
    portal.submit("GHA 2023")
    assert "GHA,2023,GHG" in article6("submission", "table", "summary").out
    out = tmp_path / "rows.csv"
    assert "rows: 4" in article6("submission", "table", "disaggregated", "--out", str(out)).out
    assert article6("submission", "table", "summary", "--json").json[0]["omge"] == 20
    assert "Review pending" in article6("submission", "review", "GHA", "pending", "--as", "root").out
    assert "Review pending" in article6("submission", "reviews").out
    assert article6("submission", "review", "GHA", "none", "--report", "x", "--as", "root").code == exits.REFUSED
    assert article6("submission", "version", "GHA", "2023", "1.0", "--as", "ama").code == exits.REFUSED


def test_a_confidential_item_that_cannot_be_read_is_refused(portal: Portal, tmp_path: Path) -> None:
    file = written(portal, tmp_path, "GHA 2023")
    for mark in ("colours", "actions:x", "actions:99:Vintage"):
        said = article6("submission", "upload", file, "--as", "ama", "--confidential", mark, "--json")
        assert [each["code"] for each in said.json["refusals"]] == ["submission.confidential"]
