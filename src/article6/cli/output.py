"""What commands print: tables for people, JSON for programs, refusals for both; progress goes to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from article6.domain.refusals import Refused
from article6.services import wording

WIDTH_WITHOUT_TERMINAL = 200
"""Columns, where the output goes to a file or a program, so that nothing is cut off."""


def console() -> Console:
    """Where tables go; made anew each time, because tests and pipes exchange stdout."""
    return Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)


def say(text: str) -> None:
    """A line for people."""
    console().print(text, markup=False, soft_wrap=True)


def tell(text: str) -> None:
    """A line beside the result, on stderr."""
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """A value for programs."""
    click.echo(json.dumps(value, default=wording.plain, ensure_ascii=False, indent=2))


def print_done(done: Any, said: str, *, as_json: bool) -> None:
    """What was done to a version of something, as JSON or in a sentence with its name and version."""
    if as_json:
        print_json(done)
    else:
        say(said % {"name": done.name, "version": done.version})


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """A table; whole numbers stand to the right with thousands commas, None is empty."""
    listed = [list(each) for each in rows]
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        values = [each[place] for each in listed]
        is_number = any(_is_number(value) for value in values)
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    for each in listed:
        table.add_row(*(_cell(value) for value in each))
    console().print(table)


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """One record, a line for each field that has a value."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields:
        if value not in (None, "", [], {}):
            table.add_row(name, Text(str(value)) if _names_something(name) else _cell(value))
    console().print(table)


def _names_something(field: str) -> bool:
    # A year or a number that names a record is no quantity: its digits are not grouped.
    return field in ("id", "year") or field.endswith(("_id", "_year"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if _is_number(value):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return Text(", ".join(str(each) for each in value))
    # Text, not markup: names of accounts may hold brackets.
    return Text(shown(value))


def shown(value: Any) -> str:
    """A value as people read it: moments to the minute, in UTC."""
    if hasattr(value, "strftime") and hasattr(value, "hour"):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dict):
        return ", ".join(f"{key}={each}" for key, each in value.items())
    return str(value)


def print_refusal(no: Refused, *, as_json: bool) -> None:
    """Every reason, most important first; as JSON they are problem details on stdout."""
    if as_json:
        title = wording.titles(no.reasons)
        print_json({"type": f"urn:article6:{no.codes[0]}" if no.codes else "about:blank", "title": title,
                    "refusals": [wording.told(reason) for reason in no.reasons]})  # fmt: skip
        return
    for reason in no.reasons:
        said = wording.told(reason)
        what = ": ".join(part for part in (said["subject"], said["detail"]) if part)
        tell(_("Refused: %(code)s") % {"code": f"{said['code']} ({what})" if what else said["code"]})
        tell(f"  {said['sentence']}")


class Bars:
    """Progress bars, one for each thing that is being done; on stderr, and only where somebody looks at it."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bars.stop()

    def report(self, what: str, done: int, total: int | None = None) -> None:
        """So much of this is done, of so much where that is known."""
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what.replace("_", " "), total=total)
        self._bars.update(self._tasks[what], completed=done, total=total)
