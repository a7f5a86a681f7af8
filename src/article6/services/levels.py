"""Levels on which a Party's balance rests: recorded by hand, or imported from a file of inventory totals."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from article6.domain import levels as law
from article6.domain.levels import LevelKind, Series
from article6.domain.orders import PersonId
from article6.domain.parties import by_alpha2
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.domain.roles import Right
from article6.services import parties, people
from article6.services.commands import command, once
from article6.store import journal
from article6.store.journal import Command
from article6.store.queries import levels as queries
from article6.store.queries import registries

COLUMNS = ("iso2", "year", "t_co2e", "datasource_id")
BYTES_AT_MOST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: series recorded, Parties whose series is as it was, Parties without a section here."""

    recorded: tuple[Series, ...]
    unchanged: tuple[str, ...]
    without_section: tuple[str, ...]


def record(new: Series, *, anew: bool = False, by: PersonId, now: datetime, key: str | None = None) -> Series:
    """Record a series by hand, as its next version.

    With the source of the version before, years that are not named stay as they were, unless it begins `anew`; with
    another source nothing stays.

    Raises:
        Refused: every element that is missing or contradicts another, no section for the Party, or `by` is no
            administrator of it.
    """
    given = command(by, key, "record_levels", [_content(new), anew])

    def act() -> Series:
        section_id = parties.section(new.party)
        people.require(by, Right.RECORD_PARTY, section_id)
        with journal.database_transaction():
            journal.wait_for_turn(f"party:{new.party}")
            whole = new if anew else law.continued(new, latest(new.party, new.kind, new.unit))
            number = _insert(whole, section_id, now)
            _note(given, new.party, section_id, now, [number])
        return queries.by_ids([number])[0]

    return once(given, act, lambda answer: queries.by_ids(answer.ids)[0])


def _content(series: Series) -> list[object]:
    values = [[year, str(amount)] for year, amount in series.values]
    return [series.party, series.kind, series.source, values, series.unit, series.remark]


def _insert(series: Series, section_id: int, now: datetime) -> int:
    if reasons := law.refusals(series):
        raise Refused(reasons)
    before = latest(series.party, series.kind, series.unit)
    values = {
        "section_id": section_id,
        "party": series.party,
        "kind": series.kind,
        "unit": series.unit,
        "version": before.version + 1 if before else 1,
        "source": series.source,
        "years": [year for year, _amount in series.values],
        "amounts": [amount for _year, amount in series.values],
        "remark": series.remark,
        "recorded_at": now,
    }
    return journal.insert("party_level", values)


def _note(given: Command, party: str, section_id: int, now: datetime, ids: list[int]) -> None:
    journal.note(given, "levels.recorded", f"party_level:{party}", now, ids, section_id=section_id)


def latest(party: str, kind: LevelKind, unit: str = "") -> Series | None:
    """A series in its latest version; None where none is recorded."""
    return next((each for each in queries.series(party) if (each.kind, each.unit) == (kind, unit)), None)


def listed(party: str) -> list[Series]:
    """Every series of a Party in its latest version.

    Raises:
        Refused: no such Party.
    """
    return queries.series(parties.party(party).code)


def versions(party: str, kind: LevelKind, unit: str = "") -> list[Series]:
    """Every version of a series, oldest first.

    Raises:
        Refused: no such Party.
    """
    return queries.versions(parties.party(party).code, kind, unit)


