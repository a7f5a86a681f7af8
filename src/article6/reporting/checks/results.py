"""What a check can say.

The three results are those of 4/CMA.6 para 29, word for word. A counterpart that is missing makes the result "Null",
never "inconsistent"; what was found wrong stands whatever else was missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from article6.domain.refusals import N_
from article6.reporting.said import Place, Said


class Result(StrEnum):
    """4/CMA.6 para 29(a) to (c)."""

    CONSISTENT = N_("Checked, no inconsistencies identified")
    INCONSISTENT = N_("Checked, inconsistencies identified")
    UNAVAILABLE = N_("Null, information for check not available")


class Scope(StrEnum):
    """How much has to be at hand for a check."""

    FORM = N_("the form")
    SUBMISSION = N_("within a submission")
    YEARS = N_("across years")
    PARTIES = N_("across Parties")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is inconsistent. The first place is the cell to look at; the others are the evidence."""

    said: Said
    places: tuple[Place, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be checked, and what is missing; `file` is the submission that it concerns, `places` the
    cells, where it is about some."""

    said: Said
    file: str
    places: tuple[Place, ...] = ()
