"""How what is done with a corrective action is written: the act, whom it concerns, the notices; all in one go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from article6.domain.corrections import Act, Case
from article6.domain.notices import NoticeCode
from article6.domain.orders import PersonId, TransactionId
from article6.domain.refusals import Code, refused
from article6.services import notices
from article6.store import journal
from article6.store.queries import corrections as reading
from article6.store.queries import registries

ADMINISTRATOR_SECTION = "ADM"


def administrators_section() -> int:
    """The section of the registry's administrator."""
    return registries.sections()[ADMINISTRATOR_SECTION]


def locked(case_id: int) -> Case:
    """The case, for whoever acts on it next; others wait until this database transaction is over.

    Raises:
        Refused: there is no such case.
    """
    journal.wait_for_turn(f"correction:{case_id}")
    found = reading.case(case_id)
    if found is None:
        raise refused(Code.CORRECTION_UNKNOWN, str(case_id))
    return found


def concern(case_id: int, section_ids: Iterable[int]) -> None:
    """Let the people of these sections read the case and be told of it."""
    for section_id in sorted(set(section_ids) - set(reading.sections(case_id))):
        journal.insert("correction_concern", {"case_id": case_id, "section_id": section_id})


def write(case: Case, act: Act, by: PersonId | None, now: datetime, **values: Any) -> None:
    """Write an act on a case, and tell the sections that the case concerns. Needs the act's database transaction."""
    journal.insert(
        "correction_act",
        {"case_id": case.id, "number": case.acts + 1, "act": act, "person_id": by, "at": now, **values},
    )
    params = {"case": case.id, "remedy": values.get("remedy") or case.remedy, "remark": values.get("remark")}
    tell(case.id, NoticeCode(f"correction.{act}"), now, **{name: each for name, each in params.items() if each})


def tell(case_id: int, code: NoticeCode, now: datetime, **params: str | int) -> None:
    """Tell the Parties' sections that the case concerns; the administrator's own knows."""
    concerned = set(reading.sections(case_id)) - {administrators_section()}
    notices.tell(concerned, code, f"correction:{case_id}", now, **params)


def locked_case_of(transaction_id: TransactionId) -> Case | None:
    """The case that a transaction belongs to, as `locked`; None for all other transactions."""
    case_id = reading.of_transaction(transaction_id)
    return None if case_id is None else locked(case_id)


def lapse(case: Case, now: datetime) -> None:
    """The proposal's time is over: the case is open again."""
    write(case, Act.LAPSED, None, now)
