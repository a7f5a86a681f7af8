"""Reports of the mechanism: A6.4ERs of a Party, CERs towards NDCs, share of proceeds and OMGE, fees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from article6.domain.holdings import Held
from article6.domain.refusals import N_
from article6.domain.steps import Steps
from article6.domain.units import UnitType
from article6.reporting.documents.model import Cell, Column, Fact, Form, Table
from article6.reporting.said import Said
from article6.services import as_of
from article6.services.reports.asked import (
    AUTHORIZED,
    CLOCK,
    DECIDED,
    TRANSFERRED,
    Asked,
    Drawn,
    account_type,
    transferred,
)
from article6.store.queries import as_of as past
from article6.store.queries import lookup
from article6.store.queries import reports as reading

_STATUS = (
    Column("authorized", N_("Authorized"), Form.YES_NO),
    Column("first_transferred", N_("First transferred"), Form.YES_NO),
    Column("section", N_("Section")),
    Column("account_type", N_("Account type"), Form.TERM),
    Column("units", N_("Units"), Form.UNITS),
)
_ACTIVITIES = (
    Column("activity", N_("Activity")),
    Column("vintage", N_("Vintage"), Form.NUMBER),
    *AUTHORIZED,
)
_HELD = (
    Column("account", N_("Account")),
    Column("host", N_("Host Party")),
    *AUTHORIZED,
)


def a64ers(asked: Asked) -> Drawn:
    """Where a host Party's A6.4ERs stood, authorized or not, and which A6.4ERs its accounts held."""
    party = asked.parameters["section"]
    status: Counter[tuple[bool, bool, str, str]] = Counter()
    activities: dict[tuple[str, int], list[int]] = {}
    for series in lookup.series(party=party):
        steps = Steps()
        for line in past.journal(series.id, asked.as_of):
            steps.apply(line)
        for run in steps.runs():
            if run.stand.account is None or run.stand.batch is None:
                continue
            batch, account = lookup.batch(run.stand.batch), lookup.account(run.stand.account)
            if batch["unit_type"] != UnitType.A64ER:
                continue
            units, is_authorized = run.last - run.first + 1, run.stand.authorization is not None
            status[is_authorized, run.stand.first_transfer is not None, account["section"], account["type"]] += units
            key = (batch["activity"] or "", batch["vintage_year"] or 0)
            activities.setdefault(key, [0, 0])[0 if is_authorized else 1] += units
    held: list[Sequence[Cell]] = [
        (each.account, host, *amounts)
        for each in as_of.registry_holdings(asked.as_of, party)
        for (unit_type, host), amounts in _by_type_and_host(each.held)
        if unit_type == UnitType.A64ER
    ]
    rows: list[Sequence[Cell]] = [
        (authorized, first, section, account_type(type_), units)
        for (authorized, first, section, type_), units in sorted(
            status.items(), key=lambda each: (not each[0][0], each)
        )
    ]
    by_activity = [(code, year or None, *amounts) for (code, year), amounts in sorted(activities.items())]
    tables = (
        Table("status", N_("A6.4ERs of this host Party, and where they stand"), _STATUS, rows),
        Table("activities", N_("The same by activity and vintage"), _ACTIVITIES, by_activity),
        Table("held", N_("A6.4ERs of any host Party in the accounts of this Party"), _HELD, held),
    )
    total = sum(status.values())
    authorized = sum(units for key, units in status.items() if key[0])
    told = (
        Fact("party", N_("Party"), party),
        Fact("issued", N_("A6.4ERs issued, units"), total, Form.UNITS),
        Fact("authorized", N_("of which authorized"), authorized, Form.UNITS),
        Fact("unauthorized", N_("of which not authorized"), total - authorized, Form.UNITS),
    )
    return Drawn(tables, told, (CLOCK,))


def _by_type_and_host(held: Sequence[Held]) -> list[tuple[tuple[str, str], list[int]]]:
    """Units that are authorized, and that are not, by unit type and host Party."""
    found: dict[tuple[str, str], list[int]] = {}
    for each in held:
        batch = lookup.batch(each.batch_id)
        found.setdefault((batch["unit_type"], batch["party"]), [0, 0])[0 if each.authorization_id else 1] += each.units
    return sorted(found.items())


_USED = (
    *DECIDED,
    Column("party", N_("Using Party")),
    Column("year", N_("Year of use")),
    Column("period", N_("NDC period")),
    Column("host", N_("Host Party")),
    Column("activity", N_("Activity")),
    Column("units", N_("Units"), Form.UNITS),
)
_BY_PARTY = (
    Column("party", N_("Using Party")),
    Column("year", N_("Year of use")),
    Column("units", N_("Units"), Form.UNITS),
)
_CERS_HELD = (
    Column("section", N_("Section")),
    Column("account_type", N_("Account type"), Form.TERM),
    Column("units", N_("Units"), Form.UNITS),
)


