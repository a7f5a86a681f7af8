"""The announcements of a log's keys as the log publishes them, each with the proof that it stands in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from article6.domain.canonical import NotCanonical, parse
from article6.transparency import log_keys, proofs
from article6.transparency.leaves import Kind
from article6.transparency.log_keys import Keys, NotAnnounced
from article6.transparency.notes import MalformedNote, Untrusted, Verifier
from article6.transparency.proofs import Proof, ProofWrong

FORMAT = "article6.log-keys.v1"
FILE_BYTES = 4 * 1024 * 1024
ANNOUNCEMENT = "announcement"
"""The one fact of a leaf that announces a key: the note."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a log says of its keys: announcements as notes, and their proofs in the same order."""

    notes: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()


def as_json(published: Sequence[Proof]) -> dict[str, Any]:
    """The file."""
    return {"format": FORMAT, "announcements": [each.as_json() for each in published]}


def read(content: bytes | None) -> Published:
    """The file's announcements; a log that publishes no such file has announced none.

    Raises:
        MalformedNote: it is no such file.
    """
    if content is None:
        return Published()
    if len(content) > FILE_BYTES:
        raise MalformedNote(f"{len(content)} bytes of announcements")
    try:
        whole = parse(content)
        if not isinstance(whole, Mapping) or set(whole) != {"format", "announcements"} or whole["format"] != FORMAT:
            raise MalformedNote("no announcements of keys")
        found = [proofs.from_json(each) for each in whole["announcements"]]
        return Published(tuple(_note(each) for each in found), tuple(found))
    except (NotCanonical, ProofWrong, KeyError, TypeError) as error:
        raise MalformedNote(f"no announcements of keys: {error}") from error


def verified(published: Published, anchor: Verifier) -> tuple[Keys, Mapping[int, bytes]]:
    """The chain of keys, and the leaf of each announcement by its position in the log.

    Raises:
        NotAnnounced: they are no chain, the trusted key is not in it, or an announcement does not stand in the log.
    """
    try:
        keys = log_keys.followed(anchor, published.notes)
        leaves = {}
        for each in published.proofs:
            found = proofs.verify(each, keys)
            if found.kind != Kind.LOG_KEY:
                raise NotAnnounced(f"a leaf of {found.kind}")
            leaves[found.index] = each.shown.leaf(keys.name).entry()
    except (MalformedNote, Untrusted, ProofWrong) as error:
        raise NotAnnounced(str(error)) from error
    return keys, leaves


def _note(proof: Proof) -> str:
    note = proof.shown.facts[ANNOUNCEMENT]
    if not isinstance(note, str):
        raise MalformedNote("no announcement of a key")
    return note
