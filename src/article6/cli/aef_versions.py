"""Versions of a Party's AEF: freeze, list, show, compare; explain it, and mark what of it is confidential."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.reporting.aef_records import ConfidentialItem
from article6.reporting.aef_versions import TABLES
from article6.services import aef_remarks, aef_revisions, aef_versions

Function = TypeVar("Function", bound=Callable[..., Any])
YEARS = click.IntRange(2000, 2199)


def of_report(function: Function) -> Function:
    """The arguments that name a report."""
    return click.argument("party")(click.argument("year", type=YEARS)(function))


table_option = click.option(
    "--table", "table", required=True, type=click.Choice([each.key for each in TABLES]), help="The table."
)
row_option = click.option("--row", metavar="KEY", required=True, help="The row's key, as `aef rows` shows it.")


@click.command("freeze", epilog=examples("article6 aef freeze GHA 2025", "article6 aef freeze GHA 2025 --version 2.0"))
@of_report
@click.option("--version", metavar="X.Y", help="Its number. Default: 1.0, afterwards the smallest revision.")
@click.option("--reason", default="", help="Why there is a new version.")
@acting_option
@key_option
@json_option
def freeze(
    party: str, year: int, version: str | None, reason: str, login: str | None, key: str | None, as_json: bool
) -> None:
    """Freeze a version of the report of a year that is over; it is never changed afterwards."""
    wanted = None if version is None else aef_versions.named(version)
    kept = 0
    with output.Bars() as bars:

        def report(rows: int) -> None:
            nonlocal kept
            kept += rows
            bars.report(f"{party} {year}", kept)

        done = aef_versions.freeze(
            party, year, by=acting(login), now=now(), version=wanted, reason=reason, key=key, progress=report
        )
    if as_json:
        output.print_json(done)
    else:
        said = {"party": party, "year": year, "version": done["version"], "sha256": done["sha256"]}
        output.say(_("Frozen: %(party)s %(year)s, version %(version)s, SHA-256 %(sha256)s.") % said)


@click.command("versions", epilog=examples("article6 aef versions GHA 2025", "article6 aef versions GHA 2025 --json"))
@of_report
@json_option
def versions(party: str, year: int, as_json: bool) -> None:
    """The versions of a report, newest first."""
    found = aef_versions.listed(party, year, is_all=True)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Version"), _("Frozen"), _("By"), _("Rows"), _("Confidential"), _("Reason"), _("SHA-256")],
        [
            (each["version"], each["frozen_at"], each["frozen_by_name"], sum(each["row_counts"].values()),
             each["confidential_count"], each["reason"], each["sha256"])
            for each in found
        ],
    )  # fmt: skip


@click.command("show", epilog=examples("article6 aef show GHA 2025 1.0", "article6 aef show GHA 2025 1.0 --json"))
@of_report
@click.argument("version")
@json_option
def show(party: str, year: int, version: str, as_json: bool) -> None:
    """One version, and whether its content still is what was frozen; its files are written by `aef write --version`."""
    found = aef_versions.frozen(party, year, aef_versions.named(version))
    said = {**aef_versions.shown(found, is_all=True), "is_intact": aef_versions.is_intact(found)}
    if as_json:
        output.print_json(said)
    else:
        items = said.pop("confidential")
        output.print_fields(said.items())
        _print_items(items)
    if not said["is_intact"]:
        raise click.exceptions.Exit(exits.REFUSED)


@click.command(
    "diff",
    epilog=examples("article6 aef diff GHA 2025 1.0", "article6 aef diff GHA 2025 1.0 1.1 --limit 20 --json"),
)
@of_report
@click.argument("before")
@click.argument("after", required=False)
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Rows at most.")
@json_option
def diff(party: str, year: int, before: str, after: str | None, limit: int, as_json: bool) -> None:
    """What differs from a version to a later one, or to the ledger now: row by row, and why."""
    old = aef_versions.frozen(party, year, aef_versions.named(before))
    new = None if after is None else aef_versions.frozen(party, year, aef_versions.named(after))
    found = aef_revisions.differing(old, new, now=now(), at_most=limit)
    if as_json:
        output.print_json(found)
        return
    if not found["total"]:
        output.say(_("Nothing differs."))
        return
    lines = []
    for each in found["rows"]:
        cells = [f"{cell['field']}: {cell['before']} → {cell['after']}" for cell in each["changed"]]
        lines.append((each["table"], each["row"], each["change"], "; ".join(cells), " ".join(each["why"])))
    output.print_table([_("Table"), _("Row"), _("Change"), _("Cells"), _("Why")], lines)
    output.say(_("Rows that differ: %(total)s.") % {"total": f"{found['total']:,}"})


@click.command(
    "rows",
    epilog=examples(
        "article6 aef rows GHA 2025 --table actions", "article6 aef rows GHA 2025 --table holdings --version 1.0 --json"
    ),
)
@of_report
@table_option
@click.option("--version", metavar="X.Y", help="Of this version. Default: the ledger now.")
@click.option("--after", type=click.IntRange(min=0), default=0, help="Leave out so many rows.")
@click.option("--limit", type=click.IntRange(1, 5_000), default=50, show_default=True, help="Rows at most.")
@json_option
def rows(party: str, year: int, table: str, version: str | None, after: int, limit: int, as_json: bool) -> None:
    """Rows of a table with their keys, by which rows are explained and marked."""
    if version is None:
        report = aef_versions.draft(party, year, now=now())
    else:
        report = aef_versions.full_copy(aef_versions.frozen(party, year, aef_versions.named(version)))
    found = aef_versions.rows(report, aef_remarks.table_named(table), after=after, limit=limit)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Place"), _("Key"), _("Row")],
        [
            (each["place"], each["key"], ", ".join(f"{name}={cell}" for name, cell in each["cells"].items()
                                                   if cell not in (None, "NA")))
            for each in found
        ],
    )  # fmt: skip


@click.command(
    "explain",
    epilog=examples(
        'article6 aef explain GHA 2025 --table actions --row 17:GHA01/GHA:241 --text "Second delivery of the year"',
        "article6 aef explain GHA 2025 --table holdings --text ''   # takes back what was said",
        "article6 aef explain GHA 2025                              # what was said",
    ),
)
@of_report
@click.option("--table", help="The table (submission, authorizations, actions, holdings, authorized_entities).")
@click.option("--row", metavar="KEY", default="", help="The row's key, as `aef rows` shows it. Default: the table.")
@click.option("--field", default="", help="The field; only additional explanatory information takes a text.")
@click.option("--text", help="The text; empty takes back what was said. Without it, all texts are listed.")
@acting_option
@key_option
@json_option
def explain(
    party: str, year: int, table: str | None, row: str, field: str, text: str | None, login: str | None,
    key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Say something about a row or a table of the report; figures are the ledger's and take no text."""
    if text is None:
        found = aef_remarks.explanations(party, year)
    elif table is None:
        raise click.UsageError(_("Name the table."))
    else:
        named = aef_remarks.table_named(table)
        found = aef_remarks.explain(
            party, year, named, text, row=row, field=field, by=acting(login), now=now(), key=key
        )  # fmt: skip
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Table"), _("Row"), _("Text"), _("By"), _("At")],
        [(each["table"], each["row"], each["text"], each["person"], each["at"]) for each in found],
    )


