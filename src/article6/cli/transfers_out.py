"""Transfers to other registries: propose, approve, reject, withdraw; and what came from others."""

from __future__ import annotations

from datetime import datetime

import click
from django.utils.translation import gettext as _

from article6.cli import output
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
from article6.exchange.books import TransferStatus
from article6.services import naming
from article6.services.exchange import transfers
from article6.services.exchange.standing import SERVICES
from article6.services.exchange.transfers import NewTransfer, Standing

id_argument = click.argument("transfer_id", metavar="TRANSFER")


@click.group(
    "transfer-out",
    epilog=examples(
        "article6 transfer-out propose CHE01 --from GHA01-100-1001-0-69 --to CHE01-100-1-0-23 --quantity 100",
        "article6 transfer-out approve ID --as bo",
        "article6 transfer-out list",
    ),
)
def transfer_out() -> None:
    """Transfers to and from other registries."""


@transfer_out.command(
    "propose",
    epilog=examples(
        "article6 transfer-out propose CHE01 --from GHA01-100-1001-0-69 --to CHE01-100-1-0-23 --quantity 100"
    ),
)
@click.argument("peer", metavar="REGISTRY")
@click.option("--from", "source", required=True, metavar="ACCOUNT", help="The account here that gives.")
@click.option("--to", "target", required=True, metavar="ACCOUNT", help="The account there that gets.")
@click.option("--party", default="", help="The Party of the account there, if it has one.")
@click.option("--quantity", type=int, help="Units, lowest serial first; or a check on the serials.")
@click.option("--serials", multiple=True, metavar="PARTY:FIRST-LAST", help="These units. Repeatable.")
@click.option("--service", type=click.Choice(list(SERVICES)), help="The agreed service. Default: this kind's usual.")
@click.option("--registered-on", type=click.DateTime(["%Y-%m-%d"]), help="Of CERs: when the activity was registered.")
@acting_option
@key_option
@json_option
def propose(
    peer: str, source: str, target: str, party: str, quantity: int | None, serials: tuple[str, ...],
    service: str | None, registered_on: datetime | None, login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Propose to give units to an account of another registry; they are reserved until a second person decides."""
    ranges = naming.ranges(naming.read(each) for each in serials)
    day = None if registered_on is None else registered_on.date()
    new = NewTransfer(peer, source, target, party, quantity, ranges, service or "", day)
    done = transfers.propose(new, by=acting(login), now=now(), key=key)
    _stands(done, as_json)
    if not as_json and done.status is TransferStatus.WAITING:
        output.say(_("A second person has to decide: article6 transfer-out approve %(id)s --as LOGIN") % {
            "id": done.transfer_id})  # fmt: skip


@transfer_out.command("approve", epilog=examples("article6 transfer-out approve ID --as bo"))
@id_argument
@acting_option
@key_option
@json_option
def approve(transfer_id: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Approve a transfer as its second person: the other registry is asked."""
    _stands(transfers.approve(transfer_id, by=acting(login), now=now(), key=key), as_json)


@transfer_out.command("reject", epilog=examples("article6 transfer-out reject ID --reason 'wrong account' --as bo"))
@id_argument
@click.option("--reason", required=True, help="Why; it is recorded.")
@acting_option
@key_option
@json_option
def reject(transfer_id: str, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Turn a transfer down as its second person; nobody else hears of it."""
    _stands(transfers.reject(transfer_id, reason, by=acting(login), now=now(), key=key), as_json)


@transfer_out.command("withdraw", epilog=examples("article6 transfer-out withdraw ID --as ama"))
@id_argument
@click.option("--reason", default="", help="Why; it is recorded.")
@acting_option
@key_option
@json_option
def withdraw(transfer_id: str, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Withdraw a transfer that is not completed; the other registry is told where it was asked."""
    _stands(transfers.withdraw(transfer_id, by=acting(login), now=now(), reason=reason, key=key), as_json)


@transfer_out.command("retry", epilog=examples("article6 transfer-out retry ID"))
@id_argument
@acting_option
@key_option
@json_option
def retry(transfer_id: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Book what came and was disputed, once what stood against it is out of the way."""
    _stands(transfers.retry(transfer_id, by=acting(login), now=now(), key=key), as_json)


@transfer_out.command("list", epilog=examples("article6 transfer-out list", "article6 transfer-out list --peer CHE01"))
@click.option("--peer", help="Only with this registry.")
@click.option("--status", type=click.Choice([str(each) for each in TransferStatus]), help="Only in this status.")
@after_option
@limit_option
@json_option
def listed(peer: str | None, status: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """Transfers to and from other registries, newest first."""
    headings = {
        "transfer_id": _("Transfer"), "side": _("We are"), "peer": _("Peer"), "status": _("Status"),
        "quantity": _("Units"), "source_account": _("From"), "target_account": _("To"), "changed_at": _("Since"),
    }  # fmt: skip
    print_page(transfers.listed(after, limit, peer, status), headings, as_json=as_json)


@transfer_out.command("show", epilog=examples("article6 transfer-out show ID", "article6 transfer-out show ID --json"))
@id_argument
@json_option
def show(transfer_id: str, as_json: bool) -> None:
    """One transfer with its statuses and the evidence of both sides; as JSON with the signed messages."""
    found = transfers.shown(transfer_id)
    if as_json:
        output.print_json(found)
        return
    said, changes = found.pop("messages"), found.pop("changes")
    for name in ("completion", "proposed"):
        del found[name]
    output.print_fields(found.items())
    output.say("")
    output.print_table([_("When"), _("Status")], [[each["at"], each["status"]] for each in changes])
    output.say("")
    output.print_table(
        [_("When"), _("Way"), _("Type"), _("Number"), _("Receipt")],
        [[each["at"], each["direction"], each["type"], each["sequence"], bool(each["receipt"])] for each in said],
    )


def _stands(done: Standing, as_json: bool) -> None:
    if as_json:
        output.print_json(done)
    else:
        output.say(_("Transfer %(id)s: %(status)s.") % {"id": done.transfer_id, "status": done.status})
