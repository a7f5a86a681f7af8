"""Parties: their NDCs, authorities and reports, what is demanded of them, and what they owe."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.ndcs import Method, Ndc, Report, ReportKind, Target
from article6.domain.parties import PARTIES
from article6.services import parties
from article6.services.parties import Authority

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(
    epilog=examples(
        "article6 party show CHE",
        "article6 party ndc CHE 'first NDC' --years 2021 2030 --communicated 2020-12-09",
        "article6 party obligations --party CHE",
    )
)
def party() -> None:
    """Parties: NDCs, designated authorities, reports, obligations."""


@party.command("list", epilog=examples("article6 party list", "article6 party list --json"))
@json_option
def list_parties(as_json: bool) -> None:
    """The Parties to the Convention, by the codes that units and reports carry."""
    today = now().date()
    found = [
        {"code": each.code, "name": each.name, "is_paris_party": each.is_paris_party(today), "is_ldc": each.ldc,
         "is_sids": each.sids}
        for each in PARTIES.values()
    ]  # fmt: skip
    if as_json:
        output.print_json(found)
    else:
        headings = [_("Code"), _("Name"), _("Paris Agreement"), _("LDC"), _("SIDS")]
        output.print_table(headings, [list(each.values()) for each in found])


@party.command("show", epilog=examples("article6 party show CHE", "article6 party show CHE --json"))
@click.argument("code", metavar="PARTY")
@json_option
def show_party(code: str, as_json: bool) -> None:
    """A Party with its NDCs, its designated authority and what it submitted."""
    found = parties.shown(code)
    if as_json:
        output.print_json(found)
        return
    authority = found["authority"] or {}
    output.print_fields(
        [
            (_("Party"), f"{found['name']} ({found['code']})"),
            (_("Least developed country"), found["is_ldc"]),
            (_("Small island developing State"), found["is_sids"]),
            (_("Designated authority"), authority.get("name")),
            (_("Address"), authority.get("address")),
            (_("Email"), authority.get("email")),
            (_("Telephone"), authority.get("telephone")),
            (_("NDC demanded"), found["demands_ndc"]),
        ]
    )
    _print_ndcs(found["ndcs"])
    _print_reports(found["reports"])


def _print_ndcs(ndcs: list[Ndc]) -> None:
    output.print_table(
        [_("NDC"), _("Version"), _("Period"), _("Target"), _("Metric"), _("Adjustments"), _("Communicated"),
         _("Sectors"), _("Withdrawn")],
        [
            (each.code, each.version, f"{each.year_first}-{each.year_last}", each.target,
             each.metric_unit or each.metric, each.method, each.communicated_on, each.sectors, each.is_withdrawn)
            for each in ndcs
        ],
    )  # fmt: skip


def _print_reports(reports: list[Report]) -> None:
    output.print_table(
        [_("Report"), _("Reference"), _("Submitted"), _("Approaches"), _("Of year"), _("Withdrawn")],
        [
            (each.report, each.reference, each.submitted_on, each.approaches, str(each.year or ""), each.is_withdrawn)
            for each in reports
        ],
    )


@party.command(
    "ndc",
    epilog=examples(
        "article6 party ndc CHE 'first NDC' --years 2021 2030 --communicated 2020-12-09",
        "article6 party ndc GHA 'first NDC' --version 2 --years 2021 2030 --single-year --method averaging \\",
        "    --communicated 2021-11-04 --reference https://unfccc.int/NDCREG",
    ),
)
@click.argument("party_code", metavar="PARTY")
@click.argument("code", metavar="NAME")
@click.option("--years", nargs=2, type=int, required=True, help="First and last year of its implementation period.")
@click.option("--communicated", type=_DAY, required=True, help="The day on which it was communicated.")
@click.option("--single-year", is_flag=True, help="Its target is for one year. Default: for several.")
@click.option(
    "--method", type=click.Choice([str(each) for each in Method]), default="trajectory", show_default=True,
    help="How corresponding adjustments are applied throughout the period.",
)  # fmt: skip
@click.option("--unit", "metric_unit", default="", help="The unit of a non-GHG metric. Default: t CO2 eq.")
@click.option("--sector", "sectors", multiple=True, help="A sector it covers; repeatable. Default: all.")
@click.option("--reference", default="", help="Where it stands.")
@click.option("--version", type=int, default=1, show_default=True, help="An updated NDC is a new version.")
@click.option("--withdrawn", "is_withdrawn", is_flag=True, help="This version takes the record back.")
@acting_option
@key_option
@json_option
def record_ndc(
    party_code: str, code: str, years: tuple[int, int], communicated: datetime, single_year: bool, method: str,
    login: str | None, key: str | None, as_json: bool, **given: Any,
) -> None:  # fmt: skip
    """Record an NDC of a Party, or a new version of one."""
    new = Ndc(
        party=party_code, code=code, year_first=years[0], year_last=years[1],
        target=Target.SINGLE_YEAR if single_year else Target.MULTI_YEAR, method=Method(method),
        metric="non-GHG" if given["metric_unit"] else "GHG", communicated_on=communicated.date(), **given,
    )  # fmt: skip
    recorded = parties.record_ndc(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(recorded)
    else:
        output.say(_("Recorded %(code)s, version %(version)s.") % {"code": recorded.code, "version": recorded.version})


@party.command(
    "authority",
    epilog=examples("article6 party authority GHA 'Carbon Market Office' --email office@cmo.example"),
)
@click.argument("party_code", metavar="PARTY")
@click.argument("name")
@click.option("--address", default="", help="Where the office is.")
@click.option("--email", default="", help="The office's address for mail; never a person's.")
@click.option("--telephone", default="", help="The office's number.")
@acting_option
@key_option
@json_option
def record_authority(party_code: str, login: str | None, key: str | None, as_json: bool, **given: str) -> None:
    """Record a Party's designated national authority: an office, not a person."""
    recorded = parties.record_authority(Authority(party_code, **given), by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(recorded)
    else:
        output.say(_("Recorded %(code)s, version %(version)s.") % {
            "code": recorded["name"], "version": recorded["version"]})  # fmt: skip


@party.command(
    "report",
    epilog=examples(
        "article6 party report CHE initial_report --reference 'FCCC/IR/CHE' --on 2023-05-08 --approach CA0001",
        "article6 party report CHE annual_information --reference 'CHE 2023 1.0' --on 2024-04-12 --year 2023",
    ),
)
@click.argument("party_code", metavar="PARTY")
@click.argument("report", metavar="REPORT", type=click.Choice([str(each) for each in ReportKind]))
@click.option("--reference", required=True, help="The document's symbol or address.")
@click.option("--on", "day", type=_DAY, required=True, help="The day of submission.")
@click.option("--approach", "approaches", multiple=True, help="An approach that it deals with; repeatable.")
@click.option("--year", type=int, help="The year that annual information is of.")
@click.option("--version", type=int, default=1, show_default=True, help="A correction of this record is a new version.")
@click.option("--withdrawn", "is_withdrawn", is_flag=True, help="This version takes the record back.")
@acting_option
@key_option
@json_option
def record_report(
    party_code: str, report: str, day: datetime, login: str | None, key: str | None, as_json: bool, **given: Any
) -> None:
    """Record that a Party submitted REPORT: initial_report, updated_initial_report or annual_information."""
    new = Report(party=party_code, report=ReportKind(report), submitted_on=day.date(), **given)
    recorded = parties.record_report(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(recorded)
    else:
        output.say(_("Recorded %(code)s, version %(version)s.") % {
            "code": recorded.reference, "version": recorded.version})  # fmt: skip


@party.command(
    "demand-ndc",
    epilog=examples(
        "article6 party demand-ndc on --reason 'decision of the operator of 3 March'",
        "article6 party demand-ndc off --party GHA --reason 'the NDC is being updated'",
    ),
)
@click.argument("state", type=click.Choice(["on", "off"]))
@click.option("--party", "party_code", help="For this Party only. Default: for all Parties of the registry.")
@click.option("--reason", required=True, help="Why; it is recorded.")
@acting_option
@key_option
@json_option
def demand_ndc(
    state: str, party_code: str | None, reason: str, login: str | None, key: str | None, as_json: bool
) -> None:
    """Say whether an authorization is refused while no NDC of its Party is on record."""
    wanted = state == "on"
    parties.demand_ndc(party_code, wanted, reason=reason, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json({"party": party_code, "demands_ndc": wanted})
    else:
        output.say(_("An NDC on record is demanded now.") if wanted else _("An NDC on record is not demanded now."))


@party.command(
    "obligations",
    epilog=examples(
        "article6 party obligations", "article6 party obligations --party CHE --on 2027-04-16",
        "article6 party obligations --state overdue",
    ),
)  # fmt: skip
@click.option("--party", "party_code", help="Of this Party only.")
@click.option("--on", "day", type=_DAY, help="As of this day. Default: today.")
@click.option("--state", type=click.Choice([str(each) for each in parties.owed.State]), help="Only what is so.")
@json_option
def list_obligations(party_code: str | None, day: datetime | None, state: str | None, as_json: bool) -> None:
    """What is due, overdue and done: NDC, initial reports, annual information, first transfers by their deadline."""
    on = day.date() if day else now().date()
    found = [parties.told(each) for each in parties.obligations(party_code, on=on)]
    found = [each for each in found if state in (None, each["state"])]
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Party"), _("What"), _("Of"), _("Since"), _("Due"), _("State"), _("Detail"), _("Clause")],
        [
            (each["party"], each["title"], each["subject"], each["since"], each["due_on"], each["state"],
             each["detail"], each["clause"])
            for each in found
        ],
    )  # fmt: skip
