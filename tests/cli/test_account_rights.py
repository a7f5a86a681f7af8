"""Roles, requests for accounts, representatives and trusted accounts, from the command line."""

from __future__ import annotations

import pytest
from cli.commands import article6

from article6.cli import exits

pytestmark = pytest.mark.usefixtures("registry")


def admitted(*logins: str) -> None:
    for login in logins:
        assert article6("user", "add", login, login.title()).code == 0


def opened(*more: str) -> str:
    made = article6("account", "open", "--type", "holding", "--section", "GHA", "--name", "Fund", *more, "--json")
    assert made.code == 0, made.out + made.err
    return str(made.json["number"])


def test_a_role_is_given_at_once_by_the_founder_and_then_by_two() -> None:
    admitted("bo", "cy")
    assert "bo is now administrator" in article6("user", "role", "bo", "administrator").out
    asked = article6("user", "role", "cy", "reviewer", "--section", "GHA", "--until", "2999-01-01", "--as", "ama")
    assert "waits for a second person" in asked.out
    found = article6("role-change", "list", "--as", "bo", "--json").json
    number = str(found[0]["id"])
    assert (found[0]["login"], found[0]["status"]) == ("cy", "proposed")
    own = article6("role-change", "approve", number, "--as", "ama")
    assert (own.code, "person.approves_own" in own.err) == (exits.REFUSED, True)
    assert "in force" in article6("role-change", "approve", number, "--as", "bo").out
    assert "reviewer" in article6("role-change", "list", "--as", "bo").out
    take = article6("user", "take-role", "cy", "reviewer", "--section", "GHA", "--as", "bo", "--json").json
    assert article6("role-change", "reject", str(take["id"]), "--reason", "no", "--as", "ama").code == 0
    assert article6("user", "suspend", "cy", "--as", "ama").code == 0
    assert article6("user", "reinstate", "cy", "--as", "ama", "--json").json["status"] == "proposed"
    assert article6("user", "role", "cy", "auditor", "--section", "XXX", "--as", "ama").code == exits.REFUSED


def test_an_account_is_asked_for_and_opened() -> None:
    admitted("bo", "pia")
    article6("user", "role", "pia", "party_administrator", "--section", "GHA")
    asked = article6(
        "account-request", "file", "--type", "holding", "--section", "GHA", "--name", "Cooking", "--legal-name", "Ltd",
        "--country", "GHA", "--identification", "C-1", "--document", "certificate", "folio 12", "a" * 64,
        "--representative", "bo", "--representative", "ama", "--four-eyes", "--as", "bo", "--json",
    )  # fmt: skip
    number = str(asked.json["id"])
    shown = article6("account-request", "show", number, "--as", "pia")
    assert "C-1" in shown.out
    assert "folio 12" in shown.out
    assert article6("account-request", "approve", number, "--as", "bo").code == exits.REFUSED
    assert article6("account-request", "approve", number, "--as", "pia").code == 0
    [found] = article6("account-request", "list", "--as", "pia", "--json").json
    assert found["status"] == "approved"
    assert "approved" in article6("account-request", "list", "--as", "bo").out
    assert "bo" in article6("representative", "list", found["account"], "--as", "pia").out


def test_representatives_and_trusted_accounts() -> None:
    admitted("bo", "cy")
    account, other = opened("--trusted-only"), opened()
    change = article6("representative", "change", account, "--add", "bo", "--add", "cy")
    assert "in force" in change.out
    asked = article6("trusted", "change", account, "trust", other, "--as", "bo", "--json").json
    assert "waits for a second person" in article6("trusted", "list", account, "--as", "cy").out
    assert article6("trusted", "approve", str(asked["id"]), "--as", "cy").code == 0
    found = article6("trusted", "list", account, "--as", "cy", "--json").json
    assert (found["trusted_only"], found["accounts"]) == (True, [other])
    assert article6("representative", "list", account, "--json").json["changes"][0]["status"] == "approved"
    assert article6("representative", "reject", "99", "--reason", "no").code == exits.REFUSED


def test_an_account_is_opened_with_further_attributes(tmp_path: object) -> None:
    from pathlib import Path

    schema = Path(str(tmp_path)) / "desk.json"
    schema.write_text('{"type": "object", "required": ["desk"], "properties": {"desk": {"type": "integer"}}}')
    declared = article6("attribute", "declare", "account", "desk", str(schema), "--source", "letter")
    assert declared.code == 0, declared.out + declared.err
    opened("--attribute", "desk=1", "--attributes-schema", "desk/1")
    wrong = article6(
        "account", "open", "--type", "holding", "--section", "GHA", "--name", "x", "--attribute", "desk=Accra",
        "--attributes-schema", "desk/1",
    )  # fmt: skip
    assert (wrong.code, "attributes.invalid" in wrong.err) == (exits.REFUSED, True)
