"""The consistency checks over what is recorded: what a new submission can change is checked anew (`check_memory`).

What a check says is written when it says something else than before, so what it said earlier stays readable, and how
long it said so. The Parties concerned with the rows are told in the same database transaction.

Source: 4/CMA.6 paras 28-33, 38; 6/CMA.4 annex I paras 37-40; 2/CMA.3 annex para 33.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from article6.domain import submissions as law
from article6.domain.notices import NoticeCode
from article6.domain.parties import PARTIES
from article6.domain.refusals import N_
from article6.domain.submissions import Act, State
from article6.reporting import submitted
from article6.reporting.aef_fields import Table
from article6.reporting.checks import catalogue
from article6.reporting.checks.model import Outcome
from article6.reporting.checks.results import Finding, Gap, Result, Scope
from article6.reporting.checks.results import result as outcome_result
from article6.reporting.reading.reader import Reading
from article6.reporting.said import Place
from article6.services import check_memory, notices, sight
from article6.services.check_memory import plain
from article6.store import journal
from article6.store.queries import registries
from article6.store.queries import submission_results as results
from article6.store.queries import submissions as reading

ON_CONTENT = tuple(each for each in catalogue.CHECKS if each.scope is not Scope.FORM)
ON_FORM = tuple(each for each in catalogue.CHECKS if each.scope is Scope.FORM)

RESTS_ON_CONFIDENTIAL = N_("This rests on information that %(parties)s marked as confidential.")


@dataclass(slots=True)
class Recorded:
    """What is recorded and is compared: submissions by name, their readings, and where confidential items stand."""

    items: dict[str, dict[str, Any]]
    readings: list[Reading]
    secret_places: dict[tuple[int, str, int], int] = field(default_factory=dict)
    secret_texts: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    """Submission and section -> what the section keeps confidential in it."""

    @property
    def sheets(self) -> dict[tuple[str, str], Table]:
        """File and sheet -> table."""
        return {(each.file, table.sheet): table.table for each in self.readings for table in each.tables.values()}


def recompute(
    party: str, touched: Collection[int], cause: int, now: datetime, *, is_whole: bool = False
) -> check_memory.Ran:
    """Check anew what the change of a Party's submissions of one year can concern; `is_whole`: everything. `touched`
    are those that came or went. Needs the database transaction of the act around it."""
    sight.be_whole()
    current = reading.current()
    ids = {each["id"] for each in current}
    gone = reading.of_numbers([each for each in touched if each not in ids])
    # Whatever is not read again of tables 3 and 4 is compared all the same: authorizations and what is there at all.
    known = read_back([*current, *gone], None, is_with_units=False)
    numbers = {name: each["id"] for name, each in known.items.items()}
    came = {each for each in touched if each in ids}
    case = check_memory.Case(
        party=party,
        year=next(each["year"] for each in known.items.values() if each["id"] in touched),
        came=came,
        gone=[each["id"] for each in gone],
        items={name: each for name, each in known.items.items() if each["id"] in ids},
        readings=[each for each in known.readings if numbers[each.file] in ids],
        before=[each for each in known.readings if numbers[each.file] not in came],
        gone_items={name: each for name, each in known.items.items() if each["id"] not in ids},
    )
    ran = check_memory.look_again(case, ON_CONTENT, cause, now, is_whole=is_whole)
    recorded = Recorded({name: dict(each) for name, each in case.items.items()}, case.readings)
    outcomes = check_memory.recall(ran.concerned, case.items, ON_CONTENT)
    _find_secrets(recorded, ran.concerned, outcomes)
    _write(recorded, set(ran.concerned), outcomes, cause, now)
    return ran


def _find_secrets(recorded: Recorded, concerned: Collection[int], outcomes: Iterable[Outcome]) -> None:
    """What is confidential in the submissions concerned, and in those whose cells are evidence: a sentence tells of no
    others."""
    files: set[str] = set()
    for each in outcomes:
        said: list[Finding | Gap] = [*each.findings, *each.gaps]
        files |= {place.file for one in said for place in one.places} | {one.file for one in said}
    numbers = {recorded.items[file]["id"] for file in files if file in recorded.items} | set(concerned)
    for number, section_id, row, public in reading.secret_rows(numbers):
        recorded.secret_places[number, row.table.key, row.number] = section_id
        recorded.secret_texts.setdefault((number, section_id), set()).update(submitted.secrets(row.cells, public))


def read_back(
    items: Iterable[dict[str, Any]], approaches: Iterable[str] | None, *, is_with_units: bool = True
) -> Recorded:
    """The readings of recorded submissions, with the rows in sight of the approaches (None: all); with units, or
    without tables 3 and 4."""
    known = {law.name(each["party"], each["year"], _version(each)): each for each in items}
    numbers = [each["id"] for each in known.values()]
    layouts, rows = reading.layouts(numbers), reading.kept_rows(numbers, approaches, is_with_units=is_with_units)
    readings = [
        submitted.read_again(name, each["form"], layouts[each["id"]], rows.get(each["id"], ()))
        for name, each in known.items()
    ]
    return Recorded(known, readings)


def _version(item: Mapping[str, Any]) -> law.Version:
    major, _point, minor = str(item["version"]).partition(".")
    return law.Version(int(major), int(minor))


# --- Writing what they say


@dataclass(slots=True)
class _News:
    """What became different for one submission, for its act and its notices."""

    is_inconsistent: bool = False
    codes: list[str] = field(default_factory=list)
    findings: int = 0
    parties: set[str] = field(default_factory=set)


def _write(recorded: Recorded, concerned: set[int], outcomes: Iterable[Outcome], cause: int, now: datetime) -> None:
    before, told = results.latest(concerned), results.told_to(concerned)
    sheets = recorded.sheets
    by_file: dict[str, dict[str, tuple[Outcome, list[dict[str, Any]]]]] = defaultdict(dict)
    for outcome in outcomes:
        for file, lines in _lines(outcome, recorded, sheets).items():
            by_file[file][outcome.check.code] = (outcome, lines)
    for file, item in recorded.items.items():
        if item["id"] not in concerned:
            continue
        news = _News()
        for code, (outcome, lines) in by_file[file].items():
            kinds = {each["is_gap"] for each in lines}
            result = outcome_result(False in kinds, True in kinds)
            news.is_inconsistent = news.is_inconsistent or result is Result.INCONSISTENT
            digest = _digest(lines)
            if before.get((item["id"], code)) == (str(result), digest):
                continue
            _insert(item, outcome, result, lines, digest, cause, now)
            if result is Result.INCONSISTENT:
                wrong = [each for each in lines if not each["is_gap"]]
                news.codes.append(code)
                news.findings += len(wrong)
                # Whose own report is concerned is told of that one.
                news.parties.update(party for each in wrong for party in set(each["parties"]) - set(each["reporting"]))
        _conclude(item, file, news, told.get(item["id"], set()), now)


def _lines(
    outcome: Outcome, recorded: Recorded, sheets: Mapping[tuple[str, str], Table]
) -> dict[str, list[dict[str, Any]]]:
    """By file what a check found, and why it could not be made, ready to be kept; a file of which it found nothing has
    none."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in recorded.items}
    stands_in = about(outcome, recorded.items)
    for each in outcome.findings:
        line = _finding(outcome, each, recorded, sheets)
        targets = sorted(stands_in(each) & set(found))
        line["reporting"] = sorted({recorded.items[name]["party"] for name in targets})
        for name in targets:
            found[name].append(line)
    for gap in outcome.gaps:
        if gap.file in found:
            found[gap.file].append(_gap(gap, recorded, sheets))
    return found


