"""Balances by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.commands import Said, article6
from ledger.authorizing import abroad, lay, record, with_approach
from ledger.books import Books
from openpyxl import load_workbook
from reporting.worlds import documents

from article6.cli import exits

NDC = ("party", "ndc", "GHA", "first NDC", "--years", "2021", "2030", "--communicated", "2021-11-04")
CSV = "iso2,year,t_co2e,datasource_id\nGH,2021,59800000,A:1\nNA,2021,8,A:1\n"


@pytest.fixture
def books(database: object) -> Books:
    """Ghana first transferred 400 units of vintage 2023 to Switzerland."""
    made = with_approach()
    record(made)
    lay(made, (1, 1000))
    abroad(made, "A", "C", (1, 400))
    return made


def said(*words: str, code: int = exits.OK) -> Said:
    done = article6(*words)
    assert done.code == code, (done.out, done.err)
    return done


def test_levels_are_imported_recorded_and_listed(books: Books, tmp_path: Path) -> None:
    file = tmp_path / "inventories.csv"
    file.write_text(CSV)
    assert "without a section here: 1" in said("balance", "import", str(file)).out
    assert said("balance", "import", str(file), "--json").json["unchanged"] == ["GHA"]
    target = ("balance", "record", "GHA", "target", "2030=48500000", "--source", "NDC")
    assert said(*target, "--json").json["values"] == [{"year": 2030, "amount": "48500000"}]
    shown = said("balance", "levels", "GHA").out
    assert "59,800,000" in shown
    assert "A:1" in shown
    assert said("balance", "levels", "GHA", "--history", "covered", "--json").json[0]["version"] == 1
    assert "levels.malformed" in said(*target[:5], "--source", " ", code=exits.REFUSED).err
    said("balance", "record", "GHA", "target", "2030", "--source", "NDC", code=exits.USAGE)
    said("balance", "record", "GHA", "target", "2030=1e6", "--source", "NDC", code=exits.USAGE)
    said("balance", "import", str(tmp_path / "none.csv"), code=exits.UNAVAILABLE)


def test_where_the_ndc_stands_and_where_it_would(books: Books, tmp_path: Path) -> None:
    assert "balance.no_ndc" in said("balance", "show", "GHA", code=exits.REFUSED).err
    said(*NDC, "--single-year")
    said("balance", "record", "GHA", "covered", "2023=1000", "--source", "BTR1")
    said("balance", "record", "GHA", "target", "2030=2000", "--source", "NDC")
    shown = said("balance", "show", "GHA").out
    assert "1,400" in shown
    assert "First transferred" in shown
    found = said("balance", "show", "GHA", "--json", "--through", "2023").json
    assert [each["what"] for each in found["breakdown"]] == ["first_transferred"]
    then = said("balance", "what-if", "--party", "GHA", "--export", "500", "--vintage", "2030", "--json").json
    assert (then["allowance_before"]["exact"], then["allowance_after"]["exact"]) == ("2000", "1500")
    told = said("balance", "what-if", "--party", "GHA", "--use", "5", "--year", "2030").out
    assert "2,005" in told
    said("balance", "what-if", "--party", "GHA", code=exits.REFUSED)
    said("balance", "summary", "GHA", "--out", str(tmp_path))
    [written] = tmp_path.glob("structured-summary-GHA-*.xlsx")
    assert written.read_bytes()[:2] == b"PK"
    path = tmp_path / "summary.json"
    assert said("balance", "summary", "GHA", "--format", "json", "--out", str(path), "--json").json["file"] == str(path)
    assert json.loads(path.read_text())["party"] == "GHA"
    said("balance", "summary", "GHA", "--out", str(tmp_path / "no" / "x.xlsx"), code=exits.UNAVAILABLE)


def test_a_report_is_prefilled(books: Books, tmp_path: Path) -> None:
    said(*NDC)
    shown = said("balance", "information", "GHA", "regular", "--year", "2026").out
    assert "for the Party to say" in shown
    assert "CA0001" in shown
    annual = said("balance", "information", "GHA", "annual", "--year", "2026", "--json").json
    [first] = annual["items"][1]["lines"]
    assert (first["action"], first["vintage"], first["units"]) == ("First transfer", 2023, 400)
    swiss = said("balance", "information", "CHE", "annual", "--year", "2026", "--json").json
    assert [each["units"] for each in swiss["items"][2]["lines"]] == [400]
    assert said("balance", "information", "CHE", "annual", "--year", "2026", "--out", str(tmp_path)).code == 0
    [sheet] = load_workbook(tmp_path / "annual-CHE-2026.xlsx").worksheets
    assert {400, "Holdings as the year ends, in units"} <= {
        str(each).rpartition(": ")[2] if isinstance(each, str) else each for row in sheet.values for each in row
    }


def test_all_parties_add_up(books: Books) -> None:
    found = said("balance", "flow", "2026", "--json").json
    assert (found["first_transferred"], found["held"], found["difference"]) == (400, 400, 0)
    assert "Difference" in said("balance", "flow", "2026").out


def test_files_of_any_origin_are_added_up_without_a_registry(tmp_path: Path) -> None:
    for name, each in documents().items():
        (tmp_path / f"{name}.json").write_text(json.dumps(each))
    files = [str(each) for each in sorted(tmp_path.glob("*.json"))]
    found = said("adjustments", *files, "--json").json
    assert (found["flow"]["first_transferred"], found["flow"]["difference"]) == (1530, 0)
    ghana = next(each for each in found["parties"] if each["party"] == "GHA")
    assert [each["adjustment"]["exact"] for each in ghana["years"]] == ["0", "1020", "0", "0", "0"]
    shown = said("adjustments", *files, "--party", "CHE", "--method", "averaging").out
    assert "-75" in shown
    assert "GHA" not in shown
    (tmp_path / "bad.json").write_text("{")
    said("adjustments", str(tmp_path / "bad.json"), code=exits.UNREADABLE)
    said("adjustments", str(tmp_path / "none.json"), code=exits.UNREADABLE)
