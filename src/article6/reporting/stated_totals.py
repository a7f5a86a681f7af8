"""What a structured summary states about ITMOs, for the comparison with AEFs (X8): read from its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from article6.domain.refusals import N_
from article6.domain.units import TCO2E
from article6.reporting.itmo_amounts import FIRST_TRANSFERRED, USED
from article6.reporting.reading.grids import Unreadable

THROUGH = "through"
"""The last year whose AEFs went into the summary."""

NO_SUMMARY = N_(
    "This is no structured summary as JSON (%(why)s). `article6 balance summary PARTY --format json` writes one."
)

Totals = dict[tuple[str, int], Mapping[str, int | Fraction]]


def read_totals(content: bytes) -> Totals:
    """By Party and year what is stated as first transferred and as used, in t CO2 eq; with `through`.

    Raises:
        Unreadable: it is no structured summary.
    """
    try:
        summary = json.loads(content)
        party, through = summary["party"], summary["through"]
        if not isinstance(party, str) or not isinstance(through, int):
            raise TypeError("party, through")
        found: dict[tuple[str, int], dict[str, int | Fraction]] = {}
        for key, year, value in _stated(summary["rows"]):
            found.setdefault((party, year), {THROUGH: through})[key] = value
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise Unreadable(NO_SUMMARY, why=str(error) or type(error).__name__) from error
    return {place: each for place, each in found.items() if place[1] <= through}


def _stated(rows: list[dict[str, Any]]) -> Iterator[tuple[str, int, Fraction]]:
    for row in rows:
        if row["key"] not in (FIRST_TRANSFERRED, USED) or row["unit"] != TCO2E:
            continue
        for year, figure in row["figures"].items():
            if figure is not None:
                yield row["key"], int(year), Fraction(figure["exact"])
