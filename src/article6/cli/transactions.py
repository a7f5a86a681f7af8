"""Transactions: propose, approve, reject, cancel; list and show."""

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
from article6.cli.terms import pairs, term_option
from article6.domain.orders import Filter, Order, Outcome, Status, TransactionId
from article6.domain.refusals import Code, refused
from article6.domain.units import UnitType
from article6.services import naming, transactions


@click.command(
    epilog=examples(
        "article6 transfer --from GHA01-100-1001-0-69 --to GHA01-100-1002-0-24 --quantity 100",
        "article6 transfer --type international_transfer --from A --to B --serials GHA:1-100 --serials GHA:201-250",
        "article6 transfer --type use_ndc --from A --to B --quantity 10 --vintage 2023 --term use_year=2023",
    )
)
@click.option("--type", "type_", default="transfer", show_default=True, help="Transaction type, as in use_ndc.")
@click.option("--from", "source", required=True, metavar="ACCOUNT", help="The account that gives.")
@click.option("--to", "target", required=True, metavar="ACCOUNT", help="The account that gets.")
@click.option("--quantity", type=int, help="Units, lowest serial first; or a check on the serials.")
@click.option("--serials", multiple=True, metavar="PARTY:FIRST-LAST", help="These units. Repeatable.")
@click.option("--vintage", type=int, help="Only units of this vintage.")
@click.option("--unit-type", type=click.Choice([str(each) for each in UnitType]), help="Only units of this type.")
@click.option("--activity", help="Only units of this activity.")
@click.option("--party", help="Only units of this Party.")
@term_option
@acting_option
@key_option
@json_option
def transfer(
    type_: str, source: str, target: str, quantity: int | None, serials: tuple[str, ...], vintage: int | None,
    unit_type: str | None, activity: str | None, party: str | None, terms: tuple[str, ...],
    login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Propose a transaction of any type; where no second person is asked for, it is completed at once."""
    wanted = Filter(UnitType(unit_type) if unit_type else None, vintage, activity, party)
    ranges = naming.ranges(naming.read(each) for each in serials)
    if ranges and wanted != Filter():
        raise click.UsageError(_("name units by serials or by a filter, not by both"))
    order = Order(type_, source, target, quantity, ranges, wanted, pairs(terms, "--term"))
    _answer(transactions.propose(order, by=acting(login), now=now(), key=key), as_json)


def _answer(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        output.print_json(outcome)
        return
    output.say(_("Transaction %(id)s: %(status)s.") % {"id": outcome.transaction_id, "status": outcome.status})
    if outcome.status is Status.PROPOSED:
        output.say(_("A second person has to decide: article6 approve %(id)s --as LOGIN") % {
            "id": outcome.transaction_id})  # fmt: skip


@click.command(epilog=examples("article6 approve 17 --as bo"))
@click.argument("number", type=int)
@acting_option
@key_option
@json_option
def approve(number: int, login: str | None, key: str | None, as_json: bool) -> None:
    """Complete a proposed transaction, as its second person."""
    _answer(transactions.approve(TransactionId(number), by=acting(login), now=now(), key=key), as_json)


@click.command(epilog=examples("article6 reject 17 --reason 'wrong account' --as bo"))
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; it is recorded.")
@acting_option
@key_option
@json_option
def reject(number: int, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Turn a proposed transaction down, as its second person."""
    _answer(transactions.reject(TransactionId(number), by=acting(login), now=now(), reason=reason, key=key), as_json)


@click.command(epilog=examples("article6 cancel 17 --reason 'mistyped' --as ama"))
@click.argument("number", type=int)
@click.option("--reason", default="", help="Why; it is recorded.")
@acting_option
@key_option
@json_option
def cancel(number: int, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Withdraw one's own proposal."""
    _answer(transactions.cancel(TransactionId(number), by=acting(login), now=now(), reason=reason, key=key), as_json)


@click.group(epilog=examples("article6 transaction list --status proposed", "article6 transaction show 17"))
def transaction() -> None:
    """What was moved, by whom, when."""


@transaction.command(
    "list", epilog=examples("article6 transaction list", "article6 transaction list --account NUMBER --json")
)
@click.option("--account", help="Only into or out of this account.")
@click.option("--status", type=click.Choice([str(each) for each in Status]), help="Only in this status.")
@click.option("--type", "type_", help="Only of this type.")
@after_option
@limit_option
@json_option
def listed(as_json: bool, **wanted: Any) -> None:
    """Transactions, newest first."""
    from article6.services import lookup

    headings = {
        "id": _("Id"),
        "type": _("Type"),
        "status": _("Status"),
        "source": _("From"),
        "target": _("To"),
        "quantity": _("Units"),
        "proposed_at": _("Proposed"),
        "decided_at": _("Decided"),
    }
    print_page(lookup.transactions(**wanted), headings, as_json=as_json)


@transaction.command("show", epilog=examples("article6 transaction show 17", "article6 transaction show 17 --json"))
@click.argument("number", type=int)
@json_option
def show(number: int, as_json: bool) -> None:
    """One transaction with the units it moved."""
    from article6.services import lookup

    found = lookup.transaction(number)
    if found is None:
        raise refused(Code.TRANSACTION_UNKNOWN, str(number))
    if as_json:
        output.print_json(found)
        return
    entries = found.pop("entries", [])
    output.print_fields(found.items())
    if entries:
        output.say("")
        output.print_table(
            [_("Registry"), _("Party"), _("First"), _("Last"), _("Units"), _("First transfer")],
            [(each["registry"], each["party"], each["first"], each["last"], each["last"] - each["first"] + 1,
              each["is_first_transfer"]) for each in entries],
        )  # fmt: skip
