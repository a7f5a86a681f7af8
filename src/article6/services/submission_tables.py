"""Summary and disaggregated tables of what Parties reported, and the public copy of a submission: all of it without
what is confidential.

Source: 4/CMA.6 paras 22, 31; 2/CMA.3 annex paras 24, 36(a); 6/CMA.4 annex I para 36.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import IO, Any, TextIO, cast

from django.utils.translation import gettext as _

from article6.domain.refusals import N_, Code, refused
from article6.domain.submissions import State
from article6.reporting import submitted
from article6.reporting.aef_csv import neutral
from article6.reporting.aef_fields import FIELDS, Table
from article6.reporting.aef_records import CONFIDENTIAL, Aef, Submission
from article6.reporting.checks.results import Result, RowNumbers, result
from article6.reporting.reading.reader import ReadRow
from article6.services import aef_files, submissions
from article6.services.paging import Page, cursor
from article6.store.database import EVERYTHING, one_moment, seeing
from article6.store.queries import submission_results as results
from article6.store.queries import submission_tables as queries
from article6.store.queries import submissions as reading

INFORMATION: Mapping[str, str] = MappingProxyType(
    {
        "authorized": N_("Authorized"),
        "authorized_oimp": N_("Authorized for use towards other international mitigation purposes"),
        "first_transferred": N_("First transferred"),
        "transferred": N_("Transferred"),
        "acquired": N_("Acquired"),
        "held": N_("Held at the end of the year"),
        "used_ndc": N_("Used towards the NDC"),
        "used_oimp": N_("Used towards other international mitigation purposes"),
        "cancelled_voluntarily": N_("Voluntarily cancelled"),
        "adaptation": N_("Contributed for adaptation"),
        "omge": N_("Cancelled for overall mitigation in global emissions"),
    }
)
"""What a row can tell (4/CMA.6 para 22), and what the reporting tables say besides: holdings, uses for other
purposes."""

SUMMARY_COLUMNS = ("party", "year", "metric", "metric_unit", *INFORMATION)
DISAGGREGATED_COLUMNS = (
    "party", "year", "approach", "information", "first_party", "counterpart", "authorization", "vintage", "metric",
    "metric_unit", "purpose", "rows", "amount",
)  # fmt: skip
CONFIDENTIAL_REMARK = N_(
    "Public copy. Confidential items are left out: their cells read %(mark)s; rows left out: %(rows)s."
)


def summary(party: str | None = None, year: int | None = None) -> list[dict[str, Any]]:
    """A line for each Party, year and metric, with the amount of each information; a text where it is not whole."""
    submissions.require_here()
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for each in queries.summary(party, year):
        key = (each["party"], each["year"], each["metric"], each["metric_unit"])
        line = found.setdefault(key, dict.fromkeys(SUMMARY_COLUMNS) | dict(zip(SUMMARY_COLUMNS[:4], key, strict=True)))
        line[each["information"]] = _amount(each["amount"])
    return list(found.values())


def disaggregated(party: str | None = None, year: int | None = None) -> Iterator[dict[str, Any]]:
    """A line for each information, by approach, Parties, authorization, vintage, metric and purpose; read as it is
    needed, within a database transaction."""
    submissions.require_here()
    for each in queries.disaggregated(party, year):
        line = dict(zip(DISAGGREGATED_COLUMNS, each, strict=True))
        line["amount"] = _amount(line["amount"])
        yield line


def lines(what: str, party: str | None = None, year: int | None = None) -> list[dict[str, Any]]:
    """The summary or the disaggregated table, whole."""
    with one_moment():
        return summary(party, year) if what == "summary" else list(disaggregated(party, year))


def page(
    what: str, party: str | None = None, year: int | None = None, *, after: str | None = None, limit: int = 100
) -> Page:
    """Lines of the summary or the disaggregated table; however long it is, no more than these are kept in memory.

    Raises:
        Refused: the registry keeps no such database, or `after` is no cursor.
    """
    begins, total = cursor(after, 1)[0], 0
    items = []
    with one_moment():
        for line in summary(party, year) if what == "summary" else disaggregated(party, year):
            if begins <= total < begins + limit:
                items.append(line)
            total += 1
    return Page(items, total, str(begins + limit) if total > begins + limit else None)


def _amount(value: Any) -> int | str | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else f"{value:f}"


def write_csv(what: str, file: TextIO, party: str | None = None, year: int | None = None) -> int:
    """Write the summary or the disaggregated table as CSV, and return its rows; nothing in it is taken for a
    formula."""
    writer = csv.writer(file)
    columns = SUMMARY_COLUMNS if what == "summary" else DISAGGREGATED_COLUMNS
    writer.writerow(columns)
    count = 0
    with one_moment():
        for line in summary(party, year) if what == "summary" else disaggregated(party, year):
            writer.writerow([neutral(line[name]) for name in columns])
            count += 1
    return count


# --- The public copy of a submission


def write_public(number: int, form: str, file: IO[bytes]) -> int:
    """Write the public copy of a submission in a format (`aef_files.FORMATS`): its rows in the format's own layout, the
    cells as received, and what the platform fills in; rows of tables 2 to 5 that were written.

    Raises:
        Refused: there is no such submission in sight, or none that passed the form.
    """
    with one_moment():
        return aef_files.write(_public(number), form, file)


def _public(number: int) -> Aef:
    submissions.require_here()
    found = submissions.one(number)
    state = State(found["state"])
    if state in (State.FORM_FAILED, State.DUPLICATE):
        raise refused(Code.SUBMISSION_UNKNOWN, str(number), state)
    layouts = reading.layouts([number])[number]
    kept = reading.kept_rows([number], [])[number]
    first = submitted.read_again("", found["form"], layouts, [each for each in kept if each.table is Table.SUBMISSION])
    row = first.submission
    if row is None:
        raise refused(Code.SUBMISSION_UNKNOWN, str(number), state)
    result_of = _of_rows(number, state)

    def written(table: Table) -> Iterator[tuple[str, tuple[Any, ...]]]:
        names = [each.technical_name for each in FIELDS[table]]
        for at, cells in reading.public_rows(number, table):
            values = {name: submitted.shown(value) for name, value in cells.items()}
            if table is Table.ACTIONS and result_of is not None:
                values["ResultOfConsistencyChecks"] = str(result_of(at))
            yield str(at), tuple(values.get(name) for name in names)

    is_whole = not found["hidden_rows"] and not found["hidden_cells"]
    remark = None if is_whole else _(CONFIDENTIAL_REMARK) % {"mark": CONFIDENTIAL, "rows": found["hidden_rows"]}
    return Aef(submission=_submission(row, found, state), remark=remark, written=written)


def _of_rows(number: int, state: State) -> Callable[[int], Result] | None:
    """Tells the result of a row of table 3, in the words of 4/CMA.6 para 29 (annex II, table 3, note y): inconsistent
    where it is evidence of a finding; else "Null" where a check of it waits for a counterpart; None of what is not
    checked. That a row is inconsistent is public, whatever the finding rests on."""
    if state not in (State.CONSISTENT, State.INCONSISTENT):
        return None
    with seeing(EVERYTHING):
        wrong = results.rows_in_findings(number) if state is State.INCONSISTENT else set()
        open_rows = RowNumbers()
        for text in results.rows_in_gaps(number):
            open_rows.take(RowNumbers.of_text(text))
    return lambda at: result(at in wrong, at in open_rows)


def _submission(row: ReadRow, found: Mapping[str, Any], state: State) -> Submission:
    reviews = [each for each in results.reviews(found["party"]) if not each["approach"]]
    checked = {State.CONSISTENT: str(Result.CONSISTENT), State.INCONSISTENT: str(Result.INCONSISTENT)}
    day = row.get("DateOfSubmission")
    if isinstance(day, datetime):
        day = day.date()
    return Submission(
        party=found["party"],
        version=found["version"],
        reported_year=found["year"],
        submitted_on=cast(Any, day),
        ndc_first_year=cast(int, row.get("FirstYearOfNDCPeriod")),
        ndc_last_year=cast(int, row.get("LastYearOfNDCPeriod")),
        review_status=reviews[0]["status"] if reviews else None,
        check_result=checked.get(state),
        review_report=(reviews[0]["report_url"] or None) if reviews else None,
    )


def public_name(number: int, form: str) -> str:
    """The name of the public copy's file: `AEF-CHE-2024-1.0-public.xlsx`."""
    found = submissions.one(number)
    return f"AEF-{found['party']}-{found['year']}-{found['version']}-public.{aef_files.FORMATS[form][0]}"
