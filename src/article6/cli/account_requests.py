"""Requests for accounts."""

from __future__ import annotations

from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.accounts import years
from article6.cli.asking import add_decisions, print_asked
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.account_requests import Identification
from article6.domain.entities import Document
from article6.services import account_requests
from article6.services.account_requests import AccountRequest
from article6.services.accounts import NewAccount


@click.group("account-request", epilog=examples("article6 account-request list", "article6 account-request show 7"))
def account_request() -> None:
    """Requests for accounts: somebody asks, the Party's administrator approves, and the account is open."""


@account_request.command(
    "file",
    epilog=examples(
        "article6 account-request file --type holding --section GHA --name 'Clean Cooking' \\",
        "    --legal-name 'Clean Cooking Ltd' --country GHA --identification C-1234 \\",
        "    --document certificate 'folio 12' SHA256 --representative ama --representative bo --four-eyes --as ama",
    ),
)
@click.option("--type", required=True, help="Account type, as in holding.")
@click.option("--section", required=True, help="The section it is to stand in, as in GHA.")
@click.option("--name", required=True, help="Its name.")
@click.option("--legal-name", required=True, help="The holder's legal name; it will be shown as the holder.")
@click.option("--country", required=True, help="Where the holder is incorporated, as in GHA.")
@click.option("--identification", required=True, help="The holder's number there.")
@click.option(
    "--document",
    "documents",
    nargs=3,
    multiple=True,
    metavar="KIND REFERENCE SHA256",
    help="A document that proves it; the file itself is not taken. Repeatable.",
)
@click.option("--representative", "representatives", multiple=True, metavar="LOGIN", help="Who is to act. Repeatable.")
@click.option("--period", metavar="YEAR-YEAR", help="NDC implementation period, of a retirement account.")
@click.option("--four-eyes", "needs_approval", is_flag=True, help="Every transaction out of it needs a second person.")
@click.option("--trusted-only", is_flag=True, help="It transfers to accounts on its list of trusted ones only.")
@acting_option
@key_option
@json_option
def file_(
    legal_name: str, country: str, identification: str, documents: tuple[tuple[str, str, str], ...],
    representatives: tuple[str, ...], period: str | None, login: str | None, key: str | None, as_json: bool,
    **fields: Any,
) -> None:  # fmt: skip
    """Ask for an account, with what identifies its holder and who is to act for it."""
    first, last = years(period)
    proofs = tuple(Document(*each) for each in documents)
    new = AccountRequest(
        NewAccount(**fields, period_first=first, period_last=last),
        Identification(legal_name, country, identification, proofs),
        representatives,
    )
    print_asked(account_requests.file(new, by=acting(login), now=now(), key=key), as_json=as_json)


@account_request.command("list", epilog=examples("article6 account-request list --as pia"))
@acting_option
@json_option
def listed(login: str | None, as_json: bool) -> None:
    """The requests that the person filed or may decide, newest first."""
    found = account_requests.listed(acting(login))
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Number"), _("Type"), _("Section"), _("Name"), _("Representatives"), _("Status"), _("Account")],
        [(each["id"], each["type"], each["section"], each["name"], each["representatives"], each["status"],
          each["account"]) for each in found],
    )  # fmt: skip


@account_request.command("show", epilog=examples("article6 account-request show 7 --as pia"))
@click.argument("number", type=click.IntRange(1))
@acting_option
@json_option
def show(number: int, login: str | None, as_json: bool) -> None:
    """One request, with what identifies the holder; to who filed it and to who may decide it."""
    found = account_requests.shown(number, acting(login))
    if as_json:
        output.print_json(found)
        return
    documents = found.pop("documents")
    output.print_fields(found.items())
    output.print_table(
        [_("Document"), _("Reference"), "SHA-256"],
        [(each["kind"], each["reference"], each["sha256"]) for each in documents],
    )


add_decisions(account_request, account_requests.decide)
