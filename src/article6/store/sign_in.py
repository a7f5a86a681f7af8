"""What people and machine clients sign in with: invitations, second factors, sessions, secrets.

The tables are those of sql/sign_in.sql and django-allauth's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from article6.domain.kinds import Role
from article6.domain.orders import PersonId
from article6.store import journal
from article6.store.database import EVERYTHING, one, people_in_sight, records, row, rows


def standing(person_id: PersonId) -> tuple[list[Role], bool, bool]:
    """The roles held now, whether the person represents an account, and whether there is a second factor."""
    roles, represents, has_factor = one("SELECT * FROM sign_in_standing(%s)", (person_id,))
    return [Role(each) for each in roles], represents, has_factor


def note(person_id: PersonId | None, action: str, subject: str, now: datetime) -> None:
    """An audit event of signing in; `person_id` None: nobody was signed in who did it."""
    row(
        "INSERT INTO audit_event (at, person_id, action, subject) VALUES (%s, %s, %s, %s) RETURNING 1",
        (now, person_id, action, subject),
    )


# --- Invitations


def add_invitation(person_id: PersonId, digest: bytes, by: PersonId, now: datetime, ends_at: datetime) -> int:
    """Keep a link's digest; its number."""
    with people_in_sight(EVERYTHING):
        return journal.insert(
            "invitation",
            {"person_id": person_id, "digest": digest, "made_by": by, "made_at": now, "ends_at": ends_at},
        )


def invitation(digest: bytes, now: datetime) -> tuple[int, PersonId] | None:
    """Number and person of the link that holds now, None where there is none or the person is suspended."""
    with people_in_sight(EVERYTHING):
        found = row(
            """SELECT i.id, i.person_id FROM invitation i JOIN store_person p ON p.id = i.person_id
               WHERE i.digest = %s AND i.ends_at > %s AND p.is_active AND NOT p.is_machine
                 AND NOT EXISTS (SELECT 1 FROM invitation_act a WHERE a.invitation_id = i.id)""",
            (digest, now),
        )
    return (found[0], PersonId(found[1])) if found else None


def open_invitations(person_id: PersonId, now: datetime) -> list[int]:
    """The numbers of a person's links that hold now."""
    with people_in_sight(EVERYTHING):
        found = rows(
            """SELECT i.id FROM invitation i WHERE i.person_id = %s AND i.ends_at > %s
               AND NOT EXISTS (SELECT 1 FROM invitation_act a WHERE a.invitation_id = i.id) ORDER BY i.id""",
            (person_id, now),
        )
    return [each[0] for each in found]


def end_invitation(number: int, person_id: PersonId, kind: str, by: PersonId, now: datetime) -> None:
    """It was `taken_up` or `withdrawn`.

    Raises:
        Refused: it had ended before (`invitation.ended`).
    """
    with people_in_sight(EVERYTHING):
        journal.insert(
            "invitation_act",
            {"invitation_id": number, "person_id": person_id, "kind": kind, "done_by": by, "at": now},
        )


# --- Sessions


def sessions(person_id: PersonId, now: datetime) -> list[dict[str, Any]]:
    """id, session_key, user_agent, ip, created_at, last_seen_at of the sessions that are open, the last used first."""
    with people_in_sight(str(person_id)):
        return records(
            """SELECT u.id, u.session_key, u.user_agent, host(u.ip) AS ip, u.created_at, u.last_seen_at
               FROM usersessions_usersession u JOIN django_session s ON s.session_key = u.session_key
               WHERE u.user_id = %s AND s.expire_date > %s ORDER BY u.last_seen_at DESC, u.id DESC""",
            (person_id, now),
        )


def saw_session(person_id: PersonId, session_key: str, ip: str, user_agent: str, now: datetime) -> None:
    """Remember that a session was used."""
    with people_in_sight(str(person_id)):
        row(
            """INSERT INTO usersessions_usersession
                   (user_id, session_key, ip, user_agent, created_at, last_seen_at, data)
               VALUES (%s, %s, %s, %s, %s, %s, '{}')
               ON CONFLICT (session_key) DO UPDATE SET last_seen_at = EXCLUDED.last_seen_at, ip = EXCLUDED.ip,
                   user_agent = EXCLUDED.user_agent RETURNING 1""",
            (person_id, session_key, ip, user_agent, now, now),
        )


def end_sessions(person_id: PersonId, *, only: int | None = None, but: str | None = None) -> int:
    """End the person's sessions, or `only` one by its number, or all `but` the one with this key; how many."""
    with people_in_sight(str(person_id)):
        found = rows(
            """WITH gone AS (DELETE FROM usersessions_usersession u WHERE u.user_id = %(person)s
                             AND (%(only)s::bigint IS NULL OR u.id = %(only)s)
                             AND (%(but)s::text IS NULL OR u.session_key <> %(but)s) RETURNING u.session_key)
               DELETE FROM django_session s USING gone g WHERE s.session_key = g.session_key RETURNING 1""",
            {"person": person_id, "only": only, "but": but},
        )
    return len(found)


def sign_out(person_id: PersonId) -> None:
    """End all sessions of a person, whoever does it."""
    row("SELECT person_signed_out(%s)", (person_id,))


