"""What an account is for: its type as in force, the metric of its units, the purpose of what is cancelled in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from article6.domain import nomenclatures as lists
from article6.domain.kinds import AccountType
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.units import TCO2E
from article6.services import declarations, nomenclatures

METRIC_AT_MOST = 200
"""Characters of the name of a metric."""


def type_in_force(type_: str, now: datetime) -> AccountType:
    """The account type, built in or declared.

    Raises:
        Refused: there is none, or it is retired, so that no account of it is opened any more.
    """
    law = declarations.current(now)
    found = law.rules.accounts.get(type_)
    if found is None or type_ in law.closed:
        raise refused(Code.ACCOUNT_TYPE_UNKNOWN, type_, "retired" if found else "")
    return found


def require(account_type: AccountType, metric: str, purpose: str, sub_purpose: str, now: datetime) -> None:
    """Refuse an account of this type for this metric and purpose.

    Raises:
        Refused: a purpose on another account than a cancellation account, one that is not listed or withdrawn, or no
            name of a metric.
    """
    if reasons := list(_refusals(account_type, metric, purpose, sub_purpose)):
        raise Refused(reasons)
    if purpose:
        named = [purpose, *([listed(purpose, sub_purpose)] if sub_purpose else [])]
        if reasons := nomenclatures.refusals([(lists.CANCELLATION_PURPOSE, each) for each in named], now.date()):
            raise Refused(reasons)


def listed(purpose: str, sub_purpose: str) -> str:
    """A purpose with its sub-purpose as their list has them."""
    return f"{purpose}: {sub_purpose}" if sub_purpose else purpose


def _refusals(account_type: AccountType, metric: str, purpose: str, sub_purpose: str) -> Iterator[Refusal]:
    is_cancelling = account_type.is_terminal and account_type.code.startswith("cancellation_")
    if (purpose and not is_cancelling) or (sub_purpose and not purpose):
        yield Refusal(Code.ACCOUNT_PURPOSE, account_type.code, listed(purpose, sub_purpose))
    if metric != metric.strip() or len(metric) > METRIC_AT_MOST or not metric.isprintable():
        yield Refusal(
            Code.METRIC_INCOMPLETE, metric[:60], f"at most {METRIC_AT_MOST} characters, none at the ends blank"
        )
    if metric == TCO2E:
        yield Refusal(Code.METRIC_INCOMPLETE, metric, "leave the metric out")
