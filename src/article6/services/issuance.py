"""Issuance: the only way in which units come to be."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from article6.domain import roles
from article6.domain.attribute_schemas import Subject
from article6.domain.authorizations import Authorization, Event, is_first_transfer
from article6.domain.issuances import ISSUANCE, issuance_refusals
from article6.domain.kinds import KINDS, Kind
from article6.domain.orders import ANY_SECTION, Issuance, PersonId, TransactionId
from article6.domain.parties import party
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.domain.serials import SerialRange
from article6.services import attribute_schemas, business_rules, declarations, nomenclatures, people, underlying
from article6.services.attribute_schemas import Given
from article6.services.authorizations import refusals_of_issuance
from article6.services.commands import command, once
from article6.store import journal
from article6.store.journal import Command, Issued, Issuing
from article6.store.queries import approaches, batches, facts, registries


@dataclass(frozen=True, slots=True)
class NewActivity:
    """An activity (project) by its Party and its number in the programme, with further attributes where declared."""

    code: str
    party: str
    title: str = ""
    sectors: tuple[str, ...] = ()
    activity_types: tuple[str, ...] = ()
    methodology: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    attributes_schema: str = ""


def record_activity(new: NewActivity, *, by: PersonId, now: datetime) -> int:
    """Record an activity; its id. One that is recorded already is left as it is.

    Raises:
        Refused: unknown Party, or `by` is no administrator.
    """
    return record_activities([new], by=by, now=now)[new.party, new.code]


def new_activity(new: NewActivity, *, by: PersonId, now: datetime, key: str | None = None) -> int:
    """Record an activity that is not recorded yet; its id.

    Raises:
        Refused: it is recorded already, or what `record_activity` refuses.
    """
    given = command(by, key, "new_activity", new)

    def act() -> int:
        with journal.database_transaction():
            journal.wait_for_turn(f"activity:{new.party}:{new.code}")
            if approaches.activity(new.party, new.code) is not None:
                raise refused(Code.ACTIVITY_EXISTS, f"{new.party} {new.code}")
            return record_activities([new], by=by, now=now, given=given)[new.party, new.code]

    return once(given, act, lambda answer: answer.ids[0])


def record_activities(
    activities: Sequence[NewActivity], *, by: PersonId, now: datetime, given: Command | None = None
) -> dict[tuple[str, str], int]:
    """Record activities, all or none; their ids by Party and code. Those recorded already are left as they are.

    `given` is the command whose answer their ids are.

    Raises:
        Refused: unknown Parties, further attributes that do not fit, or `by` is no administrator of their sections.
    """
    if unknown := {each.party for each in activities if party(each.party) is None}:
        raise Refused(Refusal(Code.PARTY_UNKNOWN, each) for each in sorted(unknown))
    known = approaches.activities((each.party, each.code) for each in activities)
    added = [each for each in activities if (each.party, each.code) not in known]
    if not added:
        return known
    _require_recorder(by, {each.party for each in added})
    further = (Given(each.attributes_schema, each.attributes, now.date()) for each in added)
    if faults := attribute_schemas.refusals(Subject.ACTIVITY, further):
        raise Refused(faults)
    with journal.database_transaction():
        for new in added:
            if (new.party, new.code) not in known:
                known[new.party, new.code] = journal.insert("activity", _columns(new))
        if len(added) == 1:
            subject = f"activity:{added[0].party}:{added[0].code}"
        else:
            subject = f"activities:{len(added)}"
        ids = [known[each.party, each.code] for each in added] if given else None
        journal.note(given or Command(by), "activity.recorded", subject, now, ids)
    return known


def _require_recorder(by: PersonId, parties: Iterable[str]) -> None:
    """Administrators of the Parties' sections; in a mechanism registry its secretariat, whose activities they are."""
    is_mechanism = (registries.identity() or {}).get("kind") == Kind.MECHANISM
    administration = registries.sections().get("ADM", ANY_SECTION)
    if is_mechanism and roles.may(facts.actor(by), Right.INSTRUCT_MECHANISM, administration):
        return
    for code in sorted(parties):
        people.require_in_one(by, Right.RECORD_APPROACH, [code])


def _columns(new: NewActivity) -> dict[str, Any]:
    # A tuple would reach PostgreSQL as a record.
    values = {each.name: getattr(new, each.name) for each in dataclasses.fields(new)}
    values["attributes"] = dict(new.attributes)
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


def issue_in_act(issuance: Issuance, *, by: PersonId, now: datetime, type_: str = ISSUANCE) -> Issued:
    """Issue a batch as part of a larger act, in that act's database transaction; the act judged who may ask for it.

    Raises:
        Refused: every reason the rules have, or serials that overlap issued ones; the act must not go on.
    """
    return _issue([(issuance, now)], Command(by), type_)[0]


def _issue(issuances: Sequence[tuple[Issuance, datetime]], given: Command, in_act: str | None = None) -> list[Issued]:
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    if in_act is None and KINDS[Kind(identity["kind"])].transactions[ISSUANCE].composed:
        raise refused(Code.TRANSACTION_NOT_ALONE, ISSUANCE)
    type_ = in_act or ISSUANCE
    accounts = facts.accounts({issuance.target for issuance, _ in issuances})
    named = {issuance.authorization for issuance, _ in issuances if issuance.authorization is not None}
    authorizations = {code: facts.authorization_in_force(code) for code in named}
    actor = facts.actor(given.person_id)
    reasons: list[Refusal] = []
    issuings: list[Issuing] = []
    rejected = _value_refusals(issuances)
    used = underlying.used_before([issuance for issuance, _ in issuances])
    unserved = declarations.service_refusals(Kind(identity["kind"]), issuances, accounts)
    for position, (issuance, at) in enumerate(issuances):
        target = accounts.get(issuance.target)
        authorization = authorizations.get(issuance.authorization or "")
        reasons += issuance_refusals(issuance, Kind(identity["kind"]), actor, target, authorization, at.year, type_)
        reasons += [*unserved[position], *rejected[position], *used[position]]
        if authorization is not None:
            reasons += refusals_of_issuance(issuance, authorization, at.date())
        if target is not None and not reasons:
            issuings.append(Issuing(issuance, target, authorization, _is_first_transfer(authorization), at, type_))
    if reasons := reasons or business_rules.refusals_of_issuances(issuances, type_, accounts, actor):
        raise Refused(reasons)
    return journal.issue(issuings, given)


def _is_first_transfer(authorization: Authorization | None) -> bool:
    return is_first_transfer(authorization, Event.ISSUANCE) or is_first_transfer(authorization, Event.AUTHORIZATION)


def _value_refusals(issuances: Sequence[tuple[Issuance, datetime]]) -> list[list[Refusal]]:
    """What speaks against the further attributes and the listed values of each batch."""
    wanted = [nomenclatures.issuance_values(issuance) for issuance, _ in issuances]
    lists = nomenclatures.lists_of(value for values in wanted for value in values)
    return [
        [*attribute_refusals(issuance, at.date()), *nomenclatures.listed_refusals(lists, values, at.date())]
        for (issuance, at), values in zip(issuances, wanted, strict=True)
    ]


def attribute_refusals(issuance: Issuance, on: date) -> Sequence[Refusal]:
    """What the further attributes break of the schema they name, built in or declared."""
    batch = issuance.batch
    return attribute_schemas.refusals(Subject.UNIT, [Given(batch.attributes_schema, batch.attributes, on)])


def _issued(transaction_id: int) -> Issued:
    batch_id, first, last = batches.of_transaction(TransactionId(transaction_id))
    return Issued(TransactionId(transaction_id), batch_id, SerialRange(first, last))
