"""Other registries: connect with them, see how it stands, read what was said."""

from __future__ import annotations

import json
import textwrap
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.command import (
    acting,
    acting_option,
    after_option,
    examples,
    json_option,
    key_option,
    limit_option,
    now,
)
from article6.cli.pages import print_page
from article6.services.exchange import initial_tests, overview, own_keys, peers
from article6.services.exchange.standing import CONNECT, KNOW, SERVICES

STATUS_COLUMNS = 80
"""Columns of a value in `network status`, so that a line of it has at most a hundred."""

code_argument = click.argument("code", metavar="REGISTRY")
reason_option = click.option("--reason", required=True, help="Why; the other registry is told.")


@click.group(
    epilog=examples(
        "article6 network keys",
        "article6 network offer CHE01 https://registry.example.ch/ --service transfer_itmo --as ama",
        "article6 network agree CHE01 --kid Hh2V... --as bo",
        "article6 network status",
    )
)
def network() -> None:
    """Other registries: keys, connections, messages, alerts."""


@network.command("status", epilog=examples("article6 network status", "article6 network status --json"))
@json_option
def status(as_json: bool) -> None:
    """Peers, what waits for them, the last receipt, and what needs a person."""
    found = overview.status()
    if as_json:
        output.print_json(found)
        return
    output.print_fields([(_("Registry"), found["code"]), *((name, found[name]) for name in overview.OWN_LINES)])
    output.say("")
    headings = {
        "code": _("Peer"), "status": _("Status"), "to_send": _("To send"), "oldest": _("Oldest"),
        "to_handle": _("To handle"), "last_receipt": _("Last receipt"), "alerts": _("Alerts"),
    }  # fmt: skip
    output.print_table(list(headings.values()), [[each[name] for name in headings] for each in found["peers"]])
    for each in found["peers"]:
        output.say("")
        services = textwrap.fill(", ".join(each["services"]), STATUS_COLUMNS)
        output.print_fields(
            [
                (_("Peer"), each["code"]), (_("Services"), services), (_("Tried again"), each["retry_at"]),
                *((name.replace("_", " ").capitalize(), each[name]) for name in overview.PEER_LINES),
            ]
        )  # fmt: skip


@network.command("show", epilog=examples("article6 network show CHE01"))
@code_argument
@json_option
def show(code: str, as_json: bool) -> None:
    """One peer: its keys, the open offer, and what was done about it."""
    found = peers.shown(code)
    if as_json:
        output.print_json(found)
        return
    acts, keys = found.pop("acts"), found.pop("keys")
    output.print_fields(found.items())
    output.say("")
    output.print_table([_("Key"), _("Since"), _("Until")], [[each[name] for name in ("kid", "since", "until")]
                                                             for each in keys])  # fmt: skip
    output.say("")
    output.print_table([_("When"), _("Act"), _("Person"), _("Message")],
                       [[each[name] for name in ("at", "act", "person", "message_id")] for each in acts])  # fmt: skip


@network.command(
    "keys", epilog=examples("article6 network keys", "article6 network keys --rotate", "article6 network keys --jwks")
)
@click.option("--rotate", is_flag=True, help="Make the next key and announce it to every peer.")
@click.option("--lead-hours", type=click.IntRange(0, 24 * 365), default=24, show_default=True,
              help="So many hours before it signs.")  # fmt: skip
@click.option("--jwks", is_flag=True, help="Print the public keys as they are published.")
@acting_option
@json_option
def keys(rotate: bool, lead_hours: int, jwks: bool, login: str | None, as_json: bool) -> None:
    """The keys that this registry signs with; the first is made when there is none."""
    if jwks:
        output.print_json(own_keys.published())
        return
    if rotate:
        peers.rotate(by=acting(login), now=now(), lead=timedelta(hours=lead_hours))
    elif not own_keys.listed():
        own_keys.make(by=acting(login), now=now())
    found = own_keys.listed()
    if as_json:
        output.print_json(found)
    else:
        output.print_table([_("Key"), _("Since"), _("Until")], [list(each.values()) for each in found])


@network.command(
    "offer",
    epilog=examples(
        "article6 network offer CHE01 https://registry.example.ch/ --service transfer_itmo --service reconciliation",
        "article6 network offer GHA01 --only-know --jwks-file gha01.json",
    ),
)
@code_argument
@click.argument("url", default="")
@click.option("--service", "services", multiple=True, type=click.Choice(list(SERVICES)), help="Repeatable.")
@click.option("--only-know", is_flag=True, help="Pin its keys, to check where units came from; no messages.")
@click.option("--jwks-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Its public keys, where it is not to be asked for them.")  # fmt: skip
@click.option("--take-late", is_flag=True,
              help="Take messages again, for seven days, whose key ended more than 30 days ago.")  # fmt: skip