def about(outcome: Outcome, items: Mapping[str, Mapping[str, Any]]) -> Callable[[Finding], set[str]]:
    """Tells the reports in which a finding stands: between Parties nobody knows which of them is wrong, so it stands in
    those of its evidence too, and in the counterpart's for the same year."""
    by_party = {(item["party"], item["year"]): name for name, item in items.items()}

    def of(each: Finding) -> set[str]:
        if outcome.check.scope is not Scope.PARTIES:
            return {each.file}
        year = items[each.file]["year"] if each.file in items else None
        named = {by_party.get((str(value), year)) for value in each.said.values.values()}
        return {each.file, *(place.file for place in each.places), *(name for name in named if name is not None)}

    return of


def _finding(
    outcome: Outcome, each: Finding, recorded: Recorded, sheets: Mapping[tuple[str, str], Table]
) -> dict[str, Any]:
    places = [as_place(place, recorded.items, sheets) for place in each.places]
    named = {recorded.items[place.file]["party"] for place in each.places if place.file in recorded.items}
    if outcome.check.scope is Scope.PARTIES:
        named |= {str(value) for value in each.said.values.values()} & set(PARTIES)
    parties, is_cross = law.concerned(named, recorded.items[each.file]["party"])
    secret = [place for place in places if _place_key(place) in recorded.secret_places]
    rests_on = {recorded.secret_places[_place_key(place)] for place in secret}
    rests_on |= _quoted(each, recorded)
    return {
        "is_gap": False, "parties": list(parties), "is_cross_party": is_cross, "sentence": each.said.text,
        "params": plain(each.said), "places": places, "rests_on": sorted(rests_on),
        "public_places": [place for place in places if place not in secret],
    }  # fmt: skip


