"""The Article 6 database: submit to it, read it, check against it."""

from __future__ import annotations

import sys
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
from article6.domain.refusals import Code, refused
from article6.domain.submissions import REVIEW_KEYS, Mark, State
from article6.reporting.aef_fields import Table
from article6.reporting.checks.results import Result
from article6.services import aef_files, aef_uploads, inconsistencies, reviews, submission_tables, submissions
from article6.services.reviews import NewStatus
from article6.services.submissions import Upload

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
TABLES = {each.key: each for each in Table}
party_option = click.option("--party", help="Only of this Party.")
year_option = click.option("--year", type=int, help="Only on this year.")


@click.group(
    epilog=examples(
        "article6 submission check CHE-2024-1.0.xlsx",
        "article6 submission upload CHE-2024-1.0.xlsx --as lea",
        "article6 submission list --party CHE",
        "article6 submission show 1",
        "article6 submission table summary --out summary.csv",
    )
)
def submission() -> None:
    """The Article 6 database: what Parties submitted, its checks, its public tables. In the international registry."""


@submission.command(
    "upload",
    epilog=examples(
        "article6 submission upload CHE-2024-1.0.xlsx --as lea",
        "article6 submission upload CHE-2024-1.1.json --confidential actions:12:Using/cancellingEntityID --as lea",
    ),
)
@click.argument("file", type=FILE)
@click.option(
    "--confidential",
    "marks",
    multiple=True,
    metavar="TABLE:ROW:FIELD",
    help="A confidential item: actions:12:Vintage is a cell, actions:12 a row, actions::Vintage a column. Repeatable.",
)
@acting_option
@key_option
@json_option
def upload(file: Path, marks: tuple[str, ...], login: str | None, key: str | None, as_json: bool) -> None:
    """Submit a report, as a representative of its Party."""
    given = Upload(file.name, _content(file), tuple(read_mark(each) for each in marks))
    done = submissions.submit(given, by=acting(login), now=now(), key=key)
    _answer(done, as_json)


