"""The benchmarks run and say what was agreed. How fast anything is, is no matter of tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import report
from benchmarks.figures import TARGETS, Figure, Results, of_pairs

CHECKOUT = Path(__file__).resolve().parents[2]


def test_a_tiny_run_prints_each_figure_beside_its_yardstick(tmp_path: Path) -> None:
    words = ["--quick", "--only", "ledger_call", "--seconds", "1", "--rounds", "1", "--json"]
    written = tmp_path / "figures.md"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words, "--out", str(written)],
        cwd=CHECKOUT, capture_output=True, text=True, check=False, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    figure = printed.pop("ledger_call")
    assert figure["value"] > 0
    assert figure["yardstick"] > 0
    assert figure["ratio"] > 0
    run = printed.pop("_run")
    assert printed == {}
    assert set(run["left_out"]) == set(TARGETS) - {"ledger_call"}
    assert any("audit" in remark and "clean" in remark for remark in run["remarks"])
    assert run["postgresql"]["fsync"] == "on"
    assert "`ledger_call`" in written.read_text(encoding="utf-8")


def test_a_figure_is_the_median_of_its_rounds() -> None:
    figure = of_pairs("ledger_call", [(100.0, 90.0), (50.0, 60.0), (80.0, 80.0)], "transfers/s")
    assert (figure.value, figure.yardstick, figure.ratio) == (80.0, 80.0, 1.0)
    assert figure.is_met
    assert not of_pairs("ledger_call", [(100.0, 99.0)], "transfers/s").is_met


def test_what_costs_time_must_stay_below_its_target() -> None:
    assert Figure("replay", 89.0, "s", 2000.0, 0.2).is_met
    assert not Figure("replay", 91.0, "s", 2000.0, 0.2).is_met
    assert not Figure("replay", 89.0, "s", 2000.0, 0.19).is_met
    assert Figure("memory", 300.0, "MB").is_met
    assert not Figure("lookup", 0.4, "ms", 0.1, 4.0).is_met


def test_the_manual_keeps_what_stands_around_the_figures(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
    about = {"date": "2026-03-01", "machine": report.machine(), "rounds": 1, "seconds": 1.0,
             "postgresql": {"server_version": "18", "fsync": "on", "synchronous_commit": "on"}}  # fmt: skip
    results = Results([Figure("memory", 100.0, "MB")], left_out={"http": "nobody asked"})
    report.write(page, results, about)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| `memory` | 100 MB |" in text
    assert "Left out: http, because nobody asked" in text
