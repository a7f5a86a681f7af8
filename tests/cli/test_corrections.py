"""Corrective action and notices from the shell."""

from __future__ import annotations

from datetime import UTC, datetime

from cli.commands import article6

from article6.cli import exits
from article6.services import declarations, people


def opened(section: str = "GHA") -> str:
    words = ("account", "open", "--type", "holding", "--section", section, "--name", "x", "--as", "ama", "--json")
    return str(article6(*words).json["number"])


def agreed(*words: tuple[str, str]) -> None:
    """The Party asks for the service of issuing outcomes as units, and the administrator agrees."""
    asked_by, by = (people.person_by_login(each[1]) for each in words)
    declarations.agree_on_service("GHA", asked_by=asked_by, by=by, now=datetime.now(UTC))


def test_a_case_from_opening_to_confirmation(registry: None) -> None:
    article6("user", "add", "bo", "Bo")
    article6("user", "role", "bo", "administrator")
    ama, bo = ("--as", "ama"), ("--as", "bo")
    source, target = opened(), opened()
    agreed(ama, bo)
    article6("issue", "--to", source, "--party", "GHA", "--quantity", "50", "--unit-type", "MO", "--vintage", "2023",
             *ama)  # fmt: skip
    said = article6("correction", "open", "--serials", "GHA:1-20", "--reason", "Letter", "--finding", "Wrong", *ama)
    assert "Corrective action 1: opened." in said.out
    assert "Next: article6 correction propose 1" in said.out
    said = article6("correction", "propose", "1", "--from", source, "--to", target, *ama)
    assert "article6 correction confirm 1" in said.out
    own = article6("correction", "confirm", "1", *ama, "--json")
    assert own.json["refusals"][0]["code"] == "person.approves_own"
    assert "Corrective action 1: confirmed." in article6("correction", "confirm", "1", *bo).out
    assert "GHA01/GHA:1-20" in article6("correction", "show", "1", *ama).out
    assert article6("correction", "show", "1", *ama, "--json").json["state"] == "confirmed"
    assert "confirmed" in article6("correction", "list", *ama).out
    shown = article6("notices", "list", "--section", "GHA", *ama)
    assert "Corrective action 1 was confirmed (Units are moved to where they belong)." in shown.out
    newest = article6("notices", "list", *ama, "--json").json["items"][0]["id"]
    assert "Acknowledged: Corrective action 1" in article6("notices", "acknowledge", str(newest), *bo).out
    assert len(article6("notices", "list", "--open", *ama, "--json").json["items"]) == 2


def test_cases_end_by_rejection_and_withdrawal(registry: None) -> None:
    article6("user", "add", "bo", "Bo")
    article6("user", "role", "bo", "administrator")
    ama, bo = ("--as", "ama"), ("--as", "bo")
    source = opened()
    agreed(ama, bo)
    article6("issue", "--to", source, "--party", "GHA", "--quantity", "50", "--unit-type", "MO", "--vintage", "2023",
             *ama)  # fmt: skip
    for _ in range(2):
        article6("correction", "open", "--serials", "GHA:1-20", "--reason", "Letter", "--finding", "Wrong", *ama)
    note = ("correction", "propose", "1", "--remedy", "note", "--remark", "Revised report of 2024", *ama)
    assert article6(*note).code == 0
    assert "rejected" in article6("correction", "reject", "1", "--reason", "No", *bo).out
    assert "withdrawn" in article6("correction", "withdraw", "2", "--reason", "Mistyped", *ama).out
    assert article6("correction", "confirm", "2", *bo).code == exits.REFUSED