@acting_option
@json_option
def offer(
    code: str, url: str, services: tuple[str, ...], only_know: bool, jwks_file: Path | None, take_late: bool,
    login: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Propose to connect with a registry; a second administrator agrees."""
    if not url and (jwks_file is None or not only_know):
        raise click.UsageError(_("give the registry's address, or --only-know with --jwks-file"))
    jwks = _read(jwks_file) if jwks_file else None
    made = peers.offer(
        code, url, services, by=acting(login), now=now(), purpose=KNOW if only_know else CONNECT, jwks=jwks,
        takes_late=take_late,
    )  # fmt: skip
    if as_json:
        output.print_json(made)
        return
    output.say(_("Offered to %(code)s. Its keys; compare them with its administrator by another way:") % {"code": code})
    for kid in made.kids:
        output.say(f"  {kid}")
    output.say(_("A second administrator agrees: article6 network agree %(code)s --as LOGIN") % {"code": code})


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    return found if isinstance(found, dict) else {}


@network.command("agree", epilog=examples("article6 network agree CHE01 --kid Hh2V... --as bo"))
@code_argument
@click.option("--kid", "kids", multiple=True, help="The key as its administrator told it; all, when given.")
@acting_option
@json_option
def agree(code: str, kids: tuple[str, ...], login: str | None, as_json: bool) -> None:
    """Agree to what another administrator offered: the keys are pinned."""
    _stands(code, peers.agree(code, by=acting(login), now=now(), kids=kids), as_json)


@network.command("decline", epilog=examples("article6 network decline CHE01 --as bo"))
@code_argument
@acting_option
@json_option
def decline(code: str, login: str | None, as_json: bool) -> None:
    """Turn the open offer down, or withdraw it."""
    _stands(code, peers.decline(code, by=acting(login), now=now()), as_json)


@network.command("suspend", epilog=examples("article6 network suspend CHE01 --reason 'keys in doubt'"))
@code_argument
@reason_option
@acting_option
@json_option
def suspend(code: str, reason: str, login: str | None, as_json: bool) -> None:
    """Begin nothing new with a registry, at once."""
    _stands(code, peers.suspend(code, reason, by=acting(login), now=now()), as_json)


@network.command("resume", epilog=examples("article6 network resume CHE01 --reason 'keys compared' --as bo"))
@code_argument
@reason_option
@acting_option
@json_option
def resume(code: str, reason: str, login: str | None, as_json: bool) -> None:
    """Take part again, as another person than who suspended."""
    _stands(code, peers.resume(code, reason, by=acting(login), now=now()), as_json)


@network.command("end", epilog=examples("article6 network end CHE01 --reason 'replaced' --as bo"))
@code_argument
@reason_option
@acting_option
@json_option
def end(code: str, reason: str, login: str | None, as_json: bool) -> None:
    """End a suspended connection, as another person than who suspended it."""
    _stands(code, peers.end(code, reason, by=acting(login), now=now()), as_json)


def _stands(code: str, status: str, as_json: bool) -> None:
    if as_json:
        output.print_json({"code": code, "status": status})
    else:
        output.say(_("%(code)s: %(status)s.") % {"code": code, "status": status})


@network.command("test", epilog=examples("article6 network test CHE01"))
@code_argument
@acting_option
@key_option
@json_option
def test(code: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Try a connection: version, services, keys, round trip, signature, clock. Exit code 1 where one fails."""
    found = initial_tests.run(code, by=acting(login), key=key)
    if as_json:
        output.print_json(found)
    else:
        output.print_table(
            [_("Test"), _("Passed"), _("Seen")], [[each.test, each.passed, each.detail] for each in found]
        )
    if not all(each.passed for each in found):
        raise click.exceptions.Exit(exits.REFUSED)


@network.command(
    "messages", epilog=examples("article6 network messages --peer CHE01", "article6 network messages --in --json")
)
@click.option("--peer", help="Only with this registry.")
@click.option("--in", "is_in", is_flag=True, help="What came; default: what went out.")
@after_option
@limit_option
@json_option
def messages(peer: str | None, is_in: bool, after: str | None, limit: int, as_json: bool) -> None:
    """Messages with their numbers and receipts, newest first; as JSON with their signatures."""
    headings = {
        "peer": _("Peer"), "sequence": _("Number"), "type": _("Type"), "at": _("When"), "is_done": _("Done"),
        "objections": _("Objections"),
    }  # fmt: skip
    print_page(overview.kept_messages(peer, "in" if is_in else "out", after, limit), headings, as_json=as_json)


@network.command("evidence", epilog=examples("article6 network evidence --json"))
@click.option("--peer", help="Only what said it was from this registry.")
@after_option
@limit_option
@json_option
def evidence(peer: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """What was turned away at the door, newest first."""
    headings = {
        "id": _("Id"), "peer": _("Said to be"), "at": _("When"), "size_bytes": _("Bytes"), "sha256": "SHA-256",
        "objections": _("Objections"),
    }  # fmt: skip
    print_page(overview.evidence(peer, after, limit), headings, as_json=as_json)


@network.command("alerts", epilog=examples("article6 network alerts", "article6 network alerts --seen 7 --as ama"))
@click.option("--all", "is_all", is_flag=True, help="Those that somebody took note of, too.")
@click.option("--seen", type=click.IntRange(1), help="Take note of this one.")
@after_option
@limit_option
@acting_option
@key_option
@json_option
def alerts(
    is_all: bool, seen: int | None, after: str | None, limit: int, login: str | None, key: str | None, as_json: bool
) -> None:  # fmt: skip
    """What needs a person, newest first."""
    if seen is not None:
        overview.take_note(seen, by=acting(login), now=now(), key=key)
    found = overview.alerts(after, limit, is_open=not is_all)
    for each in found.items:
        each["text"] = _(each["text"]) if each["text"] else ""
    headings = {
        "id": _("Id"), "peer": _("Peer"), "at": _("When"), "text": _("What"), "subject": _("Of"),
        "seen_by": _("Seen by"),
    }  # fmt: skip
    print_page(found, headings, as_json=as_json)
