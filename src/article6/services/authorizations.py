"""Cooperative approaches and authorizations, recorded as the Parties gave them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from article6.domain.authorizations import Authorization, Entity, FirstTransferDefinition, Purpose
from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.domain.parties import party
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.services import people
from article6.services.commands import command, once
from article6.store import journal
from article6.store.queries import approaches, facts, registries


@dataclass(frozen=True, slots=True)
class NewApproach:
    """A cooperative approach under its CARP identifier (`CA` and four digits)."""

    code: str
    title: str
    parties: tuple[str, ...]
    first_transfer_oimp: FirstTransferDefinition | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NewAuthorization:
    """A version of an authorization to record; the fields are those of `domain.authorizations.Authorization`."""

    code: str
    party: str
    approach: str
    authorized_on: date
    purposes: Purpose
    version: int = 1
    quantity: int | None = None
    parties: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    oimp: str = ""
    year_first: int | None = None
    year_last: int | None = None
    sectors: tuple[str, ...] = ()
    activity_types: tuple[str, ...] = ()
    metric: str = "GHG"
    gwp: str = ""
    metric_unit: str = ""
    terms: str = ""
    remark: str = ""


def record_approach(new: NewApproach, *, by: PersonId, now: datetime, key: str | None = None) -> int:
    """Record a cooperative approach; its number in the registry.

    Raises:
        Refused: malformed identifier, unknown Party, recorded already, or `by` is no administrator.
    """
    given = command(by, key, "record_approach", new)

    def act() -> int:
        if not re.fullmatch(r"CA\d{4}", new.code):
            raise refused(Code.APPROACH_UNKNOWN, new.code)
        if unknown := [each for each in new.parties if party(each) is None]:
            raise Refused(Refusal(Code.PARTY_UNKNOWN, each) for each in unknown)
        people.require(by, Role.ADMINISTRATOR, 0)
        with journal.database_transaction():
            values = {**dataclasses.asdict(new), "parties": list(new.parties)}
            number = journal.insert("cooperative_approach", values)
            journal.note(given, "approach.recorded", f"approach:{new.code}", now, [number])
        return number

    return once(given, act, lambda answer: answer.ids[0])


def record_authorization(
    new: NewAuthorization, *, by: PersonId, now: datetime, key: str | None = None
) -> Authorization:
    """Record an authorization as its Party gave it. A change is a new version; what was recorded stays.

    The first transfer definition for OIMP is the approach's, uniform for all its authorizations (4/CMA.6 para 15).

    Raises:
        Refused: every element that is missing, unknown or contradictory; or `by` is no administrator of the section.
    """
    given = command(by, key, "record_authorization", new)

    def act() -> Authorization:
        sections = registries.sections()
        people.require(by, Role.ADMINISTRATOR, sections.get(new.party, 0))
        approach = approaches.by_code(new.approach)
        reasons = list(_reasons(new, approach))
        if reasons or approach is None:
            raise Refused(reasons)
        definition = approach["first_transfer_oimp"] if new.purposes.covers_oimp else None
        with journal.database_transaction():
            number = journal.insert(
                "party_authorization",
                {
                    **{
                        each.name: getattr(new, each.name)
                        for each in dataclasses.fields(new)
                        if each.name != "approach"
                    },
                    "cooperative_approach_id": approach["id"],
                    "parties": list(new.parties),
                    "entities": journal.entities_json([dataclasses.asdict(each) for each in new.entities]),
                    "sectors": list(new.sectors),
                    "activity_types": list(new.activity_types),
                    "first_transfer_oimp": definition,
                    "recorded_at": now,
                },
            )
            journal.note(given, "authorization.recorded", f"authorization:{new.code}:{new.version}", now, [number])
        return facts.authorizations_by_id([number])[number]

    return once(given, act, lambda answer: facts.authorizations_by_id(answer.ids)[answer.ids[0]])


def _reasons(new: NewAuthorization, approach: dict[str, Any] | None) -> Iterator[Refusal]:
    for code in (new.party, *new.parties, *(entity.country for entity in new.entities)):
        if party(code) is None:
            yield Refusal(Code.PARTY_UNKNOWN, code)
    if approach is None:
        yield Refusal(Code.APPROACH_UNKNOWN, new.approach)
        return
    if new.party not in approach["parties"]:
        yield Refusal(Code.AUTHORIZATION_MALFORMED, new.party, "takes no part in the approach")
    if not re.fullmatch(r"[A-Za-z0-9 -]+", new.code):
        yield Refusal(Code.AUTHORIZATION_MALFORMED, new.code, "letters, digits, spaces and hyphens only")
    if new.quantity is not None and new.quantity < 1:
        yield Refusal(Code.QUANTITY_NOT_POSITIVE, str(new.quantity))
    if (new.year_first or 0) > (new.year_last or 9999):
        yield Refusal(Code.AUTHORIZATION_MALFORMED, new.code, "the time frame ends before it begins")
    if new.purposes.covers_oimp and approach["first_transfer_oimp"] is None:
        yield Refusal(
            Code.AUTHORIZATION_MALFORMED, new.code, "the approach does not define the first transfer for OIMP"
        )
    if new.purposes.covers_oimp and not new.oimp:
        yield Refusal(Code.AUTHORIZATION_MALFORMED, new.code, "name the other international mitigation purposes")
