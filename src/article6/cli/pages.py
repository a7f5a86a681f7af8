"""Lists that go on: a page of a list, and how to get the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from article6.cli import output

if TYPE_CHECKING:
    from article6.services.lookup import Page


def print_page(page: Page, headings: Mapping[str, str], *, as_json: bool) -> None:
    """The page as a table of the columns named, with the total; or as JSON, with all that is known of each item."""
    if as_json:
        output.print_json({"items": page.items, "total": page.total, "next": page.next})
        return
    output.print_table(list(headings.values()), [[_plain(each.get(name)) for name in headings] for each in page.items])
    output.tell(_("%(shown)s of %(total)s") % {"shown": f"{len(page.items):,}", "total": f"{page.total:,}"})
    if page.next:
        output.tell(_("More: add --after %(next)s") % {"next": page.next})


def _plain(value: object) -> object:
    return value.get("number") if isinstance(value, dict) and "number" in value else value
