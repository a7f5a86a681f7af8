"""A proof from the log's page is checked by the command, with the log's key alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli.commands import article6
from ledger.books import NOW, found_registry

from article6.cli import exits
from article6.services.log import checkpointing, keeping, proving, sequencer
from article6.services.log.keeping import Role


@pytest.fixture
def proof(database: object, tmp_path: Path) -> Path:
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.issue("A", 1_000)
    books.move("A", "B", 7)
    sequencer.run_down(NOW)
    checkpointing.publish(NOW)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proving.as_json(proving.prove("transaction", "2"))))
    return file


def key() -> str:
    [found] = keeping.verifiers(Role.LOG)
    return str(found)


def test_a_proof_holds_under_the_logs_key_and_says_what_it_proves(proof: Path) -> None:
    done = article6("verify", str(proof), "--key", key())
    assert done.code == exits.OK, done
    assert "The proof holds" in done.out
    assert "subject: 2" in done.out
    told = json.loads(article6("verify", str(proof), "--key", key(), "--json").out)
    assert (told["ok"], told["kind"], told["subject"], told["facts"]["quantity"]) == (True, "transaction", "2", "7")


def test_a_proof_holds_no_key_of_its_own(proof: Path) -> None:
    done = article6("verify", str(proof))
    assert done.code == exits.UNREADABLE
    assert "--key" in done.err


def test_whatever_is_changed_it_holds_no_more(proof: Path) -> None:
    whole = json.loads(proof.read_text())
    for changed in (
        {**whole, "facts": {**whole["facts"], "quantity": "8"}},
        {**whole, "subject": "1"},
        {**whole, "proof": re.sub("index [0-9]+", "index 5", whole["proof"])},
    ):
        proof.write_text(json.dumps(changed))
        done = article6("verify", str(proof), "--key", key())
        assert done.code == exits.REFUSED, changed
        assert "does NOT hold" in done.out
    proof.write_text(json.dumps({**whole, "proof": "nonsense"}))
    assert article6("verify", str(proof), "--key", key()).code == exits.UNREADABLE
