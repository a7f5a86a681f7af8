"""Writes the reference pages that follow from the code's tables. `make docs` runs it; a test compares."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from article6.domain.authorization_rules import FREE_FOR_CERS, NEEDS_AUTHORIZATION, is_act_of_a_party
from article6.domain.authorizations import (
    Authorization,
    Event,
    FirstTransferDefinition,
    Purpose,
    is_first_transfer,
)
from article6.domain.business_rules import FACTS, LENGTH_AT_MOST
from article6.domain.clauses import clauses
from article6.domain.corrections import REMEDY_TITLES, STEPS
from article6.domain.declarations import SWITCHES, cancellations, movable
from article6.domain.kinds import KINDS, Kind, KindRules, Role, TransactionType
from article6.domain.lifecycles import ACCOUNT_STATES, DECISIONS, Decider
from article6.domain.orders import Status
from article6.domain.refusal_sentences import SENTENCES
from article6.domain.refusals import Code
from article6.domain.roles import HOLDERS, RIGHTS, ROLES, Right
from article6.domain.rule_subjects import applies_to
from article6.domain.rules import RULES
from article6.domain.units import UnitType, shown_as
from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import ADOPTED, SUBTYPES, VALUE_LISTS
from article6.reporting.aef_specification import CONFLICTS, SPECIFICATION, Condition, Requiredness, Specification
from article6.reporting.checks.catalogue import CHECKS

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/generate.py from the code's tables; do not edit. -->"


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    return {
        "refusals.md": refusals(),
        "kinds.md": kinds(),
        "lifecycle.md": lifecycle(),
        "units.md": units(),
        "first-transfer.md": first_transfer(),
        "roles.md": roles(),
        "business-rules.md": business_rules(),
        "aef.md": aef(),
        "aef-checks.md": aef_checks(),
        "../coverage.md": coverage(),
    }


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """A Markdown table."""
    titles = list(head)
    lines = [f"| {' | '.join(titles)} |", f"| {' | '.join('---' for _ in titles)} |"]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)]


def refusals() -> str:
    clauses = {rule.code: rule.clause for rule in RULES}
    rows = ((f"`{code}`", SENTENCES[code], clauses.get(code, "")) for code in Code)
    order = (f"{place}. `{rule.code}`" for place, rule in enumerate(RULES, 1))
    return "\n".join(
        [
            NOTE,
            "# Refusals",
            "",
            "A refusal is a rule that said no. The code is permanent: never renamed, reused or removed. Every door",
            "gives all reasons at once, and nothing was written when one is given.",
            "",
            *table(("code", "what to do", "clause"), rows),
            "",
            "## Order",
            "",
            "The rules for transactions are asked in this order, and refusals are reported in it. A rule may give",
            "further codes of its subject.",
            "",
            *order,
            "",
        ]
    )


def kinds() -> str:
    lines = [
        NOTE,
        "# Kinds of registry",
        "",
        "What each kind of registry may hold and do (`article6.domain.kinds`).",
        "",
    ]
    for rules in KINDS.values():
        lines += _kind(rules)
    return "\n".join([*lines, *_switches(), *_declared()])


def _switches() -> list[str]:
    rows = (
        (f"`{each.name}`" + (".PARTY" if each.of_party else ""), each.kind, each.title,
         ", ".join(f"`{value}`" for value in each.values), f"`{each.default}`", each.clause)
        for each in SWITCHES.values()
    )  # fmt: skip
    return [
        "## Switches",
        "",
        "Turned without a release, by two people ([how](../how-to/declare-accounts-and-flows.md)).",
        "",
        *table(("switch", "kind of registry", "says", "may be", "default", "clause"), rows),
        "",
    ]


def _declared() -> list[str]:
    rows = ((f"`{kind}`", ", ".join(f"`{each}`" for each in sorted(movable(rules))),
             ", ".join(f"`{each}`" for each in cancellations(rules))) for kind, rules in KINDS.items())  # fmt: skip
    return [
        "## What may be declared besides",
        "",
        "Administrators declare further account types and flows ([how](../how-to/declare-accounts-and-flows.md)): a move, without",
        "event and within a section, between declared accounts that are not final and the built-in ones named here; or a",
        "cancellation into declared final accounts, like one of the built-in ones, all of whose demands and consequences it keeps.",
        "",
        *table(("kind of registry", "moves touch", "a cancellation may be like"), rows),
        "",
    ]


_TRANSACTION_COLUMNS = (
    "transaction type", "title", "from", "to", "crosses to", "second person", "particulars", "proposed by", "clause",
)  # fmt: skip


def _kind(rules: KindRules) -> list[str]:
    accounts = (
        (f"`{each.code}`", each.title, each.number, ", ".join(sorted(each.holds)), "yes" if each.is_terminal else "")
        for each in rules.accounts.values()
    )
    transactions = (
        (
            f"`{each.code}`",
            each.title,
            ", ".join(sorted(each.sources)) or "(new units)",
            ", ".join(sorted(each.targets)),
            {True: "another section", False: "", None: "any section"}[each.crosses],
            _second_person(each),
            ", ".join([*each.terms, *(f"({option})" for option in each.options)]),
            ", ".join(sorted(each.proposers)),
            each.source_clause,
        )
        for each in rules.transactions.values()
    )
    return [
        f"## {rules.title} (`{rules.kind}`)",
        "",
        f"Units: {', '.join(sorted(rules.units))}. Identifiers: `{rules.identifier_format}`.",
        "",
        *table(("account type", "title", "number", "holds", "final"), accounts),
        "",
        *table(
            (
                "transaction type",
                "title",
                "from",
                "to",
                "crosses to",
                "second person",
                "particulars",
                "proposed by",
                "clause",
            ),
            transactions,
        ),
        "",
    ]


def _second_person(each: TransactionType) -> str:
    if each.composed:
        return "part of a larger act"
    return "always" if each.four_eyes else "where the account asks"


def roles() -> str:
    given = (
        (
            f"`{each.role}`",
            each.title,
            "a Party's section" if each.of_party else "one section, or all",
            "needs an end" if each.needs_end else "",
            "yes" if each.for_machines else "",
            each.clause,
        )
        for each in ROLES.values()
    )
    proposing = (
        (f"`{role}`", rules.title, ", ".join(f"`{each.code}`" for each in rules.transactions.values()
                                            if role in each.proposers and not each.composed))
        for role in Role for rules in KINDS.values()
    )  # fmt: skip
    return "\n".join(
        [
            NOTE,
            "# Roles",
            "",
            "What each role may do in the sections in which somebody holds it (`article6.domain.roles`). Who holds none may read what is",
            "public, and ask for an account. How roles are given, and who acts for an account, is told in",
            "[people and accounts](../how-to/people-and-accounts.md).",
            "",
            *table(("role", "title", "held in", "time", "by machines", "clause"), given),
            "",
            "## Rights",
            "",
            *table(
                ("right", "to", "roles"),
                ((f"`{right}`", RIGHTS[right], ", ".join(f"`{each}`" for each in ROLES if each in HOLDERS[right]))
                 for right in Right),
            ),
            "",
            "## Transactions",
            "",
            "Which transactions a role may propose, by kind of registry. Where an account has representatives, they take the place of the",
            "role `representative`.",
            "",
            *table(("role", "registry", "transactions"), (each for each in proposing if each[2])),
            "",
        ]
    )  # fmt: skip


def lifecycle() -> str:
    return "\n".join(
        [
            NOTE,
            "# The life of a transaction and of an account",
            "",
            "## Transactions",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> proposed: a second person is asked for",
            "    [*] --> completed: none is",
            *(f"    proposed --> {each.status}: {each.title}" for each in DECISIONS.values()),
            *(f"    {each.status} --> [*]" for each in DECISIONS.values()),
            "```",
            "",
            *table(
                ("status", "who brings it about", "units", "entries in the journal"),
                (
                    (f"`{status}`", _decider(status), *_effects(status))
                    for status in Status
                ),
            ),
            "",
            "Who represents the source account approves like a second person with the right ([roles](roles.md)).",
            "",
            "## Accounts",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> open",
            *(f"    {each.status} --> {other}" for each in ACCOUNT_STATES.values() for other in each.next),
            "    closed --> [*]",
            "```",
            "",
            *table(
                ("status", "units leave", "units come in", "becomes"),
                (
                    (f"`{each.status}`", _yes(each.may_debit), _yes(each.may_credit),
                     ", ".join(f"`{other}`" for other in each.next) or "nothing else, for ever")
                    for each in ACCOUNT_STATES.values()
                ),
            ),
            "",
            "Each change has a reason and a moment. An account is closed only when it is empty.",
            "",
            *_corrections(),
        ]
    )  # fmt: skip


def _corrections() -> list[str]:
    ends = {step.ends for step in STEPS.values()} - {start for step in STEPS.values() for start in step.starts}
    diagram = (
        f"    {start} --> {step.ends}: {act}" for act, step in STEPS.items() for start in sorted(step.starts)
    )  # fmt: skip
    return [
        "## The life of a corrective action",
        "",
        "[How to correct mistakes](../how-to/correct-mistakes.md) has the procedure.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> opened",
        *diagram,
        *(f"    {state} --> [*]" for state in sorted(ends)),
        "```",
        "",
        *table(
            ("act", "where the case is", "what it is then", "by"),
            ((f"`{act}`", ", ".join(sorted(step.starts)), step.ends, step.by) for act, step in STEPS.items()),
        ),
        "",
        *table(("remedy", "is"), ((f"`{remedy}`", title) for remedy, title in REMEDY_TITLES.items())),
        "",
    ]


def _yes(is_so: bool) -> str:
    return "yes" if is_so else ""


def _decider(status: Status) -> str:
    if status is Status.PROPOSED:
        return "who may propose the type, from that account"
    decision = DECISIONS[status]
    if decision.decider is Decider.CLOCK:
        return "the clock"
    if decision.decider is Decider.PROPOSER:
        return f"who proposed it, or who has the right `{decision.right}`"
    return f"a second person with the right `{decision.right}`, never who proposed it" + (
        "; where none is asked for, who proposes it" if status is Status.COMPLETED else ""
    )


def _effects(status: Status) -> tuple[str, str]:
    if status is Status.PROPOSED:
        return "chosen, split and reserved in the source account", "none yet"
    if status is Status.COMPLETED:
        return "in the target account; final where that is terminal", "one for each block"
    return "free again in the source account, merged with their siblings", "none, for ever"


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
        if (each.event not in NEEDS_AUTHORIZATION or each.event in FREE_FOR_CERS) and not is_act_of_a_party(each)
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
    return _yes(is_first_transfer(authorization, event))


def business_rules() -> str:
    return "\n".join(
        [
            NOTE,
            "# Business rules",
            "",
            "The built-in rules for transactions, in the order in which they are asked, and what an administrator may add in the",
            "Common Expression Language ([why](../decisions/0009-rules-in-cel.md)).",
            "",
            "## Built in",
            "",
            *table(
                ("code", "clause", "applies to", "what to do"),
                ((f"`{r.code}`", r.clause, applies_to(r.code), SENTENCES[r.code]) for r in RULES),
            ),
            "",
            "## Added by administrators",
            "",
            "A rule refuses when its expression is true, with the code `rule.refused`, its name and its message. It is asked after",
            "the built-in ones have let an order pass, when it is proposed and again when it is approved. One that cannot be worked",
            "out refuses too, with `rule.failed`. Issuances are asked as well, at the step `issue`: alone, of many, and as parts of an",
            "act of the mechanism; they have no source, and what their batch will be is in the facts that begin with `batch`.",
            "",
            "    article6 rule draft large 'order.quantity > 100000' --message 'Ask the ministry first.'",
            "    article6 rule try large                  # Would have refused 3 of 41,212.",
            "    article6 rule approve large --as bo --from 2026-07-01",
            "",
            f"An expression has at most {LENGTH_AT_MOST} characters, nests at most 32 deep and uses no comprehension (`all`, `exists`,",
            "`exists_one`, `map`, `filter`). Who wrote it neither approves nor retires it, and it is tried before it is approved.",
            "The try-out shows a transaction as the journal has it: accounts open, roles those of its day.",
            "",
            *table(("fact", "type", "is"), ((f"`{fact.name}`", fact.type, fact.sentence) for fact in FACTS)),
            "",
        ]
    )  # fmt: skip


def coverage() -> str:
    rows = list(clauses())
    met = sum(each.is_met for each in rows)
    lines = [
        NOTE,
        "# Coverage",
        "",
        f"The clauses on tracking: {len(rows)} rows, {met} met in code, {len(rows) - met} not. What a row is met by is a feature or a",
        "refusal code ([all of them](reference/refusals.md)); its tests prove it. What is missing, or why nothing is there, is said.",
        "Where the texts are silent or conflict, [divergences](divergences.md) says what was chosen.",
        "",
    ]
    cells = (
        (f"{each.decision} {each.paragraph}", each.demands, each.met_by or "not implemented",
         ", ".join(f"`{test}`" for test in each.tests), each.missing)
        for each in rows
    )  # fmt: skip
    lines += [*table(("clause", "what it demands", "met by", "tests", "missing"), cells), "", "## Rules", ""]
    lines += [
        "Every rule for transactions with the clause it comes from; those that say `ledger` have no decision behind them.",
        "",
        *table(("rule", "clause"), ((f"`{rule.code}`", rule.clause) for rule in RULES)),
        "",
    ]
    return "\n".join(lines)


_REQUIRED = {
    Requiredness.MANDATORY: "yes",
    Requiredness.CONDITIONAL: "where it applies",
    Requiredness.OPTIONAL: "no",
    Requiredness.PLATFORM: "left to the platform",
}


def aef() -> str:
    lines = [
        NOTE,
        "# The agreed electronic format",
        "",
        "The five tables of 4/CMA.6 annex II, field by field. This specification (`article6.reporting.aef_specification`) drives",
        "the writer, the reader, the [checks](aef-checks.md) and this page. Names, formats and requiredness are those of the common",
        f"nomenclatures of {ADOPTED} (second hand: see `aef_nomenclatures`); notes are the decision's.",
        "",
        "What does not apply reads `NA`; an empty cell says nothing. [How to check an AEF](../how-to/check-an-aef.md) says which other",
        "ways of writing are understood.",
        "",
    ]
    for each in Table:
        rows = (
            (
                s.field.position,
                s.field.label,
                f"`{s.field.technical_name}`",
                _REQUIRED[s.requiredness],
                _written(s),
                s.note,
            )
            for s in SPECIFICATION[each]
        )
        lines += [f"## {each.heading}", "", *table(("", "field", "name", "required", "written", "note"), rows), ""]
        keys = (f"`{s.field.technical_name}`: `{s.field.cad_trust_key}`" for s in SPECIFICATION[each])
        lines += ["CAD Trust's keys: " + ", ".join(keys) + ".", ""]
    lines += ["## Lists", ""]
    lines += table(("list", "values"), ((f"`{name}`", "; ".join(values)) for name, values in VALUE_LISTS.items()))
    lines += ["", "Action subtypes go with action types:", ""]
    lines += table(
        ("action type", "subtypes"), ((str(type_), "; ".join(subtypes)) for type_, subtypes in SUBTYPES.items())
    )
    lines += [
        "",
        "## Where the sources contradict each other",
        "",
        "The writer follows one profile: `carp-2026-02` (the nomenclatures; default), `cma6-annex` (the decision's own wording) or",
        "`cad-trust-v2` (the nomenclatures, with CAD Trust's keys in JSON). The reader takes them all.",
        "",
        *table(
            ("topic", "4/CMA.6 annex II", "nomenclatures", "others", "the reader takes"),
            ((c.topic, c.annex, c.nomenclatures, c.others, c.reader) for c in CONFLICTS),
        ),
        "",
    ]
    return "\n".join(lines)


def _written(specification: Specification) -> str:
    field = specification.field
    how = field.format.replace("|", "\\|") or (f"list `{field.nomenclature}`" if field.nomenclature else field.type)
    return how if specification.condition is Condition.ALWAYS else f"{how}; {field.applies}"


def aef_checks() -> str:
    rows = ((f"`{c.code}`", c.title, c.basis, str(c.scope), c.advice, c.origin) for c in CHECKS)
    return "\n".join(
        [
            NOTE,
            "# Checks of AEFs",
            "",
            "What `article6 check` asks, in this order. A result is one of the three of 4/CMA.6 para 29; a counterpart that is not at",
            'hand makes it "Null, information for check not available", never "inconsistent". A unit about which a check has spoken is',
            "not spoken of again by later ones: one slip, one finding. [Divergences](../divergences.md) says what was chosen where the",
            "decisions leave a check open.",
            "",
            "Codes II, STC and ISC are those of the secretariat's prototype; F and X are ours.",
            "",
            *table(("rule", "asks", "legal basis", "scope", "what to do", "origin"), rows),
            "",
        ]
    )


def main() -> int:
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
