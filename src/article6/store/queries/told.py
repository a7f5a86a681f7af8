"""Reading what peers told us of units that stay with them, and the accounts that we hold for a Party whose registry was
told so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from article6.store.database import numbers, records, row, rows

# --- What was told to us


def peers_of(held_in: str, section_id: int) -> list[str]:
    """The peers that told a section of units held in an account of theirs with this number."""
    found = rows(
        "SELECT DISTINCT peer FROM told_units WHERE held_in = %s AND section_id = %s ORDER BY peer",
        (held_in, section_id),
    )
    return [str(peer) for (peer,) in found]


def standing(peer: str, held_in: str, section_id: int) -> list[dict[str, Any]]:
    """Units in an account of a peer of which a section was told and with which nothing was done, in the order of their
    serials: id, registry, party, first, last."""
    return records(
        """SELECT id, registry, party, lo AS first, hi AS last FROM told_standing
           WHERE peer = %s AND held_in = %s AND section_id = %s ORDER BY registry, party, lo""",
        (peer, held_in, section_id),
    )


def counted(serials: Sequence[tuple[str, str, int, int]]) -> list[tuple[int, str]]:
    """Which of these serials (registry, Party, first, last) we were told of and did not give back: position in the
    sequence, and by which peer."""
    found = rows(
        """SELECT DISTINCT n.ord - 1, c.peer
           FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[])
                WITH ORDINALITY AS n(registry, party, lo, hi, ord)
           JOIN told_counted c ON c.registry = n.registry AND c.party = n.party AND c.hi >= n.lo AND c.lo <= n.hi
           ORDER BY 1""",
        (
            [each[0] for each in serials], [each[1] for each in serials], numbers(each[2] for each in serials),
            numbers(each[3] for each in serials),
        ),
    )  # fmt: skip
    return [(int(position), str(peer)) for position, peer in found]


def instructed(peer: str, section_id: int) -> list[str]:
    """The contents (JSON text) of instructions of a section to a peer that have not ended."""
    found = rows(
        """SELECT i.content FROM exchange_instruction i WHERE i.side = 'given' AND i.peer = %s AND i.section_id = %s
           AND NOT EXISTS (SELECT 1 FROM exchange_instruction_act a WHERE a.instruction_id = i.id
                           AND a.act IN ('rejected', 'withdrawn', 'done', 'refused'))""",
        (peer, section_id),
    )
    return [str(content) for (content,) in found]


def listed(below: int, limit: int, party: str | None = None) -> list[dict[str, Any]]:
    """What was told to sections in sight, the newest first, with the units of it with which nothing was done (`held`):
    id, transfer_id, peer, held_in, section, account, registry, party, first, last, quantity, held, authorization,
    first_transferred_at, from_party, at."""
    return records(
        """SELECT t.id, t.transfer_id, t.peer, t.held_in, s.code AS section, a.number AS account, t.registry, t.party,
               t.lo AS first, t.hi AS last, t.hi - t.lo + 1 AS quantity,
               COALESCE((SELECT sum(k.hi - k.lo + 1) FROM told_standing k WHERE k.id = t.id), 0)::bigint AS held,
               COALESCE(u.code, '') AS authorization, t.first_transferred_at, t.from_party, t.at
           FROM told_units t JOIN section s ON s.id = t.section_id JOIN account a ON a.id = t.account_id
           LEFT JOIN party_authorization u ON u.id = t.authorization_id
           WHERE t.id < %(below)s AND (%(party)s::text IS NULL OR s.party = %(party)s) ORDER BY t.id DESC
           LIMIT %(limit)s""",
        {"below": below, "limit": limit, "party": party},
    )


def listed_count(party: str | None = None) -> int:
    """How many `listed` has in all."""
    found = row(
        """SELECT count(*) FROM told_units t JOIN section s ON s.id = t.section_id
           WHERE %(party)s::text IS NULL OR s.party = %(party)s""",
        {"party": party},
    )
    return int(found[0]) if found else 0


def acts(told_id: int) -> list[dict[str, Any]]:
    """What was done with what was told: type, first, last, terms, at, instruction (its number here)."""
    return records(
        """SELECT type, lo AS first, hi AS last, terms, at, instruction_id AS instruction FROM told_act
           WHERE told_id = %s ORDER BY id""",
        (told_id,),
    )


# --- What we hold


def between(peer: str) -> int:
    """Units that are held for a Party here of which a peer was told, or of which it told us, and with which nothing was
    done yet."""
    found = row(
        """SELECT (SELECT COALESCE(sum(b.hi - b.lo + 1), 0) FROM account a JOIN block b ON b.account_id = a.id
                   WHERE a.type = 'held_for' AND a.holder = %(peer)s)
                + (SELECT COALESCE(sum(k.hi - k.lo + 1), 0) FROM told_standing k WHERE k.peer = %(peer)s)""",
        {"peer": peer},
    )
    return int(found[0]) if found else 0


def held_account(section_id: int, peer: str) -> str | None:
    """The number of the account held for a section's Party of whose units a peer is told."""
    found = row(
        "SELECT number FROM account WHERE type = 'held_for' AND section_id = %s AND holder = %s", (section_id, peer)
    )
    return str(found[0]) if found else None


def held_for(number: str) -> dict[str, Any] | None:
    """An account held for a Party by its number: number, section_id, party, peer; None where it is none."""
    found = records(
        """SELECT number, section_id, COALESCE(party, '') AS party, holder AS peer FROM account
           WHERE type = 'held_for' AND number = %s""",
        (number,),
    )
    return found[0] if found else None


def target_of(transaction_id: int) -> str:
    """The number of the account into which a transaction moves units."""
    found = row(
        "SELECT a.number FROM ledger_transaction t JOIN account a ON a.id = t.target_id WHERE t.id = %s",
        (transaction_id,),
    )
    return str(found[0]) if found else ""


def final_account(section_id: int, type_: str, holder: str, year: int | None) -> str | None:
    """The number of an open account of a section in which units end: of this type, and of this holder, or, where a year
    is given, of the NDC period that has it; the oldest."""
    found = row(
        """SELECT number FROM account WHERE section_id = %(section)s AND type = %(type)s AND status = 'open'
             AND metric = '' AND purpose = ''
             AND CASE WHEN %(year)s::integer IS NULL THEN holder = %(holder)s
                      ELSE %(year)s BETWEEN period_first AND period_last END
           ORDER BY id LIMIT 1""",
        {"section": section_id, "type": type_, "holder": holder, "year": year},
    )
    return str(found[0]) if found else None
