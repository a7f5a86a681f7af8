"""What is unsafe or missing, and what to do about it."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.command import examples, json_option, now
from article6.services.doctor.examining import examine
from article6.services.doctor.findings import Level


@click.command(epilog=examples("article6 doctor", "article6 doctor --all", "article6 doctor --json"))
@click.option("--all", "shows_all", is_flag=True, help="Also what is in order.")
@json_option
@click.pass_context
def doctor(context: click.Context, shows_all: bool, as_json: bool) -> None:
    """Look at settings, secrets, rights, clocks, backups, queues and people. Exit code 1 where something is unsafe."""
    found = examine(now())
    if as_json:
        output.print_json({"findings": found, "is_safe": not any(each.level is Level.BAD for each in found)})
    else:
        marks = {Level.BAD: _("unsafe"), Level.WARN: _("look"), Level.GOOD: _("good")}
        shown = [each for each in found if shows_all or each.level is not Level.GOOD]
        for each in shown:
            output.say(f"{marks[each.level]:<8}{each.check}: {each.what}")
            if each.remedy:
                output.say(f"        {each.why}\n        -> {each.remedy}")
        output.say(_("%(count)s things were looked at; %(bad)s are unsafe, %(warn)s are worth a look.") % {
            "count": len(found), "bad": sum(each.level is Level.BAD for each in found),
            "warn": sum(each.level is Level.WARN for each in found)})  # fmt: skip
    if any(each.level is Level.BAD for each in found):
        context.exit(exits.REFUSED)
