"""What the registry keeps of Parties' participation: NDCs, authorities, reports; and what follows from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from article6.domain import nomenclatures as lists
from article6.domain import obligations as owed
from article6.domain import parties
from article6.domain.ndcs import Ndc, Report, ndc_refusals, report_refusals
from article6.domain.obligations import Obligation, Records
from article6.domain.orders import PersonId
from article6.domain.parties import Party
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.services import aef, nomenclatures, people, sight
from article6.services.commands import command, once
from article6.services.registry import ADMINISTRATOR_SECTION
from article6.store import journal
from article6.store.database import EVERYTHING, seeing
from article6.store.queries import approaches, registries
from article6.store.queries import parties as queries

Recorded = TypeVar("Recorded")


@dataclass(frozen=True, slots=True)
class Authority:
    """A designated national authority: an office and how to reach it, never a person."""

    party: str
    name: str
    address: str = ""
    email: str = ""
    telephone: str = ""


def party(code: str) -> Party:
    """The Party with this code.

    Raises:
        Refused: there is none.
    """
    found = parties.party(code)
    if found is None:
        raise refused(Code.PARTY_UNKNOWN, code)
    return found


def section(code: str) -> int:
    """The id of a Party's section.

    Raises:
        Refused: no such Party, or the registry has no section for it.
    """
    found = registries.sections().get(party(code).code)
    if found is None:
        raise refused(Code.SECTION_UNKNOWN, code)
    return found


def _recorded(
    content: Any, party_code: str, what: str, judge: Callable[[int], tuple[str, dict[str, Any]]],
    shown: Callable[[int], Recorded], by: PersonId, now: datetime, key: str | None,
) -> Recorded:  # fmt: skip
    """Judge and write one version, each of a Party's after the other; `judge` gives its table and values."""
    given = command(by, key, f"record_{what}", content)

    def act() -> Recorded:
        section_id = section(party_code)
        people.require(by, Right.RECORD_PARTY, section_id)
        with journal.database_transaction():
            journal.wait_for_turn(f"party:{party_code}")
            table, values = judge(section_id)
            number = journal.insert(
                table, {"section_id": section_id, "party": party_code, **values, "recorded_at": now}
            )
            journal.note(given, f"{what}.recorded", f"{what}:{party_code}", now, [number], section_id=section_id)
        return shown(number)

    return once(given, act, lambda answer: shown(answer.ids[0]))


def record_ndc(new: Ndc, *, by: PersonId, now: datetime, key: str | None = None) -> Ndc:
    """Record an NDC, or a new version of one.

    Raises:
        Refused: every element that is missing or contradicts another, no section for the Party, or `by` is no
            administrator of it.
    """

    def judge(section_id: int) -> tuple[str, dict[str, Any]]:
        recorded = queries.ndcs([new.party]).get(new.party, [])
        reasons = ndc_refusals(new, recorded, queries.reports([new.party]).get(new.party, []))
        reasons += nomenclatures.refusals(((lists.SECTORS, each) for each in new.sectors), now.date())
        if new.communicated_on > now.date():
            reasons.append(Refusal(Code.NDC_MALFORMED, new.code, f"communicated on {new.communicated_on}: not yet"))
        if reasons:
            raise Refused(reasons)
        return "ndc", {**dataclasses.asdict(new), "sectors": list(new.sectors)}

    return _recorded(new, new.party, "ndc", judge, queries.ndc_by_id, by, now, key)


def record_report(new: Report, *, by: PersonId, now: datetime, key: str | None = None) -> Report:
    """Record that a Party submitted a report, or a new version of that record.

    Raises:
        Refused: every element that is missing or contradicts another, an approach that is not recorded or in which the
            Party takes no part, no section for the Party, or `by` is no administrator of it.
    """

    def judge(section_id: int) -> tuple[str, dict[str, Any]]:
        reasons = report_refusals(new, queries.reports([new.party]).get(new.party, []), now.date())
        for code in new.approaches:
            approach = approaches.by_code(code)
            if approach is None:
                reasons.append(Refusal(Code.APPROACH_UNKNOWN, code))
            elif new.party not in approach["parties"]:
                reasons.append(Refusal(Code.REPORT_MALFORMED, new.reference, f"{new.party} takes no part in {code}"))
        if reasons:
            raise Refused(reasons)
        return "party_report", {**dataclasses.asdict(new), "approaches": list(new.approaches)}

    return _recorded(new, new.party, "party_report", judge, queries.report_by_id, by, now, key)