@click.group("confidential", epilog=examples("article6 aef confidential list GHA 2025"))
def confidential() -> None:
    """What of a Party's report is confidential: left out of the public copy."""


@confidential.command("list", epilog=examples("article6 aef confidential list GHA 2025"))
@of_report
@json_option
def list_confidential(party: str, year: int, as_json: bool) -> None:
    """What is confidential now."""
    _answer(aef_remarks.confidential(party, year), as_json)


@confidential.command(
    "add",
    epilog=examples(
        "article6 aef confidential add GHA 2025 --table actions --row 17:GHA01/GHA:241 "
        "--field Using/cancellingEntityID --reason 'Commercial secret'",
        "article6 aef confidential add GHA 2025 --table authorized_entities --row 'GHA 1/1/2' --reason 'Asked for'",
    ),
)
@of_report
@table_option
@row_option
@click.option("--field", default="", help="The field's technical name. Default: the whole row.")
@click.option("--reason", required=True, help="Why it is confidential.")
@acting_option
@key_option
@json_option
def add_confidential(
    party: str, year: int, table: str, row: str, field: str, reason: str, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Mark a cell, or a whole row, as confidential, in this report and in the versions to come."""
    item = ConfidentialItem(aef_remarks.table_named(table), row, field, reason)
    _answer(aef_remarks.mark(party, year, item, by=acting(login), now=now(), key=key), as_json)


@confidential.command(
    "lift",
    epilog=examples(
        "article6 aef confidential lift GHA 2025 --table actions --row 17:GHA01/GHA:241 --reason 'Published since'"
    ),
)
@of_report
@table_option
@row_option
@click.option("--field", default="", help="The field's technical name. Default: the whole row.")
@click.option("--reason", required=True, help="Why it is no longer confidential.")
@acting_option
@key_option
@json_option
def lift_confidential(
    party: str, year: int, table: str, row: str, field: str, reason: str, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Say that something is no longer confidential; versions that are frozen keep what they left out."""
    item = ConfidentialItem(aef_remarks.table_named(table), row, field, reason)
    done = aef_remarks.mark(party, year, item, is_confidential=False, by=acting(login), now=now(), key=key)
    _answer(done, as_json)


def _answer(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        output.print_json(found)
    else:
        _print_items(found)


def _print_items(found: list[dict[str, Any]]) -> None:
    output.print_table(
        [_("Table"), _("Row"), _("Field"), _("Reason")],
        [(each["table"], each["row"], each["field"], each["reason"]) for each in found],
    )


COMMANDS = (freeze, versions, show, diff, rows, explain, confidential)
