"""Checks agreed electronic formats as files: needs no registry and no database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import check_against, exits, output
from article6.cli.command import examples, json_option
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.annotation import annotate
from article6.reporting.checks import catalogue
from article6.reporting.checks.catalogue import Report
from article6.reporting.checks.model import Outcome
from article6.reporting.checks.results import Finding, Result
from article6.reporting.reading.grids import Limits, Unreadable, too_large
from article6.reporting.reading.reader import Reading, read, read_folder
from article6.reporting.said import Place, Said
from article6.reporting.stated_totals import Totals, read_totals

SHOWN = 20
"""Findings of one check, and remarks, that the report for people shows; the others are counted."""

SHOWN_REASONS = 3
"""Reasons why one check could not be made that it shows."""


@click.command(
    epilog=examples(
        "article6 check AEF-CHE-2024.xlsx",
        "article6 check CHE-2024-1.0.xlsx GHA-2024-1.0.xlsx --annotated checked",
        "article6 check reports/*.json --json",
        "article6 check CHE-2024-1.0.xlsx --against https://registry.example",
        "article6 check GHA-*.xlsx --summary structured-summary-GHA-2025.json",
    )
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--annotated",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="Write a copy of the workbook with the cells marked and commented; of several files, into this folder.",
)
@click.option(
    "--against",
    metavar="URL",
    help="Check against the Article 6 database there too, as before a submission; nothing is kept of it. The bearer "
    "token, where one is needed, is read from ARTICLE6_TOKEN. https, or http on this machine.",
)
@click.option(
    "--summary",
    "summaries",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A structured summary as JSON: its totals are compared with those of the AEFs. Give it as often as needed.",
)
@json_option
def check(
    files: tuple[Path, ...], annotated: Path | None, against: str | None, summaries: tuple[Path, ...], as_json: bool
) -> None:
    """Check AEFs of any origin: their form, their content, and whether they agree with each other.

    A FILE is an xlsx workbook, JSON, a CSV file, a zip archive or a folder of CSV files. Checks between years and
    Parties compare the files given together; without a counterpart they say so. No registry and no database are needed.
    Exit codes: 0 no inconsistencies, 1 inconsistencies found, 2 a file cannot be read, 69 the database did not answer.
    """
    readings: dict[Path, Reading] = {}
    unread: dict[Path, Said] = {}
    names = _names(files)
    for path in files:
        try:
            readings[path] = _read(path, names[path])
        except Unreadable as error:
            unread[path] = error.said
        except OSError as error:
            unread[path] = Said("%(why)s", {"why": error.strerror or error})
    totals = _totals(summaries, unread)
    report = catalogue.check(list(readings.values()), totals)
    is_asked = against is None or _ask(against, readings, report, unread)
    written = _annotate(annotated, readings, report, unread) if annotated is not None else []
    if as_json:
        output.print_json(_as_json(report, unread, written))
    else:
        _print(report, unread, written)
    if unread:
        raise click.exceptions.Exit(exits.UNREADABLE)
    if report.findings:
        raise click.exceptions.Exit(exits.REFUSED)
    if not is_asked:
        raise click.exceptions.Exit(exits.UNAVAILABLE)


def _totals(summaries: Iterable[Path], unread: dict[Path, Said]) -> Totals:
    found: Totals = {}
    for path in summaries:
        try:
            found |= read_totals(path.read_bytes())
        except Unreadable as error:
            unread[path] = error.said
        except OSError as error:
            unread[path] = Said("%(why)s", {"why": error.strerror or error})
    return found


def _ask(url: str, readings: dict[Path, Reading], report: Report, unread: dict[Path, Said]) -> bool:
    """Merge into the report what the database there says of each file; False where it did not answer to all."""
    is_asked = True
    for path, reading in readings.items():
        try:
            check_against.merge(report, reading, check_against.ask(url, path, path.name))
        except check_against.NotAsked as error:
            is_asked = False
            said = {"file": reading.file, "url": url, "why": error}
            output.tell(_("%(file)s was not checked against %(url)s: %(why)s") % said)
    return is_asked


def told(said: Said) -> str:
    """A sentence in the language of the terminal."""
    return _(said.text) % said.values if said.values else _(said.text)


def _names(files: Iterable[Path]) -> dict[Path, str]:
    """The files' own names; with their folders where two have the same."""
    counted = Counter(path.name for path in files)
    return {path: path.name if counted[path.name] == 1 and path.name else str(path) for path in files}


