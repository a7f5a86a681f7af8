"""Entities that a Party identified, so that it may authorize them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.entities import Document, EntityStatus, RegisteredEntity
from article6.services import entities
from article6.services.entities import CheckDone, NewEntity, Renewal

_DAY = click.DateTime(["%Y-%m-%d"])
Command = Callable[..., None]


@click.group(
    epilog=examples(
        "article6 entity add GHA E1 --name 'Acme Ltd' --country GHA --number CS-77 --valid-until 2027-12-31 \\",
        "    --document extract 'Register, extract of 3 May' $(sha256sum extract.pdf | cut -c1-64) --check extract",
        "article6 entity list --party GHA",
    )
)
def entity() -> None:
    """Authorized entities: identification, its checks and its end."""


_IDENTIFIED = (
    click.option("--valid-until", type=_DAY, required=True, help="The last day on which the identification holds."),
    click.option(
        "--document", "documents", multiple=True, nargs=3, metavar="KIND REFERENCE SHA256",
        help="A document by which it was identified; the file itself is not kept. Repeatable.",
    ),
    click.option("--check", "checks", multiple=True, metavar="KIND", help="A check that it passed. Repeatable."),
    click.option("--failed", multiple=True, metavar="KIND", help="A check that it failed. Repeatable."),
)  # fmt: skip


def _identified(command: Command) -> Command:
    for each in reversed(_IDENTIFIED):
        command = each(command)
    return command


def _content(
    valid_until: datetime, documents: tuple[tuple[str, str, str], ...], checks: tuple[str, ...], failed: tuple[str, ...]
) -> dict[str, Any]:
    done = [CheckDone(each) for each in checks] + [CheckDone(each, is_passed=False) for each in failed]
    return {
        "valid_until": valid_until.date(),
        "documents": tuple(Document(*each) for each in documents),
        "checks": tuple(done),
    }


@entity.command(
    "add",
    epilog=examples(
        "article6 entity add GHA E1 --name 'Acme Ltd' --country GHA --number CS-77 --valid-until 2027-12-31 \\",
        "    --document extract 'Register, extract of 3 May' $(sha256sum extract.pdf | cut -c1-64) --check extract",
    ),
)
@click.argument("party")
@click.argument("code")
@click.option("--name", required=True, help="Its legal name.")
@click.option("--country", required=True, help="Where it is incorporated, as in GHA.")
@click.option("--number", required=True, help="Its identification number there.")
@_identified
@acting_option
@key_option
@json_option
def add(
    party: str, code: str, name: str, country: str, number: str, login: str | None, key: str | None, as_json: bool,
    **given: Any,
) -> None:  # fmt: skip
    """Register an entity under CODE in a Party's section. The checks are those of the person who acts."""
    new = NewEntity(party, code, name, country, number, **_content(**given))
    _say(entities.register(new, by=acting(login), now=now(), key=key), as_json)


def _say(recorded: RegisteredEntity, as_json: bool) -> None:
    if as_json:
        output.print_json(recorded)
    else:
        output.say(_("Recorded %(code)s, version %(version)s.") % {"code": recorded.code, "version": recorded.version})


@entity.command(
    "renew",
    epilog=examples(
        "article6 entity renew GHA E1 --valid-until 2029-12-31 --check extract \\",
        "    --document extract 'Register, extract of 4 May' $(sha256sum extract.pdf | cut -c1-64)",
    ),
)
@click.argument("party")
@click.argument("code")
@click.option("--name", default="", help="Its legal name, where that is another now.")
@click.option("--country", default="", help="Where it is incorporated, where that is another now.")
@click.option("--number", default="", help="Its identification number, where that is another now.")
@_identified
@acting_option
@key_option
@json_option
def renew(
    party: str, code: str, name: str, country: str, number: str, login: str | None, key: str | None, as_json: bool,
    **given: Any,
) -> None:  # fmt: skip
    """Record a new identification: a new version, which is active."""
    renewal = Renewal(name=name, country=country, identification=number, **_content(**given))
    _say(entities.renew(party, code, renewal, by=acting(login), now=now(), key=key), as_json)


@entity.command("status", epilog=examples("article6 entity status GHA E1 suspended --reason 'under investigation'"))
@click.argument("party")
@click.argument("code")
@click.argument("status", type=click.Choice([str(each) for each in EntityStatus]))
@click.option("--reason", required=True, help="Why; it is recorded.")
@acting_option
@key_option
@json_option
def set_status(
    party: str, code: str, status: str, reason: str, login: str | None, key: str | None, as_json: bool
) -> None:
    """Suspend an entity, make it active again, or end it for good."""
    changed = entities.set_status(
        party, code, EntityStatus(status), reason=reason, by=acting(login), now=now(), key=key
    )
    _say(changed, as_json)


@entity.command("list", epilog=examples("article6 entity list", "article6 entity list --party GHA --json"))
@click.option("--party", help="Of this Party only.")
@acting_option
@json_option
def list_entities(party: str | None, login: str | None, as_json: bool) -> None:
    """Entities as they are registered now."""
    found = entities.listed(acting(login), party)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Party"), _("Code"), _("Legal name"), _("Country"), _("Number"), _("Valid until"), _("Status")],
        [
            (each.party, each.code, each.name, each.country, each.identification, each.valid_until, each.status)
            for each in found
        ],
    )


@entity.command("show", epilog=examples("article6 entity show GHA E1"))
@click.argument("party")
@click.argument("code")
@acting_option
@json_option
def show_entity(party: str, code: str, login: str | None, as_json: bool) -> None:
    """Every version of an entity, with its documents and checks."""
    found = entities.history(acting(login), party, code)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Version"), _("Legal name"), _("Country"), _("Number"), _("Valid until"), _("Status"), _("Reason"),
         _("Documents"), _("Checks")],
        [
            (each.version, each.name, each.country, each.identification, each.valid_until, each.status, each.reason,
             [f"{one.kind}: {one.reference}" for one in each.documents],
             [f"{one.kind}: {_('passed') if one.is_passed else _('failed')}" for one in each.checks])
            for each in found
        ],
    )  # fmt: skip
