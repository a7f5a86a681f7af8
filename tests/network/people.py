"""The people of one registry as a program of its own, in the environment of that registry: `people.py found CODE` |
`connect PEER URL ...` | `give PEER ACCOUNT SECONDS SEED`.

Prints JSON. `give` proposes and approves transfers one after the other until its time is over or its standard input
closes; what the database or the network does to it, it tries again with the same key.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django
import psycopg

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
UNITS = 1_000


def found(code: str) -> dict[str, Any]:
    """Found the registry, with its people and its account; Ghana's issues its units."""
    from conftest import Database
    from services import network

    from article6.services.exchange import own_keys

    side = network._founded(code, Database("", "", ""))
    if code == "GHA01":
        network._issued(side)
    own_keys.make(by=side.root, now=now())
    return {"account": side.account.number, "account_id": side.account.id}


def connect(*peers_and_urls: str) -> dict[str, Any]:
    """Root offers the connection to each peer, Ana agrees to it."""
    from services import network

    from article6.services.exchange import peers

    for peer, url in zip(peers_and_urls[::2], peers_and_urls[1::2], strict=True):
        peers.offer(peer, url, network.ITMO, by=person("root"), now=now())
        peers.agree(peer, by=person("ana"), now=now())
    return {}


def give(peer: str, account: str, seconds: str, seed: str) -> dict[str, Any]:
    """Ama proposes, Bo approves, again and again."""
    from services.network import PARTY

    from article6.domain.refusals import Refused
    from article6.services.exchange import transfers
    from article6.store.database import one

    stop = threading.Event()
    threading.Thread(target=_until_closed, args=(stop,), daemon=True).start()
    chance, end = random.Random(int(seed)), time.monotonic() + float(seconds)
    ama, bo = person("ama"), person("bo")
    own = patiently(lambda: str(one("SELECT number FROM account WHERE type = 'holding'")[0]))
    done, refused = [], 0
    while time.monotonic() < end and not stop.is_set():
        key, quantity = f"{seed}-{len(done)}-{refused}", chance.randint(1, 20)
        new = transfers.NewTransfer(peer, own, account, PARTY[peer], quantity)
        try:
            waiting = patiently(lambda new=new, key=key: transfers.propose(new, by=ama, now=now(), key=key))
            patiently(lambda t=waiting, key=key: transfers.approve(t.transfer_id, by=bo, now=now(), key=f"{key}!"))
        except Refused as no:  # nothing to give just now
            refused += 1
            last = str(no)
            time.sleep(0.1)
            if refused > 1000:
                raise SystemExit(f"refused for ever: {last}") from no
        else:
            done.append(waiting.transfer_id)
        time.sleep(0.02)
    return {"given": done, "refused": refused}


def patiently(act: Callable[[], Any], patience_s: float = 60.0) -> Any:
    """Do it, however often the database goes away or is busy meanwhile."""
    from django.db.utils import Error as DjangoDatabaseError

    from article6.domain.refusals import Code, Refused
    from article6.store import database

    end = time.monotonic() + patience_s
    while True:
        try:
            return act()
        except Refused as no:
            if Code.LEDGER_BUSY not in no.codes or time.monotonic() > end:
                raise
        except (psycopg.Error, DjangoDatabaseError):
            if time.monotonic() > end:
                raise
            database.close()
        time.sleep(0.1)


def person(login: str) -> Any:
    """Somebody by login."""
    from article6.store import persons

    return patiently(lambda: persons.ids([login])[login])


def now() -> datetime:
    return datetime.now(UTC)


def _until_closed(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


WORK: dict[str, Callable[..., dict[str, Any]]] = {
    "found": found, "connect": connect, "give": give,
}  # fmt: skip


def main() -> None:
    django.setup()
    from article6.store.database import see_everything_in_this_process

    see_everything_in_this_process()
    print(json.dumps(WORK[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()