def _read(path: Path, name: str) -> Reading:
    if path.is_dir():
        members = sorted(each for each in path.iterdir() if each.suffix.lower() == ".csv")
        if (size := sum(each.stat().st_size for each in members)) > (limit := Limits().text_bytes):
            raise too_large(f"{size:,} bytes", limit)
        return read_folder([(each.name, each.read_bytes()) for each in members], name)
    with path.open("rb") as file:
        return read(file, name)


def _annotate(out: Path, readings: dict[Path, Reading], report: Report, unread: dict[Path, Said]) -> list[Path]:
    """The copies written. One file goes to the file named, several into the folder named."""
    into_folder = out.is_dir() or len(readings) + len(unread) > 1
    if into_folder and out.suffix.lower() == ".xlsx" and not out.is_dir():
        raise click.UsageError(_("--annotated names one workbook, but several files were given: name a folder."))
    written = []
    for path, reading in readings.items():
        place = out / f"{path.stem.removesuffix('.csv')}-checked.xlsx" if into_folder else out
        if into_folder and place in written:
            place = out / f"{path.name}-checked.xlsx"
        if any(place.absolute() == each.absolute() for each in (*readings, *unread)):
            raise click.UsageError(_("--annotated would overwrite a file that is checked: name another."))
        content = b"" if path.is_dir() else path.read_bytes()
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(annotate(reading, content, report, told))
        except Unreadable as error:
            output.tell(f"{reading.file}: {told(error.said)}")
            continue
        except OSError as error:
            output.tell(_("%(file)s cannot be written: %(why)s") % {"file": place, "why": error.strerror})
            raise click.exceptions.Exit(exits.UNAVAILABLE) from error
        written.append(place)
    return written


def _as_json(report: Report, unread: dict[Path, Said], written: list[Path]) -> dict[str, Any]:
    return {
        "result": str(Result.INCONSISTENT if report.findings else Result.CONSISTENT) if report.readings else None,
        "files": [_file_as_json(report, each) for each in report.readings],
        "unreadable": [{"file": str(path), "why": told(said)} for path, said in unread.items()],
        "checks": [_outcome_as_json(each) for each in report.outcomes],
        "set_aside": [{"file": each.file, "why": told(each.said)} for each in report.notes],
        "annotated": [str(each) for each in written],
    }


def _file_as_json(report: Report, reading: Reading) -> dict[str, Any]:
    row = reading.submission
    labels = {each.technical_name: each.label for table in Table for each in FIELDS[table]}
    return {
        "file": reading.file,
        "form": reading.form,
        "party": row and row.get("ParticipatingParty"),
        "year": row and row.get("ReportedYear"),
        "version": row and row.get("SubmissionVersion"),
        "result": str(report.result_of(reading.file)),
        "rows": {table.key: len(reading.rows(table)) for table in Table},
        "remarks": [
            {**_place_as_json(each.place), "field": labels.get(each.name, ""), "said": told(each.said)}
            for each in reading.remarks
            if not each.is_unread
        ],
    }


def _outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    check = outcome.check
    return {
        "code": check.code,
        "title": _(check.title),
        "legal_basis": check.basis,
        "scope": str(check.scope),
        "result": str(outcome.result),
        "advice": _(check.advice),
        "findings": [
            {"file": each.file, "said": told(each.said), "places": [_place_as_json(place) for place in each.places]}
            for each in outcome.findings
        ],
        "unavailable": [{"file": each.file, "why": told(each.said)} for each in outcome.gaps],
    }


