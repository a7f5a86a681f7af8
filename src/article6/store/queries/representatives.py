"""Who represents an account, and which accounts it trusts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from article6.store.database import one, records, rows

Standing = tuple[bool | None, bool | None]
"""Whether somebody is an active representative of a source, and whether the source trusts a target; None where the
source has no representatives, or does not ask for trusted targets."""


def standing(pairs: Sequence[tuple[str, str]], person_id: int) -> list[Standing]:
    """The person's standing for each (source, target), by account numbers."""
    found = rows(
        """SELECT CASE WHEN a.is_represented THEN represents(a.id, %s) END,
                  CASE WHEN a.trusted_only THEN trusts(a.id, p.target) END
           FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY p(source, target, place)
           LEFT JOIN account a ON a.number = p.source ORDER BY p.place""",
        (person_id, [source for source, _ in pairs], [target for _, target in pairs]),
    )
    return [(each[0], each[1]) for each in found]


def of_account(account_id: int) -> list[dict[str, Any]]:
    """person_id, login, name, status (active, suspended), since of those who represent the account."""
    return records(
        """SELECT r.person_id, p.login, p.name, r.status, r.since FROM account_representative r
           JOIN store_person p ON p.id = r.person_id
           WHERE r.account_id = %s AND r.status <> 'removed' ORDER BY r.person_id""",
        (account_id,),
    )


def trusted(account_id: int) -> dict[str, Any]:
    """Whether the account sends to trusted accounts only, and those it trusts."""
    numbers = rows("SELECT number FROM trusted_account WHERE account_id = %s ORDER BY number", (account_id,))
    only = one("SELECT trusted_only FROM account WHERE id = %s", (account_id,))
    return {"trusted_only": only[0], "accounts": [each[0] for each in numbers]}


def sections(person_id: int) -> set[int]:
    """The sections of the accounts that a person represents."""
    found = rows(
        "SELECT DISTINCT section_id FROM account_representative WHERE person_id = %s AND status = 'active'",
        (person_id,),
    )
    return {each[0] for each in found}


_CHANGES = {
    "representative_change": "c.added, c.removed, c.suspended, c.reinstated",
    "trusted_change": "c.change, c.trusted",
}


def changes(table: str, account_id: int) -> list[dict[str, Any]]:
    """What was asked for concerning an account, newest first, each with its decision (`proposed` without one)."""
    return records(
        f"""SELECT c.id, {_CHANGES[table]}, c.proposed_by, c.proposed_at,
                   CASE WHEN d.id IS NULL THEN 'proposed' WHEN d.is_approved THEN 'approved'
                        ELSE 'rejected' END AS status,
                   d.decided_by, d.decided_at, COALESCE(d.reason, '') AS reason
            FROM {table} c LEFT JOIN decision d ON d.subject = %s AND d.subject_id = c.id
            WHERE c.account_id = %s ORDER BY c.id DESC""",
        (table, account_id),
    )


def change(table: str, change_id: int) -> dict[str, Any] | None:
    """One of those changes with its account's number, section and needs."""
    found = records(
        f"""SELECT c.id, {_CHANGES[table]}, c.proposed_by, c.section_id, a.number, a.needs_approval, a.id AS account_id,
                   d.id IS NOT NULL AS is_decided
            FROM {table} c JOIN account a ON a.id = c.account_id
            LEFT JOIN decision d ON d.subject = %s AND d.subject_id = c.id WHERE c.id = %s""",
        (table, change_id),
    )
    return found[0] if found else None
