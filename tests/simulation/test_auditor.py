"""The auditor sees what is wrong in books, with nothing but its own arithmetic."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exchange.hands import Hands

from article6.exchange.simulation import inspection
from article6.exchange.simulation.auditor import Audit, Inspected, live_twice


@pytest.fixture
def registries() -> dict[str, Inspected]:
    """Books after units went from Ghana over Switzerland to Thailand."""
    hands = Hands()
    hands.transfer("GHA01", "CHE01", 1, 10)
    hands.transfer("CHE01", "THA01", 4, 6)
    return {code: inspection.inspected(each) for code, each in hands.registries.items()}


def faults(registries: dict[str, Inspected], code: str = "CHE01", **changed: object) -> list[str]:
    changed_one = replace(registries[code], **changed)  # type: ignore[arg-type]
    return Audit(list({**registries, code: changed_one}.values())).faults()


def test_books_that_agree_have_no_faults(registries: dict[str, Inspected]) -> None:
    assert faults(registries) == []


def test_a_unit_that_is_nowhere_is_missed(registries: dict[str, Inspected]) -> None:
    assert any("no registry" in each for each in faults(registries, live={}))


def test_a_unit_that_is_in_two_places_is_seen(registries: dict[str, Inspected]) -> None:
    looks = next(iter(registries["THA01"].live.values()))
    both = {**registries["CHE01"].live, ("GHA01", "GHA", 4, 4): looks}
    assert any("CHE01" in each and "THA01" in each for each in faults(registries, live=both))


def test_a_unit_that_nobody_issued_is_seen(registries: dict[str, Inspected]) -> None:
    more = {**registries["CHE01"].live, ("GHA01", "GHA", 700, 700): ""}
    assert any("never issued" in each for each in faults(registries, live=more))


def test_a_unit_that_looks_different_is_seen(registries: dict[str, Inspected]) -> None:
    other = dict.fromkeys(registries["CHE01"].live, "[('vintage_year', 2030)]")
    assert any("look" in each for each in faults(registries, live=other))


def test_a_history_that_differs_is_seen(registries: dict[str, Inspected]) -> None:
    deals = {name: replace(deal, status="cancelled") for name, deal in registries["CHE01"].deals.items()}
    assert any("says cancelled" in each for each in faults(registries, deals=deals))


def test_a_message_that_was_acknowledged_and_is_gone_is_missed(registries: dict[str, Inspected]) -> None:
    assert any("did not keep" in each for each in faults(registries, kept={}))


def test_a_message_that_was_never_said_is_seen(registries: dict[str, Inspected]) -> None:
    kept = {**registries["CHE01"].kept, "THA01": {**registries["CHE01"].kept["THA01"], "00" * 32: True}}
    assert any("never said" in each for each in faults(registries, kept=kept))


def test_a_signature_that_is_not_the_peers_is_seen(registries: dict[str, Inspected]) -> None:
    deals = {
        name: replace(deal, completion=deal.completion[:-8] + "AAAAAAAA") if deal.side == "acquirer" else deal
        for name, deal in registries["CHE01"].deals.items()
    }
    assert any("no completion" in each for each in faults(registries, deals=deals))


def test_a_word_that_was_not_heard_is_missed(registries: dict[str, Inspected]) -> None:
    deals = {name: replace(deal, heard=()) for name, deal in registries["CHE01"].deals.items()}
    assert any("signed word" in each for each in faults(registries, deals=deals))


@pytest.mark.parametrize(
    ("ranges", "is_twice"),
    [([(1, 5), (6, 9)], False), ([(1, 5), (5, 9)], True), ([(1, 9), (2, 3), (9, 12)], True), ([(4, 4), (3, 3)], False)],
)
def test_overlaps_are_found(ranges: list[tuple[int, int]], is_twice: bool) -> None:
    lives = {f"R{number}": [("A", "GHA", *each)] for number, each in enumerate(ranges)}
    assert bool(live_twice(lives)) == is_twice
