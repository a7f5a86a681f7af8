"""What a leaf tells and what it does not, and proofs of what it was made of."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transparency.logs import LOG, ORIGIN, WITNESS, Log, content, secret, signer

from article6.domain.canonical import canonical
from article6.transparency import checkpoints, leaves, notes, proofs, tree
from article6.transparency.leaves import Content, MalformedLeaf
from article6.transparency.proofs import Proof, ProofWrong, Wrong

SECRET = bytes(range(32))
BUYER = {"particulars.beneficiary": "Ama Mensah", "particulars.reason": "for the festival"}


def proven(number: int = 5, of: int = 300, disclosing: tuple[str, ...] = ()) -> Proof:
    log = Log().grow(of)
    said = content(number, **BUYER)
    log.entries[number] = leaves.leaf(ORIGIN, said, secret(number)).entry()
    log.publish()
    note = notes.parse(log.checkpoint.encode())
    cosigned = str(note.with_signatures([checkpoints.cosign(note, WITNESS, 1_700_000_000)]))
    path = tree.inclusion_proof(number, of, log.nodes())
    return proofs.prove(said, secret(number), number, path, cosigned, disclosing)


def why(proof: Proof, **more: int) -> Wrong:
    with pytest.raises(ProofWrong) as no:
        proofs.verify(proof, LOG.verifier, [WITNESS.verifier], **more)
    return no.value.why


def test_a_leaf_is_canonical_and_reads_back() -> None:
    leaf = leaves.leaf(ORIGIN, content(1, **BUYER), SECRET)
    assert leaves.parse(leaf.entry()) == leaf
    assert leaf.entry() == canonical({**dataclasses.asdict(leaf), "v": 1})


def test_a_leaf_tells_nothing_of_its_content() -> None:
    entry = leaves.leaf(ORIGIN, content(1, **BUYER), SECRET).entry()
    assert set(json.loads(entry)) == {"commitment", "kind", "subject", "v"}
    other = leaves.leaf(ORIGIN, content(1, **BUYER), bytes(32))
    assert other.commitment != json.loads(entry)["commitment"]  # without the secret nobody can try contents out
    assert other.subject == json.loads(entry)["subject"]  # two leaves of one subject are seen to be so


@pytest.mark.parametrize(
    "entry",
    [b"", b"{}", b'{"v":1}', leaves.leaf(ORIGIN, content(1), SECRET).entry() + b" ",
     leaves.leaf(ORIGIN, content(1), SECRET).entry().replace(b'"v":1', b'"v":2'),
     leaves.leaf(ORIGIN, content(1), SECRET).entry().replace(b'"transaction"', b'"Trans action"'),
     leaves.leaf(ORIGIN, content(1), SECRET).entry().replace(b'"kind"', b'"kind":1,"kind"')],
)  # fmt: skip
def test_what_is_no_leaf_is_refused(entry: bytes) -> None:
    with pytest.raises(MalformedLeaf):
        leaves.parse(entry)


def test_values_of_the_database_become_json_that_every_language_reads() -> None:
    found = leaves.plain(
        {"n": 2**62, "f": 1.5, "d": Decimal("0.1"), "b": b"\xff", "on": date(2026, 1, 2), "l": (1, None, True),
         "at": datetime(2026, 1, 2, tzinfo=UTC)}
    )  # fmt: skip
    assert found == {
        "n": "4611686018427387904", "f": "1.5", "d": "0.1", "b": "ff", "on": "2026-01-02", "l": [1, None, True],
        "at": "2026-01-02T00:00:00+00:00",
    }  # fmt: skip
    canonical(found)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text('aé€😀"\\\n', max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abc", max_size=3), VALUES), st.dictionaries(st.text("xyz", max_size=3), VALUES))
def test_whoever_is_shown_a_content_finds_its_leaf(facts: dict[str, object], withheld: dict[str, object]) -> None:
    said = Content("transaction", "7", facts, withheld)
    shown = leaves.shown(said, SECRET, list(withheld))
    assert shown.leaf(ORIGIN) == leaves.leaf(ORIGIN, said, SECRET)
    assert shown.is_disclosed_rightly()
    assert leaves.shown(said, SECRET).disclosed == {}


def test_a_proof_holds_with_the_logs_key_alone() -> None:
    found = proofs.verify(proven(), LOG.verifier)
    assert (found.index, found.facts["quantity"], found.checkpoint.size) == (5, "40", 300)
    assert (found.disclosed, found.cosigned) == ({}, {})


def test_what_is_withheld_is_disclosed_part_by_part() -> None:
    proof = proven(disclosing=("particulars.beneficiary",))
    assert proofs.verify(proof, LOG.verifier).disclosed == {"particulars.beneficiary": "Ama Mensah"}
    assert "festival" not in json.dumps(proof.as_json())


def test_a_part_that_is_disclosed_does_not_give_the_salt_of_another() -> None:
    shown = proven(disclosing=("particulars.beneficiary",)).shown
    salts = {shown.salt, shown.disclosed["particulars.beneficiary"][0]}
    guesses = {leaves.sha256(bytes.fromhex(salt) + canonical("for the festival")).hexdigest() for salt in salts}
    assert shown.withheld["particulars.reason"] not in guesses


def test_a_proof_is_read_back_from_its_file() -> None:
    proof = proven(disclosing=("particulars.beneficiary",))
    again = proofs.from_json(json.loads(json.dumps(proof.as_json())))
    assert again == proof
    assert proof.tlog_proof().startswith("c2sp.org/tlog-proof@v1\nindex 5\n")


def test_the_witnesses_asked_for_must_have_signed() -> None:
    assert proofs.verify(proven(), LOG.verifier, [WITNESS.verifier], 1).cosigned == {WITNESS.name: 1_700_000_000}
    assert why(proven(), at_least=2) is Wrong.WITNESSES


def test_every_change_to_a_proof_is_found() -> None:
    proof = proven(disclosing=("particulars.beneficiary",))
    shown = proof.shown

    def changed(**more: object) -> Proof:
        return dataclasses.replace(proof, shown=dataclasses.replace(shown, **more))

    salt, _value = shown.disclosed["particulars.beneficiary"]
    assert why(changed(facts={**shown.facts, "quantity": "4000"})) is Wrong.INCLUSION
    assert why(changed(subject="6")) is Wrong.INCLUSION
    assert why(changed(kind="message_sent")) is Wrong.INCLUSION
    assert why(changed(withheld={})) is Wrong.INCLUSION
    assert why(changed(salt="0" * 64)) is Wrong.INCLUSION
    assert why(changed(salt="zz")) is Wrong.FORMAT
    assert why(changed(facts={"float": 1.5})) is Wrong.FORMAT
    assert why(changed(disclosed={"particulars.beneficiary": (salt, "Bo")})) is Wrong.DISCLOSURE
    assert why(changed(disclosed={"particulars.other": (salt, "Ama Mensah")})) is Wrong.DISCLOSURE
    assert why(dataclasses.replace(proof, index=6)) is Wrong.INCLUSION
    assert why(dataclasses.replace(proof, path=proof.path[1:])) is Wrong.INCLUSION
    assert why(dataclasses.replace(proof, checkpoint=proof.checkpoint.replace("300\n", "301\n"))) is Wrong.SIGNATURE


def test_another_log_of_the_same_name_proves_nothing() -> None:
    with pytest.raises(ProofWrong) as no:
        proofs.verify(proven(), signer(seed=9).verifier)
    assert no.value.why is Wrong.SIGNATURE


@pytest.mark.parametrize(
    "change",
    [{"format": "other"}, {"proof": ""}, {"proof": "c2sp.org/tlog-proof@v1\nindex x\n\n"}, {"facts": 1},
     {"disclosed": {"a": 1}}, {"more": 1}, {"kind": None},
     {"proof": "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\ncheckpoint"}],
)  # fmt: skip
def test_what_is_no_proof_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ProofWrong) as no:
        proofs.from_json({**proven().as_json(), **change})
    assert no.value.why is Wrong.FORMAT


def test_every_reason_has_its_sentence() -> None:
    assert set(proofs.SENTENCES) == set(Wrong)
