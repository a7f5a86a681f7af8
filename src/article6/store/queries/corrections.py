"""Cases of corrective action with what was done with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from article6.domain.corrections import STEPS, Act, Case, Remedy, State
from article6.domain.orders import PersonId, TransactionId
from article6.domain.serials import SeriesRange
from article6.store.database import one, records, row, rows

_CASE = """SELECT c.id, COALESCE(l.act, '') AS last_act, c.reason, c.reference, c.finding, c.transaction_id,
    c.opened_by, o.name AS opened_by_name, c.opened_at, c.series_ids, c.los, c.his
    FROM correction_case c
    LEFT JOIN store_person o ON o.id = c.opened_by
    LEFT JOIN LATERAL (SELECT a.act FROM correction_act a WHERE a.case_id = c.id
                       ORDER BY a.number DESC LIMIT 1) l ON true"""


def _state(last_act: str) -> State:
    return STEPS[Act(last_act)].ends if last_act else State.OPENED


def case(case_id: int) -> Case | None:
    """A case as its acts left it."""
    found = records(f"{_CASE} WHERE c.id = %s", (case_id,))
    if not found:
        return None
    [it] = found
    last = records(
        """SELECT number, act, person_id, remedy, transaction_id FROM correction_act
           WHERE case_id = %s ORDER BY number DESC LIMIT 1""",
        (case_id,),
    )
    state = _state(it["last_act"])
    waiting = last[0] if last and state is State.PROPOSED else None
    units = tuple(SeriesRange(*each) for each in zip(it["series_ids"], it["los"], it["his"], strict=True))
    return Case(
        id=case_id,
        state=state,
        opened_by=PersonId(it["opened_by"]),
        units=units,
        reason=it["reason"],
        acts=last[0]["number"] if last else 0,
        proposed_by=PersonId(waiting["person_id"]) if waiting else None,
        remedy=Remedy(waiting["remedy"]) if waiting else None,
        transaction_id=TransactionId(waiting["transaction_id"]) if waiting and waiting["transaction_id"] else None,
    )


def of_transaction(transaction_id: TransactionId) -> int | None:
    """The case that proposed this transaction."""
    found = row("SELECT case_id FROM correction_act WHERE transaction_id = %s", (transaction_id,))
    return int(found[0]) if found else None


def sections(case_id: int) -> list[int]:
    """The sections that the case concerns."""
    found = rows("SELECT section_id FROM correction_concern WHERE case_id = %s ORDER BY section_id", (case_id,))
    return [each[0] for each in found]


_SEEN = """(%(all)s OR c.id IN (SELECT n.case_id FROM correction_concern n WHERE n.section_id = ANY (%(sections)s)))"""


def page(seen: Iterable[int] | None, below: int, limit: int) -> list[dict[str, Any]]:
    """Cases that concern these sections (None: all), newest first.

    id, state, reason, reference, finding, transaction_id, opened_by_name, opened_at, units.
    """
    found = records(
        f"{_CASE} WHERE {_SEEN} AND c.id < %(below)s ORDER BY c.id DESC LIMIT %(limit)s",
        {**_seen(seen), "below": below, "limit": limit},
    )
    return [_shown(each) for each in found]


def count(seen: Iterable[int] | None) -> int:
    """How many cases concern these sections (None: all)."""
    return int(one(f"SELECT count(*) FROM correction_case c WHERE {_SEEN}", _seen(seen))[0])


def shown(case_id: int, seen: Iterable[int] | None) -> dict[str, Any] | None:
    """A case as in `page`, with `sections` (codes) and `acts`; None where it concerns none of these sections."""
    found = records(f"{_CASE} WHERE {_SEEN} AND c.id = %(id)s", {**_seen(seen), "id": case_id})
    if not found:
        return None
    concerned = rows(
        """SELECT s.code FROM correction_concern n JOIN section s ON s.id = n.section_id WHERE n.case_id = %s
           ORDER BY s.code""",
        (case_id,),
    )
    acts = records(
        """SELECT a.act, p.name AS person, a.at, a.remedy, a.transaction_id, a.remark FROM correction_act a
           LEFT JOIN store_person p ON p.id = a.person_id WHERE a.case_id = %s ORDER BY a.number""",
        (case_id,),
    )
    return {**_shown(found[0]), "sections": [each[0] for each in concerned], "acts": acts}


def _seen(sections: Iterable[int] | None) -> dict[str, Any]:
    return {"all": sections is None, "sections": list(sections or ())}


def _shown(it: dict[str, Any]) -> dict[str, Any]:
    it["state"] = _state(it.pop("last_act"))
    names = _series(set(it["series_ids"]))
    it["units"] = [
        {"registry": names[series_id][0], "party": names[series_id][1], "first": first, "last": last}
        for series_id, first, last in zip(it.pop("series_ids"), it.pop("los"), it.pop("his"), strict=True)
    ]
    del it["opened_by"]
    return it


def _series(ids: set[int]) -> dict[int, tuple[str, str]]:
    found = rows("SELECT id, registry, party FROM series WHERE id = ANY (%s)", (list(ids),))
    return {each[0]: (each[1], each[2]) for each in found}
