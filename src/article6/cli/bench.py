"""The benchmarks, which live beside the program in a checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.command import examples, json_option

CHECKOUT = Path(__file__).resolve().parents[3]


@click.command(epilog=examples("article6 bench --quick", "article6 bench --json > figures.json"))
@click.option("--quick", is_flag=True, help="Done within a minute; figures are rougher.")
@json_option
@click.pass_context
def bench(context: click.Context, quick: bool, as_json: bool) -> None:
    """Measure performance, every figure beside its yardstick on the same server."""
    if not (CHECKOUT / "benchmarks" / "__main__.py").is_file():
        output.tell(_("The benchmarks are part of the checkout, not of the installed program: run `make bench` there."))
        context.exit(exits.UNAVAILABLE)
    options = [*(["--quick"] if quick else []), *(["--json"] if as_json else [])]
    measured = subprocess.run([sys.executable, "-m", "benchmarks", *options], cwd=CHECKOUT, check=False)
    context.exit(measured.returncode)
