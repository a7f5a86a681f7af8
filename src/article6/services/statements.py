"""Who takes part in an activity, and what its host Party says of the units: recorded as the Parties said it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from article6.domain.kinds import Kind
from article6.domain.mechanism import HostStatement, Statement, statement_refusals
from article6.domain.orders import PersonId
from article6.domain.parties import party
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.services import registry
from article6.services.commands import command, once
from article6.store import journal
from article6.store.queries import approaches, facts
from article6.store.queries import mechanism as reading


@dataclass(frozen=True, slots=True)
class Participant:
    """An entity, or the Party itself under its name, that a Party authorized to take part, or no more."""

    party: str
    name: str
    reference: str
    is_authorized: bool = True


@dataclass(frozen=True, slots=True)
class NewStatement:
    """A host Party's statement on the units to be issued for one of its activities; see `domain.mechanism`."""

    party: str
    activity: str
    statement: Statement
    stated_on: date
    reference: str
    quantity: int | None = None
    authorization: str | None = None


def require_administrator(by: PersonId) -> None:
    """The registry is a mechanism registry, and the person its administrator (7/CMA.4 annex I paras 37-41).

    Raises:
        Refused: otherwise.
    """
    registry.require_administrator(Kind.MECHANISM, Right.INSTRUCT_MECHANISM, by)


def activity_id(party_code: str, activity: str) -> int:
    """The number of a Party's activity.

    Raises:
        Refused: none is recorded under this code.
    """
    found = approaches.activity(party_code, activity)
    if found is None:
        raise refused(Code.ACTIVITY_UNKNOWN, f"{party_code} {activity}")
    return found


def record_participant(
    host: str, activity: str, new: Participant, *, by: PersonId, now: datetime, key: str | None = None
) -> int:
    """Record that a Party authorizes an entity to take part in an activity, or does so no more (3/CMA.3 paras 41, 45).

    Raises:
        Refused: unknown activity or Party, no name or document, or `by` is no administrator.
    """
    given = command(by, key, "record_participant", [host, activity, new])

    def act() -> int:
        require_administrator(by)
        number = activity_id(host, activity)
        if party(new.party) is None:
            raise refused(Code.PARTY_UNKNOWN, new.party)
        if not new.name.strip() or not new.reference.strip():
            raise refused(Code.REQUEST_MALFORMED, new.name, "give the participant's name and the document")
        with journal.database_transaction():
            journal.wait_for_turn(f"activity:{number}")
            same = (
                each for each in reading.participants(number) if (each["party"], each["name"]) == (new.party, new.name)
            )
            values = {
                "activity_id": number,
                "party": new.party,
                "name": new.name,
                "version": max((each["version"] for each in same), default=0) + 1,
                "is_authorized": new.is_authorized,
                "reference": new.reference,
                "recorded_at": now,
            }
            recorded = journal.insert("activity_participant", values)
            journal.note(given, "participant.recorded", f"activity:{host}:{activity}", now, [recorded])
        return recorded

    return once(given, act, lambda answer: answer.ids[0])


def record_statement(new: NewStatement, *, by: PersonId, now: datetime, key: str | None = None) -> int:
    """Record a host Party's statement; its version. A change is a new version and holds for issuances from then on.

    Raises:
        Refused: unknown activity or authorization, a contradiction, or `by` is no administrator.
    """
    given = command(by, key, "record_statement", new)

    def act() -> int:
        require_administrator(by)
        number = activity_id(new.party, new.activity)
        with journal.database_transaction():
            journal.wait_for_turn(f"activity:{number}")
            before = reading.latest_statement(number)
            version = before.version + 1 if before else 1
            statement = HostStatement(
                number, version, new.statement, new.stated_on, new.reference, new.quantity, new.authorization
            )
            reasons = list(statement_refusals(statement))
            if new.authorization is not None:
                reasons += _authorization_refusals(new.party, new.authorization)
            if reasons:
                raise Refused(reasons)
            journal.insert(
                "host_statement",
                {
                    "activity_id": number,
                    "version": version,
                    "statement": new.statement,
                    "stated_on": new.stated_on,
                    "reference": new.reference,
                    "quantity": new.quantity,
                    "authorization_code": new.authorization,
                    "recorded_at": now,
                },
            )
            journal.note(given, "statement.recorded", f"activity:{new.party}:{new.activity}", now, [version])
        return version

    return once(given, act, lambda answer: answer.ids[0])


def _authorization_refusals(host: str, code: str) -> Iterator[Refusal]:
    found = facts.authorization_in_force(code)
    if found is None:
        yield Refusal(Code.AUTHORIZATION_UNKNOWN, code)
    elif found.party != host:
        yield Refusal(Code.AUTHORIZATION_NOT_THIS_PARTY, code, host)
