"""What a report was asked with, and what its drawing gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import translation

from article6.domain.refusals import N_
from article6.domain.report_kinds import ReportKind, moment
from article6.reporting.documents.model import Cell, Column, Fact, Form, Table
from article6.reporting.said import Said
from article6.services.titles import account_title, transaction_title
from article6.store.queries import lookup


@dataclass(frozen=True)
class Asked:
    """A kind of report, its parameters, and the moment as of which it is drawn."""

    kind: ReportKind
    parameters: Mapping[str, str]
    as_of: datetime

    @cached_property
    def since(self) -> datetime | None:
        """The moment from which on it tells what happened; None: from the beginning."""
        given = self.parameters.get("since")
        return moment(given) if given else None

    @property
    def period(self) -> tuple[Fact, ...]:
        """The beginning of the period as a fact, where one was given."""
        return (Fact("since", N_("From (UTC)"), self.since, Form.MOMENT),) if self.since else ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a report says besides its head."""

    tables: tuple[Table, ...]
    facts: tuple[Fact, ...] = ()
    notes: tuple[Said, ...] = ()


CLOCK = Said(
    N_("As of a moment counts what was decided before it: 31 December 24:00 is 1 January 00:00 (UTC). Units are whole.")
)
"""Which clock a report of holdings and movements is told by."""


DECIDED = (
    Column("at", N_("Decided (UTC)"), Form.MOMENT),
    Column("transaction", N_("Transaction"), Form.NUMBER),
)
ACTION = (
    *DECIDED,
    Column("action", N_("Action"), Form.TERM),
)
TRANSFERRED = (
    *ACTION,
    Column("from", N_("From account")),
    Column("to", N_("To account")),
    Column("units", N_("Units"), Form.UNITS),
)
SERIALS = (
    Column("first", N_("First serial"), Form.NUMBER),
    Column("last", N_("Last serial"), Form.NUMBER),
    Column("units", N_("Units"), Form.UNITS),
)
AUTHORIZED = (
    Column("authorized", N_("Authorized"), Form.UNITS),
    Column("unauthorized", N_("Not authorized"), Form.UNITS),
)
"""Columns that several reports have; `transferred` gives the cells of `TRANSFERRED`."""


def transferred(found: Mapping[str, Any]) -> tuple[Cell, ...]:
    """A transaction as `store.queries.reports.moved` has it."""
    return (
        found["at"], found["id"], type_title(found["type"]), number_of(found["source_id"]),
        number_of(found["target_id"]), found["quantity"],
    )  # fmt: skip


def type_title(code: str) -> str:
    """A transaction type's name in English, as a message id."""
    with translation.override("en"):
        return transaction_title(code)


def account_type(code: str) -> str:
    """An account type's name in English, as a message id."""
    with translation.override("en"):
        return account_title(code)


def number_of(account_id: int | None) -> str | None:
    """An account's number; None for no account. Of accounts out of sight the number is all that is told."""
    return None if account_id is None else str(lookup.account(account_id)["number"])
