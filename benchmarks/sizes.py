"""The long runs, each in a process of its own whose peak of memory is read: the replay, a yearly AEF, its version."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import submitted
from benchmarks.contenders import Bench
from benchmarks.figures import Figure, of_pairs
from benchmarks.scale import FULL
from benchmarks.server import SOURCE_FILES, MeasuringFailure

FILES = ("cdm_issuances.csv", "cdm_cancellations.csv")
FORMS = ("xlsx", "json", "csv")
SEED = 2012


def replay(bench: Bench) -> Figure:
    """The CDM's history through the services; the ratio is postings per second over TPC-B with one client."""
    done = _replayed(bench)
    yardstick = median(bench.tpcb(1) for _ in range(bench.scale.rounds))
    rate = done["postings"] / done["seconds"]
    return Figure(
        "replay", done["seconds"], "s", yardstick, rate / yardstick, note=done["note"],
        parts={"postings": done["postings"], "postings/s": rate, "units issued": done["issued"]},
    )  # fmt: skip


def dashboard(bench: Bench) -> Figure:
    """The dashboard over that history, as a stranger gets it: milliseconds in the server, the median."""
    done = _replayed(bench)
    parts = {"the first time": done["dashboard_first_ms"], "units": done["issued"]}
    return Figure("dashboard", done["dashboard_ms"], "ms", note=done["note"], parts=parts)


def pages(bench: Bench) -> Figure:
    """The slowest public page over that history, first asked for or again, milliseconds in the server; and each page.

    The ratio is to the health page in the same run."""
    note = _replayed(bench)["note"]
    bench.say("asking for every public page")
    done = _child(bench, "cdm", "pages")
    each = {f"{path}, {when}": taken[when] for path, taken in done["pages"].items() for when in ("cold", "warm")}
    worked = max(max(taken["cold_cpu"], taken["warm_cpu"]) for taken in done["pages"].values())
    slowest, yardstick = max(each.values()), done["yardstick_ms"]
    slow = dict(sorted(each.items(), key=lambda line: -line[1])[:10])
    parts = {"most processor time in Python for one page": worked, "median": median(each.values()), **slow}
    return Figure("pages", slowest, "ms", yardstick, slowest / yardstick, note=note, parts=parts)


def memory(bench: Bench) -> Figure:
    """The larger peak of the two: the replay's process, and the process that writes the yearly report."""
    peaks = {"replay": _replayed(bench)["peak_mb"]}
    ledger = bench.reported
    for form in FORMS:
        bench.say(f"writing {bench.scale.aef_rows:,} rows as {form}")
        done = _child(bench, ledger.database, "aef", form)
        if done["rows"] < bench.scale.aef_rows:
            raise MeasuringFailure(f"the report has {done['rows']} rows")
        peaks[f"AEF as {form}"] = done["peak_mb"]
        peaks[f"AEF as {form}, seconds"] = done["seconds"]
    note = "" if bench.scale.aef_rows == FULL.aef_rows else f"at {bench.scale.aef_rows:,} rows"
    return Figure(
        "memory", max(value for name, value in peaks.items() if "seconds" not in name), "MB", note=note, parts=peaks
    )


def aef(bench: Bench) -> Figure:
    """A yearly report is frozen, and the version written in each form; the largest peak of memory, and the seconds."""
    ledger = bench.reported
    runs = [("frozen", ("freeze", str(ledger.administrator))), *((f"as {form}", ("frozen", form)) for form in FORMS)]
    peaks: list[float] = []
    parts: dict[str, float] = {}
    for name, words in runs:
        bench.say(f"a version of {bench.scale.aef_rows:,} rows, {name}")
        done = _child(bench, ledger.database, *words)
        if done["rows"] < bench.scale.aef_rows:
            raise MeasuringFailure(f"the version has {done['rows']} rows")
        peaks.append(done["peak_mb"])
        parts |= {f"{name}, seconds": done["seconds"], f"{name}, MB": done["peak_mb"]}
    note = "" if bench.scale.aef_rows == FULL.aef_rows else f"at {bench.scale.aef_rows:,} rows"
    return Figure("aef", max(peaks), "MB", note=note, parts=parts)


