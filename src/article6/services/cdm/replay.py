"""Drive the public history of the CDM registry through the ledger, by the same services as any user.

Issuance into the pending account, forwarding to the host Party's holding account, cancellation of exactly the serials
that were cancelled, each at its recorded time. The public reports do not show units that were forwarded to national
registries as leaving, so all that was not cancelled stands in the holding accounts.

A replay goes in chunks, each one database transaction with an idempotency key made of the files' digest and the chunk's
position: after any interruption the same command continues where it was and repeats nothing.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from article6.domain.attribute_schemas import CDM_1
from article6.domain.kinds import Kind
from article6.domain.orders import Issuance, Order, PersonId
from article6.domain.parties import PARTIES
from article6.domain.refusals import Code, Refused, refused
from article6.domain.serials import SeriesRange
from article6.domain.units import BatchAttributes
from article6.services import accounts, issuance, registry, transactions
from article6.services.accounts import NewAccount
from article6.services.cdm import chronology, history
from article6.services.cdm.balances import CDM, PartyBalance, Report, balances
from article6.services.cdm.history import CancellationRow, History, IssuanceRow, LeftOut, Row
from article6.services.cdm.verification import Difference, verify
from article6.services.issuance import NewActivity
from article6.store import journal
from article6.store.journal import Command
from article6.store.queries import registries
from article6.store.queries import replay as ledger

__all__ = ["Difference", "PartyBalance", "Progress", "Report", "replay_cdm", "verify"]

CHUNK = 400
"""Lines of the files in one database transaction."""

TRIES = 5
"""How often a chunk is tried when others move units in the same accounts."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is."""


def silent(what: str, done: int, total: int) -> None:
    """Progress for nobody."""


def replay_cdm(
    issuances: Path,
    cancellations: Path,
    *,
    by: PersonId,
    progress: Progress = silent,
    keep_going: bool = False,
    projects: Path | None = None,
) -> Report:
    """Book the history in this (crediting) registry; `by` is its administrator.

    Args:
        keep_going: book what can be booked and report the rest; otherwise one bad line and nothing is written. A
            foreign unit is never booked, and stops nothing: it is always reported in `left_out`.
        projects: the public list of projects, for their titles.

    Raises:
        Refused: every line that contradicts its form, the others or the ledger.
    """
    began = time.monotonic()
    progress("reading", 0, 1)
    past = history.read(issuances, cancellations)
    chronology.sift(past)
    bad = [each for each in past.left_out if not _is_foreign(each)]
    if bad and not keep_going:
        raise Refused(reason for each in bad for reason in each.reasons)
    progress("reading", 1, 1)
    titles = history.project_titles(projects) if projects is not None else {}
    with ledger.alone():
        run = _Run(past, by, progress, titles)
        postings = run.book()
    return Report(
        balances(),
        tuple(past.left_out),
        postings,
        time.monotonic() - began,
        postings == 0,
    )


def _is_foreign(line: LeftOut) -> bool:
    return all(each.code is Code.UNIT_FOREIGN for each in line.reasons)


