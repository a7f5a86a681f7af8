"""What a worker process of the HTTP server loads. Nothing is imported here that needs Django to be set up."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

# By name: the doors know nothing of the wiring above them.
WSGI = "article6.config.wsgi:application"


def load() -> Callable[..., Any]:
    """The application; this process ends when the one that started it has gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_stop_after, args=(parent,), name="parent", daemon=True).start()
    module, _colon, name = WSGI.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), name)
    return application


def _stop_after(parent: Any) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
