"""What AEF files come to, without any registry: the amounts of each Party, and whether all Parties' add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from article6.reporting.aef_fields import Table
from article6.reporting.aef_records import Aef
from article6.reporting.conservation import Flow, Flows
from article6.reporting.itmo_amounts import Tallied, Tally, sectors_of
from article6.reporting.reading import records
from article6.reporting.reading.reader import Reading
from article6.reporting.reading.records import NotWhole


@dataclass(frozen=True, slots=True)
class OfFiles:
    """What files come to: by Party its NDC implementation period, its reported years and its amounts; the flow over all
    of them; files left out, because table 1 is not whole or a newer version is among them."""

    periods: dict[str, tuple[int, int]]
    years: dict[str, tuple[int, ...]]
    tallied: dict[str, Tallied]
    flow: Flow
    left_out: tuple[str, ...]


def of_files(readings: Iterable[Reading], metric: str = "") -> OfFiles:
    """Count the files, each Party's of each year in its newest version. Rows that are not whole are counted as
    uncounted: `article6 check` says what is wrong with them."""
    newest: dict[tuple[str, int], tuple[tuple[int, ...], Reading, Aef]] = {}
    left_out = []
    for reading in readings:
        try:
            found = records.aef(reading)
        except NotWhole:
            left_out.append(reading.file)
            continue
        key = (found.submission.party, found.submission.reported_year)
        version = tuple(int(part) for part in found.submission.version.split("."))
        before = newest.get(key)
        if before is not None:
            left_out.append(min((version, reading.file), (before[0], before[1].file))[1])
        if before is None or version >= before[0]:
            newest[key] = (version, reading, found)
    return _counted(newest, left_out, metric)


def _counted(
    newest: dict[tuple[str, int], tuple[tuple[int, ...], Reading, Aef]], left_out: list[str], metric: str
) -> OfFiles:
    flows = Flows()
    tallies: dict[str, Tally] = {}
    sectors: dict[tuple[str, str], tuple[str, ...]] = {}
    lost: dict[str, int] = {}
    years: dict[str, tuple[int, ...]] = {}
    periods = {}
    for (party, year), (_version, reading, found) in sorted(newest.items()):
        actions = list(found.actions())
        tally = tallies.setdefault(party, Tally(party, metric))
        tally.add(actions).authorize(found.authorizations())
        sectors |= sectors_of(party, found.authorizations())
        flows.add(party, actions)
        lost[party] = lost.get(party, 0) + len(reading.rows(Table.ACTIONS)) - len(actions)
        years[party] = (*years.get(party, ()), year)
        periods[party] = (found.submission.ndc_first_year, found.submission.ndc_last_year)
    for party, reported in years.items():
        flows.hold(newest[party, reported[-1]][2].holdings())
    counted = {party: tally.result(sectors) for party, tally in tallies.items()}
    counted = {party: replace(each, uncounted=each.uncounted + lost[party]) for party, each in counted.items()}
    return OfFiles(periods, years, counted, flows.result(), tuple(left_out))
