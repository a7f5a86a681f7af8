"""Transactions, accounts and projects as tables ask for them: in any order, with filters, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from article6.domain.refusals import Code, refused
from article6.services import lookup
from article6.services.figures import counted
from article6.services.paging import Asked, Page
from article6.services.titles import account_title
from article6.store.queries import listings as queries

LONGEST_WAY = 10**6
"""Beyond so many lines nobody turns the pages; a filter leads there."""


def transactions(asked: Asked, *, account: str | None = None) -> Page:
    """Transactions as `lookup.transactions`; of one account (by its number) in their own order only.

    Raises:
        Refused: `after` is nothing that a page named.
    """
    if account is not None or _is_plain(asked, {"status", "type"}):
        wanted = asked.filters
        status, type_ = wanted.get("status"), wanted.get("type")
        return lookup.transactions(asked.after, limit=asked.limit, account=account, status=status, type_=type_)
    return _page(queries.TRANSACTIONS, asked, lambda found: [lookup.shown_transaction(each) for each in found])


def accounts(asked: Asked) -> Page:
    """Accounts as `lookup.accounts`.

    Raises:
        Refused: as for `transactions`.
    """
    if _is_plain(asked, {"section", "type"}):
        wanted = asked.filters
        return lookup.accounts(asked.after, limit=asked.limit, section=wanted.get("section"), type_=wanted.get("type"))
    return _page(queries.ACCOUNTS, asked, _titled)


def projects(asked: Asked) -> Page:
    """Projects as `lookup.projects`.

    Raises:
        Refused: as for `transactions`.
    """
    if _is_plain(asked, {"party"}):
        return lookup.projects(asked.after, limit=asked.limit, party=asked.filters.get("party"))
    return _page(queries.PROJECTS, asked, list)


SORTS = {
    "transactions": frozenset(queries.TRANSACTIONS.sorts),
    "accounts": frozenset(queries.ACCOUNTS.sorts),
    "projects": frozenset(queries.PROJECTS.sorts),
}
"""The columns by which each list can be sorted."""


def _is_plain(asked: Asked, filters: set[str]) -> bool:
    """Whether a list's own order and its own filters do, which go on by a cursor."""
    return not asked.sort and set(asked.filters) <= filters


def _titled(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "type_title": account_title(each["type"])} for each in found]


def _page(of: queries.Listing, asked: Asked, shown: Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]) -> Page:
    passed = _passed(asked.after)
    found = queries.page(
        of, asked.filters, asked.sort, is_descending=asked.is_descending, limit=asked.limit + 1, passed=passed
    )
    total, is_estimate = counted(*queries.rows(of, asked.filters))
    following = str(passed + asked.limit) if len(found) > asked.limit else None
    return Page(shown(found[: asked.limit]), total, following, is_estimate)


def _passed(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal()) or len(after) > 7 or int(after) > LONGEST_WAY:
        raise refused(Code.REQUEST_MALFORMED, "after", _("give what the page before named as the next"))
    return int(after)
