"""Tables in memory with real transactions: all or nothing, and a crash before, after or between any two writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ABSENT = object()


class Crash(Exception):
    """The process is gone, at once. What was committed is on disk; nothing else is."""


class Storage:
    """Rows by table and key; rows are immutable values. Durable at the end of the outermost transaction.

    `crash_after` writes (or commits: they count too) the process crashes; None: it does not. A crash at a commit comes
    before or after it, as `is_before_commit` says.
    """

    def __init__(self) -> None:
        self._tables: dict[str, dict[Any, Any]] = {}
        self._undo: list[tuple[dict[Any, Any], Any, Any]] = []
        self._depth = 0
        self.writes = 0
        self.crash_after: int | None = None
        self.is_before_commit = True

    def table(self, name: str) -> dict[Any, Any]:
        """The rows of a table, to be read only."""
        return self._tables.setdefault(name, {})

    def put(self, table: str, key: Any, row: Any) -> None:
        """Write a row."""
        if self._depth == 0:
            raise RuntimeError(f"a write to {table} outside of a transaction")
        self._count()
        rows = self.table(table)
        self._undo.append((rows, key, rows.get(key, _ABSENT)))
        rows[key] = row

    def remove(self, table: str, key: Any) -> None:
        """Write that a row is gone."""
        self.put(table, key, None)
        del self.table(table)[key]

    def append(self, table: str, row: Any) -> None:
        """Write a row at the end of a table that only grows."""
        self.put(table, len(self.table(table)), row)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the writes within, or none; one within another is a savepoint."""
        mark = len(self._undo)
        self._depth += 1
        try:
            yield
            if self._depth == 1 and self._undo and self.is_before_commit:
                self._count()
        except BaseException:
            self._back_to(mark)
            raise
        else:
            if self._depth == 1:
                has_written = bool(self._undo)
                self._undo.clear()
                if has_written and not self.is_before_commit:
                    self._count()
        finally:
            self._depth -= 1

    def _back_to(self, mark: int) -> None:
        while len(self._undo) > mark:
            rows, key, before = self._undo.pop()
            if before is _ABSENT:
                rows.pop(key, None)
            else:
                rows[key] = before

    def _count(self) -> None:
        self.writes += 1
        if self.crash_after is not None:
            self.crash_after -= 1
            if self.crash_after <= 0:
                self.crash_after = None
                raise Crash
