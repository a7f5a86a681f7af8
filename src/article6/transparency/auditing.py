"""The audit of a whole log from what it serves in public: nobody has to be trusted but the mathematics.

Every entry is hashed, every tile is recomputed from the level below, and the root that follows must be the one that
the log signed. Against an earlier checkpoint the log must be its continuation, which needs no proof from the log: the
tiles that it serves now must lead to the root of then. What is found is named (`audit_findings`).

An audit can be bounded, and gone on with later from its `State`.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from article6.domain.refusals import BrokenInvariant
from article6.transparency import checkpoints, key_files, leaves, notes, tiles
from article6.transparency.audit_findings import Fault, Finding
from article6.transparency.checkpoints import Checkpoint, Opened
from article6.transparency.leaves import Kind
from article6.transparency.log_keys import Keys, NotAnnounced
from article6.transparency.notes import MalformedNote, Untrusted, Verifier
from article6.transparency.tiles import WIDTH, MalformedTile, Tile
from article6.transparency.tree import Edge, edge_at, leaf_hash, root_of

FINDINGS_AT_MOST = 100
SUBJECTS_AT_MOST = 5_000_000
"""Subjects that are remembered to find one that is repeated."""


class Reader(Protocol):
    """What reads the files of a log."""

    def read(self, path: str) -> bytes | None:
        """The file at this path below the log's address, None where there is none."""


@dataclass(frozen=True, slots=True)
class State:
    """How far an audit has come: the edge of the tree that it computed, the last checkpoint ('' : none) that was found
    to be right, and the key ('': not kept) from which the next audit follows the chain of the log's keys."""

    origin: str
    edge: Edge = field(default_factory=Edge)
    checkpoint: str = ""
    key: str = ""

    def as_json(self) -> dict[str, Any]:
        """The state to keep."""
        return {
            "origin": self.origin,
            "size": self.edge.size,
            "edge": [base64.b64encode(each).decode() for each in self.edge.hashes],
            "checkpoint": self.checkpoint,
            "key": self.key,
        }


def state_from_json(value: object) -> State:
    """A state that was kept.

    Raises:
        MalformedNote: it is none.
    """
    try:
        if not isinstance(value, Mapping) or not isinstance(value["size"], int):
            raise MalformedNote("no state of an audit")
        hashes = tuple(base64.b64decode(each, validate=True) for each in value["edge"])
        key = str(value.get("key", ""))
        return State(str(value["origin"]), Edge(value["size"], hashes), str(value["checkpoint"]), key)
    except (KeyError, TypeError, binascii.Error, ValueError, BrokenInvariant) as error:
        raise MalformedNote("no state of an audit") from error


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found. `first` to `until` (exclusive) are the leaves it read; it `is_whole` when it came to the
    checkpoint's end. `kinds` counts the leaves read; `cosigned` are the known witnesses with their times; `keys` the
    log's keys, oldest first, as they follow from the one that is trusted."""

    origin: str
    checkpoint: Checkpoint | None
    note: str
    since: int
    first: int
    until: int
    is_whole: bool
    findings: tuple[Finding, ...]
    kinds: Mapping[str, int]
    cosigned: Mapping[str, int]
    keys: Keys
    state: State

    @property
    def is_clean(self) -> bool:
        """Nothing is wrong with what was read."""
        return not self.findings


def audit(
    reader: Reader,
    log: Verifier,
    state: State | None = None,
    witnesses: Sequence[Verifier] = (),
    at_most: int | None = None,
) -> Report:
    """Audit a log from where `state` ends (None: from the beginning), `at_most` so many leaves of it.

    `log` is a key of the log's that is trusted; from it the audit follows the chain of keys that the log announced.

    A state without leaves but with a checkpoint is `--since`: what that checkpoint covers is taken as read.
    """
    return _Audit(reader, log, state or State(log.name), witnesses).run(at_most)


class _Stopped(Exception):
    """Nothing more can be read; the findings say why."""


