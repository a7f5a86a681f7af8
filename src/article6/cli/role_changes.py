"""Changes of roles that wait for a second person, or were decided."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.asking import add_decisions
from article6.cli.command import acting, acting_option, examples, json_option
from article6.services import role_changes


@click.group("role-change", epilog=examples("article6 role-change list", "article6 role-change approve 7 --as bo"))
def role_change() -> None:
    """Changes of roles: asked for with `article6 user role`, decided here by a second administrator."""


@role_change.command("list", epilog=examples("article6 role-change list", "article6 role-change list --json"))
@acting_option
@json_option
def listed(login: str | None, as_json: bool) -> None:
    """The changes of roles in the sections that the person administers, newest first."""
    found = role_changes.listed(acting(login))
    if as_json:
        output.print_json(found)
        return
    output.print_table(
        [_("Number"), _("Change"), _("Login"), _("Role"), _("Section"), _("Until"), _("Asked by"), _("Status"),
         _("Decided by")],
        [(each["id"], each["change"], each["login"], each["role"], each["section"] or "*", each["until"],
          each["proposed_by_login"], each["status"], each["decided_by_login"]) for each in found],
    )  # fmt: skip


add_decisions(role_change, role_changes.decide)
