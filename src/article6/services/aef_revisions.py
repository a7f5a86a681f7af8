"""What differs between two versions of a Party's report, or between a version and the ledger now, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.refusals import N_
from article6.reporting.aef_differences import Difference, differences
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_specification import positions
from article6.reporting.aef_versions import EXPLANATORY
from article6.services import aef_versions
from article6.store.database import one_moment
from article6.store.queries import aef as drawn
from article6.store.queries import aef_versions as reading
from article6.store.queries.aef_versions import Frozen

TRANSACTION = N_("Transaction %(number)s, decided on %(day)s, was recorded later.")
MOVED = N_("Later transactions moved units of this series.")
AUTHORIZATION = N_("Version %(version)s of authorization %(code)s was recorded later, on %(day)s.")
EXPLAINED = N_("%(person)s explained it on %(day)s.")
OTHERWISE = N_("No act in this registry explains it: what the report draws on besides was changed, or the program.")


def differing(before: Frozen, after: Frozen | None, *, now: datetime, at_most: int) -> dict[str, Any]:
    """What differs, row by row, from an earlier version to a later one, or (None) to the ledger now.

    `counts` has every row that was added, removed or changed, by table; `rows` the first of them, each with its cells
    and why it differs.

    Raises:
        Refused: as for `aef.aef`.
    """
    with one_moment():
        then = aef_versions.full_copy(before)
        later = aef_versions.full_copy(after) if after else aef_versions.draft(before.party, before.year, now=now)
        found = differences(then, later, at_most)
        why = _reasons(before, after, found.first)
        return {
            "before": str(before.version),
            "after": str(after.version) if after else None,
            "total": found.total,
            "counts": [
                {"table": table.key, "change": str(change), "rows": count}
                for (table, change), count in found.counts.items()
            ],
            "rows": [_shown(each, why) for each in found.first],
        }


def _shown(difference: Difference, why: _Reasons) -> dict[str, Any]:
    names = [each.technical_name for each in FIELDS[difference.table]]
    return {
        "table": difference.table.key,
        "row": difference.key,
        "change": str(difference.change),
        "cells": dict(zip(names, difference.row, strict=True)) if not difference.cells else {},
        "changed": [{"field": name, "before": old, "after": new} for name, old, new in difference.cells],
        "why": why.of(difference),
    }


@dataclass(frozen=True, slots=True)
class _Reasons:
    """What was recorded after the earlier of two reports, up to the later one."""

    transactions: Mapping[int, Mapping[str, Any]]
    series: set[str]
    authorizations: Mapping[str, tuple[int, datetime]]
    explained: Mapping[tuple[str, str], tuple[str, datetime]]

    def of(self, difference: Difference) -> list[str]:
        """Why a row differs, in sentences, each what somebody did."""
        named = {name for name, _before, _after in difference.cells}
        said = [] if named == {EXPLANATORY} else [*self._acts(difference)]
        if explained := self.explained.get((difference.table.key, difference.key)):
            said.append(_(EXPLAINED) % {"person": explained[0], "day": f"{explained[1]:%Y-%m-%d}"})
        return said or self._acts(difference) or [_(OTHERWISE)]

    def _acts(self, difference: Difference) -> list[str]:
        said = []
        if difference.table is Table.ACTIONS and (number := _transaction(difference)) in self.transactions:
            day = f"{self.transactions[number]['decided_at']:%Y-%m-%d}"
            said.append(_(TRANSACTION) % {"number": number, "day": day})
        elif difference.table is Table.HOLDINGS and difference.key.rpartition(":")[0] in self.series:
            said.append(_(MOVED))
        code = _authorization(difference)
        if code in self.authorizations:
            version, at = self.authorizations[code]
            said.append(_(AUTHORIZATION) % {"version": version, "code": code, "day": f"{at:%Y-%m-%d}"})
        return said


def _reasons(before: Frozen, after: Frozen | None, found: list[Difference]) -> _Reasons:
    numbers = [_transaction(each) for each in found if each.table is Table.ACTIONS]
    until = drawn.year_bounds(before.year)[1]
    entry = after.last_entry if after else None
    return _Reasons(
        transactions=reading.later_transactions(numbers, before.last_entry, entry),
        series=reading.series_moved_later(until, before.last_entry, entry),
        authorizations=reading.authorizations_later(
            before.last_authorization, after.last_authorization if after else None
        ),
        explained=reading.explained_later(
            before.party, before.year, before.last_explanation, after.last_explanation if after else None
        ),
    )


def _transaction(difference: Difference) -> int:
    return int(difference.key.partition(":")[0])


def _authorization(difference: Difference) -> str:
    if difference.table is Table.ENTITIES:
        return difference.key.rsplit("/", 2)[0]
    if difference.table is Table.SUBMISSION:
        return ""
    return str(difference.row[positions(difference.table)["AuthorizationID"]])
