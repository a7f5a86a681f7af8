"""Programs that a command starts and stops."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import TracebackType

GRACE_S = 20.0
"""How long a child may take to stop before it is killed."""


class Children:
    """`article6` processes for other registries of this home; leaving the block stops those that still run.

    They are out of reach of the terminal's Ctrl-C, so that they end in one order and tell nothing twice.
    """

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Children:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _undisturbed():
            self.stop()

    def start(self, registry: str, *words: str) -> subprocess.Popen[str]:
        """Start `article6 --registry REGISTRY WORDS...`; its standard input ends when this process does."""
        child = subprocess.Popen(
            command(registry, *words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._running.append(child)
        return child

    def finish(self, registry: str, *words: str) -> tuple[int, str]:
        """Run a child to its end: its exit code and what it printed."""
        child = self.start(registry, *words)
        printed, _ = child.communicate()
        self._running.remove(child)
        return child.returncode, printed

    def dismiss(self, *children: subprocess.Popen[str]) -> None:
        """Let children end by closing what they read, all at once, and wait until they have."""
        for child in children:
            if child.stdin is not None:
                with contextlib.suppress(OSError):
                    child.stdin.close()
        for child in children:
            child.wait()
            self._running.remove(child)

    def first_ended(self) -> subprocess.Popen[str] | None:
        """A child that has ended by itself, if there is one."""
        return next((child for child in self._running if child.poll() is not None), None)

    def stop(self) -> None:
        """Stop all, and wait until they have stopped."""
        for child in self._running:
            if child.poll() is None:
                child.terminate()
        for child in self._running:
            for stream in (child.stdin, child.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            try:
                child.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._running.clear()


def command(registry: str, *words: str) -> list[str]:
    """The words that start this program for a registry."""
    return [sys.executable, "-m", "article6", "--registry", registry, *words]


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C waits until the children have stopped."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
