"""Reports for account holders and Parties: an account's statement, a section's accounts, the history of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from article6.domain.refusals import N_, Code, refused
from article6.domain.serials import SERIAL_LIMIT
from article6.domain.units import UnitType, shown_as
from article6.reporting.documents.model import Cell, Column, Fact, Form, Table
from article6.services import as_of, naming
from article6.services.reports.asked import (
    ACTION,
    CLOCK,
    SERIALS,
    TRANSFERRED,
    Asked,
    Drawn,
    account_type,
    number_of,
    transferred,
    type_title,
)
from article6.store.queries import account_statements, facts, lookup, registries
from article6.store.queries import as_of as past
from article6.store.queries import reports as reading

LINES_AT_MOST = 200_000
"""Lines of the journal that a history of units shows."""

_MOVED = (
    *ACTION,
    Column("counterparty", N_("Other account")),
    Column("received", N_("Units received"), Form.UNITS),
    Column("sent", N_("Sent"), Form.UNITS),
    Column("balance", N_("Units held after it"), Form.UNITS),
    Column("first_transferred", N_("First transferred"), Form.UNITS),
)
_HELD = (
    Column("series", N_("Series")),
    *SERIALS,
    Column("type", N_("Unit type")),
    Column("vintage", N_("Vintage"), Form.NUMBER),
    Column("activity", N_("Activity")),
    Column("authorization", N_("Authorization")),
    Column("first_transferred", N_("First transferred"), Form.YES_NO),
)


def account_statement(asked: Asked) -> Drawn:
    """What an account held, and what came and left."""
    account = facts.accounts([asked.parameters["account"]]).get(asked.parameters["account"])
    if account is None:
        raise refused(Code.ACCOUNT_UNKNOWN, asked.parameters["account"])
    known = lookup.account(account.id)
    period = (account.id, asked.since or datetime.min.replace(tzinfo=UTC), asked.as_of)
    opening, received, sent, _count = account_statements.sums(*period)
    rows = [
        (each["at"], each["id"], type_title(each["type"]), number_of(each["other_id"]), max(each["change"], 0) or None,
         max(-each["change"], 0) or None, each["balance"], each["first_transferred"] or None)
        for each in account_statements.lines(*period)
    ]  # fmt: skip
    held = _held(as_of.held(account.id, asked.as_of), asked)
    told = (
        Fact("account", N_("Account"), account.number),
        Fact("account_type", N_("Account type"), account_type(account.type), Form.TERM),
        Fact("name", N_("Name"), known["name"]),
        Fact("holder", N_("Holder"), known["holder"]),
        Fact("section", N_("Section"), known["section"]),
        *asked.period,
        Fact("opening", N_("Opening balance, units"), opening, Form.UNITS),
        Fact("received", N_("Received, units"), received, Form.UNITS),
        Fact("sent", N_("Sent, units"), sent, Form.UNITS),
        Fact("closing", N_("Closing balance, units"), opening + received - sent, Form.UNITS),
    )
    tables = (Table("holdings", N_("Holdings"), _HELD, held), Table("movements", N_("Movements"), _MOVED, rows))
    return Drawn(tables, told, (CLOCK,))


def _held(found: as_of.Holdings, asked: Asked) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for piece, first_transfer in as_of.first_transferred(found, asked.as_of):
        batch = lookup.batch(piece.batch_id)
        code = lookup.authorization(piece.authorization_id)["code"] if piece.authorization_id else None
        rows.append(
            (f"{batch['registry']}/{batch['party']}", piece.first, piece.last, piece.units,
             str(shown_as(UnitType(batch["unit_type"]), is_first_transferred=first_transfer is not None)),
             batch["vintage_year"], batch["activity"], code, first_transfer is not None)
        )  # fmt: skip
    return rows


_HISTORY = (
    *ACTION,
    *SERIALS,
    Column("from", N_("From account")),
    Column("to", N_("To account")),
    Column("authorization", N_("Authorization")),
    Column("first_transfer", N_("First transfer"), Form.YES_NO),
)
_STOOD = (
    Column("account", N_("Account")),
    Column("account_type", N_("Account type"), Form.TERM),
    Column("units", N_("Units"), Form.UNITS),
)


def block_history(asked: Asked) -> Drawn:
    """Every action that moved the units named, and where they stood."""
    [wanted] = naming.ranges([naming.read(asked.parameters["units"])])
    series = as_of.series_of(wanted)
    wanted = replace(wanted, first=min(wanted.first, series.top), last=min(wanted.last, series.top))
    lines = past.history(series, wanted, asked.as_of, LINES_AT_MOST + 1)
    if len(lines) > LINES_AT_MOST:
        raise refused(Code.REPORT_TOO_LONG, asked.parameters["units"], f"more than {LINES_AT_MOST:,} lines")
    rows: list[Sequence[Cell]] = []
    stood: Counter[int] = Counter()
    for at, transaction_id, type_, first, last, source, target, _batch, authorization, is_first in lines:
        code = lookup.authorization(authorization)["code"] if authorization else None
        rows.append(
            (at, transaction_id, type_title(type_), first, last, last - first + 1, number_of(source), number_of(target),
             code, is_first)
        )  # fmt: skip
        stood[target] += last - first + 1
        if source is not None:
            stood[source] -= last - first + 1
    standing = [
        (number_of(account_id), account_type(lookup.account(account_id)["type"]), units)
        for account_id, units in sorted(stood.items())
        if units
    ]
    told = (
        Fact("series", N_("Series"), f"{series.registry}/{series.party}"),
        Fact("units", N_("Serials"), f"{wanted.first}-{wanted.last}"),
    )
    tables = (
        Table("standing", N_("Where the units stood"), _STOOD, standing),
        Table("actions", N_("Actions"), _HISTORY, rows),
    )
    return Drawn(tables, told, (CLOCK,))


_ACCOUNTS = (
    Column("account", N_("Account")),
    Column("account_type", N_("Account type"), Form.TERM),
    Column("name", N_("Name")),
    Column("opened", N_("Opened (UTC)"), Form.MOMENT),
    Column("opening", N_("Opening balance"), Form.UNITS),
    Column("closing", N_("Closing balance"), Form.UNITS),
)
_ACTIONS = (
    *TRANSFERRED,
    Column("first_transferred", N_("First transferred"), Form.UNITS),
)


def section_activity(asked: Asked) -> Drawn:
    """Every account of a section with its balances, and all that moved in and out of them."""
    code = asked.parameters["section"]
    section_id = registries.sections()[code]
    opened = reading.accounts_of(section_id, asked.as_of)
    closing = dict(past.balances(asked.as_of, section_id))
    opening = dict(past.balances(asked.since, section_id)) if asked.since else {}
    accounts: list[Sequence[Cell]] = [
        (each["number"], account_type(each["type"]), each["name"], each["opened_at"], opening.get(each["id"], 0),
         closing.get(each["id"], 0))
        for each in opened
    ]  # fmt: skip
    actions: list[Sequence[Cell]] = [
        (*transferred(each), each["first_transferred"] or None)
        for each in reading.moved([each["id"] for each in opened], asked.since, asked.as_of)
    ]
    tables = (
        Table("accounts", N_("Accounts"), _ACCOUNTS, accounts),
        Table("actions", N_("Actions"), _ACTIONS, actions),
    )
    return Drawn(tables, (Fact("section", N_("Section"), code), *asked.period), (CLOCK,))


def first_of(units: str) -> tuple[lookup.Series, int]:
    """The series and the first serial of the units that a history was asked for.

    Raises:
        Refused: they are no units of a series here.
    """
    [wanted] = naming.ranges([naming.read(units)])
    series = as_of.series_of(wanted)
    if wanted.first > min(series.top, SERIAL_LIMIT):
        raise refused(Code.BLOCK_NOT_HELD, units, "no such serial was issued")
    return series, wanted.first
