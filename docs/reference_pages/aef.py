"""The agreed electronic format and the checks."""

from __future__ import annotations

from article6.reporting.aef_fields import Table
from article6.reporting.aef_nomenclatures import ADOPTED, SUBTYPES, VALUE_LISTS
from article6.reporting.aef_specification import CONFLICTS, SPECIFICATION, Condition, Requiredness, Specification
from article6.reporting.checks.catalogue import CHECKS
from reference_pages.tables import NOTE, table

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
