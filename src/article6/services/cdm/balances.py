"""What a replay ends with: per Party issued, cancelled, remaining."""

from __future__ import annotations

from dataclasses import dataclass

from article6.services.cdm.history import LeftOut
from article6.store.queries import replay as ledger

CDM = "CDM"
"""The originating registry of CERs."""


@dataclass(frozen=True, slots=True)
class PartyBalance:
    """What the ledger holds of one host Party, in units; `blocks` counts rows."""

    party: str
    issued: int
    cancelled: int
    remaining: int
    blocks: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a replay ended with. `postings` counts the transactions of this run, 0 when everything was done before."""

    parties: tuple[PartyBalance, ...]
    left_out: tuple[LeftOut, ...]
    postings: int
    seconds: float
    is_repeat: bool

    @property
    def total(self) -> PartyBalance:
        """The sum over all Parties, under an empty code."""
        return PartyBalance(
            "",
            sum(each.issued for each in self.parties),
            sum(each.cancelled for each in self.parties),
            sum(each.remaining for each in self.parties),
            sum(each.blocks for each in self.parties),
        )


def balances() -> tuple[PartyBalance, ...]:
    """What the ledger holds now, Party by Party."""
    return tuple(PartyBalance(*each) for each in ledger.balances(CDM))
