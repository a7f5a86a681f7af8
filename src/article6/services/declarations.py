"""What administrators declare: drafted by one, approved by another, in force from a moment, retired and never deleted.

The ledger asks `law_in_force` for every order. Where nobody ever approved a declaration that is one comparison; where
somebody did, a process reads them once and again only after a further act.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from article6.domain import declarations as law
from article6.domain import roles
from article6.domain.declarations import Declaration, Law, Subject
from article6.domain.kinds import KINDS, Kind, KindRules
from article6.domain.orders import ANY_SECTION, Account, Issuance, PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.services import people
from article6.services.commands import GivenAnswer, command, once
from article6.store import journal
from article6.store.queries import declarations as reading
from article6.store.queries import facts, registries
from article6.store.queries.declarations import Approved
from article6.store.queries.lookup import database_name

last_act = reading.last_act

CONTENT_AT_MOST = 20_000
"""Characters of a declaration's content as JSON."""


@dataclass(frozen=True, slots=True)
class NewDeclaration:
    """What to declare; a known name gets a new version. Content as in `domain.declarations`."""

    subject: Subject
    name: str
    content: Mapping[str, Any]


@dataclass(slots=True)
class _Laws:
    """The laws of a registry as of an act: one for each stretch of time between two changes."""

    act: int
    approved: tuple[Approved, ...]
    moments: list[datetime]
    found: dict[int, Law] = field(default_factory=dict)

    def at(self, rules: KindRules, now: datetime) -> Law:
        place = bisect_right(self.moments, now)
        if place not in self.found:
            standing = [declared for each in self.approved if (declared := each.at(now)) is not None]
            self.found[place] = law.extended(rules, standing)
        return self.found[place]


_known: dict[str, _Laws] = {}
_reading = threading.Lock()


def law_in_force(kind: Kind, act: int | None, now: datetime) -> Law | None:
    """The law of the registry at a moment; `act` is the last act on a declaration, as the facts were read with it.

    None where nobody ever approved a declaration: the kind's own rules hold.
    """
    if act is None:
        return None
    return _laws(act).at(KINDS[kind], now)


def _laws(act: int) -> _Laws:
    database = database_name()
    known = _known.get(database)
    if known is not None and known.act == act:
        return known
    with _reading:
        # What is read now may be newer than `act`, never older; then it is read once more with the next order.
        approved = tuple(reading.approved())
        _known[database] = _Laws(act, approved, sorted(set().union(*(each.moments() for each in approved))))
    return _known[database]


def current(now: datetime) -> Law:
    """The law of this registry at a moment, the last act looked up.

    Raises:
        Refused: the database holds no registry.
    """
    identity = registries.identity()
    if identity is None:
        raise refused(Code.REGISTRY_MISSING)
    kind = Kind(identity["kind"])
    return law_in_force(kind, reading.last_act(), now) or Law(KINDS[kind])


def likes() -> dict[str, str]:
    """Every flow there ever was, with the built-in type it is like (itself: a move)."""
    flows = (each.declaration for each in reading.approved() if each.declaration.subject is Subject.FLOW)
    return {each.name: each.content.get("like") or each.name for each in flows}


def service_refusals(
    kind: Kind, issuances: Sequence[tuple[Issuance, datetime]], targets: Mapping[str, Account]
) -> list[list[Refusal]]:
    """For each issuance, that its Party does not use the service of issuing outcomes as units (4/CMA.6 paras 50-53)."""
    if kind is not Kind.INTERNATIONAL:
        return [[] for _ in issuances]
    act, found = reading.last_act(), []
    for issuance, at in issuances:
        target, then = targets.get(issuance.target), law_in_force(kind, act, at) or Law(KINDS[kind])
        is_off = target is not None and then.switch(f"{law.ISSUANCE_SERVICE}.{target.party}") != law.ON
        found.append([Refusal(Code.SERVICE_NOT_AGREED, target.party, f"{at:%Y-%m-%d}")] if is_off and target else [])
    return found


