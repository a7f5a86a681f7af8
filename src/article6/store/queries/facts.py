"""All that the rules need to judge an order, in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from article6.domain.authorizations import Authorization
from article6.domain.entities import EntityStatus, Standing
from article6.domain.kinds import Kind, Role
from article6.domain.orders import Account, Actor, Facts, Filter, Lot, Order, PersonId
from article6.domain.refusals import Code, refused
from article6.store.database import numbers, one, row, rows
from article6.store.queries import representatives
from article6.store.queries.authorizations import as_lot as as_lot
from article6.store.queries.authorizations import authorization_in_force as authorization_in_force
from article6.store.queries.authorizations import authorizations_by_id as authorizations_by_id
from article6.store.sqlfiles import statement

FACTS = statement("facts").replace("/*standing*/", statement("facts_standing"))

LOTS_AT_FIRST = 4
"""How many blocks are read for a quantity before asking for more; most orders take their units from one."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A command given before under the same key: its digest, its audit event's action, the ids it was answered."""

    content: bytes
    action: str
    answer: list[int]


@dataclass(frozen=True, slots=True)
class Read:
    """What one query found; `earlier` is an earlier command with the same key, `rule_act` the last act on a business
    rule and `law_act` that on a declaration, if any."""

    kind: Kind
    actor: Actor
    accounts: Mapping[str, Account]
    lots: tuple[Lot, ...]
    earlier: Earlier | None
    rule_act: int | None
    is_representative: bool | None = None
    is_trusted: bool | None = None
    law_act: int | None = None


def read(order: Order, person_id: PersonId, key: str | None) -> Read:
    """The facts of one order, read without locks.

    Raises:
        Refused: the database holds no registry, or there is no such person.
    """
    if order.ranges:
        return _read_ranges(order, person_id, key)
    how_many = LOTS_AT_FIRST
    while True:
        found = _read_quantity(order, person_id, key, how_many)
        if len(found.lots) < how_many or sum(lot.count for lot in found.lots) >= (order.quantity or 0):
            return found
        how_many *= 16


def _read_quantity(order: Order, person_id: PersonId, key: str | None, how_many: int) -> Read:
    wanted = order.filter
    if wanted == Filter():
        lots, parameters = statement("facts_lots_lowest"), {}
    else:
        lots = statement("facts_lots_filtered")
        parameters = {
            "unit_type": wanted.unit_type,
            "vintage_year": wanted.vintage_year,
            "activity": wanted.activity,
            "party": wanted.party,
        }
    # Written into the text: for a number it does not know the planner would plan every time anew.
    lots = lots.replace("/*how_many*/", str(how_many))
    return _read(lots, parameters, order, person_id, key)


def _read_ranges(order: Order, person_id: PersonId, key: str | None) -> Read:
    parameters = {
        "series": numbers(each.series_id for each in order.ranges),
        "first": numbers(each.first for each in order.ranges),
        "last": numbers(each.last for each in order.ranges),
    }
    return _read(statement("facts_lots_ranges"), parameters, order, person_id, key)


def _read(lots: str, parameters: Mapping[str, Any], order: Order, person_id: PersonId, key: str | None) -> Read:
    found = one(
        FACTS.replace("/*lots*/", lots),
        {**parameters, "source": order.source, "target": order.target, "person": person_id, "key": key},
    )
    kind, person, accounts, lot_rows, content, action, answer, rule_act, law_act = found
    if kind is None:
        raise refused(Code.REGISTRY_MISSING)
    is_representative, is_trusted = next((each[:2] for each in accounts or () if each[3] == order.source), (None, None))
    return Read(
        Kind(kind),
        _actor(person_id, person),
        {each[3]: _account(each[2:]) for each in accounts or ()},
        tuple(as_lot(each) for each in lot_rows or ()),
        None if content is None else Earlier(bytes(content), action, answer),
        rule_act,
        is_representative,
        is_trusted,
        law_act,
    )


def _actor(person_id: PersonId, person: list[Any] | None) -> Actor:
    if person is None or not person[1]:
        raise refused(Code.PERSON_UNKNOWN, str(person_id))
    roles = frozenset((each[0], Role(each[1])) for each in person[2] or ())
    return Actor(person_id, person[0], roles, is_machine=person[3])


