"""`article6 check`: files in, a report out; no registry and no database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli.commands import article6
from reporting import worlds

from article6.cli import exits
from article6.reporting.aef_csv import csv_name, write_csv
from article6.reporting.aef_fields import Table
from article6.reporting.aef_xlsx import write_xlsx

Files = Callable[..., list[str]]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Write AEFs of the small world as workbooks, changed as asked."""

    def write(*names: str, **changes: Any) -> list[str]:
        paths = []
        for name, aef in worlds.aefs().items():
            if names and name not in names:
                continue
            path = tmp_path / f"{name.replace(' ', '-')}-1.0.xlsx"
            with path.open("wb") as file:
                write_xlsx(aef, file)
            if name in changes.get("wrong", {}):
                workbook = openpyxl.load_workbook(path)
                for sheet, cell, value in changes["wrong"][name]:
                    workbook[sheet][cell] = value
                workbook.save(path)
            paths.append(str(path))
        return paths

    return write


def test_consistent_reports(files: Files) -> None:
    said = article6("check", *files())
    assert said.code == exits.OK
    assert "CHE-2024-1.0.xlsx" in said.out
    assert "inconsistencies identified" in said.out


def test_a_finding_names_rule_basis_cell_and_what_to_do(files: Files) -> None:
    said = article6("check", *files(wrong={"CHE 2024": [("Table 4 Holdings", "B8", "CA0002")]}))
    assert said.code == exits.REFUSED
    for expected in ("II07", "6/CMA.4 annex I paras 5, 33", "Table 4 Holdings", "B8", "What to do: Give the units"):
        assert expected in said.out


def test_a_report_alone_says_what_is_missing_and_is_no_fault(files: Files) -> None:
    said = article6("check", *files("CHE 2023"))
    assert said.code == exits.OK
    assert "No AEF of GHA for 2023 is at hand." in said.out
    assert "Null, information for check not available" in said.out


def test_json_has_everything(files: Files) -> None:
    wrong = [("Table 3 Actions", "C9", "use"), ("Table 3 Actions", "S10", "=1")]
    said = article6("check", *files("CHE 2024", wrong={"CHE 2024": wrong}), "--json")
    assert said.code == exits.REFUSED
    assert said.json["result"] == "Checked, inconsistencies identified"
    (file,) = said.json["files"]
    assert (file["party"], file["year"], file["version"]) == ("CHE", 2024, "1.0")
    assert file["remarks"][0]["said"] == "use was read as Use."
    found = [(check["code"], place["cell"]) for check in said.json["checks"] for each in check["findings"]
             for place in each["places"]]  # fmt: skip
    assert found == [("F02", "S10")]


def test_a_file_that_cannot_be_read(files: Files, tmp_path: Path) -> None:
    picture = tmp_path / "picture.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    said = article6("check", *files("CHE 2023"), str(picture), str(tmp_path / "nowhere.xlsx"))
    assert said.code == exits.UNREADABLE
    assert "picture.xlsx: The file is neither a workbook nor text." in said.err
    assert "nowhere.xlsx: No such file" in said.err
    assert "CHE-2023-1.0.xlsx" in said.out
    assert article6("check", str(picture), "--json").json["unreadable"][0]["why"].startswith("The file is neither")


def test_annotated_copies(files: Files, tmp_path: Path) -> None:
    paths = files(wrong={"CHE 2024": [("Table 4 Holdings", "B8", "CA0002")]})
    said = article6("check", *paths, "--annotated", str(tmp_path / "checked"))
    assert said.code == exits.REFUSED
    copies = sorted((tmp_path / "checked").iterdir())
    assert len(copies) == len(paths)
    marked = openpyxl.load_workbook(tmp_path / "checked" / "CHE-2024-1.0-checked.xlsx")
    assert "II07" in marked["Table 4 Holdings"]["B8"].comment.text
    evidence = openpyxl.load_workbook(tmp_path / "checked" / "GHA-2025-1.0-checked.xlsx")
    assert (
        "Compared with CHE-2024-1.0.xlsx Table 4 Holdings B8" in evidence["Table 2 Authorizations"]["D8"].comment.text
    )


def test_an_annotated_copy_never_overwrites_what_is_checked(files: Files) -> None:
    (path,) = files("CHE 2024")
    before = Path(path).read_bytes()
    assert article6("check", path, "--annotated", path).code == exits.USAGE
    assert Path(path).read_bytes() == before
    assert article6("check", path, path + "x", "--annotated", "one.xlsx").code == exits.USAGE


def test_a_folder_of_csv_files(tmp_path: Path) -> None:
    folder = tmp_path / "CHE 2023"
    folder.mkdir()
    for table in Table:
        with (folder / csv_name(table)).open("w", encoding="utf-8", newline="") as file:
            write_csv(worlds.aefs()["CHE 2023"], table, file)
    assert article6("check", str(folder)).code == exits.OK


def test_of_two_versions_the_newer_counts(files: Files, tmp_path: Path) -> None:
    (path,) = files("CHE 2023")
    newer = tmp_path / "newer.xlsx"
    workbook = openpyxl.load_workbook(path)
    workbook["Table 1 Submission"]["C5"] = "1.1"
    workbook.save(newer)
    said = article6("check", path, str(newer))
    assert said.code == exits.OK
    assert "CHE-2023-1.0.xlsx: Superseded by version 1.1 in newer.xlsx" in said.out
    again = article6("check", path, str(Path(path).with_name("copy.xlsx")), path)
    assert again.code == exits.UNREADABLE


def test_it_starts_no_server_and_makes_no_home(files: Files, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "ARTICLE6_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    ended = subprocess.run(
        [sys.executable, "-m", "article6", "check", *files("CHE 2023")], env=environment, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (exits.OK, "")
    assert not home.exists()
