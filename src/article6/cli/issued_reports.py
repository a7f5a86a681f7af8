"""Reports for stakeholders."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.command import (
    acting,
    acting_option,
    after_option,
    examples,
    json_option,
    key_option,
    limit_option,
    now,
)
from article6.cli.pages import print_page
from article6.domain.kinds import Role
from article6.domain.refusals import Code, refused
from article6.domain.report_kinds import Rhythm, moment

FORMS = ("pdf", "xlsx", "csv", "json")
LANGUAGES = ("ar", "zh-hans", "en", "fr", "ru", "es")

parameters_option = click.option(
    "--with",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter, as `report kinds` lists them. Repeatable.",
)
language_option = click.option("--language", type=click.Choice(LANGUAGES), help="Of the copy. Default: the terminal's.")
out_option = click.option(
    "--out", type=click.Path(path_type=Path), help="File or folder; - is standard output. Default: here."
)
form_option = click.option(
    "--format", "form", type=click.Choice(FORMS), default="pdf", show_default=True, help="File format."
)


@click.group(
    epilog=examples(
        "article6 report kinds",
        "article6 report issue account_statement --with account=GHA01-100-1001-0-69 --as-of 2026-01-01",
        "article6 report verify K7QF-2M0X-91TB-WZ4C statement.pdf",
    )
)
def report() -> None:
    """Reports for account holders, Parties, the Trustee, the Supervisory Body, auditors and the public."""


@report.command("kinds", epilog=examples("article6 report kinds", "article6 report kinds --json"))
@json_option
def kinds(as_json: bool) -> None:
    """The reports that this registry makes, with their parameters."""
    from article6.services.reports import issuing

    found = issuing.kinds()
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Kind"), _("Report"), _("Needs"), _("May have"), _("For"), _("Basis")],
        [
            (each["kind"], each["title"], ", ".join(each["needs"]), ", ".join(each["may"]), each["audience_title"],
             each["clause"])
            for each in found
        ],
    )  # fmt: skip


@report.command(
    "issue",
    epilog=examples(
        "article6 report issue account_statement --with account=GHA01-100-1001-0-69 --with since=2025-01-01",
        "article6 report issue voluntary_cancellations --as-of 2026-01-01 --format xlsx",
        "article6 report issue block_history --with units=GHA:1-100 --format json --out -",
    ),
)
@click.argument("kind")
@parameters_option
@click.option("--as-of", metavar="MOMENT", help="A day or a moment (UTC) that is not in the future. Default: now.")
@form_option
@language_option
@out_option
@acting_option
@key_option
@json_option
def issue(
    kind: str, given: tuple[str, ...], as_of: str | None, form: str, language: str | None, out: Path | None,
    login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Issue a report and write a copy. It is kept; its code verifies it."""
    from article6.services.reports import issuing

    by = acting(login)
    at = _moment(as_of) if as_of is not None else None
    issued = issuing.issue(kind, _parameters(given), by=by, now=now(), as_of=at, key=key)
    _write(issued, form, language, out, by, as_json)


@report.command(
    "copy",
    epilog=examples(
        "article6 report copy K7QF-2M0X-91TB-WZ4C", "article6 report copy K7QF-2M0X-91TB-WZ4C --format csv --out ."
    ),
)
@click.argument("code")
@form_option
@language_option
@out_option
@acting_option
@json_option
def copy(code: str, form: str, language: str | None, out: Path | None, login: str | None, as_json: bool) -> None:
    """Write a copy of a report that was issued."""
    from article6.services.reports import issuing

    by = acting(login)
    _write(issuing.shown(code, by=by), form, language, out, by, as_json)


def _write(
    issued: dict[str, Any], form: str, language: str | None, out: Path | None, by: Any, as_json: bool
) -> None:  # fmt: skip
    from article6.services.reports import issuing

    name, content = issuing.copy(issued["code"], form, by=by, language=language)
    if out is not None and str(out) == "-":
        sys.stdout.buffer.write(content)
        return
    path = out if out is not None and not out.is_dir() else (out or Path()) / name
    path.write_bytes(content)
    if as_json:
        output.print_json({**issued, "file": str(path)})
    else:
        output.say(_("%(title)s: %(file)s. Code %(code)s.") % {"title": issued["title"], "file": path,
                                                              "code": issued["code"]})  # fmt: skip


