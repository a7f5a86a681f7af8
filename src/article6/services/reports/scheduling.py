"""Reports that are made by the clock: after each month or year, for the people who have a role in a section."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import roles
from article6.domain.kinds import Role
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, Refused, refused
from article6.domain.report_kinds import REPORTS, Audience, Rhythm, period_ends, period_start
from article6.domain.roles import Right
from article6.reporting.documents.model import told
from article6.services import people, sight
from article6.services.commands import command, once
from article6.services.reports import drawing, issuing, rights
from article6.store import journal
from article6.store.database import EVERYTHING, seeing
from article6.store.queries import registries
from article6.store.queries import reports as reading

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A report to be made after each month or year, for who has `role` in `section`.

    A report of a period begins where the month or year begins; `parameters` has no beginning of its own.
    """

    kind: str
    rhythm: Rhythm
    section: str
    role: Role
    parameters: Mapping[str, str] = field(default_factory=dict)


def schedule(new: NewSchedule, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Have a report made by the clock: id, section, role, kind, title, parameters, rhythm, created_at, ended_at.

    Raises:
        Refused: no such report or section, wrong parameters, `by` may not have the report or not schedule there, or the
            report would go to people of another section than its own.
    """
    given = command(by, key, "schedule_report", new)

    def act() -> dict[str, Any]:
        kind = drawing.kind_of(new.kind)
        named = drawing.parameters(kind, new.parameters)
        if "since" in named:
            raise refused(Code.REPORT_PARAMETERS, "since", "a schedule gives it itself")
        section_id = registries.sections().get(new.section)
        if section_id is None:
            raise refused(Code.SECTION_UNKNOWN, new.section)
        with seeing(EVERYTHING):
            actor = people.require(by, Right.SCHEDULE_REPORT, section_id)
        is_elsewhere = rights.judge(kind, named, by) != section_id and kind.audience is not Audience.PUBLIC
        if is_elsewhere and not roles.may(actor, Right.SCHEDULE_REPORT, ANY_SECTION):
            raise refused(Code.PERSON_NOT_PERMITTED, new.section, "the report is another section's")
        with seeing(EVERYTHING), journal.database_transaction():
            number = journal.insert(
                "report_schedule",
                {
                    "section_id": section_id,
                    "role": new.role,
                    "kind": kind.code,
                    "parameters": reading.as_json(named),
                    "rhythm": new.rhythm,
                    "created_by": by,
                    "created_at": now,
                },
            )
            journal.note(given, "schedule.made", f"schedule:{number}", now, [number], section_id=section_id)
            return _one(number)

    def repeat(schedule_id: int) -> dict[str, Any]:
        with seeing(EVERYTHING):
            return _one(schedule_id)

    return once(given, act, lambda answer: repeat(answer.ids[0]))


def end(schedule_id: int, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Have a report made no more; what was made stays.

    Raises:
        Refused: no schedule of this number that runs, or `by` may not schedule in its section.
    """
    given = command(by, key, "end_schedule", schedule_id)

    def act() -> dict[str, Any]:
        with seeing(EVERYTHING):
            found = next(iter(reading.schedules(schedule_id, is_running=True)), None)
            if found is None:
                raise refused(Code.SCHEDULE_UNKNOWN, str(schedule_id))
            people.require(by, Right.SCHEDULE_REPORT, found["section_id"])
            with journal.database_transaction():
                section_id = found["section_id"]
                values = {"schedule_id": schedule_id, "section_id": section_id, "person_id": by, "at": now}
                journal.insert("report_schedule_end", values)
                journal.note(
                    given, "schedule.ended", f"schedule:{schedule_id}", now, [schedule_id], section_id=section_id
                )
                return _one(schedule_id)

    def repeat() -> dict[str, Any]:
        with seeing(EVERYTHING):
            return _one(schedule_id)

    return once(given, act, lambda _answer: repeat())


def listed(*, by: PersonId) -> list[dict[str, Any]]:
    """Schedules for people of the sections that the person sees, in the order in which they were made.

    Raises:
        Refused: there is no such person.
    """
    with seeing(sight.of(by)):
        return [_told(each) for each in reading.schedules()]


def _one(schedule_id: int) -> dict[str, Any]:
    [found] = reading.schedules(schedule_id)
    return _told(found)


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "section", "role", "kind", "parameters", "rhythm", "created_at", "ended_at")
    return {**{name: found[name] for name in names}, "title": _(REPORTS[found["kind"]].title)}


def make_due(now: datetime) -> int:
    """Make every scheduled report whose month or year is over and settled; how many.

    What cannot be drawn (its account is gone from sight, its kind was taken away) is told to the log and left out; the
    others are made.
    """
    made = 0
    for each in reading.schedules(is_running=True):
        known = reading.made_for(each["id"])
        for period in period_ends(Rhythm(each["rhythm"]), each["created_at"], now):
            if period not in known:
                try:
                    made += _make(each, period, now)
                except Refused as no:
                    log.warning("schedule %s, %s: %s", each["id"], f"{period:%Y-%m-%d}", no)
    return made


def _make(found: Mapping[str, Any], period: datetime, now: datetime) -> int:
    kind = drawing.kind_of(found["kind"])
    given = dict(found["parameters"])
    if "since" in kind.may:
        given["since"] = told(period_start(Rhythm(found["rhythm"]), period))
    report = drawing.draw(kind, given, period)
    with journal.database_transaction():
        journal.wait_for_turn(f"schedule:{found['id']}")
        if period in reading.made_for(found["id"]):
            return 0
        issuing.keep(report, found["section_id"], now, schedule_id=found["id"])
    return 1
