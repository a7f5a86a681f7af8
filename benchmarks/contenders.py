"""The figures that take turns with their yardstick."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from article6.services import audit
from benchmarks import ledgers, work
from benchmarks.figures import Figure, Results, of_pairs
from benchmarks.ledgers import Ledger
from benchmarks.pool import Pool
from benchmarks.scale import FULL, Scale
from benchmarks.server import MeasuringFailure, Server, use
from benchmarks.work import QUANTITY

BATCH_WORKERS = 8
TRANSFERS = "transfers/s"

LEDGER_CALL = r"""\set a random(0, {spread} - 1)
\set b (:a + random(1, {spread} - 1)) % {spread}
\set quantity {quantity}
\set key random(1, 9000000000000000000)
SELECT ledger_post({person}, ARRAY['transfer'], ARRAY[true], ARRAY[{section}]::smallint[],
    ARRAY[{first} + :a]::bigint[], ARRAY[{first} + :b]::bigint[], ARRAY[:quantity]::bigint[], ARRAY[now()],
    ARRAY[NULL]::timestamptz[], ARRAY[NULL]::jsonb[], NULL, NULL, NULL, NULL, ARRAY[{batches}]::bigint[],
    ARRAY[0]::bigint[], NULL, NULL, :key::text, '\x00'::bytea);
"""


@dataclass(slots=True)
class Bench:
    """One run: the server, the sizes, and the ledgers, each made when it is first asked for."""

    server: Server
    scale: Scale
    results: Results
    say: Callable[[str], None]
    _made: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` made when this was first asked for."""
        if name not in self._made:
            self.say(f"preparing: {name}")
            self._made[name] = make()
        return self._made[name]

    def tpcb(self, clients: int) -> float:
        """The yardstick, now."""
        self.once("TPC-B tables", lambda: self.server.make_tpcb(self.scale.tpcb_scale))
        return self.server.tpcb(clients, self.scale.seconds)

    def migrated(self) -> str:
        """The name of a database with empty tables, to copy."""
        self.once("tables", lambda: self.server.migrate("migrated"))
        return "migrated"

    @property
    def founded(self) -> Ledger:
        """A registry without units."""
        self.migrated()
        made: Ledger = self.once("registry", lambda: ledgers.found(self.server, self.scale.accounts))
        return made

    def _filled(self, database: str, blocks: int, spread: int, *, is_abroad: bool = False) -> Ledger:
        founded = self.founded
        made: Ledger = self.once(
            f"ledger `{database}`, {blocks:,} blocks in {spread:,} accounts",
            lambda: ledgers.fill(self.server, founded, database, blocks, spread, is_abroad=is_abroad),
        )
        return made

    @property
    def few(self) -> Ledger:
        """The small ledger, on which all but `growth` and `lookup` are measured."""
        return self._filled("few", self.scale.blocks_few, self.scale.accounts)

    @property
    def small(self) -> Ledger:
        """Another of that size, as new as the large one is when the two are compared."""
        return self._filled("small", self.scale.blocks_few, self.scale.accounts)

    @property
    def many(self) -> Ledger:
        """The large ledger."""
        return self._filled("many", self.scale.blocks_many, self.scale.accounts)

    @property
    def thousands(self) -> Ledger:
        """A thousand blocks for each of the workers that move a thousand at once."""
        return self._filled("thousands", 1_000 * BATCH_WORKERS, BATCH_WORKERS)

    @property
    def reported(self) -> Ledger:
        """A ledger in which a Party has so many actions to report in a year."""
        return self._filled("reported", self.scale.aef_rows, ledgers.ABROAD, is_abroad=True)

    def copy(self, ledger: Ledger) -> str:
        """The name of a copy of a ledger as it is now, for what would disturb the others."""
        self.dismiss(ledger.database)
        name = f"{ledger.database}_copy"
        self.once(f"copy of the ledger of {ledger.blocks:,} blocks", lambda: self.server.create(name, ledger.database))
        return name

    def dismiss(self, database: str | None = None) -> None:
        """Let workers go, those of one database or all: a copy needs a database without connections."""
        for name, made in list(self._made.items()):
            if isinstance(made, Pool) and database in (None, made.database):
                made.__exit__(None, None, None)
                del self._made[name]

    def workers(self, ledger: Ledger, size: int | None = None) -> Pool:
        """Worker processes on a ledger; they have connected and warmed up."""
        name = f"workers on {ledger.database}, {size or self.scale.clients}"
        if name not in self._made:
            pool = Pool(self.server, ledger.database, size or self.scale.clients, work.state_of(ledger))
            self._made[name] = pool
            pool.rate(work.batches if ledger.database == "thousands" else work.spread, 0.3)
        made: Pool = self._made[name]
        return made

    def turns(self, yardstick: Callable[[], float], contender: Callable[[], float]) -> list[tuple[float, float]]:
        """Yardstick and contender in turns, each right after the other."""
        return [(yardstick(), contender()) for _ in range(self.scale.rounds)]

    def rate(self, pool: Pool, job: Callable[..., tuple[int, float]]) -> float:
        """What the workers do per second, now."""
        return pool.rate(job, self.scale.seconds)

    def check_books(self) -> None:
        """The audit of the small ledger after all that was done to it: what is fast and wrong is not reported.

        Raises:
            MeasuringFailure: a promise is broken.
        """
        if not any(isinstance(each, Ledger) and each.database == "few" for each in self._made.values()):
            return
        self.say("auditing the measured ledger")
        use(self.server.name("few"))
        checks = audit.run()
        breaches = [f"{each.title}: {each.findings[:2]}" for each in checks if not each.ok]
        if breaches:
            raise MeasuringFailure(f"the audit finds breaches after the measurements: {breaches}")
        lines = max(each.checked for each in checks)
        self.results.remarks.append(f"The audit of the measured ledger is clean ({lines:,} lines of its journal).")


