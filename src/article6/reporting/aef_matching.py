"""Do the acquisitions of one Party match what another reported to have transferred to it, row for row?

Source: 6/CMA.4 annex I para 39, "comparing amounts first transferred or transferred and acquired between
participating Parties". Registries differ on the two sides (each row names the one in which it was tracked),
so they are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from article6.reporting.aef_nomenclatures import ActionType
from article6.reporting.aef_records import Action

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Rows without a counterpart, in their order; empty means that the two reports agree."""

    transfers: tuple[Action, ...]
    acquisitions: tuple[Action, ...]

    def __bool__(self) -> bool:
        return bool(self.transfers or self.acquisitions)


def unmatched(
    transfers: Iterable[Action],
    acquisitions: Iterable[Action],
    *,
    transferring_party: str | None = None,
    acquiring_party: str | None = None,
) -> Unmatched:
    """The rows that have no counterpart with the same cooperative approach, Party, block, quantity and
    vintage.

    Args:
        transfers: the actions that one Party reported. First transfers and transfers to a Party count,
            other rows do not.
        acquisitions: the actions that the other Party reported. Acquisitions count, other rows do not.
        transferring_party: the first Party; leaves out acquisitions from other Parties.
        acquiring_party: the second Party; leaves out transfers to other Parties.
    """
    sent = [
        each
        for each in transfers
        if each.type in (ActionType.FIRST_TRANSFER, ActionType.TRANSFER)
        and each.acquiring_party is not None
        and acquiring_party in (None, each.acquiring_party)
    ]
    received = [
        each
        for each in acquisitions
        if each.type is ActionType.ACQUISITION and transferring_party in (None, each.transferring_party)
    ]
    return Unmatched(_without(sent, received), _without(received, sent))


def _without(rows: list[Action], counterparts: list[Action]) -> tuple[Action, ...]:
    left = Counter(map(_key, counterparts))
    alone = []
    for row in rows:
        if left[_key(row)]:
            left[_key(row)] -= 1
        else:
            alone.append(row)
    return tuple(alone)


def _key(action: Action) -> _Key:
    block, identifier = action.itmos, action.itmos.identifier
    return (
        identifier.cooperative_approach,
        identifier.party,
        identifier.serial_first,
        identifier.serial_last,
        identifier.vintage_year,
        block.metric,
        block.quantity_tco2e,
        block.quantity_non_ghg,
    )
