"""Authorizations by command: record in full, lay, preview, change, revoke."""

from __future__ import annotations

import pytest
from cli.commands import Said, article6
from ledger.authorizing import with_approach
from ledger.books import Books, audit_is_clean

from article6.cli import exits


@pytest.fixture
def books(database: object, monkeypatch: pytest.MonkeyPatch) -> Books:
    books = with_approach()
    monkeypatch.setenv("ARTICLE6_AS", "root")
    return books


def said(*words: str, code: int = exits.OK) -> Said:
    done = (
        article6("authorization", *words, "--as", "root")
        if words[0] != "preview"
        else article6("authorization", *words)
    )
    assert done.code == code, (done.out, done.err)
    return done


GIVEN = ("--party", "GHA", "--approach", "CA0001", "--on", "2023-01-31", "--purposes", "NDC")


def test_an_authorization_from_its_first_day_to_its_last(books: Books) -> None:
    more = ("--quantity", "500", "--use-until", "2030-12-31", "--vintage", "2023", "--methodology", "VM0050",
            "--serials", "GHA01/GHA:1-900", "--gas", "CH4", "--changes-when", "by agreement")  # fmt: skip
    found = said("add", "GHA-1", *GIVEN, *more, "--json").json
    assert (found["quantity"], found["scope"]["vintages"], found["duration"]["use_until"]) == (
        500,
        [2023],
        "2030-12-31",
    )
    assert "Transactions:" in said("lay", "GHA-1", "--serials", "GHA:1-100").out
    assert "ceiling_exceeded" in said("lay", "GHA-1", "--serials", "GHA:101-501", code=exits.REFUSED).err
    said("withdraw", "GHA-1", "--serials", "GHA:91-100", "--reason", "withdrawn report")
    seen = said("preview", "GHA-1", "--version", "2", *GIVEN)
    assert "comes under the new version" in seen.out
    token = seen.out.split()[-1]
    changed = said("change", "GHA-1", "--version", "2", *GIVEN, "--reason", "wider", "--token", token)
    assert "version 2" in changed.out
    shown = said("revoke", "GHA-1", "--preview", "--json").json
    assert [(each["first"], each["last"]) for each in shown["withdrawn"]] == [(1, 90)]
    said("revoke", "GHA-1", "--reason", "by the ministry", "--token", shown["token"], "--json")
    audit_is_clean()
