"""Corresponding adjustments from AEF files of any origin: needs no registry and no database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.balances import flow_as_json, print_flow
from article6.cli.command import examples, json_option
from article6.domain.adjustments import METHODS, Levels, Method, Plan, balance
from article6.reporting.file_amounts import OfFiles, of_files
from article6.reporting.reading.grids import Unreadable
from article6.reporting.reading.reader import Reading, read
from article6.reporting.summary_files import figure, rounded, share_as_json


@click.command(
    epilog=examples(
        "article6 adjustments AEF-GHA-2025.xlsx AEF-CHE-2025.xlsx",
        "article6 adjustments reports/*.json --method averaging --json",
    )
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE...")
@click.option("--party", "only", multiple=True, help="Of this Party only; repeatable.")
@click.option(
    "--method", type=click.Choice([str(each) for each in Method]), default=str(Method.TRAJECTORY), show_default=True,
    help="How adjustments are applied.",
)  # fmt: skip
@click.option("--metric", default="", help="Count this non-GHG metric. Default: t CO2 eq.")
@json_option
def adjustments(files: tuple[Path, ...], only: tuple[str, ...], method: str, metric: str, as_json: bool) -> None:
    """What AEFs come to: first transfers by vintage, uses by year, the adjustment of each year.

    Give all of a Party's years; the NDC period is that of its latest file. Exit codes: 0 done, 2 a file cannot be read.
    """
    found = of_files([_read(path) for path in files], metric)
    parties = [party for party in sorted(found.tallied) if not only or party in only]
    lines = {party: _years(found, party, Method(method)) for party in parties}
    if as_json:
        output.print_json(_as_json(found, lines))
        return
    for party in parties:
        _print(found, party, method, lines[party])
    for each in found.left_out:
        output.say(_("Left out, its table 1 is not complete or a newer version was given: %(file)s") % {"file": each})
    print_flow(found.flow)


def _read(path: Path) -> Reading:
    try:
        with path.open("rb") as file:
            return read(file, path.name)
    except Unreadable as error:
        said = _(error.said.text) % error.said.values if error.said.values else _(error.said.text)
        output.tell(f"{path}: {said}")
    except OSError as error:
        output.tell(f"{path}: {error.strerror}")
    raise click.exceptions.Exit(exits.UNREADABLE)


def _years(found: OfFiles, party: str, method: Method) -> list[dict[str, Any]]:
    first, last = found.periods[party]
    years = balance(Plan(party, first, last, method), found.tallied[party].amounts, Levels(), found.years[party][-1])
    return [
        {
            "year": each.year,
            "first_transferred": each.amounts.first_transferred,
            "authorized_oimp": each.amounts.authorized_oimp,
            "used": each.amounts.used,
            "adjustment": each.adjustment,
            "cumulative": each.cumulative,
        }
        for each in years
    ]


def _as_json(found: OfFiles, lines: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "parties": [
            {
                "party": party,
                "period": found.periods[party],
                "reported_years": found.years[party],
                "years": [
                    {name: value if name == "year" else figure(value) for name, value in line.items()} for line in each
                ],
                "breakdown": [share_as_json(share) for share in found.tallied[party].shares],
                "uncounted_rows": found.tallied[party].uncounted,
            }
            for party, each in lines.items()
        ],
        "left_out": found.left_out,
        "flow": flow_as_json(found.flow),
    }


def _print(found: OfFiles, party: str, method: str, lines: list[dict[str, Any]]) -> None:
    first, last = found.periods[party]
    output.print_table(
        [_("Year"), _("First transferred"), _("Authorized for OIMP"), _("Used"), _("Adjustment"), _("Cumulative")],
        [(str(line.pop("year")), *(rounded(value) for value in line.values())) for line in lines],
        title=f"{party} {first}-{last}: {_(METHODS[Method(method)][0])}",
    )
    if found.tallied[party].uncounted:
        told = {"count": found.tallied[party].uncounted}
        output.say(_("Rows not counted: %(count)s. `article6 check` says what is wrong with them.") % told)
