"""Who runs a command at the server, as the operating system knows it."""

from __future__ import annotations

import os
import pwd

import click

from article6.domain.orders import PersonId
from article6.services import people

named_option = click.option(
    "--as",
    "login",
    metavar="LOGIN",
    help="The administrator (or the person) in whose name you do it. Default: nobody's; it is yours, as an operator.",
)


def os_user() -> str:
    """The login of the operating system; with who became it by sudo, which is a claim and no proof."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = str(number)
    before = os.environ.get("SUDO_USER", "")
    return f"{name} (sudo: {before})" if before and before != name else name


def named(login: str | None) -> PersonId | None:
    """The person in whose name it is done.

    Raises:
        Refused: nobody has this login.
    """
    return people.person_by_login(login) if login is not None else None
