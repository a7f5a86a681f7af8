"""Corrective action, and notices to sections."""

from __future__ import annotations

from typing import Any

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
from article6.domain.corrections import NewRemedy, Remedy
from article6.services import corrections, naming, notices
from article6.services.corrections import NewCase

serials_option = click.option("--serials", multiple=True, metavar="PARTY:FIRST-LAST", help="These units. Repeatable.")


@click.group(
    epilog=examples(
        "article6 correction open --transaction 17 --reason 'Letter of 3 May' --finding 'Sent to the wrong account'",
        "article6 correction propose 1 --from NUMBER --to NUMBER",
        "article6 correction confirm 1 --as bo",
    )
)
def correction() -> None:
    """Put right what went wrong: one administrator proposes, a second one confirms."""


@correction.command(
    "open",
    epilog=examples(
        "article6 correction open --transaction 17 --reason 'Letter of 3 May' --finding 'Sent to the wrong account'",
        "article6 correction open --serials GHA:1-100 --reason 'Audit 12' --finding 'Vintage is 2022' --reference A12",
    ),
)
@click.option("--reason", required=True, help="Why the case is opened.")
@click.option("--finding", required=True, help="What is wrong.")
@click.option("--reference", default="", help="A letter, a ticket.")
@click.option("--transaction", "transaction_id", type=int, help="The transaction concerned, and all that it moved.")
@serials_option
@acting_option
@key_option
@json_option
def open_case(
    reason: str, finding: str, reference: str, transaction_id: int | None, serials: tuple[str, ...],
    login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Open a case on a transaction, or on units; the Parties concerned are told."""
    ranges = naming.ranges(naming.read(each) for each in serials)
    new = NewCase(reason, finding, reference, transaction_id, ranges)
    opened = corrections.open_case(new, by=acting(login), now=now(), key=key)
    _answer(opened, as_json)
    if not as_json:
        output.say(_("Next: article6 correction propose %(id)s") % {"id": opened["id"]})


@correction.command(
    "propose",
    epilog=examples(
        "article6 correction propose 1 --from NUMBER --to NUMBER",
        "article6 correction propose 1 --remedy administrative_cancellation --from NUMBER --to NUMBER",
        "article6 correction propose 1 --remedy note --remark 'Revised report of 2024'",
    ),
)
@click.argument("number", type=int)
@click.option(
    "--remedy",
    type=click.Choice([str(each) for each in Remedy]),
    default=str(Remedy.MOVEMENT),
    show_default=True,
    help="What remedies it.",
)
@click.option("--from", "source", default="", metavar="ACCOUNT", help="The account that gives.")
@click.option("--to", "target", default="", metavar="ACCOUNT", help="The account that gets.")
@serials_option
@click.option("--quantity", type=int, help="Units to cancel: as many as are concerned.")
@click.option("--remark", default="", help="What is recorded; a note has nothing else.")
@acting_option
@key_option
@json_option
def propose(
    number: int, remedy: str, source: str, target: str, serials: tuple[str, ...], quantity: int | None, remark: str,
    login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Propose what remedies a case. The units are reserved until a second administrator decides."""
    ranges = naming.ranges(naming.read(each) for each in serials)
    new = NewRemedy(Remedy(remedy), source, target, ranges, quantity, remark)
    _answer(corrections.propose(number, new, by=acting(login), now=now(), key=key), as_json)
    if not as_json:
        output.say(_("A second administrator has to decide: article6 correction confirm %(id)s --as LOGIN") % {
            "id": number})  # fmt: skip


@correction.command("confirm", epilog=examples("article6 correction confirm 1 --as bo"))
@click.argument("number", type=int)
@acting_option
@key_option
@json_option
def confirm(number: int, login: str | None, key: str | None, as_json: bool) -> None:
    """Confirm the remedy, as an administrator who did not propose it."""
    _answer(corrections.confirm(number, by=acting(login), now=now(), key=key), as_json)


@correction.command("reject", epilog=examples("article6 correction reject 1 --reason 'Wrong account again' --as bo"))
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; it is recorded, and the Parties are told.")
@acting_option
@key_option
@json_option
def reject(number: int, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Turn the remedy down, as an administrator who did not propose it. That ends the case."""
    _answer(corrections.reject(number, reason=reason, by=acting(login), now=now(), key=key), as_json)


@correction.command("withdraw", epilog=examples("article6 correction withdraw 1 --reason 'Nothing was wrong'"))
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; it is recorded, and the Parties are told.")
@acting_option
@key_option
@json_option
def withdraw(number: int, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Withdraw a case that one opened or proposed."""
    _answer(corrections.withdraw(number, reason=reason, by=acting(login), now=now(), key=key), as_json)


@correction.command("list", epilog=examples("article6 correction list", "article6 correction list --json"))
@after_option
@limit_option
@acting_option
@json_option
def listed(after: str | None, limit: int, login: str | None, as_json: bool) -> None:
    """Cases that concern a section in which the person has a role, newest first."""
    headings = {
        "id": _("Id"),
        "state": _("State"),
        "finding": _("What is wrong"),
        "transaction_id": _("Transaction"),
        "opened_by_name": _("By"),
        "opened_at": _("Opened"),
    }
    print_page(corrections.listed(by=acting(login), after=after, limit=limit), headings, as_json=as_json)


@correction.command("show", epilog=examples("article6 correction show 1", "article6 correction show 1 --json"))
@click.argument("number", type=int)
@acting_option
@json_option
def show(number: int, login: str | None, as_json: bool) -> None:
    """One case with all that was done with it."""
    found = corrections.shown(number, by=acting(login))
    if as_json:
        output.print_json(found)
        return
    acts = found.pop("acts")
    found["units"] = [f"{each['registry']}/{each['party']}:{each['first']}-{each['last']}" for each in found["units"]]
    output.print_fields(found.items())
    output.print_table(
        [_("Act"), _("By"), _("At"), _("Remedy"), _("Transaction"), _("Remark")],
        [
            (each["act"], each["person"], each["at"], each["remedy_title"], each["transaction_id"], each["remark"])
            for each in acts
        ],
    )


def _answer(case: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.print_json(case)
    else:
        output.say(_("Corrective action %(id)s: %(state)s.") % {"id": case["id"], "state": case["state"]})


@click.group("notices", epilog=examples("article6 notices list --as ama", "article6 notices acknowledge 3 --as ama"))
def notices_group() -> None:
    """What the registry told the people of a section."""


@notices_group.command("list", epilog=examples("article6 notices list --open", "article6 notices list --section GHA"))
@click.option("--section", help="Only to this section.")
@click.option("--open", "is_open", is_flag=True, help="Only those that nobody acknowledged.")
@after_option
@limit_option
@acting_option
@json_option
def list_notices(
    section: str | None, is_open: bool, after: str | None, limit: int, login: str | None, as_json: bool
) -> None:
    """Notices to the sections in which the person has a role, newest first."""
    found = notices.listed(by=acting(login), after=after, limit=limit, section=section, is_open=is_open)
    headings = {
        "id": _("Id"),
        "section": _("Section"),
        "at": _("At"),
        "sentence": _("Notice"),
        "acknowledged_by": _("Acknowledged by"),
    }
    print_page(found, headings, as_json=as_json)


@notices_group.command("acknowledge", epilog=examples("article6 notices acknowledge 3 --as ama"))
@click.argument("number", type=int)
@acting_option
@key_option
@json_option
def acknowledge(number: int, login: str | None, key: str | None, as_json: bool) -> None:
    """Say, for its section, that a notice was read."""
    done = notices.acknowledge(number, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(done)
    else:
        output.say(_("Acknowledged: %(sentence)s") % {"sentence": done["sentence"]})
