"""The run as a table for people, JSON for programs, and Markdown for the manual."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, Results
from benchmarks.scale import Scale

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def machine() -> dict[str, str]:
    """The machine in general terms; it is not named."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def circumstances(scale: Scale, settings: Mapping[str, str], load: float) -> dict[str, object]:
    """When, on what and how it was measured; `load` is the machine's load average before the run."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "postgresql": dict(settings),
        "scale": scale.name,
        "seconds": scale.seconds,
        "rounds": scale.rounds,
        "load_before": round(load, 1),
    }


def as_json(results: Results, about: Mapping[str, object]) -> str:
    """Every figure under its name; what else there is to say under `_run`."""
    figures: dict[str, object] = {each.name: each.as_json() for each in results.figures}
    run = {
        **about,
        "where_the_time_goes": results.time,
        "left_out": results.left_out,
        "remarks": results.remarks,
    }
    return json.dumps({**figures, "_run": run}, indent=2, ensure_ascii=False)


def _cells(figure: Figure) -> list[str]:
    return [
        figure.name,
        f"{_number(figure.value)} {figure.unit}" + (f" ({figure.note})" if figure.note else ""),
        "" if figure.yardstick is None else _number(figure.yardstick),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        figure.target,
        "yes" if figure.is_met else "no",
    ]


HEADINGS = ("figure", "value", "yardstick", "ratio", "target", "met")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"


def show(results: Results, about: Mapping[str, object]) -> None:
    """The table, on standard output."""
    console = Console(highlight=False)
    table = Table(title=_title(about))
    for position, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if position in (2, 3) else "left")
    for each in results.figures:
        table.add_row(*_cells(each))
    console.print(table)
    for line in _prose(results):
        console.print(line, markup=False)


def _title(about: Mapping[str, object]) -> str:
    on, server = about["machine"], about["postgresql"]
    if not isinstance(on, dict) or not isinstance(server, dict):
        raise TypeError("machine and postgresql are mappings")
    return (
        f"{about['date']}, {on['cores']} cores, {on['memory']}, {on['system']}, Python {on['python']}, "
        f"PostgreSQL {server['server_version']}, fsync {server['fsync']}, "
        f"synchronous_commit {server['synchronous_commit']}; {about['rounds']} rounds of {about['seconds']:g} s"
    )


def _prose(results: Results) -> list[str]:
    lines: list[str] = []
    for each in results.figures:
        for name, value in each.parts.items():
            lines.append(f"{each.name}: {name}: {_number(value)}")
    for name, parts in results.time.items():
        lines += ["", f"Where the time of {name} goes:", *(f"  {title}: {told}" for title, told in parts.items())]
    if results.left_out:
        lines += ["", *(f"Left out: {name}, because {why}" for name, why in results.left_out.items())]
    return [*lines, "", *results.remarks]


def markdown(results: Results, about: Mapping[str, object]) -> str:
    """The same for the manual."""
    lines = [f"{_title(about)}.", "", f"| {' | '.join(HEADINGS)} |", "|---|---|---:|---:|---|---|"]
    lines += [f"| {' | '.join([f'`{name}`', *rest])} |" for name, *rest in map(_cells, results.figures)]
    lines += ["", "```text", *_prose(results), "```"]
    return "\n".join(lines)


def write(path: Path, results: Results, about: Mapping[str, object]) -> None:
    """Into a file: JSON by its ending; else Markdown, in place of what stands between the marks if it has them."""
    if path.suffix == ".json":
        path.write_text(as_json(results, about) + "\n", encoding="utf-8")
        return
    text = f"{BEGIN}\n{markdown(results, about)}\n{END}"
    there = path.read_text(encoding="utf-8") if path.exists() else ""
    if BEGIN in there and END in there:
        text = there.partition(BEGIN)[0] + text + there.partition(END)[2]
    path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