def record_authority(new: Authority, *, by: PersonId, now: datetime, key: str | None = None) -> dict[str, Any]:
    """Record the designated national authority; the one recorded before stays as an earlier version.

    Raises:
        Refused: without a name, no section for the Party, or `by` is no administrator of it.
    """

    def judge(section_id: int) -> tuple[str, dict[str, Any]]:
        if not new.name.strip():
            raise refused(Code.REQUEST_MALFORMED, "name", "name the authority")
        before = queries.authority(new.party)
        return "designated_authority", {**dataclasses.asdict(new), "version": before["version"] + 1 if before else 1}

    def shown(number: int) -> dict[str, Any]:
        return queries.authority(new.party) or {}

    return _recorded(new, new.party, "designated_authority", judge, shown, by, now, key)


def demand_ndc(
    party_code: str | None, is_demanded: bool, *, reason: str, by: PersonId, now: datetime, key: str | None = None
) -> bool:
    """Say whether an authorization waits for a record of its Party's NDC; None: for all Parties of the registry.

    Raises:
        Refused: no reason, no such section, or `by` is no administrator of it.
    """
    given = command(by, key, "demand_ndc", [party_code, is_demanded, reason])

    def act() -> bool:
        section_id = section(party_code) if party_code else registries.sections()[ADMINISTRATOR_SECTION]
        people.require(by, Right.RECORD_PARTY, section_id)
        if not reason.strip():
            raise refused(Code.REQUEST_MALFORMED, "reason", "give the reason")
        with journal.database_transaction():
            journal.wait_for_turn(f"ndc_demand:{section_id}")
            before = queries.demand(section_id)
            values = {"is_demanded": is_demanded, "reason": reason, "recorded_at": now}
            version = before["version"] + 1 if before else 1
            number = journal.insert("ndc_demand", {"section_id": section_id, "version": version, **values})
            subject = f"section:{party_code or ADMINISTRATOR_SECTION}"
            what = "demanded" if is_demanded else "not_demanded"
            journal.note(given, f"ndc.{what}", subject, now, [number], section_id=section_id)
        return is_demanded

    return once(given, act, lambda answer: is_demanded)


def demands_ndc(party_code: str) -> bool:
    """Whether an authorization of this Party waits for a record of its NDC: its section's switch, or the registry's."""
    sections = registries.sections()
    found = (queries.demand(sections[code]) for code in (ADMINISTRATOR_SECTION, party_code) if code in sections)
    return any(each is not None and each["is_demanded"] for each in found)


def refusals_of_participation(party_code: str, on: date) -> list[Refusal]:
    """What speaks against an authorization by this Party on this day (2/CMA.3 annex para 4(b))."""
    if not demands_ndc(party_code):
        return []
    known = queries.ndcs([party_code]).get(party_code, [])
    if any(each.communicated_on <= on and not each.is_withdrawn for each in known):
        return []
    return [Refusal(Code.NDC_NOT_RECORDED, party_code, str(on))]


def shown(code: str) -> dict[str, Any]:
    """A Party with all that is public of its participation.

    Raises:
        Refused: no such Party.
    """
    found = party(code)
    authority = queries.authority(code)
    return {
        "code": found.code,
        "name": found.name,
        "is_ldc": found.ldc,
        "is_sids": found.sids,
        "authority": authority,
        "demands_ndc": demands_ndc(code),
        "ndcs": queries.ndcs([code]).get(code, []),
        "reports": queries.reports([code]).get(code, []),
    }


def obligations(code: str | None, *, on: date) -> list[Obligation]:
    """What a Party (None: every Party in sight) owes by this day, what is overdue and what is done.

    Raises:
        Refused: no such Party, no section for it, or its section is not in sight.
    """
    in_sight = {
        each["party"]: each["id"] for each in registries.section_list() if each["party"] and sight.shows(each["id"])
    }
    if code is not None and section(code) not in in_sight.values():
        raise refused(Code.PERSON_NOT_PERMITTED, code)
    wanted = [code] if code is not None else sorted(in_sight)
    # What a Party owes depends on its units in all sections.
    with seeing(EVERYTHING):
        return [each for one in _records(wanted) for each in owed.obligations(one, on)]


def _records(wanted: list[str]) -> list[Records]:
    ndcs, reports, authorized = queries.ndcs(wanted), queries.reports(wanted), queries.authorized(wanted)
    oimp = queries.oimp_units(wanted)
    years: dict[str, list[int]] = {}
    for code, year in aef.reported():
        years.setdefault(code, []).append(year)
    return [
        Records(
            code,
            tuple(ndcs.get(code, ())),
            tuple(reports.get(code, ())),
            tuple(authorized.get(code, ())),
            tuple(years.get(code, ())),
            tuple(oimp.get(code, ())),
        )
        for code in wanted
    ]


def told(obligation: Obligation) -> dict[str, Any]:
    """An obligation for people and programs, with its title in the reader's language and its clause."""
    values = {each.name: getattr(obligation, each.name) for each in dataclasses.fields(obligation)}
    return {**values, "title": _(owed.TITLES[obligation.duty]), "clause": owed.CLAUSES[obligation.duty]}
