"""Django's cache, kept in PostgreSQL: what all processes have to know for a while, such as failed attempts to sign in.

Values are JSON, never pickled; keys are digests under the program's secret, because they hold addresses and logins.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from psycopg.types.json import Jsonb

from article6.store.database import row


class RememberedCache(BaseCache):
    """`add` is atomic across processes, so that locks may be built on it."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = row(
            "SELECT value FROM remembered WHERE key = %s AND (ends_at IS NULL OR ends_at > %s)",
            (self._digest(key, version), datetime.now(UTC)),
        )
        return default if found is None else found[0]

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        row(
            """INSERT INTO remembered (key, value, ends_at) VALUES (%s, %s, %s)
               ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, ends_at = EXCLUDED.ends_at RETURNING 1""",
            (self._digest(key, version), Jsonb(value), self._end(timeout)),
        )

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        now = datetime.now(UTC)
        row("DELETE FROM remembered WHERE ends_at <= %s RETURNING 1", (now,))
        found = row(
            """INSERT INTO remembered (key, value, ends_at) VALUES (%s, %s, %s)
               ON CONFLICT (key) DO NOTHING RETURNING 1""",
            (self._digest(key, version), Jsonb(value), self._end(timeout)),
        )
        return found is not None

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        found = row(
            "UPDATE remembered SET ends_at = %s WHERE key = %s AND (ends_at IS NULL OR ends_at > %s) RETURNING 1",
            (self._end(timeout), self._digest(key, version), datetime.now(UTC)),
        )
        return found is not None

    def delete(self, key: str, version: int | None = None) -> bool:
        found = row("DELETE FROM remembered WHERE key = %s RETURNING 1", (self._digest(key, version),))
        return found is not None

    def clear(self) -> None:
        row("DELETE FROM remembered RETURNING 1")

    def _digest(self, key: str, version: int | None) -> bytes:
        whole = self.make_and_validate_key(key, version=version)
        return hmac.digest(settings.SECRET_KEY.encode(), whole.encode(), hashlib.sha256)

    def _end(self, timeout: Any) -> datetime | None:
        seconds = self.get_backend_timeout(timeout)
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
