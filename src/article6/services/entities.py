"""The register of entities that Parties identified: register, renew, suspend; and who may read what of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from article6.domain.authorizations import Entity
from article6.domain.entities import Check, Document, EntityStatus, RegisteredEntity, entity_refusals
from article6.domain.kinds import Role
from article6.domain.orders import Actor, PersonId
from article6.domain.parties import party
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right, may
from article6.services import parties, people
from article6.services.commands import command, once
from article6.store import journal
from article6.store.queries import entities as queries
from article6.store.queries import facts, registries


@dataclass(frozen=True, slots=True)
class CheckDone:
    """A check as the person reports who did it: what was looked at, and whether it passed."""

    kind: str
    is_passed: bool = True
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NewEntity:
    """An entity to register in a Party's section; the fields are those of `domain.entities.RegisteredEntity`."""

    party: str
    code: str
    name: str
    country: str
    identification: str
    valid_until: date
    documents: tuple[Document, ...] = ()
    checks: tuple[CheckDone, ...] = ()


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a new identification found. Empty texts stay as they were; documents and checks are those of this time."""

    valid_until: date
    documents: tuple[Document, ...] = ()
    checks: tuple[CheckDone, ...] = ()
    name: str = ""
    country: str = ""
    identification: str = ""


def register(new: NewEntity, *, by: PersonId, now: datetime, key: str | None = None) -> RegisteredEntity:
    """Register an entity with its identification; its checks are those of the person who registers it.

    Raises:
        Refused: every element that is missing or contradicts another, an entity of that code, name or number is there,
            or `by` is no administrator of the Party's section.
    """
    given = command(by, key, "register_entity", new)

    def version() -> RegisteredEntity:
        if queries.versions(new.party, new.code):
            raise refused(Code.ENTITY_EXISTS, new.code)
        values = {each.name: getattr(new, each.name) for each in dataclasses.fields(new)}
        return RegisteredEntity(**{**values, "checks": _checks(new.checks, by, now)}, version=1)

    return _written(given, new.party, version, "registered", now)


def renew(
    party_code: str, code: str, renewal: Renewal, *, by: PersonId, now: datetime, key: str | None = None
) -> RegisteredEntity:
    """Record a new identification: a new version, active again.

    Raises:
        Refused: no such entity, it has ended, or as for `register`.
    """
    given = command(by, key, "renew_entity", [party_code, code, renewal])

    def version() -> RegisteredEntity:
        before = latest(party_code, code)
        if before.status is EntityStatus.ENDED:
            raise refused(Code.ENTITY_NOT_ACTIVE, code, before.status)
        return replace(
            before, version=before.version + 1, name=renewal.name or before.name,
            country=renewal.country or before.country, identification=renewal.identification or before.identification,
            documents=renewal.documents, checks=_checks(renewal.checks, by, now), valid_until=renewal.valid_until,
            status=EntityStatus.ACTIVE, reason="",
        )  # fmt: skip

    return _written(given, party_code, version, "renewed", now)


def set_status(
    party_code: str, code: str, status: EntityStatus, *, reason: str, by: PersonId, now: datetime,
    key: str | None = None,
) -> RegisteredEntity:  # fmt: skip
    """Suspend an entity, take a suspension back, or end it for good; its identification stays as it was.

    Raises:
        Refused: no such entity, it has ended, no reason, or `by` is no administrator of the Party's section.
    """
    given = command(by, key, "set_entity_status", [party_code, code, status, reason])

    def version() -> RegisteredEntity:
        before = latest(party_code, code)
        if before.status is EntityStatus.ENDED:
            raise refused(Code.ENTITY_NOT_ACTIVE, code, before.status)
        return replace(before, version=before.version + 1, status=status, reason=reason)

    return _written(given, party_code, version, str(status), now)


def _checks(done: Sequence[CheckDone], by: PersonId, now: datetime) -> tuple[Check, ...]:
    return tuple(Check(each.kind, each.is_passed, by, now, each.remark) for each in done)


def _written(
    given: journal.Command, party_code: str, version: Callable[[], RegisteredEntity], what: str, now: datetime
) -> RegisteredEntity:
    """Judge and write a version, each of a Party's after the other."""

    def act() -> RegisteredEntity:
        section_id = parties.section(party_code)
        people.require(given.person_id, Right.IDENTIFY_ENTITY, section_id)
        with journal.database_transaction():
            journal.wait_for_turn(f"entities:{party_code}")
            new = version()
            if reasons := _reasons(new, now.date()):
                raise Refused(reasons)
            values: dict[str, Any] = {each.name: getattr(new, each.name) for each in dataclasses.fields(new)}
            values["documents"] = journal.entities_json([dataclasses.asdict(each) for each in new.documents])
            values["checks"] = journal.entities_json([
                {**dataclasses.asdict(each), "at": each.at.isoformat()} for each in new.checks
            ])  # fmt: skip
            number = journal.insert("entity", {"section_id": section_id, **values, "recorded_at": now})
            journal.note(given, f"entity.{what}", f"entity:{new.party}:{new.code}:{new.version}", now, [number],
                         section_id=section_id)  # fmt: skip
        return queries.by_id(number)

    return once(given, act, lambda answer: queries.by_id(answer.ids[0]))


