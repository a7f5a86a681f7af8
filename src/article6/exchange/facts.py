"""What registries tell each other about units: blocks with everything that the next registry must know of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

INFORMATION = "transfer_information"
"""The service under which amounts are told and the units stay where they are, held for the Party that acquires them."""


@dataclass(frozen=True, slots=True, order=True)
class Serials:
    """Consecutive serials of a series, which is named by its originating registry and its Party."""

    registry: str
    party: str
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"{self.registry}-{self.party}:{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class UnitBlock:
    """Units that share all facts.

    `batch` are the attributes of the batch under the names of BatchAttributes, with the cooperative approach and the
    activity by code; `authorization` is (Party, identifier, version) of the authorization the units stand under;
    `first_transferred_at` when and `first_transferred_by` in which registry they were first transferred; `history` the
    actions so far, oldest first; `provenance` names, by the SHA-256 of its compact JWS in hex, every completed transfer
    between registries that brought the units to the sender since they last stood in their originating registry, oldest
    first.
    """

    serials: Serials
    batch: Mapping[str, Any] = field(default_factory=dict)
    authorization: tuple[str, str, int] | None = None
    first_transferred_at: str = ""
    first_transferred_by: str = ""
    history: tuple[Mapping[str, Any], ...] = ()
    provenance: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """The content of a proposal. Documents stand beside the blocks once each: authorizations, cooperative approaches
    and activities that blocks refer to, in full, so that the acquirer can record what it does not know yet; `evidence`
    the compact JWS that blocks name in their provenance."""

    transfer_id: str
    service: str
    source_account: str
    target_account: str
    quantity: int
    blocks: tuple[UnitBlock, ...]
    deadline: str
    terms: Mapping[str, Any] = field(default_factory=dict)
    authorizations: tuple[Mapping[str, Any], ...] = ()
    approaches: tuple[Mapping[str, Any], ...] = ()
    activities: tuple[Mapping[str, Any], ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def is_information(self) -> bool:
        """Whether the acquirer is told of the units, and they stay."""
        return self.service == INFORMATION
