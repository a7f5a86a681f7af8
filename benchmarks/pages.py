"""What the server takes for each public page over the CDM's history, as a stranger gets it, beside the health page.

Every page is asked for in a process of its own that has loaded the program and nothing else: the first time (cold), and
then again (warm). The sums that the clockwork keeps are kept up before, as `serve` does.
"""

from __future__ import annotations

import multiprocessing
import time
from http import HTTPStatus
from statistics import median

from django.db import connections
from django.test import Client

YARDSTICK = "/healthz"
AGAIN = 5

PAGES = (
    "/", "/dashboard", "/dashboard/over-time", "/explore", "/parties", "/parties/IND", "/parties/IND/balance",
    "/projects", "/projects?sort=-issued", "/projects?after=5000", "/accounts", "/accounts?sort=-quantity",
    "/transactions", "/transactions?sort=source", "/transactions?sort=-quantity",
    "/transactions?type=cancellation", "/transactions?source=IND",
    "/transactions?after=20000", "/cancellations", "/cancellations?party=IND", "/search?q=wind", "/search?q=1", "/aef",
    "/aef/fields", "/reports", "/approaches", "/authorizations", "/entities", "/leaves", "/rules", "/nomenclatures",
    "/glossary", "/advisor", "/verify",
)  # fmt: skip
"""Beside these: an account, a transaction, a batch, a project, a unit and a range of serials of the history."""


def timed() -> dict[str, object]:
    """Milliseconds of each page, cold and warm, with those of processor time in this program; and of the yardstick."""
    from article6.services import figures
    from article6.store import database

    while figures.keep_up():
        pass
    pages = (*PAGES, *_of_the_history())
    database.see(database.NOTHING)
    Client(SERVER_NAME="localhost").get("/glossary")  # so that the program is loaded
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        taken = dict(zip(pages, pool.map(_page, pages, chunksize=1), strict=True))
        yardstick = pool.map(_page, [YARDSTICK], chunksize=1)[0]
    return {"yardstick_ms": yardstick["warm"], "pages": taken}


def _of_the_history() -> list[str]:
    """Pages of one account (that with most transactions), transaction, batch, project and unit of the history."""
    from article6.store.database import one

    account = one(
        """SELECT a.number FROM account a JOIN ledger_transaction t ON a.id IN (t.source_id, t.target_id)
           GROUP BY a.id ORDER BY count(*) DESC LIMIT 1"""
    )[0]
    transaction, batch = one("SELECT max(transaction_id), max(batch_id) FROM entry")
    party, code = one("SELECT party, code FROM activity ORDER BY id LIMIT 1")
    registry, of, first = one(
        """SELECT s.registry, s.party, k.lo FROM block k JOIN series s ON s.id = k.series_id
           WHERE k.account_id IS NOT NULL ORDER BY k.series_id, k.hi LIMIT 1"""
    )
    unit = f"/units/{registry}/{of}/{first}"
    return [
        f"/accounts/{account}", f"/transactions/{transaction}", f"/batches/{batch}", f"/projects/{party}/{code}", unit,
        f"{unit}-{first + 1_000_000}",
    ]  # fmt: skip


def _page(path: str) -> dict[str, float]:
    stranger = Client(SERVER_NAME="localhost")
    taken, worked = [], []
    for _each in range(1 + AGAIN):
        begun, working = time.perf_counter(), time.process_time()
        answer = stranger.get(path)
        taken.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.process_time() - working))
        if answer.status_code not in (HTTPStatus.OK, HTTPStatus.FOUND):
            raise SystemExit(f"{path} answers {answer.status_code}")
    return {"cold": taken[0], "warm": median(taken[1:]), "cold_cpu": worked[0], "warm_cpu": median(worked[1:])}
