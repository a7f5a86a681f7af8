"""Many transfers, cancellations or uses from a file: looked at line by line, then done, whole or the good ones.

Looking does all lines one after the other and takes them back, so that what two lines would both take shows. A run can
be left: each line has a key of its own, and whoever goes on after a restart gets the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from article6.domain.kinds import TransactionType
from article6.domain.orders import Outcome, PersonId
from article6.domain.refusals import Code, Refusal, Refused, refused
from article6.services import naming, possibilities, sight, transactions
from article6.services.possibilities import Standing, Wanted
from article6.store import bulk_runs, journal
from article6.store.attempts import in_one, taken_back

LINES_AT_MOST = 500
AT_ONCE = 25
"""Lines after which what became of them is kept."""

ENDS_AFTER = timedelta(days=90)
RUNS_SHOWN = 10
TASKS = ("transfer", "cancel", "retire")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file as it was read: its number there, and serials as people write them."""

    number: int
    source: str
    target: str
    quantity: int | None
    serials: tuple[str, ...]
    terms: Mapping[str, Any]

    @property
    def wanted(self) -> Wanted:
        named = tuple(naming.read(each) for each in self.serials)
        return Wanted(self.source, self.target, self.quantity, named, self.terms)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a line comes to: its transaction's status and number where it was done, else why it was refused."""

    line: Line
    status: str = ""
    transaction_id: int | None = None
    reasons: tuple[Refusal, ...] = ()


def types(task: str, standing: Standing) -> list[TransactionType]:
    """The types that a task of a file asks for."""
    if task == "transfer":
        return [*standing.transfers(crosses=False), *standing.transfers(crosses=True)]
    return standing.cancellations() if task == "cancel" else standing.uses()


def keep(task: str, name: str, lines: Sequence[Line], *, by: PersonId, now: datetime) -> int:
    """Keep the lines of a file; the number of their run.

    Raises:
        Refused: there are none, or too many; or no such task.
    """
    if task not in TASKS or not lines:
        raise refused(Code.REQUEST_MALFORMED, name[:60], "the file has no lines")
    if len(lines) > LINES_AT_MOST:
        raise refused(Code.REQUEST_MALFORMED, name[:60], f"at most {LINES_AT_MOST} lines at once")
    standing = possibilities.standing(by, now)
    first = next((each["section_id"] for each in standing.accounts if each["number"] == lines[0].source), None)
    return bulk_runs.keep(by, first, task, name[:200], [_kept(each) for each in lines], now)


def _kept(line: Line) -> dict[str, Any]:
    return {"number": line.number, "source": line.source, "target": line.target, "quantity": line.quantity,
            "serials": list(line.serials), "terms": dict(line.terms)}  # fmt: skip


def _line(kept: Mapping[str, Any]) -> Line:
    return Line(kept["number"], kept["source"], kept["target"], kept["quantity"], tuple(kept["serials"]), kept["terms"])


def run(number: int, by: PersonId) -> dict[str, Any]:
    """A run of the person's: id, task, name, lines (`Line`), is_whole, state (looked, running, ended), results
    (`Finding`), made_at, ended_at.

    Raises:
        Refused: the person has none of this number.
    """
    found = bulk_runs.run(number, by)
    if found is None:
        raise refused(Code.PROPOSAL_UNKNOWN, str(number))
    lines = [_line(each) for each in found["lines"]]
    results = [_finding(*each) for each in zip(lines, found["results"], strict=False)]
    return {**found, "lines": lines, "results": results}


def _finding(line: Line, result: Mapping[str, Any]) -> Finding:
    reasons = tuple(Refusal(Code(each["code"]), each["subject"], each["detail"]) for each in result["reasons"])
    return Finding(line, result["status"], result["transaction_id"], reasons)


def runs(by: PersonId) -> list[dict[str, Any]]:
    """The person's latest runs, newest first, as `store.bulk_runs.of_person`."""
    return bulk_runs.of_person(by, RUNS_SHOWN)


