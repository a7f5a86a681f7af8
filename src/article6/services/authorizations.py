"""Cooperative approaches and authorizations, recorded as the Parties gave them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from article6.domain.authorization_content import content_refusals
from article6.domain.authorizations import (
    Authorization,
    Basis,
    ChangeTerms,
    Covered,
    Duration,
    Entity,
    FirstTransferDefinition,
    Purpose,
    Scope,
)
from article6.domain.entities import DOCUMENT_PARTS, Document
from article6.domain.orders import Issuance, PersonId
from article6.domain.parties import party
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.services import entities, nomenclatures, parties, people
from article6.services.commands import command, once
from article6.store import journal
from article6.store.queries import approaches, registries
from article6.store.queries import authorizations as queries


@dataclass(frozen=True, slots=True)
class NewApproach:
    """A cooperative approach under its CARP identifier (`CA` and four digits).

    Sectors, activity types and metrics bound its authorizations where they are named; `documents` set it up.
    """

    code: str
    title: str
    parties: tuple[str, ...]
    first_transfer_oimp: FirstTransferDefinition | None = None
    remark: str = ""
    sectors: tuple[str, ...] = ()
    activity_types: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()


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
    duration: Duration = field(default_factory=Duration)
    basis: Basis = field(default_factory=Basis)
    changes: ChangeTerms = field(default_factory=ChangeTerms)
    scope: Scope = field(default_factory=Scope)
    itmo_registry: str = ""
    conversion: str = ""


def record_approach(new: NewApproach, *, by: PersonId, now: datetime, key: str | None = None) -> int:
    """Record a cooperative approach; its number in the registry.

    Raises:
        Refused: malformed identifier or document, unknown Party, a value that no list has, recorded already, or `by` is
            no administrator of the section of a Party that takes part.
    """
    given = command(by, key, "record_approach", new)

    def act() -> int:
        if not re.fullmatch(r"CA\d{4}", new.code):
            raise refused(Code.APPROACH_UNKNOWN, new.code)
        if reasons := list(_reasons_against(new, now.date())):
            raise Refused(reasons)
        people.require_in_one(by, Right.RECORD_APPROACH, new.parties)
        with journal.database_transaction():
            values = {each.name: getattr(new, each.name) for each in dataclasses.fields(new)}
            values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
            values["documents"] = journal.entities_json([dataclasses.asdict(each) for each in new.documents])
            number = journal.insert("cooperative_approach", values)
            journal.note(given, "approach.recorded", f"approach:{new.code}", now, [number])
        return number

    return once(given, act, lambda answer: answer.ids[0])


def _reasons_against(new: NewApproach, on: date) -> Iterator[Refusal]:
    for code in new.parties:
        if party(code) is None:
            yield Refusal(Code.PARTY_UNKNOWN, code)
    for each in new.documents:
        if not each.is_complete:
            yield Refusal(Code.REQUEST_MALFORMED, each.reference, DOCUMENT_PARTS)
    yield from nomenclatures.refusals(nomenclatures.approach_values(new.sectors, new.activity_types, new.metrics), on)


def record_authorization(
    new: NewAuthorization, *, by: PersonId, now: datetime, key: str | None = None
) -> Authorization:
    """Record an authorization as its Party gave it. A change is a new version; what was recorded stays.

    Units that stand under an earlier version stay under it: `authorization_changes.change` carries them over. The
    first transfer definition for OIMP is the approach's, uniform for all its authorizations (4/CMA.6 para 15).

    Raises:
        Refused: every element that is missing, unknown or contradictory; more units stand under it than it covers; or
            `by` is no administrator of the section.
    """
    given = command(by, key, "record_authorization", new)

    def act() -> Authorization:
        require_administrator(new.party, by)
        version = as_version(new, now.date())
        with journal.database_transaction():
            number = insert(version, now)
            journal.note(given, "authorization.recorded", f"authorization:{new.code}:{new.version}", now, [number])
        return recorded([number])

    return once(given, act, lambda answer: recorded(answer.ids))


def require_administrator(party_code: str, by: PersonId) -> None:
    """The person must be administrator of the Party's section: an authorization is the Party's own act.

    Raises:
        Refused: the person is not.
    """
    people.require(by, Right.AUTHORIZE, registries.sections().get(party_code, 0))


def recorded(ids: Sequence[int]) -> Authorization:
    """The version that was recorded under the first of these ids."""
    return queries.authorizations_by_id(ids)[ids[0]]


def as_version(given: NewAuthorization, on: date) -> Authorization:
    """The version as it would be recorded on this day, its entities as the register has them; its id is 0.

    Raises:
        Refused: every element that is missing, unknown or contradictory.
    """
    approach = approaches.by_code(given.approach)
    named, unfit = entities.named(given.party, given.entities, on)
    new = dataclasses.replace(given, entities=named)
    reasons = [*_reasons(new, approach), *unfit, *parties.refusals_of_participation(new.party, new.authorized_on)]
    if reasons or approach is None:
        raise Refused(reasons)
    definition = approach["first_transfer_oimp"] if new.purposes.covers_oimp else None
    values = {each.name: getattr(new, each.name) for each in dataclasses.fields(new)}
    defined = FirstTransferDefinition(definition) if definition else None
    return Authorization(id=0, first_transfer_oimp=defined, **values)


def insert(version: Authorization, now: datetime) -> int:
    """Write a version; its id. Needs a database transaction around it.

    Raises:
        Refused: it is recorded already, or more units stand under the authorization than it covers.
    """
    approach = approaches.by_code(version.approach)
    if approach is None:
        raise refused(Code.APPROACH_UNKNOWN, version.approach)
    values: dict[str, Any] = {each.name: getattr(version, each.name) for each in dataclasses.fields(version)}
    for name in ("id", "approach"):
        del values[name]
    for group in ("duration", "basis", "changes", "scope"):
        part = values.pop(group)
        values |= {_COLUMNS.get(each.name, each.name): getattr(part, each.name) for each in dataclasses.fields(part)}
    for name in ("entities", "serials"):
        values[name] = journal.entities_json([dataclasses.asdict(each) for each in values[name]])
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    values |= {"cooperative_approach_id": approach["id"], "recorded_at": now}
    return journal.insert("party_authorization", values)


_COLUMNS = {"circumstances": "change_circumstances", "process": "change_process"}


def refusals_of_issuance(issuance: Issuance, authorization: Authorization, on: date) -> Iterator[Refusal]:
    """What speaks against issuing under an authorization on this day: its final dates, and its scope."""
    duration, scope = authorization.duration, authorization.scope
    for until in (duration.ends_on, duration.issue_until):
        if until is not None and on > until:
            yield Refusal(Code.AUTHORIZATION_EXPIRED, authorization.code, str(until))
            break
    if scope.serials and issuance.first is None:
        yield Refusal(
            Code.AUTHORIZATION_SCOPE_NOT_COVERED, authorization.code, "covers certain serials: name the units by them"
        )
        return
    batch, first = issuance.batch, issuance.first or 1
    activity = queries.activity_code(batch.activity_id) if scope.activities and batch.activity_id else None
    units = Covered(
        issuance.registry, first, first + issuance.quantity - 1, batch.vintage_year, activity, batch.metric,
        batch.sectors, batch.activity_types,
    )  # fmt: skip
    if outside := authorization.outside(units):
        yield Refusal(Code.AUTHORIZATION_SCOPE_NOT_COVERED, authorization.code, outside)


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
    if new.purposes.covers_oimp and approach["first_transfer_oimp"] is None:
        yield Refusal(
            Code.AUTHORIZATION_MALFORMED, new.code, "the approach does not define the first transfer for OIMP"
        )
    if new.purposes.covers_oimp and not new.oimp:
        yield Refusal(Code.AUTHORIZATION_MALFORMED, new.code, "name the other international mitigation purposes")
    yield from _outside(new, approach)
    values = {each.name: getattr(new, each.name) for each in dataclasses.fields(new)}
    yield from content_refusals(Authorization(id=0, **values))
    yield from _listed(new)
    yield from _follows(new)


def _outside(new: NewAuthorization, approach: Mapping[str, Any]) -> Iterator[Refusal]:
    """What the approach does not have, where it names what it has (the same for all its authorizations)."""
    asked = (("sectors", new.sectors), ("activity_types", new.activity_types), ("metrics", (new.metric,)))
    for name, values in asked:
        for value in values:
            if approach[name] and value not in approach[name]:
                yield Refusal(Code.AUTHORIZATION_MALFORMED, value, f"not among the {name} of {approach['code']}")


def _listed(new: NewAuthorization) -> Iterator[Refusal]:
    """Values are those of the nomenclatures; what the version before had was listed then, and may stay."""
    earlier = queries.versions(new.party, new.code)
    kept = _values(earlier[-1]) if earlier else []
    yield from nomenclatures.refusals((each for each in _values(new) if each not in kept), new.authorized_on)


def _values(given: NewAuthorization | Authorization) -> list[tuple[str, str]]:
    return nomenclatures.authorization_values(given.sectors, given.activity_types, given.metric, given.purposes)


def _follows(new: NewAuthorization) -> Iterator[Refusal]:
    """A version follows the one before it, of the same approach; nothing follows a revocation."""
    earlier = queries.versions(new.party, new.code)
    latest = earlier[-1] if earlier else None
    if new.version > (latest.version if latest else 0) + 1 or new.version < 1:
        yield Refusal(Code.AUTHORIZATION_MALFORMED, new.code, f"version {new.version} does not follow the one before")
    if latest is not None and latest.approach != new.approach:
        yield Refusal(Code.AUTHORIZATION_MALFORMED, new.code, f"its approach is {latest.approach}")
    if latest is not None and latest.is_revoked:
        yield Refusal(Code.AUTHORIZATION_REVOKED, new.code, "a new authorization has an identifier of its own")
