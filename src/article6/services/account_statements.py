"""The statement of an account: what stood in it, what came and left, and what stands in it at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from article6.domain.refusals import Code, refused
from article6.services.paging import Page, cursor, page
from article6.services.titles import account_of, transaction_title
from article6.store.database import one_moment
from article6.store.queries import account_statements as reading
from article6.store.queries import facts


@dataclass(frozen=True, slots=True)
class Statement:
    """From the first to the last day, both included, UTC; quantities in units.

    `lines`, oldest first: id, type, type_title, at, quantity, change (units, below 0 where they left), balance,
    counterparty (the other account, None for new units or where nothing left the account).
    """

    account: str
    first_day: date
    last_day: date
    opening: int
    received: int
    sent: int
    closing: int
    lines: Page


def statement(number: str, first_day: date, last_day: date, *, after: str | None = None, limit: int = 50) -> Statement:
    """What became of an account's units over some days, as the journal stands at one moment.

    Raises:
        Refused: no such account, or days that are none of a statement.
    """
    if last_day < first_day or last_day == date.max:
        raise refused(Code.REQUEST_MALFORMED, f"{first_day} {last_day}", "the last day comes before the first")
    since = datetime.combine(first_day, time.min, UTC)
    until = datetime.combine(last_day + timedelta(days=1), time.min, UTC)
    [start] = cursor(after, 1)
    with one_moment():
        account = facts.accounts([number]).get(number)
        if account is None:
            raise refused(Code.ACCOUNT_UNKNOWN, number)
        opening, received, sent, count = reading.sums(account.id, since, until)
        found = reading.lines(account.id, since, until, start, limit + 1)
    for each in found:
        each["type_title"] = transaction_title(each["type"])
        each["counterparty"] = account_of(each.pop("other_id"))
        del each["first_transferred"]
    listed = page(found, limit, lambda each: f"{each['id']}", (count, False))
    return Statement(number, first_day, last_day, opening, received, sent, opening + received - sent, listed)
