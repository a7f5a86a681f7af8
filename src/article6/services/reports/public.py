"""Reports that everybody may have of a public registry, and the auditor's on access."""

from __future__ import annotations

from collections import Counter

from article6.domain.refusals import N_
from article6.reporting.documents.model import Column, Fact, Form, Table
from article6.reporting.said import Said
from article6.services import declarations
from article6.services.reports.asked import (
    ACTION,
    CLOCK,
    DECIDED,
    SERIALS,
    Asked,
    Drawn,
    type_title,
)
from article6.store.queries import registries
from article6.store.queries import reports as reading

VOLUNTARY = ("cancellation_voluntary", "cancellation_omge_voluntary")
"""Transaction types of voluntary cancellation; a declared one that is like the first counts as it."""

_NOT_STATED = N_("Not stated")

_PURPOSES = (
    Column("purpose", N_("Purpose"), Form.TERM),
    Column("action", N_("Action"), Form.TERM),
    Column("unit_type", N_("Unit type")),
    Column("cancellations", N_("Cancellations"), Form.NUMBER),
    Column("units", N_("Units"), Form.UNITS),
)
_CANCELLED = (
    *DECIDED,
    Column("purpose", N_("Purpose"), Form.TERM),
    Column("section", N_("Section")),
    Column("host", N_("Host Party")),
    Column("unit_type", N_("Unit type")),
    Column("vintage", N_("Vintage"), Form.NUMBER),
    Column("units", N_("Units"), Form.UNITS),
)


def voluntary_cancellations(asked: Asked) -> Drawn:
    """Voluntary cancellations, by purpose and one by one; without whom they benefit, which is not public."""
    declared = [code for code, like in declarations.likes().items() if like in VOLUNTARY and code not in VOLUNTARY]
    found = reading.cancelled([*VOLUNTARY, *declared], asked.since, asked.as_of)
    units: Counter[tuple[str, str, str]] = Counter()
    transactions: dict[tuple[str, str, str], set[int]] = {}
    rows = []
    for each in found:
        purpose = each["purpose"] or _NOT_STATED
        key = (purpose, type_title(each["type"]), each["unit_type"])
        units[key] += each["quantity"]
        transactions.setdefault(key, set()).add(each["id"])
        rows.append(
            (each["at"], each["id"], purpose, each["section"], each["host"], each["unit_type"], each["vintage_year"],
             each["quantity"])
        )  # fmt: skip
    sums = [(*key, len(transactions[key]), amount) for key, amount in sorted(units.items())]
    tables = (
        Table("purposes", N_("By purpose"), _PURPOSES, sums),
        Table("cancellations", N_("Cancellations"), _CANCELLED, rows),
    )
    told = (*asked.period, Fact("units", N_("Cancelled, units"), sum(units.values()), Form.UNITS))
    return Drawn(tables, told, (CLOCK,))


_SUMS = (
    Column("party", N_("Host Party")),
    Column("unit_type", N_("Unit type")),
    Column("issuances", N_("Issuances"), Form.NUMBER),
    Column("units", N_("Units"), Form.UNITS),
    Column("authorized", N_("Authorized when issued"), Form.UNITS),
)
_ISSUED = (
    *ACTION,
    Column("series", N_("Series")),
    *SERIALS,
    Column("unit_type", N_("Unit type")),
    Column("vintage", N_("Vintage"), Form.NUMBER),
    Column("activity", N_("Activity")),
    Column("authorized", N_("Authorized when issued"), Form.YES_NO),
)


def issuance(asked: Asked) -> Drawn:
    """Every issuance, and the sums by host Party and unit type."""
    found = reading.issued(asked.since, asked.as_of)
    sums: dict[tuple[str, str], list[int]] = {}
    for each in found:
        amounts = sums.setdefault((each["party"], each["unit_type"]), [0, 0, 0])
        amounts[0] += 1
        amounts[1] += each["quantity"]
        amounts[2] += each["quantity"] if each["is_authorized"] else 0
    rows = [
        (each["at"], each["id"], type_title(each["type"]), f"{each['registry']}/{each['party']}", each["first"],
         each["last"], each["quantity"], each["unit_type"], each["vintage_year"], each["activity"],
         each["is_authorized"])
        for each in found
    ]  # fmt: skip
    tables = (
        Table(
            "sums",
            N_("By host Party and unit type"),
            _SUMS,
            [(*key, *amounts) for key, amounts in sorted(sums.items())],
        ),
        Table("issuances", N_("Issuances"), _ISSUED, rows),
    )
    told = (*asked.period, Fact("units", N_("Issued, units"), tables[1].total("units"), Form.UNITS))
    return Drawn(tables, told, (CLOCK,))


_ACCESS = (
    Column("event", N_("Event"), Form.NUMBER),
    Column("at", N_("At (UTC)"), Form.MOMENT),
    Column("recorded_at", N_("Recorded (UTC)"), Form.MOMENT),
    Column("person", N_("Person")),
    Column("action", N_("Action")),
    Column("subject", N_("Subject")),
    Column("section", N_("Section")),
)


def access_changes(asked: Asked) -> Drawn:
    """Who changed who may do what: people, roles, tokens, accounts and their representatives."""
    section = asked.parameters.get("section")
    section_id = registries.sections()[section] if section else None
    rows = [
        (each["id"], each["at"], each["recorded_at"], each["login"], each["action"], each["subject"], each["section"])
        for each in reading.access_events(section_id, asked.since, asked.as_of)
    ]
    actions = Counter(row[4] for row in rows)
    tables = (
        Table("sums", N_("By action"), (Column("action", N_("Action")), Column("events", N_("Events"), Form.NUMBER)),
              sorted(actions.items())),
        Table("events", N_("Events"), _ACCESS, rows),
    )  # fmt: skip
    note = Said(N_("An event is at the moment of the act; it was recorded by the clock of the database."))
    return Drawn(tables, ((Fact("section", N_("Section"), section),) if section else ()) + asked.period, (note,))
