"""What the consistency checks say, shown: results with evidence, how long an inconsistency has lasted and whether
the Party has answered it, whether it is one Party's or several Parties', and the check of a file before it is
submitted.

Source: 4/CMA.6 paras 29-31, 38; 6/CMA.4 annex I para 40.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from article6.domain import submissions as law
from article6.domain.ndcs import ReportKind
from article6.domain.submissions import STATE_TITLES, State, Version
from article6.reporting.checks import catalogue
from article6.reporting.checks.loading import load
from article6.reporting.checks.model import Check, Outcome
from article6.reporting.checks.results import Result
from article6.reporting.reading.reader import Reading
from article6.reporting.said import Place
from article6.services import check_memory, submission_checks, submissions
from article6.services.paging import Page
from article6.services.submission_stream import Recorded, by_home
from article6.store.database import one_moment
from article6.store.queries import check_memory as memory
from article6.store.queries import parties as party_records
from article6.store.queries import submission_results as results
from article6.store.queries import submissions as reading

CHECKS: Mapping[str, Check] = {each.code: each for each in catalogue.CHECKS}


def shown(number: int, *, now: datetime) -> dict[str, Any]:
    """A submission with its acts, how many rows of each table are in sight, its result as a whole, the
    inconsistencies that it has now, and the notation of 4/CMA.6 para 30.

    Raises:
        Refused: there is none in sight.
    """
    submissions.require_here()
    found = submissions.one(number)
    is_checked = result_of(State(found["state"])) is not None
    return {
        **_with_result(found),
        "acts": reading.acts(number),
        "rows": reading.rows_count(number),
        "inconsistencies": _lasting(found, now) if is_checked else [],
        "initial_report": _initial_report(found["party"]),
        "reviews": reviews_of(found["party"]),
    }


def result_of(state: State) -> Result | None:
    """The result of a submission as a whole, in the words of para 29; None where it was not checked, or is not any
    more."""
    return {State.CONSISTENT: Result.CONSISTENT, State.INCONSISTENT: Result.INCONSISTENT}.get(state)


def _with_result(found: Mapping[str, Any]) -> dict[str, Any]:
    state = State(found["state"])
    result = result_of(state)
    return {**found, "state_title": _(STATE_TITLES[state]), "result": None if result is None else str(result)}


def listed(
    *, after: str | None = None, limit: int = 50, party: str | None = None, year: int | None = None,
    state: State | None = None,
) -> Page:  # fmt: skip
    """Submissions in sight, newest first, each with its result as a whole and, where it is inconsistent, since when the
    Party's report on that year has been so without a break.

    Raises:
        Refused: as for `submissions.listed`.
    """
    found = submissions.listed(after=after, limit=limit, party=party, year=year, state=state)
    since = results.inconsistent_since(each["id"] for each in found.items if each["state"] == State.INCONSISTENT)
    items = [{**_with_result(each), "inconsistent_since": since.get(each["id"])} for each in found.items]
    return replace(found, items=items)


def _initial_report(party: str) -> bool:
    """Whether an initial report of the Party is on record."""
    known = party_records.reports([party]).get(party, [])
    return any(each.report is ReportKind.INITIAL and not each.is_withdrawn for each in known)


def reviews_of(party: str | None = None, *, history: bool = False) -> list[dict[str, Any]]:
    """The status of the technical expert reviews of a Party (None: of all); with `history` all that was ever recorded,
    newest first."""
    submissions.require_here()
    return results.reviews(party, history=history)


def checked(number: int, *, history: bool = False) -> list[dict[str, Any]]:
    """What each check says of a submission, in the order of the checks, with its findings and why it could not be
    made; or all that it ever said, in the order of time.

    Raises:
        Refused: there is no such submission in sight.
    """
    submissions.require_here()
    submissions.one(number)
    found = results.results(number, history=history)
    lines: dict[int, list[dict[str, Any]]] = {}
    for each in results.findings(each["id"] for each in found):
        lines.setdefault(each.pop("result_id"), []).append(each)
    order = list(CHECKS)
    if not history:
        found.sort(key=lambda each: order.index(each["code"]) if each["code"] in order else len(order))
    return [_checked(each, lines.get(each["id"], [])) for each in found]


def _checked(each: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    lines = list(lines)
    return {
        **_described(each["code"]),
        "scope": each["scope"],
        "result": each["result"],
        "since": each["at"],
        "cause_id": each["cause_id"],
        "count": each["findings"],
        "findings": [_finding(line) for line in lines if not line["is_gap"]],
        "unavailable": [_sentence(line) for line in lines if line["is_gap"]],
    }


def _described(code: str) -> dict[str, Any]:
    check = CHECKS.get(code)
    if check is None:  # a check of an earlier version of the program
        return {"code": code, "title": "", "legal_basis": "", "advice": ""}
    return {"code": code, "title": _(check.title), "legal_basis": check.basis, "advice": _(check.advice)}


def _finding(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "said": _sentence(line), "parties": line["parties"], "is_cross_party": line["is_cross_party"],
        "is_redacted": line["is_redacted"], "places": line["places"],
    }  # fmt: skip


def _sentence(line: Mapping[str, Any]) -> str:
    params = line["params"]
    return _(line["sentence"]) % params if params else _(line["sentence"])


def standing(*, now: datetime, party: str | None = None, year: int | None = None) -> list[dict[str, Any]]:
    """Every inconsistency that stands now, by Party and year: what check, since when and for how many days, over how
    many versions, how many versions the Party submitted since (none: it has not responded), and whether it is a
    cross-Party one."""
    submissions.require_here()
    return [
        {"submission_id": each["id"], "party": each["party"], "year": each["year"], "version": each["version"], **line}
        for each in reading.current()
        if each["state"] == State.INCONSISTENT and party in (None, each["party"]) and year in (None, each["year"])
        for line in _lasting(each, now)
    ]


def _lasting(found: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """The checks that find a submission inconsistent now, each with the time for which they have done so without a
    break, whatever the version."""
    stretches: dict[str, list[Mapping[str, Any]]] = {}
    for each in results.history(found["party"], found["year"]):
        if each["result"] == Result.INCONSISTENT:
            stretches.setdefault(each["code"], []).append(each)
        else:
            stretches.pop(each["code"], None)
    standing_now = [each for each in results.results(found["id"]) if each["result"] == Result.INCONSISTENT]
    across = results.cross_party(each["id"] for each in standing_now)
    versions = results.versions(found["party"], found["year"])
    lines = []
    for each in standing_now:
        stretch = stretches.get(each["code"], [each])
        since = stretch[0]["at"]
        lines.append(
            {
                **_described(each["code"]),
                "since": since,
                "days": max((now - since).days, 0),
                "count": each["findings"],
                "versions": len({one["submission_id"] for one in stretch}),
                "versions_since": sum(one["received_at"] > since for one in versions),
                "is_cross_party": each["id"] in across,
            }
        )
    return lines


# --- Before it is submitted


def precheck(name: str, content: bytes) -> dict[str, Any]:
    """What the checks would say of a file against what is recorded and in the reader's sight; nothing is kept.

    Confidential rows of others are not compared here, so that nobody finds them out by trying: the check of the
    submission itself does.

    Raises:
        Refused: the registry keeps no such database, or the file cannot be read or does not say whose it is.
    """
    submissions.require_here()
    # A file that bears the name of a recorded submission must not be taken for it.
    found, party, year = submissions.read_upload(f"{name} (file)" if law.is_name(name) else name, content)
    row = found.submission
    version = law.read_version(str(row.get("SubmissionVersion") if row is not None else ""))
    others = [each for each in reading.current() if (each["party"], each["year"]) != (party, year)]
    with one_moment():
        outcomes, compared = _asked_of(found, party, year, others)
    checks = [_asked(each, found.file) for each in outcomes]
    is_wrong = any(each["result"] == Result.INCONSISTENT for each in checks)
    return {
        "file": found.file, "party": party, "year": year, "version": None if version is None else str(version),
        "result": str(Result.INCONSISTENT if is_wrong else Result.CONSISTENT),
        "version_refused": _goes_backwards(party, year, version),
        "compared_with": compared,
        "checks": checks,
    }  # fmt: skip


def _asked_of(found: Reading, party: str, year: int, others: list[dict[str, Any]]) -> tuple[list[Outcome], list[str]]:
    """What the checks say of a file, and the names of the recorded submissions that it was compared with; what is
    recorded passes in windows, as if the file had been submitted."""
    known = submission_checks.read_back(others, None, is_with_units=False)
    items = {**known.items, found.file: {"party": party, "year": year}}
    world = load([*known.readings, found])
    blocks = [each for each in world.rows.by_serial() if each.by.reading is found] if world.rows is not None else []
    homes = check_memory.homes_of_file(party, year, blocks, known.items, (load(known.readings), world))
    rows = Recorded(world, known.items, homes, blocks)
    asked = {each.code: Outcome(each) for each in submission_checks.ON_CONTENT}
    for _home, outcomes in by_home(world, rows, submission_checks.ON_CONTENT):
        for outcome in outcomes:
            about = submission_checks.about(outcome, items)
            asked[outcome.check.code].add(each for each in outcome.findings if found.file in about(each))
            asked[outcome.check.code].add(each for each in outcome.gaps if each.file == found.file)
    form = catalogue.check([found], checks=submission_checks.ON_FORM)
    compared = set(memory.naming(homes, [each["id"] for each in others]))
    names = sorted(name for name, each in known.items.items() if each["id"] in compared or each["party"] == party)
    return [*form.outcomes, *asked.values()], names


def _goes_backwards(party: str, year: int, version: Version | None) -> str | None:
    """The newest version on record, where the file's would be refused or a duplicate."""
    newest = reading.newest_version(party, year)
    return str(newest) if version is not None and newest is not None and version <= newest else None


def _asked(outcome: Outcome, file: str) -> dict[str, Any]:
    check = outcome.check
    result = Result.INCONSISTENT if outcome.findings else outcome.result_of(file)
    return {
        **_described(check.code),
        "scope": check.scope.name.lower(),
        "result": str(result),
        "findings": [
            {"said": submissions.said(each.said), "places": [_place(place) for place in each.places]}
            for each in outcome.findings
        ],
        "unavailable": [submissions.said(each.said) for each in outcome.gaps],
    }


def _place(place: Place) -> dict[str, str]:
    return {"file": place.file, "sheet": place.sheet, "cell": place.cell}
