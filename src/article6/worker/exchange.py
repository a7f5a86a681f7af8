"""Messages between registries: for each peer one thread that sends and one that handles, and one for deadlines."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import psycopg
from django.db.utils import Error as DjangoDatabaseError

from article6.domain.refusals import Refused
from article6.gateways import GatewayFailure
from article6.services.exchange import clockwork, pump
from article6.store import database

IDLE_S = 0.5
"""Seconds between two looks where nothing happens."""

AWAKE_S = 0.05
"""The same for a while after something happened: an answer is likely."""

AWAKE_FOR_S = 5.0
LOOK_S = 2.0
"""Seconds between two looks for new peers and deadlines."""

YIELDED = 0.25
"""After a turn that found work, the part of its time that is left to others before the next."""

log = logging.getLogger(__name__)


def turn() -> dict[str, int]:
    """Everything that is to be sent or handled now, and what is due; how many messages and transfers."""
    return {"messages": pump.turn_all(), "due": clockwork.tick()}


def run(stop: threading.Event) -> None:
    """Exchange messages with every peer until told to stop."""
    threads: dict[tuple[str, str], threading.Thread] = {}
    try:
        while not stop.is_set():
            _safely(lambda: _look(stop, threads))
            stop.wait(LOOK_S)
    finally:
        database.close()
        for thread in threads.values():
            thread.join(timeout=10)


WORK: dict[str, Callable[[str], int]] = {"send": lambda code: pump.send(code).sent, "handle": pump.handle}
"""What is done for a peer, each in a thread of its own."""


def _look(stop: threading.Event, threads: dict[tuple[str, str], threading.Thread]) -> int:
    """Start what is missing: threads of new peers, and those that a fault of the program ended."""
    for code in pump.talking():
        for name, work in WORK.items():
            known = threads.get((code, name))
            if known is None or not known.is_alive():
                thread = threading.Thread(
                    target=_go_on, args=(stop, code, work), name=f"exchange-{code}-{name}", daemon=True
                )
                threads[code, name] = thread
                thread.start()
    return clockwork.tick()


def _go_on(stop: threading.Event, code: str, work: Callable[[str], int]) -> None:
    """Do one kind of work for one peer, again and again."""
    busy_until = 0.0
    try:
        while not stop.is_set():
            begun = time.monotonic()
            if _safely(lambda: work(code)):
                ended = time.monotonic()
                busy_until = ended + AWAKE_FOR_S
                stop.wait((ended - begun) * YIELDED)
            else:
                stop.wait(AWAKE_S if begun < busy_until else IDLE_S)
    finally:
        database.close()


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
