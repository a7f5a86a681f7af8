"""The demonstration, end to end on a small history: built, audited, served, stopped, and not done twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.processes import Environment, children, data_folder, fetched, free_port, none_lives, run

from article6.cli import exits


@pytest.mark.slow
def test_the_demonstration(process_environment: Environment, tmp_path: Path) -> None:
    environment = {**process_environment, "ARTICLE6_DATA": str(data_folder(tmp_path, process_environment))}
    first = run(environment, "demo", "--no-serve", "--json")
    assert first.returncode == exits.OK, first.stderr
    built = json.loads(first.stdout)
    assert built["cdm"]["audit"] == {"ok": True, "checks": built["cdm"]["audit"]["checks"], "findings": []}
    assert built["cdm"]["totals"]["issued"] > built["cdm"]["totals"]["cancelled"] > 0
    assert [line.count("unit.foreign") for line in built["cdm"]["left_out"]] == [1]
    assert built["international"]["totals"]["issued"] > 1_916 + 11_973
    played = {name: [each["name"] for each in part["scenarios"]] for name, part in built.items()}
    assert played == {
        "cdm": [], "international": ["demo", "verra", "partial", "other-metric", "balances"],
        "mechanism": ["a64", "ldc", "mcu", "cer"], "crediting": ["joint"],
    }  # fmt: skip
    assert not any(each["is_real"] for each in built["mechanism"]["scenarios"])
    assert all(part["audit"]["ok"] for part in built.values())
    submitted = built["international"]["submitted"]
    assert (len(submitted["consistent"]) >= 9, submitted["inconsistent"]) == (True, [])
    assert submitted["result"] == "Checked, inconsistencies identified"
    assert {"AEF-CHE-2025.xlsx", "AEF-GHA-2025.json", "AEF-THA-2023.csv.zip"} <= set(built["international"]["files"])

    workbook = tmp_path / "home" / "aef" / "AEF-GHA-2025.xlsx"
    written_at = workbook.stat().st_mtime_ns
    second = run(environment, "demo", "--no-serve", "--json")
    assert json.loads(second.stdout) == built
    assert second.stderr.count("nothing happened since") == 4
    assert workbook.stat().st_mtime_ns == written_at

    _serve(environment)

    fresh = run(environment, "demo", "--fresh", "--no-serve", "--json")
    assert json.loads(fresh.stdout) == built
    assert "nothing happened since" not in fresh.stderr


def _serve(environment: Environment) -> None:
    """Every registry answers on its pages; Ctrl-C ends everything."""
    port = free_port()
    demo = subprocess.Popen(
        [sys.executable, "-m", "article6", "demo", "--port", str(port)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=_hears_ctrl_c,
    )  # fmt: skip
    try:
        assert json.loads(fetched(f"http://127.0.0.1:{port}/api/v1/registry"))["code"] == "CDM"
        end, urls = time.monotonic() + 180, []
        while len(urls) < 4 and time.monotonic() < end:
            assert demo.stdout is not None
            line = demo.stdout.readline()
            urls += [word for word in line.split() if word.startswith("http") and word.endswith("/")]
        for url, title in zip(urls[1:], ("International", "Article 6.4", "Joint crediting"), strict=True):
            for page in ("", "accounts", "transactions", "projects", "batches/1"):
                assert title.encode() in fetched(url + page)
        served = children(demo.pid)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(180) == exits.OK
        assert len(served) == 4
        assert all(none_lives(group) for group in served)
    finally:
        demo.kill()
        demo.wait()


def _hears_ctrl_c() -> None:
    # What a shell starts in the background ignores it, and so would all that follows.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_the_demonstration_has_registries_of_its_own(process_environment: Environment) -> None:
    said = run(process_environment, "--registry", "other", "demo", "--no-serve")
    assert (said.returncode, "leave --registry out" in said.stderr) == (exits.USAGE, True)
