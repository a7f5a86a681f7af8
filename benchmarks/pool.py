"""Worker processes, made once by forking and kept for all rounds, each with its own connection."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from benchmarks.server import MeasuringFailure, Server, use

Work = Callable[[int], Any]
"""Makes a worker's state, from its number, in the worker's process."""

ANSWER_TIMEOUT_S = 600


class Pool:
    """Workers on one database. A job is a function that takes the worker's state; it is sent by reference."""

    def __init__(self, server: Server, database: str, size: int, state: Work) -> None:
        from django.db import connections

        self.database = database

        # A connection that two processes share would mix up their answers.
        connections.close_all()
        context = multiprocessing.get_context("fork")
        self._links: list[Connection] = []
        self._processes = []
        for number in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_work, args=(theirs, server.name(database), state, number, os.getpid()), daemon=True
            )
            process.start()
            theirs.close()
            self._links.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing a link would not be noticed: the workers forked later hold copies of it.
        for link in self._links:
            with contextlib.suppress(OSError):
                link.send(None)
            link.close()
        for process in self._processes:
            process.join(timeout=5)
            if process.is_alive():
                process.kill()
                process.join()

    def ask(self, job: Callable[..., Any], *values: Any) -> list[Any]:
        """Have every worker do the job at once; their answers.

        Raises:
            MeasuringFailure: a worker failed; the text is its traceback.
        """
        for link in self._links:
            link.send((job, values))
        answers = []
        for link in self._links:
            if not link.poll(ANSWER_TIMEOUT_S):
                raise MeasuringFailure("a worker does not answer")
            succeeded, answer = link.recv()
            if not succeeded:
                raise MeasuringFailure(answer)
            answers.append(answer)
        return answers

    def rate(self, job: Callable[..., tuple[int, float]], seconds: float) -> float:
        """Have all workers do the job for so long, from the same moment; what they did per second together."""
        return sum(count / elapsed for count, elapsed in self.ask(job, time.monotonic() + 0.05, seconds))


def _work(link: Connection, database: str, make_state: Work, number: int, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    use(database)
    state = make_state(number)
    while True:
        while not link.poll(1.0):
            if os.getppid() != parent:
                return
        asked = link.recv()
        if asked is None:
            return
        job, values = asked
        try:
            answer = (True, job(state, *values))
        except Exception:  # noqa: BLE001 - whatever it was, the process that asked tells it
            answer = (False, traceback.format_exc())
        link.send(answer)


def repeat(once: Callable[[], object], begin_at: float, seconds: float) -> tuple[int, float]:
    """Do something again and again from a moment on; how often, and in how many seconds."""
    while time.monotonic() < begin_at:
        time.sleep(0.001)
    begun = time.perf_counter()
    until = begun + seconds
    count = 0
    while time.perf_counter() < until:
        once()
        count += 1
    return count, time.perf_counter() - begun
