"""Refusals, the facts of business rules, and the coverage of the decisions."""

from __future__ import annotations

from article6.domain.business_rules import FACTS, LENGTH_AT_MOST
from article6.domain.clauses import clauses
from article6.domain.refusal_sentences import SENTENCES
from article6.domain.refusals import Code
from article6.domain.rule_subjects import applies_to
from article6.domain.rules import RULES
from reference_pages.tables import NOTE, table


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
