"""What the workers do: the program's own use cases, and a stopwatch around their parts."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any

from benchmarks.ledgers import BLOCKS_PER_BATCH, PARTY, REGISTRY, UNITS_PER_BLOCK, Ledger
from benchmarks.pool import repeat

QUANTITY = 5


@dataclass(slots=True)
class Worker:
    """A worker's state."""

    ledger: Ledger
    number: int
    chance: random.Random = field(init=False)
    is_there: bool = False

    def __post_init__(self) -> None:
        self.chance = random.Random(self.number)

    def two_accounts(self) -> tuple[str, str]:
        """The numbers of two accounts that are not the same."""
        source, target = self.chance.sample(self.ledger.holders[: self.ledger.spread], 2)
        return source[1], target[1]

    def key(self) -> str:
        """An idempotency key nobody used."""
        return f"{self.number}-{time.time_ns()}-{self.chance.getrandbits(32):x}"


def state_of(ledger: Ledger) -> Callable[[int], Worker]:
    """What `Pool` makes its workers' states with."""
    return lambda number: Worker(ledger, number)


def _propose(worker: Worker, source: str, target: str, quantity: int, ranges: tuple[Any, ...] = ()) -> None:
    from article6.domain.orders import Order, PersonId
    from article6.services.transactions import propose

    order = Order("transfer", source, target, quantity, ranges)
    propose(order, by=PersonId(worker.ledger.person), now=datetime.now(UTC), key=worker.key())


def spread(worker: Worker, begin_at: float, seconds: float) -> tuple[int, float]:
    """Transfers between accounts drawn by lot."""
    return repeat(lambda: _propose(worker, *worker.two_accounts(), QUANTITY), begin_at, seconds)


def spread_sizes(worker: Worker, begin_at: float, seconds: float) -> tuple[int, float]:
    """The same with quantities drawn by lot, so that many take their units from several blocks."""
    return repeat(lambda: _propose(worker, *worker.two_accounts(), worker.chance.randint(1, 100)), begin_at, seconds)


def hot(worker: Worker, begin_at: float, seconds: float) -> tuple[int, float]:
    """Transfers that all debit one account."""
    return repeat(lambda: _propose(worker, worker.ledger.hot[1], worker.two_accounts()[1], QUANTITY), begin_at, seconds)


def batches(worker: Worker, begin_at: float, seconds: float) -> tuple[int, float]:
    """Transactions that move 1,000 blocks, named by serials, to and fro; counted in blocks."""
    from article6.domain.serials import SeriesRange

    ledger, mine = worker.ledger, worker.number
    moved = tuple(
        SeriesRange(ledger.series_id, block * UNITS_PER_BLOCK + 1, (block + 1) * UNITS_PER_BLOCK)
        for block in range(mine, ledger.blocks, ledger.spread)
    )
    places = [ledger.holders[mine][1], ledger.holders[ledger.spread + mine][1]]

    def once() -> None:
        source, target = reversed(places) if worker.is_there else places
        _propose(worker, source, target, len(moved) * UNITS_PER_BLOCK, moved)
        worker.is_there = not worker.is_there

    count, elapsed = repeat(once, begin_at, seconds)
    return count * len(moved), elapsed


# --- Looking up


def lookups(worker: Worker, rounds: int, count: int) -> tuple[list[tuple[float, float]], dict[str, float]]:
    """Round by round, milliseconds of a primary-key select, and of the query for a serial's block with its history.

    With it, what the service takes that tells it all in words (batch, accounts, identifiers, titles): once the process
    has seen a unit of every batch and keeps what never changes of them, and while it saw them first.
    """
    from article6.services.units import unit
    from article6.store.database import row
    from article6.store.queries.lookup import owner, series

    ledger = worker.ledger
    top = ledger.blocks * UNITS_PER_BLOCK

    def select() -> None:
        hi = worker.chance.randint(1, ledger.blocks) * UNITS_PER_BLOCK
        row("SELECT * FROM block WHERE series_id = %s AND hi = %s", (ledger.series_id, hi))

    def tell(serial: int) -> None:
        found = unit(REGISTRY, PARTY, serial)
        if found is None or len(found.history) < 2:
            raise ValueError(f"unit {serial} was not found with its history")

    [of] = series(REGISTRY, PARTY)

    def look_up() -> None:
        serial = worker.chance.randint(1, top)
        if len(owner(of, serial)) < 2:
            raise ValueError(f"serial {serial} was not found with its history")

    batch = iter(range(len(ledger.batches)))
    first = _timed(lambda: tell(next(batch) * BLOCKS_PER_BATCH * UNITS_PER_BLOCK + 1), len(ledger.batches))
    told = _timed(lambda: tell(worker.chance.randint(1, top)), count)
    _timed(select, count)
    _timed(look_up, count)
    pairs = [(_timed(select, count), _timed(look_up, count)) for _ in range(rounds)]
    return pairs, {"told in words, ms": told, "told in words, first unit of a batch that the process sees, ms": first}


def _timed(once: Callable[[], None], count: int) -> float:
    """Milliseconds that it takes once, the median of so many times: one that the machine interrupted counts for one."""
    took = []
    for _ in range(count):
        begun = time.perf_counter()
        once()
        took.append(time.perf_counter() - begun)
    return median(took) * 1000


# --- Where the time goes


def parts(worker: Worker, job: Callable[..., tuple[int, float]], seconds: float) -> tuple[int, dict[str, float]]:
    """Do a job under the stopwatch; how often, and the seconds spent in each part and elsewhere."""
    from article6.domain import rules
    from article6.services import transactions
    from article6.store import journal
    from article6.store.queries import facts

    watched = (
        (facts, "read", "facts (one query)"),
        (transactions, "command", "digest of the request"),
        (rules, "refusals", "rules"),
        (journal, "post", "post (one call, and its commit)"),
    )
    spent: dict[str, float] = {}
    with contextlib.ExitStack() as stack:
        for place, name, title in watched:
            stack.enter_context(_stopwatch(place, name, title, spent))
        count, elapsed = job(worker, time.monotonic(), seconds)
    spent["the rest"] = elapsed - sum(spent.values())
    return count, spent


@contextlib.contextmanager
def _stopwatch(place: Any, name: str, title: str, spent: dict[str, float]) -> Iterator[None]:
    original = getattr(place, name)
    spent[title] = 0.0

    def timed(*values: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return original(*values, **named)
        finally:
            spent[title] += time.perf_counter() - begun

    setattr(place, name, timed)
    try:
        yield
    finally:
        setattr(place, name, original)
