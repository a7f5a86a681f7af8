"""The proof that something stands in a log, complete enough to be checked without asking anybody.

It carries the content as it is shown, and a proof in the format of c2sp.org/tlog-proof: the leaf's index, the audit
path and the checkpoint with its cosignatures. Certificates carry it, and `article6 log prove` prints it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from article6.domain.canonical import NotCanonical
from article6.domain.refusals import N_
from article6.transparency import checkpoints, leaves, log_keys, notes, tree
from article6.transparency.checkpoints import Checkpoint, Opened
from article6.transparency.leaves import Shown
from article6.transparency.log_keys import Keys
from article6.transparency.notes import MalformedNote, Untrusted, Verifier

FORMAT = "article6.log-proof.v1"
TLOG_PROOF = "c2sp.org/tlog-proof@v1"
PATH_HASHES = 64

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_MEMBERS = frozenset({"format", "kind", "subject", "facts", "withheld", "salt", "disclosed", "proof"})


class Wrong(StrEnum):
    """What can be wrong with a proof. Public and permanent."""

    FORMAT = "proof.malformed"
    SIGNATURE = "proof.not_signed_by_the_log"
    WITNESSES = "proof.too_few_witnesses"
    INCLUSION = "proof.not_in_the_log"
    DISCLOSURE = "proof.disclosed_value_differs"


SENTENCES: Mapping[Wrong, str] = MappingProxyType(
    {
        Wrong.FORMAT: N_("This is no proof of a log, or it was cut off or changed."),
        Wrong.SIGNATURE: N_("The log whose key you trust did not sign this proof's checkpoint."),
        Wrong.WITNESSES: N_("Fewer witnesses than you ask for have cosigned the checkpoint."),
        Wrong.INCLUSION: N_("What is shown does not stand in the log: it was changed, or never recorded."),
        Wrong.DISCLOSURE: N_("A value that is disclosed is not the one that was recorded."),
    }
)


class ProofWrong(Exception):
    """The proof does not hold; `why` is the code."""

    def __init__(self, why: Wrong, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else str(why))
        self.why = why
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Proof:
    """What is shown, at which index it stands, the path from there to the root, and the checkpoint as it was signed."""

    shown: Shown
    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def as_json(self) -> dict[str, Any]:
        """The proof as JSON; its member `proof` is a tlog-proof, which other programs read too."""
        shown = self.shown
        return {
            "format": FORMAT,
            "kind": shown.kind,
            "subject": shown.subject,
            "facts": dict(shown.facts),
            "withheld": dict(shown.withheld),
            "salt": shown.salt,
            "disclosed": {name: {"salt": salt, "value": value} for name, (salt, value) in shown.disclosed.items()},
            "proof": self.tlog_proof(),
        }

    def tlog_proof(self) -> str:
        """The part that is no matter of ours: index, path and checkpoint as c2sp.org/tlog-proof has them."""
        path = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.path)
        return f"{TLOG_PROOF}\nindex {self.index}\n{path}\n{self.checkpoint}"


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof proves: these facts (and disclosed values) stand at `index` of the log of `checkpoint`, which these
    witnesses had seen at these times (seconds since 1970). `unchecked` are the names on signatures under keys that
    nobody gave, which prove nothing."""

    kind: str
    subject: str
    facts: Mapping[str, Any]
    disclosed: Mapping[str, Any]
    index: int
    checkpoint: Checkpoint
    cosigned: Mapping[str, int]
    unchecked: tuple[str, ...] = ()


def from_json(value: object) -> Proof:
    """A proof from its JSON.

    Raises:
        ProofWrong: it is none.
    """
    if not isinstance(value, Mapping) or set(value) != _MEMBERS or value["format"] != FORMAT:
        raise ProofWrong(Wrong.FORMAT)
    texts = (value["kind"], value["subject"], value["salt"], value["proof"])
    disclosed = value["disclosed"]
    if (
        not all(isinstance(each, str) for each in texts)
        or not isinstance(value["facts"], Mapping)
        or not isinstance(value["withheld"], Mapping)
        or not isinstance(disclosed, Mapping)
        or not all(isinstance(each, Mapping) and set(each) == {"salt", "value"} for each in disclosed.values())
    ):
        raise ProofWrong(Wrong.FORMAT)
    shown = Shown(
        value["kind"],
        value["subject"],
        value["facts"],
        value["withheld"],
        value["salt"],
        {name: (each["salt"], each["value"]) for name, each in disclosed.items()},
    )
    return Proof(shown, *_parse_tlog_proof(value["proof"]))


def verify(proof: Proof, log: Verifier | Keys, witnesses: Sequence[Verifier] = (), at_least: int = 0) -> Proven:
    """Check a proof with the log's keys alone; `at_least` so many of the witnesses must have cosigned.

    Raises:
        ProofWrong: it does not hold.
    """
    try:
        opened = checkpoints.opened(proof.checkpoint.encode(), log, witnesses)
    except MalformedNote as error:
        raise ProofWrong(Wrong.FORMAT, str(error)) from error
    except Untrusted as error:
        raise ProofWrong(Wrong.SIGNATURE, str(error)) from error
    if len(opened.cosigned) < at_least:
        raise ProofWrong(Wrong.WITNESSES, f"{len(opened.cosigned)} < {at_least}")
    checkpoint, shown = opened.checkpoint, proof.shown
    try:
        leaf = tree.leaf_hash(shown.leaf(checkpoint.origin).entry())
    except (NotCanonical, ValueError, UnicodeEncodeError) as error:
        raise ProofWrong(Wrong.FORMAT, str(error)) from error
    if not tree.includes(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root):
        raise ProofWrong(Wrong.INCLUSION)
    if not shown.is_disclosed_rightly():
        raise ProofWrong(Wrong.DISCLOSURE)
    values = {name: value for name, (_salt, value) in shown.disclosed.items()}
    return Proven(
        shown.kind,
        shown.subject,
        shown.facts,
        values,
        proof.index,
        checkpoint,
        opened.cosigned,
        _unchecked(opened, (*log_keys.of(log).verifiers, *witnesses)),
    )


def prove(
    content: leaves.Content,
    secret: bytes,
    index: int,
    path: Sequence[bytes],
    checkpoint: str,
    disclosing: Sequence[str],
) -> Proof:
    """A proof of a leaf, showing of what is withheld only the parts named."""
    return Proof(leaves.shown(content, secret, disclosing), index, tuple(path), checkpoint)


def _unchecked(opened: Opened, known: Sequence[Verifier]) -> tuple[str, ...]:
    checked = {(each.name, each.key_id) for each in known}
    return tuple(each.name for each in opened.note.signatures if (each.name, each.key_id) not in checked)


def _parse_tlog_proof(text: str) -> tuple[int, tuple[bytes, ...], str]:
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    index = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if not blank or lines[0] != TLOG_PROOF or index is None or len(lines) > PATH_HASHES + 2:
        raise ProofWrong(Wrong.FORMAT)
    try:
        path = tuple(notes.decoded(each) for each in lines[2:])
    except MalformedNote as error:
        raise ProofWrong(Wrong.FORMAT) from error
    if any(len(each) != tree.HASH_BYTES for each in path):
        raise ProofWrong(Wrong.FORMAT)
    return int(index[1]), path, checkpoint