def agree_on_service(code: str, *, asked_by: PersonId, by: PersonId, now: datetime, key: str | None = None) -> None:
    """A Party's person asks for the service of issuing outcomes as units, and an administrator agrees.

    Raises:
        Refused: as for `draft` and `approve`.
    """
    name = f"{law.ISSUANCE_SERVICE}.{code}"
    asked = NewDeclaration(Subject.SWITCH, name, {"value": law.ON})
    drafted = draft(asked, by=asked_by, now=now, key=key and f"{key}:ask")
    approve(Subject.SWITCH, name, drafted.version, by=by, now=now, key=key and f"{key}:agree")


def draft(new: NewDeclaration, *, by: PersonId, now: datetime, key: str | None = None) -> Declaration:
    """Write a declaration down, or a new version of one; it changes nothing yet.

    A Party's switch may be asked for by the Party's own people, anything else by administrators of the registry.

    Raises:
        Refused: it cannot be read, would weaken the law, or `by` may not.
    """
    given = command(by, key, "draft_declaration", new)

    def act() -> Declaration:
        _may_draft(new, by)
        if len(json.dumps(dict(new.content))) > CONTENT_AT_MOST:
            raise refused(Code.DECLARATION_MALFORMED, new.name[:60], f"longer than {CONTENT_AT_MOST} characters")
        with journal.database_transaction():
            journal.wait_for_turn("declarations")
            before = reading.version_of(new.subject, new.name)
            declared = Declaration(new.subject, new.name, before["version"] + 1 if before else 1, new.content)
            _stands(declared, now)
            journal.insert(
                "declaration",
                {
                    "subject": str(new.subject), "name": new.name, "version": declared.version,
                    "content": dict(new.content), "drafted_by": by, "drafted_at": now,
                },
            )  # fmt: skip
            subject = f"{new.subject}:{new.name}:{declared.version}"
            journal.note(given, "declaration.drafted", subject, now, [declared.version], section_id=_section(new))
        return declared

    return once(given, act, _again(new.subject, new.name))


def _section(new: NewDeclaration) -> int | None:
    return registries.sections().get(law.party_of(new.name)) if new.subject is Subject.SWITCH else None


def _may_draft(new: NewDeclaration, by: PersonId) -> None:
    section_id = _section(new)
    if section_id is None:
        people.require(by, Right.CHANGE_RULES, ANY_SECTION)
        return
    actor = facts.actor(by)
    if not any(roles.may(actor, right, section_id) for right in (Right.PROPOSE, Right.APPROVE, Right.AUTHORIZE)):
        raise refused(Code.PERSON_NOT_PERMITTED, actor.name, new.name)


def _stands(declared: Declaration, at: datetime) -> None:
    """Refuse what cannot stand beside the law of a moment."""
    then = current(at)
    built_in = KINDS[then.rules.kind]
    before = [
        each.declaration for each in reading.approved()
        if (each.declaration.subject, each.declaration.name) == (declared.subject, declared.name)
        and each.declaration.version < declared.version
    ]  # fmt: skip
    if reasons := law.refusals(declared, then, built_in, before[-1] if before else None):
        raise Refused(reasons)


def approve(
    subject: Subject, name: str, version: int | None = None, *, by: PersonId, now: datetime,
    in_force_from: datetime | None = None, key: str | None = None,
) -> Declaration:  # fmt: skip
    """Put a version into force from a moment on (at once where none is given), as a second person: an administrator.

    It ends the versions before. It is held against the law of that moment once more.

    Raises:
        Refused: no such version, decided already, the moment is past, it would weaken the law by then, `by` drafted it,
            or is no administrator of the registry.
    """
    given = command(by, key, "approve_declaration", [subject, name, version, in_force_from])

    def change(declared: Declaration, found: dict[str, Any]) -> None:
        if in_force_from is not None and in_force_from < now:
            raise refused(Code.REQUEST_MALFORMED, name, f"{in_force_from:%Y-%m-%d %H:%M} is past")
        newest = reading.version_of(subject, name)
        if newest is not None and newest["version"] != declared.version:
            raise refused(Code.DECLARATION_UNKNOWN, name, f"version {newest['version']} is the newest")
        _stands(declared, in_force_from or now)
        _act(found, "approved", given, now, in_force_from or now)

    return once(given, lambda: _decide(subject, name, version, by, change), _again(subject, name))