def cers_towards_ndcs(asked: Asked) -> Drawn:
    """CERs that Parties used towards their NDCs, and CERs that stood elsewhere."""
    section = asked.parameters.get("section")
    used = reading.used_cers(asked.as_of, section)
    sums: Counter[tuple[str, str]] = Counter()
    for each in used:
        sums[each["section"], each["use_year"]] += each["quantity"]
    rows = [
        (each["at"], each["id"], each["section"], each["use_year"], f"{each['period_first']}-{each['period_last']}",
         each["host"], each["activity"], each["quantity"])
        for each in used
    ]  # fmt: skip
    held = [
        (each["section"], account_type(each["account_type"]), each["quantity"])
        for each in reading.held_cers(asked.as_of, section)
    ]
    tables = (
        Table("sums", N_("CERs used towards NDCs, by Party and year"), _BY_PARTY,
              [(*key, units) for key, units in sorted(sums.items())]),
        Table("used", N_("Uses"), _USED, rows),
        Table("held", N_("Where CERs stand"), _CERS_HELD, held),
    )  # fmt: skip
    note = Said(N_("CERs are counted towards first or first updated NDCs only, and carry no corresponding adjustment."))
    return Drawn(tables, (Fact("section", N_("Section"), section),) if section else (), (note, CLOCK))


_LEVIES = (
    Column("at", N_("Decided (UTC)"), Form.MOMENT),
    Column("issuance", N_("Issuance"), Form.NUMBER),
    Column("host", N_("Host Party")),
    Column("activity", N_("Activity")),
    Column("issued", N_("Issued"), Form.UNITS),
    Column("proceeds", N_("To the Adaptation Fund"), Form.UNITS),
    Column("omge", N_("Cancelled for OMGE"), Form.UNITS),
)
_SHARES = (
    Column("account", N_("Account")),
    Column("account_type", N_("Account type"), Form.TERM),
    Column("type", N_("Unit type")),
    Column("host", N_("Host Party")),
    *AUTHORIZED,
)


def proceeds_and_omge(asked: Asked) -> Drawn:
    """What each issuance gave to the Adaptation Fund and to OMGE, what their accounts held, what moved besides."""
    given = [
        (each["at"], each["id"], each["party"], each["activity"], each["issued"], each["proceeds"], each["omge"])
        for each in reading.levies(asked.since, asked.as_of)
    ]
    shares: list[Sequence[Cell]] = []
    fund: list[int] = []
    for type_ in ("share_of_proceeds", "cancellation_omge", "cancellation_omge_voluntary"):
        for account in reading.accounts_of_type(type_):
            fund += [account["id"]] if type_ == "share_of_proceeds" else []
            shares += [
                (account["number"], account_type(type_), *key, *amounts)
                for key, amounts in _by_type_and_host(as_of.held(account["id"], asked.as_of).held)
            ]
    moved = [
        transferred(each)
        for each in reading.moved(fund, asked.since, asked.as_of)
        if each["type"] != "share_of_proceeds"
    ]
    levies = Table("levies", N_("What each issuance gave"), _LEVIES, given)
    tables = (
        Table("shares", N_("What the accounts hold"), _SHARES, shares),
        levies,
        Table("moved", N_("Other movements of the share of proceeds account"), TRANSFERRED, moved),
    )
    told = (
        *asked.period,
        Fact("issued", N_("Issued, units"), levies.total("issued"), Form.UNITS),
        Fact("proceeds", N_("Share of proceeds for adaptation, units"), levies.total("proceeds"), Form.UNITS),
        Fact("omge", N_("Cancelled for OMGE at issuance, units"), levies.total("omge"), Form.UNITS),
    )
    return Drawn(tables, told, (CLOCK,))


_FEES = (
    Column("at", N_("Invoiced (UTC)"), Form.MOMENT),
    Column("invoice", N_("Invoice"), Form.NUMBER),
    Column("host", N_("Host Party")),
    Column("activity", N_("Activity")),
    Column("fee", N_("Fee")),
    Column("amount", N_("Due, USD"), Form.CENTS),
    Column("paid", N_("Paid, USD"), Form.CENTS),
    Column("refunded", N_("Given back, USD"), Form.CENTS),
    Column("waived", N_("Waived"), Form.YES_NO),
)


def fees(asked: Asked) -> Drawn:
    """What was invoiced over a time, and what of it was paid and given back by its end."""
    rows = [
        (each["at"], each["id"], each["party"], each["activity"], each["fee"], each["amount"], each["paid"],
         each["refunded"], each["is_waived"])
        for each in reading.fees(asked.since, asked.as_of)
    ]  # fmt: skip
    table = Table("fees", N_("Invoices"), _FEES, rows)
    told = (
        *asked.period,
        Fact("amount", N_("Due, USD"), table.total("amount"), Form.CENTS),
        Fact("paid", N_("Paid, USD"), table.total("paid"), Form.CENTS),
        Fact("refunded", N_("Given back, USD"), table.total("refunded"), Form.CENTS),
    )
    return Drawn((table,), told)
