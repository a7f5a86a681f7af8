"""How the installation stands: what `article6 doctor` asks the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from article6.store.database import EVERYTHING, one, people_in_sight, records, row


def clock() -> datetime:
    """The database's own clock."""
    found: datetime = one("SELECT clock_timestamp()")[0]
    return found


def rights() -> dict[str, Any]:
    """`bypasses`: the role in force is not bound by row-level security; `may_rise`: the login may step above it."""
    bypasses, may_rise = one(
        """SELECT (SELECT r.rolsuper OR r.rolbypassrls FROM pg_roles r WHERE r.rolname = current_user)
                  OR EXISTS (SELECT 1 FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
                             WHERE c.oid = 'audit_event'::regclass AND r.rolname = current_user),
                  session_user <> current_user AND (
                      (SELECT r.rolsuper OR r.rolbypassrls FROM pg_roles r WHERE r.rolname = session_user)
                      OR pg_has_role(session_user, (SELECT c.relowner FROM pg_class c
                                                    WHERE c.oid = 'audit_event'::regclass), 'USAGE'))"""
    )
    return {"bypasses": bool(bypasses), "may_rise": bool(may_rise)}


def is_line_open() -> bool:
    """Whether the connection to the database goes over a network without encryption."""
    found = row(
        """SELECT inet_server_addr() IS NOT NULL AND NOT inet_server_addr() <<= '127.0.0.0/8'::inet
                  AND inet_server_addr() <> '::1'::inet AND NOT COALESCE(s.ssl, false)
           FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()"""
    )
    return bool(found and found[0])


def archiving() -> dict[str, Any]:
    """How the server archives its write-ahead log: `is_on`, `last_at`, `failed_at`."""
    found = records(
        """SELECT current_setting('archive_mode') <> 'off' AS is_on, last_archived_time AS last_at,
                  last_failed_time AS failed_at FROM pg_stat_archiver"""
    )
    return found[0]


def queue() -> dict[str, Any]:
    """Messages to peers that were written and not taken yet: how many `waiting`, and since when the `oldest`."""
    found = records(
        """SELECT count(*) AS waiting, min(o.written_at) AS oldest FROM exchange_outgoing o
           LEFT JOIN exchange_signed s ON s.outgoing_id = o.id
           LEFT JOIN exchange_receipt r ON r.outgoing_id = o.id WHERE r.outgoing_id IS NULL"""
    )
    return found[0]


def acting_without_factor() -> list[str]:
    """The logins of active people who have a role beyond reading, or represent an account, and no second factor."""
    with people_in_sight(EVERYTHING):
        found = records(
            """SELECT p.login FROM store_person p CROSS JOIN LATERAL sign_in_standing(p.id) s
               WHERE p.is_active AND NOT p.is_machine AND NOT s.has_factor
                 AND (s.represents OR EXISTS (SELECT 1 FROM unnest(s.roles) held WHERE held <> 'trustee'))
               ORDER BY p.login"""
        )
    return [each["login"] for each in found]


def secrets_that_end(before: datetime, now: datetime) -> list[str]:
    """The logins of machine clients all of whose secrets end before this moment."""
    with people_in_sight(EVERYTHING):
        found = records(
            """SELECT p.login FROM machine_secret s JOIN store_person p ON p.id = s.person_id
               WHERE p.is_active AND s.ends_at > %s
                 AND NOT EXISTS (SELECT 1 FROM machine_secret_end e WHERE e.secret_id = s.id)
               GROUP BY p.login HAVING max(s.ends_at) < %s ORDER BY p.login""",
            (now, before),
        )
    return [each["login"] for each in found]
