"""Rehearsals: what an act would do is found by doing it, looking, and taking it back. There is no second way to reckon.

The act is the service's own, and what waits for a second person is completed as that person would complete it, so that
what is shown is what the ledger itself would write: the blocks that it chooses, first transfers, rows of reports.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from article6.domain.adjustments import Level
from article6.domain.identifier_formats import render_range
from article6.domain.orders import PersonId, Status, TransactionId
from article6.domain.refusals import Code, Refusal, Refused
from article6.reporting.aef_records import Action
from article6.reporting.itmo_amounts import Tally, quantity
from article6.services import aef, lookup, sight, transactions
from article6.services.exchange import leaving
from article6.store import arrivals, journal
from article6.store.attempts import taken_back
from article6.store.queries import desk, registries
from article6.store.queries import transactions as reading

Done = TypeVar("Done")

BLOCKS_SHOWN, ROWS_SHOWN = 1_000, 50


@dataclass(frozen=True, slots=True)
class Transactions:
    """What an act wrote in the ledger: the numbers of its transactions; `leaves` where they wait for a peer besides."""

    ids: tuple[TransactionId, ...]
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Adjustment:
    """By how much the year of a Party's balance changes: first transferred is added, used is taken away."""

    party: str
    year: int
    first_transferred: Level
    used: Level


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the actions of a Party's AEF."""

    party: str
    year: int
    type: str
    subtype: str
    first: str
    last: str
    quantity: Level | None
    other_party: str
    purpose: str
    year_used: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do.

    `transactions` are as `lookup.transaction`, with their entries as they would stand in the journal. `waits`: a second
    person is asked for; `refused_later`: why that person's approval would be refused as things stand. `concerned` are
    Parties whose reports have rows by it, whether or not `rows` shows them to this person.
    """

    transactions: tuple[dict[str, Any], ...]
    waits: bool
    rows: tuple[Row, ...] = ()
    rows_total: int = 0
    adjustments: tuple[Adjustment, ...] = ()
    concerned: tuple[str, ...] = ()
    refused_later: tuple[Refusal, ...] = ()
    more: dict[str, str] = field(default_factory=dict)

    @property
    def quantity(self) -> int:
        """Units of all its transactions."""
        return sum(each["quantity"] for each in self.transactions)

    @property
    def first_transferred(self) -> int:
        """Units whose first transfer it is."""
        return sum(each["quantity"] for each in self._entries() if each["is_first_transfer"])

    @property
    def token(self) -> str:
        """Stands for exactly this: another preview with the same token says the same."""
        entries = [
            (each["registry"], each["party"], each["first"], each["last"], each["authorization"],
             each["is_first_transfer"])
            for each in self._entries()
        ]  # fmt: skip
        moved = [(each["type"], each["quantity"], _number(each["source"]), _number(each["target"]))
                 for each in self.transactions]  # fmt: skip
        said = (moved, entries, self.waits, self.rows, self.adjustments, self.refused_later, sorted(self.more.items()))
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    def _entries(self) -> Iterable[dict[str, Any]]:
        return (entry for each in self.transactions for entry in each["entries"])


def _number(account: dict[str, Any] | None) -> str:
    return account["number"] if account else ""


def rehearse(act: Callable[[], Done], look: Callable[[Done], Preview]) -> Preview:
    """Do an act, look at what it did, and take all of it back.

    Raises:
        Refused: as the act would be.
    """
    for attempt in range(transactions.TRIES):
        try:
            with taken_back():
                seen = look(act())
        except Refused as no:
            if attempt + 1 < transactions.TRIES and Code.LEDGER_BUSY in no.codes:
                continue
            raise
        return seen
    raise AssertionError  # the loop answers or raises


def preview(act: Callable[[], Transactions], *, by: PersonId, now: datetime) -> Preview:
    """What an act of the ledger would do when it is completed, as far as this person may see it.

    Raises:
        Refused: as the act would be.
    """

    def look(done: Transactions) -> Preview:
        waiting = [each for each in done.ids if reading.proposal(each).status is Status.PROPOSED]
        refused_later = _completed(waiting, by, now, leaves=done.leaves)
        rows, total, adjustments, concerned = _reports(done.ids, by, now)
        with sight.seeing(sight.of(by)):
            told = tuple(_told(each, by) for each in done.ids)
        return Preview(told, bool(waiting), rows, total, adjustments, concerned, refused_later)

    with sight.seeing(sight.EVERYTHING):
        return rehearse(act, look)


def _told(transaction_id: TransactionId, by: PersonId) -> dict[str, Any]:
    return lookup.transaction(transaction_id, limit=BLOCKS_SHOWN, by=by)


def _completed(ids: Sequence[TransactionId], by: PersonId, now: datetime, *, leaves: bool) -> tuple[Refusal, ...]:
    """Complete what waits, as its second person would; why that would be refused."""
    try:
        with journal.database_transaction():
            for each in ids:
                second = by
                if leaves:
                    second = leaving.exchange_person()
                    arrivals.announce(each, second, now)
                transactions.approve_part(each, by=second, now=now)
    except Refused as no:
        if Code.LEDGER_BUSY in no.codes:
            raise
        return no.reasons
    return ()


def _reports(
    ids: Sequence[TransactionId], by: PersonId, now: datetime
) -> tuple[tuple[Row, ...], int, tuple[Adjustment, ...], tuple[str, ...]]:
    """Rows that follow in the reports of the Parties concerned; those of sections out of sight are only named."""
    own = sight.of(by)
    rows: list[Row] = []
    adjustments: list[Adjustment] = []
    concerned: list[str] = []
    total = 0
    known = registries.sections()
    for party in desk.parties_of(ids):
        if party not in known:
            continue
        with journal.database_transaction():
            actions = [each for each in aef.actions_at(party, now)() if int(each.key.partition(":")[0]) in set(ids)]
        if not actions:
            continue
        concerned.append(party)
        with sight.seeing(own):
            is_shown = sight.shows(known[party])
        if is_shown:
            total += len(actions)
            rows += [_row(party, each) for each in actions[: max(0, ROWS_SHOWN - len(rows))]]
            adjustments += _adjusted(party, actions)
    return tuple(rows), total, tuple(adjustments), tuple(concerned)


def _row(party: str, action: Action) -> Row:
    first, last = render_range(action.itmos.identifier)
    return Row(
        party, action.executed_at.year, action.type, action.subtype or "", first, last, quantity(action.itmos),
        action.acquiring_party or action.transferring_party or "", action.purpose or "", action.year_used,
    )  # fmt: skip


def _adjusted(party: str, actions: Sequence[Action]) -> list[Adjustment]:
    amounts = Tally(party).add(actions).result().amounts
    return [
        Adjustment(party, year, each.first_transferred, each.used)
        for year, each in sorted(amounts.items())
        if each.first_transferred or each.used
    ]
