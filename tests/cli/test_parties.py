"""Parties and entities by command."""

from __future__ import annotations

import pytest
from cli.commands import Said, article6
from ledger.authorizing import with_approach
from ledger.books import Books

from article6.cli import exits


@pytest.fixture
def books(database: object) -> Books:
    return with_approach()


def said(*words: str, code: int = exits.OK) -> Said:
    done = article6(*words)
    assert done.code == code, (done.out, done.err)
    return done


DAYS = ("--valid-until", "2199-12-31", "--document", "extract", "Register, 3 May", "ab" * 32, "--check", "extract")
GHANAIAN = ("--country", "GHA", "--number", "GHA-77")
NDC = ("--years", "2021", "2030", "--communicated", "2021-11-04")


def test_a_partys_records_from_ndc_to_report(books: Books) -> None:
    assert "Ghana" in said("party", "list").out
    assert "version 1" in said("party", "ndc", "GHA", "first NDC", *NDC).out
    single = said("party", "ndc", "GHA", "first NDC", *NDC, "--version", "2", "--single-year", "--method", "averaging",
                  "--unit", "MWh", "--json").json  # fmt: skip
    assert (single["method"], single["metric"]) == ("averaging", "non-GHG")
    said("party", "authority", "GHA", "Carbon Market Office", "--email", "office@cmo.example")
    said("party", "report", "GHA", "initial_report", "--reference", "IR", "--on", "2023-05-01", "--approach", "CA0001")
    shown = said("party", "show", "GHA")
    assert all(each in shown.out for each in ("Carbon Market Office", "first NDC", "IR"))
    assert said("party", "show", "GHA", "--json").json["ndcs"][0]["version"] == 2
    again = said("party", "report", "GHA", "initial_report", "--reference", "IR 2", "--on", "2023-05-01", "--approach",
                 "CA0001", code=exits.REFUSED)  # fmt: skip
    assert "report.malformed" in again.err


def test_the_switch_is_turned_on_and_off(books: Books) -> None:
    said("party", "demand-ndc", "on", "--reason", "as decided")
    given = ("--party", "GHA", "--approach", "CA0001", "--on", "2023-01-31", "--purposes", "NDC")
    assert "ndc.not_recorded" in said("authorization", "add", "GHA-1", *given, code=exits.REFUSED).err
    assert said("party", "demand-ndc", "off", "--reason", "too early", "--json").json["demands_ndc"] is False
    said("authorization", "add", "GHA-1", *given)
    owed = said("party", "obligations", "--party", "GHA", "--on", "2024-05-01", "--json").json
    assert [(each["duty"], each["state"]) for each in owed] == [
        ("ndc", "overdue"), ("initial_report", "overdue"), ("annual_information", "overdue"),
    ]  # fmt: skip
    assert "15 April" not in said("party", "obligations", "--state", "done").out


def test_an_entity_is_registered_renewed_named_and_suspended(books: Books) -> None:
    said("entity", "add", "GHA", "E1", "--name", "Air Ghana", *GHANAIAN, *DAYS)
    assert "version 2" in said("entity", "renew", "GHA", "E1", *DAYS).out
    given = ("--party", "GHA", "--approach", "CA0001", "--on", "2023-01-31", "--purposes", "NDC")
    made = said("authorization", "add", "GHA-1", *given, "--registered-entity", "E1", "--json").json
    assert made["entities"][0]["name"] == "Air Ghana"
    said("entity", "status", "GHA", "E1", "suspended", "--reason", "under investigation")
    refused = said("authorization", "add", "GHA-2", *given, "--registered-entity", "E1", code=exits.REFUSED)
    assert "entity.not_active" in refused.err
    assert "suspended" in said("entity", "list", "--party", "GHA").out
    assert [each["version"] for each in said("entity", "show", "GHA", "E1", "--json").json] == [1, 2, 3]
    assert "extract: passed" in said("entity", "show", "GHA", "E1").out
