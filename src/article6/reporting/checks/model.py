"""What a check is, and its outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from article6.reporting.checks.results import Finding, Gap, Result, Scope
from article6.reporting.checks.world import Block, World
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
    _known: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, said: Iterable[Finding | Gap]) -> None:
        """Take in what the check says; the same gap counts once."""
        for each in said:
            if isinstance(each, Gap) or self.check.is_told_once:
                values = sorted((name, str(value)) for name, value in each.said.values.items())
                key = (each.file, each.said.text, repr(values))
                if key in self._known:
                    continue
                self._known.add(key)
            if isinstance(each, Finding):
                self.findings.append(each)
            else:
                self.gaps.append(each)

    @property
    def result(self) -> Result:
        return _result(bool(self.findings), bool(self.gaps))

    def result_of(self, file: str) -> Result:
        """The result for one of the files."""
        return _result(any(each.file == file for each in self.findings), any(each.file == file for each in self.gaps))


def _result(wrong: bool, missing: bool) -> Result:
    if wrong:
        return Result.INCONSISTENT
    return Result.UNAVAILABLE if missing else Result.CONSISTENT


def finding(block: Block, name: str, said: Said, *others: Place) -> Finding:
    """Something is wrong in this cell of the row."""
    return Finding(said, (block.row.place(name), *others), block.by.file)
