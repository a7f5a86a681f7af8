"""Signed notes, checkpoints and cosignatures, against what others have signed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from article6.transparency import checkpoints, notes
from article6.transparency.checkpoints import Checkpoint
from article6.transparency.notes import KeyType, MalformedNote, Note, Signer, Untrusted

# Signed by Go's golang.org/x/mod/sumdb/note, in whose documentation it stands.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

ROOT = bytes(range(32))


def signer(name: str, seed: int, kind: KeyType = KeyType.ED25519) -> Signer:
    return Signer(name, kind, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


LOG = signer("example.com/log", 1)
WITNESS = signer("witness.example", 2, KeyType.COSIGNATURE)
STRANGER = signer("example.com/log", 3)


def test_a_note_that_go_signed_is_opened() -> None:
    verifier = notes.parse_verifier(GO_KEY)
    assert str(verifier) == GO_KEY
    assert notes.opened(notes.parse(GO_NOTE.encode()), [verifier]) == {verifier: 0}


def test_a_note_reads_back_as_it_was_written() -> None:
    assert str(notes.parse(GO_NOTE.encode())) == GO_NOTE


def test_another_text_is_not_signed() -> None:
    with pytest.raises(Untrusted, match="wrong"):
        notes.opened(notes.parse(GO_NOTE.replace("the answer", "no answer").encode()), [notes.parse_verifier(GO_KEY)])


def test_a_key_of_the_same_name_is_another_key() -> None:
    note = checkpoints.sign(Checkpoint("example.com/log", 5, ROOT), STRANGER)
    with pytest.raises(Untrusted, match="no known key"):
        notes.opened(note, [LOG.verifier])


@pytest.mark.parametrize(
    "content",
    [b"", b"text\n", b"text\n\n", b"text\n\nno signature\n", b"text\n\n\xe2\x80\x94 name\n",
     "text\n\n— a b c\n".encode(), GO_NOTE.replace("wJnAM=", "wJnAN=").encode(),
     b"\xff\n\n", GO_NOTE.replace("answer", "ans\twer").encode(), GO_NOTE.encode()[:-1],
     GO_NOTE.encode() + b"x" * notes.NOTE_BYTES, (GO_NOTE + GO_NOTE.rpartition("\n\n")[2] * 100).encode()],
)  # fmt: skip
def test_what_is_no_note_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedNote):
        notes.parse(content)


@pytest.mark.parametrize(
    "key",
    ["", "name", "name+00000000+", GO_KEY.replace("c74f20a3", "c74f20a4"), GO_KEY.replace("+AR", "+BR"), GO_KEY[:-4],
     GO_KEY.replace("PeterNeumann", "Peter Neumann")],
)  # fmt: skip
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(MalformedNote):
        notes.parse_verifier(key)


def test_a_checkpoint_is_the_text_of_the_specification() -> None:
    # c2sp.org/tlog-checkpoint has this one.
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    found = checkpoints.parse(text)
    assert (found.origin, found.size, found.text) == ("example.com/behind-the-sofa", 20_852_163, text)


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\n" + "A" * 43 + "=\n", "a\n1\nAAAA\n", "a\n1\n" + "A" * 43 + "=",
     "a\n1\n" + "A" * 43 + "=\n\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedNote):
        checkpoints.parse(text)


def test_a_witness_signs_the_checkpoint_with_its_time() -> None:
    note = checkpoints.sign(Checkpoint("example.com/log", 5, ROOT), LOG)
    line = checkpoints.cosign(note, WITNESS, 1_679_315_147)
    whole = str(note.with_signatures([line])).encode()
    opened = checkpoints.opened(whole, LOG.verifier, [WITNESS.verifier])
    assert opened.cosigned == {"witness.example": 1_679_315_147}
    # c2sp.org/tlog-cosignature: two lines, then the checkpoint's text.
    message = b"cosignature/v1\ntime 1679315147\n" + note.text.encode()
    WITNESS.private.public_key().verify(line.value[8:], message)
    assert line.value[:8] == (1_679_315_147).to_bytes(8, "big")


def test_a_witnesss_time_cannot_be_changed() -> None:
    note = checkpoints.sign(Checkpoint("example.com/log", 5, ROOT), LOG)
    line = checkpoints.cosign(note, WITNESS, 1_679_315_147)
    later = notes.Signature(line.name, line.key_id, (1_679_315_148).to_bytes(8, "big") + line.value[8:])
    with pytest.raises(Untrusted, match=r"witness\.example"):
        checkpoints.opened(str(note.with_signatures([later])).encode(), LOG.verifier, [WITNESS.verifier])


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    text = Checkpoint("example.com/log", 5, ROOT).text
    note = Note(text, (WITNESS.sign(text, 1),))
    with pytest.raises(Untrusted, match="did not sign"):
        checkpoints.opened(str(note).encode(), LOG.verifier, [WITNESS.verifier])


def test_a_log_signs_in_its_own_name_only() -> None:
    note = checkpoints.sign(Checkpoint("example.com/other", 5, ROOT), LOG)
    with pytest.raises(Untrusted, match="other"):
        checkpoints.opened(str(note).encode(), LOG.verifier)
