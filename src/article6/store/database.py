"""The connection, and PostgreSQL's refusals in the words of the rules."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, cast

import psycopg
from django.db import connections, transaction
from psycopg.rows import TupleRow

from article6.domain.refusals import BrokenInvariant, Code, invariant, refused
from article6.store.constraints import CONSTRAINTS

Connection = psycopg.Connection[TupleRow]

REFUSED_BY_LEDGER = "A6001"
"""SQLSTATE of the ledger's own refusals; the message is the code."""

EVERYTHING = "*"
"""The sight of who judges, or of an operator at the shell: every section."""

NOTHING = "{}"
"""The sight of a stranger: no section; what is public of a public registry all the same."""

_sight_of_process = NOTHING
_sight: ContextVar[str | None] = ContextVar("sight", default=None)
_people: ContextVar[str | None] = ContextVar("people", default=None)


def sight_of_sections(section_ids: Iterable[int]) -> str:
    """The sight of who belongs to these sections, as the setting `article6.sections` writes it."""
    return numbers(sorted(set(section_ids)))


def sight() -> str:
    """What is in sight now."""
    return _sight.get() or _sight_of_process


@contextlib.contextmanager
def seeing(what: str) -> Iterator[None]:
    """Read with this in sight (EVERYTHING, NOTHING, some sections); PostgreSQL shows no row besides (sql/sight.sql)."""
    before = _sight.set(what)
    try:
        yield
    finally:
        _sight.reset(before)


def see(what: str) -> None:
    """As `seeing`, until the `seeing` around it ends."""
    _sight.set(what)


@contextlib.contextmanager
def people_in_sight(whose: str) -> Iterator[None]:
    """Read with this in sight of what people sign in with: EVERYTHING is everybody's, a number is that person's, '' is
    nobody's (sql/sign_in.sql). It is set at once, because Django's models do not pass through `connection`."""
    before = _people.set(whose)
    try:
        if whose:
            connection()
        yield
    finally:
        _people.reset(before)


def see_everything_in_this_process() -> None:
    """For programs that have no readers of their own: commands at the shell, the clockwork, tests.

    A server never does: there, every request says whose eyes it reads with.
    """
    global _sight_of_process
    _sight_of_process = EVERYTHING


def connection() -> Connection:
    """The psycopg connection under Django's, in autocommit unless within `database_transaction`; it sees what is in
    sight now."""
    django_connection = connections["default"]
    broken = django_connection.connection is not None and django_connection.connection.closed
    if broken and not django_connection.in_atomic_block:
        # The server went away. Django would not notice, because our statements do not pass through its cursors.
        django_connection.close()
    django_connection.ensure_connection()
    found = cast(Connection, django_connection.connection)
    wanted = (_sight.get() or _sight_of_process, _whose())
    if getattr(django_connection, "article6_sight", None) != (found, wanted):
        found.execute(
            "SELECT set_config('article6.sections', %s, false), set_config('article6.person', %s, false)", wanted
        )
        django_connection.article6_sight = (found, wanted)  # type: ignore[attr-defined]  # ours, on Django's
    return found


def _whose() -> str:
    named = _people.get()
    return named if named is not None else EVERYTHING if _sight_of_process == EVERYTHING else ""


def _forget_sight() -> None:
    # What was set within a database transaction is unset when it is rolled back.
    connections["default"].article6_sight = None  # type: ignore[attr-defined]  # ours, on Django's


def close() -> None:
    """Give the connection up: a later call opens a new one."""
    connections["default"].close()


def rows(statement: str, parameters: Sequence[Any] | Mapping[str, Any] = (), *, binary: bool = False) -> list[TupleRow]:
    """All rows of a query, read with a server-side plan that is kept; `binary` reads many columns faster."""
    with connection().cursor(binary=binary) as cursor:
        return cursor.execute(cast(Any, statement), parameters or None).fetchall()


def row(statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> TupleRow | None:
    """The first row of a query, None where there is none."""
    with connection().cursor() as cursor:
        return cursor.execute(cast(Any, statement), parameters or None).fetchone()


def one(statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> TupleRow:
    """The row of a query that always has one."""
    found = row(statement, parameters)
    if found is None:
        raise BrokenInvariant(statement)
    return found


def numbers(values: Iterable[int | None]) -> str:
    """Whole numbers (or booleans) as PostgreSQL writes an array of them; cast the mark in the statement to its type.

    psycopg would look at every element of every list first, which takes longer than most of our statements.
    """
    return "{" + ",".join("NULL" if each is None else str(each) for each in values) + "}"


def records(statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
    """All rows of a query, each under its columns' names."""
    with connection().cursor() as cursor:
        found = cursor.execute(cast(Any, statement), parameters or None).fetchall()
        names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, each, strict=True)) for each in found]


_streams = itertools.count(1)


def stream(
    statement: str, parameters: Sequence[Any] | Mapping[str, Any] = (), size: int = 5000, *, binary: bool = False
) -> Iterator[TupleRow]:
    """The rows of a query that may be large, `size` at a time; needs a database transaction around it.

    `binary` reads numbers and moments faster.
    """
    with connection().cursor(name=f"stream_{next(_streams)}", binary=binary) as cursor:
        cursor.execute(cast(Any, statement), parameters or None)
        # Some thousands at once: the cursor itself would hand them out one by one, each by a call.
        while True:
            found = cursor.fetchmany(size)
            yield from found
            if len(found) < size:
                return


@contextlib.contextmanager
def database_transaction() -> Iterator[None]:
    """One database transaction for one use case; within another it joins that one."""
    connection()
    try:
        with transaction.atomic():
            yield
    except BaseException:
        _forget_sight()
        raise


@contextlib.contextmanager
def one_moment() -> Iterator[None]:
    """A read-only view of the ledger as it stood at one moment, whatever is posted meanwhile.

    Within a database transaction it joins that one.
    """
    if connections["default"].in_atomic_block:
        yield
        return
    with database_transaction():
        connection().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextlib.contextmanager
def written_at_one_moment() -> Iterator[None]:
    """A database transaction of its own that writes down what it reads of the ledger as it stood at one moment."""
    invariant(not connections["default"].in_atomic_block, "a moment begins with its own database transaction")
    with database_transaction():
        connection().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@contextlib.contextmanager
def refusals_translated() -> Iterator[None]:
    """Turn what PostgreSQL refuses into the refusal that the rules would have given.

    Raises:
        Refused: the ledger or a named constraint said no, or others were in the way (`ledger.busy`).
    """
    try:
        yield
    except psycopg.errors.Error as error:
        diagnosis = error.diag
        if error.sqlstate == REFUSED_BY_LEDGER:
            raise refused(Code(diagnosis.message_primary or ""), diagnosis.message_detail or "") from error
        if error.sqlstate in ("40001", "40P01", "55P03"):
            raise refused(Code.LEDGER_BUSY) from error
        code = CONSTRAINTS.get(diagnosis.constraint_name or "")
        if code is None:
            raise
        raise refused(code, diagnosis.constraint_name or "", diagnosis.message_detail or "") from error
