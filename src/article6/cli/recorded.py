"""Lists and single records of what Parties and the Supervisory Body said; each command joins the group of its acts."""

from __future__ import annotations

from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import account_statements, accounts, authorizations, issuance, mechanism, output
from article6.cli.command import after_option, examples, json_option, limit_option
from article6.domain.orders import TransactionId
from article6.domain.refusals import Code, refused
from article6.services import recorded
from article6.services.paging import Page


def _print_page(found: Page, headings: list[str], names: list[str], as_json: bool) -> None:
    if as_json:
        output.print_json(found)
        return
    output.print_table(headings, [[each[name] for name in names] for each in found.items])
    if found.next:
        output.tell(_("More: --after %(next)s") % {"next": found.next})


@click.command("list", epilog=examples("article6 approach list", "article6 approach list --party GHA --json"))
@click.option("--party", help="Only those in which this Party takes part.")
@after_option
@limit_option
@json_option
def list_approaches(party: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """Cooperative approaches, in the order in which they were recorded."""
    found = recorded.approaches(after=after, limit=limit, party=party)
    headings = [_("Approach"), _("Title"), _("Parties"), _("First transfer for OIMP")]
    _print_page(found, headings, ["code", "title", "parties", "first_transfer_oimp"], as_json)


@click.command("list", epilog=examples("article6 authorization list --party GHA"))
@click.option("--party", help="Only this Party's.")
@click.option("--approach", help="Only those under this cooperative approach.")
@after_option
@limit_option
@json_option
def list_authorizations(
    party: str | None, approach: str | None, after: str | None, limit: int, as_json: bool
) -> None:  # fmt: skip
    """Authorizations, each in its latest version."""
    found = recorded.authorizations(after=after, limit=limit, party=party, approach=approach)
    headings = [_("Party"), _("Authorization"), _("Version"), _("Approach"), _("Purposes"), _("Units"), _("Revoked")]
    names = ["party", "code", "version", "approach", "purposes", "quantity", "is_revoked"]
    _print_page(found, headings, names, as_json)


@click.command("show", epilog=examples("article6 authorization show GHA GHA-1"))
@click.argument("party")
@click.argument("code")
@json_option
def show_authorization(party: str, code: str, as_json: bool) -> None:
    """An authorization in its latest version, and how many units stand under it."""
    found = recorded.authorization(party, code)
    if found is None:
        raise refused(Code.AUTHORIZATION_UNKNOWN, code, party)
    if as_json:
        output.print_json(found)
    else:
        output.print_fields((name, _flat(value)) for name, value in found.items())


def _flat(value: Any) -> Any:
    """A group of elements as those that say something."""
    return {name: each for name, each in value.items() if each} if isinstance(value, dict) else value


@click.command("show", epilog=examples("article6 mechanism show 12"))
@click.argument("number", type=int)
@json_option
def show_issuance(number: int, as_json: bool) -> None:
    """An issuance by its transaction, with its shares and all that followed from it."""
    mechanism.show_act(recorded.issuance_act(TransactionId(number)), as_json)


@click.command("about", epilog=examples("article6 mechanism about THA 77"))
@click.argument("party")
@click.argument("activity")
@json_option
def show_activity(party: str, activity: str, as_json: bool) -> None:
    """Who takes part in an activity, and what its host Party said of the units."""
    participants, statements = recorded.participants(party, activity), recorded.statements(party, activity)
    if as_json:
        output.print_json({"participants": participants, "statements": statements})
        return
    output.print_table(
        [_("Party"), _("Participant"), _("Authorized"), _("Document")],
        [(each["party"], each["name"], each["is_authorized"], each["reference"]) for each in participants],
    )
    output.print_table(
        [_("Version"), _("Statement"), _("On"), _("Units"), _("Authorization"), _("Document")],
        [
            (each["version"], each["statement"], each["stated_on"], each["quantity"], each["authorization"],
             each["reference"])
            for each in statements
        ],
    )  # fmt: skip


@click.command("invoices", epilog=examples("article6 mechanism invoices", "article6 mechanism invoices --party THA"))
@click.option("--party", help="Only of this Party's activities.")
@click.option("--activity", help="Only of this activity.")
@after_option
@limit_option
@json_option
def list_invoices(party: str | None, activity: str | None, after: str | None, limit: int, as_json: bool) -> None:
    """Invoices, oldest first; amounts in US cents."""
    found = recorded.invoices(after=after, limit=limit, party=party, activity=activity, by=None)
    headings = [_("Invoice"), _("Party"), _("Activity"), _("Fee"), _("Due"), _("Paid"), _("Waived")]
    names = ["id", "party", "activity", "fee", "amount_cents", "paid_cents", "is_waived"]
    _print_page(found, headings, names, as_json)


JOINING = (
    (accounts.account, account_statements.statement),
    (issuance.approach, list_approaches),
    (authorizations.authorization, list_authorizations),
    (authorizations.authorization, show_authorization),
    (mechanism.mechanism, show_issuance),
    (mechanism.mechanism, show_activity),
    (mechanism.mechanism, list_invoices),
)
"""Groups of commands, and what joins them."""
