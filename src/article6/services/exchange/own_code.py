"""This registry's code: its name in every message."""

from __future__ import annotations

from functools import lru_cache

from article6.domain.refusals import Code, refused
from article6.store.queries import registries
from article6.store.queries.lookup import database_name


def own_code() -> str:
    """The registry's code.

    Raises:
        Refused: there is no registry yet.
    """
    return _code(database_name())


@lru_cache(maxsize=64)
def _code(_database: str) -> str:
    # A registry's code is given when it is founded, and never changes.
    found = registries.identity()
    if found is None:
        raise refused(Code.REGISTRY_MISSING)
    return str(found["code"])
