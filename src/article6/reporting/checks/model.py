"""What a check is, and its outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from article6.reporting.aef_fields import Table
from article6.reporting.checks.results import Finding, Gap, Result, RowNumbers, Scope, result
from article6.reporting.checks.world import Block, Submitted, World
from article6.reporting.said import Place, Said


@dataclass(frozen=True, slots=True)
class Check:
    """One rule. `advice` says what to do about a finding; `origin` where the rule was described first.

    Rows of tables 3 and 4 pass in windows: `run` is asked about each, `once` before the first of them (about forms,
    authorizations and submissions as such), `last` when all have passed.
    """

    code: str
    title: str
    basis: str
    scope: Scope
    advice: str
    run: Callable[[World], Iterator[Finding | Gap]] | None
    origin: str = ""
    once: Callable[[World], Iterator[Finding | Gap]] | None = None
    last: Callable[[World], Iterator[Finding | Gap]] | None = None
    is_told_once: bool = False
    """Whether the same sentence about the same submission counts once, whatever rows it is about."""


@dataclass(slots=True)
class Outcome:
    """What one check said about all submissions."""

    check: Check
    findings: list[Finding] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    _known: dict[tuple[str, str, str], Finding | Gap] = field(default_factory=dict)

    def add(self, said: Iterable[Finding | Gap]) -> None:
        """Take in what the check says; the same gap counts once, with all rows that it leaves open."""
        for each in said:
            if isinstance(each, Gap) or self.check.is_told_once:
                values = sorted((name, str(value)) for name, value in each.said.values.items())
                key = (each.file, each.said.text, repr(values))
                known = self._known.setdefault(key, each)
                if known is not each:
                    if isinstance(known, Gap) and isinstance(each, Gap):
                        known.rows.take(each.rows)
                    continue
            if isinstance(each, Finding):
                self.findings.append(each)
            else:
                self.gaps.append(each)

    @property
    def result(self) -> Result:
        return result(bool(self.findings), bool(self.gaps))

    def result_of(self, file: str) -> Result:
        """The result for one of the files."""
        return result(any(each.file == file for each in self.findings), any(each.file == file for each in self.gaps))


def finding(block: Block, name: str, said: Said, *others: Place) -> Finding:
    """Something is wrong in this cell of the row."""
    return Finding(said, (block.row.place(name), *others), block.by.file)


def gap(by: Submitted, said: Said, *blocks: Block) -> Gap:
    """Something of this submission could not be checked; of these rows, as far as they are in its table 3."""
    rows = RowNumbers()
    for each in blocks:
        if each.by is by and each.row.table.table is Table.ACTIONS:
            rows.add(each.row.number, each.row.number)
    return Gap(said, by.file, rows=rows)
