"""What an audit of a log can find, in words that name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from article6.domain.refusals import N_


class Fault(StrEnum):
    """What is wrong with a log. Public and permanent."""

    SIGNATURE = "log.not_signed"
    CHECKPOINT = "log.checkpoint_malformed"
    TRUNCATED = "log.truncated"
    FORKED = "log.forked"
    MISSING = "log.tile_missing"
    TILE = "log.tile_wrong"
    EDITED = "log.entry_edited"
    REORDERED = "log.entries_reordered"
    ROOT = "log.root_differs"
    LEAF = "log.leaf_malformed"
    REPEATED = "log.subject_repeated"
    KEY = "log.key_not_announced"


SENTENCES: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.SIGNATURE: N_("The checkpoint is not signed by the log's key, or a signature on it is wrong."),
        Fault.CHECKPOINT: N_("What is served as checkpoint is none."),
        Fault.TRUNCATED: N_("The log is shorter than it was: leaves were taken away."),
        Fault.FORKED: N_("The log is not the continuation of the earlier checkpoint: its history was rewritten."),
        Fault.MISSING: N_("A tile or bundle that the checkpoint needs is not served."),
        Fault.TILE: N_("A tile does not hold the hashes that follow from the log's entries."),
        Fault.EDITED: N_("An entry is not the one whose hash stands in the tree: it was changed."),
        Fault.REORDERED: N_("Entries stand in another order than in the tree."),
        Fault.ROOT: N_("What is served does not lead to the root that the log signed."),
        Fault.LEAF: N_("An entry is no leaf as docs/reference/log.md defines it."),
        Fault.REPEATED: N_("The same subject was recorded twice."),
        Fault.KEY: N_("A key of the log was not announced by the key before it, in the log itself."),
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, where it is (a path, or leaves `first` to `last`), and what there is to say of it."""

    fault: Fault
    where: str
    first: int | None = None
    last: int | None = None
    detail: str = ""
