"""A crediting programme's registry: issuance in parts, buffer, locks, labels."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, limit_option, now
from article6.domain.crediting import NewCredits, Share, exact
from article6.domain.orders import Order, Outcome
from article6.services import crediting as acts
from article6.services import issuance, labels, naming, transactions
from article6.services.crediting import NewLock
from article6.services.issuance import NewActivity
from article6.services.labels import NewLabel

DAY = click.DateTime(["%Y-%m-%d"])
serials_option = click.option(
    "--serials", multiple=True, metavar="SERIALS", help="Serials, as in MNG:1-100. Repeatable."
)


class Exact(click.ParamType):
    """A number without rounding: `2.5` or `1/3`."""

    name = "number"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        try:
            return exact(value)
        except ValueError:
            self.fail(_("give a number, as in 2.5 or 1/3"), param, ctx)


class Part(click.ParamType):
    """`ACCOUNT`, `ACCOUNT=QUANTITY` or `ACCOUNT=RATIO`, with `@DAY` where its day is another."""

    name = "part"

    def convert(self, value: str | Share, param: click.Parameter | None, ctx: click.Context | None) -> Share:
        if isinstance(value, Share):
            return value
        what, _at, day = value.partition("@")
        account, _equals, much = what.partition("=")
        try:
            issued_on = datetime.strptime(day, "%Y-%m-%d").date() if day else None  # noqa: DTZ007 - a day only
            if much.isdecimal():
                return Share(account, quantity=int(much), issued_on=issued_on)
            return Share(account, ratio=exact(much) if much else None, issued_on=issued_on)
        except ValueError:
            self.fail(_("write it as in JCM-100-1001-0-69=1/3@2026-02-20"), param, ctx)


@click.group(
    epilog=examples(
        "article6 crediting activity MNG MN001 --title 'Solar power' --methodology MN_AM003",
        "article6 crediting lock JCM-100-1001-0-69 --quantity 100 --itmo-registry CHE01 --itmo-record 'CA0001, 7'",
    )
)
def crediting() -> None:
    """A crediting programme's registry."""


@crediting.command(epilog=examples("article6 crediting activity MNG MN001 --title 'Solar' --methodology MN_AM003"))
@click.argument("party")
@click.argument("activity")
@click.option("--title", default="", help="Its title.")
@click.option("--methodology", default="", help="The methodology it follows.")
@acting_option
@json_option
def activity(party: str, activity: str, title: str, methodology: str, login: str | None, as_json: bool) -> None:
    """Record an activity; one that is recorded already stays as it is."""
    new = NewActivity(activity, party, title, methodology=methodology)
    number = issuance.record_activity(new, by=acting(login), now=now())
    output.print_json({"id": number}) if as_json else output.say(_("Recorded."))


