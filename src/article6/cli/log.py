"""The registry's own transparency log: how it stands, and proofs from it."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import examples, json_option
from article6.services.log import proving, status
from article6.transparency.leaves import Kind


@click.group(epilog=examples("article6 log status", "article6 log prove transaction 17 > transaction-17.json"))
def log() -> None:
    """The transparency log: its state, and proofs that something stands in it."""


@log.command("status", epilog=examples("article6 log status", "article6 --registry cdm log status --json"))
@json_option
def log_status(as_json: bool) -> None:
    """Size, lag, checkpoint, keys; who witnesses this log, and whose logs are witnessed here."""
    found = status.now()
    if as_json:
        output.print_json(found)
        return
    checkpoint = found.checkpoint
    output.print_fields(
        [
            (_("Log"), found.origin),
            (_("Leaves"), f"{found.size:,}"),
            (_("Waiting"), f"{found.waiting:,}"),
            (_("Behind (seconds)"), f"{found.behind_s:.1f}"),
            (_("Checkpoint"), f"{checkpoint.size:,} {checkpoint.root}" if checkpoint else None),
            (_("Signed at"), checkpoint.at if checkpoint else None),
            (_("Key"), found.log_key),
            (_("Key as witness"), found.witness_key),
        ]
    )
    if found.witnesses:
        output.print_table(
            [_("Witness"), _("Leaves"), _("Cosigned at")],
            [(each.name, each.size, each.at) for each in found.witnesses],
        )
    if found.witnessed:
        output.print_table(
            [_("Witnessed here"), _("Leaves"), _("Cosigned at")],
            [(each.name, each.size, each.at) for each in found.witnessed],
        )
    for doubt in found.doubts:
        output.say(_("NOT cosigned: %(peer)s, %(doubt)s, %(at)s") % {**doubt})


@log.command(
    "prove",
    epilog=examples(
        "article6 log prove transaction 17 > transaction-17.json",
        "article6 log prove transaction 17 --disclose particulars.beneficiary",
    ),
)
@click.argument("kind", type=click.Choice([str(each) for each in Kind]))
@click.argument("subject")
@click.option("--disclose", multiple=True, metavar="PART", help="Show this part of what is withheld too; repeatable.")
@json_option
def log_prove(kind: str, subject: str, disclose: tuple[str, ...], as_json: bool) -> None:
    """Print the proof that SUBJECT (a transaction's number, ...) stands in the log, for whoever is to see it.

    What is confidential is withheld, unless it is disclosed part by part. The proof is JSON, and is checked offline.
    """
    del as_json  # a proof is JSON for people too: it is handed on as it is
    output.print_json(proving.prove(kind, subject, disclose).as_json())