def import_file(
    content: bytes, *, kind: LevelKind = LevelKind.COVERED, only: Sequence[str] = (), by: PersonId, now: datetime,
    key: str | None = None,
) -> Imported:  # fmt: skip
    """Record the series of a CSV file with the columns of `COLUMNS`, all or none; each whole, as its next version.

    `only` these Parties, else every Party that has a section here. A series that is as it was is not recorded again.

    Raises:
        Refused: every line that cannot be read, a Party with several sources, or `by` is no administrator of a section.
    """
    given = command(by, key, "import_levels", [content, kind, list(only)])
    if kind in (LevelKind.INDICATOR, LevelKind.TARGET, LevelKind.REFERENCE):
        raise refused(Code.LEVELS_MALFORMED, kind, "a file has series of emissions or of a trajectory or budget")
    found = {each.party: each for each in read(content, kind)}
    if missing := [each for each in only if each not in found]:
        raise Refused(Refusal(Code.LEVELS_MALFORMED, each, "the file has no line of this Party") for each in missing)

    def act() -> list[int]:
        sections = registries.sections()
        wanted = [each for each in (only or sorted(found)) if only or each in sections]
        for party in wanted:
            people.require(by, Right.RECORD_PARTY, parties.section(party))
        with journal.database_transaction():
            for party in wanted:
                journal.wait_for_turn(f"party:{party}")
            changed = [party for party in wanted if not _is_as_it_was(found[party])]
            ids = {party: _insert(found[party], sections[party], now) for party in changed}
            for party, number in ids.items():
                _note(Command(by), party, sections[party], now, [number])
            journal.note(given, "levels.imported", f"levels:{kind}", now, list(ids.values()))
        return list(ids.values())

    recorded = queries.by_ids(once(given, act, lambda answer: answer.ids))
    there = set(registries.sections())
    told = {each.party for each in recorded}
    return Imported(
        tuple(recorded),
        tuple(each for each in sorted(only or found) if each in there and each not in told),
        tuple(each for each in sorted(found) if each not in there and not only),
    )


def _is_as_it_was(series: Series) -> bool:
    before = latest(series.party, series.kind, series.unit)
    return before is not None and (before.source, before.values) == (series.source, series.values)


def read(content: bytes, kind: LevelKind) -> list[Series]:
    """The series of a file of inventory totals, Party by Party. `NA` is Namibia, never a missing value.

    Raises:
        Refused: every line that cannot be read; a Party with two amounts for a year, or with several sources.
    """
    if len(content) > BYTES_AT_MOST:
        raise refused(Code.FILE_VALUE, "", f"at most {BYTES_AT_MOST // 1024 // 1024} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(Code.FILE_VALUE, "", "save it as UTF-8") from error
    amounts: dict[str, dict[int, Decimal]] = defaultdict(dict)
    sources: dict[str, set[str]] = defaultdict(set)
    reasons: list[Refusal] = []
    for place, line in _lines(text):
        try:
            party, year, amount, source = _values(line)
        except ValueError as error:
            reasons.append(Refusal(Code.FILE_VALUE, place, str(error)))
            continue
        sources[party].add(source)
        if year in amounts[party] and len(sources[party]) == 1:
            reasons.append(Refusal(Code.FILE_ROW_REPEATED, place, f"{party} {year}"))
        amounts[party][year] = amount
    for party, named in sources.items():
        if len(named) > 1:
            reasons.append(Refusal(Code.LEVELS_SOURCES_MIXED, party, ", ".join(sorted(named))[:300]))
    if reasons:
        raise Refused(reasons)
    series = [
        Series(party, kind, min(sources[party]), tuple(sorted(by_year.items()))) for party, by_year in amounts.items()
    ]
    if wrong := [reason for each in series for reason in law.refusals(each)]:
        raise Refused(wrong)
    return series


def _lines(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if lacking:
            raise refused(Code.FILE_COLUMNS, "", ", ".join(lacking))
        for line in reader:
            place = f"line {reader.line_num}"
            if None in line or any(line[name] is None for name in COLUMNS):
                raise refused(Code.FILE_ROW_TRUNCATED, place)
            yield place, line
    except csv.Error as error:
        raise refused(Code.FILE_VALUE, f"line {reader.line_num + 1}", str(error)) from error


def _values(line: dict[str, str]) -> tuple[str, int, Decimal, str]:
    party = by_alpha2(line["iso2"].strip())
    if party is None:
        raise ValueError(f"iso2 {line['iso2']!r}: no Party has this code")
    year = line["year"].strip()
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise ValueError(f"year {line['year']!r}: give four digits")
    source = line["datasource_id"].strip()
    if not source or not source.isprintable() or len(source) > 200:
        raise ValueError("datasource_id: name the source in at most 200 characters")
    return party.code, int(year), law.amount(line["t_co2e"]), source


def told(series: Series) -> dict[str, object]:
    """A series for programs: amounts as texts, because they are exact."""
    values = [{"year": year, "amount": f"{amount:f}"} for year, amount in series.values]
    kept = {each.name: getattr(series, each.name) for each in dataclasses.fields(series) if each.name != "values"}
    return {**kept, "values": values}
