"""Issuance: the only way in which units come to be."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import jsonschema

from article6.domain.attribute_schemas import SCHEMAS
from article6.domain.authorizations import Authorization, Event, is_first_transfer
from article6.domain.issuances import issuance_refusals
from article6.domain.kinds import Kind, Role
from article6.domain.orders import Issuance, PersonId, TransactionId
from article6.domain.parties import party
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.serials import SerialRange
from article6.services import people
from article6.services.commands import command, once
from article6.store import journal
from article6.store.journal import Command, Issued, Issuing
from article6.store.queries import approaches, batches, facts, registries


@dataclass(frozen=True, slots=True)
class NewActivity:
    """An activity (project) by its Party and its number in the programme."""

    code: str
    party: str
    title: str = ""
    sectors: tuple[str, ...] = ()
    activity_types: tuple[str, ...] = ()
    methodology: str = ""


def record_activity(new: NewActivity, *, by: PersonId, now: datetime) -> int:
    """Record an activity; its id. One that is recorded already is left as it is.

    Raises:
        Refused: unknown Party, or `by` is no administrator.
    """
    return record_activities([new], by=by, now=now)[new.party, new.code]


def record_activities(activities: Sequence[NewActivity], *, by: PersonId, now: datetime) -> dict[tuple[str, str], int]:
    """Record activities, all or none; their ids by Party and code. Those recorded already are left as they are.

    Raises:
        Refused: unknown Parties, or `by` is no administrator.
    """
    if unknown := {each.party for each in activities if party(each.party) is None}:
        raise Refused(Refusal(Code.PARTY_UNKNOWN, each) for each in sorted(unknown))
    known = approaches.activities((each.party, each.code) for each in activities)
    added = [each for each in activities if (each.party, each.code) not in known]
    if not added:
        return known
    people.require(by, Role.ADMINISTRATOR, 0)
    with journal.database_transaction():
        for new in added:
            if (new.party, new.code) not in known:
                known[new.party, new.code] = journal.insert("activity", _columns(new))
        if len(added) == 1:
            subject = f"activity:{added[0].party}:{added[0].code}"
        else:
            subject = f"activities:{len(added)}"
        journal.note(Command(by), "activity.recorded", subject, now)
    return known


def _columns(new: NewActivity) -> dict[str, str | list[str]]:
    # A tuple would reach PostgreSQL as a record.
    values = dataclasses.asdict(new)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def issue(issuance: Issuance, *, by: PersonId, now: datetime, key: str | None = None) -> Issued:
    """Issue a batch.

    Raises:
        Refused: every reason the rules have, or serials that overlap issued ones; nothing was written.
    """
    given = command(by, key, "issue", issuance)
    return once(given, lambda: _issue([(issuance, now)], given)[0], lambda answer: _issued(answer.ids[0]))


def issue_many(issuances: Sequence[tuple[Issuance, datetime]], *, by: PersonId, key: str | None = None) -> list[Issued]:
    """Issue batches, all or none, in their order, each at its own time.

    Raises:
        Refused: the reasons of every issuance that is refused; nothing was written.
    """
    given = command(by, key, "issue_many", issuances)

    def act() -> list[Issued]:
        with journal.database_transaction():
            # Two of these at once could wait for each other's series; one after the other they cannot.
            journal.wait_for_turn("issue_many")
            issued = _issue(issuances, Command(by))
            ids = [each.transaction_id for each in issued]
            journal.note(given, "issuances.completed", f"transactions:{len(ids)}", issuances[-1][1], ids)
        return issued

    return once(given, act, lambda answer: [_issued(each) for each in answer.ids]) if issuances else []


def _issue(issuances: Sequence[tuple[Issuance, datetime]], given: Command) -> list[Issued]:
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    accounts = facts.accounts({issuance.target for issuance, _ in issuances})
    named = {issuance.authorization for issuance, _ in issuances if issuance.authorization is not None}
    authorizations = {code: facts.authorization_in_force(code) for code in named}
    actor = facts.actor(given.person_id)
    reasons: list[Refusal] = []
    issuings: list[Issuing] = []
    for issuance, at in issuances:
        target = accounts.get(issuance.target)
        authorization = authorizations.get(issuance.authorization or "")
        reasons += issuance_refusals(issuance, Kind(identity["kind"]), actor, target, authorization, at.year)
        reasons += attribute_refusals(issuance)
        if target is not None and not reasons:
            issuings.append(Issuing(issuance, target, authorization, _is_first_transfer(authorization), at))
    if reasons:
        raise Refused(reasons)
    return journal.issue(issuings, given)


def _is_first_transfer(authorization: Authorization | None) -> bool:
    return is_first_transfer(authorization, Event.ISSUANCE) or is_first_transfer(authorization, Event.AUTHORIZATION)


def attribute_refusals(issuance: Issuance) -> Sequence[Refusal]:
    """What the further attributes break of the schema they name."""
    name, attributes = issuance.batch.attributes_schema, dict(issuance.batch.attributes)
    if not name and not attributes:
        return []
    if name not in SCHEMAS:
        return [Refusal(Code.ATTRIBUTES_INVALID, name, "no such schema")]
    return [
        Refusal(Code.ATTRIBUTES_INVALID, error.json_path, error.message)
        for error in sorted(_validator(name).iter_errors(attributes), key=lambda each: each.json_path)
    ]


@functools.cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(SCHEMAS[name])


def _issued(transaction_id: int) -> Issued:
    batch_id, first, last = batches.of_transaction(TransactionId(transaction_id))
    return Issued(TransactionId(transaction_id), batch_id, SerialRange(first, last))
