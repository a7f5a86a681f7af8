"""`article6 aef freeze|versions|show|diff|rows|explain|confidential`: the versions of a report at the shell."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cli.commands import article6

from article6.domain.authorizations import Purpose
from article6.domain.kinds import Kind
from article6.services import authorizations, registry
from article6.services.authorizations import NewApproach, NewAuthorization
from article6.services.registry import RegistryIdentity

DAY = datetime(2024, 2, 1, tzinfo=UTC)
REPORT = ("GHA", "2024")
ROW = ("--table", "authorizations", "--row", "GHA 1/1")


@pytest.fixture(autouse=True)
def _one_authorization(database: object) -> None:
    root = registry.init(RegistryIdentity(Kind.PARTY, "GHA01", "Ghana"), administrator=("root", "Root"), now=DAY)
    registry.add_sections(["GHA"], by=root, now=DAY)
    authorizations.record_approach(NewApproach("CA0001", "Any", ("GHA", "CHE"), None), by=root, now=DAY)
    new = NewAuthorization("GHA 1", "GHA", "CA0001", date(2024, 2, 1), Purpose.NDC, remark="Price 12")
    authorizations.record_authorization(new, by=root, now=DAY)


def aef(*words: str) -> tuple[int, str]:
    said = article6("aef", *words)
    return said.code, said.out + said.err


def test_a_version_is_frozen_listed_shown_and_compared() -> None:
    code, out = aef("freeze", *REPORT, "--reason", "Annual information")
    assert (code, "version 1.0" in out) == (0, True)
    assert "Nothing differs" in aef("diff", *REPORT, "1.0")[1]
    assert aef("explain", *REPORT, *ROW, "--text", "As agreed")[0] == 0
    assert "As agreed" in aef("explain", *REPORT)[1]
    assert "Root explained it" in aef("diff", *REPORT, "1.0")[1]
    assert article6("aef", "freeze", *REPORT, "--version", "2.0", "--json").json["version"] == "2.0"
    assert article6("aef", "diff", *REPORT, "1.0", "2.0", "--json").json["total"] == 1
    assert [each["version"] for each in article6("aef", "versions", *REPORT, "--json").json] == ["2.0", "1.0"]
    assert "Annual information" in aef("versions", *REPORT)[1]
    shown = article6("aef", "show", *REPORT, "1.0", "--json").json
    assert (shown["is_intact"], shown["row_counts"]["authorizations"]) == (True, 1)
    assert shown["sha256"] in aef("show", *REPORT, "1.0")[1]
    assert "GHA 1/1" in aef("rows", *REPORT, "--table", "authorizations")[1]
    rows = article6("aef", "rows", *REPORT, "--table", "authorizations", "--version", "1.0", "--json").json
    assert rows[0]["cells"]["AdditionalExplanatoryInformation"] == "Price 12"


def test_the_public_copy_of_a_version_is_written(tmp_path: Path) -> None:
    field = ("--field", "AdditionalExplanatoryInformation")
    assert aef("confidential", "add", *REPORT, *ROW, *field, "--reason", "Commercial")[0] == 0
    assert "Commercial" in aef("confidential", "list", *REPORT)[1]
    assert aef("freeze", *REPORT)[0] == 0
    assert "Commercial" in aef("show", *REPORT, "1.0")[1]
    assert aef("confidential", "lift", *REPORT, *ROW, *field, "--reason", "Published")[0] == 0
    for public, remark in (((), "Price 12"), (("--public",), "Confidential")):
        code, _out = aef("write", *REPORT, "--version", "1.0", *public, "--format", "json", "--out", str(tmp_path))
        assert code == 0
        name = f"GHA-2024-1.0{'-public' if public else ''}.json"
        written = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        assert written["authorizations"][0]["AdditionalExplanatoryInformation"] == remark
    assert article6("aef", *REPORT, "--public", "--out", str(tmp_path), "--json").json["rows"] == 1
    assert (tmp_path / "AEF-GHA-2024-public.xlsx").exists()


def test_refusals_at_the_shell() -> None:
    for words, code in (
        (("freeze", "GHA", "2199"), "aef.year_open"),
        (("show", *REPORT, "1.0"), "aef.version_unknown"),
        (("show", *REPORT, "one"), "request.malformed"),
        (("explain", *REPORT, *ROW, "--field", "AuthorizedQuantity", "--text", "9"), "aef.not_explanatory"),
        (("confidential", "add", *REPORT, "--table", "actions", "--row", "x", "--reason", "x"), "aef.row_unknown"),
        (("confidential", "add", *REPORT, *ROW, "--field", "AuthorizationDocumentation", "--reason", "x"),
         "aef.always_public"),
    ):  # fmt: skip
        said, out = aef(*words)
        assert (said, code in out) == (1, True), out
    assert aef("freeze", *REPORT)[0] == 0
    assert "aef.version_backwards" in aef("freeze", *REPORT, "--version", "1.0")[1]
    assert aef("explain", *REPORT, "--text", "x")[0] == 2
