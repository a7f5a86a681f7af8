"""The agreed electronic format, as files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
from django.utils.translation import gettext as _

from article6.cli import aef_versions as version_commands
from article6.cli import exits, output
from article6.cli.command import examples, json_option, now
from article6.reporting import aef_versions as law
from article6.reporting.aef_records import Aef
from article6.services import aef_files, aef_versions


class PartyOrCommand(click.Group):
    """`aef GHA 2025` is short for `aef write GHA 2025`."""

    def resolve_command(
        self, context: click.Context, words: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named, else `write` with all words."""
        if words and words[0] not in self.commands and not words[0].startswith("-"):
            words = ["write", *words]
        return super().resolve_command(context, words)


@click.group(cls=PartyOrCommand, epilog=examples("article6 aef GHA 2025", "article6 aef list"))
def aef() -> None:
    """The agreed electronic format (AEF) of each Party and year, from the ledger."""


for each in version_commands.COMMANDS:
    aef.add_command(each)


@aef.command("list", epilog=examples("article6 aef list", "article6 aef list --json"))
@json_option
def listed(as_json: bool) -> None:
    """The Parties and years that have something to report."""
    from article6.services import aef as reporting

    found = reporting.reported()
    if as_json:
        output.print_json([{"party": party, "year": year} for party, year in found])
    else:
        output.print_table([_("Party"), _("Year")], [(party, str(year)) for party, year in found])


@aef.command(
    "write",
    epilog=examples(
        "article6 aef GHA 2025",
        "article6 aef GHA 2025 --format json --out -",
        "article6 aef write CHE 2025 --format csv --out che.zip",
        "article6 aef GHA 2025 --version 1.0 --public",
    ),
)
@click.argument("party")
@click.argument("year", type=click.IntRange(2000, 2199))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(aef_files.FORMATS)),
    default="xlsx",
    show_default=True,
    help="File format.",
)
@click.option("--version", metavar="X.Y", help="A version as it was frozen. Default: the ledger now.")
@click.option("--public", "is_public", is_flag=True, help="The copy without what the Party has marked confidential.")
@click.option("--out", type=click.Path(path_type=Path), help="File or folder; - is standard output. Default: here.")
@json_option
def write(
    party: str, year: int, form: str, version: str | None, is_public: bool, out: Path | None, as_json: bool
) -> None:
    """Write the AEF of a Party and year: workbook, archive of CSV files, or JSON."""
    report = _report(party, year, version, is_public=is_public)
    name = aef_files.file_name(party, year, form, version=version, is_public=is_public)
    place = out or Path()
    path = place / name if place.is_dir() else place
    with output.Bars() as bars:
        rows = _write_file(report, form, None if str(out) == "-" else path, lambda done: bars.report(name, done))
    if str(out) == "-":
        return
    if as_json:
        output.print_json({"file": str(path), "rows": rows})
    else:
        output.say(_("Wrote %(file)s, rows: %(rows)s.") % {"file": path, "rows": f"{rows:,}"})


@aef.command("write-all", epilog=examples("article6 aef write-all --out reports"))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder.")
@click.option("--again", is_flag=True, help="Also those that are there already.")
@json_option
def write_all(out: Path, again: bool, as_json: bool) -> None:
    """Write every AEF that has something to report, in every format."""
    written = write_every(out, again=again)
    if as_json:
        output.print_json([str(each) for each in written])
    else:
        output.say(_("Files written: %(count)s.") % {"count": len(written)})


def write_every(folder: Path, *, again: bool) -> list[Path]:
    """Write the AEF of each Party and year in each format; the files written. What is there already stays."""
    from article6.services import aef as reporting

    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        (party, year, form, folder / aef_files.file_name(party, year, form))
        for party, year in reporting.reported()
        for form in aef_files.FORMATS
    ]
    missing = [each for each in wanted if again or not each[3].exists()]
    with output.Bars() as bars:
        for done, (party, year, form, path) in enumerate(missing, 1):
            _write_file(_report(party, year, None, is_public=False), form, path, lambda rows: None)
            bars.report(_("AEF workbooks"), done, len(missing))
    return [path for _party, _year, _form, path in missing]


def _report(party: str, year: int, version: str | None, *, is_public: bool) -> Aef:
    if version is not None:
        frozen = aef_versions.frozen(party, year, aef_versions.named(version))
        return aef_versions.public_copy(frozen) if is_public else aef_versions.full_copy(frozen)
    report = aef_versions.draft(party, year, now=now())
    return law.public(report, report.confidential) if is_public else report


def _write_file(report: Aef, form: str, path: Path | None, progress: Callable[[int], None]) -> int:
    """The file appears when it is complete: a run that is interrupted leaves none that looks finished."""
    if path is None:
        return aef_files.write(report, form, sys.stdout.buffer, progress)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            rows = aef_files.write(report, form, file, progress)
        unfinished.replace(path)
    except OSError as error:
        output.tell(_("%(file)s cannot be written: %(why)s") % {"file": path, "why": error.strerror})
        raise click.exceptions.Exit(exits.UNAVAILABLE) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return rows
