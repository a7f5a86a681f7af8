"""The network of the demonstration: its registries run as programs of their own, and play their story once."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from article6.cli import demo_part as parts
from article6.cli import exits, output
from article6.cli.children import Children
from article6.services import demo
from article6.services.exchange import overview
from article6.services.network_demo import story
from article6.services.network_demo.places import CODES
from article6.services.network_demo.stage import ActRefused, Network, Unsettled
from article6.services.network_demo.story import CdmReports

CONTENT = 1
"""Which story this is; an earlier one is completed."""

PATIENCE_S = 180.0
"""How long registries may take to bring one thing about between them."""

LOOK_S = 0.1


class Actors:
    """A program for each registry, which does there what it is asked to."""

    def __init__(self, children: Children) -> None:
        self._children = children
        self._running = {part: children.start(part, "demo-actor", part) for part in CODES}

    def __call__(self, part: str, act: str, given: Mapping[str, Any]) -> Any:
        """As `stage.Ask`."""
        self._say(part, act, given)
        return self._heard(part)

    def all(self, act: str) -> dict[str, Any]:
        """What each registry answers; they act at the same time."""
        for part in self._running:
            self._say(part, act, {})
        return {part: self._heard(part) for part in self._running}

    def _say(self, part: str, act: str, given: Mapping[str, Any]) -> None:
        stream = self._running[part].stdin
        # Whoever ended is missed when the answer is read.
        with contextlib.suppress(BrokenPipeError):
            if stream is not None:
                stream.write(json.dumps({"act": act, "given": given}) + "\n")
                stream.flush()

    def _heard(self, part: str) -> Any:
        stream = self._running[part].stdout
        line = stream.readline() if stream is not None else ""
        if not line:
            output.tell(_("The registry %(name)s stopped; see what it said above.") % {"name": part})
            raise click.exceptions.Exit(exits.UNAVAILABLE)
        answer = json.loads(line)
        if "refused" in answer:
            raise ActRefused(tuple(answer["refused"]))
        return answer["answer"]

    def end(self) -> None:
        """Let each write down how far it is, and end."""
        self._children.dismiss(*self._running.values())


def remembered(urls: Mapping[str, str] | None) -> dict[str, Any] | None:
    """What was told last time, where nothing has happened in any registry since and, unless `urls` is None, each stands
    where the others know it to be."""
    try:
        known = json.loads(_kept().read_text(encoding="utf-8"))
        told: dict[str, Any] = known["told"]
        is_same = known["content"] == CONTENT and known["last_events"] == _last_events()
        is_there = urls is None or known["urls"] == urls
    except (OSError, ValueError, KeyError):
        return None
    return told if is_same and is_there else None


def play(children: Children, urls: Mapping[str, str], say: Callable[[str], None]) -> dict[str, Any]:
    """Play the story with registries that answer at `urls`; what was played, refused, and how each stands after. `say`
    hears each step at once.

    Raises:
        click.exceptions.Exit: it could not be played to its end; the next run goes on there.
    """
    say("")
    say(_("The network:"))
    actors = Actors(children)
    folder = str(parts.kept_folder() / "certificates")
    net = Network(actors, urls, folder, lambda is_so: _patiently(children, is_so), lambda *told: say(_line(*told)))
    try:
        story.play(net, _reports())
        told: dict[str, Any] = {
            "played": net.played,
            "refused": net.refused,
            "certificates": net.certificates,
            "audits": actors.all("audit"),
            "status": actors.all("status"),
        }
    except ActRefused as no:
        output.tell(_("A registry refused what it should do: %(codes)s") % {"codes": str(no)})
        raise click.exceptions.Exit(exits.REFUSED) from no
    except Unsettled as late:
        output.tell(_("Registries did not come to an end with %(what)s; run it again.") % {"what": str(late)})
        raise click.exceptions.Exit(exits.UNAVAILABLE) from late
    actors.end()
    if all(each["ok"] for each in told["audits"].values()):
        known = {"content": CONTENT, "urls": dict(urls), "last_events": _last_events(), "told": told}
        _kept().write_text(json.dumps(known), encoding="utf-8")
    return told


def _kept() -> Path:
    return parts.kept_folder() / "network.json"


def _last_events() -> dict[str, int]:
    return {part: parts.noted_last_event(part) for part in CODES}


def _reports() -> CdmReports:
    files = demo.cdm_files(settings.ARTICLE6_DATA)
    if files is None:
        return CdmReports()
    return CdmReports(str(files.issuances), str(files.projects or ""))


def _patiently(children: Children, is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > end or children.first_ended() is not None:
            return False
        time.sleep(LOOK_S)
    return True


def _line(sentence: str, is_played: bool) -> str:
    return (_("  played   %(what)s") if is_played else _("  refused  %(what)s")) % {"what": sentence}


# --- Told


def print_story(told: Mapping[str, Any]) -> None:
    """What was played in an earlier run."""
    output.say("")
    output.say(_("The network, as it was played before:"))
    for sentence in told["played"]:
        output.say(_line(sentence, True))
    for sentence in told["refused"]:
        output.say(_line(sentence, False))


def print_standing(told: Mapping[str, Any]) -> None:
    """How each registry stands with its peers, and what its audit found."""
    further = [name for name in overview.PEER_LINES if any(_peers(told, name))]
    output.say("")
    output.print_table(
        [_("Registry"), _("Peer"), _("Status"), _("To send"), _("To handle"), _("Last receipt"), _("Alerts"),
         *(name.replace("_", " ").capitalize() for name in further)],
        [
            (status["code"], peer["code"], peer["status"], peer["to_send"], peer["to_handle"],
             str(peer["last_receipt"] or "")[:19], peer["alerts"], *(peer.get(name) or "" for name in further))
            for status in told["status"].values() for peer in status["peers"]
        ],
    )  # fmt: skip
    if told["certificates"]:
        folder = parts.kept_folder() / "certificates"
        output.say(
            _("Certificates in %(folder)s: %(names)s") % {"folder": folder, "names": "  ".join(told["certificates"])}
        )
    for part, each in told["audits"].items():
        for finding in each["findings"]:
            output.say(f"{CODES[part]}: {finding}")
    checks = sum(each["checks"] for each in told["audits"].values())
    breaches = sum(len(each["findings"]) for each in told["audits"].values())
    output.say(
        _("Audits after the trade: %(checks)s checks in %(count)s registries, %(breaches)s breaches")
        % {"checks": checks, "count": len(told["audits"]), "breaches": breaches}
    )


def _peers(told: Mapping[str, Any], name: str) -> list[Any]:
    return [peer.get(name) for status in told["status"].values() for peer in status["peers"]]


def is_clean(told: Mapping[str, Any]) -> bool:
    """Whether every registry's audit after the story is clean."""
    return all(each["ok"] for each in told["audits"].values())
