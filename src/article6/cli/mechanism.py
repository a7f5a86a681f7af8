"""The Article 6.4 mechanism registry: participants, statements, issuance on instruction, CERs, fees."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from pathlib import Path

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.fees import Fee, FeeRequest
from article6.domain.mechanism import STATEMENT_TITLES, Statement
from article6.domain.orders import TransactionId
from article6.services import cers, fees, issuance, statements
from article6.services import mechanism as acts
from article6.services.issuance import NewActivity
from article6.services.mechanism import Act, Instruction, NewA64, Vintage
from article6.services.statements import NewStatement, Participant

DAY = click.DateTime(["%Y-%m-%d"])
forward_option = click.option(
    "--forward", "forwardings", multiple=True, nargs=2, type=(str, int), metavar="ACCOUNT QUANTITY",
    help="Units for a participant's holding account. Repeatable.",
)  # fmt: skip
contribution_option = click.option(
    "--forward-contribution", "contributions", multiple=True, nargs=2, type=(str, int), metavar="ACCOUNT QUANTITY",
    help="The same, of the contribution units of an issuance that is authorized in part. Repeatable.",
)  # fmt: skip
vintage_option = click.option(
    "--forward-vintage", "vintages", multiple=True, nargs=3, type=(str, int, int), metavar="ACCOUNT QUANTITY YEAR",
    help="As --forward, of one vintage. Repeatable.",
)  # fmt: skip
reference_option = click.option("--reference", required=True, help="The document in which it stands.")


@click.group(
    epilog=examples(
        "article6 mechanism statement THA 77 allows_contribution_units --on 2026-02-01 --reference 'Letter 5'",
        "article6 mechanism issue THA 77 --quantity 10003 --vintage 2024 --reference 'SB 20/1'",
    )
)
def mechanism() -> None:
    """The Article 6.4 mechanism registry."""


@mechanism.command(epilog=examples("article6 mechanism activity THA 77 --title 'Wind farm'"))
@click.argument("party")
@click.argument("activity")
@click.option("--title", default="", help="Its title.")
@click.option("--sector", "sectors", multiple=True, help="Sector. Repeatable.")
@click.option("--activity-type", "activity_types", multiple=True, help="Activity type. Repeatable.")
@click.option("--methodology", default="", help="The methodology it follows.")
@acting_option
@json_option
def activity(
    party: str, activity: str, title: str, sectors: tuple[str, ...], activity_types: tuple[str, ...], methodology: str,
    login: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Record an activity; one that is recorded already stays as it is."""
    new = NewActivity(activity, party, title, sectors, activity_types, methodology)
    number = issuance.record_activity(new, by=acting(login), now=now())
    _say({"id": number}, as_json, _("Recorded."))


