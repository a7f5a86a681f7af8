"""Certificates: what holds says what it says, and whatever is changed in one, it holds no more."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from transparency import certificate_vectors
from transparency.certified import FACTS, NUMBER, WITHHELD, certificate, changed, proof, statement
from transparency.logs import LOG, WITNESS, signer

from article6.transparency import certificate_files, certificates, notes
from article6.transparency.certificates import Act, CertificateWrong, Flaw
from article6.transparency.leaves import Content, Kind
from article6.transparency.notes import Signer
from article6.transparency.proofs import Wrong

KEY = LOG.verifier


def refused_with(code: str, whole: Any, key: Any = KEY, **more: Any) -> None:
    with pytest.raises(CertificateWrong) as wrong:
        certificates.verify(whole, key, **more)
    assert wrong.value.code == code


def test_it_says_what_how_much_which_when_and_for_whom() -> None:
    found = certificates.verify(certificate(), KEY, [WITNESS.verifier], 1)
    assert (found.act, found.quantity, found.transaction) == (Act.CANCELLATION, 140, str(NUMBER))
    assert [(each.serial_first, each.serial_last, each.quantity) for each in found.units] == [
        (1, 100, 100),
        (2**62 - 39, 2**62, 40),
    ]
    assert found.completed_at == FACTS["completed_at"]
    assert found.particulars == {"purpose": "Footprint", "beneficiary": "Zora"}
    assert found.withheld == ("entity",)
    assert (found.source and found.source.holder, found.target and found.target.number) == ("Volta", FACTS["to"])
    assert list(found.proven.cosigned) == [WITNESS.name]
    assert found.is_trusted


def test_whatever_is_changed_in_it_it_holds_no_more() -> None:
    whole = certificate()
    count = 0
    for where, other in changed(whole):
        with pytest.raises(CertificateWrong):
            certificates.verify(other, KEY)
            pytest.fail(where)
        with pytest.raises(CertificateWrong):
            certificates.verify(other)
            pytest.fail(where)
        count += 1
    assert count > 150


def test_the_registry_itself_cannot_say_of_the_units_what_does_not_stand_in_its_log() -> None:
    said = statement()
    for place, name, value in (
        ("units", "first", "MO-GHA01-GHA-2-2023"),
        ("units", "last", "MO-GHA01-GHA-1000-2023"),
    ):
        other = json.loads(json.dumps(said))
        other[place][0][name] = value
        refused_with(Flaw.CONTRADICTION, certificates.sealed(other, LOG))
    refused_with(Flaw.CONTRADICTION, certificates.sealed({**said, "units": said["units"][:1]}, LOG))
    for name, value in (("quantity", "141"), ("completed_at", "2026-03-01T12:00:01.000000Z"), ("to", "GHA01-1")):
        other = json.loads(json.dumps(said))
        other["proof"]["facts"][name] = value
        refused_with(Wrong.INCLUSION, certificates.sealed(other, LOG))
    other = json.loads(json.dumps(said))
    other["proof"]["disclosed"]["particulars.beneficiary"]["value"] = "Nora"
    refused_with(Wrong.DISCLOSURE, certificates.sealed(other, LOG))


def test_a_proof_of_something_else_makes_no_certificate() -> None:
    content = Content(Kind.AUTHORIZATION, str(NUMBER), FACTS, WITHHELD)
    refused_with(Flaw.CONTRADICTION, certificates.sealed(statement(proof(content=content)), LOG))


def test_another_key_is_told() -> None:
    other = signer(seed=9)
    refused_with(Flaw.KEY, certificate(), other.verifier)
    # Somebody signs the certificate anew, and says the own key: the log did not sign the checkpoint.
    refused_with(Wrong.SIGNATURE, certificate(other), other.verifier)
    refused_with(Wrong.SIGNATURE, certificate(other), None)
    # Somebody makes a log of the same name: it holds with the key in it, and not with the registry's.
    forged = certificates.sealed(statement(proof("purpose", log=other)), other)
    assert not certificates.verify(forged).is_trusted
    refused_with(Flaw.KEY, forged)


def test_a_checkpoint_of_another_log_proves_nothing() -> None:
    elsewhere = Signer("article6/CHE01", LOG.type, LOG.private)
    refused_with(Wrong.SIGNATURE, certificates.sealed(statement(proof(log=elsewhere, origin="article6/CHE01")), LOG))


def test_a_signature_under_a_certificate_is_none_under_a_checkpoint_and_the_other_way_round() -> None:
    whole = certificate()
    line = next(each for each in whole["proof"]["proof"].splitlines() if each.startswith(f"— {LOG.name} "))
    refused_with(Flaw.SIGNATURE, {**whole, "signature": line})
    assert not certificates.FORMAT.startswith("article6/")  # no log has the name with which the signed text begins


def test_witnesses_that_are_missing_are_missed() -> None:
    refused_with(Wrong.WITNESSES, certificate(), witnesses=[signer("article6/THA01/witness", 5).verifier], at_least=1)


def test_without_a_key_it_is_not_trusted() -> None:
    assert not certificates.verify(certificate()).is_trusted


@pytest.mark.parametrize("value", [None, [], "x", 7, {}, {"format": certificates.FORMAT}])
def test_what_is_no_certificate_is_called_malformed(value: Any) -> None:
    refused_with(Flaw.FORMAT, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("registry", None), ("registry", {}), ("units", None), ("units", {}), ("accounts", []), ("act", "gift"),
     ("title", 7), ("number", None), ("proof", None)],
)  # fmt: skip
def test_what_is_signed_and_of_another_form_is_refused_and_breaks_nothing(name: str, value: Any) -> None:
    with pytest.raises(CertificateWrong):
        certificates.verify(certificates.sealed({**statement(), name: value}, LOG), KEY)


# --- Files


def pdf(*contents: bytes, filtered: bytes = b"/Filter/FlateDecode") -> bytes:
    """As much of a PDF as is looked at."""
    parts = [b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>\nendobj\n"]
    for number, content in enumerate(contents, 3):
        packed = zlib.compress(content) if filtered else content
        parts.append(
            b"%d 0 obj\n<</Length %d/Type/EmbeddedFile%s/Params<</Size %d>>>>\nstream\n%s\nendstream\nendobj\n"
            % (number, len(packed), filtered, len(content), packed)
        )
    return b"".join(parts)


@pytest.mark.parametrize("filtered", [b"/Filter/FlateDecode", b"/Filter [ /FlateDecode ]", b""])
def test_what_is_attached_to_a_pdf_is_found(filtered: bytes) -> None:
    text = json.dumps(certificate()).encode()
    assert certificate_files.read(pdf(text, filtered=filtered)) == certificate() == certificate_files.read(text)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\xff", b"%PDF-1.7", pdf(b"{}", b"{}"), pdf(b"{"), pdf(b"{}")[:-30].replace(b"x", b"\0"),
        pdf(b"{}", filtered=b"/Filter/LZWDecode"), b'{"a": 1, "a": 2}', b'{"a": 1.5}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_file_without_a_certificate_is_told(content: bytes) -> None:
    with pytest.raises(CertificateWrong) as wrong:
        certificates.verify(certificate_files.read(content))
    assert wrong.value.code == Flaw.FORMAT


def test_an_attachment_that_swells_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate_files, "FILE_BYTES", 10_000)
    with pytest.raises(CertificateWrong):
        certificate_files.read(pdf(b" " * 1_000_000 + b"{}"))


VECTORS = json.loads(certificate_vectors.FILE.read_text(encoding="utf-8"))["certificates"]


def test_the_vectors_are_made_again_from_nothing() -> None:
    assert json.loads(json.dumps(certificate_vectors.made())) == VECTORS


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: each["name"])
def test_every_vector_is_judged_as_it_says(vector: dict[str, Any]) -> None:
    key = notes.parse_verifier(vector["key"]) if vector["key"] else None
    witnesses = [notes.parse_verifier(each) for each in vector["witnesses"]]
    try:
        whole = certificate_files.read(vector["text"].encode())
        found = certificates.verify(whole, key, witnesses, announced=vector["announced"])
    except CertificateWrong as wrong:
        assert wrong.code == vector["code"]
        return
    assert vector["code"] == ""
    assert found.is_trusted == vector["trusted"]
    assert dict(found.proven.cosigned) == vector["cosigned"]
    assert list(found.proven.unchecked) == vector["unchecked"]