@submission.command("version", epilog=examples("article6 submission version CHE 2025 1.0 --as lea"))
@click.argument("party")
@click.argument("year", type=int)
@click.argument("version")
@acting_option
@key_option
@json_option
def version(party: str, year: int, version: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Submit a frozen version of the report drawn from this registry's ledger (`article6 aef`)."""
    by = acting(login)
    given = aef_uploads.of_version(party, year, version, by=by)
    _answer(submissions.submit(given, by=by, now=now(), key=key), as_json)


def read_mark(text: str) -> Mark:
    """A confidential item as it is typed.

    Raises:
        Refused: it names no table, or its row is no number.
    """
    table, _colon, rest = text.partition(":")
    row, _colon, field = rest.partition(":")
    if table not in TABLES or (row and not (row.isdecimal() and len(row) < 8)):
        raise refused(Code.SUBMISSION_CONFIDENTIAL, text)
    return Mark(table, int(row) if row else None, field or None)


def _content(file: Path) -> bytes:
    limit = submissions.LIMITS.file_bytes
    if file.stat().st_size > limit:
        raise refused(Code.SUBMISSION_UNREADABLE, file.name, _("at most %(limit)s bytes are read") % {
            "limit": f"{limit:,}"})  # fmt: skip
    return file.read_bytes()


def _answer(done: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.print_json(done)
        return
    name = " ".join(str(done[each]) for each in ("party", "year", "version") if done[each] is not None)
    output.say(_("Submission %(id)s (%(name)s): %(state)s.") % {"id": done["id"], "name": name, "state": done["state"]})
    if done["state"] in (State.FORM_FAILED, State.INCONSISTENT):
        output.say(_("Next: article6 submission results %(id)s") % {"id": done["id"]})


@submission.command("check", epilog=examples("article6 submission check CHE-2024-1.0.xlsx"))
@click.argument("file", type=FILE)
@json_option
def check(file: Path, as_json: bool) -> None:
    """Check a file against what is recorded, before it is submitted. Nothing is kept."""
    found = inconsistencies.precheck(file.name, _content(file))
    if as_json:
        output.print_json(found)
    else:
        output.say(_("%(file)s: %(result)s") % {"file": found["file"], "result": _(found["result"])})
        if found["version_refused"]:
            output.say(_("Version %(newest)s is on record: give it a higher number.") % {
                "newest": found["version_refused"]})  # fmt: skip
        _print_checks(found["checks"])
    if found["result"] == Result.INCONSISTENT:
        raise click.exceptions.Exit(exits.REFUSED)


def _print_checks(checks: list[dict[str, Any]]) -> None:
    for each in checks:
        if each["findings"]:
            lines = [(_where(line), line["said"]) for line in each["findings"]]
            title = f"{each['code']}  {each['title']}  ({each['legal_basis']})"
            output.print_table([_("Where"), _("What was found")], lines, title=title)
            output.say(_("What to do: %(advice)s") % {"advice": each["advice"]})
    missing = [(each["code"], "\n".join(each["unavailable"])) for each in checks if each["unavailable"]]
    if missing:
        output.print_table([_("Rule"), _("Why")], missing, title=_(Result.UNAVAILABLE))


def _where(line: dict[str, Any]) -> str:
    places = [
        " ".join(part for part in (each.get("submission") or each.get("file"), each["sheet"], each["cell"]) if part)
        for each in line["places"]
    ]
    return "\n".join(places)


@submission.command("list", epilog=examples("article6 submission list --party CHE --state inconsistent"))
@party_option
@year_option
@click.option("--state", type=click.Choice([str(each) for each in State]), help="Only in this state.")
@after_option
@limit_option
@json_option
def listed(
    party: str | None, year: int | None, state: str | None, after: str | None, limit: int, as_json: bool
) -> None:
    """Submissions, newest first."""
    wanted = None if state is None else State(state)
    found = submissions.listed(after=after, limit=limit, party=party, year=year, state=wanted)
    for each in found.items:
        each["year"] = str(each["year"]) if not as_json else each["year"]
    headings = {"id": _("Id"), "party": _("Party"), "year": _("Year"), "version": _("Version"), "state": _("State"),
                "since": _("Since"), "file_name": _("File"), "submitted_by": _("By")}  # fmt: skip
    print_page(found, headings, as_json=as_json)


@submission.command("show", epilog=examples("article6 submission show 1", "article6 submission show 1 --json"))
@click.argument("number", type=int)
@json_option
def show(number: int, as_json: bool) -> None:
    """One submission: what was done with it, and the inconsistencies that it has now."""
    found = inconsistencies.shown(number, now=now())
    if as_json:
        output.print_json(found)
        return
    acts, standing = found.pop("acts"), found.pop("inconsistencies")
    review = found.pop("reviews")
    output.print_fields(found.items())
    output.print_table(
        [_("What happened"), _("At"), _("By"), _("Remark")],
        [(each["act"], each["at"], each["person"], each["remark"]) for each in acts],
    )
    if standing:
        _print_standing(standing)
    if review:
        _print_reviews(review)


def _print_standing(lines: list[dict[str, Any]]) -> None:
    output.print_table(
        [_("Rule"), _("Inconsistency"), _("Since"), _("Days"), _("Findings"), _("Versions since"), _("Cross-Party")],
        [
            (each["code"], each["title"], each["since"], each["days"], each["count"], each["versions_since"],
             each["is_cross_party"])
            for each in lines
        ],
    )  # fmt: skip


@submission.command("results", epilog=examples("article6 submission results 1", "article6 submission results 1 --all"))
@click.argument("number", type=int)
@click.option("--all", "history", is_flag=True, help="All that the checks ever said of it, in the order of time.")
@json_option
def results(number: int, history: bool, as_json: bool) -> None:
    """What each check says of a submission, with the evidence."""
    found = inconsistencies.checked(number, history=history)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Rule"), _("Check"), _("Result"), _("Since")],
        [(each["code"], each["title"], _(each["result"]), each["since"]) for each in found],
    )
    _print_checks(found)


@submission.command(
    "rows", epilog=examples("article6 submission rows 1 actions", "article6 submission rows 1 holdings")
)
@click.argument("number", type=int)
@click.argument("table", type=click.Choice(list(TABLES)))
@after_option
@limit_option
@json_option
def rows(number: int, table: str, after: str | None, limit: int, as_json: bool) -> None:
    """Rows of a submission as received."""
    found = submissions.rows(number, TABLES[table], after=after, limit=limit)
    if as_json:
        print_page(found, {}, as_json=True)
        return
    for each in found.items:
        output.print_fields(
            [(_("Row"), str(each["number"])), *((name, str(value)) for name, value in each["cells"].items())]
        )
        output.say("")
    if found.next:
        output.tell(_("More: add --after %(next)s") % {"next": found.next})


@submission.command(
    "public",
    epilog=examples("article6 submission public 1", "article6 submission public 1 --format json --out -"),
)
@click.argument("number", type=int)
@click.option(
    "--format", "form", type=click.Choice(list(aef_files.FORMATS)), default="xlsx", show_default=True,
    help="File format.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="File or folder; - is standard output. Default: here.")
@json_option
def public(number: int, form: str, out: Path | None, as_json: bool) -> None:
    """Write the public copy of a submission, without what is confidential."""
    if out is not None and str(out) == "-":
        submission_tables.write_public(number, form, sys.stdout.buffer)
        return
    place = out or Path()
    path = place / submission_tables.public_name(number, form) if place.is_dir() else place
    with path.open("wb") as file:
        written = submission_tables.write_public(number, form, file)
    _wrote(path, written, as_json=as_json)


def _wrote(path: Path, rows: int, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"file": str(path), "rows": rows})
    else:
        output.say(_("Wrote %(file)s, rows: %(rows)s.") % {"file": path, "rows": f"{rows:,}"})


@submission.command("file", epilog=examples("article6 submission file 1 --out received.xlsx"))
@click.argument("number", type=int)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: its own name, here.")
@json_option
def file(number: int, out: Path | None, as_json: bool) -> None:
    """Write the file as it was received."""
    name, content = submissions.file(number)
    path = out or Path(name)
    path.write_bytes(content)
    if as_json:
        output.print_json({"file": str(path), "bytes": len(content)})
    else:
        output.say(_("Wrote %(file)s.") % {"file": path})


@submission.command("withdraw", epilog=examples("article6 submission withdraw 1 --reason 'Wrong year' --as lea"))
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; it is recorded and shown.")
@acting_option
@key_option
@json_option
def withdraw(number: int, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Withdraw a submission. Its version stays used."""
    _answer(submissions.withdraw(number, reason=reason, by=acting(login), now=now(), key=key), as_json)


@submission.command("inconsistencies", epilog=examples("article6 submission inconsistencies --party CHE"))
@party_option
@year_option
@json_option
def standing(party: str | None, year: int | None, as_json: bool) -> None:
    """Every inconsistency that stands now: since when, and whether the Party has responded."""
    found = inconsistencies.standing(now=now(), party=party, year=year)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Submission"), _("Rule"), _("Since"), _("Days"), _("Findings"), _("Versions since"), _("Cross-Party")],
        [
            (f"{each['party']} {each['year']} {each['version']}", each["code"], each["since"], each["days"],
             each["count"], each["versions_since"], each["is_cross_party"])
            for each in found
        ],
    )  # fmt: skip


@submission.command(
    "table",
    epilog=examples("article6 submission table summary", "article6 submission table disaggregated --out rows.csv"),
)
@click.argument("what", type=click.Choice(["summary", "disaggregated"]))
@party_option
@year_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write CSV into this file.")
@json_option
def table(what: str, party: str | None, year: int | None, out: Path | None, as_json: bool) -> None:
    """What Parties reported, summed: a line for each Party and year, or one for each kind of row."""
    if as_json:
        output.print_json(submission_tables.lines(what, party, year))
        return
    if out is None:
        submission_tables.write_csv(what, sys.stdout, party, year)
        return
    with out.open("w", encoding="utf-8", newline="") as text:
        written = submission_tables.write_csv(what, text, party, year)
    _wrote(out, written, as_json=False)


@submission.command(
    "review",
    epilog=examples(
        "article6 submission review CHE none --report https://unfccc.int/documents/1",
        "article6 submission review CHE pending --approach CA0001",
    ),
)
@click.argument("party")
@click.argument("status", type=click.Choice(list(REVIEW_KEYS)))
@click.option("--approach", default="", help="The cooperative approach; without it, the initial report.")
@click.option("--report", "report_url", default="", metavar="URL", help="The address of the review's report.")
@click.option("--remark", default="", help="What is recorded besides.")
@acting_option
@key_option
@json_option
def review(
    party: str, status: str, approach: str, report_url: str, remark: str, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Record the status of a technical expert review (4/CMA.6 para 37)."""
    new = NewStatus(party, REVIEW_KEYS[status], approach, report_url, remark)
    done = reviews.record(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(done)
    else:
        output.say(_("Recorded: %(party)s, %(status)s.") % {"party": done["party"], "status": _(done["status"])})


@submission.command("reviews", epilog=examples("article6 submission reviews --party CHE"))
@party_option
@click.option("--all", "history", is_flag=True, help="All that was ever recorded, newest first.")
@json_option
def list_reviews(party: str | None, history: bool, as_json: bool) -> None:
    """The status of the technical expert reviews."""
    found = inconsistencies.reviews_of(party, history=history)
    if as_json:
        output.print_json(found)
    else:
        _print_reviews(found)


def _print_reviews(found: list[dict[str, Any]]) -> None:
    output.print_table(
        [_("Party"), _("Cooperative approach"), _("Status of the review"), _("At"), _("Report")],
        [(each["party"], each["approach"], _(each["status"]), each["at"], each["report_url"]) for each in found],
    )
