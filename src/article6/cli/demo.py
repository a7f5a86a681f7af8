"""The demonstration: registries, their reports, audits and trade, their pages; the main job of `make run`."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from article6.cli import demo_network as network
from article6.cli import demo_part as parts
from article6.cli import exits, output
from article6.cli.children import Children
from article6.cli.command import examples, json_option
from article6.cli.serving import is_free
from article6.reporting.checks.results import Result
from article6.services.network_demo.places import CODES
from article6.services.titles import party_name

HOST = "127.0.0.1"
FIRST_PORT = 8601
READY_S = 60.0
"""How long a registry may take until its pages answer."""

REGISTRIES = parts.REGISTRIES
demo_part = parts.demo_part


@dataclass(frozen=True, slots=True)
class Served:
    """A registry of the demonstration that answers."""

    registry: str
    url: str


@click.command(epilog=examples("article6 demo", "article6 demo --no-serve --json", "article6 demo --fresh"))
@click.option("--fresh", is_flag=True, help="Begin anew: the demonstration's registries and reports are deleted first.")
@click.option("--no-serve", is_flag=True, help="End when everything is built and checked.")
@click.option(
    "--port",
    type=click.IntRange(1, 65000),
    default=FIRST_PORT,
    show_default=True,
    help="First port; the next free are taken.",
)
@json_option
@click.pass_context
def demo(context: click.Context, fresh: bool, no_serve: bool, port: int, as_json: bool) -> None:
    """Real data in, workbooks and pages out: the CDM's whole history, the first Article 6.2 transfers, scenarios.

    Builds seven registries in ARTICLE6_HOME, writes AEF workbooks, audits and serves them on this machine, and lets six
    of them trade. What is done already is not repeated; an interrupted run goes on where it was.
    """
    if settings.ARTICLE6_REGISTRY != "main":
        raise click.UsageError(_("The demonstration has registries of its own; leave --registry out."))
    if fresh:
        _forget()
    with Children() as children:
        try:
            built = [_build(children, registry) for registry in REGISTRIES]
            if not as_json:
                _print_built(built)
            if not all(each["audit"]["ok"] for each in built):
                context.exit(exits.REFUSED)
            told, served = _networked(children, port, no_serve=no_serve, as_json=as_json)
        except KeyboardInterrupt:
            output.tell(_("Stopped. The next run goes on from here."))
            raise
        if as_json:
            output.print_json({**{each["registry"]: each for each in built}, "network": told})
        else:
            network.print_standing(told)
        if not network.is_clean(told):
            context.exit(exits.REFUSED)
        if not no_serve:
            with contextlib.suppress(KeyboardInterrupt):
                _watch(children, served)
            output.tell(_("Stopped."))


def _networked(children: Children, port: int, *, no_serve: bool, as_json: bool) -> tuple[dict[str, Any], list[Served]]:
    """The network's story, played where it was not, and what is served."""
    told, served, urls = network.remembered(None) if no_serve else None, [], {}
    if told is None:
        served = _serve(children, port)
        urls = {each.registry: each.url for each in served if each.registry in CODES}
        told = network.remembered(urls)
    if told is None:
        return network.play(children, urls, output.tell if as_json else output.say), served
    if not as_json:
        network.print_story(told)
    return told, served


def _build(children: Children, registry: str) -> dict[str, Any]:
    code, printed = children.finish(registry, "demo-part", registry)
    if code != exits.OK:
        output.tell(_("The registry %(name)s could not be built.") % {"name": registry})
        raise click.exceptions.Exit(code)
    built: dict[str, Any] = json.loads(printed)
    return built


def _forget() -> None:
    """Drop the demonstration's databases and what was written from them."""
    import psycopg
    from django.db import connections
    from psycopg import sql

    parameters = connections["owner"].get_connection_params()
    main = parameters["dbname"]
    with psycopg.connect(**_plain(parameters), autocommit=True) as connection:
        for registry in REGISTRIES:
            name = sql.Identifier(f"{main}_{registry}")
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    for folder in (parts.reports_folder(), parts.kept_folder()):
        shutil.rmtree(folder, ignore_errors=True)


def _plain(parameters: dict[str, Any]) -> dict[str, Any]:
    named = ("dbname", "user", "password", "host", "port", "options", "sslmode", "sslrootcert", "sslcert", "sslkey")
    return {name: parameters[name] for name in named if parameters.get(name)}


