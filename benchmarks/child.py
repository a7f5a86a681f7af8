"""One long run in a process of its own: `python -m benchmarks.child replay ISSUANCES CANCELLATIONS | aef FORM |
plain FORM ROWS | freeze PERSON | frozen FORM | checks | one_submission | pages`.

Prints JSON with `seconds` and `peak_mb`, the most memory the process had resident.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from statistics import median

import django
import xlsxwriter

from benchmarks.ledgers import NOW, PARTY

YEAR_OVER = datetime(NOW.year + 1, 1, 2, tzinfo=UTC)


def replay(issuances: str, cancellations: str) -> dict[str, object]:
    """Replay a history into a new crediting registry, with progress, and compare the books with the files."""
    from article6.domain.kinds import Kind
    from article6.services import registry
    from article6.services.cdm import verification
    from article6.services.cdm.replay import CDM, replay_cdm

    identity = registry.RegistryIdentity(Kind.CREDITING, CDM, "Benchmark", is_public=True)
    by = registry.init(identity, administrator=("root", "Root"), now=NOW)
    files = Path(issuances), Path(cancellations)
    told: list[tuple[str, int, int]] = []
    begun = time.perf_counter()
    report = replay_cdm(*files, by=by, progress=lambda *line: told.append(line))
    seconds, peak = time.perf_counter() - begun, peak_mb()
    if differences := verification.verify(report, files):
        raise SystemExit(f"the books differ from the files: {differences[:3]}")
    pages = _dashboard()
    return {"seconds": seconds, "postings": report.postings, "issued": report.total.issued, "peak_mb": peak, **pages}


def _dashboard() -> dict[str, float]:
    """What the server takes for the dashboard, as a stranger sees it: the first time, and after that; milliseconds."""
    from django.test import Client

    from article6.store import database

    database.see(database.NOTHING)
    stranger = Client(SERVER_NAME="localhost")
    stranger.get("/glossary")  # so that the program is loaded
    taken = []
    for _each in range(10):
        begun = time.perf_counter()
        if stranger.get("/dashboard").status_code != HTTPStatus.OK:
            raise SystemExit("the dashboard does not answer")
        taken.append(1000 * (time.perf_counter() - begun))
    return {"dashboard_first_ms": taken[0], "dashboard_ms": median(taken[1:])}


def aef(form: str) -> dict[str, object]:
    """Write the year's report of the Party that transferred, from the ledger."""
    from article6.services import aef_files
    from article6.services.aef import aef as report
    from article6.store.database import one_moment

    begun = time.perf_counter()
    with one_moment(), tempfile.TemporaryFile() as file:
        rows = aef_files.write(report(PARTY, NOW.year, now=NOW), form, file)
    return {"seconds": time.perf_counter() - begun, "rows": rows, "peak_mb": peak_mb()}


def plain(form: str, rows: str) -> dict[str, object]:
    """The yardstick of the same forms: one row of 27 cells, as often, by what Python and XlsxWriter have for it."""
    from article6.reporting.aef_fields import FIELDS, Table

    row = [number if field.type == "integer" else field.label for number, field in enumerate(FIELDS[Table.ACTIONS])]
    begun = time.perf_counter()
    if form == "csv":
        with tempfile.TemporaryFile("w", encoding="utf-8", newline="") as text:
            writer = csv.writer(text)
            for _each in range(int(rows)):
                writer.writerow(row)
    else:
        with tempfile.TemporaryFile() as file, xlsxwriter.Workbook(file, {"constant_memory": True}) as workbook:
            sheet = workbook.add_worksheet()
            for number in range(int(rows)):
                sheet.write_row(number, 0, row)
    return {"seconds": time.perf_counter() - begun, "rows": int(rows), "peak_mb": peak_mb()}


def freeze(person: str) -> dict[str, object]:
    """Freeze that report, once the year is over."""
    from article6.domain.orders import PersonId
    from article6.services import aef_versions

    begun = time.perf_counter()
    done = aef_versions.freeze(PARTY, NOW.year, by=PersonId(int(person)), now=YEAR_OVER)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "rows": sum(done["row_counts"].values()), "peak_mb": peak_mb()}