@dataclass(slots=True)
class _Run:
    """One replay on its way: the accounts of the Parties and what of the history is booked."""

    past: History
    by: PersonId
    progress: Progress
    titles: Mapping[tuple[str, str], str]
    pending: str = ""
    holding: dict[str, str] = field(default_factory=dict)
    cancellation: dict[str, str] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    activities: dict[tuple[str, str], int] = field(default_factory=dict)

    def book(self) -> int:
        """Book all that is not booked yet; how many transactions that took."""
        prefix = f"replay:{self.past.digest[:32]}:{CHUNK}:"
        done = ledger.done(prefix)
        if f"{prefix}end" in done:
            return 0
        rows = len(self.past.issuances) + len(self.past.cancellations)
        if not rows:
            return 0
        self._open_accounts()
        types = _types_of_projects(self.past.issuances)
        seen = postings = 0
        for number, chunk in enumerate(_chunks(self.past)):
            key = f"{prefix}{number}"
            if key not in done:
                postings += self._book_with_patience(chunk, key, types)
            seen += len(chunk)
            self.progress("replaying", seen, rows)
        last = max(each.at for each in (*self.past.issuances[-1:], *self.past.cancellations[-1:]))
        journal.note(Command(self.by, f"{prefix}end", b""), "replay.completed", f"history:{self.past.digest}", last, [])
        return postings

    def _open_accounts(self) -> None:
        identity = registries.identity()
        if identity is None:
            raise refused(Code.REGISTRY_MISSING)
        if Kind(identity["kind"]) is not Kind.CREDITING:
            raise refused(Code.REQUEST_MALFORMED, identity["code"], "only a crediting registry replays the CDM")
        now = min(each.at for each in (*self.past.issuances[:1], *self.past.cancellations[:1]))
        parties = sorted({each.party for each in self.past.issuances})
        registry.add_sections(parties, by=self.by, now=now)
        self.pending = self._account(registry.ADMINISTRATOR_SECTION, "pending", "Pending account", now)
        for position, party in enumerate(parties, 1):
            name = PARTIES[party].name
            self.holding[party] = self._account(party, "holding", f"{name}: holding", now)
            self.cancellation[party] = self._account(party, "cancellation_voluntary", f"{name}: cancelled", now)
            self.progress("opening accounts", position, len(parties))

    def _account(self, section: str, type_: str, name: str, now: datetime) -> str:
        there = ledger.account_number(section, type_, name)
        return there or accounts.open_account(NewAccount(type_, section, name), by=self.by, now=now).number

    def _book_with_patience(self, chunk: Sequence[Row], key: str, types: Mapping[tuple[str, str], str]) -> int:
        for attempt in range(TRIES):
            try:
                with journal.database_transaction():
                    return self._book(chunk, key, types)
            except Refused as no:
                if Code.LEDGER_BUSY not in no.codes or attempt + 1 == TRIES:
                    raise
                # What the chunk had made is gone with it.
                self.activities.clear()
                self.series.clear()
        return 0

    def _book(self, chunk: Sequence[Row], key: str, types: Mapping[tuple[str, str], str]) -> int:
        issued = [each for each in chunk if isinstance(each, IssuanceRow)]
        cancelled = [each for each in chunk if isinstance(each, CancellationRow)]
        postings = 0
        if issued:
            self._record_activities(issued, types)
            issuance.issue_many([(self._issuance(each), each.at) for each in issued], by=self.by)
            postings += len(issued)
        if any(each.party not in self.series for each in chunk):
            self.series = ledger.series(CDM)
        orders = [(self._order("forwarding", each), each.at) for each in issued]
        for each in (orders, [(self._order("cancellation_voluntary", each), each.at) for each in cancelled]):
            if each:
                postings += len(transactions.post_many(each, by=self.by))
        journal.note(Command(self.by, key, b""), "replay.chunk", key, chunk[-1].at, [])
        return postings

    def _record_activities(self, issued: Sequence[IssuanceRow], types: Mapping[tuple[str, str], str]) -> None:
        wanted = {(each.party, each.project): each for each in issued}
        new = [
            NewActivity(
                project,
                party,
                self.titles.get((party, project), ""),
                activity_types=tuple(filter(None, [types.get((party, project), "")])),
            )
            for party, project in wanted
            if (party, project) not in self.activities
        ]
        if new:
            first = next(iter(wanted.values())).at
            self.activities |= issuance.record_activities(new, by=self.by, now=first)

    def _issuance(self, row: IssuanceRow) -> Issuance:
        attributes = {name: row.particulars[column] for column, name in _ATTRIBUTES if column in row.particulars}
        batch = BatchAttributes(
            row.unit_type,
            activity_id=self.activities[row.party, row.project],
            attributes={"commitment_period": row.commitment_period, "project_number": row.project, **attributes},
            attributes_schema=CDM_1,
        )
        return Issuance(self.pending, CDM, row.party, row.count, batch, first=row.first, last=row.last)

    def _order(self, type_: str, row: Row) -> Order:
        is_forwarding = type_ == "forwarding"
        source = self.pending if is_forwarding else self.holding[row.party]
        target = self.holding[row.party] if is_forwarding else self.cancellation[row.party]
        ranges = (SeriesRange(self.series[row.party], row.first, row.last),)
        terms = {"via_platform": True} if isinstance(row, CancellationRow) and row.via_platform else {}
        return Order(type_, source, target, row.count, ranges, terms=terms)


_ATTRIBUTES = (
    ("monitoring_start", "monitoring_start"),
    ("monitoring_end", "monitoring_end"),
    ("issuance_process_id", "issuance_process"),
    ("activity_kind", "activity_kind"),
    ("project_type", "project_type"),
    ("doe", "operational_entity"),
)
"""Columns of the issuances and the attributes of cdm/1 that keep them."""


def _types_of_projects(issuances: Sequence[IssuanceRow]) -> dict[tuple[str, str], str]:
    # Some lines leave the type out that other lines of the same project give.
    types: dict[tuple[str, str], str] = {}
    for each in issuances:
        if project_type := each.particulars.get("project_type"):
            types.setdefault((each.party, each.project), project_type)
    return types


def _chunks(past: History) -> Iterator[list[Row]]:
    """The history in order of time, an issuance before the cancellations of its moment, some lines at a time."""
    events = heapq.merge(
        ((each.at, 0, each.line, each) for each in past.issuances),
        ((each.at, 1, each.line, each) for each in past.cancellations),
        key=lambda each: each[:3],
    )
    while chunk := [row for *_, row in islice(events, CHUNK)]:
        yield chunk
