"""An independent model of a series: who holds which serials, rebuilt from the journal line by line.

It shares nothing with the ledger's own arithmetic, so that the audit can compare the two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sortedcontainers import SortedDict


class Stand(NamedTuple):
    """Where units stand and what they carry; `account` None: not issued here."""

    account: int | None
    batch: int | None = None
    authorization: int | None = None
    first_transfer: int | None = None


NOWHERE = Stand(None)


class Line(NamedTuple):
    """A line of the journal. `source` None: the units came to be. `was_first_transferred`: in another registry, before
    they came from there by this line."""

    entry_id: int
    transaction_id: int
    first: int
    last: int
    source: int | None
    target: int
    batch: int
    authorization: int | None
    is_first_transfer: bool
    was_first_transferred: bool = False


class Run(NamedTuple):
    """Consecutive serials that stand alike."""

    first: int
    last: int
    stand: Stand


@dataclass(slots=True)
class Steps:
    """The serials of a series, from 1, as a step function: last serial of a step -> its stand; beyond: nowhere."""

    _steps: SortedDict = field(default_factory=SortedDict)

    def apply(self, line: Line) -> str:
        """Move the line's serials; what was wrong with that, empty when nothing was."""
        steps = self._steps
        if not steps or steps.peekitem()[0] < line.last:
            steps[line.last] = NOWHERE
        self._cut(line.first - 1)
        self._cut(line.last)
        wrong = ""
        for last in list(steps.irange(line.first, line.last)):
            stand = steps[last]
            wrong = wrong or _mismatch(line, stand)
            marks = line.is_first_transfer or line.was_first_transferred
            mark = line.transaction_id if marks else stand.first_transfer
            steps[last] = Stand(line.target, line.batch, line.authorization, mark)
        return wrong

    def _cut(self, last: int) -> None:
        """Make `last` the end of a step."""
        if last >= 1 and last not in self._steps:
            above = next(self._steps.irange(last), None)
            self._steps[last] = NOWHERE if above is None else self._steps[above]

    def runs(self) -> Iterator[Run]:
        """The steps in order."""
        first = 1
        for last, stand in self._steps.items():
            yield Run(first, last, stand)
            first = last + 1


def joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Neighbours that stand alike, joined."""
    before: Run | None = None
    for run in runs:
        if before is not None and before.stand == run.stand and before.last + 1 == run.first:
            before = Run(before.first, run.last, run.stand)
            continue
        if before is not None:
            yield before
        before = run
    if before is not None:
        yield before


def differences(expected: Iterable[Run], found: Iterable[Run]) -> Iterator[tuple[int, int, Stand, Stand]]:
    """Serials on which two accounts of a series differ, as first, last, expected, found; both begin at 1."""
    ours, theirs = joined(expected), joined(found)
    left, right = next(ours, None), next(theirs, None)
    at = 1
    while left is not None or right is not None:
        last = min(run.last for run in (left, right) if run is not None)
        one = left.stand if left is not None and left.first <= at else NOWHERE
        other = right.stand if right is not None and right.first <= at else NOWHERE
        if one != other and last >= at:
            yield at, last, one, other
        at = last + 1
        if left is not None and left.last <= last:
            left = next(ours, None)
        if right is not None and right.last <= last:
            right = next(theirs, None)


def _mismatch(line: Line, stand: Stand) -> str:
    where = f"entry {line.entry_id} (transaction {line.transaction_id}, serials {line.first}-{line.last})"
    if stand.account != line.source:
        return f"{where} takes units from account {line.source}; the journal has them in {stand.account}"
    if stand.batch not in (None, line.batch):
        return f"{where} says batch {line.batch}; the units are of batch {stand.batch}"
    if (line.is_first_transfer or line.was_first_transferred) and stand.first_transfer is not None:
        return f"{where} is a second first transfer; the first was transaction {stand.first_transfer}"
    if line.is_first_transfer and line.authorization is None:
        return f"{where} first transfers units that nobody authorized"
    return ""