def _account(values: list[Any]) -> Account:
    *plain, entity, period_known = values
    known = [*plain, _standing(entity), period_known]
    return Account(*known)


def _standing(values: list[str] | None) -> Standing | None:
    if values is None:
        return None
    code, status, valid_until = values
    return Standing(code, EntityStatus(status), date.fromisoformat(valid_until))


def actor(person_id: PersonId) -> Actor:
    """The person with the roles held now.

    Raises:
        Refused: there is no such person, or the person is not active.
    """
    found = row(
        """SELECT json_build_array(p.name, p.is_active, (
               SELECT json_agg(json_build_array(m.section_id, m.role)) FROM store_membership m
               WHERE m.person_id = p.id AND (m.until IS NULL OR m.until > now())), p.is_machine)
           FROM store_person p WHERE p.id = %s""",
        (person_id,),
    )
    return _actor(person_id, found[0] if found else None)


def accounts(numbers: Iterable[str]) -> dict[str, Account]:
    """The accounts with these numbers; unknown numbers are left out."""
    found = rows(
        f"""SELECT a.id, a.number, a.type, a.section_id, COALESCE(s.party, ''), a.status, a.needs_approval,
                  a.period_first, a.period_last, a.holder, a.metric, a.purpose, a.sub_purpose,
                  {statement("facts_standing")}
           FROM account a JOIN section s ON s.id = a.section_id WHERE a.number = ANY (%s)""",
        (list(numbers),),
    )
    return {each[1]: _account(list(each)) for each in found}


def account_by_id(account_id: int) -> Account | None:
    """The account with this id."""
    found = row("SELECT number FROM account WHERE id = %s", (account_id,))
    return accounts([found[0]])[found[0]] if found else None


def earlier_answer(person_id: PersonId, key: str) -> Earlier | None:
    """The command that this person gave under this key."""
    found = row(
        "SELECT request_hash, action, answer FROM audit_event WHERE person_id = %s AND idempotency_key = %s",
        (person_id, key),
    )
    return Earlier(bytes(found[0]), found[1], found[2]) if found else None


def with_authorizations(known: Sequence[Facts]) -> list[Facts]:
    """Facts with the authorizations of their lots, read with one statement."""
    found = authorizations_by_id(
        {lot.authorization_id for each in known for lot in each.lots if lot.authorization_id is not None}
    )
    return [replace(each, authorizations=_of(each.lots, found), named=None) for each in known]


def read_many(orders: Sequence[Order], person_id: PersonId) -> list[Facts]:
    """The facts of many orders that name their units by serials, in three queries."""
    who = actor(person_id)
    found = row("SELECT kind FROM registry")
    if found is None:
        raise refused(Code.REGISTRY_MISSING)
    known = accounts({number for order in orders for number in (order.source, order.target)})
    standing = representatives.standing([(order.source, order.target) for order in orders], person_id)
    ranges = [(position, each) for position, order in enumerate(orders) for each in order.ranges]
    lots: dict[int, list[Lot]] = {}
    for position, *values in rows(
        statement("facts_lots_many"),
        {
            "position": numbers(position for position, _ in ranges),
            "series": numbers(each.series_id for _, each in ranges),
            "first": numbers(each.first for _, each in ranges),
            "last": numbers(each.last for _, each in ranges),
        },
    ):
        lots.setdefault(position, []).append(as_lot(list(values)))
    under = {lot.authorization_id for each in lots.values() for lot in each if lot.authorization_id is not None}
    authorizations = authorizations_by_id(under)
    return [
        Facts(
            kind=Kind(found[0]),
            actor=who,
            source=known.get(order.source),
            target=known.get(order.target),
            lots=tuple(lots.get(position, ())),
            available=sum(lot.count for lot in lots.get(position, ())),
            authorizations=_of(lots.get(position, ()), authorizations),
            is_representative=standing[position][0],
            is_trusted=standing[position][1],
        )
        for position, order in enumerate(orders)
    ]


def _of(lots: Sequence[Lot], authorizations: Mapping[int, Authorization]) -> dict[int, Authorization]:
    return {
        lot.authorization_id: authorizations[lot.authorization_id] for lot in lots if lot.authorization_id is not None
    }