@report.command("list", epilog=examples("article6 report list", "article6 report list --as ama --json"))
@after_option
@limit_option
@acting_option
@json_option
def listed(after: str | None, limit: int, login: str | None, as_json: bool) -> None:
    """Reports that were issued and that the person may have, newest first."""
    from article6.services.reports import issuing

    headings = {"code": _("Code"), "kind": _("Kind"), "section": _("Section"), "as_of": _("As of"), "at": _("Issued"),
                "role": _("Made for")}  # fmt: skip
    print_page(issuing.listed(by=acting(login), after=after, limit=limit), headings, as_json=as_json)


@report.command(
    "verify",
    epilog=examples("article6 report verify K7QF-2M0X-91TB-WZ4C", "article6 report verify K7QF-2M0X-91TB-WZ4C a.xlsx"),
)
@click.argument("code")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def verify(code: str, file: Path | None, as_json: bool) -> None:
    """Whether a report was issued, and whether a file is a copy of it. Exit code 1: it was not, or it is not."""
    from article6.services.reports import issuing

    found = issuing.verify(code, now=now(), copy_of_it=None if file is None else file.read_bytes())
    if as_json:
        output.print_json(found)
    elif not found["is_issued"]:
        output.say(_("No report with this code was issued here."))
    else:
        same = {True: _("yes"), False: _("no"), None: _("cannot be told; compare the digest, or take a copy")}
        output.print_fields(
            [
                (_("Report"), found["title"]), (_("As of"), found["as_of"]), (_("Issued"), found["issued_at"]),
                (_("SHA-256"), found["digest"]), (_("Drawn today the same"), same[found["is_same_today"]]),
                *([(_("The file is a copy"), same[found["is_copy"]])] if file is not None else []),
            ]
        )  # fmt: skip
    if not found["is_issued"] or found["is_copy"] is False:
        raise click.exceptions.Exit(exits.REFUSED)


@report.command(
    "schedule",
    epilog=examples(
        "article6 report schedule section_activity --with section=GHA --every year --for party_administrator "
        "--section GHA",
        "article6 report schedule voluntary_cancellations --every month --for auditor --section ADM",
    ),
)
@click.argument("kind")
@parameters_option
@click.option("--every", type=click.Choice([str(each) for each in Rhythm]), required=True, help="How often.")
@click.option("--for", "role", type=click.Choice([str(each) for each in Role]), required=True, help="The role ...")
@click.option("--section", required=True, help="... in this section, whose holders may have it.")
@acting_option
@key_option
@json_option
def schedule(
    kind: str, given: tuple[str, ...], every: str, role: str, section: str, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Have a report made after each month or year, for the people who have a role in a section."""
    from article6.services.reports import scheduling

    new = scheduling.NewSchedule(kind, Rhythm(every), section, Role(role), _parameters(given))
    _say(scheduling.schedule(new, by=acting(login), now=now(), key=key), as_json)


@report.command("schedules", epilog=examples("article6 report schedules", "article6 report schedules --json"))
@acting_option
@json_option
def schedules(login: str | None, as_json: bool) -> None:
    """Reports that are made by the clock."""
    from article6.services.reports import scheduling

    found = scheduling.listed(by=acting(login))
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Id"), _("Report"), _("Every"), _("Role"), _("Section"), _("Ended")],
        [
            (each["id"], each["title"], each["rhythm"], each["role"], each["section"], each["ended_at"])
            for each in found
        ],
    )


@report.command("end", epilog=examples("article6 report end 3"))
@click.argument("number", type=int)
@acting_option
@key_option
@json_option
def end(number: int, login: str | None, key: str | None, as_json: bool) -> None:
    """Have a report made by the clock no more; what was made stays."""
    from article6.services.reports import scheduling

    _say(scheduling.end(number, by=acting(login), now=now(), key=key), as_json)


def _say(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.print_json(found)
    elif found["ended_at"]:
        output.say(_("Schedule %(id)s ended.") % found)
    else:
        output.say(_("Schedule %(id)s: %(title)s, every %(rhythm)s, for %(role)s of %(section)s.") % found)


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
    named: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name.strip() or name.strip() in named:
            raise refused(Code.REPORT_PARAMETERS, each, _("write it as NAME=VALUE, each name once"))
        named[name.strip()] = value
    return named


def _moment(text: str) -> datetime:
    found = moment(text)
    if found is None:
        raise refused(Code.REPORT_PARAMETERS, text, _("give a day or a moment, as in 2026-01-01T00:00:00Z"))
    return found
