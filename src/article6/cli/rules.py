"""Rules: those built in, and those that administrators write in the Common Expression Language."""

from __future__ import annotations

from datetime import datetime

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
from article6.domain.business_rules import FACTS
from article6.services import business_rules, wording
from article6.services.business_rules import TRIED_AT_MOST, NewRule


@click.group(
    epilog=examples("article6 rule list", "article6 rule draft large 'order.quantity > 100' --message 'Too many.'")
)
def rule() -> None:
    """Rules: those built in, and those that administrators add."""


@rule.command("builtin", epilog=examples("article6 rule builtin", "article6 rule builtin --json"))
@json_option
def builtin(as_json: bool) -> None:
    """The rules for transactions that are built in, in the order in which they are asked."""
    found = wording.built_in_rules()
    if as_json:
        output.print_json(found)
    else:
        names = [_("Code"), _("Clause"), _("What to do"), _("Applies to")]
        output.print_table(names, [list(each.values()) for each in found])


@rule.command("facts", epilog=examples("article6 rule facts"))
@json_option
def facts(as_json: bool) -> None:
    """The facts that an expression may use."""
    if as_json:
        output.print_json(FACTS)
    else:
        output.print_table(
            [_("Fact"), _("Type"), _("Is")], [(each.name, each.type, _(each.sentence)) for each in FACTS]
        )


@rule.command("list", epilog=examples("article6 rule list", "article6 rule list --json"))
@json_option
def listed(as_json: bool) -> None:
    """Every version of every rule, with who wrote, approved and retired it."""
    found = business_rules.listed(by=None)
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [
            _("Rule"), _("Version"), _("Refuses when"), _("Tried"), _("By"), _("Approved by"), _("From"),
            pgettext("rule", "Retired"),
        ],
        [
            (each["name"], each["version"], each["refuses_when"], _tried(each), each["drafted_by"],
             each["approved_by"], each["in_force_from"], each["retired_from"])
            for each in found
        ],
    )  # fmt: skip


def _tried(found: dict[str, int | None]) -> str:
    if found["of_transactions"] is None:
        return ""
    return f"{found['would_refuse']:,} / {found['of_transactions']:,}"


@rule.command(
    "draft",
    epilog=examples(
        "article6 rule draft large 'order.quantity > 100000' --message 'Ask the ministry first.' --clause 'Order 12'",
        "article6 rule draft old 'order.type == \"use_ndc\" && lots.vintage_first < 2021' --message 'Too old.'",
    ),
)
@click.argument("name")
@click.argument("refuses_when", metavar="EXPRESSION")
@click.option("--message", required=True, help="What the person who is refused is told.")
@click.option("--clause", default="", help="What the rule rests on.")
@acting_option
@key_option
@json_option
def draft(
    name: str, refuses_when: str, message: str, clause: str, login: str | None, key: str | None, as_json: bool
) -> None:
    """Write a rule down, or a new version of it: it refuses when the EXPRESSION is true. It is not in force yet."""
    new = NewRule(name, refuses_when, message, clause)
    drafted = business_rules.draft(new, by=acting(login), now=now(), key=key)
    if as_json:
        output.print_json(drafted)
        return
    output.say(_("Drafted %(name)s, version %(version)s.") % {"name": name, "version": drafted.version})
    output.say(_("Next: article6 rule try %(name)s") % {"name": name})


@rule.command("try", epilog=examples("article6 rule try large", "article6 rule try large --latest 1000 --json"))
@click.argument("name")
@version_option
@click.option(
    "--latest",
    type=click.IntRange(1, TRIED_AT_MOST),
    default=TRIED_AT_MOST,
    show_default=True,
    help="Transactions at most, the latest first.",
)
@acting_option
@json_option
def try_out(name: str, version: int | None, latest: int, login: str | None, as_json: bool) -> None:
    """Ask a rule about completed transactions: how many it would have refused. Changes none of them."""
    tried = business_rules.try_out(name, version, by=acting(login), now=now(), at_most=latest)
    if as_json:
        output.print_json(tried)
        return
    counted = {"refused": f"{tried.would_refuse:,}", "all": f"{tried.of_transactions:,}"}
    output.say(_("Would have refused %(refused)s of %(all)s.") % counted)
    if tried.would_fail:
        output.say(
            _("Could not be worked out, and so refused besides: %(count)s.") % {"count": f"{tried.would_fail:,}"}
        )
    if tried.examples:
        output.say(_("Transactions: %(list)s") % {"list": ", ".join(str(each) for each in tried.examples)})


@rule.command("approve", epilog=examples("article6 rule approve large --from 2026-07-01 --as bo"))
@click.argument("name")
@version_option
@since_option("In force")
@acting_option
@key_option
@json_option
def approve(
    name: str, version: int | None, since: datetime | None, login: str | None, key: str | None, as_json: bool
) -> None:
    """Put a rule into force, as an administrator who did not write it."""
    done = business_rules.approve(name, version, by=acting(login), now=now(), in_force_from=since, key=key)
    output.print_done(done, _("Approved %(name)s, version %(version)s."), as_json=as_json)


@rule.command("retire", epilog=examples("article6 rule retire large --as bo"))
@click.argument("name")
@version_option
@since_option("Out of force")
@acting_option
@key_option
@json_option
def retire(
    name: str, version: int | None, since: datetime | None, login: str | None, key: str | None, as_json: bool
) -> None:
    """Take a rule out of force, as an administrator who did not write it."""
    done = business_rules.retire(name, version, by=acting(login), now=now(), retired_from=since, key=key)
    output.print_done(done, _("Retired %(name)s, version %(version)s."), as_json=as_json)
