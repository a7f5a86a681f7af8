"""What the commands share: their examples, `--json`, `--as`, and who acts when nobody is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from django.utils.translation import gettext as _

from article6.domain.orders import PersonId
from article6.domain.refusals import Code, refused
from article6.services import people
from article6.store import persons

Function = TypeVar("Function", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
acting_option = click.option(
    "--as",
    "login",
    metavar="LOGIN",
    help="The person who acts. Default: the administrator, if there is only one. Who can reach the database from a "
    "shell may act as anybody named here; the audit shows the name.",
)
key_option = click.option("--key", metavar="KEY", help="Idempotency key: the same command given again is not repeated.")
version_option = click.option("--version", type=int, help="Its version. Default: the newest.")


def _in_utc(_context: click.Context, _option: click.Parameter, given: datetime | None) -> datetime | None:
    return given.replace(tzinfo=UTC) if given else None


def since_option(what: str) -> Callable[[Function], Function]:
    """`--from`: the moment, in UTC, from which `what` holds."""
    moments = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    told = f"{what} from here on (UTC). Default: at once."
    return click.option("--from", "since", type=moments, callback=_in_utc, help=told)


limit_option = click.option(
    "--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="Lines at most."
)
after_option = click.option("--after", metavar="CURSOR", help="Go on after the last list's end.")


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def acting(login: str | None) -> PersonId:
    """The person who acts.

    Raises:
        Refused: nobody has this login, or nobody is named and there is not exactly one administrator.
    """
    if login is not None:
        return people.person_by_login(login)
    administrators = [each for each in persons.listed() if each["is_active"] and "*:administrator" in each["roles"]]
    if len(administrators) != 1:
        raise refused(Code.PERSON_UNKNOWN, "--as", _("name the person who acts"))
    return PersonId(administrators[0]["id"])
