"""The self-audit."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from article6.cli import exits, output
from article6.cli.command import examples, json_option

if TYPE_CHECKING:
    from article6.services.audit import Check


@click.command(epilog=examples("article6 audit", "article6 --registry cdm audit --json"))
@json_option
@click.pass_context
def audit(context: click.Context, as_json: bool) -> None:
    """Recompute the ledger from its journal and check every promise. Exit code 1 on any breach."""
    from article6.services import audit as auditing

    with output.Bars() as bars:
        asked = itertools.count(1)
        checks = auditing.run(lambda name: bars.report(_("audit"), next(asked)))
    is_clean = all(check.ok for check in checks)
    if as_json:
        output.print_json({"ok": is_clean, "checks": [_plain(each) for each in checks]})
    else:
        output.print_table(
            [_("Check"), _("Checked"), _("Breaches"), ""],
            [(_(each.title), each.checked, each.breaches, _("kept") if each.ok else _("BROKEN")) for each in checks],
        )
        for each in checks:
            for finding in each.findings:
                output.say(f"{each.name}: {finding}")
        output.say(_("The ledger is clean.") if is_clean else _("The ledger is NOT clean."))
    context.exit(exits.OK if is_clean else exits.REFUSED)


def _plain(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "title": _(check.title),
        "ok": check.ok,
        "checked": check.checked,
        "breaches": check.breaches,
        "findings": check.findings,
    }
