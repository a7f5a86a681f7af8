"""The lives of units, and when they are first transferred."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from article6.domain.authorization_rules import FREE_FOR_CERS, NEEDS_AUTHORIZATION
from article6.domain.authorizations import (
    Authorization,
    Event,
    FirstTransferDefinition,
    Purpose,
    is_first_transfer,
)
from article6.domain.kinds import KINDS, Kind, KindRules, TransactionType
from article6.domain.units import UnitType, shown_as
from reference_pages.tables import NOTE, table, yes


def units() -> str:
    lines = [
        NOTE,
        "# The life of a unit",
        "",
        "What transaction types do to units, by the tables of the kinds of registry. An outcome is called ITMO from its first",
        "transfer on; an A6.4ER keeps its name and carries the mark. `(a)` Where the type is the first transfer, by the",
        "[decision table](first-transfer.md); where it is not, an authorized unit that is cancelled ends as it is.",
        "",
    ]
    shown = {Kind.PARTY: UnitType.MO, Kind.INTERNATIONAL: UnitType.MO, Kind.MECHANISM: UnitType.A64ER}
    for kind, unit_type in shown.items():
        lines += [f"## {unit_type} in: {KINDS[kind].title}", "", *_life(_steps(kind, unit_type))]
    cers = _cer_steps(KINDS[Kind.MECHANISM])
    return "\n".join([*lines, f"## CER in: {KINDS[Kind.MECHANISM].title}", "", *_life(cers)])


Step = tuple[str, str, list[str]]


def _life(steps: list[Step]) -> list[str]:
    """Steps (before, after, types of transaction) as a diagram and a table."""
    taken = [(before, after, types) for before, after, types in steps if types]
    names = dict.fromkeys(each for before, after, _ in taken for each in (before, after) if each)
    ids = {name: f"s{number}" for number, name in enumerate(names)} | {"": "[*]"}
    return [
        "```mermaid",
        "stateDiagram-v2",
        *(f'    state "{name}" as {ids[name]}' for name in names),
        *(f"    {ids[before]} --> {ids[after]}: {', '.join(types)}" for before, after, types in taken),
        f"    {ids[taken[-1][1]]} --> [*]",
        "```",
        "",
        *table(
            ("from", "to", "by"),
            ((before or "(new)", after, ", ".join(f"`{each}`" for each in types)) for before, after, types in taken),
        ),
        "",
    ]


def _steps(kind: Kind, unit_type: UnitType) -> list[Step]:
    rules = KINDS[kind]
    types = [each for each in rules.transactions.values() if _holds(rules, each, unit_type)]
    terminal = {each.code for each in rules.accounts.values() if each.is_terminal}
    ends = [each for each in types if each.targets <= terminal and not each.lays]
    plain, authorized = f"{unit_type}, not authorized", f"{unit_type}, authorized"
    shown = shown_as(unit_type, True)
    first = f"{shown}, first transferred"
    can_be_first = set(Event) - {Event.NONE, Event.USE_NDC, Event.AUTHORIZATION_WITHDRAWAL}

    def codes(found: Iterable[TransactionType]) -> list[str]:
        return [each.code for each in found]

    return [
        ("", plain, codes(each for each in types if each.event is Event.ISSUANCE)),
        ("", authorized, codes(each for each in types if each.event is Event.ISSUANCE)),
        (plain, authorized, codes(each for each in types if each.lays)),
        (authorized, plain, codes(each for each in types if each.event is Event.AUTHORIZATION_WITHDRAWAL)),
        (authorized, first + " (a)", codes(each for each in types if each.events & can_be_first)),
        (plain, f"{unit_type}, final", codes(each for each in ends if each.event is Event.NONE or each.levied)),
        (authorized, f"{unit_type}, final", codes(each for each in ends if each.event is Event.NONE)),
        (first + " (a)", f"{shown}, final", codes(ends)),
    ]


def _holds(rules: KindRules, each: TransactionType, unit_type: UnitType) -> bool:
    ends = [rules.accounts[code] for code in each.sources | each.targets]
    return all(unit_type in account.holds for account in ends)


def _cer_steps(rules: KindRules) -> list[Step]:
    free = [
        each for each in rules.transactions.values()
        if (each.event not in NEEDS_AUTHORIZATION or each.event in FREE_FOR_CERS) and not each.is_act_of_a_party
        and any(UnitType.CER in rules.accounts[code].holds for code in each.targets)
        and (not each.sources or any(UnitType.CER in rules.accounts[code].holds for code in each.sources))
        and each.event is not Event.ISSUANCE
    ]  # fmt: skip
    terminal = {each.code for each in rules.accounts.values() if each.is_terminal}
    return [
        ("", "CER, held", [each.code for each in free if not each.sources]),
        ("CER, held", "CER, held", [each.code for each in free if each.sources and not each.targets <= terminal]),
        ("CER, held", "CER, final", [each.code for each in free if each.sources and each.targets <= terminal]),
    ]


def first_transfer() -> str:
    events = [each for each in Event if each is not Event.NONE]
    rows: dict[tuple[str, str], list[str]] = {("none", "any"): [_first(None, each) for each in events]}
    for purpose in Purpose:
        for definition in FirstTransferDefinition:
            given = Authorization(0, "", 1, "", "", date(2021, 1, 1), purpose, first_transfer_oimp=definition)
            named = definition if purpose.covers_oimp else "any"
            rows[purpose, named] = [_first(given, each) for each in events]
    return "\n".join(
        [
            NOTE,
            "# When units are first transferred",
            "",
            "A unit is first transferred once: by the first of the events marked that happens to it while it stands under the",
            "authorization (2/CMA.3 annex para 2; 4/CMA.6 paras 11-17). Nothing is first transferred without one, or under one that",
            "was revoked. Written from `article6.domain.authorizations.is_first_transfer`, asked for every combination.",
            "",
            *table(
                ("purposes", "first transfer for OIMP is", *(f"`{each}`" for each in events)),
                ((*(f"`{each}`" for each in key), *marks) for key, marks in rows.items()),
            ),
            "",
            "## Which transaction is which event",
            "",
            *table(
                ("kind", "event", "transaction types"),
                (
                    (f"`{rules.kind}`", f"`{event}`", ", ".join(f"`{each.code}`" for each in found))
                    for rules in KINDS.values()
                    for event in events
                    if (found := [each for each in rules.transactions.values() if event in each.events])
                ),
            ),
            "",
        ]
    )


def _first(authorization: Authorization | None, event: Event) -> str:
    return yes(is_first_transfer(authorization, event))
