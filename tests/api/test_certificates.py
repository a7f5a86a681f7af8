"""Certificates over the interface, and at the shell."""

from __future__ import annotations

import json
from pathlib import Path

from api.doors import World, transfer
from cli.commands import article6
from ledger.books import NOW

from article6.cli import exits
from article6.services.log import keeping, sequencer
from article6.services.log.keeping import Role
from article6.transparency import certificate_files
from article6.transparency import certificates as checking


def moved(world: World) -> int:
    number: int = world.ama.post("/transactions", transfer(world.books)).json["id"]
    sequencer.run_down(NOW)
    return number


def key() -> str:
    return str(keeping.verifiers(Role.LOG)[0])


def test_a_certificate_is_issued_shown_taken_and_looked_up(world: World) -> None:
    number = moved(world)
    issued = world.ama.post(f"/transactions/{number}/certificates", {}, key="c")
    assert issued.status == 201, issued.json
    assert world.ama.post(f"/transactions/{number}/certificates", {}, key="c").json == issued.json
    code = issued.json["code"]
    assert issued.headers["Location"].endswith(f"/certificates/{code}")
    whole = world.ama.get(f"/certificates/{code}").json["certificate"]
    found = checking.verify(whole, keeping.verifiers(Role.LOG)[0])
    assert (found.quantity, found.verify_at) == (10, f"http://localhost/verify?code={code}")
    for form in ("pdf", "json"):
        copy = world.ama.get(f"/certificates/{code}/copy.{form}").response
        assert certificate_files.read(copy.content) == whole
    said = world.nobody.get(f"/certificates/verify/{code}", digest=issued.json["digest"]).json
    assert (said["is_issued"], said["is_same"]) == (True, True)
    assert set(said) == {"code", "is_issued", "issued_at", "digest", "is_same"}


def test_who_has_no_part_in_it_gets_none(world: World) -> None:
    number = moved(world)
    code = world.ama.post(f"/transactions/{number}/certificates", {}).json["code"]
    assert world.cy.post(f"/transactions/{number}/certificates", {}).codes == ["transaction.unknown"]
    assert world.cy.get(f"/certificates/{code}").codes == ["certificate.unknown"]
    assert world.cy.get(f"/certificates/{code}/copy.pdf").codes == ["certificate.unknown"]
    assert world.nobody.get(f"/certificates/{code}").status == 401
    assert world.ama.post("/transactions/1/certificates", {}).codes == ["certificate.not_of_this"]
    assert world.ama.post("/transactions/99/certificates", {}).codes == ["transaction.unknown"]
    no = world.ama.post(f"/transactions/{number}/certificates", {"disclose": ["shoe_size"]})
    assert no.codes == ["certificate.part_unknown"]
    assert world.ama.post(f"/transactions/{number}/certificates", {"disclose": "all"}).codes == ["request.malformed"]
    late = world.ama.post("/transactions", transfer(world.books)).json["id"]
    assert world.ama.post(f"/transactions/{late}/certificates", {}).codes == ["log.leaf_unknown"]


def test_at_the_shell_one_file_is_enough(world: World, tmp_path: Path) -> None:
    number = moved(world)
    for form in ("pdf", "json"):
        file = tmp_path / f"certificate.{form}"
        said = article6("certificate", "issue", str(number), "--format", form, "--out", str(file), "--json")
        assert said.code == exits.OK, said
        assert said.json["file"] == str(file)
        told = article6("verify", str(file), "--key", key(), "--json").json
        assert (told["ok"], told["is_key_trusted"], told["quantity"]) == (True, True, 10)
        assert [(each["first"], each["last"]) for each in told["units"]] == [
            ("MO-GHA01-GHA-1-2023", "MO-GHA01-GHA-10-2023")
        ]
        assert "unverified key" in article6("verify", str(file)).out
    shown = article6("certificate", "show", said.json["code"], "--json").json
    assert shown["certificate"] == json.loads(file.read_text(encoding="utf-8"))
    assert said.json["code"] in article6("certificate", "show", said.json["code"]).out
    assert article6("certificate", "show", said.json["code"], "--out", str(tmp_path)).code == exits.OK
    assert len(list(tmp_path.glob("certificate-*.pdf"))) == 1
    kept = tmp_path / "key"
    kept.write_text(f"{key()}\n")
    assert article6("verify", str(file), "--key", f"@{kept}").code == exits.OK


def test_what_does_not_hold_says_so_and_how(world: World, tmp_path: Path) -> None:
    number = moved(world)
    file = tmp_path / "certificate.json"
    article6("certificate", "issue", str(number), "--format", "json", "--out", str(file))
    whole = json.loads(file.read_text(encoding="utf-8"))
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**whole, "title": "Gift"}))
    said = article6("verify", str(other), "--json")
    assert (said.code, said.json["code"]) == (exits.REFUSED, "certificate.not_signed")
    assert "does NOT hold" in article6("verify", str(other)).out
    witness = str(keeping.signer(Role.WITNESS, NOW).verifier)
    said = article6("verify", str(file), "--witness", witness, "--at-least", "1", "--json")
    assert (said.code, said.json["code"]) == (exits.REFUSED, "proof.too_few_witnesses")
    said = article6("verify", str(file), "--key", key().replace("article6/INT", "article6/GHA01"))
    assert said.code == exits.UNREADABLE  # the key's id is that of another name
    other.write_text("{}")
    assert article6("verify", str(other)).code == exits.UNREADABLE
    assert article6("verify").code == exits.USAGE
    assert article6("verify", str(file), "--log", "x").code == exits.USAGE
    assert article6("certificate", "issue", "1").code == exits.REFUSED
