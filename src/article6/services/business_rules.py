"""Rules by administrators: drafted, tried on the past, approved by a second administrator, in force, retired.

The ledger asks `refusals` for every order. Where nobody ever approved a rule that is one comparison; where there are
rules, a process reads them once and again only after a further act.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from article6.domain import business_rules as language
from article6.domain.business_rules import BusinessRule
from article6.domain.orders import ANY_SECTION, Account, Actor, Facts, Issuance, Order, PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.services import people
from article6.services.commands import GivenAnswer, command, once
from article6.store import journal
from article6.store.database import one_moment
from article6.store.queries import approaches
from article6.store.queries import business_rules as reading
from article6.store.queries import facts as facts_reading
from article6.store.queries.business_rules import InForce

MESSAGE_AT_MOST = 500
"""Characters of a rule's message."""

TRIED_AT_MOST = 100_000
"""Transactions of the past that a rule is tried on, the latest first."""

EXAMPLES = 20
"""Transactions named that a rule would have refused; the rest are counted."""

last_act = reading.last_act


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to draft: it refuses when the expression is true, with the message. A known name gets a new version."""

    name: str
    refuses_when: str
    message: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class TryOut:
    """What a rule would have done: of so many transactions, refused so many and could not be worked out for so many."""

    name: str
    version: int
    of_transactions: int
    would_refuse: int
    would_fail: int
    examples: tuple[int, ...]


def refusals(order: Order, facts: Facts, now: datetime, act: int | None, step: str = "propose") -> list[Refusal]:
    """What the rules in force say against an order; `act` is the last act on a rule, as the facts were read with it."""
    if act is None:
        return []
    held = [each.rule for each in _approved(act) if each.holds(now)]
    return language.refusals(held, language.facts_of(order, facts, now, step)) if held else []


def refusals_of_approval(order: Order, facts: Facts, by: PersonId, now: datetime) -> list[Refusal]:
    """What the rules in force say against the approval of an order by this person."""
    act = last_act()
    if act is None:
        return []
    return refusals(order, replace(facts, actor=facts_reading.actor(by)), now, act, "approve")


def refusals_of_issuances(
    issuances: Sequence[tuple[Issuance, datetime]], type_: str, targets: Mapping[str, Account], actor: Actor
) -> list[Refusal]:
    """What the rules in force say against issuances, each at its own time."""
    act = last_act()
    if act is None:
        return []
    approved = _approved(act)
    if not any(rule.holds(at) for rule in approved for _, at in issuances):
        return []
    activities, known_approaches = approaches.names(
        {each.batch.activity_id for each, _ in issuances if each.batch.activity_id is not None},
        {each.batch.cooperative_approach_id for each, _ in issuances if each.batch.cooperative_approach_id is not None},
    )
    found: list[Refusal] = []
    for issuance, at in issuances:
        batch = issuance.batch
        described = language.batch_facts(
            activity=activities.get(batch.activity_id or 0),
            approach=known_approaches.get(batch.cooperative_approach_id or 0),
            authorization=issuance.authorization,
            metric=batch.metric,
            mitigation_type=batch.mitigation_type,
            underlying_registry=batch.underlying_registry,
            sectors=batch.sectors,
            activity_types=batch.activity_types,
        )
        facts = language.facts_of_issuance(issuance, type_, targets.get(issuance.target), actor, at, described)
        found += language.refusals([rule.rule for rule in approved if rule.holds(at)], facts)
    return found


_known: dict[str, tuple[int, tuple[InForce, ...]]] = {}
_reading = threading.Lock()


def _approved(act: int) -> tuple[InForce, ...]:
    """The approved rules as of this act, read once for each process and act."""
    database = reading.database_name()
    known = _known.get(database)
    if known is not None and known[0] == act:
        return known[1]
    with _reading:
        # What is read now may be newer than `act`, never older; then it is read once more with the next order.
        found = tuple(reading.approved())
        _known[database] = (act, found)
    return found


def draft(new: NewRule, *, by: PersonId, now: datetime, key: str | None = None) -> BusinessRule:
    """Write a rule down, or a new version of one; it refuses nothing yet.

    Raises:
        Refused: the expression cannot be used, name or message are missing, or `by` is no administrator.
    """
    given = command(by, key, "draft_rule", new)

    def act() -> BusinessRule:
        people.require(by, Right.CHANGE_RULES, ANY_SECTION)
        if reasons := _faults(new):
            raise Refused(reasons)
        with journal.database_transaction():
            journal.wait_for_turn("business_rules")
            before = reading.latest(new.name)
            version = before["version"] + 1 if before else 1
            number = journal.insert(
                "business_rule",
                {
                    "name": new.name, "version": version, "refuses_when": new.refuses_when, "message": new.message,
                    "clause": new.clause, "drafted_by": by, "drafted_at": now,
                },
            )  # fmt: skip
            journal.note(given, "rule.drafted", f"rule:{new.name}:{version}", now, [version])
        return BusinessRule(number, new.name, version, new.refuses_when, new.message, new.clause)

    return once(given, act, lambda answer: _version(new.name, answer.ids[0]))


def _faults(new: NewRule) -> list[Refusal]:
    found = []
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,59}", new.name):
        found.append(Refusal(Code.RULE_BROKEN, new.name[:60], "the name has small letters, digits, - and _"))
    if not new.message.strip() or len(new.message) > MESSAGE_AT_MOST or "\0" in new.message:
        found.append(
            Refusal(Code.RULE_BROKEN, new.name[:60], f"give a message of at most {MESSAGE_AT_MOST} characters")
        )
    if wrong := language.broken(new.refuses_when):
        found.append(Refusal(Code.RULE_BROKEN, new.name[:60], wrong))
    return found


def _record(name: str, version: int | None) -> dict[str, Any]:
    found = reading.latest(name, version)
    if found is None:
        raise refused(Code.RULE_UNKNOWN, name, "" if version is None else str(version))
    return found


def _version(name: str, version: int | None) -> BusinessRule:
    found = _record(name, version)
    return BusinessRule(
        *(found[each] for each in ("id", "name", "version", "refuses_when", "message", "clause"))
    )  # fmt: skip


def try_out(
    name: str, version: int | None = None, *, by: PersonId, now: datetime, at_most: int = TRIED_AT_MOST,
    key: str | None = None,
) -> TryOut:  # fmt: skip
    """Ask a rule about the latest transactions that were completed, and write down what it would have refused.

    The ledger is only read. Each transaction is shown as the journal has it; roles are those of its day.

    Raises:
        Refused: no such rule, or `by` is no administrator.
    """
    given = command(by, key, "try_rule", [name, version, at_most])

    def again(answer: GivenAnswer) -> TryOut:
        number, asked, refuse, fail, *examples = answer.ids
        return TryOut(name, number, asked, refuse, fail, tuple(examples))

    return once(given, lambda: _try_out(name, version, given, now, at_most), again)


def _try_out(name: str, version: int | None, given: journal.Command, now: datetime, at_most: int) -> TryOut:
    people.require(given.person_id, Right.CHANGE_RULES, ANY_SECTION)
    rule = _version(name, version)
    asked = refuse = fail = 0
    examples: list[int] = []
    with one_moment():
        for number, known in reading.past(max(1, min(at_most, TRIED_AT_MOST))):
            asked += 1
            for refusal in language.refusals([rule], known):
                refuse += refusal.code is Code.RULE_REFUSED
                fail += refusal.code is Code.RULE_FAILED
                examples.append(number)
            del examples[EXAMPLES:]
    _act(
        rule, "tried", given, now, {"would_refuse": refuse, "would_fail": fail, "of_transactions": asked},
        (asked, refuse, fail, *examples),
    )  # fmt: skip
    return TryOut(rule.name, rule.version, asked, refuse, fail, tuple(examples))


def approve(
    name: str, version: int | None = None, *, by: PersonId, now: datetime, in_force_from: datetime | None = None,
    key: str | None = None,
) -> BusinessRule:  # fmt: skip
    """Put a version into force from a moment on (at once where none is given), as the second administrator.

    It ends the versions before. The expression is checked once more: what the language no longer reads stays out.

    Raises:
        Refused: no such version, nobody tried it, it was decided already, the moment is past, the expression cannot
            be used, `by` wrote it, or is no administrator.
    """
    given = command(by, key, "approve_rule", [name, version, in_force_from])

    def change(rule: BusinessRule, found: dict[str, Any]) -> None:
        if wrong := language.broken(rule.refuses_when):
            raise refused(Code.RULE_BROKEN, rule.name, wrong)
        newest = reading.latest(rule.name)
        if newest is not None and newest["version"] != rule.version:
            raise refused(Code.RULE_UNKNOWN, rule.name, f"version {newest['version']} is the newest")
        _act(rule, "approved", given, now, {"effective_from": in_force_from or now})

    return once(given, lambda: _decide(name, version, by, change), _again(name))


def retire(
    name: str, version: int | None = None, *, by: PersonId, now: datetime, retired_from: datetime | None = None,
    key: str | None = None,
) -> BusinessRule:  # fmt: skip
    """Take a rule out of force from a moment on, as an administrator who did not write it.

    Raises:
        Refused: no such version in force, it is retired already, the moment is past, `by` wrote it, or is no
            administrator.
    """
    given = command(by, key, "retire_rule", [name, version, retired_from])

    def change(rule: BusinessRule, found: dict[str, Any]) -> None:
        if found["in_force_from"] is None:
            raise refused(Code.RULE_UNKNOWN, rule.name, f"version {rule.version} was never approved")
        _act(rule, "retired", given, now, {"effective_from": retired_from or now})

    return once(given, lambda: _decide(name, version, by, change), _again(name))


def _again(name: str) -> Callable[[GivenAnswer], BusinessRule]:
    return lambda answer: _version(name, answer.ids[0])


def _decide(
    name: str, version: int | None, by: PersonId, change: Callable[[BusinessRule, dict[str, Any]], None]
) -> BusinessRule:
    people.require(by, Right.CHANGE_RULES, ANY_SECTION)
    with journal.database_transaction():
        journal.wait_for_turn("business_rules")
        found = _record(name, version)
        if found["drafted_by"] == by:
            raise refused(Code.PERSON_APPROVES_OWN, name)
        rule = _version(name, found["version"])
        change(rule, found)
    return rule


def _act(
    rule: BusinessRule, act: str, given: journal.Command, now: datetime, values: dict[str, Any],
    answer: Sequence[int] = (),
) -> None:  # fmt: skip
    with journal.database_transaction():
        # Acts are numbered in the order in which they come to be seen: a process that saw one has seen all before it.
        journal.wait_for_turn("business_rules")
        journal.insert(
            "business_rule_act",
            {"business_rule_id": rule.id, "act": act, "person_id": given.person_id, "at": now, **values},
        )
        journal.note(given, f"rule.{act}", f"rule:{rule.name}:{rule.version}", now, [rule.version, *answer])


def published(now: datetime) -> list[dict[str, Any]]:
    """The rules that hold now or will: name, version, refuses_when, message, clause, in_force_from, in_force_until."""
    return [
        {
            "name": each.rule.name, "version": each.rule.version, "refuses_when": each.rule.refuses_when,
            "message": each.rule.message, "clause": each.rule.clause, "in_force_from": each.since,
            "in_force_until": each.until,
        }
        for each in reading.approved() if each.until is None or each.until > max(now, each.since)
    ]  # fmt: skip


def listed(*, by: PersonId | None) -> list[dict[str, Any]]:
    """Every version of every rule with who wrote, tried, approved and retired it, and when.

    Raises:
        Refused: `by` is no administrator or auditor of the registry (None: an operator at the shell).
    """
    people.require_inspector_or_shell(by)
    return reading.listed()
