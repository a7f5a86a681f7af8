"""A road between two programs on this machine that can be cut, slowed, and left open at one end."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from enum import StrEnum


class Road(StrEnum):
    """How it is with the road. `lost_answer`: the request arrives, its answer does not, and the caller is cut off.
    `half_open`: nothing passes and nobody is told."""

    OPEN = "open"
    CLOSED = "closed"
    SLOW = "slow"
    LOST_ANSWER = "lost_answer"
    HALF_OPEN = "half_open"


SLOW_S = 0.4
"""Seconds that each piece takes on a slow road."""


class Proxy:
    """Listens on a port of its own and passes on to another; `road` may be set at any time."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.road = Road.OPEN
        self.passed = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def set(self, road: Road) -> None:
        """Change the road; connections of before are cut, so that nobody keeps one that was good."""
        self.road = road
        with self._lock:
            found, self._open = self._open, set()
        for each in found:
            _end(each)

    def close(self) -> None:
        """No road any more."""
        self._listening.close()
        self.set(Road.CLOSED)

    def _accept(self) -> None:
        while True:
            try:
                caller, _address = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), name="proxy", daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        if self.road is Road.CLOSED:
            _end(caller)
            return
        try:
            target = socket.create_connection(("127.0.0.1", self.target_port), timeout=5)
        except OSError:
            _end(caller)
            return
        target.settimeout(None)
        with self._lock:
            self._open |= {caller, target}
        back = threading.Thread(target=self._carry, args=(target, caller, True), name="proxy", daemon=True)
        back.start()
        self._carry(caller, target, False)

    def _carry(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                road = self.road
                if road is Road.HALF_OPEN:
                    continue
                if road is Road.SLOW:
                    time.sleep(SLOW_S)
                if road is Road.CLOSED or (road is Road.LOST_ANSWER and is_answer):
                    break
                sink.sendall(piece)
                self.passed += 1
        with self._lock:
            self._open -= {source, sink}
        _end(source)
        _end(sink)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
