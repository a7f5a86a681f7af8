"""Training: a registry for practice, in a folder and on a server of its own, with exercises for each role."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.children import Children
from article6.cli.command import examples, json_option, now
from article6.cli.registry import bring_up_to_date
from article6.cli.serving import is_free
from article6.domain.training import CAST, PASSWORD_IS
from article6.gateways import practice_folder
from article6.gateways.postgres import EmbeddedServer
from article6.reporting.aef_csv import neutral

HOST = "127.0.0.1"
FIRST_PORT = 8690
REGISTRY = "training"
LOOK_S = 0.5
READY_S = 60.0
FRESH_DAYS = 20
"""What waits in the registry as it begins expires after thirty days; an older beginning is made anew."""

LEFT_OUT = (
    "DATABASE_URL", "ARTICLE6_OWNER_URL", "ARTICLE6_SECRET_KEY", "ARTICLE6_EXCHANGE_SECRET", "ARTICLE6_ADDRESS",
    "ARTICLE6_ALLOWED_HOSTS", "ARTICLE6_REGISTRY",
)  # fmt: skip
"""Of a real registry's environment, what the one for practice must not have."""


@click.command(
    epilog=examples("article6 train", "article6 train --reset", "article6 train --export csv > training.csv")
)
@click.option("--port", type=click.IntRange(1, 65000), default=FIRST_PORT, show_default=True, help="First port tried.")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Default: `training` in ARTICLE6_HOME."
)
@click.option("--reset", is_flag=True, help="Put the registry back to its beginning first; progress is kept.")
@click.option("--fresh", is_flag=True, help="Begin anew: registry, progress and feedback are deleted first.")
@click.option("--export", "export_as", type=click.Choice(["csv", "json"]), help="Write progress and feedback, and end.")
@click.option("--no-serve", is_flag=True, help="End when the registry is ready.")
@json_option
@click.pass_context
def train(
    context: click.Context, port: int, folder: Path | None, reset: bool, fresh: bool, export_as: str | None,
    no_serve: bool, as_json: bool,
) -> None:  # fmt: skip
    """Start a registry for practice on this machine, with scripted exercises for each role.

    It has a folder, a database server and passwords of its own, answers to this machine alone, and every page says that
    nothing in it counts. The exercises stand under /training; the registry's own records tell when one is done.
    """
    _enter(folder or settings.ARTICLE6_HOME / "training")
    # Held here, the database server goes on while one child follows another.
    with EmbeddedServer(home()), practice_folder.alone_in(home()) as is_alone, Children() as children:
        if not is_alone and export_as is None:
            output.tell(_("A training runs in %(folder)s already; stop it first.") % {"folder": home()})
            context.exit(exits.UNAVAILABLE)
        if is_alone:
            words = [*(["--fresh"] if fresh else []), *(["--reset"] if reset else [])]
            told = _part(children, "prepare", *words)
        if export_as:
            click.echo(_part(children, "export", "--form", export_as), nl=False)
        elif no_serve:
            _tell(told, "", as_json=as_json)
        else:
            with contextlib.suppress(KeyboardInterrupt):
                _serve(context, children, port, told, as_json=as_json)
            output.tell(_("Stopped. The next run goes on from here."))


def _enter(folder: Path) -> None:
    """From here on this process and its children know the folder of the training and nothing of a real registry."""
    for name in LEFT_OUT:
        os.environ.pop(name, None)
    os.environ["ARTICLE6_HOME"] = str(folder.expanduser().absolute())


def _part(children: Children, *words: str) -> str:
    code, printed = children.finish(REGISTRY, "train-part", *words)
    if code != exits.OK:
        raise click.exceptions.Exit(code)
    return printed


def _serve(context: click.Context, children: Children, port: int, told: str, *, as_json: bool) -> None:
    free = next(each for each in range(port, 65536) if is_free(HOST, each))
    url = f"http://{HOST}:{free}/"
    served = _start(children, free)
    _tell(told, url, as_json=as_json)
    while True:
        time.sleep(LOOK_S)
        if children.first_ended() is not None:
            output.tell(_("The registry stopped serving; see what it said above."))
            context.exit(exits.UNAVAILABLE)
        if practice_folder.is_reset_asked(home()):
            output.tell(_("Putting the registry back to its beginning ..."))
            began = time.monotonic()
            children.dismiss(served)
            _part(children, "prepare", "--reset")
            served = _start(children, free)
            output.tell(_("Done in %(seconds)s seconds.") % {"seconds": round(time.monotonic() - began)})


def home() -> Path:
    """The folder of the training."""
    return Path(os.environ["ARTICLE6_HOME"])


def _start(children: Children, port: int) -> Any:
    child = children.start(
        REGISTRY, "serve", "--host", HOST, "--port", str(port), "--workers", "1", "--quiet", "--until-stdin-closes"
    )
    end = time.monotonic() + READY_S
    while is_free(HOST, port) and child.poll() is None and time.monotonic() < end:
        time.sleep(0.1)
    return child


def _tell(told: str, url: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json({**json.loads(told), "url": url})
        sys.stdout.flush()
        return
    output.say(_("The registry for practice is ready, run %(run)s.") % {"run": json.loads(told)["run"]})
    if url:
        output.say(_("Open %(url)straining in a browser. Ctrl-C stops.") % {"url": url})
    output.say(_("Everybody's password: %(password)s") % {"password": PASSWORD_IS})
    output.print_table([_("Login"), _("Who this is")], [(each.login, _(each.job)) for each in CAST])


# --- Within the training's own folder


@click.group("train-part", hidden=True, epilog=examples("article6 --registry training train-part prepare --json"))
def train_part() -> None:
    """What `train` does within the folder of the training."""


@train_part.command(hidden=True, epilog=examples("article6 --registry training train-part prepare"))
@click.option("--fresh", is_flag=True, help="Delete the registry first.")
@click.option("--reset", is_flag=True, help="Put it back to its beginning.")
@json_option
def prepare(fresh: bool, reset: bool, as_json: bool) -> None:
    """Found the registry unless it is there, or put it back; tells which run goes on."""
    from article6.services.training import practice

    del as_json  # it is never anything else
    if fresh:
        practice.forget()
    bring_up_to_date()
    run = practice.prepare(now=now(), is_reset=reset, fresh_days=FRESH_DAYS, migrate=bring_up_to_date)
    practice_folder.forget_reset(home())
    output.print_json({"run": run})


@train_part.command(hidden=True, epilog=examples("article6 --registry training train-part export --form csv"))
@click.option("--form", type=click.Choice(["csv", "json"]), default="csv", help="Which form.")
@json_option
def export(form: str, as_json: bool) -> None:
    """Progress and feedback of every run."""
    from article6.services.training import progress

    del as_json
    found = progress.everybody(by=None)
    if form == "json":
        output.print_json(found)
        return
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["what", "run", "login", "exercise", "at", "rating", "said"])
    for each in found["progress"]:
        writer.writerow(["done", each["run"], each["login"], each["exercise"], each["done_at"].isoformat(), "", ""])
    for each in found["feedback"]:
        said = [neutral(each[name]) for name in ("login", "exercise")]
        writer.writerow(["said", each["run"], *said, each["at"].isoformat(), each["rating"], neutral(each["said"])])
    click.echo(text.getvalue(), nl=False)