def _print_built(built: list[dict[str, Any]]) -> None:
    lines = {
        "parties": _("Parties with units"),
        "issued": _("Units issued"),
        "cancelled": _("Cancelled"),
        "retired": _("Used towards an NDC"),
        "remaining": _("Remaining"),
        "blocks": _("Blocks"),
    }
    output.say("")
    output.print_table(
        ["", *(each["registry"] for each in built)],
        [
            *((title, *(each["totals"][name] for each in built)) for name, title in lines.items()),
            (_("Checks of the audit"), *(each["audit"]["checks"] for each in built)),
            (_("Breaches found"), *(len(each["audit"]["findings"]) for each in built)),
        ],
    )
    output.say("")
    for each in built:
        for line in each["left_out"]:
            output.say(_("Left out, as the rules demand: %(line)s") % {"line": line})
        for breach in each["audit"]["findings"]:
            output.say(breach)
        if each["files"]:
            reports = sorted({name.partition(".")[0] for name in each["files"]})
            output.say(_("AEF workbooks (xlsx, csv, json) in %(folder)s:") % {"folder": parts.reports_folder()})
            output.say("  " + "  ".join(name.removeprefix("AEF-") for name in reports))
        if each["submitted"]:
            _print_submitted(each["submitted"])
    for each in built:
        for scenario in each["scenarios"]:
            _print_scenario(each["registry"], scenario)


def _print_submitted(submitted: dict[str, Any]) -> None:
    consistent, wrong = submitted["consistent"], submitted["inconsistent"]
    result = _(Result.INCONSISTENT if wrong else Result.CONSISTENT)
    output.say(
        _("Article 6 database: %(count)s AEFs submitted, %(result)s: %(names)s")
        % {"count": len(consistent) + len(wrong), "result": result, "names": ", ".join(wrong or consistent)}
    )
    values = {"name": submitted["forged"], "result": _(submitted["result"]), "finding": submitted["finding"]}
    output.say(_("A forged %(name)s, before it is submitted: %(result)s: %(finding)s") % values)


def _print_scenario(registry: str, scenario: dict[str, Any]) -> None:
    facts = _("real facts") if scenario["is_real"] else _("synthetic")
    output.say("")
    output.say(f"{registry}: {scenario['title']} ({facts})")
    for sentence in scenario["played"]:
        output.say(_("  played   %(what)s") % {"what": sentence})
    for sentence in scenario["refused"]:
        output.say(_("  refused  %(what)s") % {"what": sentence})


# --- Pages


def _serve(children: Children, port: int) -> list[Served]:
    """Every registry on a port of its own, and answering."""
    served = []
    for registry in REGISTRIES:
        free = next(each for each in range(port, 65536) if is_free(HOST, each))
        children.start(
            registry, "serve", "--host", HOST, "--port", str(free), "--workers", "1", "--quiet", "--until-stdin-closes"
        )
        served.append(Served(registry, f"http://{HOST}:{free}/"))
        port = free + 1
    for each in served:
        _wait_until_ready(children, each)
    return served


def _watch(children: Children, served: list[Served]) -> None:
    _print_served(served)
    while children.first_ended() is None:
        time.sleep(0.5)
    output.tell(_("A registry stopped serving; see what it said above."))
    raise click.exceptions.Exit(exits.UNAVAILABLE)


def _wait_until_ready(children: Children, served: Served) -> None:
    for _attempt in _until(READY_S):
        if children.first_ended() is not None:
            break
        try:
            with urllib.request.urlopen(f"{served.url}api/v1/registry", timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    output.tell(_("The registry %(name)s does not answer.") % {"name": served.registry})
    raise click.exceptions.Exit(exits.UNAVAILABLE)


def _until(seconds: float) -> Iterator[int]:
    end, attempt = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        yield attempt
        attempt += 1


def _print_served(served: list[Served]) -> None:
    cdm, international, mechanism, crediting, thailand, ghana, switzerland = (each.url for each in served)
    output.say("")
    output.say(_("Open in a browser:"))
    output.say(_("  %(url)s  the CDM registry: its whole history, every serial number") % {"url": cdm})
    output.say(_("      Try: where is unit IN 183,993,600, and how did it get there?"))
    output.say(_("  %(url)s  the international registry: the first two Article 6.2 transfers") % {"url": international})
    output.say(_("      Try: the AEF of Ghana, 2025, or the transfer from Thailand to Switzerland."))
    output.say(
        _("  %(url)s  the Article 6.4 mechanism registry: issuances with their shares, CERs") % {"url": mechanism}
    )
    output.say(_("  %(url)s  a crediting programme of two Parties: shares, buffer, labels, locks") % {"url": crediting})
    for url, party in ((thailand, "THA"), (ghana, "GHA"), (switzerland, "CHE")):
        output.say(_("  %(url)s  the registry of %(party)s") % {"url": url, "party": party_name(party)})
    program = "article6" if shutil.which("article6") else sys.argv[0]
    output.say(_("Or ask from a shell: %(program)s --registry cdm find 'IN 183,993,600'") % {"program": program})
    output.say(_("How the network stands: %(program)s --registry switzerland network status") % {"program": program})
    output.say(_("To sign in and work, with exercises: %(program)s train") % {"program": program})
    output.say(_("The interface for programs: %(url)sapi/v1/openapi.json") % {"url": cdm})
    output.say(_("Ctrl-C stops everything."))