class _Audit:
    """One run. Findings past the limit are counted as one."""

    def __init__(self, reader: Reader, log: Verifier, state: State, witnesses: Sequence[Verifier]) -> None:
        self.reader, self.log, self.state, self.witnesses = reader, log, state, witnesses
        self.keys = Keys((log,))
        self.announced: Mapping[int, bytes] = {}
        self.findings: list[Finding] = []
        self.kinds: Counter[str] = Counter()
        self.subjects: dict[str, int] = {}
        self.opened: Opened | None = None
        self.since = 0
        self.edge = state.edge
        self.of_entries: Edge | None = None
        self.wrong: list[tuple[Tile, list[int], bool]] = []

    def run(self, at_most: int | None) -> Report:
        first, is_whole = self.edge.size, False
        try:
            size = self._opened().checkpoint.size
            self._continues(size)
            first = self.edge.size
            until = size if at_most is None else min(size, first + at_most)
            self._leaves(size, until)
            is_whole = self.edge.size == size
            if is_whole:
                self._root()
            else:
                self._blamed(is_entry=True)
        except _Stopped:
            self._blamed(is_entry=True)
        return self._report(first, is_whole)

    def _report(self, first: int, is_whole: bool) -> Report:
        opened = self.opened
        note = str(opened.note) if opened else ""
        is_right = is_whole and not self.findings
        kept = State(self.log.name, self.edge, note if is_right else self.state.checkpoint, str(self.keys.newest))
        return Report(
            self.log.name,
            opened.checkpoint if opened else None,
            note,
            self.since,
            first,
            self.edge.size,
            is_whole,
            tuple(self.findings[:FINDINGS_AT_MOST]),
            dict(self.kinds),
            opened.cosigned if opened else {},
            self.keys,
            self.state if self.findings else kept,
        )

    def _found(
        self, fault: Fault, where: str, first: int | None = None, last: int | None = None, why: str = ""
    ) -> None:
        self.findings.append(Finding(fault, where, first, last, why))

    def _stop(self, fault: Fault, where: str, why: str = "") -> _Stopped:
        self._found(fault, where, why=why)
        return _Stopped()

    # --- The checkpoint, and the one before

    def _opened(self) -> Opened:
        content = self.reader.read("checkpoint")
        if content is None:
            raise self._stop(Fault.MISSING, "checkpoint")
        try:
            size = checkpoints.parse(notes.parse(content).text).size
            # Read after the checkpoint: what it covers of announcements is published by now.
            self.opened = checkpoints.opened(content, self._in_force(size), self.witnesses)
        except MalformedNote as error:
            raise self._stop(Fault.CHECKPOINT, "checkpoint", str(error)) from error
        except Untrusted as error:
            raise self._stop(Fault.SIGNATURE, "checkpoint", str(error)) from error
        return self.opened

    def _in_force(self, size: int) -> Verifier:
        """The key that must have signed a checkpoint of so many leaves: the newest that is announced in them."""
        try:
            published = key_files.read(self.reader.read("keys"))
            self.keys, self.announced = key_files.verified(published, self.log)
        except (MalformedNote, NotAnnounced) as error:
            raise self._stop(Fault.KEY, "keys", str(error)) from error
        covered = sum(position < size for position in self.announced)
        return self.keys.verifiers[covered]

    def _continues(self, size: int) -> None:
        """The log goes on from the earlier checkpoint, and from where the last audit ended."""
        if self.state.checkpoint:
            try:
                before = checkpoints.opened(self.state.checkpoint.encode(), self.keys).checkpoint
            except (MalformedNote, Untrusted) as error:
                raise self._stop(Fault.SIGNATURE, "--since", str(error)) from error
            self.since = before.size
            now = self.opened.checkpoint if self.opened else before
            if now.size == before.size and now.root != before.root:
                raise self._stop(Fault.FORKED, f"0-{size - 1}", "two roots of one size are signed")
            edge = self._edge(before.size, size)
            if edge.root != before.root:
                raise self._stop(Fault.FORKED, f"0-{before.size - 1}", f"{before.size} -> {size}")
            if self.edge.size < before.size:
                self.edge = edge
        if self._edge(self.edge.size, size) != self.edge:
            raise self._stop(Fault.FORKED, f"0-{self.edge.size - 1}", f"{self.edge.size} -> {size}")

    def _edge(self, old: int, size: int) -> Edge:
        if old > size:
            raise self._stop(Fault.TRUNCATED, f"{size}-{old - 1}", f"{old} -> {size}")
        return edge_at(old, tiles.nodes_of(size, self._hashes))

    # --- Tiles and bundles

    def _content(self, tile: Tile) -> tuple[bytes, Tile]:
        """A tile's content, from the full tile where the partial one is no longer served."""
        for each in (tile, Tile(tile.level, tile.number)):
            content = self.reader.read(each.path)
            if content is not None:
                return content, each
        raise self._stop(Fault.MISSING, tile.path)

    def _hashes(self, tile: Tile) -> list[bytes]:
        content, found = self._content(tile)
        try:
            return tiles.hashes_in(content, found.width)[: tile.width]
        except MalformedTile as error:
            raise self._stop(Fault.TILE, tile.path, str(error)) from error

    def _entries(self, tile: Tile) -> list[bytes]:
        content, found = self._content(tile)
        try:
            return tiles.entries_in(content, found.width)[: tile.width]
        except MalformedTile as error:
            raise self._stop(Fault.EDITED, tile.path, str(error)) from error

    def _leaves(self, size: int, until: int) -> None:
        roots: list[bytes] = []
        above = self.edge.size // WIDTH
        for tile in tiles.tiles_of(size, 0, above):
            skipped = max(0, self.edge.size - tile.number * WIDTH)
            hashes = self._hashes(tile)
            if tile.width == WIDTH:
                roots.append(root_of(hashes))
            wanted = min(tile.width, until - tile.number * WIDTH)
            if wanted <= skipped:
                break
            self._bundle(tile, hashes, skipped, wanted)
        if until == size:
            self._levels(size, above, roots)

    def _bundle(self, tile: Tile, hashes: list[bytes], skipped: int, wanted: int) -> None:
        entries = self._entries(Tile(None, tile.number, tile.width))
        computed = [leaf_hash(each) for each in entries]
        first = tile.number * WIDTH
        different = [place for place in range(tile.width) if computed[place] != hashes[place]]
        if different and self.of_entries is None:
            self.of_entries = self.edge
        if different:
            is_reordered = len(different) > 1 and sorted(computed) == sorted(hashes)
            self.wrong.append((tile, [first + place for place in different], is_reordered))
        for place in range(skipped, wanted):
            self._leaf(first + place, entries[place])
        self.edge = self.edge.extended(hashes[skipped:wanted])
        if self.of_entries is not None:
            self.of_entries = self.of_entries.extended(computed[skipped:wanted])

    def _leaf(self, position: int, entry: bytes) -> None:
        try:
            found = leaves.parse(entry)
        except leaves.MalformedLeaf as error:
            self._found(Fault.LEAF, tiles.ENTRIES, position, position, str(error))
            return
        self.kinds[found.kind] += 1
        if (found.kind == Kind.LOG_KEY or position in self.announced) and self.announced.get(position) != entry:
            # Either a key that the log keeps to itself, or one that it publishes and never recorded.
            self._found(Fault.KEY, tiles.ENTRIES, position, position, found.kind)
        if (before := self.subjects.get(found.subject)) is not None:
            self._found(Fault.REPEATED, tiles.ENTRIES, before, position, found.kind)
        elif len(self.subjects) < SUBJECTS_AT_MOST:
            self.subjects[found.subject] = position

    def _levels(self, size: int, first: int, roots: list[bytes]) -> None:
        """Every level above holds the roots of the full tiles below; `first` is the tile whose root is the first."""
        for level in range(1, tiles.LEVELS):
            if not size >> tiles.HEIGHT * level:
                return
            above: list[bytes] = []
            number = first // WIDTH
            for tile in tiles.tiles_of(size, level, number):
                hashes = self._hashes(tile)
                begin = tile.number * WIDTH
                skipped = max(0, first - begin)
                expected = roots[begin + skipped - first : begin + tile.width - first]
                if hashes[skipped:] != expected:
                    self._found(Fault.TILE, tile.path)
                if tile.width == WIDTH:
                    above.append(root_of([*hashes[:skipped], *expected]))
            roots, first = above, number

    # --- The end

    def _root(self) -> None:
        opened = self.opened
        root = opened.checkpoint.root if opened else b""
        if self.edge.root == root:
            self._blamed(is_entry=True)
            return
        if self.of_entries is not None and self.of_entries.root == root:
            # The entries are those that were signed; it is the tiles that were changed.
            self._blamed(is_entry=False)
            return
        self._blamed(is_entry=True)
        self._found(Fault.ROOT, "checkpoint", self.since, self.edge.size - 1)

    def _blamed(self, *, is_entry: bool) -> None:
        """Name what differs between bundles and tiles, once it is known which of them is wrong."""
        for tile, positions, is_reordered in self.wrong:
            if not is_entry:
                self._found(Fault.TILE, tile.path, positions[0], positions[-1])
            elif is_reordered:
                self._found(Fault.REORDERED, Tile(None, tile.number, tile.width).path, positions[0], positions[-1])
            else:
                for each in positions:
                    self._found(Fault.EDITED, Tile(None, tile.number, tile.width).path, each, each)
        self.wrong.clear()
