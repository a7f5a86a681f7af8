"""Messages between registries: for each peer one thread that sends and one that handles, and one for deadlines.

A thread that found nothing to do waits until its bell rings: what is committed anywhere, and is work for it, is heard
over the database. Where that is not heard, it looks by itself again and again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from django.db.utils import Error as DjangoDatabaseError

from article6.domain.refusals import Refused
from article6.gateways import GatewayFailure
from article6.services.exchange import clockwork, pump
from article6.store import database, wakeups

IDLE_S = 0.5
"""Seconds between two looks where nothing happens."""

AWAKE_S = 0.05
"""The same for a while after something happened, where no bell can be heard: an answer is likely."""

AWAKE_FOR_S = 5.0
LOOK_S = 2.0
"""Seconds between two looks for new peers and deadlines."""

LISTEN_S = 0.5
"""Seconds of listening before it is asked whether to stop."""

YIELDED = 0.25
"""After a turn that found work, the part of its time that is left to others before the next."""

NICE = 10
"""Priority (0 is the usual, 19 the lowest) of threads that send and handle, so that a backlog does not slow people."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Bells:
    """A bell for each kind of work for each peer, as `send GHA01`; `is_heard` while what others commit rings them."""

    is_heard: bool = False
    _bells: dict[str, threading.Event] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def bell(self, name: str) -> threading.Event:
        """The bell of a kind of work for a peer."""
        with self._lock:
            return self._bells.setdefault(name, threading.Event())

    def ring_all(self) -> None:
        """Nobody waits longer."""
        with self._lock:
            for each in self._bells.values():
                each.set()


def turn() -> dict[str, int]:
    """Everything that is to be sent or handled now, and what is due; how many messages and transfers."""
    return {"messages": pump.turn_all(), "due": clockwork.tick()}


def run(stop: threading.Event) -> None:
    """Exchange messages with every peer until told to stop."""
    threads: dict[tuple[str, str], threading.Thread] = {}
    bells = Bells()
    listener = threading.Thread(target=_listen, args=(stop, bells), name="exchange-listen", daemon=True)
    listener.start()
    try:
        while not stop.is_set():
            _safely(lambda: _look(stop, threads, bells))
            stop.wait(LOOK_S)
    finally:
        database.close()
        bells.ring_all()
        for thread in (*threads.values(), listener):
            thread.join(timeout=10)


WORK: dict[str, Callable[[str], int]] = {"send": lambda code: pump.send(code).sent, "handle": pump.handle}
"""What is done for a peer, each in a thread of its own."""


def _look(stop: threading.Event, threads: dict[tuple[str, str], threading.Thread], bells: Bells) -> int:
    """Start what is missing: threads of new peers, and those that a fault of the program ended."""
    for code in pump.talking():
        for name, work in WORK.items():
            known = threads.get((code, name))
            if known is None or not known.is_alive():
                thread = threading.Thread(
                    target=_go_on, args=(stop, bells, name, code, work), name=f"exchange-{code}-{name}", daemon=True
                )
                threads[code, name] = thread
                thread.start()
    return clockwork.tick()


def _listen(stop: threading.Event, bells: Bells) -> None:
    """Ring the bells that others pull."""
    try:
        while not stop.is_set():
            _safely(lambda: _hear(stop, bells))
            stop.wait(IDLE_S)
    finally:
        database.close()


def _hear(stop: threading.Event, bells: Bells) -> int:
    try:
        wakeups.listen()
        bells.is_heard = True
        bells.ring_all()  # what was committed before nobody heard
        while not stop.is_set():
            for name in wakeups.heard(LISTEN_S):
                bells.bell(name).set()
    finally:
        bells.is_heard = False
    return 0


def _go_on(stop: threading.Event, bells: Bells, name: str, code: str, work: Callable[[str], int]) -> None:
    """Do one kind of work for one peer, again and again."""
    _step_back()
    busy_until = 0.0
    bell = bells.bell(f"{name} {code}")
    try:
        while not stop.is_set():
            bell.clear()  # before the look: who rings during it is heard after it
            begun = time.monotonic()
            if _safely(lambda: work(code)):
                ended = time.monotonic()
                busy_until = ended + AWAKE_FOR_S
                stop.wait((ended - begun) * YIELDED)
            else:
                bell.wait(AWAKE_S if begun < busy_until and not bells.is_heard else IDLE_S)
    finally:
        database.close()


def _step_back() -> None:
    """Where there is not enough of the processor for all, have people's work go before this thread's."""
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def _safely(work: Callable[[], int]) -> int:
    """Nothing that may pass by itself ends a thread."""
    try:
        return work()
    except Refused as no:
        log.warning("messages could not be exchanged now: %s", no)
    except GatewayFailure as failure:
        log.warning("a peer did not answer: %s", failure)
    except (psycopg.Error, DjangoDatabaseError) as error:
        log.warning("the database did not answer: %s", type(error).__name__)
        database.close()
    return 0
