"""A registry run from the shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli.commands import Said, article6

from article6.cli import exits
from article6.cli.operating import os_user
from article6.services import people
from article6.services.sign_in import operators


def opened(section: str, *more: str, type_: str = "holding") -> str:
    said = article6(
        "account", "open", "--type", type_, "--section", section, "--name", f"of {section}", *more, "--json"
    )
    return str(said.json["number"])


def issued(account: str, quantity: int = 100, *more: str) -> Said:
    return article6(
        "issue", "--to", account, "--party", "GHA", "--quantity", str(quantity), "--unit-type", "MO",
        "--vintage", "2023", *more,
    )  # fmt: skip


def authorized() -> None:
    parties = ("--party", "GHA", "--party", "CHE")
    assert article6("approach", "add", "CA0001", "--title", "Cookstoves", *parties).code == 0
    said = article6("authorization", "add", "GHA-1", "--party", "GHA", "--approach", "CA0001", "--on", "2023-01-31",
                    "--purposes", "NDC", "--to", "CHE")  # fmt: skip
    assert said.code == 0, said.err


def test_from_issuance_to_use(registry: None, tmp_path: Path) -> None:
    ghana, swiss = opened("GHA"), opened("CHE")
    retired = opened("CHE", "--period", "2021-2030", type_="retirement")
    authorized()
    article6("user", "add", "bo", "Bo")
    article6("user", "role", "bo", "approver")
    assert "Issued serials 1 to 100" in issued(ghana, 100, "--activity", "ACT", "--approach", "CA0001").out
    terms = ("--term", "authorization=GHA-1")
    assert article6("transfer", "--type", "authorization", "--from", ghana, "--to", ghana, "--quantity", "100", *terms,
                    "--as", "ama").code == 0  # fmt: skip
    first = article6("transfer", "--type", "international_transfer", "--from", ghana, "--to", swiss, "--serials",
                     "GHA:1-60", "--as", "ama", "--json").json  # fmt: skip
    assert first["status"] == "proposed"
    number = str(first["transaction_id"])
    own = article6("approve", number, "--as", "ama", "--json")
    assert (own.code, own.json["refusals"][0]["code"]) == (exits.REFUSED, "person.approves_own")
    assert "completed" in article6("approve", number, "--as", "bo").out
    use = article6("transfer", "--type", "use_ndc", "--from", swiss, "--to", retired, "--quantity", "10", "--vintage",
                   "2023", "--term", "use_year=2024", "--as", "ama", "--json").json  # fmt: skip
    assert article6("approve", str(use["transaction_id"]), "--as", "bo").code == 0
    found = article6("find", "CA0001-GHA01-GHA-7-2023").out
    assert "International transfer" in found
    assert retired in found
    assert article6("audit").code == 0
    book = tmp_path / "book.xlsx"
    assert article6("aef", "GHA", "2026", "--out", str(book)).code == 0
    assert "Table 3 Actions" in openpyxl.load_workbook(book, read_only=True).sheetnames


def test_lists(registry: None) -> None:
    ghana = opened("GHA")
    other = opened("GHA")
    issued(ghana)
    article6("transfer", "--from", ghana, "--to", other, "--quantity", "5")
    listed = article6("account", "list", "--section", "GHA", "--limit", "1")
    assert ghana in listed.out
    assert "1 of 2" in listed.err
    cursor = article6("account", "list", "--section", "GHA", "--limit", "1", "--json").json["next"]
    assert other in article6("account", "list", "--section", "GHA", "--after", cursor).out
    shown = article6("account", "show", ghana)
    assert "95" in shown.out
    assert article6("transaction", "list", "--account", other, "--json").json["total"] == 1
    assert "Transfer" in article6("transaction", "show", "2").out
    assert article6("totals", "--json").json[0]["issued"] == 100
    assert "Ghana" in article6("totals").out
    assert "GHA" in article6("section", "list").out
    assert "Test [registry]" in article6("registry", "show").out
    assert article6("transaction", "list", "--json").json["items"][0]["quantity"] == 5


def test_refusals_say_what_to_do_and_in_json_are_problems(registry: None) -> None:
    ghana, other = opened("GHA"), opened("GHA")
    issued(ghana)
    said = article6("transfer", "--from", ghana, "--to", other, "--quantity", "101")
    assert said.code == exits.REFUSED
    assert "quantity.exceeds_holding" in said.err
    assert "lower the quantity" in said.err
    problem = article6("transfer", "--from", ghana, "--to", ghana, "--quantity", "101", "--json")
    assert [each["code"] for each in problem.json["refusals"]] == ["accounts.same", "quantity.exceeds_holding"]
    cases: tuple[tuple[tuple[str, ...], str], ...] = (
        (("--serials", "GHA:5-1"), "serial.malformed"),
        (("--serials", "GHA5"), "serial.malformed"),
        (("--serials", "ZZZ:1-2"), "party.unknown"),
        (("--serials", "CHE:1-2"), "block.not_held"),
        (("--serials", "GHA:1-10", "--quantity", "9"), "quantity.range_mismatch"),
        (("--quantity", "0"), "quantity.not_positive"),
        (("--type", "gift", "--quantity", "1"), "transaction.type_unknown"),
    )
    for words, code in cases:
        refused = article6("transfer", "--from", ghana, "--to", other, *words, "--json")
        assert (refused.code, refused.json["refusals"][0]["code"]) == (exits.REFUSED, code), words
    assert article6("find", "nonsense").code == exits.REFUSED
    assert article6("find", "GH", "101").code == exits.REFUSED
    assert article6("account", "show", "nowhere").code == exits.REFUSED


def test_a_key_makes_a_command_happen_once(registry: None) -> None:
    ghana, other = opened("GHA"), opened("GHA")
    issued(ghana)
    words = ("transfer", "--from", ghana, "--to", other, "--quantity", "5", "--key", "k", "--json")
    first, second = article6(*words).json, article6(*words).json
    assert first["transaction_id"] == second["transaction_id"]
    assert not first["is_repeat"]
    assert second["is_repeat"]


def test_people(registry: None) -> None:
    assert "Next:" in article6("user", "add", "bo", "Bo").out
    token = article6("user", "token", "bo", "--scope", "read")
    assert article6("user", "role", "bo", "approver", "--section", "XXX").code == exits.REFUSED
    assert article6("user", "role", "bo", "approver", "--section", "GHA").code == 0
    assert token.out.startswith("a6_")
    assert "person.no_second_factor" in article6("user", "token", "bo", "--scope", "read").err
    assert "not shown again" in token.err
    assert article6("user", "password", "bo", stdin="short\n").code == exits.REFUSED
    assert article6("user", "password", "bo", stdin="long enough for anybody\n").out == ("The password of bo is set.\n")
    ama, known = people.person_by_login("ama"), people.person_by_login("bo")
    done = [(each["act"], each["os_user"]) for each in operators.acts(known, by=ama)]
    assert done == [("password_set", os_user()), ("token_made", os_user())]
    assert article6("user", "suspend", "bo").code == 0
    [bo] = [each for each in article6("user", "list", "--json").json if each["login"] == "bo"]
    assert (bo["is_active"], bo["roles"]) == (False, ["GHA:approver"])


def test_with_two_administrators_one_has_to_be_named(registry: None) -> None:
    article6("user", "add", "bo", "Bo")
    article6("user", "role", "bo", "administrator")
    said = article6("user", "add", "cy", "Cy")
    assert (said.code, "person.unknown" in said.err) == (exits.REFUSED, True)
    assert article6("user", "add", "cy", "Cy", "--as", "bo").code == 0
    assert article6("user", "add", "di", "Di", "--as", "nobody").code == exits.REFUSED


def test_a_rejected_and_a_withdrawn_proposal(registry: None) -> None:
    ghana, other = opened("GHA", "--four-eyes"), opened("GHA")
    issued(ghana)
    article6("user", "add", "bo", "Bo")
    article6("user", "role", "bo", "approver")
    for decide in (("reject", "--reason", "no", "--as", "bo"), ("cancel", "--as", "ama")):
        proposed = article6("transfer", "--from", ghana, "--to", other, "--quantity", "100", "--as", "ama", "--json")
        name, *more = decide
        said = article6(name, str(proposed.json["transaction_id"]), *more, "--json")
        assert said.json["status"] in ("rejected", "cancelled")
    assert article6("account", "status", ghana, "closed", "--reason", "r").code == exits.REFUSED
    assert article6("account", "status", other, "closed", "--reason", "r").code == 0


def test_a_breach_makes_the_audit_fail(registry: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from article6.services.audit import Check

    broken = Check("tiling", "No serial is in two blocks", 3, 1, ("serial 7 twice",))
    monkeypatch.setattr("article6.services.audit.run", lambda progress: [broken])
    said = article6("audit")
    assert said.code == exits.REFUSED
    assert "serial 7 twice" in said.out
    assert article6("audit", "--json").json["ok"] is False


def test_the_reports_of_all_parties(registry: None, tmp_path: Path) -> None:
    issued(opened("GHA"))
    authorized()
    words = ("aef", "write-all", "--out", str(tmp_path), "--json")
    written = article6(*words).json
    reported = article6("aef", "list", "--json").json
    assert len(written) == 3 * len(reported) > 0
    assert article6(*words).json == []
    content: dict[str, Any] = json.loads(article6_bytes("aef", "GHA", "2023", "--format", "json", "--out", "-"))
    assert content["submission"]
    assert article6("aef", "GHA", "2023", "--out", str(tmp_path / "no" / "where")).code == exits.UNAVAILABLE


def article6_bytes(*words: str) -> str:
    """What a command writes to standard output as bytes."""
    import io
    import sys

    with pytest.MonkeyPatch.context() as patch:
        raw = io.BytesIO()
        patch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="utf-8"))
        from article6.cli.main import main

        assert main(list(words)) == 0
        return raw.getvalue().decode()


def test_a_generated_history_is_replayed_and_verified(database: object, tmp_path: Path) -> None:
    founded = article6("init", "--kind", "crediting", "--code", "CDM", "--name", "CDM", "--admin-login", "ama",
                       "--admin-name", "Ama")  # fmt: skip
    assert founded.code == 0
    assert article6("generate", "cdm", "--seed", "1", "--out", str(tmp_path), "--scale", "0.002").code == 0
    files = sorted(str(path) for path in tmp_path.glob("*issuances.csv")) + sorted(
        str(path) for path in tmp_path.glob("*cancellations.csv")
    )
    said = article6("replay", "cdm", *files, "--verify", "--json")
    assert said.code == 0, said.out + said.err
    assert said.json["differences"] == []
    assert said.json["postings"] > 0
    again = article6("replay", "cdm", *files, "--verify")
    assert "nothing was repeated" in again.out
    assert article6("replay", "cdm", files[0]).code == exits.USAGE


def test_overdue_proposals_expire(registry: None) -> None:
    nothing = {"expired": 0, "kept": 0, "made": 0, "messages": 0, "due": 0}
    done = article6("worker", "--once", "--json").json
    assert {name: done[name] for name in nothing} == nothing


def test_without_a_registry_every_command_says_how_to_begin(database: object) -> None:
    for words in (["registry", "show"], ["serve"], ["issue", "--to", "A", "--party", "GHA", "--quantity", "1",
                  "--unit-type", "MO", "--as", "ama"]):  # fmt: skip
        said = article6(*words)
        assert said.code == exits.REFUSED
        assert "article6 init" in said.err or "person.unknown" in said.err


def test_founding_twice_is_refused(registry: None) -> None:
    said = article6(
        "init", "--kind", "party", "--code", "GHA01", "--name", "G", "--admin-login", "x", "--admin-name", "X"
    )
    assert (said.code, "registry.exists" in said.err) == (exits.REFUSED, True)
