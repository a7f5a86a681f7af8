"""Emissions balances: the levels they rest on, where an NDC stands, and where it would."""

from __future__ import annotations

import dataclasses
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.adjustments import METHODS, Level
from article6.domain.levels import TITLES, LevelKind, Series, amount
from article6.domain.refusals import Code, refused
from article6.reporting import information_files
from article6.reporting.conservation import Flow
from article6.reporting.party_information import REPORTS
from article6.reporting.structured_summary import Summary
from article6.reporting.summary_files import SHARE_TITLES, rounded
from article6.services import balance_files, balances, levels, party_information

_KINDS = click.Choice([str(each) for each in LevelKind])
_YEAR = click.IntRange(1990, 2199)
ndc_option = click.option("--ndc", metavar="NAME", help="This NDC. Default: the one whose period this year is in.")


@click.group(
    epilog=examples(
        "article6 balance import inventories.csv",
        "article6 balance show GHA",
        "article6 balance what-if --party GHA --export 500000 --vintage 2027",
    )
)
def balance() -> None:
    """Corresponding adjustments and the emissions balance of each Party."""


@balance.command(
    "import",
    epilog=examples(
        "article6 balance import inventories.csv",
        "article6 balance import budget.csv --kind budget --party CHE --party GHA",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--kind", type=click.Choice(["covered", "affected", "budget"]), default="covered", show_default=True,
    help="What the file has: emissions covered by the NDC, those of affected categories, or a trajectory or budget.",
)  # fmt: skip
@click.option(
    "--party", "only", multiple=True, help="Of this Party only; repeatable. Default: all with a section here."
)
@acting_option
@key_option
@json_option
def import_levels(
    file: Path, kind: str, only: tuple[str, ...], login: str | None, key: str | None, as_json: bool
) -> None:
    """Import inventory totals from a CSV FILE with the columns iso2, year, t_co2e, datasource_id."""
    try:
        content = file.read_bytes()
    except OSError as error:
        output.tell(f"{file}: {error.strerror}")
        raise click.exceptions.Exit(exits.UNAVAILABLE) from error
    done = levels.import_file(content, kind=LevelKind(kind), only=only, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json({
            "recorded": [levels.told(each) for each in done.recorded],
            "unchanged": done.unchanged, "without_section": done.without_section,
        })  # fmt: skip
        return
    _print_series(list(done.recorded))
    told = {"unchanged": len(done.unchanged), "others": len(done.without_section)}
    output.say(_("Series unchanged: %(unchanged)s. Parties without a section here: %(others)s.") % told)


class YearAndAmount(click.ParamType):
    """`2030=59800000`: a calendar year and a decimal number."""

    name = "year=amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, Decimal]:
        """The year and the amount."""
        year, sign, number = str(value).partition("=")
        if not sign or not (year.isascii() and year.isdigit() and len(year) == 4):
            self.fail(_("give a year and an amount, as in 2030=59800000"), param, ctx)
        try:
            return int(year), amount(number)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@balance.command(
    "record",
    epilog=examples(
        "article6 balance record GHA covered 2021=59800000 2022=60100000 --source 'BTR1, table 2'",
        "article6 balance record GHA target 2030=48500000 --source 'updated NDC'",
        "article6 balance record GHA indicator 2025=12.5 --unit MWh --source 'BTR1'",
    ),
)
@click.argument("party")
@click.argument("kind", type=_KINDS, metavar="KIND")
@click.argument("values", type=YearAndAmount(), nargs=-1, required=True, metavar="YEAR=AMOUNT...")
@click.option("--source", required=True, help="Where it stands; a series has one source.")
@click.option("--unit", default="", help="The unit of a non-GHG indicator. Default: t CO2 eq.")
@click.option("--remark", default="", help="What else is to be known of it.")
@click.option(
    "--anew", is_flag=True, help="Years that are not named fall away. Default: they stay, of the same source."
)
@acting_option
@key_option
@json_option
def record(
    party: str, kind: str, values: tuple[tuple[int, Decimal], ...], anew: bool, login: str | None, key: str | None,
    as_json: bool, **given: Any,
) -> None:  # fmt: skip
    """Record levels of a PARTY by hand: covered, affected, indicator, budget, target or reference."""
    new = Series(party, LevelKind(kind), values=tuple(sorted(values)), **given)
    recorded = levels.record(new, anew=anew, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(levels.told(recorded))
    else:
        _print_series([recorded])


@balance.command(
    "levels",
    epilog=examples("article6 balance levels GHA", "article6 balance levels GHA --history covered --json"),
)
@click.argument("party")
@click.option("--history", type=_KINDS, help="Every version of this series.")
@click.option("--unit", default="", help="The unit of the series in --history. Default: t CO2 eq.")
@json_option
def list_levels(party: str, history: str | None, unit: str, as_json: bool) -> None:
    """The levels of a PARTY that are on record, with their sources."""
    found = levels.versions(party, LevelKind(history), unit) if history else levels.listed(party)
    if as_json:
        output.print_json([levels.told(each) for each in found])
    else:
        _print_series(found)


def _print_series(found: list[Series]) -> None:
    output.print_table(
        [_("Party"), _("Series"), _("Version"), _("Unit"), _("Years"), _("Latest"), _("Source")],
        [
            (each.party, _(TITLES[each.kind][0]), each.version, each.unit or "t CO2 eq",
             f"{each.values[0][0]}-{each.values[-1][0]}", f"{each.values[-1][1]:,f}", each.source)
            for each in found
        ],
    )  # fmt: skip


@balance.command(
    "show", epilog=examples("article6 balance show GHA", "article6 balance show CHE --through 2025 --json")
)
@click.argument("party")
@ndc_option
@click.option("--through", type=_YEAR, help="Up to this year. Default: this year, or the period's last.")
@json_option
def show(party: str, ndc: str | None, through: int | None, as_json: bool) -> None:
    """Where the NDC of a PARTY stands: adjustments and balance, year by year."""
    found = balances.balance(party, now=now(), ndc=ndc, through=through)
    if as_json:
        output.print_json(balance_files.as_json(found))
        return
    summary = found.summary
    plan = summary.plan
    output.say(f"{found.ndc.party}, {found.ndc.code}, {plan.first_year}-{plan.last_year}: {_(METHODS[plan.method][0])}")
    _print_years(summary)
    _print_shares(summary)
    end = summary.achievement
    output.print_fields(
        [
            (_("Target"), _shown(summary.target)),
            (_("Left until it is missed"), _shown(end.margin)),
            (_("Level that would just meet it"), _shown(summary.allowance)),
            (_("Rows not counted"), summary.tallied.uncounted),
            (_("Sources"), [f"{kind}: {source}" for kind, source in found.sources.items()]),
        ]
    )


def _print_years(summary: Summary) -> None:
    headings = [
        _("Year"), _("Level"), _("First transferred"), _("Used"), _("CERs"), _("Adjustment"), _("Balance"),
        _("Trajectory"), _("Margin"),
    ]  # fmt: skip
    rows = [
        (str(each.year), *(_shown(value) for value in (
            each.level, each.amounts.first_transferred, each.amounts.used, each.amounts.cers, each.adjustment,
            each.balance, each.budget, each.margin)))
        for each in summary.years
    ]  # fmt: skip
    output.print_table(headings, rows, title=summary.unit)


def _print_shares(summary: Summary) -> None:
    if not summary.tallied.shares:
        return
    output.print_table(
        [_("Quantity of"), _("Year"), _("Approach"), _("Sectors"), _("From"), _("Using"), _("Vintage"), _("Quantity")],
        [
            (_(SHARE_TITLES[each.what]), str(each.year), each.cooperative_approach, each.sectors,
             each.transferring_party, each.using_party, str(each.vintage or ""), _shown(each.quantity))
            for each in summary.tallied.shares
        ],
    )  # fmt: skip


def _shown(value: Level | None) -> str:
    """A figure for people: rounded, with thousands commas."""
    if value is None:
        return ""
    whole, point, part = rounded(value).partition(".")
    return f"{'-' if whole == '-0' else ''}{int(whole):,}{point}{part}"


@balance.command(
    "summary",
    epilog=examples("article6 balance summary GHA", "article6 balance summary CHE --format json --out -"),
)
@click.argument("party")
@ndc_option
@click.option("--through", type=_YEAR, help="Up to this year. Default: this year, or the period's last.")
@click.option(
    "--format", "form", type=click.Choice(list(balance_files.FORMATS)), default="xlsx", show_default=True,
    help="File format.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="File or folder; - is standard output. Default: here.")
@json_option
def write_summary(party: str, ndc: str | None, through: int | None, form: str, out: Path | None, as_json: bool) -> None:
    """Write the structured summary (CTF table 4) of a PARTY, with the breakdown of its quantities."""
    found = balances.balance(party, now=now(), ndc=ndc, through=through)
    content = balance_files.content(found, form)
    _write(content, out or Path(), balance_files.file_name(found, form), as_json)


def _write(content: bytes, place: Path, name: str, as_json: bool) -> None:
    """Write a file in a folder under its name, or where it is told to; - is standard output."""
    if str(place) == "-":
        sys.stdout.buffer.write(content)
        return
    path = place / name if place.is_dir() else place
    try:
        path.write_bytes(content)
    except OSError as error:
        output.tell(_("%(file)s cannot be written: %(why)s") % {"file": path, "why": error.strerror})
        raise click.exceptions.Exit(exits.UNAVAILABLE) from error
    if as_json:
        output.print_json({"file": str(path)})
    else:
        output.say(_("Wrote %(file)s.") % {"file": path})


@balance.command(
    "what-if",
    epilog=examples(
        "article6 balance what-if --party GHA --export 500000 --vintage 2027",
        "article6 balance what-if --party CHE --use 20000 --year 2030",
    ),
)
@click.option("--party", required=True, help="The Party whose NDC it is.")
@click.option("--export", type=click.IntRange(0), default=0, help="So many more units are first transferred.")
@click.option("--vintage", type=_YEAR, help="The year in which their mitigation occurs.")
@click.option("--use", type=click.IntRange(0), default=0, help="So many more units are used towards the NDC.")
@click.option("--year", type=_YEAR, help="The year for which they are used.")
@ndc_option
@json_option
def what_if(
    party: str, export: int, vintage: int | None, use: int, year: int | None, ndc: str | None, as_json: bool
) -> None:
    """Where would the NDC stand if more were exported, or bought? Nothing is recorded."""
    if not export and not use:
        raise refused(Code.REQUEST_MALFORMED, "--export", _("give a quantity to export or to use"))
    found = balances.what_if(party, now=now(), export=export, vintage=vintage, use=use, year=year, ndc=ndc)
    if as_json:
        output.print_json(balances.what_if_as_json(found))
        return
    headings = [
        _("Year"), _("Adjustment"), _("then"), _("Balance"), _("then"), _("Margin"), _("then")
    ]  # fmt: skip
    lines = [(str(line.pop("year")), *(_shown(value) for value in line.values())) for line in balances.as_lines(found)]
    output.print_table(headings, lines, title=found.before.unit)
    before, after = found.before, found.after
    output.print_fields(
        [
            (_("Target"), _shown(before.target)),
            (_("Level that would just meet it"), _shown(before.allowance)),
            (_("then"), _shown(after.allowance)),
        ]
    )


@balance.command(
    "information",
    epilog=examples(
        "article6 balance information GHA initial",
        "article6 balance information CHE regular --year 2025 --json",
        "article6 balance information GHA annual --out annual-GHA.xlsx",
    ),
)
@click.argument("party")
@click.argument("report", type=click.Choice(list(REPORTS)), metavar="REPORT")
@click.option("--year", type=_YEAR, help="The reported year. Default: last year.")
@click.option("--out", type=click.Path(path_type=Path), help="Write a workbook (xlsx) to this file or folder.")
@json_option
def show_information(party: str, report: str, year: int | None, out: Path | None, as_json: bool) -> None:
    """What an initial, updated, annual or regular REPORT of a PARTY has to say, as far as the registry knows it."""
    found = party_information.information(party, report, now=now(), year=year)
    if out is not None:
        _write(party_information.workbook(found), out, party_information.file_name(found), as_json)
        return
    if as_json:
        output.print_json(found)
        return
    output.say(f"{found['party']}, {found['title']}, {found['year']}")
    for item in found["items"]:
        output.say("")
        output.say(f"{item['clause']}: {item['title']}")
        for line in item["lines"]:
            values = (_plain(value) for value in line.values())
            output.say("  " + ", ".join(value for value in values if value))
        if not item["is_filled"]:
            output.say("  " + _(information_files.FOR_THE_PARTY))


def _plain(value: Any) -> str:
    """A value of a line for people."""
    if isinstance(value, dict):
        return str(value["rounded"])
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


@balance.command("flow", epilog=examples("article6 balance flow 2025", "article6 balance flow 2025 --json"))
@click.argument("year", type=_YEAR)
@json_option
def flow(year: int, as_json: bool) -> None:
    """What became of all units first transferred until the end of a YEAR, over all Parties.

    Exit code 1: it does not add up.
    """
    found = balances.flow(year, now=now())
    if as_json:
        output.print_json(flow_as_json(found))
    else:
        print_flow(found)
    if found.difference:
        raise click.exceptions.Exit(exits.REFUSED)


def flow_as_json(found: Flow) -> dict[str, int]:
    """A flow for programs."""
    return {**dataclasses.asdict(found), "difference": found.difference}


def print_flow(found: Flow) -> None:
    """A flow for people."""
    output.print_fields(
        [
            (_("First transferred"), found.first_transferred),
            (_("Used towards NDCs"), found.used),
            (_("Cancelled"), found.cancelled),
            (_("Held"), found.held),
            (_("With the Adaptation Fund"), found.with_fund),
            (_("Difference"), found.difference),
        ]
    )
