"""Replay a public history, or generate one of the same shape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.conf import settings
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.command import acting, acting_option, examples, json_option

if TYPE_CHECKING:
    from article6.services.cdm.balances import Report

FOLDER = "cdm_registry"
ISSUANCES, CANCELLATIONS, PROJECTS = "cdm_issuances.csv", "cdm_cancellations.csv", "cdm_projects_with_issuance.csv"


def public_files() -> tuple[Path, Path] | None:
    """The public reports of issuances and cancellations under ARTICLE6_DATA, where they are at hand."""
    if settings.ARTICLE6_DATA is None:
        return None
    folder = settings.ARTICLE6_DATA / FOLDER
    files = folder / ISSUANCES, folder / CANCELLATIONS
    return files if all(each.is_file() for each in files) else None


def projects_beside(issuances: Path) -> Path | None:
    """The list of projects that belongs to a report of issuances, where it is at hand."""
    path = issuances.with_name(PROJECTS)
    return path if path.is_file() else None


@click.group(epilog=examples("article6 --registry cdm replay cdm --verify"))
def replay() -> None:
    """Drive a public history through this registry's ledger."""


@replay.command(
    "cdm",
    epilog=examples(
        "article6 --registry cdm replay cdm",
        "article6 --registry cdm replay cdm cdm_issuances.csv cdm_cancellations.csv --verify --json",
    ),
)
@click.argument("issuances", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("cancellations", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--verify", is_flag=True, help="Compare with balances computed from the files alone.")
@click.option("--keep-going", is_flag=True, help="Book what can be booked and report the rest.")
@acting_option
@json_option
@click.pass_context
def replay_cdm(
    context: click.Context, issuances: Path | None, cancellations: Path | None, verify: bool, keep_going: bool,
    login: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Replay the CDM registry's public history of issuances and cancellations. Continues after an interruption.

    Without files, those under ARTICLE6_DATA are taken. Exit code 1 when --verify finds a difference.
    """
    from article6.services.cdm import replay as replaying
    from article6.services.cdm import verification

    files = _files(issuances, cancellations)
    with output.Bars() as bars:
        report = replaying.replay_cdm(
            *files, by=acting(login), progress=bars.report, keep_going=keep_going, projects=projects_beside(files[0])
        )
    differences = [str(each) for each in verification.verify(report, files)] if verify else None
    if as_json:
        output.print_json({"parties": report.parties, "total": report.total,
                           "left_out": [str(each) for each in report.left_out], "postings": report.postings,
                           "seconds": round(report.seconds, 3), "differences": differences})  # fmt: skip
    else:
        _print(report, differences)
    context.exit(exits.REFUSED if differences else exits.OK)


def _files(issuances: Path | None, cancellations: Path | None) -> tuple[Path, Path]:
    if issuances is not None and cancellations is not None:
        return issuances, cancellations
    if issuances is not None:
        raise click.UsageError(_("Name both files, the issuances and the cancellations."))
    found = public_files()
    if found is None:
        raise click.UsageError(_("The public files are not at hand; name them, or set ARTICLE6_DATA."))
    return found


def _print(report: Report, differences: list[str] | None) -> None:
    total = report.total
    lines = [(each.party, each.issued, each.cancelled, each.remaining, each.blocks) for each in report.parties]
    lines.append((_("Total"), total.issued, total.cancelled, total.remaining, total.blocks))
    output.print_table([_("Party"), _("Issued"), _("Cancelled"), _("Remaining"), _("Blocks")], lines)
    for each in report.left_out:
        output.say(_("Left out: %(line)s") % {"line": each})
    if report.is_repeat:
        output.say(_("Everything was booked before; nothing was repeated."))
    else:
        output.say(_("Transactions: %(count)s in %(seconds)s s.") % {
            "count": f"{report.postings:,}", "seconds": f"{report.seconds:.1f}"})  # fmt: skip
    if differences is not None:
        for difference in differences:
            output.say(_("Difference: %(what)s") % {"what": difference})
        if not differences:
            output.say(_("Equal to the balances computed from the files alone."))


@click.group(epilog=examples("article6 generate cdm --seed 1 --out generated"))
def generate() -> None:
    """Generate data of the size and shape of public data."""


@generate.command(
    "cdm",
    epilog=examples(
        "article6 generate cdm --seed 1 --out generated", "article6 generate cdm --seed 1 --out g --scale 0.01"
    ),
)
@click.option("--seed", type=int, required=True, help="The same seed gives the same files.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder.")
@click.option(
    "--scale", type=click.FloatRange(0, 100, min_open=True), default=1.0, show_default=True, help="Size: 1 is the CDM."
)
@json_option
def generate_cdm(seed: int, out: Path, scale: float, as_json: bool) -> None:
    """Write two CSV files of the CDM history's size and shape, which `replay cdm` reads."""
    from article6.services.cdm import generate as generating

    out.mkdir(parents=True, exist_ok=True)
    generating.generate_cdm(seed, out, scale)
    if as_json:
        output.print_json({"folder": str(out), "seed": seed, "scale": scale})
    else:
        output.say(_("Wrote the generated files to %(folder)s.") % {"folder": out})
