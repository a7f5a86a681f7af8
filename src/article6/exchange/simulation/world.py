"""A world by a seed: registries, people who trade, a network, crashes, perhaps a liar; then calm until all settles."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from article6.exchange import keys
from article6.exchange.books import Side, TransferStatus
from article6.exchange.desk import Desk
from article6.exchange.limits import Limits
from article6.exchange.problems import Rejected
from article6.exchange.simulation import auditor, inspection
from article6.exchange.simulation.liar import Liar
from article6.exchange.simulation.network import DAY, HOUR, MINUTE, SECOND, Network
from article6.exchange.simulation.people import People
from article6.exchange.simulation.registry import DeskMaker, Registry
from article6.exchange.simulation.signatures import Signatures
from article6.exchange.simulation.storage import Crash

START = datetime(2026, 1, 1, tzinfo=UTC)
CODES = ("CHE01", "GHA01", "THA01", "INT", "A6MECH")
PARTIES = {"CHE01": "CHE", "GHA01": "GHA", "THA01": "THA", "INT": "JPN", "A6MECH": "KEN"}
ACCOUNTS = ("1", "2")
FAULTS_END = 2 * DAY
END = 14 * DAY
TICK = 5 * HOUR
FINAL = frozenset(TransferStatus) - {TransferStatus.PROPOSED, TransferStatus.ACCEPTED}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a seed: `faults` is empty where every promise was kept; `digest` is over every signed message."""

    seed: int
    faults: tuple[str, ...]
    transfers: int
    moved: int
    messages: int
    crashes: int
    lies: int
    digest: str
    trace: tuple[str, ...]