def frozen(form: str) -> dict[str, object]:
    """Write the frozen version."""
    from article6.reporting.aef_versions import FIRST
    from article6.services import aef_files, aef_versions

    begun = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        rows = aef_files.write(aef_versions.full_copy(aef_versions.frozen(PARTY, NOW.year, FIRST)), form, file)
    return {"seconds": time.perf_counter() - begun, "rows": rows, "peak_mb": peak_mb()}


def checks() -> dict[str, object]:
    """Ask every check on content of all that is recorded in an Article 6 database."""
    from article6.services import submission_checks, submission_stream
    from article6.store.database import one, one_moment
    from article6.store.queries import submissions

    begun = time.perf_counter()
    with one_moment():
        recorded = submission_checks.read_back(submissions.current(), None, is_with_units=False)
        outcomes = submission_stream.ask(recorded.readings, recorded.items, None, submission_checks.ON_CONTENT)
        seconds, peak = time.perf_counter() - begun, peak_mb()
        actions, rows = one("SELECT count(*) FILTER (WHERE table_number = 3), count(*) FROM submission_row"
                            " WHERE table_number IN (3, 4)")  # fmt: skip
    if findings := [str(each.said) for outcome in outcomes for each in outcome.findings]:
        raise SystemExit(f"reported truly and found inconsistent: {findings[:3]}")
    return {"seconds": seconds, "rows": rows, "actions": actions, "peak_mb": peak}


def one_submission() -> dict[str, object]:
    """What is checked anew when a Party submits: that of the last year of one Party; nothing of it is kept. All the
    rest is taken for checked, as it was by `checks`."""
    from article6.reporting.checks import catalogue
    from article6.services import submission_checks
    from article6.store import journal
    from article6.store.database import one
    from article6.store.queries import submissions

    newest = max(submissions.current(), key=lambda each: (each["year"], each["party"] == "GHA"))

    class Undone(Exception):
        pass

    run = {"cause_id": newest["id"], "edition": catalogue.EDITION, "is_whole": True, "homes": [], "rows_read": 0}
    try:
        with journal.database_transaction():
            journal.insert("check_run", {**run, "rows_recorded": 0, "at": YEAR_OVER})
            begun = time.perf_counter()
            submission_checks.recompute(newest["party"], [newest["id"]], newest["id"], YEAR_OVER)
            seconds = time.perf_counter() - begun
            read, recorded = one("SELECT rows_read, rows_recorded FROM check_run ORDER BY id DESC LIMIT 1")
            raise Undone
    except Undone:
        return {"seconds": seconds, "peak_mb": peak_mb(), "rows": read, "recorded": recorded}


def copied() -> dict[str, object]:
    """The yardstick of `checks`: the typed values of the same rows in the same order, by COPY, and dropped."""
    from article6.store.database import connection

    begun = time.perf_counter()
    rows = 0
    with (
        connection().cursor() as cursor,
        cursor.copy(
            "COPY (SELECT submission_id, number, action_type, approach, authorization_code, first_party, vintage, lo,"
            " hi, quantity, at FROM submission_row WHERE table_number IN (3, 4) ORDER BY first_party, lo) TO STDOUT"
        ) as copy,
    ):
        for _row in copy.rows():
            rows += 1
    return {"seconds": time.perf_counter() - begun, "rows": rows, "peak_mb": peak_mb()}


def pages() -> dict[str, object]:
    """What the server takes for each public page over a history that was replayed."""
    from benchmarks import pages as measuring

    return measuring.timed()


def peak_mb() -> float:
    """The most memory this program had resident, in MB (10^6 bytes)."""
    try:
        # The kernel's other figure, below, counts the program that started this one too.
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    django.setup()
    from article6.store.database import see_everything_in_this_process

    see_everything_in_this_process()
    runs: dict[str, Callable[..., dict[str, object]]] = {
        "replay": replay,
        "aef": aef,
        "plain": plain,
        "freeze": freeze,
        "frozen": frozen,
        "checks": checks,
        "one_submission": one_submission,
        "copied": copied,
        "pages": pages,
    }
    print(json.dumps(runs[sys.argv[1]](*sys.argv[2:])))