def looked_at(task: str, lines: Sequence[Line], *, by: PersonId, now: datetime) -> list[Finding]:
    """What each line would come to, after those before it; nothing remains of it.

    Raises:
        Refused: others were in the way every time.
    """
    for attempt in range(transactions.TRIES):
        try:
            with sight.seeing(sight.EVERYTHING), taken_back():
                standing = possibilities.standing(by, now)
                return [_tried(each, task, standing) for each in lines]
        except Refused:
            if attempt + 1 == transactions.TRIES:
                raise
    return []


def _tried(line: Line, task: str, standing: Standing) -> Finding:
    try:
        with journal.database_transaction():
            done = _do(line, task, standing, None)
    except Refused as no:
        if Code.LEDGER_BUSY in no.codes:
            raise
        return Finding(line, reasons=no.reasons)
    return Finding(line, done.status)


def _do(line: Line, task: str, standing: Standing, key: str | None) -> Outcome:
    order = standing.order(line.wanted, types(task, standing))
    return transactions.propose(order, by=standing.by, now=standing.now, key=key)


def start(number: int, *, is_whole: bool, by: PersonId) -> bool:
    """Let a run begin: `is_whole` all or nothing, else each line by itself. Whether it began now; one begins once.

    Raises:
        Refused: the person has none of this number.
    """
    run(number, by)
    return bulk_runs.start(number, by, is_whole=is_whole)


def go_on(now: datetime) -> int:
    """Go on with the runs that have begun, each for some lines, or a whole one to its end; how many lines were done."""
    with sight.seeing(sight.EVERYTHING):
        return sum(_went_on(each, now) for each in bulk_runs.running())


def _went_on(number: int, now: datetime) -> int:
    with journal.database_transaction():
        found = bulk_runs.locked(number)
        if found is None:
            return 0
    # The lines are done in transactions of their own; their keys see to it that each is done once, whoever does it.
    lines = [_line(each) for each in found["lines"]]
    standing = possibilities.standing(PersonId(found["person_id"]), now)
    if found["is_whole"]:
        findings = _whole(number, found["task"], lines, standing)
        done: list[dict[str, Any]] = [_told(each) for each in findings]
    else:
        begun = len(found["results"])
        some = lines[begun : begun + AT_ONCE]
        done = [*found["results"], *(_told(_alone(number, found["task"], each, standing)) for each in some)]
    ended = now if len(done) >= len(lines) else None
    bulk_runs.went_on(number, done, ended)
    return len(done) - len(found["results"])


def _key(number: int, line: Line) -> str:
    return f"bulk:{number}:{line.number}"


def _alone(number: int, task: str, line: Line, standing: Standing) -> Finding:
    try:
        done = _do(line, task, standing, _key(number, line))
    except Refused as no:
        return Finding(line, reasons=no.reasons)
    return Finding(line, done.status, done.transaction_id)


def _whole(number: int, task: str, lines: Sequence[Line], standing: Standing) -> list[Finding]:
    """All lines in one database transaction, or none: then each says why it was refused, or that it was not done."""
    findings: list[Finding] = []

    def act() -> None:
        findings.clear()
        for line in lines:
            try:
                with journal.database_transaction():
                    done = _do(line, task, standing, _key(number, line))
            except Refused as no:
                if Code.LEDGER_BUSY in no.codes:
                    raise
                findings.append(Finding(line, reasons=no.reasons))
            else:
                findings.append(Finding(line, done.status, done.transaction_id))
        if any(each.reasons for each in findings):
            raise refused(Code.BULK_NOT_WHOLE, str(number))

    try:
        in_one(act, transactions.TRIES)
    except Refused as no:
        if Code.BULK_NOT_WHOLE not in no.codes:
            return [Finding(line, reasons=no.reasons) for line in lines]
        left = (Refusal(Code.BULK_NOT_WHOLE, str(number)),)
        return [each if each.reasons else Finding(each.line, reasons=left) for each in findings]
    return findings


def _told(finding: Finding) -> dict[str, Any]:
    reasons = [{"code": str(each.code), "subject": each.subject, "detail": each.detail} for each in finding.reasons]
    return {"status": finding.status, "transaction_id": finding.transaction_id, "reasons": reasons}


def end_due(now: datetime) -> int:
    """Delete old runs; how many. What they did stays in the ledger."""
    return bulk_runs.give_up_before(now - ENDS_AFTER)
