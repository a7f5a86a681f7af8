"""Processes and the system user that runs the embedded server."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_DEDICATED_USER = "article6"


@dataclass(frozen=True, slots=True)
class SystemUser:
    """A login of the operating system; `is_self` when it is the one this process runs as."""

    name: str
    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        return self.uid == os.geteuid()


def start_mark(pid: int) -> str | None:
    """What tells this process from a later one with the same id; None when it is gone (or a zombie)."""
    if (_PROC / "self" / "stat").exists():
        try:
            stat = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
            boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return None
        # The command's name may hold spaces and brackets, so fields are counted from its closing bracket.
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else f"{boot}:{fields[19]}"
    listed = _listed(pid, "stat=,lstart=")
    state, _, started = listed.partition(" ")
    return None if not listed or state.startswith("Z") else started.strip()


def command_line(pid: int) -> tuple[str, ...]:
    """The words a live process was started with; empty when it is gone or its words are not ours to see."""
    try:
        raw = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return tuple(_listed(pid, "command=").split())
    return tuple(os.fsdecode(word) for word in raw.split(b"\0") if word)


def _listed(pid: int, columns: str) -> str:
    if shutil.which("ps") is None:
        return ""
    shown = subprocess.run(
        ["ps", "-o", columns, "-p", str(pid)], capture_output=True, text=True, check=False, env=_environment()
    )
    return shown.stdout.strip()


def server_user() -> SystemUser:
    """Who runs the embedded server: ourselves, or, since PostgreSQL refuses root, a user without rights."""
    if os.geteuid() != 0:
        return _known(os.geteuid()) or SystemUser(str(os.geteuid()), os.geteuid(), os.getegid())
    for name in ("postgres", _DEDICATED_USER):
        if user := _known(name):
            return user
    if shutil.which("useradd"):
        subprocess.run(
            [
                "useradd",
                "--system",
                "--user-group",
                "--no-create-home",
                "--shell",
                "/bin/false",
                _DEDICATED_USER,
            ],
            capture_output=True,
            check=False,
        )
        if user := _known(_DEDICATED_USER):
            return user
    warnings.warn("no system user of its own for PostgreSQL: running it as `nobody`", stacklevel=2)
    return _known("nobody") or SystemUser("nobody", 65534, 65534)


def _known(who: str | int) -> SystemUser | None:
    try:
        entry = pwd.getpwnam(who) if isinstance(who, str) else pwd.getpwuid(who)
    except KeyError:
        return None
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def run_as(
    user: SystemUser, command: Sequence[str | Path], *, text: str = "", timeout_s: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as `user`, out of reach of the terminal's Ctrl-C.

    Args:
        text: what the program reads from its standard input.

    Raises:
        OSError: the program cannot be run, or this process may not become `user`.
        subprocess.TimeoutExpired: it took longer than `timeout_s` seconds.
    """
    words = [str(word) for word in command]
    if user.is_self:
        return subprocess.run(
            words, input=text, capture_output=True, text=True, errors="replace", check=False, cwd="/",
            env=_environment(), start_new_session=True, timeout=timeout_s,
        )  # fmt: skip
    return subprocess.run(
        words, input=text, capture_output=True, text=True, errors="replace", check=False, cwd="/",
        env=_environment(), start_new_session=True, timeout=timeout_s,
        user=user.uid, group=user.gid, extra_groups=[],
    )  # fmt: skip


def _environment() -> dict[str, str]:
    # PGDATA, PGOPTIONS and their kin belong to the operator's own servers; LC_ALL decides what we parse.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C"}
