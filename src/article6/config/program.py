"""The program's entry point: environment, database, Django, then the command."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import NoReturn

# Commands that work on files alone, or tell of the program: no registry, no database.
WITHOUT_DATABASE = frozenset({"adjustments", "check", "openapi", "simulate", "train", "verify"})

# Exit codes, as shells and service managers know them.
FAILED = 1
UNAVAILABLE = 69  # EX_UNAVAILABLE: the database
MISCONFIGURED = 78  # EX_CONFIG
INTERRUPTED = 128 + signal.SIGINT


def main() -> NoReturn:
    """Run the command in `sys.argv` and exit with its code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "article6.config.settings")
    registry, words = _take_registry(sys.argv[1:])
    if registry is not None:
        os.environ["ARTICLE6_REGISTRY"] = registry
    sys.argv[1:] = words
    for stopping in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stopping, _exit_on)
    try:
        code = _run(needs_database=_needs_database(words))
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def _run(*, needs_database: bool) -> int:
    # Imported here, so that a wrong environment is told in a sentence and not by a traceback.
    import django
    from django.core.exceptions import ImproperlyConfigured

    from article6.gateways import GatewayFailure

    try:
        with _database() if needs_database else _no_database():
            django.setup()
            from article6.cli.main import main as run_command

            return int(run_command() or 0)
    except ImproperlyConfigured as error:
        print(f"article6: {error}", file=sys.stderr)
        return MISCONFIGURED
    except GatewayFailure as error:
        print(f"article6: {error}", file=sys.stderr)
        return UNAVAILABLE


@contextlib.contextmanager
def _database() -> Iterator[None]:
    """The registry's database exists, on our own server unless DATABASE_URL names another."""
    from article6.config import environment
    from article6.gateways import postgres

    url = environment.owner_url()
    if not environment.is_embedded():
        postgres.ensure_database(url)
        yield
        return
    server = postgres.EmbeddedServer(environment.home())
    try:
        server.start()
        postgres.set_current(server)
        postgres.ensure_database(url)
        yield
    finally:
        with _undisturbed():
            _close_connections()
            server.stop()
        postgres.set_current(None)


@contextlib.contextmanager
def _no_database() -> Iterator[None]:
    # Help signs nothing and must not fill the home with files.
    os.environ.setdefault("ARTICLE6_SECRET_KEY", secrets.token_urlsafe())
    yield


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C waits until the server has stopped."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _close_connections() -> None:
    from django.apps import apps
    from django.db import connections

    if apps.ready:
        connections.close_all()


def _take_registry(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The value of `--registry`, wherever it stands before the command's name, and the words without it."""
    kept, rest, registry = [], list(words), None
    while rest and rest[0].startswith("-") and rest[0] != "--":
        word = rest.pop(0)
        if word == "--registry" and rest:
            registry = rest.pop(0)
        elif word.startswith("--registry="):
            registry = word.partition("=")[2]
        else:
            kept.append(word)
    return registry, kept + rest


def _needs_database(words: Sequence[str]) -> bool:
    own = words[: words.index("--")] if "--" in words else words
    asks_only = not own or any(word in ("--help", "-h", "--version") for word in own)
    command = next((word for word in own if not word.startswith("-")), None)
    return not asks_only and command not in WITHOUT_DATABASE and "_ARTICLE6_COMPLETE" not in os.environ


def _exit_on(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
