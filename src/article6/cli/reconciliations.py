"""Comparing books with another registry: start it, read the case, sign how it is resolved."""

from __future__ import annotations

import time
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
from article6.cli.network import code_argument, network
from article6.cli.pages import print_page
from article6.exchange.cases import STATEMENT
from article6.services.exchange import reconciling

LOOK_S = 0.5
case_argument = click.argument("case", metavar="RECONCILIATION")


@click.command(
    "reconcile",
    epilog=examples("article6 network reconcile CHE01 --as ama", "article6 network reconcile CHE01 --wait 0 --json"),
)
@code_argument
@click.option("--wait", type=click.IntRange(0, 600), default=30, show_default=True, help="Seconds to wait for the end.")
@acting_option
@key_option
@json_option
def reconcile(code: str, wait: int, login: str | None, key: str | None, as_json: bool) -> None:
    """Compare books with a registry now. Exit code 1 where they differ."""
    reconciliation_id = reconciling.start(code, by=acting(login), now=now(), key=key)
    end = time.monotonic() + wait
    while not reconciling.has_ended(reconciliation_id) and time.monotonic() < end:
        time.sleep(LOOK_S)
    found = reconciling.shown(reconciliation_id)
    _show(found, as_json)
    if found["result"] not in ("", "agreed") or found["status"] == "denied":
        raise click.exceptions.Exit(exits.REFUSED)


@click.command(
    "reconciliations",
    epilog=examples("article6 network reconciliations --open", "article6 network reconciliations --peer CHE01"),
)
@click.option("--peer", help="Only with this registry.")
@click.option("--open", "is_open", is_flag=True, help="Only cases that are in the administrators' hands.")
@after_option
@limit_option
@json_option
def reconciliations(peer: str | None, is_open: bool, after: str | None, limit: int, as_json: bool) -> None:
    """Comparisons of books, newest first."""
    headings = {
        "reconciliation_id": _("Reconciliation"), "peer": _("Peer"), "as_of": _("As of"), "reason": _("Reason"),
        "status": _("Status"), "peer_result": _("The peer found"),
    }  # fmt: skip
    print_page(reconciling.listed(after, limit, peer, is_open=is_open), headings, as_json=as_json)


@click.command("reconciliation", epilog=examples("article6 network reconciliation bK3x... --json"))
@case_argument
@json_option
def reconciliation(case: str, as_json: bool) -> None:
    """One comparison: what differs, what is blocked, what each side signed; as JSON with every signed message."""
    _show(reconciling.shown(case), as_json)


@click.command(
    "resolve",
    epilog=examples(
        "article6 network resolve bK3x... --serials GHA01-GHA:11-50 --registry CHE01 --action movement "
        "--reason 'booked to the wrong account' --as ama",
        "article6 network resolve bK3x... --as bo",
    ),
)
@case_argument
@click.option("--serials", multiple=True, help="As in GHA01-GHA:11-50. Repeatable. Default: all still open.")
@click.option("--registry", default="", help="Whose books are corrected.")
@click.option("--action", default="", help=f"What is done there; '{STATEMENT}': nothing, the books stand as they do.")
@click.option("--reason", default="", help="Why.")
@acting_option
@key_option
@json_option
def resolve(
    case: str, serials: tuple[str, ...], registry: str, action: str, reason: str, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Sign how a case is resolved; without a resolution, sign what the other registry signed."""
    given = [bool(each) for each in (registry, action, reason)]
    if any(given) != all(given) or (serials and not all(given)):
        raise click.UsageError(_("give --registry, --action and --reason together, or none of them"))
    new = reconciling.NewResolution(registry, action, reason, serials) if all(given) else None
    _show(reconciling.resolve(case, new, by=acting(login), now=now(), key=key), as_json)


JOINING = tuple((network, each) for each in (reconcile, reconciliations, reconciliation, resolve))
"""Which command joins which group."""


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.print_json(found)
        return
    names = ("reconciliation_id", "peer", "as_of", "reason", "status", "result", "peer_result", "is_agreed")
    output.print_fields([(name, found[name]) for name in names])
    if found["differences"]:
        output.say("")
        output.print_table(
            [_("Serials"), _("Type"), _("In the books of"), _("As")],
            [[f"{each['registry']}-{each['party']}:{each['first']}-{each['last']}", each["unit_type"],
              _("this registry") if each["is_ours"] else found["peer"], each["way"]]
             for each in found["differences"]],
        )  # fmt: skip
    if found["holds"]:
        output.say("")
        output.print_table(
            [_("Blocked by transaction"), _("Account"), _("Quantity"), _("Status")],
            [[f"{each['transaction_id']}", each["account"], f"{each['quantity']:,}", each["status"]]
             for each in found["holds"]],
        )  # fmt: skip
    if found["resolutions"]:
        output.say("")
        output.print_table(
            [_("Signed by"), _("For"), _("When"), _("Corrections")],
            [[each["decided_by"], _("this registry") if each["by_us"] else found["peer"], output.shown(each["at"]),
              "; ".join(f"{line['registry']}: {line['action']}" for line in each["corrections"])]
             for each in found["resolutions"]],
        )  # fmt: skip
