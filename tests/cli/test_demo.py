"""The demonstration, end to end on a small history: built, audited, served, stopped, and not done twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from cli.processes import Environment, children, data_folder, fetched, free_port, none_lives, run

from article6.cli import exits
from article6.services.network_demo.places import CODES, KNOWN, LINKS


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_demonstration(process_environment: Environment, tmp_path: Path) -> None:
    environment = {**process_environment, "ARTICLE6_DATA": str(data_folder(tmp_path, process_environment))}
    port = free_port()
    build = ("demo", "--no-serve", "--json", "--port", str(port))
    _is_interrupted(environment, port)
    stale = tmp_path / "home" / "aef" / "AEF-stale.xlsx"
    stale.parent.mkdir(parents=True, exist_ok=True)
    stale.touch()
    first = run(environment, *build, "--fresh", timeout_s=PATIENCE_S)
    assert first.returncode == exits.OK, first.stderr
    assert not stale.exists()
    assert "nothing happened since" not in first.stderr
    built = json.loads(first.stdout)
    network = built.pop("network")
    _is_the_story(network, tmp_path / "home" / "demo" / "certificates")
    assert built["cdm"]["audit"] == {"ok": True, "checks": built["cdm"]["audit"]["checks"], "findings": []}
    assert built["cdm"]["totals"]["issued"] > built["cdm"]["totals"]["cancelled"] > 0
    assert [line.count("unit.foreign") for line in built["cdm"]["left_out"]] == [1]
    assert built["international"]["totals"]["issued"] > 1_916 + 11_973
    played = {name: [each["name"] for each in part["scenarios"]] for name, part in built.items()}
    assert played == {
        "cdm": [], "international": ["demo", "verra", "partial", "other-metric", "balances"],
        "mechanism": ["a64", "ldc", "mcu", "cer"], "crediting": ["joint"],
        "thailand": ["network"], "ghana": ["network"], "switzerland": [],
    }  # fmt: skip
    assert not any(each["is_real"] for each in built["mechanism"]["scenarios"])
    assert all(part["audit"]["ok"] for part in built.values())
    submitted = built["international"]["submitted"]
    assert (len(submitted["consistent"]) >= 9, submitted["inconsistent"]) == (True, [])
    assert submitted["result"] == "Checked, inconsistencies identified"
    assert {"AEF-CHE-2025.xlsx", "AEF-GHA-2025.json", "AEF-THA-2023.csv.zip"} <= set(built["international"]["files"])

    workbook = tmp_path / "home" / "aef" / "AEF-GHA-2025.xlsx"
    written_at = workbook.stat().st_mtime_ns
    second = run(environment, *build)
    assert json.loads(second.stdout) == {**built, "network": network}
    assert second.stderr.count("nothing happened since") == len(built) == 7
    assert workbook.stat().st_mtime_ns == written_at

    _serve(environment, port)


PATIENCE_S = 500
REFUSED = (
    "peer.unknown", "account.unknown", "cer.ineligible", "signature.wrong", "account.unknown", "block.reserved",
    "certificate.not_signed",
)  # fmt: skip


def _is_the_story(network: dict[str, Any], certificates: Path) -> None:
    """What every side says of the trade: all of it done, what was wrong refused, nothing left over."""
    assert tuple(each.rpartition(": ")[2] for each in network["refused"]) == REFUSED
    played = "\n".join(network["played"])
    for told in ("860 authorized A6.4ERs", "THA01 to CHE01: 1,916", "GHA01 to CHE01: 11,733", "1,000 CERs",
                 "GHA01-GHA:1011934-1011973 and nothing else", "is cosigned by GHA01, IR, THA01"):  # fmt: skip
        assert told in played
    assert {part: each["findings"] for part, each in network["audits"].items()} == {part: [] for part in CODES}
    pairs = {(status["code"], peer["code"]): peer for status in network["status"].values() for peer in status["peers"]}
    assert len(pairs) == 2 * len(LINKS) + len(KNOWN)
    assert [each["status"] for each in pairs.values()].count("connected") == 2 * len(LINKS)
    assert all((each["to_send"], each["to_handle"]) == (0, 0) for each in pairs.values())
    for name in network["certificates"]:
        checked = subprocess.run(
            [sys.executable, "-m", "article6", "verify", str(certificates / name)], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert checked.returncode == exits.OK, checked.stdout + checked.stderr


def _is_interrupted(environment: Environment, port: int) -> None:
    """Ctrl-C while the second registry is built; what stands already is kept until `--fresh`."""
    demo = _begun(environment, "--no-serve", "--port", str(port))
    try:
        assert demo.stdout is not None
        assert demo.stderr is not None
        said = next(line for line in demo.stderr if "international" in line)
        demo.send_signal(signal.SIGINT)
        said += demo.communicate(timeout=180)[1]
        assert "The next run goes on from here." in said
        assert demo.returncode == exits.INTERRUPTED
    finally:
        demo.kill()
        demo.wait()


def _begun(environment: Environment, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "article6", "demo", *words],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=_hears_ctrl_c,
    )  # fmt: skip


def _serve(environment: Environment, port: int) -> None:
    """Every registry answers on its pages; Ctrl-C ends everything."""
    demo = _begun(environment, "--port", str(port))
    try:
        assert json.loads(fetched(f"http://127.0.0.1:{port}/api/v1/registry"))["code"] == "CDM"
        end, urls = time.monotonic() + PATIENCE_S, list[str]()
        while len(urls) < 7 and time.monotonic() < end:
            assert demo.stdout is not None
            line = demo.stdout.readline()
            urls += [word for word in line.split() if word.startswith("http") and word.endswith("/")]
        titles = ("International", "Article 6.4", "Joint crediting", "Thailand", "Ghana", "Switzerland")
        for url, title in zip(urls[1:], titles, strict=True):
            for page in ("", "accounts", "transactions", "projects", "batches/1"):
                assert title.encode() in fetched(url + page)
        served = children(demo.pid)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(180) == exits.OK
        assert len(served) == 7
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