def _gap(gap: Gap, recorded: Recorded, sheets: Mapping[tuple[str, str], Table]) -> dict[str, Any]:
    places = [as_place(place, recorded.items, sheets) for place in gap.places]
    secret = [place for place in places if _place_key(place) in recorded.secret_places]
    rests_on = {recorded.secret_places[_place_key(place)] for place in secret} | _quoted(gap, recorded)
    # Which rows it leaves open: their numbers, and nothing of what is in them.
    rows = [{"open": text} for text in [gap.rows.text] if text]
    return {
        "is_gap": True, "parties": [recorded.items[gap.file]["party"]], "is_cross_party": False,
        "sentence": gap.said.text, "params": plain(gap.said), "places": [*places, *rows], "rests_on": sorted(rests_on),
        "public_places": [*(place for place in places if place not in secret), *rows],
    }  # fmt: skip


def _quoted(each: Finding | Gap, recorded: Recorded) -> set[int]:
    """The sections whose confidential texts a sentence tells: of the submissions that it is about."""
    about = {
        recorded.items[file]["id"] for file in (each.file, *(p.file for p in each.places)) if file in recorded.items
    }
    return {
        section
        for (number, section), texts in recorded.secret_texts.items()
        if number in about and _quotes(str(each.said), texts)
    }


def as_place(
    place: Place, items: Mapping[str, Mapping[str, Any]], sheets: Mapping[tuple[str, str], Table]
) -> dict[str, Any]:
    """A place as it is kept: submission, table, sheet, row and cell."""
    table = sheets.get((place.file, place.sheet))
    item = items.get(place.file)
    return {
        "submission_id": item["id"] if item else None, "submission": place.file, "table": table.key if table else "",
        "sheet": place.sheet, "row": place.row, "cell": place.cell,
    }  # fmt: skip


def _place_key(place: Mapping[str, Any]) -> tuple[int, str, int]:
    return place["submission_id"], place["table"], place["row"]


def _quotes(sentence: str, texts: Iterable[str]) -> bool:
    return any(re.search(rf"(?<![\w]){re.escape(text)}(?![\w])", sentence) for text in texts)


def _digest(lines: list[dict[str, Any]]) -> bytes:
    return hashlib.sha256(json.dumps(lines, sort_keys=True, default=str).encode()).digest()


