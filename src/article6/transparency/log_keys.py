"""The keys of a log, one after the other: each next key is announced by the one before it, and signs for itself too.

An announcement is a signed note under both keys, so that whoever trusts one of them can follow the chain to the other,
in either direction: a reader with today's key checks what an earlier key signed, and the other way round. A key that is
not in the chain is no key of the log. The format is in docs/reference/log.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from article6.domain.refusals import invariant
from article6.transparency import notes
from article6.transparency.notes import KeyType, MalformedNote, Note, Signer, Untrusted, Verifier

FORMAT = "article6.log-key.v1"
"""The first line of an announcement: the name of no log, so that it can be taken for no checkpoint."""

_LINES = 6


class NotAnnounced(Exception):
    """A key is not announced by its predecessor, or one key has two successors; the text says which."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """The key `old` is followed by `new` from `announced_at` on, and signs no more from `retires_at` on."""

    old: Verifier
    new: Verifier
    announced_at: datetime
    retires_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one log that a reader believes, oldest first; the last one is in force."""

    verifiers: tuple[Verifier, ...]
    announcements: tuple[Announcement, ...] = ()

    def __post_init__(self) -> None:
        invariant(len(self.verifiers) == len(self.announcements) + 1, "each key but the first is announced")

    @property
    def name(self) -> str:
        """The log's name."""
        return self.verifiers[0].name

    @property
    def newest(self) -> Verifier:
        """The key in force."""
        return self.verifiers[-1]

    def retires_at(self, key: Verifier) -> datetime | None:
        """From when on this key signs no more; None: it is in force."""
        return next((each.retires_at for each in self.announcements if each.old == key), None)


def announce(old: Signer, new: Signer, announced_at: datetime, retires_at: datetime) -> Note:
    """The announcement of a key by the one before it, under both."""
    lines = (FORMAT, old.name, str(old.verifier), str(new.verifier), as_text(announced_at), as_text(retires_at))
    text = "".join(f"{each}\n" for each in lines)
    return Note(text, (old.sign(text), new.sign(text)))


def read(text: str) -> Announcement:
    """An announcement, if both keys signed it.

    Raises:
        MalformedNote: it is none.
        Untrusted: a signature is missing or wrong.
    """
    try:
        note = notes.parse(text.encode())
    except UnicodeEncodeError as error:
        raise MalformedNote("not UTF-8") from error
    lines = note.text.removesuffix("\n").split("\n")
    if len(lines) != _LINES or lines[0] != FORMAT:
        raise MalformedNote("no announcement of a key")
    old, new = (notes.parse_verifier(each) for each in lines[2:4])
    if {old.name, new.name} != {lines[1]} or {old.type, new.type} != {KeyType.ED25519} or old == new:
        raise MalformedNote("an announcement of a key of another log")
    announced_at, retires_at = (_moment(each) for each in lines[4:6])
    if announced_at > retires_at:
        raise MalformedNote("the old key ends before the new one begins")
    if len(notes.opened(note, (old, new))) != 2:
        raise Untrusted("the announcement is not signed by both keys")
    return Announcement(old, new, announced_at, retires_at, str(note))


def followed(anchor: Verifier, announced: Iterable[str] = ()) -> Keys:
    """The chain of keys in which a trusted key stands; the same announcement may be given several times.

    Raises:
        MalformedNote: a text is no announcement.
        Untrusted: a signature on one is missing or wrong.
        NotAnnounced: they are not one chain, or the trusted key is not in it.
    """
    known = {each.note: each for each in map(read, announced)}
    after, before = {each.old: each for each in known.values()}, {each.new: each for each in known.values()}
    if len(after) < len(known) or len(before) < len(known):
        raise NotAnnounced("one key has two successors, or two predecessors")
    chain: list[Announcement] = []
    first = anchor
    while first in before and len(chain) < len(known):
        chain.insert(0, before[first])
        first = before[first].old
    last = anchor
    while last in after and len(chain) < len(known):
        chain.append(after[last])
        last = after[last].new
    keys = (first, *(each.new for each in chain))
    if len(chain) < len(known) or len(set(keys)) < len(keys):
        raise NotAnnounced(f"{anchor} is not announced by the key before it")
    if any(one.announced_at > other.announced_at for one, other in pairwise(chain)):
        raise NotAnnounced("the announcements contradict each other's moments")
    return Keys(keys, tuple(chain))


def of(log: Verifier | Keys) -> Keys:
    """The chain of a single key, where it is no chain."""
    return log if isinstance(log, Keys) else Keys((log,))


def as_text(at: datetime) -> str:
    """A moment as announcements and certificates write it: two of them compare as texts do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedNote("no moment") from error
    if found.tzinfo is None or as_text(found) != text:
        raise MalformedNote("a moment that is not written as moments are")
    return found
