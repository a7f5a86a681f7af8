"""What was recorded can be read at the shell; lists of values can come from an address."""

from __future__ import annotations

import json

import pytest
from cli.commands import article6

from article6.cli import exits
from article6.gateways import web
from article6.gateways.web import FakeWeb
from article6.reporting.aef_nomenclatures import SECTORS

URL = "https://carp.example/lists.json"


@pytest.fixture
def authorized(registry: None) -> None:
    added = article6("approach", "add", "CA0001", "--title", "Cookstoves", "--party", "GHA", "--party", "CHE")
    assert added.code == exits.OK, added.err
    for code in ("GHA-1", "GHA-2"):
        said = article6("authorization", "add", code, "--party", "GHA", "--approach", "CA0001", "--on", "2023-01-31",
                        "--purposes", "NDC", "--quantity", "5000", "--use-until", "2030-12-31")  # fmt: skip
        assert said.code == exits.OK, said.err


def test_approaches_and_authorizations_are_listed(authorized: None) -> None:
    assert "Cookstoves" in article6("approach", "list").out
    assert article6("approach", "list", "--party", "THA", "--json").json["items"] == []
    listed = article6("authorization", "list", "--party", "GHA", "--limit", "1")
    assert "GHA-1" in listed.out
    following = listed.err.strip().rpartition(" ")[2]
    assert "GHA-2" in article6("authorization", "list", "--after", following).out


def test_an_authorization_is_shown(authorized: None) -> None:
    assert "2030-12-31" in article6("authorization", "show", "GHA", "GHA-1").out
    shown = article6("authorization", "show", "GHA", "GHA-1", "--json").json
    assert (shown["quantity"], shown["units"], shown["duration"]["use_until"]) == (5000, 0, "2030-12-31")
    missing = article6("authorization", "show", "GHA", "GHA-9")
    assert (missing.code, "authorization.unknown" in missing.err) == (exits.REFUSED, True)


def test_the_mechanisms_records_are_read(database: object) -> None:
    article6("init", "--kind", "mechanism", "--code", "A64", "--name", "M", "--admin-login", "ama", "--admin-name", "A")
    article6("section", "add", "THA", "CHE")
    for type_ in ("pending", "share_of_proceeds", "cancellation_omge"):
        opened = article6("account", "open", "--type", type_, "--section", "ADM", "--name", type_)
        assert opened.code == exits.OK, opened.err
    article6("mechanism", "activity", "THA", "77", "--title", "Wind")
    article6("mechanism", "participant", "THA", "77", "Alp AG", "--authorized-by", "CHE", "--reference", "LoA 5")
    article6(
        "mechanism", "statement", "THA", "77", "allows_contribution_units", "--on", "2026-02-01", "--reference", "L"
    )
    about = article6("mechanism", "about", "THA", "77", "--json").json
    assert (about["participants"][0]["name"], about["statements"][0]["version"]) == ("Alp AG", 1)
    assert "Alp AG" in article6("mechanism", "about", "THA", "77").out
    article6("mechanism", "invoice", "THA", "77", "inclusion")
    assert article6("mechanism", "invoices", "--json").json["items"][0]["amount_cents"] == 100_000
    assert "inclusion" in article6("mechanism", "invoices", "--party", "THA").out
    issued = article6("mechanism", "issue", "THA", "77", "--quantity", "100", "--vintage", "2024", "--reference", "SB",
                      "--json").json  # fmt: skip
    number = str(issued["parts"][0]["transaction_id"])
    assert article6("mechanism", "show", number, "--json").json == issued
    assert "share_of_proceeds" in article6("mechanism", "show", number).out
    assert article6("mechanism", "show", "4711").code == exits.REFUSED


def test_lists_are_imported_from_an_address(registry: None) -> None:
    content = json.dumps({"sectors": [each for each in SECTORS if each != "Transportation"]}).encode()
    with web.instead(FakeWeb({URL: content})):
        shown = article6("nomenclature", "import", "--url", URL, "--json").json
        assert shown["preview"]["diffs"][0]["withdrawn"] == ["Transportation"]
        assert article6("nomenclature", "import", "--url", URL, "--apply", "--json").json["applied"]
    kept = {each["value"]: each for each in article6("nomenclature", "show", "sectors", "--json").json}
    assert (kept["Transportation"]["valid_until"] is None, kept["Transportation"]["source"]) == (False, URL)
    refused = article6("nomenclature", "import", "--url", "http://carp.example/lists.json")
    assert (refused.code, "url.not_allowed" in refused.err) == (exits.REFUSED, True)
    assert article6("nomenclature", "import").code == exits.USAGE
