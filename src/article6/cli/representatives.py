"""Who acts for an account, and which accounts it trusts."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.asking import add_decisions, print_asked
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.services import representatives, trusted_accounts
from article6.services.representatives import RepresentativeChange

NUMBER = "GHA01-100-1001-0-69"


@click.group(epilog=examples(f"article6 representative list {NUMBER}"))
def representative() -> None:
    """Representatives: where an account has some, they alone propose and approve for it, administrators excepted."""


@representative.command("list", epilog=examples(f"article6 representative list {NUMBER}"))
@click.argument("account")
@acting_option
@json_option
def listed(account: str, login: str | None, as_json: bool) -> None:
    """Who acts for an account, and the changes asked for, newest first."""
    found = representatives.listed(account, acting(login))
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Login"), _("Name"), _("Status"), _("Since")],
        [(each["login"], each["name"], each["status"], each["since"]) for each in found["representatives"]],
    )
    _print_waiting(found["changes"])


def _print_waiting(changes: list[dict[str, object]]) -> None:
    for each in changes:
        if each["status"] == "proposed":
            output.say(_("Number %(id)s waits for a second person.") % {"id": each["id"]})


@representative.command(
    "change",
    epilog=examples(
        f"article6 representative change {NUMBER} --add ama --add bo",
        f"article6 representative change {NUMBER} --remove bo --add cy",
    ),
)
@click.argument("account")
@click.option("--add", multiple=True, metavar="LOGIN", help="Somebody who acts from now on. Repeatable.")
@click.option("--remove", multiple=True, metavar="LOGIN", help="Somebody who acts no more. Repeatable.")
@click.option("--suspend", multiple=True, metavar="LOGIN", help="Somebody who does not act for now. Repeatable.")
@click.option("--reinstate", multiple=True, metavar="LOGIN", help="Somebody suspended who acts again. Repeatable.")
@acting_option
@key_option
@json_option
def change(
    account: str, add: tuple[str, ...], remove: tuple[str, ...], suspend: tuple[str, ...], reinstate: tuple[str, ...],
    login: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Change who acts for an account, in one act; where it asks for a second person, one approves this too."""
    wanted = RepresentativeChange(account, add, remove, suspend, reinstate)
    print_asked(representatives.change(wanted, by=acting(login), now=now(), key=key), as_json=as_json)


add_decisions(representative, representatives.decide)


@click.group(epilog=examples(f"article6 trusted list {NUMBER}"))
def trusted() -> None:
    """Trusted accounts: where an account demands it, transfers go to the accounts on its list only."""


@trusted.command("list", epilog=examples(f"article6 trusted list {NUMBER}"))
@click.argument("account")
@acting_option
@json_option
def trusted_list(account: str, login: str | None, as_json: bool) -> None:
    """The accounts that an account trusts, and whether it demands them."""
    found = trusted_accounts.listed(account, acting(login))
    if as_json:
        output.print_json(found)
        return
    output.print_fields([(_("Only to trusted accounts"), found["trusted_only"]), (_("Trusted"), found["accounts"])])
    _print_waiting(found["changes"])


@trusted.command(
    "change",
    epilog=examples(
        f"article6 trusted change {NUMBER} trust GHA01-100-1002-0-66 --as ama",
        f"article6 trusted change {NUMBER} demand --as ama",
    ),
)
@click.argument("account")
@click.argument("change", metavar="CHANGE", type=click.Choice(trusted_accounts.CHANGES))
@click.argument("other", required=False)
@acting_option
@key_option
@json_option
def trusted_change(
    account: str, change: str, other: str | None, login: str | None, key: str | None, as_json: bool
) -> None:
    """Ask to trust or distrust an OTHER account, to demand that transfers go to trusted ones only, or to waive that."""
    asked = trusted_accounts.propose(account, change, other, by=acting(login), now=now(), key=key)
    print_asked(asked, as_json=as_json)


add_decisions(trusted, trusted_accounts.decide)
