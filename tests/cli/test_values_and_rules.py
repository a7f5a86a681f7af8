"""Nomenclatures, further attributes and administrators' rules from the shell."""

from __future__ import annotations

import json
from pathlib import Path

from cli.commands import article6

from article6.cli import exits
from article6.domain.rules import RULES
from article6.reporting.aef_nomenclatures import SECTORS


def test_a_list_is_shown_before_it_is_taken_over(registry: None, tmp_path: Path) -> None:
    assert "sectors" in article6("nomenclature", "list").out
    file = tmp_path / "lists.json"
    file.write_text(json.dumps({"sectors": [*SECTORS[1:], {"id": "Space", "label": {"fr": "Espace"}}]}))
    shown = article6("nomenclature", "import", str(file))
    assert shown.code == 0
    assert "withdrawn" in shown.out
    assert "Nothing was changed" in shown.err
    assert "Space" not in article6("nomenclature", "show", "sectors").out
    applied = article6("nomenclature", "import", str(file), "--apply", "--source", "Order 12", "--json")
    assert applied.json["preview"]["diffs"][0]["added"] == ["Space"]
    assert "Espace" in article6("nomenclature", "show", "sectors").out
    [space] = [each for each in article6("nomenclature", "show", "sectors", "--json").json if each["value"] == "Space"]
    assert (space["source"], space["labels"]) == ("Order 12", {"fr": "Espace"})
    assert article6("nomenclature", "list", "--json").json[-1]["list"]
    file.write_text("{")
    for words in (("import", str(file)), ("import", str(file), "--apply"), ("show", "colours")):
        assert article6("nomenclature", *words).code == exits.REFUSED
    file.write_text(json.dumps({"sectors": ["a", "a"]}))
    assert "nomenclature.malformed" in article6("nomenclature", "import", str(file)).err


def test_further_attributes_are_declared(registry: None, tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    file.write_text(json.dumps({"type": "object", "properties": {"stoves": {"type": "integer"}}}))
    assert "stove/1" in article6("attribute", "declare", "unit", "stove", str(file), "--source", "Order 12").out
    assert "stoves" in article6("attribute", "list").out
    assert "cdm/1" in [each["schema"] for each in article6("attribute", "list", "--json").json]
    for content in ("[", "[]", "{}"):
        file.write_text(content)
        said = article6("attribute", "declare", "unit", "other", str(file), "--json")
        assert (said.code, said.json["refusals"][0]["code"]) == (exits.REFUSED, "attributes.schema_invalid")


def test_a_rule_from_draft_to_retirement(registry: None) -> None:
    article6("user", "add", "bo", "Bo")
    article6("user", "role", "bo", "administrator")
    ama, bo = ("--as", "ama"), ("--as", "bo")
    draft = (
        "rule",
        "draft",
        "large",
        "order.type == 'transfer' && order.quantity > 10",
        "--message",
        "Too many.",
        *ama,
    )
    assert "Next: article6 rule try large" in article6(*draft).out
    assert "Would have refused 0 of 0." in article6("rule", "try", "large", *ama).out
    own = article6("rule", "approve", "large", *ama, "--json")
    assert own.json["refusals"][0]["code"] == "person.approves_own"
    assert "Approved large, version 1" in article6("rule", "approve", "large", *bo).out
    assert "order.quantity > 10" in article6("rule", "list", "--json").out
    numbers = [
        article6("account", "open", "--type", "holding", "--section", "GHA", "--name", "x", *ama, "--json").json[
            "number"
        ]
        for _ in range(2)
    ]
    article6("issue", "--to", numbers[0], "--party", "GHA", "--quantity", "50", "--unit-type", "MO", "--vintage",
             "2023", *ama)  # fmt: skip
    move = ("transfer", "--from", numbers[0], "--to", numbers[1], "--quantity", "11", *ama)
    said = article6(*move)
    assert said.code == exits.REFUSED
    assert "rule.refused (large: Too many.)" in said.err
    assert "Retired large" in article6("rule", "retire", "large", *bo).out
    assert article6(*move).code == 0
    assert article6("rule", "try", "large", *ama, "--json").json["would_refuse"] == 1
    assert article6("rule", "list", "--json").json[0]["approved_by"] == "bo"
    assert article6("rule", "draft", "bad", "1 +", "--message", "x", *ama).code == exits.REFUSED


def test_the_built_in_rules_and_the_facts_are_published(registry: None) -> None:
    assert [each["code"] for each in article6("rule", "builtin", "--json").json] == [str(each.code) for each in RULES]
    assert "block.not_held" in article6("rule", "builtin").out
    assert "lots.vintages" in article6("rule", "facts").out
    assert {"name", "type", "sentence"} <= set(article6("rule", "facts", "--json").json[0])
