"""`article6 simulate`: seeds that keep their promises, and one that does not."""

from __future__ import annotations

import pytest
from cli.commands import article6
from simulation.planted import releases_and_completes

from article6.cli import exits


def test_seeds_that_keep_every_promise() -> None:
    said = article6("simulate", "--from", "3", "--seeds", "3")
    assert said.code == exits.OK
    assert "3 seeds" in said.out
    assert "Every promise was kept." in said.out


def test_the_first_seed_that_breaks_a_promise_ends_it_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    releases_and_completes(monkeypatch)
    said = article6("simulate", "--from", "1", "--seeds", "50", "--json", "--trace")
    assert said.code == exits.REFUSED
    assert said.json["failed"] == said.json["seeds"]
    assert said.json["faults"]
    assert said.json["trace"]
    again = article6("simulate", "--from", str(said.json["failed"]), "--seeds", "1")
    assert again.code == exits.REFUSED
    assert f"--from {said.json['failed']} --seeds 1 --trace" in again.out
    assert all(fault in again.out for fault in said.json["faults"])


def test_a_trace_tells_what_happened() -> None:
    said = article6("simulate", "--from", "3", "--seeds", "1", "--trace")
    assert said.code == exits.OK
    assert "says transfer.proposed.v1" in said.out
