"""A certificate of a log in memory, and every way to change one thing in it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from transparency.logs import LOG, ORIGIN, WITNESS, entry, secret

from article6.transparency import certificates, checkpoints, leaves, proofs, tree
from article6.transparency.checkpoints import Checkpoint
from article6.transparency.leaves import Content, Kind
from article6.transparency.notes import Signer

NUMBER, SIZE = 17, 40
FACTS: dict[str, Any] = {
    "transaction": str(NUMBER),
    "type": "cancellation_voluntary",
    "section": "GHA",
    "from": "GHA01-100-1001-0-69",
    "to": "GHA01-280-1002-0-11",
    "quantity": "140",
    "proposed_at": "2026-03-01T10:00:00.000000Z",
    "completed_at": "2026-03-01T12:00:00.000000Z",
    "entries": [
        {
            "registry": "GHA01", "party": "GHA", "first": first, "last": last, "from": "GHA01-100-1001-0-69",
            "to": "GHA01-280-1002-0-11", "batch": "ab" * 32, "authorization": ["GHA", "GHA-1", 1],
            "first_transfer": False,
        }
        for first, last in (("1", "100"), ("4611686018427387865", "4611686018427387904"))
    ],
}  # fmt: skip
WITHHELD = {"particulars.purpose": "Footprint", "particulars.beneficiary": "Zora", "particulars.entity": "ACME"}


def proof(*disclosing: str, content: Content | None = None, log: Signer = LOG, origin: str = ORIGIN) -> proofs.Proof:
    """The proof of the cancellation in a log of forty leaves, with a witness's cosignature."""
    content = content or Content(Kind.TRANSACTION, str(NUMBER), FACTS, WITHHELD)
    own = leaves.leaf(origin, content, secret(NUMBER)).entry()
    entries = [entry(number) if number != NUMBER else own for number in range(SIZE)]
    hashes = [tree.leaf_hash(each) for each in entries]
    note = checkpoints.sign(Checkpoint(origin, SIZE, tree.root_of(hashes)), log)
    note = note.with_signatures([checkpoints.cosign(note, WITNESS, 1_770_000_000)])
    path = tree.inclusion_proof(NUMBER, SIZE, lambda level, at: tree.root_of(hashes[at << level : (at + 1) << level]))
    named = [f"particulars.{each}" for each in disclosing]
    return proofs.prove(content, secret(NUMBER), NUMBER, path, str(note), named)


def statement(of: proofs.Proof | None = None) -> dict[str, Any]:
    """What a certificate says, before it is sealed."""
    return {
        "number": "K7QF-2M0X-91TB-WZ4C",
        "act": "cancellation",
        "title": "Voluntary cancellation",
        "registry": {"code": "GHA01", "kind": "party", "name": "Registry of Ghana, Zürich \U0001f600\u2028"},
        "issued_at": "2026-03-02T12:00:00.000000Z",
        "accounts": {"from": {"title": "Holding", "holder": "Volta"}, "to": {"title": "Cancellation", "holder": ""}},
        "units": [
            {
                "first": f"MO-GHA01-GHA-{each['first']}-2023", "last": f"MO-GHA01-GHA-{each['last']}-2023",
                "unit_type": "MO", "vintage_year": 2023, "activity": None, "cooperative_approach": "CA0001",
            }
            for each in FACTS["entries"]
        ],
        "verify_at": "https://registry.example.org/verify?code=K7QF-2M0X-91TB-WZ4C",
        "proof": (of or proof("purpose", "beneficiary")).as_json(),
    }  # fmt: skip


def certificate(signer: Signer = LOG) -> dict[str, Any]:
    """A certificate that holds."""
    return certificates.sealed(statement(), signer)


def changed(whole: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every copy of a certificate in which one value is another, one is missing or one is new: where, and the copy."""
    for place in _places(whole, ()):
        for what in ("other", "gone"):
            new = copy.deepcopy(whole)
            holder: Any = new
            for step in place[:-1]:
                holder = holder[step]
            if what == "gone":
                del holder[place[-1]]
            else:
                holder[place[-1]] = _other(holder[place[-1]])
            yield f"{'.'.join(map(str, place))} {what}", new
    yield "a new member", {**whole, "remark": "x"}


def _places(value: Any, above: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in members:
        yield (*above, name)
        yield from _places(each, (*above, name))


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value:
        # One character in the middle, of the same kind, so that the form stays right where it can.
        at = len(value) // 2
        new = "1" if value[at] != "1" else "2"
        return value[:at] + new + value[at + 1 :]
    return "x"
