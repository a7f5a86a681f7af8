"""What a new submission can change of what the checks said, and what they said before of all the rest.

What is said of the units of one Party rests on no other Party's units. So when a submission comes or goes, the units
of those Parties are looked at again of which it has rows, or of which other rows rest on it: on its authorizations, on
what it holds, or on its being there at all. Of all other units the memory tells what a check of everything would say.

Source: 6/CMA.4 annex I para 40; 4/CMA.6 para 31.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from article6.domain.parties import PARTIES
from article6.reporting.aef_fields import Table
from article6.reporting.checks import catalogue
from article6.reporting.checks.loading import load
from article6.reporting.checks.model import Check, Outcome
from article6.reporting.checks.results import Finding, Gap, RowNumbers, Scope
from article6.reporting.checks.world import Block, Named, World
from article6.reporting.reading.reader import Reading
from article6.reporting.said import Place, Said
from article6.reporting.submitted import is_text
from article6.services.submission_stream import NO_UNIT, Recorded, by_home
from article6.store import journal
from article6.store.queries import check_memory
from article6.store.queries.check_memory import Change, Remembered
from article6.store.queries.submitted_units import Group

Items = Mapping[str, Mapping[str, Any]]
"""Recorded submissions by name."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did: whose units were looked at (None: all), and the submissions of which something else may be said
    now."""

    homes: tuple[str, ...] | None
    concerned: frozenset[int]
    rows_read: int


@dataclass(frozen=True, slots=True)
class Case:
    """A Party's submissions of one year come (`came`) or go (`gone`); `items` and `readings` are those that count now,
    `before` the readings of those that counted before."""

    party: str
    year: int
    came: Collection[int]
    gone: Collection[int]
    items: Items
    readings: list[Reading]
    before: list[Reading]
    gone_items: Items


def look_again(case: Case, checks: tuple[Check, ...], cause: int, now: datetime, *, is_whole: bool = False) -> Ran:
    """Ask the checks of what the case can change, and remember what they say; of everything, where they never were
    asked. Needs a database transaction and sight of everything."""
    journal.group_submissions([*case.came])
    ids = [each["id"] for each in case.items.values()]
    world = load(case.readings)
    is_whole = is_whole or not check_memory.is_begun(catalogue.EDITION)
    homes = None if is_whole else affected(case, world)
    rows = Recorded(world, case.items, homes)
    concerned = set(ids) if is_whole else set(case.came)
    looked: set[str] = set()
    numbers = {name: each["id"] for name, each in case.items.items()}
    for home, outcomes in by_home(world, rows, checks):
        looked.add(home)
        concerned |= _remember(home, outcomes, numbers, case.items, cause, now)
    # Of whose units no row is left nothing is said any more.
    known = set(check_memory.homes()) if homes is None else homes
    for home in sorted(known - looked):
        concerned |= _remember(home, [], numbers, case.items, cause, now)
    journal.insert(
        "check_run",
        {
            "cause_id": cause, "edition": catalogue.EDITION, "is_whole": is_whole, "homes": sorted(looked - {NO_UNIT}),
            "rows_read": rows.read, "rows_recorded": check_memory.recorded(ids), "at": now,
        },
    )  # fmt: skip
    return Ran(None if homes is None else tuple(sorted(homes)), frozenset(concerned & set(ids)), rows.read)


# --- What can change


def affected(case: Case, world: World) -> set[str]:
    """The Parties of whose units something else may be said."""
    before = load(case.before)
    change = change_of(case.party, case.year, [*case.came, *case.gone], (before, world))
    ids = {each["id"] for each in case.items.values()}
    parties = {each["id"]: each["party"] for each in (*case.items.values(), *case.gone_items.values())}
    return homes_of(check_memory.affected(change, ids | set(case.gone)), parties, (before, world)) | {case.party}


def change_of(party: str, year: int, touched: Collection[int], worlds: Iterable[World]) -> Change:
    """What the queries ask for; authorizations of other years may take the place of those that come or go."""
    approaches, codes = set(), set()
    for world in worlds:
        own = [each for each in world.authorizations if each.by.party == party]
        codes |= {each.code for each in own}
        approaches |= {each.approach for each in own if each.approach is not None}
        reported = world.submission(party, year)
        if reported is not None:
            entities = reported.reading.rows(Table.ENTITIES)
            approaches |= {str(row.get("CooperativeApproachID")) for row in entities}
    return Change(party, year, list(touched), *(sorted(filter(is_text, each)) for each in (approaches, codes)))


def homes_of(groups: Iterable[Group], parties: Mapping[int, str], worlds: Iterable[World]) -> set[str]:
    """Among whose units these rows stand, in either world."""
    known = list(worlds)
    return {
        world.home(Named(each.first_party, each.code, each.approach, parties[each.submission_id]))
        for each in groups
        for world in known
    }


def homes_of_file(
    party: str, year: int, blocks: Iterable[Block], items: Items, worlds: tuple[World, World]
) -> set[str]:
    """The Parties of whose units something may be said that concerns a file with these rows, which is not recorded;
    `worlds` without it and with it."""
    groups = check_memory.affected(change_of(party, year, [], worlds), [each["id"] for each in items.values()])
    parties = {each["id"]: each["party"] for each in items.values()}
    own = {worlds[1].home(Named(each.party, each.authorization, each.approach, party)) for each in blocks}
    return homes_of(groups, parties, worlds) | own | {party}


# --- Remembering


def _remember(
    home: str, outcomes: list[Outcome], numbers: Mapping[str, int], items: Items, cause: int, now: datetime
) -> set[int]:
    """Write what was said of a Party's units, if it is something else; the submissions that it concerns, or did."""
    lines = [each for outcome in outcomes for each in _lines(outcome, numbers, items)]
    digest = hashlib.sha256(json.dumps(lines, sort_keys=True).encode()).digest()
    if check_memory.digests([home], catalogue.EDITION).get(home) == digest:
        return set()
    concerned = _targets(check_memory.concerned([home]), items)
    concerned |= _targets(((each.submissions, each.named, each.year) for each in lines), items)
    number = journal.insert(
        "check_home", {"cause_id": cause, "edition": catalogue.EDITION, "home": home, "digest": digest, "at": now}
    )
    journal.insert_many(
        "check_memory",
        ("home_id", *Remembered._fields),
        ([number, *each[:-1], json.dumps(each.places)] for each in lines),
    )
    return concerned