def aef_csv(bench: Bench) -> Figure:
    """The yearly report from the ledger as CSV, in seconds; the ratio is to plain rows by `csv.writer`."""
    pairs = [(_plain(bench, "csv"), _drawn(bench, "csv")) for _round in range(bench.scale.rounds)]
    parts = {"as json, seconds": _drawn(bench, "json")}
    return of_pairs("aef_csv", pairs, "s", note=_rows_said(bench), parts=parts)


def aef_xlsx(bench: Bench) -> Figure:
    """The same as a workbook; the ratio is to plain rows by XlsxWriter in constant memory. Once: it takes minutes."""
    return of_pairs("aef_xlsx", [(_plain(bench, "xlsx"), _drawn(bench, "xlsx"))], "s", note=_rows_said(bench))


def _plain(bench: Bench, form: str) -> float:
    bench.say(f"writing {bench.scale.aef_rows:,} plain rows as {form}")
    return float(_child(bench, bench.reported.database, "plain", form, str(bench.scale.aef_rows))["seconds"])


def _drawn(bench: Bench, form: str) -> float:
    ledger = bench.reported
    bench.say(f"writing the report of {bench.scale.aef_rows:,} rows as {form}")
    done = _child(bench, ledger.database, "aef", form)
    if done["rows"] < bench.scale.aef_rows:
        raise MeasuringFailure(f"the report has {done['rows']} rows")
    return float(done["seconds"])


def _rows_said(bench: Bench) -> str:
    return "" if bench.scale.aef_rows == FULL.aef_rows else f"at {bench.scale.aef_rows:,} rows"


def checks(bench: Bench) -> Figure:
    """Every check on content over an Article 6 database, rows a second beside reading them; and one submission."""
    actions = bench.scale.action_rows
    database = bench.once(
        f"an Article 6 database of {actions:,} actions",
        lambda: submitted.fill(bench.server, bench.migrated(), "submitted", actions),
    )
    bench.say("reading the rows by COPY")
    yardstick = _child(bench, database, "copied")
    bench.say(f"checking {yardstick['rows']:,} rows")
    done = _child(bench, database, "checks")
    bench.say("checking what one submission concerns")
    one = _child(bench, database, "one_submission")
    rate, read = done["rows"] / done["seconds"], yardstick["rows"] / yardstick["seconds"]
    parts = {
        "rows": done["rows"], "of them actions": done["actions"], "seconds": done["seconds"], "MB": done["peak_mb"],
        "one submission, seconds": one["seconds"], "one submission, MB": one["peak_mb"],
        "one submission, share of the rows": one["rows"] / one["recorded"],
    }  # fmt: skip
    note = "" if actions == FULL.action_rows else f"at {actions:,} actions"
    return Figure("checks", rate, "rows/s", read, rate / read, note=note, parts=parts)


def _replayed(bench: Bench) -> dict[str, Any]:
    return dict(bench.once("replay of the CDM's history", lambda: _replay(bench)))


def _replay(bench: Bench) -> dict[str, Any]:
    files, note = _files(bench)
    bench.server.create("cdm", template=bench.migrated())
    return {**_child(bench, "cdm", "replay", *map(str, files)), "note": note}


def _files(bench: Bench) -> tuple[tuple[Path, Path], str]:
    part = bench.scale.replay_part
    folder = Path(os.environ.get(SOURCE_FILES) or "../shared/data") / "cdm_registry"
    real = folder / FILES[0], folder / FILES[1]
    if part == 1 and all(each.is_file() for each in real):
        return real, ""
    from article6.services.cdm.generate import generate_cdm

    made = generate_cdm(SEED, bench.server.home, part)
    return made, "a generated history" if part == 1 else f"a generated history of {part:.0%} of the size"


def _child(bench: Bench, database: str, *words: str) -> dict[str, Any]:
    environment = {**os.environ, "DATABASE_URL": bench.server.url(database)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.child", *words],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise MeasuringFailure(f"{' '.join(words[:1])} failed: {done.stderr.strip()[-1500:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
