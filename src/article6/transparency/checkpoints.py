"""Checkpoints (c2sp.org/tlog-checkpoint): a log's size and root, signed by the log and cosigned by witnesses."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from article6.transparency import log_keys, notes
from article6.transparency.log_keys import Keys
from article6.transparency.notes import MalformedNote, Note, Signature, Signer, Untrusted, Verifier
from article6.transparency.tree import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: `origin` names it for ever, `size` counts its leaves, `root` is the tree's hash.

    `extensions` are lines that we never write, and keep where another log does.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{each}\n" for each in lines)


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkpoint whose log's signature is right, and when which witnesses cosigned it (seconds since 1970)."""

    checkpoint: Checkpoint
    cosigned: Mapping[str, int]
    note: Note


def parse(text: str) -> Checkpoint:
    """A checkpoint's text.

    Raises:
        MalformedNote: it is none.
    """
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not text.endswith("\n") or not all(lines):
        raise MalformedNote("a checkpoint has at least three lines, none empty")
    origin, size, coded, *extensions = lines
    root = notes.decoded(coded)
    if not _SIZE.fullmatch(size) or len(root) != HASH_BYTES:
        raise MalformedNote("no size, or no hash, of a tree")
    return Checkpoint(origin, int(size), root, tuple(extensions))


def sign(checkpoint: Checkpoint, signer: Signer) -> Note:
    """The checkpoint under the log's signature."""
    return Note(checkpoint.text, (signer.sign(checkpoint.text),))


def cosign(note: Note, witness: Signer, time: int) -> Signature:
    """A witness's line under a checkpoint, `time` in seconds since 1970."""
    return witness.sign(note.text, time)


def opened(content: bytes, log: Verifier | Keys, witnesses: Sequence[Verifier] = ()) -> Opened:
    """A checkpoint of a log, signed by at least one of its keys, with those of the given witnesses that cosigned it.

    Raises:
        MalformedNote: it is no checkpoint.
        Untrusted: the log did not sign it, a signature of a known key is wrong, or it is another log's.
    """
    note = notes.parse(content)
    keys = log_keys.of(log)
    signed = notes.opened(note, (*keys.verifiers, *witnesses))
    if not any(each in signed for each in keys.verifiers):
        raise Untrusted(f"{keys.name} did not sign this")
    checkpoint = parse(note.text)
    if checkpoint.origin != keys.name:
        raise Untrusted(f"a checkpoint of {checkpoint.origin}, not of {keys.name}")
    return Opened(checkpoint, {each.name: time for each, time in signed.items() if each not in keys.verifiers}, note)