@crediting.command(
    epilog=examples(
        "article6 crediting issue MNG MN001 --programme JCM --quantity 1001 --vintage 2024 \\",
        "    --monitored 2024-01-01 2024-12-31 --reference 'JC 12' --buffer-percent 10 \\",
        "    --to JCM-100-1001-0-69=1/3@2026-02-20 --to JCM-100-1002-0-67=2/3@2026-02-25",
    )
)
@click.argument("party")
@click.argument("activity")
@click.option("--programme", required=True, help="The programme under whose rules they are issued.")
@click.option("--quantity", type=int, required=True, help="Units to issue, the buffer's included.")
@click.option("--vintage", type=int, required=True, help="Calendar year in which the outcome occurred.")
@click.option("--monitored", nargs=2, type=DAY, required=True, metavar="FIRST LAST", help="The monitoring period.")
@click.option("--methodology", default="", help="The methodology, where it is not the activity's own.")
@click.option("--reference", required=True, help="The decision to issue.")
@click.option("--buffer-percent", type=Exact(), default="0", show_default=True, help="Per cent for the buffer.")
@click.option(
    "--to", "shares", type=Part(), multiple=True, required=True, metavar="ACCOUNT[=PART][@DAY]",
    help="A holder's part: a quantity, or a ratio of what the buffer leaves. Repeatable.",
)  # fmt: skip
@acting_option
@key_option
@json_option
def issue(
    party: str, activity: str, programme: str, quantity: int, vintage: int, monitored: tuple[datetime, datetime],
    methodology: str, reference: str, buffer_percent: Fraction, shares: tuple[Share, ...], login: str | None,
    key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Issue credits under the programme's rules, divided between holders and the buffer."""
    first, last = (each.date() for each in monitored)
    new = NewCredits(
        programme, party, activity, quantity, vintage, first, last, reference, shares, methodology, buffer_percent
    )
    act = acts.issue(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(act)
        return
    output.print_table(
        (_("transaction"), _("type"), _("units"), _("account"), _("first"), _("last"), _("on")),
        [
            (each.transaction_id, each.type, each.quantity, each.account, each.first, each.last,
             str(each.issued_at.date()))
            for each in act.parts
        ],
    )  # fmt: skip


@crediting.command(
    epilog=examples("article6 crediting release-buffer JCM-130-1003-0-12 JCM-100-1001-0-69 40 --reason 'No reversal'")
)
@click.argument("buffer")
@click.argument("account")
@click.argument("quantity", type=int)
@click.option("--reason", required=True, help="Why.")
@acting_option
@key_option
@json_option
def release_buffer(
    buffer: str, account: str, quantity: int, reason: str, login: str | None, key: str | None, as_json: bool
) -> None:
    """Propose to release credits from the buffer; a second person approves."""
    order = Order("buffer_release", buffer, account, quantity, terms={"reason": reason})
    _told(transactions.propose(order, by=acting(login), now=now(), key=key), as_json)


@crediting.command(
    epilog=examples("article6 crediting cancel-buffer JCM-130-1003-0-12 JCM-260-1004-0-55 61 --reason 'Fire of July'")
)
@click.argument("buffer")
@click.argument("account")
@click.argument("quantity", type=int)
@click.option("--reason", required=True, help="Why.")
@acting_option
@key_option
@json_option
def cancel_buffer(
    buffer: str, account: str, quantity: int, reason: str, login: str | None, key: str | None, as_json: bool
) -> None:
    """Propose to cancel buffer credits into an administrative cancellation account; a second person approves."""
    order = Order("buffer_cancellation", buffer, account, quantity, terms={"reason": reason})
    _told(transactions.propose(order, by=acting(login), now=now(), key=key), as_json)


@crediting.command(
    epilog=examples(
        "article6 crediting lock JCM-100-1001-0-69 --serials MNG:1-100 --itmo-registry CHE01 --itmo-record 'CA0001, 7'"
    )
)
@click.argument("account")
@click.option("--quantity", type=int, help="Units, lowest serials first.")
@serials_option
@click.option("--itmo-registry", required=True, help="The registry in which they are ITMOs.")
@click.option("--itmo-record", required=True, help="The record of them there.")
@acting_option
@key_option
@json_option
def lock(
    account: str, quantity: int | None, serials: tuple[str, ...], itmo_registry: str, itmo_record: str,
    login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Lock credits that are recorded as ITMOs elsewhere."""
    new = NewLock(account, itmo_registry, itmo_record, quantity, naming.ranges(map(naming.read, serials)))
    _told(acts.lock(new, by=acting(login), now=now(), key=key), as_json)


@crediting.command(epilog=examples("article6 crediting release 12 --reason 'The record was struck'"))
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why.")
@click.option("--to", metavar="ACCOUNT", help="Another account than the one they came from.")
@serials_option
@acting_option
@key_option
@json_option
def release(
    number: int, reason: str, to: str | None, serials: tuple[str, ...], login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Propose to release what the lock of this transaction holds; a second person approves."""
    ranges = naming.ranges(map(naming.read, serials))
    _told(acts.release(number, reason=reason, ranges=ranges, to=to, by=acting(login), now=now(), key=key), as_json)


@crediting.command(epilog=examples("article6 crediting convert 12"))
@click.argument("number", type=int)
@serials_option
@acting_option
@key_option
@json_option
def convert(number: int, serials: tuple[str, ...], login: str | None, key: str | None, as_json: bool) -> None:
    """Propose to cancel what a lock holds into its ITMOs, for ever; a second person approves."""
    ranges = naming.ranges(map(naming.read, serials))
    _told(acts.convert(number, ranges=ranges, by=acting(login), now=now(), key=key), as_json)


@crediting.command(epilog=examples("article6 crediting locks"))
@click.option("--after", type=int, default=0, help="Go on after the lock of this transaction.")
@limit_option
@json_option
def locks(after: int, limit: int, as_json: bool) -> None:
    """List locks, oldest first."""
    found = acts.locks(after, limit)
    if as_json:
        output.print_json(found)
        return
    names = ("transaction_id", "account", "quantity", "held", "itmo_registry", "itmo_record")
    headings = (_("lock"), _("account"), _("units"), _("still locked"), _("ITMO registry"), _("record"))
    output.print_table(headings, [[each[name] for name in names] for each in found])


@crediting.command(
    epilog=examples(
        "article6 crediting label 'CORSIA - First Phase' --batch 7 --source 'Letter 5' --on 2026-03-01",
        "article6 crediting label 'CORSIA - First Phase' --serials MNG:1-10 --withdrawn --source 'Letter 6' \\",
        "    --on 2026-04-01",
    )
)
@click.argument("name")
@serials_option
@click.option("--batch", type=int, help="All units of this batch.")
@click.option("--source", required=True, help="Where it is said.")
@click.option("--on", "day", type=DAY, required=True, help="The day of the statement.")
@click.option("--withdrawn", is_flag=True, help="The label stands on them no more.")
@acting_option
@key_option
@json_option
def label(
    name: str, serials: tuple[str, ...], batch: int | None, source: str, day: datetime, withdrawn: bool,
    login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """State that a label stands on units, or no more."""
    ranges = naming.ranges(map(naming.read, serials))
    new = NewLabel(name, source, day.date(), ranges, batch, not withdrawn)
    ids = labels.state(new, by=acting(login), now=now(), key=key)
    output.print_json({"ids": ids}) if as_json else output.say(_("Recorded."))


def _told(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        output.print_json(outcome)
        return
    said = {"number": outcome.transaction_id, "status": outcome.status}
    output.say(_("Transaction %(number)s: %(status)s.") % said)
