"""Underlying units: what a programme's serial names, and whether the units are locked where they are registered."""

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
from article6.domain.underlying import LockStatus
from article6.services import underlying
from article6.services.underlying import NewStatement

SERIAL = "19309-936487628-936491271-VCS-VCU-1491-VER-RW-3-4150-01102024-31122024-1"


@click.group("underlying", epilog=examples(f"article6 underlying read {SERIAL}", "article6 underlying not-locked"))
def underlying_group() -> None:
    """Units of other registries that batches rest on."""


@underlying_group.command("read", epilog=examples(f"article6 underlying read {SERIAL}"))
@click.argument("serial")
@json_option
def read(serial: str, as_json: bool) -> None:
    """What a programme's serial names, and whether some of it stands behind a batch already."""
    found = underlying.looked_up(serial)
    if as_json:
        output.print_json(found)
    else:
        output.print_fields(found.items())


@underlying_group.command(
    "state", epilog=examples("article6 underlying state 7 locked --reference 'Verra case 1234' --on 2026-03-01")
)
@click.argument("batch_id", metavar="BATCH", type=int)
@click.argument("status", type=click.Choice([str(each) for each in LockStatus]))
@click.option("--reference", required=True, help="The underlying registry's own word for it.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day it said so. Default: today.")
@acting_option
@key_option
@json_option
def state(
    batch_id: int, status: str, reference: str, day: datetime | None, login: str | None, key: str | None, as_json: bool
) -> None:
    """Record what the underlying registry did with the units of a batch: the latest word counts."""
    new = NewStatement(batch_id, LockStatus(status), reference, day.date() if day else now().date())
    said = underlying.state(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(said)
    else:
        output.say(_("Batch %(batch)s: %(status)s.") % {"batch": batch_id, "status": status})


@underlying_group.command("statements", epilog=examples("article6 underlying statements 7"))
@click.argument("batch_id", metavar="BATCH", type=int)
@json_option
def statements(batch_id: int, as_json: bool) -> None:
    """Every statement on the underlying units of a batch, the latest first."""
    found = underlying.statements(batch_id)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Status"), _("On"), _("Reference"), _("Recorded")],
        [(each["status"], each["stated_on"], each["reference"], each["recorded_at"]) for each in found],
    )


@underlying_group.command("not-locked", epilog=examples("article6 underlying not-locked"))
@after_option
@limit_option
@json_option
def not_locked(after: str | None, limit: int, as_json: bool) -> None:
    """Batches whose underlying units are not known to be locked or cancelled."""
    headings = {
        "id": _("Batch"),
        "party": _("Party"),
        "quantity": _("Units"),
        "underlying_registry": _("Registry"),
        "underlying_lo": _("First"),
        "underlying_hi": _("Last"),
        "underlying_status": _("Last word"),
    }
    print_page(underlying.not_locked(after, limit), headings, as_json=as_json)
