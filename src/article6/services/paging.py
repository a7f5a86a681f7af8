"""Lists by the page: what a page is, and the cursor that goes on after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.refusals import Code, refused
from article6.domain.serials import SERIAL_LIMIT


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list. `next` goes back in as `after`; None at the end. `total` may be an estimate above a million."""

    items: list[dict[str, Any]]
    total: int
    next: str | None
    is_estimate: bool = False


def page(
    items: Sequence[dict[str, Any]], limit: int, cursor: Callable[[dict[str, Any]], str], total: tuple[int, bool]
) -> Page:
    """A page from one item more than it shows, which tells whether there is another."""
    kept_items = list(items[:limit])
    following = cursor(kept_items[-1]) if len(items) > limit and kept_items else None
    return Page(kept_items, total[0], following, total[1])


def cursor(after: str | None, parts: int) -> list[int]:
    """The numbers after which a page begins.

    Raises:
        Refused: it is none that a page named.
    """
    if after is None:
        return [0] * parts
    if re.fullmatch("-".join([r"[0-9]{1,19}"] * parts), after):
        numbers = [int(each) for each in after.split("-")]
        if max(numbers) <= SERIAL_LIMIT and (parts == 1 or numbers[0] < 2**31):
            return numbers
    raise refused(Code.REQUEST_MALFORMED, "after", _("give what the page before named as the next"))


def below(after: str | None) -> int:
    """The id below which a list that begins with the newest goes on.

    Raises:
        Refused: `after` is no cursor.
    """
    if after is None:
        return SERIAL_LIMIT
    if not after.isdecimal() or not 1 <= int(after) <= SERIAL_LIMIT:
        raise refused(Code.REQUEST_MALFORMED, "after", _("give what the page before named as the next"))
    return int(after)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a table asks of a long list, page by page.

    `after` is what the page before gave as its next. `sort` names a column, or is empty for the list's own order.
    `filters` has, by column, a text (what is contained, or which of several), or a pair (from, to; None: open).
    """

    after: str | None
    limit: int
    sort: str = ""
    is_descending: bool = False
    filters: Mapping[str, Any] = field(default_factory=dict)
