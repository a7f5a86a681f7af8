"""The program as processes: start it, ask it over HTTP, see that nothing of it is left."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

Environment = dict[str, str]


def run(environment: Environment, *words: str, timeout_s: float = 240) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "article6", *words], env=environment, capture_output=True, text=True, timeout=timeout_s
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def fetched(url: str, patience_s: float = 60) -> bytes:
    """What a server answers, once it does."""
    end = time.monotonic() + patience_s
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                content: bytes = answer.read()
                return content
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.1)


def _processes() -> list[tuple[int, int, int, str]]:
    """Id, parent, group and state of every process; small systems have no `ps`, others no /proc."""
    if not Path("/proc/self/stat").exists():
        shown = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=True)
        lines = (line.split() for line in shown.stdout.splitlines())
        return [(int(pid), int(parent), int(group), state[0]) for pid, parent, group, state in lines]
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The command's name may hold spaces and brackets, so fields are counted from its closing bracket.
            state, parent, group = stat.read_text(errors="replace").rpartition(")")[2].split()[:3]
        except OSError:
            continue
        found.append((int(stat.parent.name), int(parent), int(group), state))
    return found


def living(group: int) -> list[int]:
    """The processes of a group that are alive."""
    return [pid for pid, _parent, of, state in _processes() if of == group and state not in "ZX"]


def none_lives(group: int, patience_s: float = 15) -> bool:
    """Whether all processes of a group have ended."""
    end = time.monotonic() + patience_s
    while living(group) and time.monotonic() < end:
        time.sleep(0.1)
    return not living(group)


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [each for each, parent, _group, _state in _processes() if parent == pid]


def data_folder(folder: Path, environment: Environment) -> Path:
    """A data folder with a small made-up history in place of the CDM's."""
    made = run(environment, "generate", "cdm", "--seed", "6", "--scale", "0.002", "--out", str(folder / "cdm_registry"))
    assert made.returncode == 0, made.stderr
    return folder
