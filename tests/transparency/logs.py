"""A log in memory, served as files, that does what an honest or a dishonest registry would."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from article6.transparency import checkpoints, leaves, tiles, tree
from article6.transparency.checkpoints import Checkpoint
from article6.transparency.leaves import Content, Kind
from article6.transparency.notes import KeyType, Signer

ORIGIN = "article6/GHA01"


def signer(name: str = ORIGIN, seed: int = 1, kind: KeyType = KeyType.ED25519) -> Signer:
    return Signer(name, kind, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


LOG = signer()
WITNESS = signer("article6/CHE01/witness", 2, KeyType.COSIGNATURE)


def content(number: int, **withheld: object) -> Content:
    return Content(Kind.TRANSACTION, str(number), {"transaction": str(number), "quantity": "40"}, withheld)


def secret(number: int) -> bytes:
    return number.to_bytes(32, "big")


def entry(number: int) -> bytes:
    return leaves.leaf(ORIGIN, content(number), secret(number)).entry()


@dataclass
class Log:
    """`entries` are the leaves; `files` what is served."""

    entries: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    signer: Signer = LOG

    def grow(self, count: int) -> Log:
        self.entries += [entry(number) for number in range(len(self.entries), len(self.entries) + count)]
        return self.publish()

    def publish(self) -> Log:
        """Serve what the entries are, under a signed checkpoint."""
        size = len(self.entries)
        row = [tree.leaf_hash(each) for each in self.entries]
        root = tree.root_of(row)
        for tile in tiles.tiles_of(size, None):
            first = tile.number * 256
            self.files[tile.path] = tiles.bundle(self.entries[first : first + tile.width])
        for level in range(tiles.LEVELS):
            for tile in tiles.tiles_of(size, level):
                first = tile.number * 256
                self.files[tile.path] = b"".join(row[first : first + tile.width])
            row = [tree.root_of(row[first : first + 256]) for first in range(0, len(row) - len(row) % 256, 256)]
        self.files["checkpoint"] = str(checkpoints.sign(Checkpoint(ORIGIN, size, root), self.signer)).encode()
        return self

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    @property
    def checkpoint(self) -> str:
        return self.files["checkpoint"].decode()

    def nodes(self) -> tree.Nodes:
        hashes = [tree.leaf_hash(each) for each in self.entries]

        def node(level: int, index: int) -> bytes:
            return tree.root_of(hashes[index << level : (index + 1) << level])

        return node
