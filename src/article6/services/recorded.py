"""Reading what was recorded: cooperative approaches, authorizations, activities and what is said of their units."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from article6.domain.authorizations import Authorization
from article6.domain.orders import PersonId, TransactionId
from article6.domain.refusals import Code, refused
from article6.services import people
from article6.services.figures import counted
from article6.services.mechanism.acts import Act, act_of
from article6.services.paging import Page, cursor, page
from article6.services.statements import activity_id
from article6.store.queries import activity_records
from article6.store.queries import approaches as approach_queries
from article6.store.queries import authorizations as authorization_queries
from article6.store.queries import mechanism as mechanism_queries


def approaches(after: str | None = None, limit: int = 50, party: str | None = None) -> Page:
    """Cooperative approaches in the order in which they were recorded, of one Party where named; as `approach`."""
    [start] = cursor(after, 1)
    items = approach_queries.page(start, limit + 1, party)
    total = counted(approach_queries.PAGE_COUNTED, {"party": party})
    shown = page(items, limit, lambda each: f"{each['id']}", total)
    return dataclasses.replace(shown, items=[_named(each) for each in shown.items])


def approach(code: str) -> dict[str, Any] | None:
    """One approach, as `store.queries.approaches.by_code` gives it, without its number; None when there is none."""
    found = approach_queries.by_code(code)
    return _named(found) if found else None


def _named(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "id"}


def authorizations(
    after: str | None = None, limit: int = 50, party: str | None = None, approach: str | None = None
) -> Page:
    """Authorizations, each in its latest version, in the order in which these were recorded: as `shown`."""
    [start] = cursor(after, 1)
    found = authorization_queries.page(start, limit + 1, party, approach)
    total = counted(authorization_queries.PAGE_COUNTED, {"party": party, "approach": approach})
    shown_here = page([{"id": each.id, "of": each} for each in found], limit, lambda each: f"{each['id']}", total)
    return dataclasses.replace(shown_here, items=[shown(each["of"]) for each in shown_here.items])


def versions(party: str, code: str) -> list[dict[str, Any]]:
    """Every version of a Party's authorization, oldest first; empty when there is none."""
    return [shown(each) for each in authorization_queries.versions(party, code)]


def authorization(party: str, code: str) -> dict[str, Any] | None:
    """A Party's authorization in its latest version, and `units`, how many stand under it over all versions."""
    found = versions(party, code)
    return {**found[-1], "units": authorization_queries.count_under(party, code)} if found else None


def shown(version: Authorization) -> dict[str, Any]:
    """A version of an authorization as its dataclass has it, without the ledger's own number."""
    values: dict[str, Any] = dataclasses.asdict(version)
    del values["id"]
    return values


def participants(party: str, activity: str) -> list[dict[str, Any]]:
    """The latest word on each participant of an activity: party, name, version, is_authorized, reference, recorded_at.

    Raises:
        Refused: there is no such activity.
    """
    return mechanism_queries.participants(activity_id(party, activity))


def statements(party: str, activity: str) -> list[dict[str, Any]]:
    """Every version of the host Party's statement on an activity, oldest first; the last is in force.

    Raises:
        Refused: there is no such activity.
    """
    return activity_records.statements(activity_id(party, activity))


def issuance_act(issuance_id: TransactionId) -> Act:
    """An issuance of the mechanism with all that followed from it so far: shares, forwardings, a later authorization.

    Raises:
        Refused: there is no such issuance.
    """
    act = act_of(activity_records.transactions_of(issuance_id))
    if not act.parts or (act.transaction_id, act.parts[0].type) != (issuance_id, "issuance"):
        raise refused(Code.TRANSACTION_UNKNOWN, str(issuance_id))
    return act


def invoices(
    after: str | None = None, limit: int = 50, party: str | None = None, activity: str | None = None, *,
    by: PersonId | None,
) -> Page:  # fmt: skip
    """Invoices, oldest first, of a Party and an activity where named: as `fees.invoice`, with party and activity.

    Raises:
        Refused: `by` is no administrator or auditor of the registry (None: an operator at the shell).
    """
    people.require_inspector_or_shell(by)
    [start] = cursor(after, 1)
    total = counted(activity_records.INVOICES_COUNTED, {"party": party, "activity": activity})
    return page(
        activity_records.invoices(start, limit + 1, party, activity), limit, lambda each: f"{each['id']}", total
    )


def invoice(invoice_id: int, *, by: PersonId | None) -> dict[str, Any]:
    """One invoice as in `invoices`, its `payments` and `refunds`.

    A payment is cents, paid_on, reference, recorded_at; a refund the same with refunded_on, and its reason.

    Raises:
        Refused: there is none; `by` is no administrator or auditor of the registry (None: an operator at the shell).
    """
    people.require_inspector_or_shell(by)
    return invoice_written(invoice_id)


def invoice_written(invoice_id: int) -> dict[str, Any]:
    """As `invoice`, to whoever has just written it or something of it.

    Raises:
        Refused: there is none.
    """
    found = activity_records.invoice(invoice_id)
    if found is None:
        raise refused(Code.FEE_UNKNOWN, str(invoice_id))
    given_back = activity_records.refunds(invoice_id)
    return {**found, "payments": activity_records.payments(invoice_id), "refunds": given_back}
