"""Database transactions for what is only tried, and for what is done as a whole."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import psycopg
from django.db import connections

from article6.domain.refusals import Code, Refused, invariant, refused
from article6.store.database import connection, database_transaction, refusals_translated


class _TakenBack(Exception):
    """Ends what was only tried."""


@contextlib.contextmanager
def taken_back() -> Iterator[None]:
    """A database transaction of its own of which nothing remains, whatever is done in it.

    Constraints that would be looked at as it ends are looked at as each statement ends.

    Raises:
        Refused: others were in the way (`ledger.busy`).
    """
    invariant(not connections["default"].in_atomic_block, "what is taken back has a database transaction of its own")
    with contextlib.suppress(_TakenBack):
        try:
            with refusals_translated(), database_transaction():
                connection().execute("SET CONSTRAINTS ALL IMMEDIATE")
                yield
                raise _TakenBack
        except psycopg.errors.InFailedSqlTransaction as error:
            raise refused(Code.LEDGER_BUSY) from error


def in_one(act: Callable[[], None], tries: int) -> None:
    """Do all of an act in one database transaction, and again from its beginning where others were in the way.

    Raises:
        Refused: as the act, of which nothing remains then; or others were in the way every time.
    """
    for attempt in range(tries):
        try:
            with database_transaction():
                act()
        except psycopg.errors.InFailedSqlTransaction as error:
            if attempt + 1 == tries:
                raise refused(Code.LEDGER_BUSY) from error
        except Refused as no:
            if attempt + 1 == tries or Code.LEDGER_BUSY not in no.codes:
                raise
        else:
            return