@mechanism.command(
    epilog=examples("article6 mechanism participant THA 77 'Alp AG' --authorized-by CHE --reference 'LoA 5'")
)
@click.argument("party")
@click.argument("activity")
@click.argument("name")
@click.option("--authorized-by", required=True, metavar="PARTY", help="The Party that authorizes the participant.")
@click.option("--withdrawn", is_flag=True, help="The Party does so no more.")
@reference_option
@acting_option
@key_option
@json_option
def participant(
    party: str, activity: str, name: str, authorized_by: str, withdrawn: bool, reference: str, login: str | None,
    key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Record that a Party authorizes somebody to take part in an activity."""
    new = Participant(authorized_by, name, reference, not withdrawn)
    number = statements.record_participant(party, activity, new, by=acting(login), now=now(), key=key)
    _say({"id": number}, as_json, _("Recorded."))


@mechanism.command(
    epilog=examples(
        "article6 mechanism statement THA 77 authorizes_in_full --authorization THA-1 --on 2026-02-01 --reference L5"
    )
)
@click.argument("party")
@click.argument("activity")
@click.argument("says", metavar="STATEMENT", type=click.Choice([str(each) for each in Statement]))
@click.option("--on", "day", type=DAY, required=True, help="The day of the statement.")
@click.option("--quantity", type=int, help="Units authorized over all issuances, where it authorizes in part.")
@click.option("--authorization", help="The authorization that goes with it, where it authorizes.")
@reference_option
@acting_option
@key_option
@json_option
def statement(
    party: str, activity: str, says: str, day: datetime, quantity: int | None, authorization: str | None,
    reference: str, login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Record what a host Party says of the units to be issued for an activity."""
    new = NewStatement(party, activity, Statement(says), day.date(), reference, quantity, authorization)
    version = statements.record_statement(new, by=acting(login), now=now(), key=key)
    title = _(STATEMENT_TITLES[new.statement])
    _say({"version": version}, as_json, _("Recorded version %(n)s: %(title)s.") % {"n": version, "title": title})


@mechanism.command(
    epilog=examples(
        "article6 mechanism issue THA 77 --quantity 10003 --vintage 2024 --reference 'SB 20/1' \\",
        "    --forward INT-100-1001-0-69 9301",
    )
)
@click.argument("party")
@click.argument("activity")
@click.option("--quantity", type=int, required=True, help="Units of the vintage to issue, shares included.")
@click.option("--vintage", type=int, required=True, help="Calendar year in which the outcome occurred.")
@click.option(
    "--further", multiple=True, nargs=2, type=int, metavar="YEAR QUANTITY",
    help="Units of another vintage in the same instruction. Repeatable.",
)  # fmt: skip
@click.option("--omge-percent", default="2", show_default=True, help="Per cent cancelled for overall mitigation.")
@click.option("--opted-in", is_flag=True, help="An LDC or SIDS host gives the share of proceeds all the same.")
@click.option("--reference", required=True, help="The Supervisory Body's instruction.")
@click.option("--rest-to", default="", metavar="ACCOUNT", help="Who gets all that the shares and other accounts leave.")
@forward_option
@contribution_option
@vintage_option
@acting_option
@key_option
@json_option
def issue(
    party: str, activity: str, quantity: int, vintage: int, further: tuple[tuple[int, int], ...], omge_percent: str,
    opted_in: bool, reference: str, rest_to: str,
    forwardings: tuple[tuple[str, int], ...], contributions: tuple[tuple[str, int], ...],
    vintages: tuple[tuple[str, int, int], ...], login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Issue A6.4ERs on the Supervisory Body's instruction, with their shares and forwardings."""
    try:
        percent = Fraction(omge_percent)
    except (ValueError, ZeroDivisionError) as error:
        raise click.BadParameter(_("give a number, as in 2.5"), param_hint="--omge-percent") from error
    wanted = _instructions(forwardings, contributions, vintages)
    others = tuple(Vintage(*each) for each in further)
    new = NewA64(party, activity, quantity, vintage, reference, percent, opted_in, wanted, further=others,
                 rest_to=rest_to)  # fmt: skip
    show_act(acts.issue_a64(new, by=acting(login), now=now(), key=key), as_json)


@mechanism.command(epilog=examples("article6 mechanism forward 12 --forward INT-100-1001-0-69 500"))
@click.argument("number", type=int)
@forward_option
@contribution_option
@vintage_option
@acting_option
@key_option
@json_option
def forward(
    number: int, forwardings: tuple[tuple[str, int], ...], contributions: tuple[tuple[str, int], ...],
    vintages: tuple[tuple[str, int, int], ...], login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Forward units that an issuance left in the pending account."""
    wanted = _instructions(forwardings, contributions, vintages)
    show_act(acts.forward(TransactionId(number), wanted, by=acting(login), now=now(), key=key), as_json)


@mechanism.command("authorize-later", epilog=examples("article6 mechanism authorize-later 12 THA-1 --reference L9"))
@click.argument("number", type=int)
@click.argument("authorization")
@reference_option
@acting_option
@key_option
@json_option
def authorize_later(
    number: int, authorization: str, reference: str, login: str | None, key: str | None, as_json: bool
) -> None:
    """Authorize the contribution units of an issuance, its shares included."""
    act = acts.authorize_later(
        TransactionId(number), authorization, reference=reference, by=acting(login), now=now(), key=key
    )
    show_act(act, as_json)


@mechanism.command("take-over", epilog=examples("article6 mechanism take-over transfer.csv --key transfer-2026-11"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acting_option
@key_option
@json_option
def take_over(file: Path, login: str | None, key: str | None, as_json: bool) -> None:
    """Take CERs over from the CDM registry: first_serial, last_serial, receiving_account, registered_on."""
    taken = cers.take_over(cers.read_file(file), by=acting(login), now=now(), key=key)
    units = sum(each.serials.count for each in taken)
    _say(taken, as_json, _("Took over %(units)s units in %(count)s batches.") % {"units": units, "count": len(taken)})


@mechanism.command(epilog=examples("article6 mechanism invoice THA 77 issuance --quantity 10003"))
@click.argument("party")
@click.argument("activity")
@click.argument("fee", type=click.Choice([str(each) for each in Fee]))
@click.option("--quantity", type=int, help="Units requested, for an issuance.")
@click.option("--annual-tonnes", type=int, help="Annual average of the activity, where its scale counts.")
@click.option("--annual-tonnes-before", type=int, help="The same before a change that raises the scale.")
@click.option("--programme", "is_programme", is_flag=True, help="It is a programme of activities.")
@acting_option
@key_option
@json_option
def invoice(
    party: str, activity: str, fee: str, quantity: int | None, annual_tonnes: int | None,
    annual_tonnes_before: int | None, is_programme: bool, login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Invoice a fee. One for issuance holds up the activity's issuances until it is paid."""
    request = FeeRequest(Fee(fee), party, quantity, annual_tonnes, annual_tonnes_before, is_programme)
    _show_invoice(fees.invoice(activity, request, by=acting(login), now=now(), key=key), as_json)


@mechanism.command(epilog=examples("article6 mechanism payment 3 200060 --on 2026-11-20 --reference 'wire 1'"))
@click.argument("number", type=int)
@click.argument("cents", type=int)
@click.option("--on", "day", type=DAY, required=True, help="The day of the payment.")
@reference_option
@acting_option
@key_option
@json_option
def payment(
    number: int, cents: int, day: datetime, reference: str, login: str | None, key: str | None, as_json: bool
) -> None:
    """Record a payment, in US cents, on an invoice."""
    paid = fees.Payment(cents, day.date(), reference)
    _show_invoice(fees.record_payment(number, paid, by=acting(login), now=now(), key=key), as_json)


@mechanism.command(
    epilog=examples("article6 mechanism refund 3 60 --on 2026-11-21 --reference 'wire 2' --reason 'paid too much'")
)
@click.argument("number", type=int)
@click.argument("cents", type=int)
@click.option("--on", "day", type=DAY, required=True, help="The day on which it was given back.")
@click.option("--reason", required=True, help="Why, and who decided it.")
@reference_option
@acting_option
@key_option
@json_option
def refund(
    number: int, cents: int, day: datetime, reason: str, reference: str, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Record that a fee was given back, in US cents; what was paid stays paid."""
    given = fees.Refund(cents, day.date(), reference, reason)
    _show_invoice(fees.record_refund(number, given, by=acting(login), now=now(), key=key), as_json)


def _instructions(
    forwardings: tuple[tuple[str, int], ...],
    contributions: tuple[tuple[str, int], ...],
    vintages: tuple[tuple[str, int, int], ...],
) -> tuple[Instruction, ...]:
    return (
        *(Instruction(account, quantity) for account, quantity in forwardings),
        *(Instruction(account, quantity, True) for account, quantity in contributions),
        *(Instruction(account, quantity, vintage_year=year) for account, quantity, year in vintages),
    )


def show_act(act: Act, as_json: bool) -> None:
    """The transactions of an act."""
    if as_json:
        output.print_json(act)
        return
    output.print_table(
        (_("transaction"), _("type"), _("units"), _("account"), _("first"), _("last"), _("first transfer")),
        [
            (each.transaction_id, each.type, each.quantity, each.account, each.first, each.last,
             _("yes") if each.is_first_transfer else "")
            for each in act.parts
        ],
    )  # fmt: skip


def _show_invoice(found: dict[str, object], as_json: bool) -> None:
    said = _("Invoice %(id)s: %(due)s US cents due, %(paid)s paid, %(back)s given back.")
    values = {
        "id": found["id"], "due": found["amount_cents"], "paid": found["paid_cents"], "back": found["refunded_cents"]
    }  # fmt: skip
    _say(found, as_json, said % values)


def _say(value: object, as_json: bool, text: str) -> None:
    if as_json:
        output.print_json(value)
    else:
        output.say(text)
