"""The kinds of registry and the roles."""

from __future__ import annotations

from article6.domain.declarations import SWITCHES, cancellations, movable
from article6.domain.kinds import KINDS, KindRules, Role, TransactionType
from article6.domain.roles import HOLDERS, RIGHTS, ROLES, Right
from reference_pages.tables import NOTE, table


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