def _targets(lines: Iterable[tuple[Iterable[int], Iterable[str], int]], items: Items) -> set[int]:
    known = {(each["party"], each["year"]): int(each["id"]) for each in items.values()}
    found: set[int] = set()
    for submissions, named, year in lines:
        found |= set(submissions)
        found |= {known[party, year] for party in named if (party, year) in known}
    return found


def _lines(outcome: Outcome, numbers: Mapping[str, int], items: Items) -> Iterator[Remembered]:
    said: list[Finding | Gap] = [*outcome.findings, *outcome.gaps]
    for each in said:
        number = numbers[each.file]
        values = plain(each.said)
        is_gap = isinstance(each, Gap)
        named = sorted({str(value) for value in values.values()} & set(PARTIES))
        is_shared = outcome.check.scope is Scope.PARTIES and not is_gap
        at = {numbers[place.file] for place in each.places} if is_shared else set()
        yield Remembered(
            outcome.check.code, is_gap, number, sorted({number, *at}), named if is_shared else [],
            items[each.file]["year"], each.said.text, values,
            [*((numbers[place.file], place.sheet, place.row, place.column, place.key) for place in each.places),
             *(text for text in [each.rows.text if isinstance(each, Gap) else ""] if text)],
        )  # fmt: skip


def plain(said: Said) -> dict[str, Any]:
    """The values of a sentence as JSON keeps them."""
    return {
        name: value if isinstance(value, int) else str(value).replace("\x00", "").encode("utf-8", "replace").decode()
        for name, value in said.values.items()
    }


def recall(concerned: Collection[int], items: Items, checks: Iterable[Check]) -> list[Outcome]:
    """All that the checks say now, of whatever units, that is about these submissions."""
    wanted = [each for each in items.values() if each["id"] in concerned]
    names = {each["id"]: name for name, each in items.items()}
    found = {each.code: Outcome(each) for each in checks}
    said: dict[str, list[Finding | Gap]] = defaultdict(list)
    for each in check_memory.lines(concerned, {one["party"] for one in wanted}, {one["year"] for one in wanted}):
        places = tuple(Place(names[at[0]], *at[1:]) for at in each.places if not isinstance(at, str))
        sentence = Said(each.sentence, each.params)
        file = names[each.submission_id]
        rows = RowNumbers.of_text(" ".join(at for at in each.places if isinstance(at, str)))
        said[each.code].append(Gap(sentence, file, places, rows) if each.is_gap else Finding(sentence, places, file))
    for code, lines in said.items():
        if code in found:
            found[code].add(lines)
    return list(found.values())
