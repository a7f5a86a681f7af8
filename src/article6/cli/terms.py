"""Particulars given as NAME=VALUE."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click
from django.utils.translation import gettext as _

term_option = click.option(
    "--term", "terms", multiple=True, metavar="NAME=VALUE", help="A particular, as in use_year=2023. Repeatable."
)
DIGITS_AT_MOST = 18


def pairs(texts: Iterable[str], option: str) -> dict[str, Any]:
    """The texts as a mapping; whole numbers become numbers."""
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(_("give a name and a value, as in use_year=2023"), param_hint=option)
        is_number = value.isascii() and value.isdecimal() and len(value) <= DIGITS_AT_MOST
        # A number with leading zeros is a code, and would lose them.
        found[name] = int(value) if is_number and str(int(value)) == value else value
    return found