def _insert(
    item: Mapping[str, Any], outcome: Outcome, result: Result, lines: list[dict[str, Any]], digest: bytes,
    cause: int, now: datetime,
) -> None:  # fmt: skip
    number = journal.insert(
        "submission_result",
        {
            "submission_id": item["id"], "section_id": item["section_id"], "cause_id": cause,
            "code": outcome.check.code, "scope": outcome.check.scope.name.lower(), "result": str(result),
            "findings": sum(not each["is_gap"] for each in lines), "digest": digest, "at": now,
        },
    )  # fmt: skip
    columns = ("result_id", "section_id", "is_gap", "is_cross_party", "parties", "sentence", "params", "places")
    kept = [(number, item["section_id"], *(each[name] for name in columns[2:-1]), _json(each["places"]))
            for each in lines if not each["rests_on"]]  # fmt: skip
    journal.insert_many("submission_finding", columns, kept)
    for each in lines:
        if each["rests_on"]:
            _insert_redacted(number, item["section_id"], each)


def _insert_redacted(result_id: int, section_id: int, each: Mapping[str, Any]) -> None:
    """What rests on confidential items is kept twice: whole, and as others may read it."""
    columns = ("is_gap", "is_cross_party", "parties")
    head = {"result_id": result_id, "section_id": section_id, **{name: each[name] for name in columns}}
    whole = journal.insert(
        "submission_finding",
        {**head, "sentence": each["sentence"], "params": each["params"], "places": _json(each["places"]),
         "rests_on": each["rests_on"]},
    )  # fmt: skip
    parties = {each["id"]: each["party"] for each in registries.section_list()}
    owners = ", ".join(sorted(str(parties[section]) for section in each["rests_on"]))
    journal.insert(
        "submission_finding",
        {**head, "sentence": RESTS_ON_CONFIDENTIAL, "params": {"parties": owners},
         "places": _json(each["public_places"]), "redacts": whole},
    )  # fmt: skip


def _json(places: list[dict[str, Any]]) -> str:
    return json.dumps(places, ensure_ascii=False)


def form_results(item: Mapping[str, Any], outcomes: Iterable[Outcome], now: datetime) -> None:
    """Write what the checks of form said of a submission just received; of a file that failed, the section alone may
    read it."""
    for outcome in outcomes:
        lines = [
            {
                "is_gap": False, "parties": [item["party"]], "is_cross_party": False, "sentence": each.said.text,
                "params": plain(each.said), "rests_on": [],
                "places": [{**as_place(place, {}, {}), "submission_id": item["id"]} for place in each.places],
            }
            for each in outcome.findings
        ]  # fmt: skip
        result = Result.INCONSISTENT if lines else Result.CONSISTENT
        _insert(item, outcome, result, lines, _digest(lines), item["id"], now)


# --- What follows from it


def _conclude(item: Mapping[str, Any], file: str, news: _News, told: set[str], now: datetime) -> None:
    state = State(item["state"])
    subject = f"submission:{item['id']}"
    wanted = State.INCONSISTENT if news.is_inconsistent else State.CONSISTENT
    if state is not wanted:
        act = Act.FOUND_INCONSISTENT if news.is_inconsistent else Act.FOUND_CONSISTENT
        write_act(item["id"], item["section_id"], act, now)
    if news.codes:
        notices.tell(_sections({*news.parties, item["party"]}), NoticeCode.SUBMISSION_INCONSISTENT, subject, now,
                     submission=file, count=news.findings, checks=", ".join(news.codes))  # fmt: skip
    elif state is State.INCONSISTENT and not news.is_inconsistent:
        notices.tell(_sections({*told, item["party"]}), NoticeCode.SUBMISSION_CONSISTENT, subject, now,
                     submission=file)  # fmt: skip


def _sections(parties: Iterable[str]) -> list[int]:
    known = registries.sections()
    return [known[each] for each in parties if each in known]


def write_act(
    number: int, section_id: int, act: Act, now: datetime, *, by: int | None = None, remark: str = ""
) -> None:
    """Write what happens to a submission."""
    before = reading.acts(number)
    journal.insert(
        "submission_act",
        {"submission_id": number, "section_id": section_id, "number": len(before) + 1, "act": act, "at": now,
         "person_id": by, "remark": remark},
    )  # fmt: skip