# --- Single sign-on


def add_subject(person_id: PersonId, provider: str, subject: str, now: datetime) -> None:
    """The person is known to a provider of single sign-on under this subject, and under no other."""
    with people_in_sight(EVERYTHING):
        row("DELETE FROM socialaccount_socialaccount WHERE user_id = %s AND provider = %s RETURNING 1",
            (person_id, provider))  # fmt: skip
        row(
            """INSERT INTO socialaccount_socialaccount (user_id, provider, uid, last_login, date_joined, extra_data)
               VALUES (%s, %s, %s, %s, %s, '{}') RETURNING 1""",
            (person_id, provider, subject, now, now),
        )


def subject_taken(provider: str, subject: str) -> bool:
    """Whether somebody has this subject."""
    with people_in_sight(EVERYTHING):
        found = row("SELECT 1 FROM socialaccount_socialaccount WHERE provider = %s AND uid = %s", (provider, subject))
    return found is not None


# --- Machine clients


def add_secret(
    person_id: PersonId, digest: bytes, scopes: Sequence[str], by: PersonId, now: datetime, ends_at: datetime
) -> int:
    """Keep a secret's digest; its number."""
    with people_in_sight(EVERYTHING):
        return journal.insert(
            "machine_secret",
            {
                "person_id": person_id, "digest": digest, "scopes": list(scopes), "made_by": by, "made_at": now,
                "ends_at": ends_at,
            },
        )  # fmt: skip


def secrets(person_id: PersonId, now: datetime) -> list[dict[str, Any]]:
    """id, scopes, made_at, ends_at, used_at of the secrets that hold, the newest first."""
    with people_in_sight(EVERYTHING):
        return records(
            """SELECT s.id, s.scopes, s.made_at, s.ends_at, u.used_at FROM machine_secret s
               LEFT JOIN machine_secret_use u ON u.secret_id = s.id
               WHERE s.person_id = %s AND s.ends_at > %s
                 AND NOT EXISTS (SELECT 1 FROM machine_secret_end e WHERE e.secret_id = s.id) ORDER BY s.id DESC""",
            (person_id, now),
        )


def secret_of(login: str, digest: bytes, now: datetime) -> tuple[int, PersonId, list[str]] | None:
    """Number, person and scopes of the secret that the client with this login proves itself with."""
    with people_in_sight(EVERYTHING):
        found = row(
            """SELECT s.id, s.person_id, s.scopes FROM machine_secret s JOIN store_person p ON p.id = s.person_id
               WHERE p.login = %s AND p.is_active AND p.is_machine AND s.digest = %s AND s.ends_at > %s
                 AND NOT EXISTS (SELECT 1 FROM machine_secret_end e WHERE e.secret_id = s.id)""",
            (login, digest, now),
        )
    return (found[0], PersonId(found[1]), list(found[2])) if found else None


def end_secret(secret_id: int, by: PersonId, now: datetime) -> PersonId | None:
    """End a secret, and with it the tokens it was exchanged for; whose it was, None where there is no such secret.

    Raises:
        Refused: it was ended before.
    """
    with people_in_sight(EVERYTHING):
        found = row("SELECT person_id FROM machine_secret WHERE id = %s", (secret_id,))
        if found is None:
            return None
        journal.insert(
            "machine_secret_end",
            {"secret_id": secret_id, "person_id": found[0], "ended_by": by, "ended_at": now},
        )
        row("DELETE FROM machine_token WHERE secret_id = %s RETURNING 1", (secret_id,))
    return PersonId(found[0])


def add_machine_token(
    secret_id: int, person_id: PersonId, digest: bytes, scopes: Sequence[str], now: datetime, ends_at: datetime
) -> None:
    """Keep a token's digest until it ends; those that ended are forgotten, and the secret's last use is remembered."""
    with people_in_sight(EVERYTHING):
        row("DELETE FROM machine_token WHERE ends_at < %s RETURNING 1", (now,))
        row(
            """INSERT INTO machine_token (digest, secret_id, person_id, scopes, ends_at)
               VALUES (%s, %s, %s, %s, %s) RETURNING 1""",
            (digest, secret_id, person_id, list(scopes), ends_at),
        )
        row(
            """INSERT INTO machine_secret_use (secret_id, person_id, used_at) VALUES (%s, %s, %s)
               ON CONFLICT (secret_id) DO UPDATE SET used_at = EXCLUDED.used_at RETURNING 1""",
            (secret_id, person_id, now),
        )


def machine_token(digest: bytes, now: datetime) -> tuple[Any, ...] | None:
    """(person id, scopes) of a machine client's token in force."""
    with people_in_sight(EVERYTHING):
        return row(
            """SELECT t.person_id, t.scopes FROM machine_token t JOIN store_person p ON p.id = t.person_id
               JOIN machine_secret s ON s.id = t.secret_id
               WHERE t.digest = %s AND t.ends_at > %s AND s.ends_at > %s AND p.is_active
                 AND NOT EXISTS (SELECT 1 FROM machine_secret_end e WHERE e.secret_id = t.secret_id)""",
            (digest, now, now),
        )
