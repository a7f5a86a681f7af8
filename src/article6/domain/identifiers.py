"""Unit identifiers: typed fields and a range of serials; text is only how they are shown.

An identifier that came from elsewhere keeps its text in `original` and is shown with exactly that text:
"each unique identifier shall remain unchanged" (6/CMA.4 annex I para 33). The formats are in
`identifier_formats`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from article6.domain.parties import party
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.units import UnitType

_APPROACH = re.compile(r"CA[0-9]{4}")
_REGISTRY = re.compile(r"[A-Z0-9]{2,8}")
_PROJECT = re.compile(r"[A-Za-z0-9]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitIdentifier:
    """Consecutive units, `1 <= serial_first <= serial_last <= 2**62`, both ends included; or one unit.

    `registry` is the originating registry and `party` the first transferring or host Party (AEF code). What
    is not known is None: "IN 183,993,600" has a Party and a serial and nothing else. `original` and
    `original_last` are the texts of the first and last unit as they were received; they do not take part in
    comparisons.

    Source: 6/CMA.4 annex I paras 5 and 6.

    Raises:
        ValueError: a field is malformed; the sentence says what is allowed.
    """

    serial_first: int
    serial_last: int
    unit_type: UnitType | None = None
    registry: str | None = None
    party: str | None = None
    cooperative_approach: str | None = None
    vintage_year: int | None = None
    original_period: int | None = None
    applicable_period: int | None = None
    lulucf: int | None = None
    project: str | None = None
    original: str | None = field(default=None, compare=False)
    original_last: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.serial_first <= self.serial_last <= SERIAL_LIMIT:
            raise ValueError(
                f"Serials {self.serial_first} to {self.serial_last}: give whole numbers from 1 to "
                f"{SERIAL_LIMIT}, the first not above the last."
            )
        if self.party is not None and party(self.party) is None:
            raise ValueError(f"Party {self.party!r} is not known. Give its three-letter code, for example GHA or EUE.")
        _check(
            self.cooperative_approach,
            _APPROACH,
            "Cooperative approach",
            "CA and four digits, as in CA0001",
        )
        _check(self.registry, _REGISTRY, "Registry", "2 to 8 capital letters and digits, as in CHE01")
        _check(self.project, _PROJECT, "Activity", "letters and digits without spaces, as in 1234")
        if self.vintage_year is not None and not 1990 <= self.vintage_year <= 2199:
            raise ValueError(f"Vintage {self.vintage_year}: give the calendar year, 1990 to 2199.")
        for period in (self.original_period, self.applicable_period):
            if period is not None and not 1 <= period <= 9:
                raise ValueError(f"Commitment period {period}: give 1 to 9.")
        if self.lulucf is not None and not 0 <= self.lulucf <= 7:
            raise ValueError(f"LULUCF activity {self.lulucf}: give 0 (none) to 7.")

    @property
    def count(self) -> int:
        """Units in the range; one serial is one unit (for greenhouse gas metrics one tonne CO2 eq)."""
        return self.serial_last - self.serial_first + 1


def _check(value: str | None, shape: re.Pattern[str], what: str, rule: str) -> None:
    if value is not None and not shape.fullmatch(value):
        raise ValueError(f"{what} {value!r}: give {rule}.")
