"""Rules by administrators and declarations that wait for a second administrator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.declarations import Subject
from article6.domain.orders import ANY_SECTION, Actor, PersonId
from article6.domain.roles import Right, may
from article6.services import business_rules, declarations
from article6.services.approvals.items import Decision, Item, Line
from article6.store.queries import business_rules as rules_reading
from article6.store.queries import declarations as declarations_reading
from article6.store.queries import lookup as names
from article6.store.queries.waiting import Waiting

MARK = "~"
"""Between the parts of a number: no name has it."""


def may_change_rules(found: Waiting, actor: Actor) -> bool:
    """Whether somebody changes rules, and did not draft this."""
    return found.proposed_by != actor.person_id and may(actor, Right.CHANGE_RULES, ANY_SECTION)


def rule_number(name: str, version: int) -> str:
    """The number of a version of a rule in the inbox."""
    return f"{name}{MARK}{version}"


def declaration_number(subject: str, name: str, version: int) -> str:
    """The number of a version of a declaration in the inbox."""
    return f"{subject}{MARK}{name}{MARK}{version}"


def rules_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Versions of rules that were tried on the past."""
    listed = {rule_number(each["name"], each["version"]): each for each in rules_reading.listed()}
    return [_rule(number, listed) for number in numbers if number in listed]


def _rule(number: str, listed: Mapping[str, dict[str, Any]]) -> Item:
    found = listed[number]
    before = next(
        (each for each in reversed([*listed.values()])
         if each["name"] == found["name"] and each["version"] < found["version"] and each["in_force_from"]), None
    )  # fmt: skip
    tried = _("%(refuse)s of %(all)s refused, %(fail)s could not be worked out") % {
        "refuse": found["would_refuse"], "all": found["of_transactions"], "fail": found["would_fail"]
    }  # fmt: skip
    lines = [
        Line(_("Rule"), f"{found['name']} {found['version']}"),
        *(_changed(label, found[name], before[name] if before else None) for label, name in (
            (_("It refuses when"), "refuses_when"), (_("Message"), "message"), (_("Clause"), "clause"))),
        Line(_("Tried on the past"), tried),
    ]  # fmt: skip
    drafted = rules_reading.latest(found["name"], found["version"]) or {}
    return Item(
        "rule", number, _("Rule"), f"{found['name']} {found['version']}: {found['message'][:120]}",
        PersonId(drafted["drafted_by"]), found["drafted_by"] or "", found["drafted_at"], None,
        tuple(each for each in lines if each.value or each.before),
    )  # fmt: skip


def _changed(label: str, value: Any, before: Any) -> Line:
    """A line with what it says now, where that is something else."""
    now, was = _plain(value), None if before is None else _plain(before)
    return Line(label, now, was if was != now else None)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def decide_rule(number: str, decision: Decision) -> None:
    """Put a version of a rule into force."""
    name, _mark, version = number.rpartition(MARK)
    business_rules.approve(
        name, int(version), by=decision.by, now=decision.now, in_force_from=decision.moment, key=decision.key
    )  # fmt: skip


_SUBJECTS = {
    Subject.ACCOUNT_TYPE: lambda: _("Account type"),
    Subject.FLOW: lambda: _("Flow"),
    Subject.SWITCH: lambda: _("Switch"),
}


def declarations_told(numbers: Sequence[str], by: PersonId) -> list[Item]:
    """Versions of account types, flows and switches."""
    found = []
    for number in numbers:
        subject, name, version = number.split(MARK)
        drafted = declarations_reading.version_of(Subject(subject), name, int(version))
        if drafted is not None:
            found.append((number, Subject(subject), drafted))
    known = names.names([each["drafter"] for _number, _subject, each in found])
    return [_declaration(number, subject, each, known) for number, subject, each in found]


def _declaration(number: str, subject: Subject, found: dict[str, Any], known: Mapping[int, str]) -> Item:
    name, version, content = found["name"], found["version"], found["content"]
    before = _in_force(subject, name, version)
    labels = dict.fromkeys([*content, *(before or {})])
    lines = [
        Line(_SUBJECTS[subject](), f"{name} {version}"),
        *(_changed(each.replace("_", " ").capitalize(), content.get(each, ""), None if before is None
                   else before.get(each, "")) for each in labels),
    ]  # fmt: skip
    return Item(
        "declaration", number, _("Declaration"), f"{_SUBJECTS[subject]()}: {content.get('title') or name}",
        PersonId(found["drafter"]), known.get(found["drafter"], ""), found["drafted_at"], None, tuple(lines),
    )  # fmt: skip


def _in_force(subject: Subject, name: str, version: int) -> Mapping[str, Any] | None:
    """The content of the version that this one would follow."""
    approved = [
        each.declaration for each in declarations_reading.approved()
        if (each.declaration.subject, each.declaration.name) == (subject, name) and each.declaration.version < version
    ]  # fmt: skip
    return approved[-1].content if approved else None


def decide_declaration(number: str, decision: Decision) -> None:
    """Put a version of a declaration into force."""
    subject, name, version = number.split(MARK)
    declarations.approve(
        Subject(subject), name, int(version), by=decision.by, now=decision.now, in_force_from=decision.moment,
        key=decision.key,
    )  # fmt: skip
