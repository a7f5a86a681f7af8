"""Is the ledger what the files say? Balances computed from the files in plain Python, compared with the ledger.

Nothing here is shared with the reader of the files (`history`) or with the ledger's own arithmetic: two ways to one
number. The comparison goes Party by Party, and serial by serial: exactly those that were issued, cancelled, and left.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from article6.domain.parties import PARTIES
from article6.services.cdm.balances import CDM, Report
from article6.store.database import one_moment
from article6.store.queries import replay as ledger

Range = tuple[int, int]
"""First and last serial, both included."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where files and ledger disagree; `what` is issued, cancelled or remaining, the others are units or serials."""

    party: str
    what: str
    in_files: str
    in_ledger: str

    def __str__(self) -> str:
        return f"{self.party} {self.what}: {self.in_files} in the files, {self.in_ledger} in the ledger"


def verify(report: Report, files: tuple[Path, Path]) -> list[Difference]:
    """Where the ledger differs from the files (issuances, cancellations); empty means that it balances to the unit.

    Lines that the report names as left out are left out here too, and nothing else is.
    """
    left_out = {(each.file, each.line) for each in report.left_out}
    issued = _ranges(files[0], left_out)
    cancelled = _ranges(files[1], left_out)
    remaining = {party: _without(issued[party], cancelled.get(party, [])) for party in issued}
    with one_moment():
        compared = (
            ("issued", issued, None),
            ("cancelled", cancelled, "cancellation_voluntary"),
            ("remaining", remaining, "holding"),
        )
        found = [each for what, expected, type_ in compared for each in _compare(what, expected, _held(type_))]
        found += _stray()
    return found + list(_totals(report, issued, cancelled))


def _stray() -> Iterator[Difference]:
    for party, held in _held("pending").items():
        yield Difference(party, "pending", "none", f"{_sum(held)} units")


def _ranges(path: Path, left_out: set[tuple[str, int]]) -> dict[str, list[Range]]:
    code = {each.alpha2: each.code for each in PARTIES.values()}
    found: dict[str, list[Range]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        for line in lines:
            if (path.name, lines.line_num) not in left_out:
                found[code[line["host_party"]]].append((int(line["serial_start"]), int(line["serial_end"])))
    return {party: _joined(ranges) for party, ranges in found.items()}


def _held(type_: str | None) -> dict[str, list[Range]]:
    found: dict[str, list[Range]] = defaultdict(list)
    for party, first, last in ledger.ranges(CDM, type_):
        found[party].append((first, last))
    return {party: _joined(ranges) for party, ranges in found.items()}


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """The same serials in as few ranges as possible; ranges that overlap stay apart, so that they show."""
    joined: list[Range] = []
    for first, last in sorted(ranges):
        if joined and first == joined[-1][1] + 1:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return joined


def _without(ranges: Iterable[Range], taken: Iterable[Range]) -> list[Range]:
    left: list[Range] = []
    gone = sorted(taken)
    at = 0
    for first, last in ranges:
        while at < len(gone) and gone[at][0] <= last:
            if first < gone[at][0]:
                left.append((first, gone[at][0] - 1))
            first = gone[at][1] + 1
            at += 1
        if first <= last:
            left.append((first, last))
    return left


def _compare(what: str, files: Mapping[str, list[Range]], held: Mapping[str, list[Range]]) -> Iterator[Difference]:
    for party in sorted(files.keys() | held.keys()):
        expected, found = files.get(party, []), held.get(party, [])
        if _sum(expected) != _sum(found):
            yield Difference(party, what, f"{_sum(expected)} units", f"{_sum(found)} units")
        if expected != found:
            first = min(set(expected) ^ set(found))
            where = "in the files only" if first in expected else "in the ledger only"
            yield Difference(party, f"{what} serials", f"{len(expected)} ranges", f"{len(found)}, {first} {where}")


def _totals(
    report: Report, issued: Mapping[str, list[Range]], cancelled: Mapping[str, list[Range]]
) -> Iterator[Difference]:
    reported = {each.party: (each.issued, each.cancelled, each.remaining) for each in report.parties}
    for party in sorted(reported.keys() | issued.keys()):
        into, out = _sum(issued.get(party, [])), _sum(cancelled.get(party, []))
        expected = (into, out, into - out)
        if reported.get(party) != expected:
            yield Difference(party, "reported", str(expected), str(reported.get(party)))


def _sum(ranges: Iterable[Range]) -> int:
    return sum(last - first + 1 for first, last in ranges)
