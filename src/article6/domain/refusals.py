"""Refusals: what a rule says when it says no.

A code is public and permanent: never renamed, reused or removed. The sentence tells the person what to do; it is a
gettext message id, translated where it is shown. Every code has its sentence in refusal_sentences.py and in
docs/reference/refusals.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from article6.domain.refusal_codes import N_ as N_
from article6.domain.refusal_codes import Code as Code
from article6.domain.refusal_sentences import SENTENCES


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason for a no.

    `subject` names what it concerns: an account number, a serial range, a line of a file, a field.
    """

    code: Code
    subject: str = ""
    detail: str = ""

    @property
    def sentence(self) -> str:
        """What to do about it, in English; the doors translate it."""
        return SENTENCES[self.code]

    def __str__(self) -> str:
        parts = [str(self.code), self.subject, self.detail]
        return ": ".join(part for part in parts if part)


class Refused(Exception):
    """A rule said no; nothing was written. Carries every reason, most important first."""

    def __init__(self, reasons: Iterable[Refusal]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(str(reason) for reason in self.reasons))

    @property
    def codes(self) -> tuple[Code, ...]:
        return tuple(reason.code for reason in self.reasons)


def refused(code: Code, subject: str = "", detail: str = "") -> Refused:
    """The exception for a single reason."""
    return Refused([Refusal(code, subject, detail)])


class BrokenInvariant(Exception):
    """Our bug; nobody catches it."""


def invariant(holds: bool, what: str) -> None:
    """Guard a promise about units; unlike `assert` it survives `python -O`."""
    if not holds:
        raise BrokenInvariant(what)