class World:
    """One run. All that happens is an event at a moment in milliseconds since the start; ties go by order of making."""

    def __init__(self, seed: int, make_desk: DeskMaker = Desk, *, is_traced: bool = False) -> None:
        self.seed = seed
        self.random = random = Random(f"article6 exchange {seed}")  # noqa: S311 (a replay, not a secret)
        self.at = 0
        self.trace: list[str] = []
        self.is_traced = is_traced
        self.is_calm = False
        self.crashes = self.lies = self.messages = 0
        self.faults: list[str] = []
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._made = 0
        self._in_flight = self._looked = 0
        self._pumps: dict[tuple[str, str], int] = {}
        self._scheduled: set[tuple[str, str]] = set()
        self._crash_rate = random.choice([0.0, 0.05, 0.15])
        self.limits = Limits(
            deadline=timedelta(hours=random.choice([1, 1, 6, 24])),
            ask_after=timedelta(hours=random.choice([1, 5])),
            retry_first=timedelta(minutes=2),
            retry_most=timedelta(hours=random.choice([2, 8])),
        )
        codes = list(CODES[: random.choice([2, 3, 3, 4, 5])])
        self.registries = {code: self._registry(code, make_desk) for code in codes}
        self._found_liar(codes, make_desk)
        self.network = Network(random, codes, FAULTS_END)
        self._connect()
        self._signatures = Signatures()
        for each in self.registries.values():
            each.signer.made = self._signatures.made

    def run(self) -> Outcome:
        """Faults and business until `FAULTS_END`, then calm until everything has settled, then the auditor."""
        with keys.checked_by(self._signatures.is_signed):
            return self._run()

    def _run(self) -> Outcome:
        People(self).plan()
        self._plan_lies()
        for code in self.registries:
            self.later(self.random.randrange(TICK), partial(self._tick, code))
        self.later(FAULTS_END, self._calm)
        while self._events and not self.faults:
            self.at, _, event = heapq.heappop(self._events)
            if self.at > END:
                self.faults.append("it does not settle: " + "; ".join(self._unsettled()))
                break
            event()
            if self.is_calm and self._in_flight == 0 and not self._unsettled():
                break
        if not self.faults:
            self.faults = auditor.Audit([inspection.inspected(each) for each in self.registries.values()]).faults()
        return self._outcome()

    # For people and liars -------------------------------------------------------------------------------------------

    def later(self, delay: int, event: Callable[[], None]) -> None:
        self._made += 1
        heapq.heappush(self._events, (self.at + delay, self._made, event))

    def now(self, registry: Registry) -> datetime:
        """What that registry's clock shows."""
        return START + timedelta(milliseconds=self.at) + registry.skew

    def note(self, text: str) -> None:
        if self.is_traced:
            self.trace.append(f"{START + timedelta(milliseconds=self.at):%d %H:%M:%S.%f} {text}")

    def act(self, code: str, what: str, deed: Callable[[Registry, datetime], object]) -> None:
        """Something a registry does, if its process is there; it may crash between any two writes."""
        registry = self.registries[code]
        if not registry.is_up:
            return
        if not self.is_calm and self.random.random() < self._crash_rate:
            registry.storage.crash_after = self.random.randint(1, 10)
            registry.storage.is_before_commit = self.random.random() < 0.5
        told = registry.books.told() if self.is_traced else []
        try:
            deed(registry, self.now(registry))
            self.note(f"{code} {what}")
            for line in registry.books.told()[len(told) :] if self.is_traced else []:
                self.note(f"  {code} {line}")
        except Crash:
            self._crash(registry, what)
        except Rejected as rejected:
            self.note(f"{code} {what}: {rejected}")
        finally:
            registry.storage.crash_after = None
        self._pump_all(registry)
        self._look()

    # Messages -------------------------------------------------------------------------------------------------------

    def post(self, sender: str, recipient: str, body: bytes) -> None:
        """Send a body; it arrives never, once or more often, and so does the answer."""
        for moment in self.network.arrivals(sender, recipient, self.at):
            self._in_flight += 1
            self.later(moment - self.at, partial(self._arrive, sender, recipient, body))
        self._overhear(body)

    def _arrive(self, sender: str, recipient: str, body: bytes) -> None:
        self._in_flight -= 1

        def receive(registry: Registry, now: datetime) -> None:
            answer = registry.desk.receive(body, now)
            for moment in self.network.arrivals(recipient, sender, self.at):
                self._in_flight += 1
                self.later(moment - self.at, partial(self._answered, sender, recipient, answer))

        self.act(recipient, f"receives {len(body)} bytes of {sender}", receive)
        self.later(self.random.randrange(50), partial(self._handle, recipient, sender))

    def _handle(self, code: str, peer: str) -> None:
        self.act(code, f"handles what {peer} sent", lambda registry, now: registry.desk.handle(peer, now))

    def _answered(self, sender: str, recipient: str, body: bytes) -> None:
        self._in_flight -= 1

        def take(registry: Registry, now: datetime) -> None:
            if registry.desk.take_receipts(recipient, body, now).acknowledged:
                self._pumps[sender, recipient] = 0

        self.act(sender, f"takes receipts of {recipient}", take)

    def _pump_all(self, registry: Registry) -> None:
        for peer in registry.peers():
            if registry.books.has_to_send(peer):
                self._pump_later(registry.code, peer)

    def _pump_later(self, code: str, peer: str) -> None:
        if (code, peer) not in self._scheduled:
            self._scheduled.add((code, peer))
            failures = self._pumps.get((code, peer), 0)
            wait = self.limits.wait(failures) // timedelta(milliseconds=1)
            self.later(20 + wait, partial(self._pump, code, peer))

    def _pump(self, code: str, peer: str) -> None:
        self._scheduled.discard((code, peer))

        def send(registry: Registry, now: datetime) -> None:
            if body := registry.desk.to_send(peer, now):
                self.messages += 1
                self._pumps[code, peer] = self._pumps.get((code, peer), 0) + 1
                self.post(code, peer, body)

        self.act(code, f"sends to {peer}", send)

    # Time and faults ------------------------------------------------------------------------------------------------

    def _tick(self, code: str) -> None:
        self.act(code, "looks at the clock", lambda registry, now: registry.desk.tick(now))
        self.later(TICK, partial(self._tick, code))

    def _crash(self, registry: Registry, what: str) -> None:
        self.crashes += 1
        self.note(f"{registry.code} CRASHES as it {what}")
        registry.is_up = False
        self.later(self.random.choice([SECOND, 5 * MINUTE, 7 * HOUR]), partial(self._restart, registry.code))

    def _restart(self, code: str) -> None:
        registry = self.registries[code]
        registry.restart()
        self.note(f"{code} is up again")
        for peer in registry.peers():
            self._handle(code, peer)

    def _calm(self) -> None:
        self.note("calm")
        self.is_calm = self.network.is_calm = True
        self._pumps.clear()
        self._scheduled.clear()
        for code, registry in self.registries.items():
            if not registry.is_up and not registry.is_liar:
                self._restart(code)
            self._pump_all(registry)

    def _look(self) -> None:
        """At every moment: nothing stands live in two honest registries that no liar ever had."""
        written = sum(each.storage.writes for each in self.registries.values())
        if written == self._looked or any(each.is_liar for each in self.registries.values()):
            return
        self._looked = written
        if twice := auditor.live_twice({code: inspection.live(each) for code, each in self.registries.items()}):
            self.faults += twice

    def _unsettled(self) -> list[str]:
        """What is still under way between honest registries."""
        honest = {code for code, each in self.registries.items() if not each.is_liar}
        found = []
        for code in sorted(honest):
            books = self.registries[code].books
            found += [f"{code} has to send to {peer}" for peer in sorted(honest - {code}) if books.has_to_send(peer)]
            found += [
                f"{code} has to handle what {peer} sent"
                for peer in sorted(honest - {code})
                if books.has_to_handle(peer)
            ]
            found += [
                f"{code} waits for {peer} to answer an instruction"
                for peer, *_ in self.registries[code].informed.open()
                if peer in honest
            ]
            for each in books.transfers():
                is_ours_to_end = each.side == Side.SENDER or each.peer in honest
                if is_ours_to_end and each.status not in FINAL:
                    found.append(f"{each.id} is {each.status} in {code}")
                if each.side == Side.SENDER and each.peer in honest and each.status == TransferStatus.COMPLETED:
                    found.append(f"{each.id} is not confirmed to {code}")
        return found

    # Founding -------------------------------------------------------------------------------------------------------

    def _registry(self, code: str, make_desk: DeskMaker, kind: type[Registry] = Registry) -> Registry:
        skew = timedelta(
            seconds=self.random.choice([0, 0, self.random.randint(-90, 90), self.random.randint(-900, 900)])
        )
        return kind(code, self.random.randbytes(32), START, skew, self.limits, make_desk)

    def _found_liar(self, codes: Sequence[str], make_desk: DeskMaker) -> None:
        if len(codes) >= 2 and self.random.random() < 0.4:
            code = self.random.choice(codes)
            liar = self._registry(code, make_desk, Liar)
            if isinstance(liar, Liar):
                liar.arm(self.random)
            self.registries[code] = liar

    def _connect(self) -> None:
        pinned = {code: each.signer.public for code, each in self.registries.items()}
        for code, registry in self.registries.items():
            registry.pin(pinned, ACCOUNTS)
            for account in ACCOUNTS:
                last = max((each.last for each in registry.issued), default=0)
                registry.issue(PARTIES[code], last + 1, self.random.randint(5, 40), account)

    def _plan_lies(self) -> None:
        for code, registry in self.registries.items():
            if isinstance(registry, Liar):
                for _ in range(self.random.randint(5, 16)):
                    self.later(self.random.randrange(FAULTS_END), partial(self._lie, code))
                if self.random.random() < 0.2:
                    self.later(self.random.randrange(FAULTS_END), partial(self._fall_silent, code))

    def _lie(self, code: str) -> None:
        self.lies += 1

        def lie(registry: Registry, now: datetime) -> None:
            if isinstance(registry, Liar):
                name, victim, body = registry.lie(now)
                self.note(f"{code} lies to {victim}: {name}")
                if body is not None:
                    self.post(code, victim, body)

        self.act(code, "lied", lie)

    def _fall_silent(self, code: str) -> None:
        self.note(f"{code} falls silent for ever")
        self.registries[code].is_up = False

    def _overhear(self, body: bytes) -> None:
        for registry in self.registries.values():
            if isinstance(registry, Liar) and len(registry.overheard) < 200:
                registry.overhear(body)

    def _outcome(self) -> Outcome:
        said = [
            each.jws for registry in self.registries.values() for each in registry.storage.table("outgoing").values()
        ]
        deals = [each for registry in self.registries.values() for each in registry.books.transfers()]
        return Outcome(
            seed=self.seed,
            faults=tuple(self.faults),
            transfers=sum(each.side == Side.SENDER for each in deals),
            moved=sum(each.side == Side.ACQUIRER and each.completed_at is not None for each in deals),
            messages=self.messages,
            crashes=self.crashes,
            lies=self.lies,
            digest=hashlib.sha256("".join(said).encode()).hexdigest(),
            trace=tuple(self.trace),
        )