def _reasons(new: RegisteredEntity, on: date) -> list[Refusal]:
    reasons = entity_refusals(new, on)
    if party(new.country) is None:
        reasons.append(Refusal(Code.PARTY_UNKNOWN, new.country))
    # An account names its holder by code, name or number: none of them may stand for two entities.
    others = queries.called(new.party, (new.code, new.name, new.identification), new.code)
    return reasons + [Refusal(Code.ENTITY_EXISTS, each) for each in others]


def latest(party_code: str, code: str) -> RegisteredEntity:
    """An entity as it is registered now.

    Raises:
        Refused: there is none.
    """
    found = queries.versions(party_code, code)
    if not found:
        raise refused(Code.ENTITY_UNKNOWN, code, party_code)
    return found[-1]


def named(party_code: str, entities: Sequence[Entity], on: date) -> tuple[tuple[Entity, ...], list[Refusal]]:
    """Entities of an authorization with what the register has of them, and what speaks against naming them.

    One that is named by its code, or by its number and country, is the registered one, whatever else is given. One that
    is not in the register stays as it is given.
    """
    known = queries.latest(party_code) if entities else []
    by_code = {each.code: each for each in known}
    by_number = {(each.country, each.identification): each for each in known}
    found: list[Entity] = []
    reasons: list[Refusal] = []
    for each in entities:
        registered = by_code.get(each.code) if each.code else by_number.get((each.country, each.identification))
        if registered is None:
            if each.code:
                reasons.append(Refusal(Code.ENTITY_UNKNOWN, each.code, party_code))
            else:
                found.append(each)
            continue
        reasons += registered.standing.refusals(on)
        found.append(
            replace(
                each, code=registered.code, name=registered.name, country=registered.country,
                identification=registered.identification,
            )
        )  # fmt: skip
    return tuple(found), reasons


def listed(by: PersonId, party_code: str | None = None) -> list[RegisteredEntity]:
    """The entities that the person may read, as they are now; of one Party where it is named.

    Raises:
        Refused: no such Party or section.
    """
    if party_code is not None:
        parties.section(party_code)
    actor, sections = facts.actor(by), registries.sections()
    return [each for each in queries.latest(party_code) if _reads(actor, sections[each.party])]


def history(by: PersonId, party_code: str, code: str) -> list[RegisteredEntity]:
    """Every version of an entity, oldest first.

    Raises:
        Refused: there is none, or the person may not read it.
    """
    actor = facts.actor(by)
    if not _reads(actor, parties.section(party_code)):
        raise refused(Code.PERSON_NOT_PERMITTED, actor.name, party_code)
    found = queries.versions(party_code, code)
    if not found:
        raise refused(Code.ENTITY_UNKNOWN, code, party_code)
    return found


def _reads(actor: Actor, section_id: int) -> bool:
    return may(actor, Right.IDENTIFY_ENTITY, section_id) or actor.has(Role.AUDITOR, section_id)
