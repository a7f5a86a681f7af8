"""Where a unit is, and what each Party has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from article6.cli import exits, output
from article6.cli.command import examples, json_option

if TYPE_CHECKING:
    from article6.services.lookup import Found


@click.command(
    epilog=examples(
        "article6 --registry cdm find 'IN 183,993,600'",
        "article6 find CA0001-CHE01-GHA-1234-2023",
        "article6 find 1234 --json",
    )
)
@click.argument("serial", nargs=-1, required=True)
@json_option
@click.pass_context
def find(context: click.Context, serial: tuple[str, ...], as_json: bool) -> None:
    """Where a unit is and how it got there: an identifier, a Party and a number, or a number alone."""
    from article6.services import lookup

    text = " ".join(serial)
    units = lookup.find(text)
    if as_json:
        output.print_json(units)
    elif not units:
        output.tell(_("No unit %(text)s is recorded here.") % {"text": text})
    else:
        for place, each in enumerate(units):
            if place:
                output.say("")
            _print(each)
    context.exit(exits.OK if units else exits.REFUSED)


def _print(unit: Found) -> None:
    block, batch = unit.block, unit.batch
    account = block["account"]
    output.print_fields(
        (
            (_("Unit"), unit.identifier),
            (_("Type"), unit.unit_type_shown),
            (_("Stands in"), f"{account['number']}  {account['name']} ({account['type']})"),
            (_("Block"), f"{block['first']:,} to {block['last']:,} ({block['quantity']:,})"),
            (_("Reserved by"), block["reserved_by"]),
            (_("Authorization"), block["authorization"]),
            (_("Batch"), f"{batch['id']}: {batch['first']:,} to {batch['last']:,}"),
            (_("Activity"), " ".join(str(batch[name]) for name in ("activity", "activity_title") if batch[name])),
            (_("Vintage"), str(batch["vintage_year"] or "")),
            (_("Labels"), "; ".join(each["label"] for each in unit.labels)),
        )
    )
    output.say("")
    output.print_table(
        [_("When (UTC)"), _("What"), _("From"), _("To"), _("Serials that moved"),
         _("First transfer"), _("Transaction")],
        [(each["at"], each["type_title"], (each["from_account"] or {}).get("number"), each["to_account"]["number"],
          f"{each['first']:,} to {each['last']:,}", _("yes") if each["is_first_transfer"] else "",
          str(each["transaction_id"])) for each in unit.history],
    )  # fmt: skip


@click.command(epilog=examples("article6 totals", "article6 --registry cdm totals --json"))
@json_option
def totals(as_json: bool) -> None:
    """What each Party issued, cancelled, used and still has."""
    from article6.services import lookup

    found = lookup.totals()
    if as_json:
        output.print_json(found)
        return
    names = ("party", "name", "issued", "cancelled", "retired", "remaining", "blocks")
    output.print_table(
        [_("Party"), _("Name"), _("Issued"), _("Cancelled"), _("Retired"), _("Remaining"), _("Blocks")],
        [[each[name] for name in names] for each in found],
    )
    output.tell(ngettext("%(count)s Party", "%(count)s Parties", len(found)) % {"count": len(found)})
