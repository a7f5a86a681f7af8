"""Accounts: list, show, open, block and close."""

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
from article6.cli.terms import pairs
from article6.domain.lifecycles import ACCOUNT_STATES
from article6.domain.refusals import Code, refused
from article6.services import accounts
from article6.services.accounts import NewAccount
from article6.store.queries import accounts as reading


@click.group(epilog=examples("article6 account list", "article6 account show GHA01-100-1001-0-69"))
def account() -> None:
    """Accounts and what stands in them."""


@account.command("list", epilog=examples("article6 account list", "article6 account list --section GHA --json"))
@click.option("--section", help="Only of this section.")
@click.option("--type", "type_", help="Only of this type.")
@after_option
@limit_option
@json_option
def listed(section: str | None, type_: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """Accounts in the order in which they were opened, with the units in them."""
    from article6.services import lookup

    page = lookup.accounts(after=after, limit=limit, section=section, type_=type_)
    headings = {
        "number": _("Number"),
        "type": _("Type"),
        "section": _("Section"),
        "name": _("Name"),
        "status": _("Status"),
        "quantity": _("Units"),
    }
    print_page(page, headings, as_json=as_json)


@account.command(
    "show", epilog=examples("article6 account show CDM-100-1002-0-51", "article6 account show NUMBER --json")
)
@click.argument("number")
@json_option
def show(number: str, as_json: bool) -> None:
    """One account and its holdings."""
    found = reading.account(number)
    if found is None:
        raise refused(Code.ACCOUNT_UNKNOWN, number)
    holdings = reading.holdings(found["id"])
    if as_json:
        output.print_json({**found, "holdings": holdings})
        return
    output.print_fields((name, value) for name, value in found.items() if name != "id")
    if holdings:
        output.say("")
        output.print_table(
            [_("Unit type"), _("Party"), _("Vintage"), _("Authorized"), _("First transferred"), _("Units"),
             _("Reserved"), _("Blocks")],
            [(each["unit_type"], each["party"], str(each["vintage_year"] or ""), each["is_authorized"],
              each["is_first_transferred"], each["quantity"], each["reserved"], each["blocks"]) for each in holdings],
        )  # fmt: skip


@account.command(
    "open",
    epilog=examples(
        "article6 account open --type holding --section GHA --name 'Government of Ghana'",
        "article6 account open --type retirement --section CHE --name 'NDC 2021-2030' --period 2021-2030",
        "article6 account open --type holding --section GHA --name Fund --attribute desk=1 --attributes-schema desk/1",
        "article6 account open --type cancellation_oimp --section CHE --name CORSIA --purpose CORSIA",
    ),
)
@click.option("--type", required=True, help="Account type, as in holding.")
@click.option("--section", required=True, help="The section it belongs to, as in GHA or ADM.")
@click.option("--name", required=True, help="Its name.")
@click.option("--holder", default="", help="Who holds it.")
@click.option("--period", metavar="YEAR-YEAR", help="NDC implementation period, of a retirement account.")
@click.option("--trusted-only", is_flag=True, help="It transfers to accounts on its list of trusted ones only.")
@click.option("--attribute", "attributes", multiple=True, metavar="NAME=VALUE", help="A further attribute. Repeatable.")
@click.option("--attributes-schema", default="", help="The schema of the further attributes.")
@click.option("--metric", default="", help="The non-GHG metric of its units. Default: t CO2 eq.")
@click.option("--purpose", default="", help="Of a cancellation account: for what, as in CORSIA.")
@click.option("--sub-purpose", default="", help="And more closely, as in 'First phase 2024-2026'.")
@click.option("--four-eyes", "needs_approval", is_flag=True, help="Every transaction out of it needs a second person.")
@acting_option
@key_option
@json_option
def open_(
    period: str | None, attributes: tuple[str, ...], login: str | None, key: str | None, as_json: bool, **fields: Any
) -> None:
    """Open an account. The registry gives the number."""
    first, last = years(period)
    further = pairs(attributes, "--attribute")
    new = NewAccount(**fields, period_first=first, period_last=last, attributes=further)
    opened = accounts.open_account(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(opened)
    else:
        output.say(_("Opened %(number)s.") % {"number": opened.number})


def years(period: str | None) -> tuple[int | None, int | None]:
    """First and last year of a period given as in 2021-2030."""
    if period is None:
        return None, None
    first, _hyphen, last = period.partition("-")
    if not (first.isdecimal() and last.isdecimal() and len(first) == len(last) == 4):
        raise click.BadParameter(_("give two years, as in 2021-2030"), param_hint="--period")
    return int(first), int(last)


@account.command(
    "status", epilog=examples("article6 account status GHA01-100-1001-0-69 blocked --reason 'holder changes'")
)
@click.argument("number")
@click.argument("status", metavar="STATUS", type=click.Choice(list(ACCOUNT_STATES)))
@click.option("--reason", required=True, help="Why; it is recorded.")
@acting_option
@key_option
@json_option
def status(number: str, status: str, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Open, block or close an account: open, blocked_debit, blocked or closed, which is for ever."""
    changed = accounts.set_status(number, status, reason=reason, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(changed)
    else:
        output.say(_("%(number)s is %(status)s.") % {"number": changed.number, "status": changed.status})
