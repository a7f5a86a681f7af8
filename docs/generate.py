"""Writes the reference pages that follow from the code's tables. `make docs` runs it; a test compares."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from article6.domain.business_rules import FACTS, LENGTH_AT_MOST
from article6.domain.clauses import clauses
from article6.domain.kinds import KINDS, KindRules, TransactionType
from article6.domain.orders import Status
from article6.domain.refusals import SENTENCES, Code
from article6.domain.rules import RULES

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/generate.py from the code's tables; do not edit. -->"


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    return {
        "refusals.md": refusals(),
        "kinds.md": kinds(),
        "lifecycle.md": lifecycle(),
        "business-rules.md": business_rules(),
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
    return "\n".join(lines)


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
            "another section" if each.crosses else "",
            _second_person(each),
            ", ".join(each.terms),
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


def lifecycle() -> str:
    finals = [status for status in Status if status is not Status.PROPOSED]
    return "\n".join(
        [
            NOTE,
            "# The life of a transaction",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> proposed: a second person is asked for",
            "    [*] --> completed: none is",
            *(f"    proposed --> {status}" for status in finals),
            *(f"    {status} --> [*]" for status in finals),
            "```",
            "",
            *table(
                ("status", "units", "entries in the journal"),
                (
                    (f"`{status}`", *_effects(status))
                    for status in Status
                ),
            ),
            "",
        ]
    )  # fmt: skip


def _effects(status: Status) -> tuple[str, str]:
    if status is Status.PROPOSED:
        return "chosen, split and reserved in the source account", "none yet"
    if status is Status.COMPLETED:
        return "in the target account; final where that is terminal", "one for each block"
    return "free again in the source account, merged with their siblings", "none, for ever"


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
            *table(("code", "clause", "what to do"), ((f"`{r.code}`", r.clause, SENTENCES[r.code]) for r in RULES)),
            "",
            "## Added by administrators",
            "",
            "A rule refuses when its expression is true, with the code `rule.refused`, its name and its message. It is asked after",
            "the built-in ones have let an order pass, when it is proposed and again when it is approved. One that cannot be worked",
            "out refuses too, with `rule.failed`. Issuance is not asked.",
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


def main() -> int:
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
