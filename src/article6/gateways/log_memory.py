"""The last checkpoint that was published, kept in a file beside the database: it survives when that is put back.

A file that cannot be written is a failure of this machine; the log goes on without it, and says so.
"""

from __future__ import annotations

import os
from pathlib import Path

from article6.gateways import GatewayFailure

FOLDER = "log"
FILE_BYTES = 64 * 1024


def read(home: Path, name: str) -> str:
    """What was kept under a name; '' where nothing was.

    Raises:
        GatewayFailure: the file is there and cannot be read.
    """
    try:
        with (home / FOLDER / name).open("rb") as file:
            return file.read(FILE_BYTES).decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise GatewayFailure(f"{home / FOLDER / name}: {error.strerror}") from error


def write(home: Path, name: str, text: str) -> None:
    """Keep a text, whole or not at all, and on the disk when this returns.

    Raises:
        GatewayFailure: it cannot be kept.
    """
    place = home / FOLDER / name
    fresh = place.with_name(f"{name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place)
    except OSError as error:
        raise GatewayFailure(f"{place}: {error.strerror}") from error
