"""The auditor's report on how this registry's books compared with those of connected registries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from article6.domain.refusals import N_
from article6.exchange.cases import COMPARING, Status
from article6.exchange.message_types import Type
from article6.reporting.documents.model import Cell, Column, Fact, Form, Table
from article6.reporting.said import Said
from article6.services.reports.asked import SERIALS, Asked, Drawn
from article6.store.queries import reconciliation
from article6.store.queries import reports as reading

UNDER_WAY = N_("Under way")
OUTCOMES: Mapping[Status, str] = MappingProxyType(
    {
        **dict.fromkeys(COMPARING, UNDER_WAY),
        Status.BLOCKS_DIFFER: N_("Differs as in an earlier case that is open"),
        Status.COMPLETED: N_("The books agree"),
        Status.COMPLETED_BY_HAND: N_("Differed, and was resolved by both sides"),
        Status.DENIED: N_("Not taken by the other registry"),
        Status.BY_HAND: N_("Differs: a case for both administrators"),
    }
)
"""What a comparison came to, as a message id."""

_SUMS = (
    Column("peer", N_("Registry")),
    Column("outcome", N_("Outcome"), Form.TERM),
    Column("comparisons", N_("Comparisons"), Form.NUMBER),
)
_COMPARED = (
    Column("started_at", N_("Begun (UTC)"), Form.MOMENT),
    Column("number", N_("Comparison")),
    Column("peer", N_("Registry")),
    Column("is_ours", N_("Begun here"), Form.YES_NO),
    Column("compared_at", N_("Books as of (UTC)"), Form.MOMENT),
    Column("outcome", N_("Outcome"), Form.TERM),
    Column("found_at", N_("Found (UTC)"), Form.MOMENT),
    Column("resolved_at", N_("Resolved (UTC)"), Form.MOMENT),
    Column("differing", N_("Differing, units"), Form.UNITS),
    Column("held", N_("Held for it, units"), Form.UNITS),
    Column("signed", N_("Signed resolutions"), Form.NUMBER),
)
_DIFFERENCES = (
    Column("number", N_("Comparison")),
    Column("peer", N_("Registry")),
    Column("series", N_("Series")),
    *SERIALS,
    Column("unit_type", N_("Unit type")),
    Column("is_given", N_("As given away"), Form.YES_NO),
    Column("is_ours", N_("In our books only"), Form.YES_NO),
)


def reconciliations(asked: Asked) -> Drawn:
    """Every comparison that was begun over a time, what it had come to by its end, and what differed."""
    found = reading.reconciliations(asked.since, asked.as_of, Type.RECONCILIATION_RESULT)
    outcomes: Counter[tuple[str, str]] = Counter()
    rows: list[tuple[Cell, ...]] = []
    differing: list[tuple[Cell, ...]] = []
    for each in found:
        status = _status(each, asked.as_of)
        is_known = status not in COMPARING
        outcomes[each["peer"], OUTCOMES[status]] += 1
        found_at = each["found_at"] if is_known else None
        resolved_at = each["changed_at"] if status is Status.COMPLETED_BY_HAND else None
        rows.append(
            (each["started_at"], each["reconciliation_id"], each["peer"], each["is_ours"], each["as_of"],
             OUTCOMES[status], found_at, resolved_at, each["differing"] if is_known else None, each["held"],
             each["signed"])
        )  # fmt: skip
        if is_known:
            differing += [
                (each["reconciliation_id"], each["peer"], f"{one['registry']}/{one['party']}", one["first"],
                 one["last"], one["last"] - one["first"] + 1, one["unit_type"], one["way"] == "given", one["is_ours"])
                for one in reconciliation.differences(each["id"])
            ]  # fmt: skip
    tables = (
        Table("sums", N_("By registry and outcome"), _SUMS,
              [(*key, count) for key, count in sorted(outcomes.items())]),
        Table("comparisons", N_("Comparisons"), _COMPARED, rows),
        Table("differences", N_("What differed"), _DIFFERENCES, differing),
    )  # fmt: skip
    told = (*asked.period, Fact("held", N_("Held for open cases, units"), tables[1].total("held"), Form.UNITS))
    note = Said(N_("Each side signed what it told; the messages are kept with the comparison."))
    return Drawn(tables, told, (note,))


def _status(each: Mapping[str, Any], as_of: datetime) -> Status:
    """What the comparison had come to: an end that is later than the moment is not told."""
    status = Status(each["status"])
    if status is Status.DENIED:
        return status if each["changed_at"] < as_of else Status.INITIATED
    if each["found_at"] is None or each["found_at"] >= as_of:
        return Status.INITIATED
    if status is Status.COMPLETED_BY_HAND and each["changed_at"] >= as_of:
        return Status.BY_HAND
    return status
