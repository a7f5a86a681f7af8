"""The log by command: its state, proofs from it, and the audit of a copy or of what is served."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.commands import article6
from ledger.books import NOW, Books, found_registry

from article6.cli import exits
from article6.domain.kinds import Role as PersonRole
from article6.services import people
from article6.services.log import files, keeping, rotating, sequencer
from article6.services.log.keeping import Role
from article6.store.queries import log as queries
from article6.transparency import proofs, tiles
from article6.transparency.tiles import Tile


@pytest.fixture
def books(database: object) -> Books:
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.issue("A", 1_000)
    for _ in range(200):
        books.move("A", "B", 1)
    sequencer.run_down(NOW)
    return books


@pytest.fixture
def folder(books: Books, tmp_path: Path) -> Path:
    return copied(tmp_path / "log")


def copied(place: Path) -> Path:
    """A copy of the log in a folder."""
    size = queries.size()
    paths = [each.path for level in (None, 0, 1, 2) for each in tiles.tiles_of(size, level)]
    for path in ("checkpoint", "key", *paths):
        found = files.file(path)
        assert found is not None, path
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(found.content)
    return place


def key() -> str:
    return str(keeping.verifiers(Role.LOG)[0])


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_anything: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_state_of_the_log_is_told(books: Books) -> None:
    found = article6("log", "status", "--json").json
    assert (found["origin"], found["size"], found["waiting"]) == ("article6/INT", queries.size(), 0)
    assert found["log_key"] == key()
    books.move("A", "B", 1)
    assert article6("log", "status", "--json").json["waiting"] == 1
    assert "article6/INT" in article6("log", "status").out


def test_a_proof_is_printed_and_holds(books: Books) -> None:
    said = article6("log", "prove", "transaction", "1")
    assert said.code == exits.OK
    proof = proofs.from_json(said.json)
    assert proofs.verify(proof, keeping.verifiers(Role.LOG)[0]).facts["quantity"] == "1000"
    no = article6("log", "prove", "transaction", "9999")
    assert no.code == exits.REFUSED
    assert "log.leaf_unknown" in no.err + no.out


def test_an_honest_log_is_right(address: str, folder: Path) -> None:
    for place in (address, str(folder)):
        said = article6("verify", "--log", place, "--key", key(), "--json")
        assert said.code == exits.OK, said
        assert (said.json["ok"], said.json["is_whole"], said.json["size"]) == (True, True, queries.size())
    assert "compare it" in article6("verify", "--log", address).out


def test_an_audit_is_gone_on_with(books: Books, folder: Path, tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    bounded = article6("verify", "--log", str(folder), "--state", state, "--at-most", "100", "--json").json
    assert (bounded["is_whole"], bounded["until"]) == (False, 100)
    rest = article6("verify", "--log", str(folder), "--state", state, "--json").json
    assert (rest["is_whole"], rest["first"], rest["until"]) == (True, 100, queries.size())
    books.move("A", "B", 1)
    sequencer.run_down(NOW)
    newer = article6("verify", "--log", str(copied(tmp_path / "newer")), "--state", state, "--json").json
    assert (newer["ok"], newer["first"], newer["until"]) == (True, rest["until"], rest["until"] + 1)


def test_an_earlier_checkpoint_is_continued_or_not(books: Books, folder: Path, tmp_path: Path) -> None:
    since = tmp_path / "since"
    since.write_bytes((folder / "checkpoint").read_bytes())
    books.move("A", "B", 1)
    sequencer.run_down(NOW)
    newer = copied(tmp_path / "newer")
    assert article6("verify", "--log", str(newer), "--since", str(since)).code == exits.OK
    shorter = article6("verify", "--log", str(folder), "--since", str(newer / "checkpoint"), "--json")
    assert shorter.code == exits.REFUSED
    assert [each["code"] for each in shorter.json["findings"]] == ["log.truncated"]


def test_a_log_that_was_tampered_with_is_not_right(folder: Path) -> None:
    path = folder / Tile(None, 0).path
    entries = tiles.entries_in(path.read_bytes(), 256)
    entries[7], entries[9] = entries[9], entries[7]
    path.write_bytes(tiles.bundle(entries))
    said = article6("verify", "--log", str(folder), "--json")
    assert said.code == exits.REFUSED
    assert [each["code"] for each in said.json["findings"]] == ["log.entries_reordered"]
    assert "NOT right" in article6("verify", "--log", str(folder)).out


@pytest.mark.parametrize(
    "words",
    [("--log", "/nowhere"), ("--log", "http://example.org/log"), ("--log", "ftp://127.0.0.1/"), ("--log", "https://"),
     ("--log", "http://127.0.0.1:1")],
)  # fmt: skip
def test_what_is_no_log_is_told(words: tuple[str, ...]) -> None:
    assert article6("verify", *words).code == exits.UNREADABLE


def test_bad_input_is_told(folder: Path, tmp_path: Path) -> None:
    other = json.dumps({"origin": "other", "size": 0, "edge": [], "checkpoint": ""})
    for name, content in (("a", "{}"), ("b", "no json"), ("c", other)):
        (tmp_path / name).write_text(content)
        assert article6("verify", "--log", str(folder), "--state", str(tmp_path / name)).code == exits.UNREADABLE
    assert article6("verify", "--log", str(folder), "--since", str(tmp_path / "a")).code == exits.UNREADABLE
    assert article6("verify", "--log", str(folder), "--key", "no key").code == exits.UNREADABLE
    assert article6("verify", "--log", str(folder), "--since", str(tmp_path / "nowhere")).code == exits.USAGE


# --- The key is replaced


def test_the_key_is_replaced_by_two_administrators_and_what_was_signed_stays_good(books: Books, tmp_path: Path) -> None:
    people.give_role(books.bo, 0, PersonRole.ADMINISTRATOR, by=books.admin, now=NOW)
    assert article6("log", "status", "--json").json["former_keys"] == []
    certificate = tmp_path / "certificate.json"
    issued = ("certificate", "issue", "2", "--format", "json", "--out", str(certificate), "--as", "ama")
    assert article6(*issued).code == exits.OK
    before = copied(tmp_path / "before")
    asked = article6("log", "rotate-key", "--reason", "as every year", "--as", "root", "--json").json
    assert asked["status"] == "proposed"
    assert article6("log", "rotate-key", "--approve", str(asked["id"]), "--as", "root").code == exits.REFUSED
    first = key()
    done = article6("log", "rotate-key", "--approve", str(asked["id"]), "--as", "bo", "--json").json
    assert (done["status"], done["key"]) == ("approved", key())
    assert key() != first
    assert article6("log", "rotate-key", "--list", "--json").json[0]["new_vkey"] == key()
    sequencer.run_down(NOW)
    assert [each["key"] for each in article6("log", "status", "--json").json["former_keys"]] == [first]
    assert first in article6("log", "status").out
    after = copied(tmp_path / "after")
    (after / "keys").write_bytes(served("keys"))
    for given in (first, key()):
        told = article6("verify", "--log", str(after), "--key", given, "--since", str(before / "checkpoint"), "--json")
        assert (told.code, told.json["keys"]) == (exits.OK, [first, key()])
        told = article6("verify", str(certificate), "--key", given, "--keys", str(after / "keys"), "--json")
        assert (told.code, told.json["is_key_trusted"]) == (exits.OK, True)
    assert article6("verify", str(certificate), "--key", key(), "--json").json["code"] == "certificate.other_key"
    assert article6("log", "rotate-key", "--as", "bo").code == 2


def test_an_audit_that_is_gone_on_with_follows_from_the_key_of_then(books: Books, tmp_path: Path) -> None:
    people.give_role(books.bo, 0, PersonRole.ADMINISTRATOR, by=books.admin, now=NOW)
    folder, state = copied(tmp_path / "log"), tmp_path / "state.json"
    audit = ("verify", "--log", str(folder), "--state", str(state), "--json")
    assert article6(*audit).code == exits.OK
    first = json.loads(state.read_text())["key"]
    assert first == key()
    asked = rotating.propose("x", by=books.admin, now=NOW)
    rotating.decide(asked.id, approve=True, by=books.bo, now=NOW)
    sequencer.run_down(NOW)
    copied(folder)
    assert article6(*audit).code == exits.REFUSED  # nothing leads from the key of then to the one of now
    (folder / "keys").write_bytes(served("keys"))
    assert article6(*audit).json["keys"] == [first, key()]
    assert json.loads(state.read_text())["key"] == key()


def served(path: str) -> bytes:
    found = files.file(path)
    assert found is not None
    return found.content
