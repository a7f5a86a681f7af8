"""Units that a caller names by their serials."""

from __future__ import annotations

from collections.abc import Iterable

from article6.api.inputs import SerialsIn
from article6.domain.serials import SeriesRange
from article6.services import naming
from article6.services.naming import NamedSerials


def ranges(serials: Iterable[SerialsIn]) -> tuple[SeriesRange, ...]:
    """The units, in the series that this registry knows.

    Raises:
        Refused: no such series, or a range that is none.
    """
    return naming.ranges(NamedSerials(each.party, each.first, each.last, each.registry) for each in serials)
