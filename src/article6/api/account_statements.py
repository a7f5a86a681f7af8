"""Statements of accounts."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from article6.api import outputs
from article6.api.access import reading
from article6.api.answers import answer
from article6.api.fields import DayAsked
from article6.api.inputs import After, Limit, NumberInPath
from article6.services import account_statements

router = Router(auth=reading, tags=["accounts"])


class StatementLineOut(BaseModel):
    """A transaction: by how many units it changed the account (below 0: they left), and what stood there after it."""

    id: int
    type: str
    type_title: str
    at: datetime
    quantity: int
    change: int
    balance: int
    counterparty: outputs.AccountRefOut | None


class AccountStatementOut(BaseModel):
    """From the first to the last day, both included, UTC; quantities in units. `next` goes back in as `after`."""

    account: str
    first_day: date
    last_day: date
    opening: int
    received: int
    sent: int
    closing: int
    items: list[StatementLineOut]
    total: int
    next: str | None


@router.get("/accounts/{number}/statement", response=AccountStatementOut, operation_id="get_account_statement")
def get_statement(
    request: HttpRequest, number: NumberInPath, first_day: DayAsked, last_day: DayAsked, after: After = None,
    limit: Limit = 50,
) -> HttpResponse:  # fmt: skip
    """What stood in an account, what came and left from the first to the last day, and what stands there then."""
    found = account_statements.statement(number, first_day, last_day, after=after, limit=limit)
    names = ("account", "first_day", "last_day", "opening", "received", "sent", "closing")
    said = {name: getattr(found, name) for name in names}
    return answer({**said, "items": found.lines.items, "total": found.lines.total, "next": found.lines.next})
