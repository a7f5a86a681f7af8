"""The folder of a registry for practice: one command at a time works in it, and by a file in it a page asks that
command for a reset."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

NAME = "reset-asked"
LOCK = "train.lock"


@contextlib.contextmanager
def alone_in(home: Path) -> Iterator[bool]:
    """Whether nobody else works in the folder until the block is left; the kernel frees it of one that was killed."""
    descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)


def ask_reset(home: Path) -> None:
    """Ask for it; once more changes nothing."""
    (home / NAME).touch()


def is_reset_asked(home: Path) -> bool:
    """Whether somebody asked and it was not done yet."""
    return (home / NAME).exists()


def forget_reset(home: Path) -> None:
    """It is done."""
    (home / NAME).unlink(missing_ok=True)
