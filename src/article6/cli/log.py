"""The registry's own transparency log: how it stands, and proofs from it."""

from __future__ import annotations

from datetime import timedelta

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.asking import print_asked
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.services.log import continuity, proving, rotating, status
from article6.transparency.leaves import Kind


@click.group(
    epilog=examples(
        "article6 log status",
        "article6 log prove transaction 17 > transaction-17.json",
        "article6 log rotate-key --reason 'as every year' --as ama",
    )
)
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
    if found.stopped:
        _print_stopped(found.stopped)
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
    for each in found.former_keys:
        output.say(_("Replaced at %(announced_at)s, signs until %(retires_at)s: %(key)s") % {**each})
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


@log.command(
    "rotate-key",
    epilog=examples(
        "article6 log rotate-key --reason 'as every year' --as ama",
        "article6 log rotate-key --reason 'the key may be known to others' --overlap-days 0 --as ama",
        "article6 log rotate-key --approve 1 --as bo",
        "article6 log rotate-key --list",
    ),
)
@click.option("--reason", default="", help="Why; it is recorded.")
@click.option(
    "--overlap-days",
    type=click.IntRange(0, 366),
    default=rotating.OVERLAP.days,
    show_default=True,
    help="So many days the old key signs beside the new one.",
)
@click.option("--approve", type=click.IntRange(1), metavar="NUMBER", help="Approve, as a second administrator.")
@click.option("--reject", type=click.IntRange(1), metavar="NUMBER", help="Reject; whoever asked withdraws so.")
@click.option("--list", "is_listed", is_flag=True, help="Print what was asked for, and what came of it.")
@acting_option
@key_option
@json_option
def log_rotate_key(
    reason: str, overlap_days: int, approve: int | None, reject: int | None, is_listed: bool, login: str | None,
    key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Replace the key that signs the log: one administrator asks for it, a second approves.

    The new key is announced under both, in the log itself and to the witnesses. What the old one signed stays good.
    """
    if is_listed:
        _print_rotations(as_json=as_json)
        return
    if approve and reject:
        raise click.UsageError(_("give --approve or --reject, not both"))
    by = acting(login)
    number = approve or reject
    if number is not None:
        asked = rotating.decide(number, approve=number == approve, by=by, now=now(), reason=reason, key=key)
    elif reason:
        asked = rotating.propose(reason, timedelta(days=overlap_days), by=by, now=now(), key=key)
    else:
        raise click.UsageError(_("give the reason: --reason"))
    print_asked(asked, as_json=as_json, key=asked.key)


def _print_stopped(lost: continuity.Lost) -> None:
    output.say(_("The log has STOPPED: the registry published a checkpoint that its database does not have."))
    output.print_fields(
        [
            (_("Leaves of that checkpoint"), f"{lost.size:,}"),
            (_("Leaves there are"), f"{lost.leaves:,}"),
            (_("Root"), lost.root),
            (_("Cosigned by"), ", ".join(lost.cosigned_by)),
            (_("Who has it"), lost.held_by or _("this machine")),
        ]
    )
    output.say(_("Restore a later state of the database; docs/how-to/restore-and-the-log.md says how to go on."))


def _print_rotations(*, as_json: bool) -> None:
    found = rotating.listed()
    if as_json:
        output.print_json(found)
        return
    names = (
        "id",
        "status",
        "reason",
        "proposed_by_login",
        "decided_by_login",
        "announced_at",
        "retires_at",
        "new_vkey",
    )
    output.print_table(
        [_("Number"), _("Status"), _("Why"), _("Asked by"), _("Decided by"), _("Announced"), _("Old key until"),
         _("New key")],
        [[each[name] for name in names] for each in found],
    )  # fmt: skip
