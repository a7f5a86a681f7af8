"""Statements of accounts."""

from __future__ import annotations

from datetime import datetime

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import after_option, examples, json_option, limit_option
from article6.services import account_statements

DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    "statement", epilog=examples("article6 account statement GHA01-100-1001-0-69 --from 2026-01-01 --to 2026-06-30")
)
@click.argument("number")
@click.option("--from", "first", type=DAY, required=True, help="The first day (UTC).")
@click.option("--to", "last", type=DAY, required=True, help="The last day (UTC), included.")
@after_option
@limit_option
@json_option
def statement(number: str, first: datetime, last: datetime, after: str | None, limit: int, as_json: bool) -> None:
    """What stood in an account, what came and left, and what stands there at the end."""
    found = account_statements.statement(number, first.date(), last.date(), after=after, limit=limit)
    if as_json:
        output.print_json(found)
        return
    output.print_fields([(_("Opening"), found.opening), (_("Closing"), found.closing)])
    output.print_table(
        [_("Transaction"), _("Type"), _("At"), _("Change"), _("Balance"), _("Account")],
        [
            (each["id"], each["type_title"], each["at"], each["change"], each["balance"],
             each["counterparty"]["number"] if each["counterparty"] else "")
            for each in found.lines.items
        ],
    )  # fmt: skip
    if found.lines.next:
        output.tell(_("More: --after %(next)s") % {"next": found.lines.next})
