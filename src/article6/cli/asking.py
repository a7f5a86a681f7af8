"""What one person asks for and a second decides, as the commands show it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import click
from django.utils.translation import gettext as _

from article6.cli import output
from article6.cli.command import acting, acting_option, examples, json_option, key_option, now
from article6.domain.orders import PersonId


class Asked(Protocol):
    """What a service answers: the number under which it is decided, and how it stands."""

    @property
    def id(self) -> int | None: ...

    @property
    def status(self) -> str: ...


class Decide(Protocol):
    """A service that decides."""

    def __call__(
        self, number: int, *, approve: bool, by: PersonId, now: datetime, reason: str = "", key: str | None = None
    ) -> Any: ...


SAID: dict[str, Callable[[], str]] = {
    "approved": lambda: _("Number %(id)s is approved and in force."),
    "proposed": lambda: _("Number %(id)s waits for a second person."),
    "rejected": lambda: _("Number %(id)s is rejected."),
}


def print_asked(asked: Asked, *, as_json: bool, **more: Any) -> None:
    """How something that was asked for stands now."""
    if as_json:
        output.print_json({"id": asked.id, "status": asked.status, **more})
    elif asked.id is None:
        output.say(_("There was nothing to change."))
    else:
        output.say(SAID[asked.status]() % {"id": asked.id})


def add_decisions(group: click.Group, decide: Decide) -> None:
    """Give a group the commands `approve` and `reject`."""

    @group.command("approve", epilog=examples(f"article6 {group.name} approve 7 --as bo"))
    @click.argument("number", type=click.IntRange(1))
    @acting_option
    @key_option
    @json_option
    def approve(number: int, login: str | None, key: str | None, as_json: bool) -> None:
        """Approve what was asked for under this NUMBER, as the second person."""
        print_asked(decide(number, approve=True, by=acting(login), now=now(), key=key), as_json=as_json)

    @group.command("reject", epilog=examples(f"article6 {group.name} reject 7 --reason 'not authorized' --as bo"))
    @click.argument("number", type=click.IntRange(1))
    @click.option("--reason", required=True, help="Why; it is recorded.")
    @acting_option
    @key_option
    @json_option
    def reject(number: int, reason: str, login: str | None, key: str | None, as_json: bool) -> None:
        """Reject what was asked for under this NUMBER; whoever asked withdraws it so."""
        print_asked(decide(number, approve=False, by=acting(login), now=now(), reason=reason, key=key), as_json=as_json)
