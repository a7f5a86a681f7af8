"""Entities that a Party identified, so that it may authorize them to take part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from article6.domain.refusals import Code, Refusal


class EntityStatus(StrEnum):
    """Whether an entity may act; its identification may have lapsed besides."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Document:
    """A document kept elsewhere: what it is, its reference, and the SHA-256 of its file in hexadecimal digits."""

    kind: str
    reference: str
    sha256: str

    @property
    def is_complete(self) -> bool:
        """Whether it says what it is, where, and by which digest its file is known."""
        return bool(self.kind.strip() and self.reference.strip() and re.fullmatch(r"[0-9a-f]{64}", self.sha256))


DOCUMENT_PARTS = "give its kind, reference and SHA-256 (64 hexadecimal digits)"
"""What is to be done about a document that is not complete."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of an identification: what was looked at, whether it passed, by whom and when."""

    kind: str
    is_passed: bool
    person_id: int
    at: datetime
    remark: str = ""


@dataclass(frozen=True, slots=True)
class RegisteredEntity:
    """One version of an entity of a Party's section. `valid_until` is the last day on which the identification holds.

    `name` is the legal name, `country` where it is incorporated (alpha-3) and `identification` its number there: the
    three are what the AEF reports (4/CMA.6 annex II, table 5). All else is not public.
    """

    party: str
    code: str
    version: int
    name: str
    country: str
    identification: str
    documents: tuple[Document, ...]
    checks: tuple[Check, ...]
    valid_until: date
    status: EntityStatus = EntityStatus.ACTIVE
    reason: str = ""

    @property
    def standing(self) -> "Standing":
        return Standing(self.code, self.status, self.valid_until)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a registered entity may act: its code in the register, its status, the last day of its identification."""

    code: str
    status: EntityStatus
    valid_until: date

    def refusals(self, on: date) -> Iterator[Refusal]:
        """What keeps the entity from acting on this day."""
        if self.status is not EntityStatus.ACTIVE:
            yield Refusal(Code.ENTITY_NOT_ACTIVE, self.code, self.status)
        if self.valid_until < on:
            yield Refusal(Code.ENTITY_IDENTIFICATION_LAPSED, self.code, f"valid until {self.valid_until}")


def entity_refusals(given: RegisteredEntity, on: date) -> list[Refusal]:
    """Every element of a version that is missing or contradicts another."""
    return [Refusal(Code.ENTITY_MALFORMED, given.code, each) for each in _content(given, on)]


def _content(given: RegisteredEntity, on: date) -> Iterator[str]:
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,39}", given.code):
        yield "its code has capital letters, digits and hyphens only, 40 at most"
    for what, value in (("legal name", given.name), ("identification number", given.identification)):
        if not value.strip():
            yield f"give the {what}"
    for each in given.documents:
        if not each.is_complete:
            yield f"document {each.reference[:60]}: {DOCUMENT_PARTS}"
    if given.status is not EntityStatus.ACTIVE:
        if not given.reason.strip():
            yield "give the reason"
        return
    if given.valid_until < on:
        yield f"valid until {given.valid_until}: that day has passed"
    if not given.documents:
        yield "name the documents by which it was identified"
    if not any(each.is_passed for each in given.checks) or not all(each.is_passed for each in given.checks):
        yield "an active entity has checks, and has passed all of them"
