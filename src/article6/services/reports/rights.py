"""Who may have which report, by the eyes of who asks; and to which section a report belongs."""

from __future__ import annotations

from collections.abc import Mapping

from article6.domain import roles
from article6.domain.orders import ANY_SECTION, PersonId
from article6.domain.refusals import Code, refused
from article6.domain.report_kinds import STEERING, Audience, ReportKind
from article6.domain.roles import Right
from article6.services import sight
from article6.services.registry import ADMINISTRATOR_SECTION
from article6.services.reports.holdings import first_of
from article6.store.database import EVERYTHING, NOTHING, seeing
from article6.store.queries import facts, lookup, registries


def judge(kind: ReportKind, given: Mapping[str, str], by: PersonId | None) -> int:
    """The section to which the report belongs that a person (None: the public) may have.

    Raises:
        Refused: the person may not have it, or what it is to tell of is not in the person's sight.
    """
    known = registries.sections()
    if "section" in given and given["section"] not in known:
        raise refused(Code.SECTION_UNKNOWN, given["section"])
    eyes = sight.of(by)
    match kind.audience:
        case Audience.STEERING | Audience.INSPECTORS:
            section_id = known[given.get("section", ADMINISTRATOR_SECTION)]
            _require_office(kind, section_id if "section" in given else ANY_SECTION, by)
            return section_id
        case Audience.SECTION:
            with seeing(eyes):
                section_id = _section_of_account(given) if "account" in given else known[given["section"]]
                if not sight.shows(section_id):
                    raise refused(Code.PERSON_NOT_PERMITTED, given.get("section", ""))
            return section_id
        case Audience.UNIT:
            with seeing(EVERYTHING):
                series, serial = first_of(given["units"])
            with seeing(eyes):
                if not lookup.is_in_sight(series, serial):
                    raise refused(Code.BLOCK_NOT_HELD, given["units"])
        case Audience.PUBLIC:
            with seeing(eyes):
                if eyes == NOTHING and not sight.is_whole():
                    raise refused(Code.PERSON_NOT_PERMITTED)
    return _home(eyes, known[ADMINISTRATOR_SECTION])


def _section_of_account(given: Mapping[str, str]) -> int:
    account = facts.accounts([given["account"]]).get(given["account"])
    if account is None:
        raise refused(Code.ACCOUNT_UNKNOWN, given["account"])
    return account.section_id


def _require_office(kind: ReportKind, section_id: int, by: PersonId | None) -> None:
    if by is None:
        raise refused(Code.PERSON_NOT_PERMITTED)
    with seeing(EVERYTHING):
        actor = facts.actor(by)
        steers = kind.audience is Audience.STEERING and any(
            actor.has(role, registries.sections()[ADMINISTRATOR_SECTION]) for role in STEERING
        )
        if not steers and not roles.may(actor, Right.INSPECT, section_id):
            raise refused(Code.PERSON_NOT_PERMITTED, actor.name, kind.code)


def _home(eyes: str, administrators: int) -> int:
    """The administrator's section, for who sees it or sees no section at all; else the first that is seen."""
    seen = [] if eyes in (EVERYTHING, NOTHING) else [int(each) for each in eyes.strip("{}").split(",")]
    return administrators if not seen or administrators in seen else seen[0]
