"""Certificates, right and forged, with what is to be said of each: the vectors that Python and the browser are held to.

`python tests/transparency/certificate_vectors.py` writes them anew; what is published stays as it is.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from transparency.certified import FACTS, NUMBER, WITHHELD, certificate, proof, statement
from transparency.logs import LOG, ORIGIN, WITNESS, signer

from article6.transparency import certificates, checkpoints, log_keys, notes
from article6.transparency.leaves import Content, Kind
from article6.transparency.notes import KeyType, Signer

FILE = Path(__file__).parent.parent / "vectors" / "certificates.json"
THEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
SECOND, THIRD, THIEF = signer(seed=11), signer(seed=12), signer(seed=13)
OTHER_WITNESS = signer("article6/THA01/witness", 5, KeyType.COSIGNATURE)
KEY = str(LOG.verifier)
SEEN = {"cosigned": {WITNESS.name: 1_770_000_000}, "unchecked": []}


def announced(old: Signer, new: Signer, at: datetime = THEN) -> str:
    return str(log_keys.announce(old, new, at, at + timedelta(days=30)))


FIRST_TO_SECOND = announced(LOG, SECOND)
CHAIN = [FIRST_TO_SECOND, announced(SECOND, THIRD, THEN + timedelta(days=300))]


def vector(name: str, whole: object, code: str = "", **more: Any) -> dict[str, Any]:
    text = whole if isinstance(whole, str) else json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    plain = {"key": KEY, "announced": [], "witnesses": [], "code": code}
    said = {"trusted": True, "cosigned": {}, "unchecked": [WITNESS.name]} if not code else {}
    return {"name": name, "text": text, **plain, **said, **more}


def sealed(change: Callable[[dict[str, Any]], object], by: Signer = LOG) -> dict[str, Any]:
    """A certificate that its registry signed after something in it was changed."""
    said = copy.deepcopy(statement())
    change(said)
    return certificates.sealed(said, by)


def under(by: Signer, told: object = None, issued_at: str = "2026-03-02T12:00:00.000000Z") -> dict[str, Any]:
    more = {} if told is None else {"announcements": told}
    return certificates.sealed({**statement(), "issued_at": issued_at, **more}, by)


def with_note(change: Callable[[str], str]) -> dict[str, Any]:
    """A certificate whose tlog-proof was changed before it was sealed."""

    def act(said: dict[str, Any]) -> None:
        said["proof"]["proof"] = change(said["proof"]["proof"])

    return sealed(act)


def made() -> list[dict[str, Any]]:
    """All vectors."""
    found = [*_right(), *_keys(), *_witnesses(), *_forged(), *_contradictory(), *_checkpoints(), *_texts()]
    assert len({each["name"] for each in found}) == len(found)
    return found


def _right() -> Iterator[dict[str, Any]]:
    yield vector("it holds under the registry's key", certificate())
    yield vector("it holds under the key in it, which nobody gave", certificate(), key="", trusted=False)
    yield vector(
        "written with spaces and in another order", json.dumps(dict(reversed(certificate().items())), indent=2)
    )
    nothing = certificates.sealed(statement(proof()), LOG)
    yield vector("nothing is disclosed", nothing)
    yield vector(
        "a moment is issued late under a key that nothing followed", under(LOG, issued_at="2199-01-01T00:00:00.000000Z")
    )


def _keys() -> Iterator[dict[str, Any]]:
    for name, key in (("first", LOG), ("second", SECOND), ("third", THIRD)):
        yield vector(
            f"from before the keys were replaced, with the {name} key", certificate(), key=str(key.verifier),
            announced=CHAIN,
        )  # fmt: skip
    yield vector("under the second key, and leads there from the first", under(SECOND, [FIRST_TO_SECOND]))
    yield vector(
        "under the second key, with the third", under(SECOND, [FIRST_TO_SECOND]), key=str(THIRD.verifier),
        announced=CHAIN,
    )  # fmt: skip
    yield vector("announcements in another order", under(THIRD, CHAIN[::-1]))
    yield vector("another key of the name", certificate(), "certificate.other_key", key=str(signer(seed=9).verifier))
    forged = statement(proof("purpose", log=THIEF))
    yield vector(
        "a log of the same name under a thief's key", certificates.sealed(forged, THIEF), "certificate.other_key"
    )
    yield vector("the same, whose key nobody gave", certificates.sealed(forged, THIEF), key="", trusted=False)
    yield vector(
        "a thief's key that says it is followed by the registry's",
        certificates.sealed({**forged, "announcements": [announced(THIEF, SECOND)]}, THIEF),
        "certificate.other_key", announced=CHAIN, key=str(SECOND.verifier),
    )  # fmt: skip
    yield vector(
        "a second successor of the first key", certificates.sealed({**statement(), "announcements": [
            announced(LOG, THIEF)]}, THIEF), "certificate.other_key", announced=CHAIN,
    )  # fmt: skip
    yield vector("under the second key, with nothing that leads there", under(SECOND), "certificate.other_key")
    lines = FIRST_TO_SECOND.splitlines(keepends=True)
    for place, name in ((-2, "the old"), (-1, "the new")):
        only = FIRST_TO_SECOND.replace(lines[place], "")
        yield vector(f"announced without {name} key's signature", under(SECOND, [only]), "certificate.malformed")
    for name, told in (
        ("no announcements", []), ("text as announcements", "x"), ("null as announcements", None),
        ("a ring of keys", [FIRST_TO_SECOND, announced(SECOND, LOG)]),
        ("announcements with a piece missing", [CHAIN[1]]),
        ("an announcement of another log", [announced(signer("article6/CHE01", 2), signer("article6/CHE01", 3))]),
        ("the same with other moments", [FIRST_TO_SECOND.replace("2026-03-31", "2027-03-31")]),
    ):  # fmt: skip
        whole = certificates.sealed({**statement(), "announcements": told}, LOG)
        yield vector(f"{name} in it", whole, "certificate.malformed")
    retired = "2026-03-31T10:00:00.00000"
    yield vector("issued at the last moment of its key", under(LOG, None, f"{retired}0Z"), announced=CHAIN)
    late = under(LOG, None, f"{retired}1Z")
    yield vector("issued after its key retired", late, "certificate.key_retired", announced=CHAIN)
    yield vector(
        "issued at no moment, under a key that retired", under(LOG, None, "2026-03-31"), "certificate.malformed",
        announced=CHAIN,
    )  # fmt: skip


def _witnesses() -> Iterator[dict[str, Any]]:
    own = [str(WITNESS.verifier)]
    yield vector("its witness is known", certificate(), witnesses=own, **SEEN)
    yield vector(
        "its witness is known, and its key is not", certificate(), key="", trusted=False, witnesses=own, **SEEN
    )
    yield vector("another witness is known", certificate(), witnesses=[str(OTHER_WITNESS.verifier)])
    namesake = signer(WITNESS.name, 21, KeyType.COSIGNATURE)
    yield vector(
        "a witness's name under a key that is not the witness's", certificate(), witnesses=[str(namesake.verifier)]
    )

    def of(line: Callable[[notes.Note], notes.Signature]) -> dict[str, Any]:
        def act(text: str) -> str:
            head, note = text.split("\n\n", 1)
            read = notes.parse(note.encode())
            own_line = next(each for each in read.signatures if each.name == LOG.name)
            whole = notes.Note(read.text, (own_line, line(read)))
            return f"{head}\n\n{whole}"

        return with_note(act)

    def forged(note: notes.Note) -> notes.Signature:
        right = checkpoints.cosign(note, WITNESS, 1_770_000_000)
        return notes.Signature(right.name, right.key_id, right.value[:-1] + bytes([right.value[-1] ^ 1]))

    def later(note: notes.Note) -> notes.Signature:
        right = checkpoints.cosign(note, WITNESS, 1_770_000_000)
        return notes.Signature(right.name, right.key_id, (1_770_000_001).to_bytes(8, "big") + right.value[8:])

    def other(note: notes.Note) -> notes.Signature:
        text = note.text.replace("\n40\n", "\n41\n")
        return WITNESS.sign(text, 1_770_000_000)

    def of_far(note: notes.Note) -> notes.Signature:
        return checkpoints.cosign(note, WITNESS, 2**63 - 1)

    for name, line in (("forged", forged), ("at another time", later), ("of another checkpoint", other)):
        yield vector(
            f"a cosignature {name}, with the witness's key", of(line), "proof.not_signed_by_the_log", witnesses=own
        )
        yield vector(f"a cosignature {name}, without the witness's key", of(line))
    yield vector(
        "a cosignature from the end of time", of(of_far), witnesses=own,
        cosigned={WITNESS.name: 2**63 - 1}, unchecked=[],
    )  # fmt: skip
    plain = Signer(WITNESS.name, KeyType.ED25519, WITNESS.private)
    yield vector("a witness's key of the other type", certificate(), witnesses=[str(plain.verifier)])


def _set(*path: Any, to: Any) -> Callable[[dict[str, Any]], object]:
    def act(said: dict[str, Any]) -> None:
        holder: Any = said
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = to

    return act


def _forged() -> Iterator[dict[str, Any]]:
    whole = certificate()
    yield vector("another number, not signed", {**whole, "number": "XXXX-2M0X-91TB-WZ4C"}, "certificate.not_signed")
    line = next(each for each in whole["proof"]["proof"].splitlines() if each.startswith(f"— {LOG.name} "))
    yield vector("the checkpoint's signature in its place", {**whole, "signature": line}, "certificate.not_signed")
    yield vector("a signature that is none", {**whole, "signature": "x"}, "certificate.malformed")
    yield vector(
        "signed by somebody else", {**whole, "signature": certificate(THIEF)["signature"]}, "certificate.not_signed"
    )
    yield vector("a member more", {**whole, "remark": "x"}, "certificate.malformed")
    yield vector(
        "a member less", {name: each for name, each in whole.items() if name != "title"}, "certificate.malformed"
    )
    yield vector("of another format", {**whole, "format": "article6.certificate.v2"}, "certificate.malformed")
    yield vector("a witness's key as key", {**whole, "key": str(WITNESS.verifier)}, "certificate.malformed")
    for name, value in (("quantity", "141"), ("to", "GHA01-1"), ("completed_at", "2027-03-01T12:00:00.000000Z")):
        yield vector(
            f"another {name} than in the log", sealed(_set("proof", "facts", name, to=value)), "proof.not_in_the_log"
        )
    value = ("proof", "disclosed", "particulars.beneficiary")
    differs = "proof.disclosed_value_differs"
    yield vector("another beneficiary", sealed(_set(*value, "value", to="Nora")), differs)
    yield vector("a beneficiary under no salt", sealed(_set(*value, "salt", to="x")), differs)
    yield vector("a value that was never withheld", sealed(_set("proof", "disclosed", "particulars.more", to={
        "salt": "0" * 64, "value": "x"})), differs)  # fmt: skip
    yield vector("no salt of the whole", sealed(_set("proof", "salt", to="x")), "proof.malformed")
    yield vector("another salt of the whole", sealed(_set("proof", "salt", to="0" * 64)), "proof.not_in_the_log")
    yield vector("a proof with a member more", sealed(_set("proof", "more", to=1)), "proof.malformed")
    yield vector("facts that are none", sealed(_set("proof", "facts", to=[])), "proof.malformed")


def _contradictory() -> Iterator[dict[str, Any]]:
    contradicts = "certificate.contradicts_the_log"
    yield vector("units of other numbers", sealed(_set("units", 0, "first", to="MO-GHA01-GHA-2-2023")), contradicts)
    yield vector("units that are not all", sealed(lambda said: said["units"].pop()), contradicts)
    yield vector(
        "units without a vintage that is a number",
        sealed(_set("units", 0, "vintage_year", to="2023")),
        "certificate.malformed",
    )
    yield vector("an act that is none", sealed(_set("act", to="gift")), "certificate.malformed")
    yield vector("an account that is not said", sealed(_set("accounts", "to", to=None)), "certificate.malformed")
    content = Content(Kind.AUTHORIZATION, str(NUMBER), FACTS, WITHHELD)
    yield vector(
        "of something that is no transaction", certificates.sealed(statement(proof(content=content)), LOG), contradicts
    )


def _checkpoints() -> Iterator[dict[str, Any]]:
    not_signed = "proof.not_signed_by_the_log"
    elsewhere = Signer("article6/CHE01", LOG.type, LOG.private)
    other_log = certificates.sealed(statement(proof(log=elsewhere, origin="article6/CHE01")), LOG)
    yield vector("a checkpoint of another log", other_log, not_signed)
    yield vector("another size of the log", with_note(lambda text: text.replace("\n40\n", "\n41\n")), not_signed)
    yield vector(
        "another place in the log", with_note(lambda text: text.replace("index 17", "index 16")), "proof.not_in_the_log"
    )
    yield vector(
        "a place past the end", with_note(lambda text: text.replace("index 17", "index 40")), "proof.not_in_the_log"
    )
    path = proof().tlog_proof().splitlines()[2] + "\n"
    yield vector("a path that is too short", with_note(lambda text: text.replace(path, "")), "proof.not_in_the_log")
    yield vector(
        "a path that is too long", with_note(lambda text: text.replace(path, path * 2)), "proof.not_in_the_log"
    )
    yield vector("a path that is none", with_note(lambda text: text.replace(path, "AAAA\n")), "proof.malformed")
    yield vector(
        "a line that is no signature below the checkpoint", with_note(lambda text: f"{text}x\n"), "proof.malformed"
    )
    yield vector(
        "a checkpoint with a control character",
        with_note(lambda text: text.replace("\n40\n", "\n40\r\n")),
        "proof.malformed",
    )
    yield vector("a checkpoint without its end", with_note(lambda text: text[:-1]), "proof.malformed")
    yield vector("a proof of another version", with_note(lambda text: text.replace("@v1", "@v2")), "proof.malformed")


def _texts() -> Iterator[dict[str, Any]]:
    whole = json.dumps(certificate(), ensure_ascii=False)
    vintage = '"vintage_year": 2023'
    for name, text in (
        ("a fraction", whole.replace(vintage, '"vintage_year": 2023.0', 1)),
        ("an exponent", whole.replace(vintage, '"vintage_year": 2023e0', 1)),
        ("a number too large", whole.replace(vintage, '"vintage_year": 9007199254740992', 1)),
        ("a name twice", whole.replace(vintage, f"{vintage}, {vintage}", 1)),
        ("a name twice, once escaped", whole.replace(vintage, f'{vintage}, "vint\\u0061ge_year": 2023', 1)),
        ("half a character", whole.replace("Zürich", "\\ud800", 1)),
        ("the character U+0000", whole.replace("Zürich", "\\u0000", 1)),
        ("nested too deep", whole.replace(vintage, f'"vintage_year": {"[" * 40}{"]" * 40}', 1)),
        ("a mark before it", f"\ufeff{whole}"),
        ("more behind it", f"{whole}x"),
        ("cut off", whole[:-1]),
        ("nothing", " "),
        ("null", "null"),
        ("a list", "[]"),
        ("an empty object", "{}"),
        ("not JSON", "NaN"),
    ):
        assert text != whole
        yield vector(f"text: {name}", text, "certificate.malformed")


if __name__ == "__main__":
    about = (
        "Certificates with what is to be said of each: code '' where it holds, whether under a key that was given, and "
        f"which witnesses were checked. The log is {ORIGIN}; its keys are known to everyone."
    )
    FILE.write_text(json.dumps({"note": about, "certificates": made()}, indent=1) + "\n", encoding="utf-8")