def _call(ledger: Ledger, quantity: str) -> str:
    shown = ", ".join(str(number) for number in ledger.batches)
    return LEDGER_CALL.format(
        spread=ledger.spread, person=ledger.person, section=ledger.section_id, first=ledger.holders[0][0],
        batches=shown, quantity=quantity,
    )  # fmt: skip


def ledger_call(bench: Bench) -> Figure:
    """The ledger's one call, from pgbench, in the program's restricted role, with a new idempotency key each."""
    ledger, scale = bench.few, bench.scale
    script = _call(ledger, str(QUANTITY))

    def measured() -> float:
        return bench.server.pgbench(ledger.database, scale.clients, scale.seconds, script)

    pairs = bench.turns(lambda: bench.tpcb(scale.clients), measured)
    _tell_variants(bench, ledger)
    return of_pairs("ledger_call", pairs, TRANSFERS)


def _tell_variants(bench: Bench, ledger: Ledger) -> None:
    """What the call costs otherwise, on a copy: pieces of many sizes stay behind, and not for the other figures."""
    copy = bench.copy(ledger)
    server, scale = bench.server, bench.scale

    def measured(text: str = _call(ledger, str(QUANTITY)), clients: int = scale.clients) -> float:
        return server.pgbench(copy, clients, scale.seconds, text)

    lines = {"as measured": measured(), "1 client": measured(clients=1)}
    with _without_triggers(server, copy):
        lines["without the triggers on blocks"] = measured()
    lines["quantities of 1 to 100, often from several blocks"] = measured(_call(ledger, "random(1, 100)"))
    bench.results.time["ledger_call"] = {title: f"{rate:,.0f} {TRANSFERS}" for title, rate in lines.items()}


@contextlib.contextmanager
def _without_triggers(server: Server, database: str) -> Iterator[None]:
    with server.owner(database) as connection:
        connection.execute("ALTER TABLE block DISABLE TRIGGER USER")
        try:
            yield
        finally:
            connection.execute("ALTER TABLE block ENABLE TRIGGER USER")


def service(bench: Bench) -> Figure:
    """`services.transactions.propose` in worker processes, each transfer with a new idempotency key."""
    pool = bench.workers(bench.few)
    pairs = bench.turns(lambda: bench.tpcb(bench.scale.clients), lambda: bench.rate(pool, work.spread))
    _tell_parts(bench, "service", pool, work.spread, "transfer")
    return of_pairs("service", pairs, TRANSFERS)


def batch_1000(bench: Bench) -> Figure:
    """The same service with orders that name a thousand blocks each."""
    pool = bench.workers(bench.thousands, BATCH_WORKERS)
    pairs = bench.turns(lambda: bench.tpcb(bench.scale.clients), lambda: bench.rate(pool, work.batches))
    _tell_parts(bench, "batch_1000", pool, work.batches, "transaction of 1,000 blocks", 1_000)
    return of_pairs("batch_1000", pairs, "blocks/s")


def _tell_parts(
    bench: Bench, name: str, pool: Pool, job: Callable[..., tuple[int, float]], of: str, counted: int = 1
) -> None:
    """Where the time of a worker goes while all of them work."""
    answers = pool.ask(work.parts, job, bench.scale.seconds)
    count = sum(each for each, _ in answers) / counted
    spent = {title: sum(each[title] for _, each in answers) for title in answers[0][1]}
    whole = sum(spent.values())
    lines = {
        title: f"{seconds * 1000 / count:.2f} ms ({seconds / whole:.0%})"
        for title, seconds in sorted(spent.items(), key=lambda each: -each[1])
    }
    bench.results.time[name] = {f"a {of}, in one of {len(answers)} workers": f"{whole * 1000 / count:.2f} ms", **lines}


def hot_account(bench: Bench) -> Figure:
    """All workers debit one account; its yardstick is `service`."""
    pool = bench.workers(bench.few)
    pairs = bench.turns(lambda: bench.rate(pool, work.spread), lambda: bench.rate(pool, work.hot))
    return of_pairs("hot_account", pairs, TRANSFERS)


def growth(bench: Bench) -> Figure:
    """`service` on the large ledger; its yardstick is `service` on the small one."""
    small, large = bench.workers(bench.small), bench.workers(bench.many)
    pairs = bench.turns(lambda: bench.rate(small, work.spread), lambda: bench.rate(large, work.spread))
    return of_pairs("growth", pairs, TRANSFERS, note=_size(bench))


def lookup(bench: Bench) -> Figure:
    """A serial's block with its history; its yardstick is a primary-key select by the same process."""
    pool = bench.workers(bench.many, 1)
    [(pairs, parts)] = pool.ask(work.lookups, max(3, bench.scale.rounds), bench.scale.lookups)
    return of_pairs("lookup", pairs, "ms", note=_size(bench), parts=parts)


def _size(bench: Bench) -> str:
    return "" if bench.scale.blocks_many == FULL.blocks_many else f"at {bench.scale.blocks_many:,} blocks"