def _place_as_json(place: Place) -> dict[str, str]:
    return {"file": place.file, "sheet": place.sheet, "cell": place.cell}


def _print(report: Report, unread: dict[Path, Said], written: list[Path]) -> None:
    for path, said in unread.items():
        output.tell(f"{path}: {told(said)}")
    if not report.readings:
        return
    _print_files(report)
    for outcome in report.outcomes:
        if outcome.findings:
            _print_findings(outcome, several=len(report.readings) > 1)
    _print_gaps(report)
    _print_remarks(report)
    counted = Counter(outcome.result for outcome in report.outcomes)
    output.say("")
    for result in Result:
        if counted[result]:
            output.say(f"{counted[result]:>3}  {_(result)}")
    for each in written:
        output.say(_("Wrote %(file)s.") % {"file": each})


def _print_files(report: Report) -> None:
    headings = [_("File"), _("Party"), _("Year"), _("Version"), _("Actions"), _("Holdings"), _("Result")]
    lines = []
    for reading in report.readings:
        row = reading.submission
        names = ("ParticipatingParty", "ReportedYear", "SubmissionVersion")
        whose = [str(row.get(name) or "") if row is not None else "" for name in names]
        counts = [len(reading.rows(table)) for table in (Table.ACTIONS, Table.HOLDINGS)]
        lines.append((reading.file, *whose, *counts, _(report.result_of(reading.file))))
    output.print_table(headings, lines)
    for note in report.notes:
        output.say(f"{note.file}: {told(note.said)}")


def _print_findings(outcome: Outcome, *, several: bool) -> None:
    check = outcome.check
    output.say("")
    lines = [(*_where(each, several=several), told(each.said)) for each in outcome.findings[:SHOWN]]
    output.print_table(
        [*([_("File")] if several else []), _("Sheet"), _("Cell"), _("What was found")],
        lines,
        title=f"{check.code}  {_(check.title)}  ({check.basis})",
    )
    left = len(outcome.findings) - SHOWN
    if left > 0:
        output.say(_("and %(count)s more; --json and --annotated have all.") % {"count": left})
    output.say(_("What to do: %(advice)s") % {"advice": _(check.advice)})


def _where(finding: Finding, *, several: bool) -> tuple[str, ...]:
    place = finding.places[0]
    return (*((place.file,) if several else ()), place.sheet, place.cell)


def _print_gaps(report: Report) -> None:
    lines = []
    for outcome in report.outcomes:
        reasons = list(dict.fromkeys(told(gap.said) for gap in outcome.gaps))
        if len(reasons) > SHOWN_REASONS:
            more = _("and %(count)s more") % {"count": len(reasons) - SHOWN_REASONS}
            reasons = [*reasons[:SHOWN_REASONS], more]
        if reasons:
            lines.append((outcome.check.code, _(outcome.check.title), "\n".join(reasons)))
    if lines:
        output.say("")
        output.print_table([_("Rule"), _("Not checked"), _("Why")], lines, title=_(Result.UNAVAILABLE))


def _print_remarks(report: Report) -> None:
    """How cells were read that are written in another way than prescribed, one example for each field and way."""
    alike: dict[tuple[str, str, str, str], list[tuple[Place, Said]]] = defaultdict(list)
    for reading in report.readings:
        for each in reading.remarks:
            if not each.is_unread:
                alike[each.place.file, each.place.sheet, each.name, each.said.text].append((each.place, each.said))
    if not alike:
        return
    output.say("")
    lines = []
    for (file, sheet, _name, _text), found in list(alike.items())[:SHOWN]:
        place, said = found[0]
        more = _("and %(count)s more") % {"count": len(found) - 1} if len(found) > 1 else ""
        lines.append((file, sheet, place.cell, told(said), more))
    output.print_table(
        [_("File"), _("Sheet"), _("Cell"), _("How it was read"), ""],
        lines,
        title=_("Written otherwise than prescribed"),
    )
    if len(alike) > SHOWN:
        output.say(_("and %(count)s more; --json and --annotated have all.") % {"count": len(alike) - SHOWN})