def retire(
    subject: Subject, name: str, version: int | None = None, *, by: PersonId, now: datetime,
    retired_from: datetime | None = None, key: str | None = None,
) -> Declaration:  # fmt: skip
    """Take a declaration out of force from a moment on, as an administrator who did not draft it.

    A retired flow is asked for no more; of a retired account type no account is opened, and those that are go on; a
    switch goes back to its default.

    Raises:
        Refused: no such version in force, retired already, the moment is past, `by` drafted it, or is no administrator.
    """
    given = command(by, key, "retire_declaration", [subject, name, version, retired_from])

    def change(declared: Declaration, found: dict[str, Any]) -> None:
        if found["in_force_from"] is None:
            raise refused(Code.DECLARATION_UNKNOWN, name, f"version {declared.version} was never approved")
        if (retired_from or now) < found["in_force_from"]:
            raise refused(Code.DECLARATION_UNKNOWN, name, f"in force from {found['in_force_from']} on")
        _act(found, "retired", given, now, retired_from or now)

    return once(given, lambda: _decide(subject, name, version, by, change), _again(subject, name))


def _again(subject: Subject, name: str) -> Callable[[GivenAnswer], Declaration]:
    return lambda answer: _declaration(subject, name, answer.ids[0])[0]


def _declaration(subject: Subject, name: str, version: int | None) -> tuple[Declaration, dict[str, Any]]:
    found = reading.version_of(subject, name, version)
    if found is None:
        raise refused(Code.DECLARATION_UNKNOWN, name[:60], "" if version is None else str(version))
    return Declaration(subject, name, found["version"], found["content"]), found


def _decide(
    subject: Subject, name: str, version: int | None, by: PersonId,
    change: Callable[[Declaration, dict[str, Any]], None],
) -> Declaration:  # fmt: skip
    people.require(by, Right.CHANGE_RULES, ANY_SECTION)
    with journal.database_transaction():
        journal.wait_for_turn("declarations")
        declared, found = _declaration(subject, name, version)
        if found["drafter"] == by:
            raise refused(Code.PERSON_APPROVES_OWN, name)
        change(declared, found)
    return declared


def _act(found: Mapping[str, Any], act: str, given: journal.Command, now: datetime, effective: datetime) -> None:
    # Acts are numbered in the order in which they come to be seen: a process that saw one has seen all before it.
    journal.insert(
        "declaration_act",
        {"declaration_id": found["id"], "act": act, "person_id": given.person_id, "at": now,
         "effective_from": effective},
    )  # fmt: skip
    subject = f"{found['subject']}:{found['name']}:{found['version']}"
    journal.note(given, f"declaration.{act}", subject, now, [found["version"]])


def switches(now: datetime) -> list[dict[str, Any]]:
    """The switches of this kind of registry as they stand: name, title, clause, party, value, values, is_default."""
    then = current(now)
    parties = [str(each["party"]) for each in registries.section_list() if each["party"]]
    found = []
    for switch in law.SWITCHES.values():
        if switch.kind is then.rules.kind:
            for code in parties if switch.of_party else [""]:
                name = f"{switch.name}.{code}" if code else switch.name
                found.append(
                    {"name": name, "title": switch.title, "clause": switch.clause, "party": code,
                     "value": then.switch(name), "values": list(switch.values), "is_default": name not in then.switches}
                )  # fmt: skip
    return found


def listed(*, by: PersonId | None) -> list[dict[str, Any]]:
    """Every version of every declaration: subject, name, version, content, and who drafted, approved, retired it.

    Raises:
        Refused: `by` is no administrator or auditor of the registry (None: an operator at the shell).
    """
    people.require_inspector_or_shell(by)
    return reading.listed()
