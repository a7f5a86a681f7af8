"""Serve the pages and the REST interface; run the clockwork beside them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading

import click
from django.db import connections
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from article6.cli import application, exits, output
from article6.cli.command import examples, json_option
from article6.domain.refusals import Code, refused
from article6.store.queries import registries

# By name: the doors do not import each other.
PUMP = "article6.worker.expiry.run"
TURN = "article6.worker.expiry.turn"
REPORTS_PUMP = "article6.worker.reports.run"
REPORTS_TURN = "article6.worker.reports.turn"
EXCHANGE_PUMP = "article6.worker.exchange.run"
EXCHANGE_TURN = "article6.worker.exchange.turn"
LOG_PUMP = "article6.worker.log.run"
LOG_TURN = "article6.worker.log.turn"
DESK_PUMP = "article6.worker.desk.run"
DESK_TURN = "article6.worker.desk.turn"
FIGURES_PUMP = "article6.worker.figures.run"
FIGURES_TURN = "article6.worker.figures.turn"


@click.command(
    epilog=examples(
        "article6 serve", "article6 --registry cdm serve --port 8601", "article6 serve --host 0.0.0.0 --workers 4"
    )
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address; the default is this machine alone.")
@click.option("--port", type=click.IntRange(1, 65535), default=8600, show_default=True, help="Port.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Threads of each.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--until-stdin-closes", is_flag=True, hidden=True, help="Stop when the program that started this ends.")
@json_option
def serve(
    host: str, port: int, workers: int, threads: int, quiet: bool, until_stdin_closes: bool, as_json: bool
) -> None:
    """Serve this registry's pages and REST interface until Ctrl-C, and let overdue proposals expire.

    Behind a proxy, or on other addresses than this machine's own, set ARTICLE6_ALLOWED_HOSTS.
    """
    be_ready()
    if not is_free(host, port):
        output.tell(_("Port %(port)s of %(host)s is taken; choose another with --port.") % {"port": port, "host": host})
        raise click.exceptions.Exit(exits.UNAVAILABLE)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    if as_json:
        output.print_json({"url": url, "api": f"{url}api/v1/"})
        sys.stdout.flush()
    elif not quiet:
        output.say(_("Serving %(url)s - Ctrl-C stops.") % {"url": url})
    stop = threading.Event()
    pumps = _pumps(stop)
    try:
        _serve(host, port, workers, threads, until_stdin_closes=until_stdin_closes)
    finally:
        stop.set()
        for pump in pumps:
            pump.join(timeout=10)


def _pumps(stop: threading.Event) -> list[threading.Thread]:
    """What runs by the clock, started: it goes on until told to stop."""
    pumps = [
        threading.Thread(target=import_string(target), args=(stop,), name=name, daemon=True)
        for name, target in (
            ("expiry", PUMP),
            ("reports", REPORTS_PUMP),
            ("exchange", EXCHANGE_PUMP),
            ("log", LOG_PUMP),
            ("desk", DESK_PUMP),
            ("figures", FIGURES_PUMP),
        )
    ]
    for pump in pumps:
        pump.start()
    return pumps


def _serve(host: str, port: int, workers: int, threads: int, *, until_stdin_closes: bool) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    # Forked workers would inherit the connections and locks of this process.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        target=application.WSGI,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )

    def begun() -> None:
        # A closed terminal ends the program; granian would only renew its workers.
        signal.signal(signal.SIGHUP, server.signal_handler_interrupt)
        if until_stdin_closes:
            threading.Thread(target=_stop_with_stdin, name="parent", daemon=True).start()

    server.on_startup(begun)
    server.serve(target_loader=application.load, wrap_loader=False)


def _stop_with_stdin() -> None:
    # Not through Python's own buffer: its lock would be held while the interpreter ends.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def be_ready() -> None:
    """The database holds a registry, and its tables are those of this version.

    Raises:
        Refused: there is no registry yet.
        click.exceptions.Exit: migrations are missing.
    """
    from django.db.migrations.executor import MigrationExecutor

    if registries.identity() is None:
        raise refused(Code.REGISTRY_MISSING)
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        output.tell(_("The tables are older than this version of the program; run `article6 migrate` first."))
        raise click.exceptions.Exit(exits.MISCONFIGURED)


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens on this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True


@click.command(epilog=examples("article6 worker", "article6 worker --once"))
@click.option("--once", is_flag=True, help="One turn, then end.")
@json_option
def worker(once: bool, as_json: bool) -> None:
    """Let overdue proposals expire, make scheduled reports and exchange messages, without serving; `serve` does this
    too."""
    be_ready()
    if once:
        done = {"expired": import_string(TURN)(), **import_string(REPORTS_TURN)(), **import_string(EXCHANGE_TURN)()}
        done |= {**import_string(LOG_TURN)(), "lines": import_string(DESK_TURN)()}
        done["summed"] = import_string(FIGURES_TURN)()
        if as_json:
            output.print_json(done)
        else:
            output.say(_("Expired: %(expired)s; holdings kept: %(kept)s; reports made: %(made)s.") % done)
            output.say(
                _("Messages sent and handled: %(messages)s; transfers due: %(due)s; leaves logged: %(logged)s.") % done
            )
        return
    stop = threading.Event()
    for pump in _pumps(stop):
        pump.join()
