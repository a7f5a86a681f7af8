"""The lives of transactions, accounts and corrections."""

from __future__ import annotations

from article6.domain.corrections import REMEDY_TITLES, STEPS
from article6.domain.lifecycles import ACCOUNT_STATES, DECISIONS, Decider
from article6.domain.orders import Status
from reference_pages.tables import NOTE, table, yes


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
                    (f"`{each.status}`", yes(each.may_debit), yes(each.may_credit),
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
