"""One registry of the demonstration's network, asked line by line by the program that tells the story."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from article6.cli import demo_part as parts
from article6.cli.command import examples, json_option, now
from article6.domain.refusals import Refused
from article6.services import wording
from article6.services.network_demo import acts
from article6.services.network_demo.places import CODES
from article6.store.queries import events


@click.command("demo-actor", hidden=True, epilog=examples("article6 --registry ghana demo-actor ghana"))
@click.argument("part", type=click.Choice(list(CODES)))
@json_option
def demo_actor(part: str, as_json: bool) -> None:
    """Do what each line of standard input asks, and answer with a line; until standard input ends."""
    del as_json  # it is never anything else
    try:
        for line in sys.stdin:
            asked = json.loads(line)
            sys.stdout.write(json.dumps(_answer(asked), default=wording.plain) + "\n")
            sys.stdout.flush()
    finally:
        parts.note_last_event(part, events.last())


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": acts.run(asked["act"], asked["given"], now())}
    except Refused as no:
        return {"refused": [str(code) for code in no.codes]}
