"""The mechanism registry run from the shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.commands import article6

from article6.cli import exits


@pytest.fixture
def pending(database: object) -> dict[str, str]:
    """A mechanism registry with an activity of Thailand's; account numbers by type."""
    words = ("--code", "A64", "--name", "Mechanism", "--admin-login", "ama", "--admin-name", "Ama")
    assert article6("init", "--kind", "mechanism", *words).code == 0
    assert article6("section", "add", "THA", "CHE").code == 0
    places = {"pending": "ADM", "share_of_proceeds": "ADM", "cancellation_omge": "ADM", "holding": "CHE"}
    numbers = {
        type_: article6("account", "open", "--type", type_, "--section", section, "--name", type_, "--json").json[
            "number"
        ]
        for type_, section in places.items()
    }
    assert article6("mechanism", "activity", "THA", "77", "--title", "Wind").code == 0
    said = article6("mechanism", "participant", "THA", "77", "Alp", "--authorized-by", "CHE", "--reference", "LoA")
    assert said.code == 0, said.err
    assert article6("approach", "add", "CA0001", "--title", "T", "--party", "THA", "--party", "CHE").code == 0
    more = ("--approach", "CA0001", "--on", "2025-01-31", "--purposes", "NDC")
    assert article6("authorization", "add", "THA-1", "--party", "THA", *more).code == 0
    return numbers


def test_issued_forwarded_and_authorized_later(pending: dict[str, str]) -> None:
    words = ("--on", "2026-02-01", "--reference", "L5")
    said = article6("mechanism", "statement", "THA", "77", "allows_contribution_units", *words)
    assert "version 1" in said.out
    issue = ("mechanism", "issue", "THA", "77", "--quantity", "10003", "--vintage", "2024", "--reference", "SB")
    said = article6(*issue, "--key", "k", "--json")
    parts = said.json["parts"]
    assert [(each["type"], each["quantity"]) for each in parts] == [
        ("issuance", 10_003), ("share_of_proceeds", 501), ("cancellation_omge", 201),
    ]  # fmt: skip
    assert "share_of_proceeds" in article6(*issue, "--key", "k").out
    number = str(parts[0]["transaction_id"])
    assert article6("mechanism", "forward", number, "--forward", pending["holding"], "9301").code == 0
    said = article6("mechanism", "authorize-later", number, "THA-1", "--reference", "L9", "--json")
    assert sum(each["quantity"] for each in said.json["parts"] if each["is_first_transfer"]) == 10_003
    assert article6("audit").code == 0
    assert article6(*issue, "--omge-percent", "1").code == exits.REFUSED
    assert article6(*issue, "--omge-percent", "much").code == exits.USAGE


def test_cers_and_fees(pending: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "transfer.csv"
    head = "first_serial,last_serial,receiving_account,registered_on\n"
    file.write_text(f"{head}IN-5-1-2-2-0-7,IN-5-20-2-2-0-7,{pending['holding']},2014-05-06\n", encoding="utf-8")
    assert "20 units in 1 batches" in article6("mechanism", "take-over", str(file)).out
    assert article6("mechanism", "take-over", str(file)).code == exits.REFUSED
    assert "IND" in article6("find", "IN-5-5-2-2-0-7").out
    said = article6("mechanism", "invoice", "THA", "77", "issuance", "--quantity", "10003", "--json")
    assert said.json["amount_cents"] == 200_060
    pay = ("mechanism", "payment", str(said.json["id"]), "200060", "--on", "2026-11-20", "--reference", "wire")
    assert "200060 paid" in article6(*pay).out
    back = ("mechanism", "refund", str(said.json["id"]), "60", "--on", "2026-11-21", "--reference", "wire 2")
    assert "60 given back" in article6(*back, "--reason", "too much").out
    assert article6(*back[:3], "300000", *back[4:], "--reason", "too much").code == exits.REFUSED


def test_vintages_of_one_instruction_are_forwarded_by_vintage(pending: dict[str, str]) -> None:
    article6("mechanism", "statement", "THA", "77", "does_not_authorize", "--on", "2026-02-01", "--reference", "L5")
    words = ("--quantity", "50", "--vintage", "2023", "--further", "2024", "50", "--reference", "SB", "--json")
    said = article6("mechanism", "issue", "THA", "77", *words)
    assert [each["quantity"] for each in said.json["parts"]] == [50, 50, 5, 2]
    number = str(said.json["parts"][0]["transaction_id"])
    sent = article6("mechanism", "forward", number, "--forward-vintage", pending["holding"], "47", "2024")
    assert sent.code == 0, sent.err
    more = article6("mechanism", "forward", number, "--forward-vintage", pending["holding"], "2", "2024")
    assert more.code == exits.REFUSED
    whole = article6("mechanism", "issue", "THA", "77", *words, "--rest-to", pending["holding"])
    assert [each["quantity"] for each in whole.json["parts"]][-1] == 93
    assert article6("audit").code == 0
