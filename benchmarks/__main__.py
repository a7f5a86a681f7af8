"""`python -m benchmarks [--quick] [--json] [--only name,...] [--out FILE]`; run in a checkout."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console

from benchmarks import report, server
from benchmarks.figures import TARGETS, Absent, Figure, Results
from benchmarks.scale import FULL, QUICK, Scale
from benchmarks.server import MeasuringFailure

INTERRUPTED = 128 + signal.SIGINT


def main() -> int:
    """Measure and report; 1 when the audit of what was measured fails."""
    given = _arguments()
    scale = _scale(given)
    wanted = [name for name in TARGETS if given.only is None or name in given.only]
    signal.signal(signal.SIGTERM, _stop)
    progress = Console(stderr=True, highlight=False)
    begun = time.monotonic()

    def say(text: str) -> None:
        progress.print(f"[dim]{time.monotonic() - begun:5.0f} s[/dim]  {text}")

    load = os.getloadavg()[0]
    results = Results()
    try:
        with server.running() as running:
            about = report.circumstances(scale, running.settings(), load)
            measure(running, scale, wanted, results, say)
    except KeyboardInterrupt:
        return INTERRUPTED
    except MeasuringFailure as failure:
        print(f"benchmarks: {failure}", file=sys.stderr)
        return 1
    results.remarks.append(f"Measured in {time.monotonic() - begun:.0f} s.")
    if given.out is not None:
        report.write(given.out, results, about)
    if given.json:
        print(report.as_json(results, about))
    else:
        report.show(results, about)
    return 0


def measure(
    running: server.Server, scale: Scale, wanted: list[str], results: Results, say: Callable[[str], None]
) -> None:
    """Take the figures one by one; one that cannot be had is left out, with the reason."""
    from benchmarks import contenders, network, requests, sizes

    contestants: Mapping[str, Callable[[contenders.Bench], Figure]] = {
        "ledger_call": contenders.ledger_call,
        "service": contenders.service,
        "http": requests.http,
        "batch_1000": contenders.batch_1000,
        "hot_account": contenders.hot_account,
        # What changes the large ledger comes after what only reads it.
        "lookup": contenders.lookup,
        "growth": contenders.growth,
        "replay": sizes.replay,
        "dashboard": sizes.dashboard,
        "pages": sizes.pages,
        "memory": sizes.memory,
        "aef": sizes.aef,
        "aef_csv": sizes.aef_csv,
        "aef_xlsx": sizes.aef_xlsx,
        "network": network.network,
        "checks": sizes.checks,
    }
    bench = contenders.Bench(running, scale, results, say)
    found: dict[str, Figure] = {}
    try:
        for name, contender in contestants.items():
            if name not in wanted:
                results.left_out[name] = "--only did not name it"
                continue
            say(f"measuring: {name}")
            try:
                found[name] = contender(bench)
            except Absent as reason:
                results.left_out[name] = str(reason)
        bench.check_books()
    finally:
        bench.dismiss()
    results.figures += [found[name] for name in TARGETS if name in found]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Performance beside its yardsticks.")
    parser.add_argument("--quick", action="store_true", help="done within a minute, at smaller sizes")
    parser.add_argument("--json", action="store_true", help="JSON on standard output instead of the table")
    parser.add_argument("--only", type=_names, help="names of figures, with commas between", metavar="NAMES")
    parser.add_argument("--out", type=Path, help="write to a file too: JSON, or Markdown for other endings")
    parser.add_argument("--seconds", type=float, help="length of one measurement")
    parser.add_argument("--rounds", type=int, help="how often yardstick and contender take turns")
    parser.add_argument("--blocks", type=int, help="blocks of the large ledger, a multiple of 1,000")
    parser.add_argument("--rows", type=int, help="actions in the yearly report, a multiple of 1,000")
    parser.add_argument("--actions", type=int, help="actions in the Article 6 database that is checked")
    parser.add_argument("--messages", type=int, help="messages of the backlog between two registries")
    parser.add_argument("--transfers", type=int, help="transfers between two registries that are settled in one round")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in TARGETS]:
        raise argparse.ArgumentTypeError(f"no figure is called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    return names


def _scale(given: argparse.Namespace) -> Scale:
    scale = QUICK if given.quick else FULL
    if given.seconds is not None:
        scale = replace(scale, seconds=given.seconds)
    if given.rounds is not None:
        scale = replace(scale, rounds=given.rounds)
    if given.actions is not None:
        scale = replace(scale, action_rows=given.actions)
    if given.rows is not None:
        scale = replace(scale, aef_rows=given.rows)
    if given.messages is not None:
        scale = replace(scale, messages=given.messages)
    if given.transfers is not None:
        scale = replace(scale, transfers=given.transfers)
    if given.blocks is not None:
        scale = replace(scale, blocks_many=given.blocks)
    return scale


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
