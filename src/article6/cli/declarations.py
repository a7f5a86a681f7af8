"""Declarations: account types, flows and switches that administrators add without a release."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from article6.cli import output
from article6.cli.command import (
    acting,
    acting_option,
    examples,
    json_option,
    key_option,
    now,
    since_option,
    version_option,
)
from article6.domain.declarations import Subject
from article6.services import declarations
from article6.services.declarations import NewDeclaration

subject_argument = click.argument("subject", type=click.Choice([str(each) for each in Subject]))


@click.group(
    epilog=examples(
        "article6 declaration list",
        "article6 declaration account-type escrow --title Escrow --number 150 --holds MO --holds ITMO",
        "article6 declaration flow into_escrow --title 'Into escrow' --from holding --to escrow --as ama",
        "article6 declaration approve flow into_escrow --as bo",
    )
)
def declaration() -> None:
    """Account types, flows and switches beside those built in."""


@declaration.command("list", epilog=examples("article6 declaration list", "article6 declaration list --json"))
@json_option
def listed(as_json: bool) -> None:
    """Every version of every declaration, with who drafted, approved and retired it."""
    found = declarations.listed(by=None)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [
            _("Subject"), _("Name"), _("Version"), _("Content"), _("By"), _("Approved by"), _("From"),
            pgettext("rule", "Retired"),
        ],
        [
            (each["subject"], each["name"], each["version"], each["content"], each["drafted_by"], each["approved_by"],
             each["in_force_from"], each["retired_from"])
            for each in found
        ],
    )  # fmt: skip


@declaration.command("switches", epilog=examples("article6 declaration switches"))
@json_option
def switches(as_json: bool) -> None:
    """The switches of this registry as they stand."""
    found = declarations.switches(now())
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Switch"), _("Is"), _("May be"), _("What it says"), _("Clause")],
        [(each["name"], each["value"], each["values"], _(each["title"]), each["clause"]) for each in found],
    )


def _draft(
    subject: Subject, name: str, content: dict[str, Any], login: str | None, key: str | None, as_json: bool
) -> None:
    given = {each: value for each, value in content.items() if value not in (None, "", (), [], False)}
    drafted = declarations.draft(NewDeclaration(subject, name, given), by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(drafted)
        return
    output.say(_("Drafted %(name)s, version %(version)s.") % {"name": name, "version": drafted.version})
    output.say(_("Next, by another person: article6 declaration approve %(subject)s %(name)s --as LOGIN")
               % {"subject": subject, "name": name})  # fmt: skip


@declaration.command(
    "account-type",
    epilog=examples(
        "article6 declaration account-type escrow --title Escrow --number 150 --holds MO --holds ITMO",
        "article6 declaration account-type cancellation_corsia --title 'Cancellation for CORSIA' --number 231 \\",
        "    --holds MO --holds ITMO --like cancellation_oimp",
    ),
)
@click.argument("name")
@click.option("--title", required=True, help="What people read.")
@click.option("--number", type=int, required=True, help="Its three digits in account numbers.")
@click.option("--holds", multiple=True, required=True, help="A type of unit it may hold. Repeatable.")
@click.option("--like", help="Of a final account: the built-in cancellation that units come into it by.")
@acting_option
@key_option
@json_option
def account_type(
    name: str, title: str, number: int, holds: tuple[str, ...], like: str | None, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Draft an account type, or a new version of one."""
    content = {"title": title, "number": number, "holds": list(holds), "like": like}
    _draft(Subject.ACCOUNT_TYPE, name, content, login, key, as_json)


@declaration.command(
    "flow",
    epilog=examples(
        "article6 declaration flow into_escrow --title 'Into escrow' --from holding --to escrow --term deal",
        "article6 declaration flow cancellation_corsia --title 'Cancellation for CORSIA' --from holding \\",
        "    --to cancellation_corsia --like cancellation_oimp",
    ),
)
@click.argument("name")
@click.option("--title", required=True, help="What people read.")
@click.option("--from", "sources", multiple=True, required=True, help="An account type units leave. Repeatable.")
@click.option("--to", "targets", multiple=True, required=True, help="An account type units come to. Repeatable.")
@click.option("--like", help="The built-in cancellation it is; without it, it is a move.")
@click.option("--term", "terms", multiple=True, help="A particular that must be given. Repeatable.")
@click.option("--four-eyes", is_flag=True, help="Always decided by a second person.")
@click.option("--by-administrators", is_flag=True, help="Only administrators propose it.")
@click.option("--clause", default="", help="What it rests on.")
@acting_option
@key_option
@json_option
def flow(name: str, login: str | None, key: str | None, as_json: bool, **content: Any) -> None:
    """Draft a flow between account types, or a new version of one: a move, or a cancellation."""
    plain = {each: list(value) if isinstance(value, tuple) else value for each, value in content.items()}
    _draft(Subject.FLOW, name, plain, login, key, as_json)


@declaration.command(
    "switch",
    epilog=examples(
        "article6 declaration switch voluntary_cancellation participants",
        "article6 declaration switch issuance_service.GHA on --as gha.representative",
    ),
)
@click.argument("name")
@click.argument("value")
@acting_option
@key_option
@json_option
def switch(name: str, value: str, login: str | None, key: str | None, as_json: bool) -> None:
    """Ask for another value of a switch."""
    _draft(Subject.SWITCH, name, {"value": value}, login, key, as_json)


@declaration.command("approve", epilog=examples("article6 declaration approve flow into_escrow --as bo"))
@subject_argument
@click.argument("name")
@version_option
@since_option("In force")
@acting_option
@key_option
@json_option
def approve(
    subject: str, name: str, version: int | None, since: datetime | None, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Put a declaration into force, as an administrator who did not draft it."""
    done = declarations.approve(
        Subject(subject), name, version, by=acting(login), now=now(), in_force_from=since, key=key
    )
    output.print_done(done, _("Approved %(name)s, version %(version)s."), as_json=as_json)


@declaration.command("retire", epilog=examples("article6 declaration retire flow into_escrow --as bo"))
@subject_argument
@click.argument("name")
@version_option
@since_option("Out of force")
@acting_option
@key_option
@json_option
def retire(
    subject: str, name: str, version: int | None, since: datetime | None, login: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Take a declaration out of force, as an administrator who did not draft it."""
    done = declarations.retire(
        Subject(subject), name, version, by=acting(login), now=now(), retired_from=since, key=key
    )
    output.print_done(done, _("Retired %(name)s, version %(version)s."), as_json=as_json)
