"""A registry with a log, and the log as anybody reads it."""

from __future__ import annotations

from ledger.books import NOW, Books, found_registry

from article6.services import sight
from article6.services.log import checking, files, keeping, sequencer
from article6.services.log.keeping import Role
from article6.store.database import one_moment, rows, seeing
from article6.transparency import auditing
from article6.transparency.auditing import Report, State


def with_units() -> Books:
    """An international registry with a thousand units in account A."""
    books = found_registry()
    for name in ("A", "B"):
        books.open(name)
    books.issue("A", 1_000)
    return books


class Served:
    """The log as anybody reads it: through the files, and without seeing anything of the registry."""

    def read(self, path: str) -> bytes | None:
        with seeing(sight.NOTHING):
            found = files.file(path)
        return found.content if found else None


def run() -> int:
    return sequencer.run_down(NOW)


def audited(since: str = "") -> Report:
    log = keeping.verifiers(Role.LOG)[0]
    return auditing.audit(Served(), log, State(log.name, checkpoint=since))


def logged(kind: str = "transaction") -> list[str]:
    return [each for (each,) in rows("SELECT subject FROM log_leaf WHERE kind = %s ORDER BY position", (kind,))]


def breaches() -> list[str]:
    with one_moment():
        return list(checking.breaches())
