"""Submissions to the Article 6 database: what may become of one, its version, what of it is confidential, and the
status of its review.

What a Party submitted is never changed: a correction is a newer version, which makes the older one obsolete.

Source: 6/CMA.4 annex I paras 32-40; 4/CMA.6 paras 29-38; 2/CMA.3 annex paras 24, 33-34.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from article6.domain.refusals import N_, Code, Refusal


class State(StrEnum):
    """What a submission has come to. What failed the form, is a duplicate, obsolete or withdrawn stays so."""

    RECEIVED = "received"
    FORM_FAILED = "form_failed"
    FORM_PASSED = "form_passed"
    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    OBSOLETE = "obsolete"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


STATE_TITLES: Mapping[State, str] = MappingProxyType(
    {
        State.RECEIVED: N_("Received"),
        State.FORM_FAILED: N_("Form failed"),
        State.FORM_PASSED: N_("Form passed"),
        State.CONSISTENT: N_("Consistent"),
        State.INCONSISTENT: N_("Inconsistent"),
        State.OBSOLETE: N_("Obsolete: a newer version took its place"),
        State.DUPLICATE: N_("Duplicate"),
        State.WITHDRAWN: N_("Withdrawn"),
    }
)

CURRENT = frozenset({State.FORM_PASSED, State.CONSISTENT, State.INCONSISTENT})
"""What counts: with these others are compared, and of these the public tables are made."""


class Act(StrEnum):
    """What happens to a submission; each is written once and kept."""

    FORM_FAILED = "form_failed"
    FORM_PASSED = "form_passed"
    DUPLICATE = "duplicate"
    FOUND_CONSISTENT = "found_consistent"
    FOUND_INCONSISTENT = "found_inconsistent"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """Where an act is possible, and what the submission is after it."""

    starts: frozenset[State]
    ends: State


_RECEIVED = frozenset({State.RECEIVED})

STEPS: Mapping[Act, Step] = MappingProxyType(
    {
        Act.FORM_FAILED: Step(_RECEIVED, State.FORM_FAILED),
        Act.FORM_PASSED: Step(_RECEIVED, State.FORM_PASSED),
        Act.DUPLICATE: Step(_RECEIVED, State.DUPLICATE),
        Act.FOUND_CONSISTENT: Step(CURRENT, State.CONSISTENT),
        Act.FOUND_INCONSISTENT: Step(CURRENT, State.INCONSISTENT),
        Act.SUPERSEDED: Step(CURRENT, State.OBSOLETE),
        Act.WITHDRAWN: Step(CURRENT, State.WITHDRAWN),
    }
)


def refusals_of_act(act: Act, state: State, subject: str) -> Iterator[Refusal]:
    """Whether the submission is where the act is possible."""
    if state not in STEPS[act].starts:
        yield Refusal(Code.SUBMISSION_WRONG_STATE, subject, state)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """X.Y as in table 1, the first being 1.0: 1.10 comes after 1.9.

    Source: common nomenclatures, table 2; 2/CMA.3 annex para 34 (corrections are new versions).
    """

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    def next(self) -> Version:
        """The smallest revision of it."""
        return Version(self.major, self.minor + 1)


def read_version(text: str) -> Version | None:
    """`X.Y`; None where it is none that can be kept."""
    major, point, minor = text.partition(".")
    parts = (major, minor)
    if not point or not all(each.isascii() and each.isdecimal() and len(each) <= 6 for each in parts):
        return None
    return Version(int(major), int(minor)) if int(major) >= 1 else None


def name(party: str, year: int, version: Version) -> str:
    """A submission as people call it: `CHE 2024 1.0`."""
    return f"{party} {year} {version}"


def is_name(text: str) -> bool:
    """Whether this could be the name of a recorded submission."""
    return re.fullmatch(r"[A-Z]{3} [0-9]{4} [0-9]+\.[0-9]+", text) is not None


def refusals_of_version(given: Version, newest: Version | None, subject: str) -> Iterator[Refusal]:
    """A version never goes backwards, also behind one that was withdrawn."""
    if newest is not None and given < newest:
        yield Refusal(Code.SUBMISSION_VERSION_BACKWARDS, subject, str(newest))


# --- Confidential items (2/CMA.3 annex para 24)


@dataclass(frozen=True, slots=True)
class Mark:
    """What the Party identifies as confidential: a cell; without `field` the row, without `row` the field in all rows.

    `table` is the table's key (`actions`), `row` the row of the sheet as the file has it, `field` the technical name.
    """

    table: str
    row: int | None = None
    field: str | None = None


# --- Status of the Article 6 technical expert review (4/CMA.6 para 37)


class ReviewStatus(StrEnum):
    """The marks of 4/CMA.6 para 37(a) to (g), word for word; (g) says "consistencies" in the official text."""

    PENDING = N_("Review pending")
    NONE = N_("Review finalized and no inconsistencies identified")
    SOME = N_("Review finalized and inconsistencies identified")
    SIGNIFICANT = N_("Review finalized and significant inconsistencies identified")
    PERSISTENT = N_("Review finalized and persistent inconsistencies identified")
    DIFFERENT = N_("Review finalized and significant inconsistencies and persistent inconsistencies identified")
    BOTH = N_("Review finalized and consistencies identified that are both significant and persistent")


REVIEW_KEYS: Mapping[str, ReviewStatus] = MappingProxyType({each.name.lower(): each for each in ReviewStatus})
"""How programs and people name a status: `pending`, `none`, `some` and so on."""


def is_approach(text: str) -> bool:
    """Whether this is how a cooperative approach is named: CA and four digits."""
    return re.fullmatch(r"CA[0-9]{4}", text) is not None


# --- Whom an inconsistency concerns


def concerned(parties: Iterable[str], reporting: str) -> tuple[tuple[str, ...], bool]:
    """The Parties concerned, in order, and whether the inconsistency is a cross-Party one (4/CMA.6 para 38)."""
    found = sorted({*parties, reporting})
    return tuple(found), len(found) > 1
